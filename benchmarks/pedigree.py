"""How long A of 2,000 animals takes, out of a pedigree of 100,000, and how much memory.

    python -m benchmarks.pedigree

Each row is a process of its own: a pedigree of so many generations, its rows in random order, in
which dams, and sires unless there are few, are drawn at random from the generation before; A of
2,000 animals of the later half, with the inbreeding of all of their ancestors. `relationship_among`
is timed alone, and then a file of the same pedigree from its text to A. The seconds are those on
the clock and, in brackets, those of the processor, which are less where others share the machine.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from lmm_core.arrays import Floats, Ints
from lmm_core.pedigree import relationship_among
from lmm_data.readers.kinship.pedigree import read_pedigree

Made = TypeVar("Made")
ANIMALS, WANTED = 100_000, 2_000
# Generations, and sires in each; 0 for as many as there are males.
SHAPES = ((4, 0), (8, 0), (14, 0), (20, 0), (20, 200), (20, 50), (50, 0), (100, 0), (1_000, 0))


def main() -> None:
    if len(sys.argv) == 3:
        print(row(int(sys.argv[1]), int(sys.argv[2])))
        return
    print("| generations | sires in each | ancestors | mean F | A, s | from a file, s | MB |")
    print("|---|---|---|---|---|---|---|")
    for shape in SHAPES:
        command = [sys.executable, "-m", "benchmarks.pedigree", *map(str, shape)]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        print(ran.stdout, end="", flush=True)


def bred(generations: int, sires: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Sires and dams of all animals, -1 for founders, in random order."""
    n = ANIMALS // generations
    males = n // 2
    sire, dam = np.full((2, ANIMALS), -1)
    for start in range(n, generations * n, n):
        pool = rng.choice(males, min(sires or males, males), replace=False)
        sire[start : start + n] = start - n + rng.choice(pool, n)
        dam[start : start + n] = start - n + rng.integers(males, n, n)
    return sire, dam


def row(generations: int, sires: int) -> str:
    """A row of the table."""
    rng = np.random.default_rng(generations + sires)
    sire, dam = bred(generations, sires, rng)
    wanted = rng.choice(np.arange(ANIMALS // 2, ANIMALS), WANTED, replace=False)
    order = rng.permutation(ANIMALS)
    place = np.argsort(order)
    father, mother = (np.where(p[order] >= 0, place[p[order]], -1) for p in (sire, dam))
    A, alone = timed(lambda: relationship_among(father, mother, place[wanted]))
    columns = zip(order, sire[order], dam[order], strict=True)
    lines = (
        f"a{i},{f'a{s}' if s >= 0 else 'NA'},{f'a{d}' if d >= 0 else 'NA'}" for i, s, d in columns
    )
    text = "\n".join(["animal,sire,dam", *lines]).encode()
    ids = [f"a{i}" for i in wanted]

    def from_file() -> Floats:
        pedigree = read_pedigree(text).pedigree
        assert pedigree is not None
        return pedigree.relationship(ids)

    again, whole = timed(from_file)
    assert np.array_equal(A, again)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    inbred = float(np.diagonal(A).mean()) - 1.0
    pool = sires or ANIMALS // generations // 2
    return (
        f"| {generations:,} | {pool:,} | {ancestors(sire, dam, wanted):,} | {inbred:.4f} "
        f"| {alone} | {whole} | {memory:.0f} |"
    )


def ancestors(sire: Ints, dam: Ints, wanted: Ints) -> int:
    """How many animals are wanted, or ancestors of those; parents come first."""
    needed = np.zeros(ANIMALS + 1, dtype=bool)
    needed[wanted] = True
    for i in range(ANIMALS - 1, -1, -1):
        if needed[i]:
            needed[[sire[i], dam[i]]] = True
    return int(needed[:ANIMALS].sum())


def timed(run: Callable[[], Made]) -> tuple[Made, str]:
    """What it returns, and how long it took, in seconds."""
    clock, processor = time.perf_counter(), time.process_time()
    made = run()
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return made, f"{clock:.1f} ({processor:.1f})"


if __name__ == "__main__":
    main()
