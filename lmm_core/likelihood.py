"""The log-likelihood of one h, with all constants; its terms, its slope and its curvature."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from lmm_core import limit
from lmm_core.arrays import Floats, read_only
from lmm_core.errors import LMMError
from lmm_core.rotation import RotatedData

# Numbers of h that are worked on together: about 2 MB for each array of h by directions.
BLOCK_ELEMENTS = 2**18


@dataclass(frozen=True, slots=True, eq=False)
class LikelihoodTerms:
    """What the profile log-likelihood is made of; each array has the shape (m,) of h2.

    ML:   ℓ = -½[n log 2π + log_det_d + n log(rss/n) + n]
    REML: ℓ = -½[(n-p) log 2π + log_det_d + (n-p) log(rss/(n-p)) + (n-p)
                 + log_det_xtwx - log_det_xtx]

    Attributes:
        h2: values of h, on the scale of K as given.
        log_det_d: Σ log d_i with d_i = hλ_i + 1 - h.
        log_det_xtwx: log det X'WX with W = diag(1/d).
        log_det_xtx: log det X'X, the same for every h.
        rss: Σ w_i residual_i², in units of y squared.
        sigma2: v̂, rss/n under ML and rss/(n-p) under REML.
        loglik: ℓ, maximised over b and v.
        reml: whether ℓ is the restricted log-likelihood.
    """

    h2: Floats
    log_det_d: Floats
    log_det_xtwx: Floats
    log_det_xtx: float
    rss: Floats
    sigma2: Floats
    loglik: Floats
    reml: bool


@dataclass(frozen=True, slots=True, eq=False)
class REMLAdjustment:
    """What parts the two log-likelihoods: ℓ_REML = ℓ_ML + uncertainty + constant.

    At any h and v the likelihood, as a function of b, is a normal curve around β̂. ML takes its
    height, as if β̂ were b. REML takes its volume, all that b may be: the height times
    √det(2π·Cov β̂). So REML adds what is not known about b, and an h under which the same
    covariates leave b less certain is not held against it. In logarithms,
        uncertainty = ½ log det Cov(β̂) = ½[p log v̂ - log det X'WX],  v̂ = RSS/(n-p),
        constant = ½[p log 2π + log det X'X] + ½[p + n log((n-p)/n)].
    The first bracket of the constant frees the sum from the units of X; the second is there
    because each log-likelihood is taken at its own v̂.

    Attributes:
        h2: values of h, on the scale of K as given, shape (m,).
        uncertainty: the part that depends on h, shape (m,); b in units of y per unit of X. At
            h = 1 with a singular K the exact limit, which may be infinite.
        constant: the part that does not.
    """

    h2: Floats
    uncertainty: Floats
    constant: float

    @property
    def total(self) -> Floats:
        """ℓ_REML - ℓ_ML, shape (m,)."""
        total: Floats = self.uncertainty + self.constant
        return total


@overload
def log_likelihood(rotated: RotatedData, h2: float, *, reml: bool = True) -> float: ...
@overload
def log_likelihood(rotated: RotatedData, h2: Floats, *, reml: bool = True) -> Floats: ...
def log_likelihood(
    rotated: RotatedData, h2: float | Floats, *, reml: bool = True
) -> float | Floats:
    """Profile log-likelihood of h, maximised over b and v, natural logarithm, all constants.

    Args:
        rotated: the rotated data.
        h2: h in [0, 1], a float or an array of shape (m,), on the scale of K as given.
        reml: the restricted log-likelihood (Patterson & Thompson 1971) or the full one.

    Returns:
        A float for a float, an array of shape (m,) for an array. At h = 1 with a singular K
        the exact limit, which may be -inf or, under ML, inf. inf for every h where X fits y
        without error.

    Raises:
        LMMError: an h outside [0, 1].

    References:
        Kang et al. 2008, Genetics 178:1709, eqs. 1-5; Lippert et al. 2011, suppl. eqs. 1.6-1.9.
    """
    h = _as_grid(h2)
    if rotated.exact:
        loglik = np.full(h.shape, np.inf)
    else:
        loglik = np.empty(h.shape)
        for block in _blocks(rotated, h):
            loglik[block] = _Sums(rotated, h[block]).log_likelihood(reml)
        if rotated.n_null and (h == 1.0).any():
            loglik[h == 1.0] = limit.log_likelihood_at_one(rotated, reml=reml)
    return float(loglik[0]) if np.ndim(h2) == 0 else loglik


def likelihood_terms(
    rotated: RotatedData, h2: float | Floats, *, reml: bool = True
) -> LikelihoodTerms:
    """The terms of `log_likelihood`, one by one, for the same arguments."""
    h = _as_grid(h2)
    df = rotated.n - rotated.rank if reml else rotated.n
    log_det_d, log_det_a, rss = np.empty((3, *h.shape))
    for block in _blocks(rotated, h):
        at = _Sums(rotated, h[block])
        log_det_d[block], log_det_a[block], rss[block] = at.log_det_d, at.log_det_gram, at.rss
    if rotated.n_null and (h == 1.0).any():
        at_one = h == 1.0
        log_det_d[at_one], log_det_a[at_one], rss[at_one] = limit.terms_at_one(rotated)
    return LikelihoodTerms(
        h2=read_only(h),
        log_det_d=read_only(log_det_d),
        log_det_xtwx=read_only(log_det_a + rotated.log_det_xtx),
        log_det_xtx=rotated.log_det_xtx,
        rss=read_only(rss),
        sigma2=read_only(rss / df if df else np.full(h.shape, np.nan)),
        loglik=read_only(log_likelihood(rotated, h, reml=reml)),
        reml=reml,
    )


def reml_adjustment(rotated: RotatedData, h2: float | Floats) -> REMLAdjustment:
    """The difference of the restricted and the full log-likelihood, and what it is made of.

    Args:
        rotated: the rotated data.
        h2: h in [0, 1], a float or an array of shape (m,), on the scale of K as given.

    Raises:
        LMMError: an h outside [0, 1], or X fits y without error.

    References:
        Harville 1974, Biometrika 61:383, REML as the likelihood with b integrated out.
    """
    h = _as_grid(h2)
    if rotated.exact:
        raise LMMError("REML and ML cannot be compared: X fits y without error, at every h")
    n, p = rotated.n, rotated.rank
    log_det = np.empty(h.shape)
    for block in _blocks(rotated, h):
        at = _Sums(rotated, h[block])
        log_det[block] = p * np.log(at.rss / (n - p)) - at.log_det_gram
    if rotated.n_null and (h == 1.0).any():
        log_det[h == 1.0] = limit.log_det_covariance_at_one(rotated)
    constant = p * (limit.LOG_2PI + 1.0) + rotated.log_det_xtx + n * np.log1p(-p / n)
    return REMLAdjustment(
        h2=read_only(h),
        uncertainty=read_only(0.5 * (log_det - rotated.log_det_xtx)),
        constant=float(0.5 * constant),
    )


def score(rotated: RotatedData, h2: float, *, reml: bool = True) -> float:
    """dℓ/dh in closed form, log-likelihood units per unit of h.

    At h = 1 with a singular K, the limit from below where ℓ has a finite one, else an error.

    Raises:
        LMMError: h2 is outside [0, 1], or X fits y without error, or ℓ has no limit there.
    """
    return slope_and_curvature(rotated, h2, reml=reml)[0]


def slope_and_curvature(
    rotated: RotatedData, h2: float, *, reml: bool = True
) -> tuple[float, float]:
    """dℓ/dh and d²ℓ/dh² of the profile log-likelihood, in closed form.

    With δ = λ - 1, e the residuals, A = X'WX, g = X'W²δe:
        RSS' = -Σw²δe²,  RSS'' = 2Σw³δ²e² - 2g'A⁻¹g,
        (log det A)' = -tr A⁻¹B,  (log det A)'' = 2tr A⁻¹C - tr (A⁻¹B)²,
    with B = X'W²δX and C = X'W³δ²X. The curvature at the limit h = 1 of a singular K is NaN.

    Raises:
        LMMError: as `score`.

    References:
        Differentiation of the log-likelihood above; compare Zhou & Stephens 2012, suppl. 3.1.
    """
    h = _as_grid(h2)
    if rotated.exact:
        raise LMMError("the log-likelihood has no slope: X fits y without error")
    if rotated.n_null and h[0] == 1.0:
        return limit.slope_at_one(rotated, reml=reml), np.nan
    at = _Sums(rotated, h)
    w, residual = at.w[0], at.residual[0]
    wd = w * (rotated.values - 1.0)
    df = rotated.n - rotated.rank if reml else rotated.n
    g = rotated.basis.T @ (w * wd * residual)
    first = -float(np.sum(w * wd * residual**2)) / at.rss[0]
    second = (
        2.0
        * float(np.sum(w * wd**2 * residual**2) - g @ np.linalg.solve(at.gram[0], g))
        / at.rss[0]
    )
    slope = float(wd.sum()) + df * first
    curvature = -float((wd**2).sum()) + df * (second - first**2)
    if reml:
        p = rotated.rank
        squares = rotated.products[:, : p * p]
        B, C = (np.stack([w * wd, w * wd**2]) @ squares).reshape(2, p, p)
        AB = np.linalg.solve(at.gram[0], B)
        slope -= float(np.trace(AB))
        curvature += 2.0 * float(np.trace(np.linalg.solve(at.gram[0], C)))
        curvature -= float(np.sum(AB * AB.T))
    return float(-0.5 * slope), float(-0.5 * curvature)


def profile_grid(rotated: RotatedData, step: float = 0.25) -> Floats:
    """Values of h at which no hill of the profile can hide, 0 and 1 included, shape (m,).

    The profile bends where odds(h)·λ passes 1 for some eigenvalue λ > 0, so the points are
    evenly spaced in log odds, from e⁻⁵·⁵ of the first such place to e⁵·⁵ of the last. What lies
    in the null space of K, of X or of y, can bend it once more, the closer to 1 the less it is.
    """
    positive = rotated.values[rotated.values > 0]
    if positive.shape[0] == 0:
        return np.array([0.0, 1.0])
    low, high = -np.log(positive[-1]) - 5.5, _last_bend(rotated) + 5.5
    log_odds = np.linspace(low, high, int(np.ceil((high - low) / step)) + 1)
    inner = 1.0 / (1.0 + np.exp(-log_odds))
    return np.unique(np.concatenate([[0.0], inner, [1.0]]))


def _last_bend(rotated: RotatedData) -> float:
    """The log odds of h beyond which nothing about the profile changes."""
    k, r = rotated.n_null, rotated.null_rank
    positive = rotated.values[k:]
    bend = -float(np.log(positive[0]))
    if r:
        # (X'WX)_jj = m/(1-h) + O(1/λ) for a column with the sum of squares m in the null space.
        bend -= float(np.log(np.sum(rotated.basis[:k, :r] ** 2, axis=0).min()))
    rest = float(np.sum(rotated.residual[k:] ** 2 / positive))
    if k and not rotated.null_explained and rest > 0.0:
        bend = max(bend, float(np.log(rest / np.sum(rotated.residual[:k] ** 2))))
    return bend


class _Sums:
    """The weighted sums at every h of a block, as one matrix product over the directions."""

    __slots__ = ("d", "gram", "residual", "rotated", "rss", "w")

    def __init__(self, rotated: RotatedData, h: Floats) -> None:
        p = rotated.rank
        self.rotated = rotated
        h = h[:, np.newaxis]
        self.d = h * rotated.values + (1.0 - h)
        self.w = 1.0 / self.d
        sums = self.w @ rotated.products
        self.gram = sums[:, : p * p].reshape(-1, p, p)
        coefficients = np.linalg.solve(self.gram, sums[:, p * p :, np.newaxis])[:, :, 0]
        self.residual = rotated.residual - coefficients @ rotated.basis.T
        self.rss = (self.w * self.residual**2).sum(axis=1)

    @property
    def log_det_d(self) -> Floats:
        total: Floats = np.log(self.d).sum(axis=1)
        return total

    @property
    def log_det_gram(self) -> Floats:
        log_det: Floats = np.linalg.slogdet(self.gram)[1]
        return log_det

    def log_likelihood(self, reml: bool) -> Floats:
        n, p = self.rotated.n, self.rotated.rank
        df = n - p if reml else n
        twice: Floats = df * (limit.LOG_2PI + 1.0 + np.log(self.rss / df)) + self.log_det_d
        if reml:
            # The basis is orthonormal: log det X'X is 0 in it, and cancels the change of basis.
            twice += self.log_det_gram
        return -0.5 * twice


def _as_grid(h2: float | Floats) -> Floats:
    h = np.array(h2, dtype=np.float64, ndmin=1)
    outside = ~((h >= 0.0) & (h <= 1.0))
    if outside.any():
        raise LMMError(
            f"h must lie between 0 and 1: {h[outside][0]} does not; it is a share of variance"
        )
    return h


def _blocks(rotated: RotatedData, h: Floats) -> Iterator[slice | NDArray[np.intp]]:
    """Places of the h at which every d is positive, a block at a time."""
    size = max(1, BLOCK_ELEMENTS // rotated.n)
    if rotated.n_null == 0 or not (h == 1.0).any():
        for start in range(0, h.shape[0], size):
            yield slice(start, start + size)
        return
    places = np.flatnonzero(h < 1.0)
    for start in range(0, places.shape[0], size):
        yield places[start : start + size]
