"""How long the stages of a fit take, beside numpy.linalg.eigh.

    python -m benchmarks.fit

Medians over repeated runs of one process; the ratio pairs each decomposition with an eigh of the
same matrix right after it, so that a machine that changes its speed does not change the ratio.
"""

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from lmm_core import decompose, fit_lmm, log_likelihood, rotate, standardized_kinship
from lmm_core.grid import profile_grid
from lmm_core.simulate.cross import advanced_intercross
from lmm_core.simulate.families import simulate_phenotype


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def median(run: Callable[[], object], repeats: int) -> float:
    run()
    return float(np.median([seconds(run) for _ in range(repeats)]))


def main() -> None:
    print("| n | p | decompose | eigh | ratio | fit_lmm | rotate | grid | h | evaluations |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for n, repeats in ((300, 15), (1000, 5), (2000, 3)):
        rng = np.random.default_rng(n)
        K = standardized_kinship(advanced_intercross(n, spacing_cm=0.5, rng=rng).genotypes, 0.5)
        X = np.column_stack([np.ones(n), rng.integers(0, 2, n), rng.normal(size=n)])
        decompose(K)
        pairs = [
            (seconds(partial(decompose, K)), seconds(partial(np.linalg.eigh, K)))
            for _ in range(repeats)
        ]
        own, peer = np.median(pairs, axis=0)
        ratio = np.median([a / b for a, b in pairs])
        eigen = decompose(K)
        y = simulate_phenotype(eigen, 0.5, X=X, beta=[10.0, 1.0, 0.5], rng=rng).y
        fit = fit_lmm(y, X, eigen)
        grid = profile_grid(fit.rotated)
        whole = median(lambda: fit_lmm(y, X, eigen), 50)  # noqa: B023
        turn = median(lambda: rotate(eigen, y, X), 50)  # noqa: B023
        scan = median(lambda: log_likelihood(fit.rotated, grid), 50)  # noqa: B023
        print(
            f"| {n} | {fit.p} | {own:.3f} s | {peer:.3f} s | {ratio:.2f} | {1e3 * whole:.2f} ms "
            f"| {1e3 * turn:.2f} ms | {1e3 * scan:.2f} ms | {fit.h2:.3f} | {fit.n_eval} |"
        )


if __name__ == "__main__":
    main()
