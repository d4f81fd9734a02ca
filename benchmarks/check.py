"""How long `lmm check` takes for genotypes of PLINK, as a process of its own.

    python -m benchmarks.check [individuals] [markers] [rounds]

Outbred mice from eight strains, ten sibs to a family, on 19 autosomes and X, with a sex that fits,
1% of the genotypes missing, and five traits of h = 0.5. The processor's time is that of all
threads, the memory the most that the process held; of the rounds the one that was over first, for
other programs only add.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

INDIVIDUALS, MARKERS, ROUNDS = 1200, 70_000, 5
AT_MOST = 4.0
STRAINS, SIBS, CHROMOSOMES, TRAITS = 8, 10, 20, 5
# Crossovers of a chromosome since the strains.
CROSSOVERS = 40


class Cost(NamedTuple):
    """Seconds by the clock and of the processor, and bytes at the most."""

    wall: float
    processor: float
    memory: float


def write(folder: Path, n: int, m: int) -> None:
    """`mice.bed`, `mice.bim`, `mice.fam` and `traits.csv`."""
    from bed_reader import to_bed

    rng = np.random.default_rng(1)
    chromosome = np.sort(np.arange(m) % CHROMOSOMES)
    on_x = chromosome == CHROMOSOMES - 1
    strains = (rng.random((STRAINS, m)) < rng.uniform(0.1, 0.9, m)).astype(np.int8)
    families = -(-n // SIBS)
    # Of each parent the two haplotypes; the fathers' X is one.
    old = [mosaic(rng, strains, chromosome, CROSSOVERS) for _ in range(4 * families)]
    male = rng.random(n) < 0.5
    counts = np.empty((n, m), dtype=np.int8)
    for i in range(n):
        four = old[4 * (i // SIBS) : 4 * (i // SIBS) + 4]
        mother = mosaic(rng, np.array(four[:2]), chromosome, 1)
        father = mosaic(rng, np.array(four[2:]), chromosome, 1)
        father[on_x] = mother[on_x] if male[i] else four[2][on_x]
        counts[i] = mother + father
    effects = rng.normal(size=(m, TRAITS)) * ~on_x[:, np.newaxis]
    genetic = (counts - counts.mean(axis=0)) @ effects
    traits = genetic / genetic.std(axis=0) + rng.normal(size=(n, TRAITS))
    counts[rng.random(counts.shape) < 0.01] = -127
    ids = [f"mouse{i + 1}" for i in range(n)]
    properties = {
        "fid": [f"family{i // SIBS + 1}" for i in range(n)],
        "iid": ids,
        "sex": np.where(male, 1, 2),
        "pheno": ["-9"] * n,
        "chromosome": ["X" if x else str(k + 1) for k, x in zip(chromosome, on_x, strict=True)],
        "sid": [f"marker{j + 1}" for j in range(m)],
        "bp_position": 3_000_000 + 30_000 * np.arange(m),
        "allele_1": rng.choice(["A", "C"], m),
        "allele_2": rng.choice(["G", "T"], m),
    }
    to_bed(folder / "mice.bed", counts, properties=properties)
    lines = [",".join(["id", *(f"trait{k + 1}" for k in range(TRAITS))])]
    lines += [
        f"{label},{','.join(f'{value:.4f}' for value in row)}"
        for label, row in zip(ids, traits, strict=True)
    ]
    (folder / "traits.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def mosaic(
    rng: np.random.Generator,
    haplotypes: NDArray[np.int8],
    chromosome: NDArray[np.int_],
    crossovers: int,
) -> NDArray[np.int8]:
    """One haplotype of several, (m,), with so many crossovers a chromosome on average."""
    m = chromosome.size
    starts = np.diff(chromosome, prepend=-1) > 0
    switches = starts | (rng.random(m) < crossovers * CHROMOSOMES / m)
    several = haplotypes.shape[0]
    steps = rng.integers(1, several, m) * switches
    # A chromosome begins with any of them, and a crossover leads to another.
    steps[starts] = rng.integers(0, several, starts.sum())
    made: NDArray[np.int8] = haplotypes[np.cumsum(steps) % several, np.arange(m)]
    return made


def measure(command: list[str]) -> Cost:
    """What a command costs; its output is thrown away."""
    start = time.perf_counter()
    process = os.posix_spawn(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, used = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command)} failed")
    # Linux counts memory in kilobytes.
    wall = time.perf_counter() - start
    return Cost(wall, used.ru_utime + used.ru_stime, 1024.0 * used.ru_maxrss)


def main(n: int, m: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Not here, because a process that is started counts what its parent had at the highest.
        own = [sys.executable, "-m", "benchmarks.check", "--write", folder, str(n), str(m)]
        measure(own)
        files = [str(Path(folder) / name) for name in ("traits.csv", "mice.bed")]
        command = [sys.executable, "-m", "lmm_cli", "check", *files]
        best = min(measure(command) for _ in range(rounds))
    print("| lmm check | by the clock | at most | processor | memory |\n|---|---|---|---|---|")
    print(
        f"| {n:,} × {m:,} genotypes of PLINK | {best.wall:.1f} s | {AT_MOST:.0f} s | "
        f"{best.processor:.1f} s | {best.memory / 1e9:.2f} GB |"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        given = [int(argument) for argument in sys.argv[1:4]]
        main(*given, *(INDIVIDUALS, MARKERS, ROUNDS)[len(given) :])
