"""Whether a server's memory stays flat while sessions come and go.

    python -m benchmarks.soak [--runs N] [--at-a-time N] [--clicks N] [--seeds]
    python -m benchmarks.soak --disconnected N [--most MB] [--seeds]

So many students at a time open the page, click without a pause, and leave; others come. After each
tenth of the runs: the memory that the server holds, and its threads. It is flat if no tenth is more
than 10% above the first, by when the caches and the sessions that Streamlit keeps for those who
might come back (128 of them) are full. When all have left, no thread of theirs may be left.

With `--disconnected` they open the page one after another and only lose the network: the server
must hold them all in less than `--most`.

With `--seeds` each has data of its own, so that every visit fills the caches anew.
"""

import argparse
import asyncio
import random
import sys
import time

from benchmarks.load import between
from benchmarks.server import ROOT, Server, running
from benchmarks.student import Student

TENTHS = 10
GROWTH = 0.1
# After so long a pool has let its idle threads go, but for those that it keeps for good.
IDLE_SECONDS = 12
# Of its own data: a simulation of so many individuals.
OWN = "data=simulate&n={n}&seed={seed}"


class Soak:
    """Runs that are asked of a server, up to a number of them."""

    def __init__(self, server: Server, options: argparse.Namespace) -> None:
        self.server, self.options = server, options
        self.runs = options.disconnected or options.runs
        self.seats = 1 if options.disconnected else options.at_a_time
        self.done, self.sessions = 0, 0
        self.memory: list[float] = []

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

    def _count(self) -> None:
        self.done += 1
        if self.done % (self.runs // TENTHS) == 0 and len(self.memory) < TENTHS:
            self.memory.append(self.server.memory)
            print(
                f"| {self.done:,} | {self.sessions:,} | {self.memory[-1]:.0f} MB "
                f"| {self.server.threads} |",
                flush=True,
            )

    async def all(self) -> None:
        await asyncio.gather(*(self.come_and_go() for _ in range(self.seats)))


def verdicts(soak: Soak, threads: int, left: int) -> list[tuple[bool, str]]:
    """What was to hold, whether it does, and the figures.

    Args:
        soak: that has been.
        threads: of the server before.
        left: of the server when all had left.
    """
    most = max(soak.memory)
    if soak.options.disconnected:
        held = most < soak.options.most
        said = f"{soak.sessions:,} sessions that only disconnected: at most {most:.0f} MB"
        memory = held, f"{said}, to be under {soak.options.most} MB"
    else:
        growth = most / soak.memory[0] - 1
        memory = growth <= GROWTH, f"memory at most {growth:+.1%} from the first tenth on"
    return [memory, (left <= threads, f"{left} threads when all had left, {threads} before any")]


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
        threads = server.threads
        print("| runs | sessions | memory | threads |\n|---|---|---|---|", flush=True)
        asyncio.run(soak.all())
        time.sleep(IDLE_SECONDS)
        found = verdicts(soak, threads, server.threads)
    print()
    for holds, words in found:
        print(f"{'holds' if holds else 'FAILS'}: {words}.")
    return all(holds for holds, _ in found)


async def _first_class(server: Server, seats: int) -> None:
    """Students by whom all code is loaded, and the pools have the threads that they keep."""
    students = [Student(server.url, -place) for place in range(1, seats + 1)]
    await asyncio.gather(*(student.open() for student in students))
    await asyncio.gather(*(student.leave() for student in students))
    await asyncio.sleep(IDLE_SECONDS)


if __name__ == "__main__":
    sys.exit(not main(options_of(sys.argv[1:])))
