"""What the first opening of the page costs a server that has just been started.

    python -m benchmarks.cold_page [RUNS] [CHECKOUT ...]

Seconds of the processor, not of the clock, so that a busy machine is no hindrance: from the moment
a fresh server answers until its run of the page Explore has ended, and for a second student who
comes then. Checkouts are measured in turn. Linear algebra has one thread: several wait for each
other at work, which also counts.
"""

import asyncio
import sys
from pathlib import Path

from benchmarks.server import ROOT, Server, running
from benchmarks.student import Student

RUNS = 7


def cold_and_warm(checkout: Path) -> tuple[float, float]:
    """Seconds of the processor for the first student of a server, and for the second."""
    with running(checkout / "app.py", checkout, threads=1) as server:
        return asyncio.run(_opening(server, 0)), asyncio.run(_opening(server, 1))


async def _opening(server: Server, seed: int) -> float:
    before = server.processor
    student = Student(server.url, seed)
    await student.open()
    await student.leave()
    return server.processor - before


def main(runs: int, checkouts: list[Path]) -> None:
    found: dict[Path, list[tuple[float, float]]] = {one: [] for one in checkouts}
    for _ in range(runs):
        for checkout, times in found.items():
            times.append(cold_and_warm(checkout))
    print(f"| server | first opening, least of {runs} | second |")
    print("|---|---|---|")
    for checkout, times in found.items():
        first, second = (min(column) for column in zip(*times, strict=True))
        print(f"| {checkout.name} | {first:.2f} s | {second:.2f} s |")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else RUNS,
        [Path(one).resolve() for one in sys.argv[2:]] or [ROOT],
    )
