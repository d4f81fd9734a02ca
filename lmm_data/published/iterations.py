"""Steps towards the REML estimates by the textbooks' own ways, from V itself."""

import numpy as np

from lmm_core.arrays import Floats


def steps(
    y: Floats,
    X: Floats,
    K: Floats,
    start: tuple[float, float],
    *,
    by: str,
    times: int,
    animals: int,
) -> tuple[float, float]:
    """σ²_g and σ²_e after some steps.

    Args:
        y, X, K: phenotype (n,), covariates (n, p), kinship (n, n).
        start: σ²_g and σ²_e to begin with.
        by: "ai" for average information, "fisher" for scoring by the expected information, "newton"
            for the observed, "em" for expectation-maximisation.
        times: how many steps.
        animals: individuals in the pedigree, those without a record too: by EM they all have a
            genetic value that is missing, which makes it slower.

    References:
        Johnson & Thompson 1995, J Dairy Sci 78:449; Mrode & Pocrnic 2023, sections 17.4 and 17.7.
    """
    variances = np.array(start, dtype=np.float64)
    n, p = X.shape
    parts = (K, np.eye(n))
    for _ in range(times):
        W = np.linalg.inv(variances[0] * K + variances[1] * np.eye(n))
        WX = W @ X
        P = W - WX @ np.linalg.solve(X.T @ WX, WX.T)
        Py = P @ y
        if by == "em":
            slope = Py @ K @ Py - np.trace(P @ K)
            residual = variances[1] * (y @ Py) / (n - p)
            variances = np.array([variances[0] + variances[0] ** 2 * slope / animals, residual])
            continue
        score = np.array([Py @ part @ Py - np.trace(P @ part) for part in parts])
        M = np.column_stack([part @ Py for part in parts])
        average = M.T @ P @ M
        expected = np.array([[np.trace(P @ a @ P @ b) for b in parts] for a in parts])
        information = {"ai": average, "fisher": expected, "newton": 2.0 * average - expected}[by]
        variances = variances + np.linalg.solve(information, score)
    return float(variances[0]), float(variances[1])
