"""What a dress rehearsal runs by and keeps: its clock, its camera, and what all waited for."""

import argparse
import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from playwright.async_api import Page

from benchmarks.load import spread
from benchmarks.server import Server

Schemes: TypeAlias = tuple[Literal["light", "dark"], ...]
BOTH: Schemes = ("light", "dark")


@dataclass
class Seen:
    """What all waited for, in seconds, by what it was; when what was handed in; what went wrong."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    handed: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    async def time(self, what: str, act: Callable[[], Awaitable[object]]) -> None:
        """Do it, and note what it took: what it says, or what the clock says."""
        start = time.perf_counter()
        took = await act()
        seconds = took if isinstance(took, float) else time.perf_counter() - start
        self.waits.setdefault(what, []).append(seconds)

    def hand_in(self, what: str) -> None:
        """Note that something is handed in now."""
        self.handed.setdefault(what, []).append(time.time())

    def notice(self, projector: list[tuple[float, int, str]]) -> None:
        """How long after it was handed in each guess and each estimate was on the projector."""
        for what in ("guess", "estimate"):
            said = [(at, tallied(foot, what)) for at, _, foot in projector]
            self._late(f"until the projector counts it: {what}", what, said)
        dots = [(at, count) for at, count, _ in projector]
        # Those that were there when the estimates were shown fell together.
        first = next((count for _, count in dots if count), 0)
        self._late("until a new dot is on the projector", "estimate", dots, first)

    def _late(self, words: str, what: str, counts: list[tuple[float, int]], first: int = 0) -> None:
        for place, handed in enumerate(sorted(self.handed.get(what, []))):
            if place < first:
                continue
            at = next((at for at, count in counts if count > place), None)
            if at is None:
                self.errors.append(f"projector: {what} {place + 1} never came")
            else:
                self.waits.setdefault(words, []).append(at - handed)


class Clock:
    """The minutes of the plan, which may pass faster."""

    def __init__(self, pace: float, minute: float) -> None:
        self._pace, self._minute = pace, minute
        self.start()

    def start(self) -> None:
        """Begin at the first minute now."""
        self._start = time.monotonic() - self._minute * 60 / self._pace

    async def until(self, minute: float) -> None:
        """Wait for a minute of the plan."""
        await asyncio.sleep(max(0.0, self._start + minute * 60 / self._pace - time.monotonic()))


class Camera:
    """Keeps what is seen, in a folder, in the order of the stations; without one, nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder, self._count = folder, 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    async def take(self, page: Page, station: str, schemes: Schemes = ("light",)) -> None:
        """A picture of a page in each scheme."""
        if self._folder is None:
            return
        self._count += 1
        stem = f"{self._count:02d}-{re.sub(r'[^a-z0-9]+', '-', station.lower()).strip('-')}"
        for scheme in schemes:
            if schemes != ("light",):
                await page.emulate_media(color_scheme=scheme)
                await asyncio.sleep(0.7)
            await page.screenshot(path=self._folder / f"{stem}-{scheme}.png")
        if schemes != ("light",):
            await page.emulate_media(color_scheme="light")


def tallied(foot: str, what: str) -> int:
    """How many guesses or estimates the foot of the projector counts."""
    found = re.search(rf"(\d+) {what}", foot)
    return int(found[1]) if found else 0


def report(
    seen: Seen, server: Server, load: tuple[float, float], options: argparse.Namespace
) -> None:
    """Print what was measured, and what went wrong."""
    memory = " + ".join(f"{one:,.0f}" for one in server.most_memory)
    print(
        f"{options.students} students, minutes {options.begin:g} to {options.until:g} at "
        f"{options.pace:g} times the pace; load of the machine before {load[0]:.2f}, after "
        f"{load[1]:.2f}; memory, most {memory} MB; processor of the server "
        f"{server.processor:.1f} s; {len(seen.errors)} errors\n"
    )
    print("| what is waited for | times | p50 / p95 / worst |\n|---|---|---|")
    for what, seconds in seen.waits.items():
        print(f"| {what} | {len(seconds)} | {spread(seconds)} |")
    for error in sorted(set(seen.errors)):
        print(f"\n{seen.errors.count(error)} times: {error}")
