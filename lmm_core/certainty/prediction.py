"""Predicted random effects, and which individuals and eigen-directions do not fit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.errors import LMMError, in_digits
from lmm_core.fit import LMMFit
from lmm_core.kinship import KinshipEigen, as_kinship
from lmm_core.least_squares import WLSFit, wls
from lmm_core.records import individual_vectors, within_contrasts

# What rounding may make of the same kinship, as a share of its largest product with a vector; and
# more where negative eigenvalues were set to 0.
SAME, SAME_REPAIRED = 1e-6, 1e-2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BLUP(Brief):
    """Best linear unbiased predictions of the genetic values u, var(u) = σ²_g·K.

    One for each individual, also where these have several records: of those with a record, in
    the order of K, or of everyone in a larger K.

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


def blup(
    fit: LMMFit,
    *,
    h2: float | None = None,
    sigma2: float | None = None,
    K: ArrayLike | None = None,
    recorded: ArrayLike | None = None,
) -> BLUP:
    """Predict the genetic values: û = hKV⁻¹(y - Xβ̂), also of individuals without a record.

    Args:
        fit: of those with a record; its h and v unless others are given.
        h2: h where it is known, as from an earlier analysis; β̂ is that of this h.
        sigma2: v where it is known, in units of y squared; otherwise the best one for h2.
        K: kinship of everyone to predict, shape (m, m), on the scale of the fit's. The model of
            the records is unchanged by who else is in it.
        recorded: the index in K of each individual of the fit, in its order, shape (k,).

    Returns:
        One prediction for each individual of the fit, or of K where it is given.

    Raises:
        LMMError: the fit has no estimate and no h2 is given; h is 1 with a singular K; K does
            not hold the kinship of the fit at `recorded`.

    References:
        Henderson 1975, Biometrics 31:423; Robinson 1991, Stat Sci 6:15, eq. 5.1.

    >>> from lmm_core import fit_lmm
    >>> K = np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.25], [0.5, 0.25, 1.0]])
    >>> fit = fit_lmm([2.0, 3.0], [[1.0], [1.0]], K[1:, 1:])
    >>> blup(fit, h2=0.5, sigma2=1.0, K=K, recorded=[1, 2]).u.round(4).tolist()
    [0.0, -0.2143, 0.2143]
    """
    at, sigma2 = _at(fit, h2, sigma2)
    U, values, h = individual_vectors(fit.eigen), fit.eigen.values, at.h2
    # Contrasts within individuals, which come first, have no genetic variance.
    between = slice(len(at.weights) - len(values), None)
    root = np.sqrt(at.weights)
    Q, _ = np.linalg.qr(root[:, np.newaxis] * fit.rotated.stable.basis)
    own = U**2 @ values
    # K of the fit is UΛU': its covariance with the directions, and what these leave of K_ii.
    reach, beyond = U * values, np.zeros(len(U))
    if K is not None:
        reach, own = _reach(fit.eigen, as_kinship(K), recorded)
        explained = np.divide(reach**2, values, out=np.zeros(reach.shape), where=values > 0)
        beyond = np.maximum(own - explained.sum(axis=1), 0.0)
    # hK_ii - h²K_i.V⁻¹K_.i is h(1-h)/(λd) on the directions, without a difference; and what
    # estimating b adds.
    share = np.divide(at.weights[between], values, out=np.zeros(len(values)), where=values > 0)
    variance = h * beyond + reach**2 @ (h * (1.0 - h) * share)
    variance += np.sum(((h * reach * root[between]) @ Q[between]) ** 2, axis=1)
    variance *= sigma2
    left = np.full(variance.shape, np.nan)
    np.divide(variance, h * sigma2 * own, out=left, where=h * sigma2 * own > 0)
    return BLUP(
        u=read_only(reach @ (h * (at.weights * at.residuals)[between])),
        prediction_variance=read_only(variance),
        reliability=read_only(1.0 - left),
    )


def _at(fit: LMMFit, h2: float | None, sigma2: float | None) -> tuple[WLSFit, float]:
    """Least squares at an h that is given or estimated, and v."""
    if sigma2 is not None and not 0.0 < sigma2 < np.inf:
        raise LMMError("v must be positive", f"it is {in_digits(sigma2)}", "it is a variance")
    if h2 is None:
        at = _weights(fit)
        return at, fit.sigma2 if sigma2 is None else sigma2
    at = _finite(wls(fit.rotated, h2), fit)
    df = fit.n - fit.p if fit.reml else fit.n
    if sigma2 is None and (not df or fit.rotated.exact):
        raise LMMError(
            "v must be known where X fits y without error", "none is given", "give sigma2"
        )
    return at, at.rss / df if sigma2 is None else sigma2


def _reach(eigen: KinshipEigen, K: Floats, recorded: ArrayLike | None) -> tuple[Floats, Floats]:
    """The covariance of everyone in K with the eigen-directions, (m, k), and K's diagonal, (m,).

    With the fit's own K that is UΛ; with C the counts of records, K's columns times CU.
    """
    U = individual_vectors(eigen)
    index = np.arange(len(K)) if recorded is None else np.asarray(recorded)
    rule = "K must hold the kinship of the fit at the indices of those with a record"
    remedy = "give both in the same order and on the same scale"
    if index.shape != (len(U),):
        raise LMMError(
            rule, f"{len(U)} individuals have a record, and {index.size} are given", remedy
        )
    if index.dtype.kind not in "iu" or index.min() < 0 or index.max() >= len(K):
        raise LMMError(rule, f"not all of these are indices from 0 to {len(K) - 1}", remedy)
    if np.unique(index).size < index.size:
        raise LMMError(rule, "one of them is given twice", remedy)
    columns = K[:, index]
    # One random combination of columns tells of any difference.
    z = np.random.default_rng(0).standard_normal(len(U))
    theirs, ours = columns[index] @ z, (U * eigen.values) @ (U.T @ z)
    tolerance = SAME_REPAIRED if eigen.note else SAME
    if np.abs(theirs - ours).max() > tolerance * np.abs(theirs).max():
        raise LMMError(rule, "what K has there is another matrix", remedy)
    return columns @ (eigen.totals[:, np.newaxis] * U), np.diagonal(K)


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
    unweighted = 1.0 if fit.eigen.weights is None else np.sqrt(fit.eigen.weights)
    return Residuals(
        whitened=read_only(whitened / np.sqrt(fit.sigma2)),
        leverage=read_only(own),
        studentized=read_only(studentized),
        outliers=read_only(np.argsort(-np.nan_to_num(np.abs(studentized)), kind="stable")),
        predicted=read_only((y - gap) / unweighted),
    )


def _of_records(fit: LMMFit, at: WLSFit, Q: Floats) -> tuple[Floats, Floats]:
    """Py and the diagonal of P for records, V⁻¹ being I/(1-h) within individuals, shape (n,)."""
    of, into = fit.eigen.of, fit.rotated.directions
    assert of is not None
    weights = at.weights[len(at.weights) - len(fit.eigen.values) :]
    w = np.ones(fit.n) if fit.eigen.weights is None else fit.eigen.weights
    within = (1.0 - w / fit.eigen.totals[of]) / (1.0 - fit.h2)
    diagonal = w * (individual_vectors(fit.eigen) ** 2 @ weights)[of] + within
    moved = into.back(np.sqrt(at.weights)[:, np.newaxis] * Q)
    Py = into.back((at.weights * at.residuals)[:, np.newaxis])[:, 0]
    return Py, diagonal - np.sum(moved**2, axis=1)


def _each_direction(fit: LMMFit, whitened: Floats, Q: Floats) -> tuple[Floats, Floats]:
    """Whitened residuals and leverages of all n directions, those within individuals first."""
    k = len(fit.eigen.values)
    both = np.column_stack([whitened, Q])
    both[len(both) - k :] = 0.0
    within = within_contrasts(fit.eigen, fit.rotated.directions.back(both))
    rows = slice(len(whitened) - k, None)
    return (
        np.concatenate([within[:, 0], whitened[rows]]),
        np.concatenate([np.sum(within[:, 1:] ** 2, axis=1), np.sum(Q[rows] ** 2, axis=1)]),
    )


def _weights(fit: LMMFit) -> WLSFit:
    if not fit.maxima:
        raise LMMError("there is no estimate to predict with", fit.message)
    return _finite(wls(fit.rotated, fit.h2), fit)


def _finite(at: WLSFit, fit: LMMFit) -> WLSFit:
    if not np.isfinite(at.weights).all():
        raise LMMError(
            "predictions at ĥ = 1 need a kinship of full rank",
            f"{fit.rotated.n_null} of its eigenvalues are 0, and those directions have no error",
        )
    return at
