"""Predicted random effects, and which individuals and eigen-directions do not fit."""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.errors import LMMError
from lmm_core.fit import LMMFit
from lmm_core.least_squares import WLSFit, wls
from lmm_core.records import individual_vectors, within_contrasts


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BLUP(Brief):
    """Best linear unbiased predictions of the genetic values u, var(u) = σ²_g·K.

    One for each individual, also where these have several records: of those with a record, in
    the order of K.

    Attributes:
        u: û, shape (n,), in units of y.
        prediction_variance: var(û_i - u_i), counting the error of β̂ but not of ĥ, shape (n,).
        reliability: 1 - var(û_i - u_i)/(σ²_g·K_ii), the squared accuracy, shape (n,); NaN where
            K_ii is 0 or there is no genetic variance.
    """

    u: Floats
    prediction_variance: Floats
    reliability: Floats


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Residuals(Brief):
    """What is left after the fit, direction by direction and individual by individual.

    Attributes:
        whitened: (ỹ - X̃β̂)_i √w_i/√v̂, one for each eigen-direction, nearly independent and
            standard normal if the model holds, shape (n,).
        leverage: share of each rotated observation in its own fit, shape (n,); they sum to p.
        studentized: for each individual, y_i less its prediction from all the others, in its
            standard deviations (v̂ and ĥ from all), shape (n,); NaN for one whom the others
            cannot predict, because a covariate is its own.
        outliers: places of the individuals, the largest |studentized| first, shape (n,).
        predicted: for each individual, the value that all the others predict for it, b fitted to
            them alone (ĥ from all), in units of y, shape (n,); NaN as `studentized`.
    """

    whitened: Floats
    leverage: Floats
    studentized: Floats
    outliers: Ints
    predicted: Floats


def blup(fit: LMMFit) -> BLUP:
    """Predict the genetic values: û = ĥKV⁻¹(y - Xβ̂).

    Raises:
        LMMError: the fit has no estimate, or its ĥ is 1 with a singular K.

    References:
        Henderson 1975, Biometrics 31:423; Robinson 1991, Stat Sci 6:15, eq. 5.1.
    """
    at = _weights(fit)
    U, values, h2 = individual_vectors(fit.eigen), fit.eigen.values, fit.h2
    # Contrasts within individuals, which come first, have no genetic variance.
    between = slice(len(at.weights) - len(values), None)
    weights = at.weights[between]
    shrink = h2 * values * weights
    e = at.residuals[between]
    Q, _ = np.linalg.qr(np.sqrt(at.weights)[:, np.newaxis] * fit.rotated.stable.basis)
    # hΛ - hΛD⁻¹hΛ = hλ(1-h)/d on the diagonal, and what estimating b adds.
    own = (U**2) @ (shrink * (1.0 - h2))
    from_beta = np.sum((U @ ((h2 * values * np.sqrt(weights))[:, np.newaxis] * Q[between])) ** 2, 1)
    variance = fit.sigma2 * (own + from_beta)
    prior = fit.sigma2_g * ((U**2) @ values)
    reliability = np.full(variance.shape, np.nan)
    np.divide(variance, prior, out=reliability, where=prior > 0)
    return BLUP(
        u=read_only(U @ (shrink * e)),
        prediction_variance=read_only(variance),
        reliability=read_only(1.0 - reliability),
    )


def residuals(fit: LMMFit) -> Residuals:
    """Whitened and studentised residuals, leverage, and the individuals that fit worst.

    Raises:
        LMMError: as `blup`.

    References:
        Haslett & Dillane 2004, Stat Sci 19:403: y_i less its prediction from the others is
        (Py)_i/P_ii, with variance v/P_ii, for P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹.
    """
    at = _weights(fit)
    root = np.sqrt(at.weights)
    Q, _ = np.linalg.qr(root[:, np.newaxis] * fit.rotated.stable.basis)
    whitened, own = root * at.residuals, np.sum(Q**2, axis=1)
    if fit.eigen.of is None:
        U = fit.eigen.vectors
        y, Py = U @ fit.rotated.y, U @ (at.weights * at.residuals)
        # P = (V^-½)(I - QQ')(V^-½): a sum of squares has no cancellation, however large a weight.
        half = U * root
        half -= (half @ Q) @ Q.T
        P_diagonal = np.sum(half**2, axis=1)
    else:
        y = fit.rotated.directions.back(fit.rotated.y[:, np.newaxis])[:, 0]
        Py, P_diagonal = _of_records(fit, at, Q)
        whitened, own = _each_direction(fit, whitened, Q)
    free = P_diagonal > (fit.n * np.finfo(np.float64).eps) ** 2 * at.weights.max()
    studentized = np.full(Py.shape, np.nan)
    np.divide(
        Py, np.sqrt(fit.sigma2 * np.where(free, P_diagonal, 1.0)), out=studentized, where=free
    )
    gap = np.full(Py.shape, np.nan)
    np.divide(Py, P_diagonal, out=gap, where=free)
    return Residuals(
        whitened=read_only(whitened / np.sqrt(fit.sigma2)),
        leverage=read_only(own),
        studentized=read_only(studentized),
        outliers=read_only(np.argsort(-np.nan_to_num(np.abs(studentized)), kind="stable")),
        predicted=read_only(y - gap),
    )


def _of_records(fit: LMMFit, at: WLSFit, Q: Floats) -> tuple[Floats, Floats]:
    """Py and the diagonal of P for records, V⁻¹ being I/(1-h) within individuals, shape (n,)."""
    of, into = fit.eigen.of, fit.rotated.directions
    assert of is not None
    weights = at.weights[len(at.weights) - len(fit.eigen.values) :]
    counts = np.bincount(of)
    within = (1.0 - 1.0 / counts) / (1.0 - fit.h2)
    diagonal = (individual_vectors(fit.eigen) ** 2 @ weights + within)[of]
    moved = into.back(np.sqrt(at.weights)[:, np.newaxis] * Q)
    Py = into.back((at.weights * at.residuals)[:, np.newaxis])[:, 0]
    return Py, diagonal - np.sum(moved**2, axis=1)


def _each_direction(fit: LMMFit, whitened: Floats, Q: Floats) -> tuple[Floats, Floats]:
    """Whitened residuals and leverages of all n directions, those within individuals first."""
    of, k = fit.eigen.of, len(fit.eigen.values)
    assert of is not None
    both = np.column_stack([whitened, Q])
    both[len(both) - k :] = 0.0
    within = within_contrasts(of, fit.rotated.directions.back(both))
    rows = slice(len(whitened) - k, None)
    return (
        np.concatenate([within[:, 0], whitened[rows]]),
        np.concatenate([np.sum(within[:, 1:] ** 2, axis=1), np.sum(Q[rows] ** 2, axis=1)]),
    )


def _weights(fit: LMMFit) -> WLSFit:
    if not fit.maxima:
        raise LMMError("there is no estimate to predict with", fit.message)
    at = wls(fit.rotated, fit.h2)
    if not np.isfinite(at.weights).all():
        raise LMMError(
            "predictions at ĥ = 1 need a kinship of full rank",
            f"{fit.rotated.n_null} of its eigenvalues are 0, and those directions have no error",
        )
    return at
