"""Every trait at every marker: time, memory, a loop over scan_markers, and growth.

    python -m benchmarks.scan_traits [whole] [missing] [growth] [individuals] [large] [--wait]

Without a word, all but `large`, whose decompositions of 5,000 and 10,000 individuals take minutes
and gigabytes. 35,554 traits and 7,320 markers of 79 simulated recombinant inbred
strains, from Y, G and K to every peak; each run is a process of its own, whose peak memory is told,
the median of five. The loop over scan_markers has a sample of the traits: its time for all is
extrapolated from theirs. Before each the load must be below 0.3, else its wall time is "not
measured"; the time of the processor stands beside. With --wait it is waited for, three minutes.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import time
from typing import Literal

import numpy as np
import scipy

from lmm_core import decompose, scan_markers, standardized_kinship
from lmm_core.arrays import Floats
from lmm_core.kinship import KinshipEigen
from lmm_core.scan import scan_traits, trait_thresholds
from lmm_core.version import versions

N, TRAITS, MARKERS, PATTERNS = 79, 35_554, 7_320, 20
RUNS, LOOP = 5, 100
QUIET, QUIET_WITHIN = 0.3, 180
GROWTH_TRAITS = (2_000, 8_000, 32_000, 128_000)
GROWTH_MARKERS = (1_000, 10_000, 100_000)
INDIVIDUALS, LARGE = (79, 300, 1_000, 2_000), (5_000, 10_000)


def strains(n: int, markers: int, rng: np.random.Generator) -> Floats:
    """Genotypes of recombinant inbred strains, 0 or 2, on twenty chromosomes of 100 cM.

    Neighbours at the distance d, in morgans, differ with probability 4r/(1 + 6r) where
    r = (1 - e⁻²ᵈ)/2 (Haldane & Waddington 1931, Genetics 16:357).
    """
    each = -(-markers // 20)
    r = 0.5 * -np.expm1(-2.0 / each)
    found = np.empty((n, 20 * each))
    for start in range(0, 20 * each, each):
        switches = rng.random((n, each)) < 4.0 * r / (1.0 + 6.0 * r)
        switches[:, 0] = rng.random(n) < 0.5
        found[:, start : start + each] = 2.0 * (np.cumsum(switches, axis=1) % 2)
    return found[:, :markers]


def simulated(n: int, m: int, markers: int) -> tuple[Floats, Floats, Floats]:
    """Traits of every h, a fifth of them without any, each with a QTL; genotypes; their kinship.

    What the kinship makes is drawn by its eigenvectors.
    """
    rng = np.random.default_rng(n)
    G = strains(n, markers, rng)
    K = standardized_kinship(G)
    eigen = decompose(K)
    Y = np.empty((n, m))
    for start in range(0, m, 1000):
        block = Y[:, start : start + 1000]
        h = rng.uniform(size=block.shape[1]) * (rng.random(block.shape[1]) < 0.8)
        d = h * eigen.values[:, np.newaxis] + (1.0 - h)
        block[:] = eigen.vectors @ (np.sqrt(d) * rng.standard_normal(block.shape))
        block += 0.4 * G[:, rng.integers(0, markers, block.shape[1])]
    return Y, G, K


def of_many(n: int, m: int, markers: int) -> tuple[Floats, Floats, Floats]:
    """The same of thousands of individuals: what the kinship makes is drawn by its markers."""
    rng = np.random.default_rng(n)
    G = strains(n, markers, rng)
    Y = (G - G.mean(axis=0)) / G.std(axis=0) @ rng.standard_normal((markers, m))
    h = rng.uniform(size=m) * (rng.random(m) < 0.8)
    Y *= np.sqrt(h / markers)
    Y += np.sqrt(1.0 - h) * rng.standard_normal((n, m))
    return Y, G, standardized_kinship(G)


def lacking(Y: Floats) -> Floats:
    """The same with missing values in twenty patterns, one of which has none."""
    rng = np.random.default_rng(2)
    rows = [rng.choice(len(Y), rng.integers(1, 8), replace=False) for _ in range(PATTERNS - 1)]
    for place, which in enumerate(rng.integers(0, PATTERNS, (Y.shape[1],))):
        if which:
            Y[rows[which - 1], place] = np.nan
    return Y


def measure(what: str, n: int, m: int, markers: int) -> None:
    """One run, in this process: what it took, as JSON."""
    Y, G, K = (of_many if what == "individuals" else simulated)(n, m, markers)
    if what == "missing":
        lacking(Y)
    precision: Literal["single", "double"] = "double" if what == "double" else "single"
    # Modules are loaded before the clock starts, as they are of any second run.
    some = slice(0, min(n, 60))
    scan_traits(Y[some, :2], G[some, :100], None, K[some, some].copy())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, worked = time.perf_counter(), time.process_time()
    peaks, _ = scan_traits(Y, G, None, K, precision=precision)
    found = {"seconds": time.perf_counter() - start, "processor": time.process_time() - worked}
    if what in ("single", "missing"):
        rng = np.random.default_rng(1)
        trait_thresholds(peaks, Y, G, None, K, rng=rng)
        found["thresholds"] = time.perf_counter() - start
        found["thresholds processor"] = time.process_time() - worked
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["before"] = before / 1024
    if what == "individuals":
        worked = time.process_time()
        decompose(K)
        found["decompose"] = time.process_time() - worked
    if what == "loop":
        found |= _loop(Y, G, decompose(K), peaks.lod)
    print(json.dumps(found))


def _loop(Y: Floats, G: Floats, eigen: KinshipEigen, lod: Floats) -> dict[str, float]:
    """A loop over a sample of the traits, K decomposed before, and how far its peaks are from."""
    some = np.random.default_rng(3).choice(Y.shape[1], LOOP, replace=False)
    start, worked = time.perf_counter(), time.process_time()
    tops = [np.nanmax(scan_markers(G, Y[:, j], None, eigen, h2="null").lod) for j in some]
    return {
        "loop": (time.perf_counter() - start) / LOOP,
        "loop processor": (time.process_time() - worked) / LOOP,
        "apart": float(np.abs(np.array(tops) - lod[some]).max()),
    }


def runs(
    what: str, n: int, m: int, markers: int, count: int = RUNS
) -> tuple[dict[str, float], str]:
    """Medians of some runs, and the load before them, if it was too high to measure anything."""
    load = quiet()
    command = [sys.executable, "-m", "benchmarks.scan_traits", "measure", what]
    command += map(str, (n, m, markers))
    found = [
        json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        for _ in range(count)
    ]
    return {name: float(np.median([one[name] for one in found])) for name in found[0]}, load


def quiet() -> str:
    """Wait for the load to fall below 0.3, and "" if it does; otherwise the load."""
    for _ in range(QUIET_WITHIN if "--wait" in sys.argv else 1):
        load = os.getloadavg()[0]
        if load < QUIET:
            return ""
        time.sleep(1.0 if "--wait" in sys.argv else 0.0)
    return f"{load:.2f}"


def wall(seconds: float, load: str) -> str:
    return f"not measured (load {load})" if load else f"{seconds:.2f} s"


def whole() -> None:
    _table({"complete, single precision": "single", "complete, double precision": "double"})
    found, load = runs("loop", N, TRAITS, MARKERS, 1)
    ratio = found["loop processor"] * TRAITS / found["processor"]
    print(
        f"\nA loop over scan_markers, h held, of {LOOP} of the traits: "
        f"{1e3 * found['loop processor']:.1f} ms of the processor each, so that all {TRAITS:,} "
        f"would take {wall(found['loop'] * TRAITS, load)}: {ratio:.0f} times the processor's time"
        + ("" if load else f", {found['loop'] * TRAITS / found['seconds']:.0f} times the time")
        + f". Their peak LOD scores are within {found['apart']:.0e} of these.\n"
    )


def missing() -> None:
    _table({f"missing values in {PATTERNS} patterns": "missing"})


def _table(rows: dict[str, str]) -> None:
    print(f"\n{TRAITS:,} traits × {MARKERS:,} markers, n = {N}, medians of {RUNS} processes\n")
    print("| | Y, G, K to peaks | processor | and thresholds | processor | memory, most | before |")
    print("|---|---|---|---|---|---|---|")
    for words, what in rows.items():
        found, load = runs(what, N, TRAITS, MARKERS)
        more = "| | "
        if "thresholds" in found:
            more = f"| {wall(found['thresholds'], load)} | {found['thresholds processor']:.2f} s "
        print(
            f"| {words} | {wall(found['seconds'], load)} | {found['processor']:.2f} s {more}"
            f"| {found['peak']:.0f} MB | {found['before']:.0f} MB |"
        )


def growth() -> None:
    print("\nGrowth in traits and in markers, n = 79, medians of 3\n")
    print("| traits | markers | time | processor | ns of it a pair | memory, most | of it before |")
    print("|---|---|---|---|---|---|---|")
    sizes = [(m, MARKERS) for m in GROWTH_TRAITS] + [(8_000, k) for k in GROWTH_MARKERS]
    for m, markers in sizes:
        found, load = runs("peaks", N, m, markers, 3)
        print(
            f"| {m:,} | {markers:,} | {wall(found['seconds'], load)} | {found['processor']:.2f} s "
            f"| {1e9 * found['processor'] / (m * markers):.2f} | {found['peak']:.0f} MB "
            f"| {found['before']:.0f} MB |"
        )


def individuals(sizes: tuple[int, ...] = INDIVIDUALS) -> None:
    print("\nGrowth in individuals, 4,000 traits × 4,000 markers\n")
    print(
        "| n | time | processor | share of one decomposition of K | memory, most | of it before |"
    )
    print("|---|---|---|---|---|---|")
    for n in sizes:
        found, load = runs("individuals", n, 4_000, 4_000, 1)
        print(
            f"| {n:,} | {wall(found['seconds'], load)} | {found['processor']:.2f} s "
            f"| {found['decompose'] / found['processor']:.0%} | {found['peak']:.0f} MB "
            f"| {found['before']:.0f} MB |"
        )


def large() -> None:
    individuals(LARGE)


PARTS = {
    "whole": whole,
    "missing": missing,
    "growth": growth,
    "individuals": individuals,
    "large": large,
}


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--wait"]
    if words[:1] == ["measure"]:
        measure(words[1], *map(int, words[2:]))
        return
    try:
        import threadpoolctl

        threads = f"threadpoolctl {threadpoolctl.__version__}"
    except ImportError:
        threads = "no threadpoolctl: one thread of Python"
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}; Python "
        f"{platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
        f"lmm_core {versions()['lmm_core']}, {threads}"
    )
    for name in words or [name for name in PARTS if name != "large"]:
        PARTS[name]()


if __name__ == "__main__":
    main()
