"""How long the tests and intervals that draw samples take.

    python -m benchmarks.inference

Seconds on the clock, the best of three runs: other work on a shared machine only adds.
"""

import time
from collections.abc import Callable

import numpy as np

from lmm_core import LMMFit, fit_lmm, rlrt, standardized_kinship
from lmm_core.certainty import contrasts, interval_h2, sample_estimates
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import simulate_phenotype


def best(run: Callable[[], object], repeats: int = 3) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def fit_of(n: int) -> LMMFit:
    rng = np.random.default_rng(n)
    K = standardized_kinship(advanced_intercross(n, spacing_cm=1.0, rng=rng).genotypes, 0.5)
    X = np.column_stack([np.ones(n), rng.integers(0, 2, n)])
    return fit_lmm(simulate_phenotype(K, 0.5, X=X, beta=[10.0, 0.5], rng=rng).y, X, K)


def main() -> None:
    small, large = fit_of(300), fit_of(2000)
    pairs = contrasts(small.rotated)
    rng = np.random.default_rng(1)
    rows = [
        (
            "100,000 draws of the null of the test of h = 0",
            300,
            3,
            lambda: rlrt(small, draws=10**5),
        ),
        (
            "100,000 estimates under h = 0.5",
            300,
            3,
            lambda: sample_estimates(pairs, 0.5, rng=rng, draws=10**5),
        ),
        ("profile interval", 300, 1, lambda: interval_h2(small)),
        ("exact interval", 300, 2, lambda: interval_h2(small, method="exact")),
        ("exact interval", 2000, 10, lambda: interval_h2(large, method="exact")),
    ]
    print("| what | n | seconds | at most |\n|---|---|---|---|")
    for what, n, limit, run in rows:
        print(f"| {what} | {n} | {best(run):.2f} | {limit} |", flush=True)


if __name__ == "__main__":
    main()
