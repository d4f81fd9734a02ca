"""How long a fit of many records of fewer individuals takes, and how much memory.

    python -m benchmarks.records

Each row is a process of its own: y, X with an intercept and a covariate of records, K of the
individuals, and the time from there to the fit and its profile interval; the memory is the highest
of the process, NumPy and the data included. Where the matrix of the records can be written out, its
fit is beside it: the same h to ten digits.
"""

import os
import resource
import subprocess
import sys
import time

import numpy as np

from lmm_core import decompose_records, fit_lmm, interval_h2, standardized_kinship

SIZES = ((1_000, 100), (3_000, 300), (10_000, 1_000), (100_000, 1_000), (1_000_000, 1_000))
# The matrix of so many records is written out for comparison.
WHOLE = 3_000
H2 = 0.4


def main() -> None:
    if len(sys.argv) == 4:
        print(row(int(sys.argv[1]), int(sys.argv[2]), whole=sys.argv[3] == "whole"))
        return
    print("| records | individuals | | seconds | MB | h |")
    print("|---|---|---|---|---|---|")
    for n, k in SIZES:
        for way in ("records", "whole")[: 1 + (n <= WHOLE)]:
            command = [sys.executable, "-m", "benchmarks.records", str(n), str(k), way]
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
            ran = subprocess.run(
                command, check=True, capture_output=True, text=True, env=environment
            )
            print(ran.stdout, end="", flush=True)


def row(n: int, k: int, *, whole: bool) -> str:
    """A row of the table."""
    rng = np.random.default_rng(n + k)
    K = standardized_kinship(rng.integers(0, 3, (k, 2 * k)).astype(float), 0.5)
    of = rng.integers(0, k, n)
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    u = np.linalg.cholesky(K + 1e-8 * np.eye(k)) @ rng.normal(size=k)
    y = np.sqrt(H2) * u[of] + np.sqrt(1.0 - H2) * rng.normal(size=n)
    start = time.perf_counter()
    fit = fit_lmm(y, X, K[np.ix_(of, of)] if whole else decompose_records(K, of))
    interval_h2(fit)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    words = "written out" if whole else ""
    return f"| {n:,} | {k:,} | {words} | {seconds:.2f} | {memory:.0f} | {fit.h2:.10f} |"


if __name__ == "__main__":
    main()
