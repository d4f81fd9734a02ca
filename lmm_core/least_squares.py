"""3. For each h, weighted least squares: what generalised least squares is after the rotation.

The weights are 1/(hλ + 1 - h), one for each eigen-direction.
"""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, read_only
from lmm_core.errors import LMMError
from lmm_core.rotation import RotatedData


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WLSFit(Brief):
    """The weighted least squares fit of the rotated model at one h.

    Attributes:
        h2: the h it was fitted at, on the scale of K as given.
        weights: w_i = 1/d_i with d_i = hλ_i + 1 - h, shape (n,); infinite where d_i = 0.
        beta: coefficients of all columns of X, shape (n_columns,), in units of y per unit of
            the column; NaN for an aliased column.
        residuals: U'y - U'Xβ, shape (n,), in units of y.
        rss: Σ w_i residual_i², in units of y squared; infinite at h = 1 when a residual with
            no variance is not zero.
        unscaled_covariance: (X'WX)⁻¹ over all columns, shape (n_columns, n_columns), NaN in
            rows and columns of aliased ones; times v̂ it is the covariance of beta.
    """

    h2: float
    weights: Floats
    beta: Floats
    residuals: Floats
    rss: float
    unscaled_covariance: Floats


def wls(rotated: RotatedData, h2: float) -> WLSFit:
    """Weighted least squares of the rotated phenotype on the rotated covariates.

    b = (X̃'WX̃)⁻¹X̃'Wỹ with W = diag(1/d). At h = 1 with a singular K the weights of the null
    directions are infinite and the fit is the exact limit: least squares on the other
    directions, constrained to fit those.

    Raises:
        LMMError: h2 is not in [0, 1].

    References:
        Kang et al. 2008, Genetics 178:1709, eq. 3; Broman 2015, "Fitting linear mixed models
        for QTL mapping".
    """
    check_h2(h2)
    p = rotated.rank
    d = h2 * rotated.values + (1.0 - h2)
    weights = np.full(d.shape, np.inf)
    np.divide(1.0, d, out=weights, where=d > 0)
    # At the limit, the columns that reach into the null space are tied down by it; they are
    # orthogonal there.
    free = rotated.stable.null_rank if h2 == 1.0 else 0
    rows = d > 0
    coefficients = np.zeros(p)
    if free:
        M = rotated.stable.basis[~rows, :free]
        coefficients[:free] = (rotated.stable.residual[~rows] @ M) / np.sum(M**2, axis=0)
    response = rotated.stable.residual - rotated.stable.basis[:, :free] @ coefficients[:free]
    root = np.sqrt(weights[rows])
    basis = rotated.stable.basis[rows, free:]
    # Orthogonal triangularisation rather than the normal equations: the numbers that the
    # reader compares with dense least squares are worth the extra digits.
    Q, R = np.linalg.qr(root[:, np.newaxis] * basis)
    coefficients[free:] = np.linalg.solve(R, Q.T @ (root * response[rows]))
    residuals = response - rotated.stable.basis[:, free:] @ coefficients[free:]
    stuck = not rows.all() and bool(np.any(residuals[~rows] != 0))

    beta = np.full(rotated.n_columns, np.nan)
    beta[rotated.kept] = rotated.stable.offset + rotated.stable.to_beta @ coefficients
    spread = rotated.stable.to_beta[:, free:] @ np.linalg.solve(R, np.eye(p - free))
    covariance = np.full((rotated.n_columns, rotated.n_columns), np.nan)
    covariance[np.ix_(rotated.kept, rotated.kept)] = spread @ spread.T
    return WLSFit(
        h2=float(h2),
        weights=read_only(weights),
        beta=read_only(beta),
        residuals=read_only(residuals),
        rss=np.inf if stuck else float(np.sum((root * residuals[rows]) ** 2)),
        unscaled_covariance=read_only(covariance),
    )


def check_h2(h2: float) -> None:
    """Raise an LMMError unless h2 is a number in [0, 1]."""
    if not 0.0 <= h2 <= 1.0:
        raise LMMError("h must lie between 0 and 1", f"it is {h2}", "it is a share of variance")


def check_level(level: float | None) -> None:
    """Raise an LMMError unless the coverage of an interval is in (0, 1), or there is none."""
    if level is not None and not 0.0 < level < 1.0:
        raise LMMError("the level must lie between 0 and 1", f"it is {level}", "0.95 is usual")
