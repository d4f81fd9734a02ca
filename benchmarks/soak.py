"""Whether a server's memory stays flat while sessions come and go.

    python -m benchmarks.soak [--runs N] [--at-a-time N] [--clicks N] [--seeds]
    python -m benchmarks.soak --disconnected N [--most MB] [--seeds]

So many students at a time open the page, click without a pause, and leave; others come. Memory and
threads are read twice a second, and so is what each cache holds. A single reading tells how many
happen to be opening the page at that moment; so each tenth of the runs has a row with the lowest,
the median and the highest of its readings, its most threads, and the caches at its end beside
their limits. The memory is flat if in no later tenth the median is more than 10% above that of the
first, nor the highest above the highest of the first, in which the class arrives. No cache may
hold more than its limit at any reading. When all have left, no thread of theirs may be left. Ask
for so many runs that the caches, and the 128 sessions that Streamlit keeps for those who might come
back, are full soon in the first tenth: what fills later is growth.

With `--disconnected` they open the page one after another and only lose the network: the server
must hold them all in less than `--most` at every reading. Threads and caches are judged as above.

With `--seeds` each has data of its own, so that every visit fills the caches anew.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.caches import Cache, caches_of, in_words, short
from benchmarks.load import between
from benchmarks.server import ROOT, Server, running
from benchmarks.student import Student

TENTHS = 10
GROWTH = 0.1
# Seconds between two readings.
EVERY = 0.5
# After so long a pool has let its idle threads go, but for those that it keeps for good.
IDLE_SECONDS = 12
# Of its own data: a simulation of so many individuals.
OWN = "data=simulate&n={n}&seed={seed}"
HEADER = """| runs | sessions | memory, lowest / median / highest | readings | threads | caches |
|---|---|---|---|---|---|"""


@dataclass
class Tenth:
    """What was read during a tenth of the runs: MB, threads, and what the caches held by name."""

    memory: list[float] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    caches: list[dict[str, Cache]] = field(default_factory=list)


class Soak:
    """Runs that are asked of a server, up to a number of them, and what was read meanwhile."""

    def __init__(self, server: Server, options: argparse.Namespace) -> None:
        self.server, self.options = server, options
        self.runs = options.disconnected or options.runs
        self.seats = 1 if options.disconnected else options.at_a_time
        self.done, self.sessions = 0, 0
        self.tenths = [Tenth()]
        self._rows: list[asyncio.Task[None]] = []

    def another(self) -> Student:
        self.sessions += 1
        seed = self.sessions
        link = OWN.format(n=self.options.individuals, seed=seed) if self.options.seeds else ""
        return Student(self.server.url, seed, link)

    async def come_and_go(self) -> None:
        """One seat of the class: student after student, until the runs are done."""
        while self.done < self.runs:
            student = self.another()
            rng = random.Random(self.sessions)
            await student.open()
            self._count()
            for _ in range(0 if self.options.disconnected else self.options.clicks):
                await (student.other_likelihood if rng.random() < 1 / 3 else student.let_go)()
                self._count()
            await student.leave()

    async def all(self) -> None:
        seats = [self.come_and_go() for _ in range(self.seats)]
        await asyncio.gather(self._read(), self._read_caches(), *seats)
        await asyncio.gather(*self._rows)

    def _count(self) -> None:
        self.done += 1
        if self.done % (self.runs // TENTHS) == 0 and not self._over:
            self._take()
            about = f"| {self.done:,} | {self.sessions:,}"
            row = self._row(about, self.tenths[-1], self._rows[-1:])
            self._rows.append(asyncio.create_task(row))
            if not self._over:
                self.tenths.append(Tenth())

    @property
    def _over(self) -> bool:
        return len(self._rows) == TENTHS

    def _take(self) -> None:
        self.tenths[-1].memory.append(self.server.memory)
        self.tenths[-1].threads.append(self.server.threads)

    async def _read(self) -> None:
        while not self._over:
            self._take()
            await asyncio.sleep(EVERY)

    async def _read_caches(self) -> None:
        while not self._over:
            await self._ask_caches(self.tenths[-1])
            await asyncio.sleep(EVERY)

    async def _ask_caches(self, tenth: Tenth) -> dict[str, Cache]:
        # In a thread: a server at work answers late, and nobody else is to wait for it.
        caches = await asyncio.to_thread(caches_of, self.server.url)
        tenth.caches.append(caches)
        return caches

    async def _row(self, about: str, tenth: Tenth, before: Sequence[asyncio.Task[None]]) -> None:
        """Print what was read in a tenth, and what the caches hold at its end."""
        memory = f"{min(tenth.memory):.0f} / {median(tenth.memory):.0f} / {max(tenth.memory):.0f}"
        number, threads = len(tenth.memory), max(tenth.threads)
        caches = await self._ask_caches(tenth)
        await asyncio.gather(*before)
        print(f"{about} | {memory} MB | {number} | {threads} | {in_words(caches)} |", flush=True)


Verdict = tuple[bool, str]


def memory_verdicts(tenths: Sequence[Tenth]) -> list[Verdict]:
    """Whether no later tenth has a median, or a highest reading, far above that of the first."""
    found = []
    for words, of in (("median", median), ("highest", max)):
        first, *later = (of(tenth.memory) for tenth in tenths)
        growth = max(later) / first - 1
        found.append(
            (
                growth <= GROWTH,
                f"memory, {words} reading of a tenth: {first:.0f} MB in the first, at most "
                f"{max(later):.0f} MB in a later one, {growth:+.1%}, to be at most {GROWTH:+.0%}",
            )
        )
    return found


def cache_verdicts(tenths: Sequence[Tenth]) -> list[Verdict]:
    """Whether each cache has been within its limit at every reading, and the most it has held."""
    readings = [reading for tenth in tenths for reading in tenth.caches]
    names = sorted({name for reading in readings for name in reading})
    if not names:
        return [(False, "what the caches hold was never read")]
    most = {
        name: max((one[name] for one in readings if name in one), key=lambda cache: cache.held)
        for name in names
    }
    over = {name: cache for name, cache in most.items() if not cache.within}
    figures = ", ".join(f"{short(name)} {cache}" for name, cache in (over or most).items())
    said = "over their limits" if over else "caches within their limits"
    return [(not over, f"{said} at {len(readings)} readings, at most: {figures}")]


def verdicts(
    tenths: Sequence[Tenth], before: int, left: int, *, most: float | None = None
) -> list[Verdict]:
    """What was to hold, whether it does, and the figures.

    Args:
        tenths: what was read.
        before: threads of the server before any came.
        left: threads of the server when all had left.
        most: MB that it may hold, where none who came is let go; None where it is to be flat.
    """
    if most is None:
        memory = memory_verdicts(tenths)
    else:
        held = max(max(tenth.memory) for tenth in tenths)
        memory = [(held < most, f"memory at most {held:.0f} MB, to be under {most:.0f} MB")]
    threads = (left <= before, f"{left} threads when all had left, {before} before any")
    return [*memory, threads, *cache_verdicts(tenths)]


def options_of(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=between(TENTHS, 100_000), default=5_000)
    parser.add_argument("--at-a-time", type=between(1, 500), default=8)
    parser.add_argument("--clicks", type=between(0, 100), default=3)
    parser.add_argument("--disconnected", type=between(TENTHS, 10_000), metavar="N")
    parser.add_argument("--most", type=between(1, 100_000), default=1000, metavar="MB")
    parser.add_argument("--seeds", action="store_true", help="each has data of its own")
    parser.add_argument("--individuals", type=between(40, 1000), default=300, help="of these data")
    return parser.parse_args(arguments)


def main(options: argparse.Namespace) -> bool:
    """Print the table and the verdicts: whether all hold."""
    with running(ROOT / "app.py", ROOT, threads=1) as server:
        soak = Soak(server, options)
        asyncio.run(_first_class(server, soak.seats))
        threads = _threads(server, soak)
        print(HEADER, flush=True)
        asyncio.run(soak.all())
        time.sleep(IDLE_SECONDS)
        most = options.most if options.disconnected else None
        found = verdicts(soak.tenths, threads, _threads(server, soak), most=most)
    print()
    for holds, words in found:
        print(f"{'holds' if holds else 'FAILS'}: {words}.")
    return all(holds for holds, _ in found)


def _threads(server: Server, soak: Soak) -> int:
    """Threads of the server when it has been asked what its caches hold, for which it has one."""
    soak.tenths[-1].caches.append(caches_of(server.url))
    return server.threads


async def _first_class(server: Server, seats: int) -> None:
    """Students by whom all code is loaded, and the pools have the threads that they keep."""
    students = [Student(server.url, -place) for place in range(1, seats + 1)]
    await asyncio.gather(*(student.open() for student in students))
    await asyncio.gather(*(student.leave() for student in students))
    await asyncio.sleep(IDLE_SECONDS)


if __name__ == "__main__":
    sys.exit(not main(options_of(sys.argv[1:])))
