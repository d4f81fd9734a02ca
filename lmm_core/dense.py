"""The same model straight from V = hK + (1-h)I, in O(n³): the specification and the oracle.

Nothing here is rotated, and nothing is shared with the stages that are: when the two agree,
it is not because they run the same code.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.errors import LMMError


@dataclass(frozen=True, slots=True, eq=False)
class DenseGLS:
    """Generalised least squares at one h.

    Attributes:
        h2: the h it was done at.
        beta: (X'V⁻¹X)⁻¹X'V⁻¹y, shape (p,), in units of y per unit of the column.
        rss: (y - Xβ)'V⁻¹(y - Xβ), in units of y squared.
        sigma2: v̂, rss/(n-p) under REML and rss/n under ML.
        se_beta: standard errors of beta given h, shape (p,).
        loglik: log-likelihood (restricted if `reml`), natural logarithm, all constants.
    """

    h2: float
    beta: NDArray[np.float64]
    rss: float
    sigma2: float
    se_beta: NDArray[np.float64]
    loglik: float


def dense_gls(
    y: ArrayLike, X: ArrayLike, K: ArrayLike, h2: float, *, reml: bool = True
) -> DenseGLS:
    """Generalised least squares at one h by the Cholesky factor of V = hK + (1-h)I.

    Args:
        y, X, K: phenotype (n,), covariates of full column rank (n, p), kinship (n, n).
        h2: share of variance in [0, 1].
        reml: which likelihood, and which divisor of the residual sum of squares.

    Raises:
        LMMError: V is not positive definite, as with a singular K at h = 1, or a column of X
            is a linear function of others.

    References:
        Searle, Casella & McCulloch 1992, "Variance Components", section 6.6.
    """
    # SciPy's linear algebra takes twice as long to import as the rest of the package.
    from scipy import linalg

    y, X, K = (np.ma.filled(np.ma.asarray(part, dtype=np.float64), np.nan) for part in (y, X, K))
    n, p = X.shape
    # Columns of unit length: how a covariate is coded must not cost digits.
    length = np.linalg.norm(X, axis=0)
    X = X / np.where(length > 0.0, length, 1.0)
    if np.linalg.matrix_rank(X) < p:
        raise LMMError(
            "X must have independent columns",
            f"it has rank below {p}",
            "leave out those that are linear functions of others",
        )
    V = h2 * K
    V.flat[:: n + 1] += 1.0 - h2
    try:
        factor = linalg.cho_factor(V, lower=True, overwrite_a=True, check_finite=False)
        VX = linalg.cho_solve(factor, X, check_finite=False)
        XVX = linalg.cho_factor(X.T @ VX, lower=True)
    except linalg.LinAlgError:
        raise LMMError(
            "V = hK + (1-h)I must be positive definite",
            f"at h = {h2} it is not",
            "take h below 1, or look for negative eigenvalues in K",
        ) from None
    beta = linalg.cho_solve(XVX, VX.T @ y)
    e = y - X @ beta
    rss = float(e @ linalg.cho_solve(factor, e, check_finite=False))
    df = n - p if reml else n
    twice = df * np.log(2.0 * np.pi) + 2.0 * np.log(np.diagonal(factor[0])).sum()
    twice += df * np.log(rss / df) + df
    if reml:
        # The lengths cancel in the difference.
        twice += 2.0 * np.log(np.diagonal(XVX[0])).sum() - np.linalg.slogdet(X.T @ X)[1]
    variance = rss / df
    covariance = linalg.cho_solve(XVX, np.eye(p))
    return DenseGLS(
        h2=float(h2),
        beta=beta / length,
        rss=rss,
        sigma2=variance,
        se_beta=np.sqrt(variance * np.diagonal(covariance)) / length,
        loglik=float(-0.5 * twice),
    )


def dense_fit(
    y: ArrayLike, X: ArrayLike, K: ArrayLike, *, reml: bool = True, points: int = 101
) -> DenseGLS:
    """The best h on an even grid over [0, 1], refined by SciPy's search between its neighbours.

    h = 1 itself is left out when V is singular there. Meant for small n: it costs about
    `points` + 60 factorisations of an (n, n) matrix.
    """
    from scipy import optimize

    y, X, K = (np.ma.filled(np.ma.asarray(part, dtype=np.float64), np.nan) for part in (y, X, K))
    if y.size <= X.shape[1]:
        raise LMMError(
            "a fit needs more individuals than coefficients",
            f"there are {y.size} and {X.shape[1]}, so X fits y without error and no variance "
            "is left to divide",
        )

    def loglik(h2: float) -> float:
        return dense_gls(y, X, K, h2, reml=reml).loglik

    grid = [float(h) for h in np.linspace(0.0, 1.0, points)]
    values = []
    for h in grid:
        try:
            values.append(loglik(h))
        except LMMError:
            values.append(-np.inf)
    best = int(np.argmax(values))
    lower, upper = grid[max(best - 1, 0)], grid[min(best + 1, points - 1)]
    refined = float(
        optimize.minimize_scalar(
            lambda h: -loglik(float(h)),
            bounds=(lower, upper),
            method="bounded",
            options={"xatol": 1e-10},
        ).x
    )
    if values[best] >= loglik(refined):
        refined = grid[best]
    return dense_gls(y, X, K, refined, reml=reml)
