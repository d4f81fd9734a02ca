"""Whether a server's memory stays flat while sessions come and go.

    python -m benchmarks.soak [RUNS]

Eight students at a time open the page, click three times without a pause, and leave; others come.
After each tenth of the runs: the memory that the server holds, and its threads. It is flat if no
tenth is more than 10% above the first, by when the caches and the sessions that Streamlit keeps
for those who might come back (128 of them) are full.
"""

import asyncio
import random
import sys

from benchmarks.load import between
from benchmarks.server import ROOT, Server, running
from benchmarks.student import Student

AT_A_TIME = 8
CLICKS = 3
TENTHS = 10
GROWTH = 0.1


class Soak:
    """Runs that are asked of a server, up to a number of them."""

    def __init__(self, server: Server, runs: int) -> None:
        self.server, self.runs = server, runs
        self.done, self.sessions = 0, 0
        self.memory: list[float] = []

    async def come_and_go(self) -> None:
        """One seat of the class: student after student, until the runs are done."""
        while self.done < self.runs:
            self.sessions += 1
            student = Student(self.server.url, self.sessions)
            rng = random.Random(self.sessions)
            await student.open()
            self._count()
            for _ in range(CLICKS):
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
        await asyncio.gather(*(self.come_and_go() for _ in range(AT_A_TIME)))


def main(runs: int) -> None:
    print("| runs | sessions | memory | threads |\n|---|---|---|---|", flush=True)
    with running(ROOT / "app.py", ROOT, threads=1) as server:
        soak = Soak(server, runs)
        asyncio.run(soak.all())
    growth = max(soak.memory) / soak.memory[0] - 1
    word = "flat" if growth <= GROWTH else "NOT flat"
    print(f"\n{word}: at most {growth:+.1%} from the first tenth on.")


if __name__ == "__main__":
    main(between(TENTHS, 100_000)(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
