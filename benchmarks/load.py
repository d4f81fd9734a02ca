"""How long a class waits for one server when all open the page together, and then click.

    python -m benchmarks.load [--students N] [--within S] [--rounds N] [--seconds S]
                              [--warm] [--first-visit] [--back] [--threads N]
                              [--processes N] [--before CHECKOUT]

Students open the page at times drawn within `--within` seconds; then each clicks every
`--seconds`, `--rounds` times: two in three let go of h, one asks for the other likelihood. An
opening lasts from fetching the page until the server has run it to its end, a click until its run
has ended; what the browser then draws is not in it, nor is the network. The students share the
cores with the server, which is started for it. `--processes` starts it as
`lmm app --processes` does, behind nginx, and the memory is then that of each. `--before` puts the
same load on another checkout, in the same table.
"""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.server import ROOT, Server, running
from benchmarks.student import Student
from benchmarks.visit import files_of_a_first_visit

# More than this at work beside it, and what is measured is that.
QUIET = 0.3
QUIET_WITHIN = 180
HEADER = """| server | load before | students | open, p50 / p95 / worst | click, p50 / p95 / worst \
| KB a click | memory, most | processor | errors |
|---|---|---|---|---|---|---|---|---|"""


@dataclass
class Seen:
    """What the students saw, in seconds and bytes."""

    opened: list[float] = field(default_factory=list)
    clicked: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def attend(
    url: str, seed: int, options: argparse.Namespace, files: list[str], seen: Seen
) -> None:
    """One student from the first click to the last."""
    rng = random.Random(seed)
    student = Student(url, seed)
    await asyncio.sleep(rng.uniform(0, options.within))
    try:
        seen.opened.append(await student.open(files))
        for round_ in range(options.rounds):
            await asyncio.sleep(options.seconds)
            if options.back and round_ == options.rounds // 2:
                await student.come_back()
            before = student.received
            click = student.other_likelihood if rng.random() < 1 / 3 else student.let_go
            seen.clicked.append(await click())
            seen.received.append(student.received - before)
    # One who fails must not end the class; why is printed.
    except Exception as error:
        seen.errors.append(f"{type(error).__name__}: {error}")
    await student.leave()


async def class_of(url: str, options: argparse.Namespace, files: list[str]) -> Seen:
    seen = Seen()
    if options.warm:
        lecturer = Student(url, -1)
        await lecturer.open()
        await lecturer.leave()
    await asyncio.gather(
        *(attend(url, seed, options, files, seen) for seed in range(options.students))
    )
    return seen


def load_before() -> float:
    """The load of the machine, when it has become quiet or will not."""
    end = time.monotonic() + QUIET_WITHIN
    while (load := os.getloadavg()[0]) > QUIET and time.monotonic() < end:
        time.sleep(2)
    return load


def measure(name: str, checkout: Path, options: argparse.Namespace, files: list[str]) -> list[str]:
    """Put the load on a checkout's server and print its row; what went wrong is returned."""
    load = load_before()
    with running(
        checkout / "app.py", checkout, threads=options.threads, processes=options.processes
    ) as server:
        seen = asyncio.run(class_of(server.url, options, files))
        print(row(name, load, options.students, seen, server), flush=True)
    return seen.errors


def row(name: str, load: float, students: int, seen: Seen, server: Server) -> str:
    loaded = f"{load:.2f}" if load <= QUIET else f"**{load:.2f}, not quiet**"
    size = f"{np.mean(seen.received) / 1000:,.0f}" if seen.received else ""
    memory = " + ".join(f"{one:,.0f}" for one in server.most_memory)
    return (
        f"| {name} | {loaded} | {students} | {spread(seen.opened)} | {spread(seen.clicked)} "
        f"| {size} | {memory} MB | {server.processor:.1f} s "
        f"| {len(seen.errors)} |"
    )


def spread(seconds: list[float]) -> str:
    """Median, 95th percentile and worst."""
    if not seconds:
        return "none"
    p50, p95, worst = np.quantile(seconds, (0.5, 0.95, 1.0))
    return f"{p50:.2f} / {p95:.2f} / {worst:.2f} s"


def between(low: int, high: int) -> Callable[[str], int]:
    """Read an option that is bounded, so that no slip of the hand runs for a day."""

    def number(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"from {low} to {high}")
        return value

    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--students", type=between(1, 500), default=60)
    parser.add_argument("--within", type=between(0, 120), default=8)
    parser.add_argument("--rounds", type=between(0, 100), default=6)
    parser.add_argument("--seconds", type=between(0, 120), default=8)
    parser.add_argument("--warm", action="store_true", help="the lecturer has opened it before")
    parser.add_argument(
        "--first-visit", action="store_true", help="browsers that fetch Streamlit's files too"
    )
    parser.add_argument(
        "--back", action="store_true", help="half-way all lose the network and come back"
    )
    parser.add_argument(
        "--threads", type=between(1, 64), default=1, help="of linear algebra; the README's is 1"
    )
    parser.add_argument("--processes", type=between(1, 64), help="that serve the page behind nginx")
    parser.add_argument("--before", type=Path, help="another checkout, to compare with")
    options = parser.parse_args()
    files = files_of_a_first_visit(ROOT) if options.first_visit else []
    print(HEADER, flush=True)
    errors = []
    if options.before:
        errors += measure("before", options.before.resolve(), options, files)
    errors += measure("after" if options.before else "this checkout", ROOT, options, files)
    for error in sorted(set(errors)):
        print(f"\n{errors.count(error)} times: {error}")


if __name__ == "__main__":
    main()
