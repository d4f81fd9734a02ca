"""The scan in floors, beside GEMMA and FaST-LMM; permutations; growth.

    python -m benchmarks.scan [floors] [busy] [others] [permutations] [growth] [large] [--wait]

Without a word, all but `large`, whose decompositions of 5,000 and 10,000 individuals take minutes
and gigabytes. A floor is one decomposition of K and one product U'G, in double precision. What is
compared is run in turn, so that a machine that changes its speed changes both; a ratio is the
median of the ratios of each round. Where the load before is above 0.3, times are not measured, and
ratios are of the processor's time alone; `--wait` waits a while for less.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy

from benchmarks.scan_others import GemmaTimes, run_fastlmm, run_gemma
from benchmarks.scan_traits import quiet, wall
from lmm_core import decompose, scan_markers, standardized_kinship
from lmm_core.arrays import Floats, put, read_only
from lmm_core.genotypes import block_places, read_block
from lmm_core.many.shared import Undecomposed, share
from lmm_core.many.threads import one_blas_thread
from lmm_core.scan import loco_kinships, permutation_threshold, scan_chromosomes
from lmm_core.scan.block import block_tests
from lmm_core.scan.genome import scan_model
from lmm_core.scan.result import empty
from lmm_core.scan.thresholds import permuted_maxima
from lmm_core.simulate.families import full_sib_families
from lmm_core.version import versions
from lmm_data.readers.genotypes.bed_stream import open_bed_genotypes
from tests.real_mice import cd8

SAMPLES = Path(__file__).parents[1] / "sample_data"
ROUNDS = 5
MARKERS = (1_000, 10_000, 100_000, 1_000_000)
INDIVIDUALS = (250, 500, 1000, 2000, 4000)
GROWTH_N, GROWTH_M = 500, 10_000
GROWTH_RUNS = 5
LARGE, LARGE_M = (5_000, 10_000), 10_000
# Parts that are nothing but times.
TIMED = ("others", "growth", "large")
DATASETS, H2 = 400, 0.8


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def threaded() -> bool:
    """Whether `threadpoolctl` lets the scan take threads."""
    with one_blas_thread() as single:
        return bool(single)


def both(run: Callable[[], object]) -> Floats:
    """Seconds by the clock, and of the processor."""
    start = np.array([time.perf_counter(), time.process_time()])
    run()
    return np.array([time.perf_counter(), time.process_time()]) - start


def floors() -> None:
    """From K to p-values, in floors."""
    mice = cd8()
    K, G, y = mice.K, mice.G, mice.y
    n, m = G.shape
    U = np.linalg.eigh(K)[1]
    labels, count = mice.chromosome, len(set(mice.chromosome.tolist()))
    made = {name: read_only(K) for name, K in loco_kinships(G, labels)}

    def loco() -> None:
        # One after the other: none of them is kept.
        deque(scan_chromosomes(G, y, None, labels, kinships=made), maxlen=0)

    runs: dict[str, Callable[[], object]] = {
        "eigh": lambda: np.linalg.eigh(K),
        "product": lambda: U.T @ G,
        "refit": lambda: scan_markers(G, y, None, K),
        "held": lambda: scan_markers(G, y, None, K, h2="null"),
        "loco": loco,
    }
    for run in runs.values():
        run()
    load = quiet()
    found = [{name: both(run) for name, run in runs.items()} for _ in range(ROUNDS)]
    print(f"\n{n:,} mice, {m:,} markers, from K to p-values; medians of {ROUNDS} rounds\n")
    print("| | seconds | floors | floors, processor's time | most that is wanted |")
    print("|---|---|---|---|---|")
    for name, words, times, most in (
        ("refit", "h refitted at each marker", 1, 1.35),
        ("held", "h held", 1, 1.1),
        ("loco", f"{count} chromosomes left out in turn, h refitted", count, 1.3),
    ):
        ratios = np.median([r[name] / (times * r["eigh"] + r["product"]) for r in found], axis=0)
        clock = wall(float(np.median([r[name][0] for r in found])), load)
        by_clock = "not measured" if load else f"{ratios[0]:.2f}"
        print(f"| {words} | {clock} | {by_clock} | {ratios[1]:.2f} | {most} |")
    floor = float(np.median([r["eigh"][0] + r["product"][0] for r in found]))
    print(f"| one decomposition and one U'G | {wall(floor, load)} | 1 | 1 | |")


def busy() -> None:
    """The same beside a process that keeps a core to itself."""
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        print("\nThe same with one core busy:")
        floors()
    finally:
        other.kill()


def large() -> None:
    """Thousands of individuals, once each."""
    print(f"\nMany individuals, {LARGE_M:,} markers streamed, one run each\n")
    print(_HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for n in LARGE:
            print(_row(*_measured(Path(folder), n, LARGE_M, 1)))


def others() -> None:
    mice = cd8()
    K, G, y = mice.K, mice.G, mice.y
    n, m = G.shape
    eigen = decompose(K)
    shared = share(eigen, np.ones((n, 1)))

    def scan(h2: str) -> None:
        model = scan_model(shared, y, h2=h2, m=m)  # type: ignore[arg-type]
        for places in block_places(G):
            block_tests(model, read_block(G, places))

    runs: dict[str, Callable[[], object]] = {
        "product": lambda: eigen.vectors.T @ G,
        "refit": lambda: scan("refit"),
        "held": lambda: scan("null"),
        "job, refit": lambda: scan_markers(G, y, None, K),
        "job, held": lambda: scan_markers(G, y, None, K, h2="null"),
    }
    for run in runs.values():
        run()
    rounds = [{name: seconds(run) for name, run in runs.items()} for _ in range(ROUNDS)]
    own = {name: float(np.median([r[name] for r in rounds])) for name in runs}
    gemma = run_gemma(K, G, y)
    fastlmm = run_fastlmm(K, G, y, ROUNDS)

    print(f"\n{n:,} mice, {m:,} markers; after reading and decomposing\n")
    print("| | seconds, median | times U'G | GEMMA's time over it |")
    print("|---|---|---|---|")
    print(f"| U'G alone | {own['product']:.2f} | 1 | |")
    theirs = gemma.rotation + gemma.tests if isinstance(gemma, GemmaTimes) else np.nan
    for name, words in (("refit", "scan, h refitted at each marker"), ("held", "scan, h held")):
        times = np.median([r[name] / r["product"] for r in rounds])
        over = f"{theirs / own[name]:.1f}" if theirs == theirs else ""
        print(f"| {words}: rotation, refits, Wald tests | {own[name]:.2f} | {times:.2f} | {over} |")
    if isinstance(gemma, GemmaTimes):
        print(
            f"| GEMMA {gemma.version} -lmm 1, by its log: UtX {gemma.rotation:.2f}, optimization "
            f"{gemma.tests:.2f} | {theirs:.2f} | {theirs / own['product']:.1f} | 1 |"
        )
    else:
        print(f"| GEMMA: {gemma} | | | |")

    print("\nThe whole job, from K to p-values\n")
    print("| | seconds, median | of FaST-LMM's |")
    print("|---|---|---|")
    peer = np.nan if isinstance(fastlmm, str) else float(np.median(fastlmm[0]))
    for name, words in (("job, held", "h held"), ("job, refit", "h refitted at each marker")):
        share_ = f"{own[name] / peer:.2f}" if peer == peer else ""
        print(f"| scan_markers, {words} | {own[name]:.2f} | {share_} |")
    if isinstance(fastlmm, str):
        print(f"| FaST-LMM: {fastlmm} | | |")
    else:
        print(f"| FaST-LMM 0.6.13 single_snp, h held | {peer:.2f} | 1 |")


def in_families(
    rng: np.random.Generator, families: int, size: int, m: int
) -> tuple[Floats, Floats]:
    """Genotypes of full sibs, and their expected kinship."""
    n = families * size
    parents = rng.integers(0, 2, (families, 4, m), dtype=np.int8)
    own = parents[np.arange(n) // size]
    first, second = (rng.random((n, m)) < 0.5 for _ in range(2))
    G = np.where(first, own[:, 0], own[:, 1]) + np.where(second, own[:, 2], own[:, 3])
    return G.astype(np.float64), full_sib_families(families, size).K


def permutations() -> None:
    rng = np.random.default_rng(1)
    G, K = in_families(rng, 30, 10, 10_000)
    eigen = decompose(K)
    root = eigen.vectors * np.sqrt(H2 * eigen.values + 1.0 - H2)
    y = root @ rng.standard_normal(300)
    taken = [
        seconds(lambda: permutation_threshold(G, y, None, eigen, permutations=1000, rng=rng))
        for _ in range(3)
    ]
    print("\n| individuals | markers | permutations | seconds, median of 3 |")
    print("|---|---|---|---|")
    print(f"| 300 | 10,000 | 1,000 | {np.median(taken):.2f} |")

    shared = share(eigen, np.ones((300, 1)))
    some = G[:, :100]
    contrasts = some.T @ shared.to_contrasts
    truth = {"the true h": H2, "the ĥ of each": "null", "h = 0, least squares": 0.0}
    wrong = dict.fromkeys(truth, 0)
    for _ in range(DATASETS):
        y = root @ rng.standard_normal(300)
        for words, h2 in truth.items():
            maxima, h = permuted_maxima(some, shared, y, h2, 199, rng, None)  # type: ignore[arg-type]
            spread = np.sqrt(h * shared.values + 1.0 - h)
            x, e = contrasts / spread, (y @ shared.to_contrasts) / spread
            r2 = (x @ e) ** 2 / (np.einsum("ij,ij->i", x, x) * (e @ e))
            wrong[words] += r2.max() > np.sort(maxima)[189]
    print(
        f"\n{DATASETS:,} null data sets of 30 families of 10, h = {H2}, 100 markers; of each a "
        "threshold at 5% by 199 permutations\n"
    )
    print("| permuted and scanned at | scans with a false peak | ± standard error |")
    print("|---|---|---|")
    for words, count in wrong.items():
        rate = count / DATASETS
        print(f"| {words} | {rate:.1%} | {np.sqrt(rate * (1.0 - rate) / DATASETS):.1%} |")


def growth() -> None:
    print(
        f"\nMarkers streamed from a bed file, {GROWTH_N} individuals, h refitted at each; medians "
        f"of {GROWTH_RUNS} runs\n"
    )
    print(_HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for m in MARKERS:
            print(_row(*_measured(Path(folder), GROWTH_N, m)))
    print(f"\nIndividuals, {GROWTH_M:,} markers streamed, the same way\n")
    print(_HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for n in INDIVIDUALS:
            print(_row(*_measured(Path(folder), n, GROWTH_M)))


_HEAD = (
    "| individuals | markers | decompose | its share | scan | µs a marker | highest memory | of it "
    "results and names | the rest |\n|---|---|---|---|---|---|---|---|---|"
)


def _row(n: int, m: int, found: dict[str, float]) -> str:
    peak, held = found["peak"] / 2**20, found["held"] / 2**20
    share_ = found["decompose"] / (found["decompose"] + found["scan"])
    return (
        f"| {n:,} | {m:,} | {found['decompose']:.2f} s | {share_:.0%} | {found['scan']:.2f} s "
        f"| {1e6 * found['scan'] / m:.0f} | {peak:.0f} MB | {held:.0f} MB | {peak - held:.0f} MB |"
    )


def _measured(
    folder: Path, n: int, m: int, runs: int = GROWTH_RUNS
) -> tuple[int, int, dict[str, float]]:
    """Write a bed file, and scan it in processes of their own: the medians."""
    bed = folder / f"g{n}x{m}.bed"
    # The first markers, whose kinship it is, are the same for every m: so is what a refit costs.
    rng = np.random.default_rng(n)
    with bed.open("wb") as file:
        file.write(b"\x6c\x1b\x01")
        for start in range(0, m, 10_000):
            count = min(10_000, m - start)
            codes = np.array([0, 2, 3], dtype=np.uint8)[rng.integers(0, 3, (count, -(-n // 4), 4))]
            file.write((codes << np.array([0, 2, 4, 6], dtype=np.uint8)).sum(2, np.uint8).tobytes())
    bed.with_suffix(".fam").write_text("".join(f"f i{i} 0 0 0 -9\n" for i in range(n)))
    with bed.with_suffix(".bim").open("w") as text:
        text.writelines(f"1\tm{k}\t0\t{k + 1}\tA\tC\n" for k in range(m))
    command = [sys.executable, "-m", "benchmarks.scan", "measure", str(bed)]
    found = [
        json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        for _ in range(runs)
    ]
    bed.unlink()
    return n, m, {name: float(np.median([one[name] for one in found])) for name in found[0]}


def measure(path: str) -> None:
    """Seconds and bytes of one scan from the disk, by a kinship of its first 1,000 markers."""
    genotypes = open_bed_genotypes(path)
    n = len(genotypes.ids)
    K = standardized_kinship(genotypes[:, :1000])
    y = np.random.default_rng(3).standard_normal(n)
    start = time.perf_counter()
    shared = share(Undecomposed(read_only(K)), None)
    middle = time.perf_counter()
    model = scan_model(shared, y)
    scan = empty(genotypes.shape[1])
    for places in block_places(genotypes):
        put(scan, places, block_tests(model, read_block(genotypes, places)))
    end = time.perf_counter()
    arrays = [getattr(scan, name) for name in ("beta", "status", "kind", "n_missing")]
    held = sum(a.nbytes for a in arrays) + 10 * scan.beta.nbytes
    held += sum(map(sys.getsizeof, genotypes.markers)) + genotypes.position.nbytes
    held += 4 * sys.getsizeof(genotypes.markers)
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {
        "decompose": middle - start,
        "scan": end - middle,
        "peak": peak,
        "held": held,
    }
    print(json.dumps(found))


PARTS = {
    "floors": floors,
    "busy": busy,
    "others": others,
    "permutations": permutations,
    "growth": growth,
    "large": large,
}


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--wait"]
    if words[:1] == ["measure"]:
        measure(words[1])
        return
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}; Python "
        f"{platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
        f"lmm_core {versions()['lmm_core']}, threads with one BLAS thread each: {threaded()}"
    )
    for name in words or [name for name in PARTS if name != "large"]:
        if name in TIMED and (load := quiet()):
            print(f"\n{name}: not measured (load {load})")
        else:
            PARTS[name]()


if __name__ == "__main__":
    main()
