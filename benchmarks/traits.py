"""How fast many traits are fitted, and samples of the estimates drawn; how much memory it takes.

    python -m benchmarks.traits [traits | sampling | memory]

Medians over repeated runs of one process. The loop over fit_lmm and R have fewer traits: rates are
compared, each with that of fit_traits right before it, so that a machine that changes its speed
does not change the ratio. R finds each estimate by `optimize` over [0, 1], once K is decomposed
and y and X are rotated, as R/lmmlite does. The memory is that of a process that does nothing else.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lmm_core import KinshipEigen, decompose, fit_lmm, fit_traits, rotate, standardized_kinship
from lmm_core.arrays import Floats
from lmm_core.certainty import contrasts, sample_estimates
from lmm_core.many.resampling import bootstrap_shared
from lmm_core.many.shared import share
from lmm_core.simulate.cross import advanced_intercross

N, TRAITS, LOOP, IN_R, REPEATS = 261, 30_000, 300, 1000, 5
MEMORY = (500, 100_000)

R_SCRIPT = """
arguments <- commandArgs(TRUE)
n <- as.integer(arguments[2]); m <- as.integer(arguments[3])
number <- function(name, size) readBin(file.path(arguments[1], name), "double", size)
values <- number("values", n)
X <- matrix(number("X", 2 * n), n); Y <- matrix(number("Y", n * m), n)
ld <- determinant(crossprod(X))$modulus[1]
loglik <- function(h, y) {
    d <- h * values + 1 - h
    WX <- X / d
    XWX <- crossprod(X, WX)
    r <- y - X %*% solve(XWX, crossprod(WX, y))
    rss <- sum(r^2 / d)
    -((n - 2) * log(rss) + sum(log(d)) + determinant(XWX)$modulus[1] - ld) / 2
}
start <- proc.time()[["elapsed"]]
h <- apply(Y, 2, function(y) optimize(loglik, c(0, 1), y = y, maximum = TRUE, tol = 1e-6)$maximum)
cat(proc.time()[["elapsed"]] - start, "\\n")
writeBin(h, file.path(arguments[1], "h"))
"""


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def median(run: Callable[[], object], repeats: int) -> float:
    run()
    return float(np.median([seconds(run) for _ in range(repeats)]))


def problem(n: int) -> tuple[KinshipEigen, Floats, np.random.Generator]:
    """The kinship of an intercross, sex, and the generator."""
    rng = np.random.default_rng(n)
    K = standardized_kinship(advanced_intercross(n, spacing_cm=0.5, rng=rng).genotypes, 0.5)
    return decompose(K), np.column_stack([np.ones(n), rng.integers(0, 2, n)]), rng


def simulated(eigen: KinshipEigen, m: int, rng: np.random.Generator) -> Floats:
    """Traits of every h, a block at a time."""
    Y = np.empty((eigen.n, m))
    for start in range(0, m, 1000):
        block = Y[:, start : start + 1000]
        h = rng.uniform(size=block.shape[1])
        d = h * eigen.values[:, np.newaxis] + (1.0 - h)
        block[:] = eigen.vectors @ (np.sqrt(d) * rng.standard_normal(block.shape))
    return Y


def many_traits() -> None:
    eigen, X, rng = problem(N)
    Y = simulated(eigen, TRAITS, rng)
    few = Y[:, :LOOP].T
    found: list[Any] = []

    def ours() -> float:
        return seconds(lambda: fit_traits(Y, X, eigen))

    def loop() -> float:
        return seconds(lambda: [fit_lmm(y, X, eigen) for y in few])

    def in_r() -> float:
        took, h = time_r(eigen, X, Y[:, :IN_R])
        found[:] = h
        return took

    rows: list[tuple[str, int, Callable[[], float]]] = [
        ("fit_traits, REML", TRAITS, ours),
        ("by ML", TRAITS, lambda: seconds(lambda: fit_traits(Y, X, eigen, reml=False))),
        (
            "with 95% intervals",
            TRAITS,
            lambda: seconds(lambda: fit_traits(Y, X, eigen, level=0.95)),
        ),
        ("in two processes", TRAITS, lambda: seconds(lambda: fit_traits(Y, X, eigen, n_jobs=2))),
        ("a loop over fit_lmm", LOOP, loop),
    ]
    if shutil.which("Rscript"):
        rows.append(("R, optimize", IN_R, in_r))
    print(f"{TRAITS:,} traits, n = {N}, p = 2, once K is decomposed\n")
    print("| by | traits | time | traits a second | fit_traits, REML, has times the rate |")
    print("|---|---|---|---|---|")
    for name, m, run in rows:
        run()
        pairs = np.array([(ours(), run()) for _ in range(REPEATS)])
        took = np.median(pairs[:, 1])
        ratio = np.median(pairs[:, 1] / m / (pairs[:, 0] / TRAITS))
        print(f"| {name} | {m:,} | {took:.3f} s | {m / took:,.0f} | {ratio:.1f} |")
    if found:
        fits = fit_traits(Y[:, :IN_R], X, eigen)
        one_hill = fits.n_maxima == 1
        apart = np.abs(np.array(found) - fits.h2)[one_hill].max()
        print(
            f"\nR's estimates of the {one_hill.sum():,} traits with one maximum are within "
            f"{apart:.0e} of these.\n"
        )


def time_r(eigen: KinshipEigen, X: Floats, Y: Floats) -> tuple[float, Floats]:
    """Seconds and estimates."""
    with tempfile.TemporaryDirectory() as folder:
        arrays = {"values": eigen.values, "X": eigen.vectors.T @ X, "Y": eigen.vectors.T @ Y}
        for name, values in arrays.items():
            Path(folder, name).write_bytes(values.T.tobytes())
        script = Path(folder, "script.R")
        script.write_text(R_SCRIPT)
        command = ["Rscript", str(script), folder, str(Y.shape[0]), str(Y.shape[1])]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return float(done.stdout), np.fromfile(Path(folder, "h"))


def sampling() -> None:
    print("Samples of the estimates at h = 0.5, p = 2, once K is decomposed and X rotated\n")
    print("| n | draws | bootstrap, ML and REML with β | per draw and n | sample_estimates, REML |")
    print("|---|---|---|---|---|")
    for n, many in (
        (100, (10_000,)),
        (300, (2500, 10_000, 40_000)),
        (1000, (10_000,)),
        (3000, (10_000,)),
    ):
        eigen, X, rng = problem(n)
        shared = share(eigen, X)
        pairs = contrasts(rotate(eigen, rng.standard_normal(n), X))
        for draws in many:
            repeats = 5 if n < 1000 else 3
            full = median(
                lambda: bootstrap_shared(shared, 0.5, rng=rng, draws=draws),  # noqa: B023
                repeats,
            )
            light = median(
                lambda: sample_estimates(pairs, 0.5, rng=rng, draws=draws),  # noqa: B023
                repeats,
            )
            print(
                f"| {n:,} | {draws:,} | {full:.2f} s | {1e9 * full / (draws * n):.0f} ns "
                f"| {light:.2f} s |"
            )
    print()


def memory() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.traits", "peak", *map(str, MEMORY)],
        capture_output=True,
        text=True,
        check=True,
    )
    print(done.stdout)


def peak(n: int, m: int) -> None:
    eigen, X, rng = problem(n)
    Y = simulated(eigen, m, rng)
    took = seconds(lambda: fit_traits(Y, X, eigen))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"{m:,} traits at n = {n}: {took:.2f} s, peak memory of the process "
        f"{most / 1e9:.2f} GB, of which Y is {Y.nbytes / 1e9:.2f} GB"
    )


def main() -> None:
    if sys.argv[1:2] == ["peak"]:
        peak(int(sys.argv[2]), int(sys.argv[3]))
        return
    sections = {"traits": many_traits, "sampling": sampling, "memory": memory}
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n")
    for name in sys.argv[1:] or sections:
        sections[name]()


if __name__ == "__main__":
    main()
