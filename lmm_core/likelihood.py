"""4. Get the log-likelihood of that h, restricted or not: β and v have their best values in it.

All constants are there, so that values agree with a density and with other programs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from lmm_core import limit
from lmm_core.arrays import Brief, Floats, read_only
from lmm_core.errors import LMMError
from lmm_core.rotation import RotatedData

# Numbers of h that are worked on together: about 2 MB for each array of h by directions.
BLOCK_ELEMENTS = 2**18


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LikelihoodTerms(Brief):
    """What the profile log-likelihood is made of; each array has the shape (m,) of h2.

    ML:   ℓ = -½[n log 2π + log_det_d + n log(rss/n) + n]
    REML: ℓ = -½[(n-p) log 2π + log_det_d + (n-p) log(rss/(n-p)) + (n-p)
                 + log_det_xtwx - log_det_xtx]

    Attributes:
        h2: values of h, on the scale of K as given.
        log_det_d: Σ log d_i with d_i = hλ_i + 1 - h; less Σ log w_i where there are weights.
        log_det_xtwx: log det X'WX with W = diag(1/d).
        log_det_xtx: log det X'X, the same for every h.
        rss: Σ w_i residual_i², in units of y squared.
        sigma2: v̂, rss/n under ML and rss/(n-p) under REML.
        loglik: ℓ, maximised over β and v.
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


@overload
def log_likelihood(rotated: RotatedData, h2: float, *, reml: bool = True) -> float: ...
@overload
def log_likelihood(rotated: RotatedData, h2: Floats, *, reml: bool = True) -> Floats: ...
def log_likelihood(
    rotated: RotatedData, h2: float | Floats, *, reml: bool = True
) -> float | Floats:
    """Profile log-likelihood of h, maximised over β and v, natural logarithm, all constants.

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
    h = as_h2_grid(h2)
    if rotated.exact:
        loglik = np.full(h.shape, np.inf)
    else:
        loglik = np.empty(h.shape)
        for block in blocks_below_one(rotated, h):
            loglik[block] = WeightedSums(rotated, h[block]).log_likelihood(reml)
        if rotated.stable.n_null and (h == 1.0).any():
            loglik[h == 1.0] = limit.log_likelihood_at_one(rotated, reml=reml)
    loglik += rotated.log_jacobian(reml=reml)
    return float(loglik[0]) if np.ndim(h2) == 0 else loglik


def likelihood_terms(
    rotated: RotatedData, h2: float | Floats, *, reml: bool = True
) -> LikelihoodTerms:
    """The terms of `log_likelihood`, one by one, for the same arguments."""
    h = as_h2_grid(h2)
    df = rotated.n - rotated.rank if reml else rotated.n
    log_det_d, log_det_a, rss = np.empty((3, *h.shape))
    for block in blocks_below_one(rotated, h):
        at = WeightedSums(rotated, h[block])
        log_det_d[block], log_det_a[block], rss[block] = at.log_det_d, at.log_det_gram, at.rss
    if rotated.stable.n_null and (h == 1.0).any():
        at_one = h == 1.0
        log_det_d[at_one], log_det_a[at_one], rss[at_one] = limit.terms_at_one(rotated)
    return LikelihoodTerms(
        h2=read_only(h),
        log_det_d=read_only(log_det_d - rotated.log_det_w),
        log_det_xtwx=read_only(log_det_a + rotated.stable.log_det_xtx),
        log_det_xtx=rotated.log_det_xtx,
        rss=read_only(rss),
        sigma2=read_only(rss / df if df else np.full(h.shape, np.nan)),
        loglik=read_only(log_likelihood(rotated, h, reml=reml)),
        reml=reml,
    )


class WeightedSums:
    """The weighted sums at every h of a block, as one matrix product over the directions."""

    __slots__ = ("coefficients", "d", "gram", "h", "residual", "rotated", "rss", "w")

    def __init__(self, rotated: RotatedData, h: Floats) -> None:
        p = rotated.rank
        self.rotated = rotated
        self.h = h
        h = h[:, np.newaxis]
        self.d = h * rotated.values + (1.0 - h)
        self.w = 1.0 / self.d
        sums = self.w @ rotated.stable.products
        self.gram = sums[:, : p * p].reshape(-1, p, p)
        # On the orthonormal basis; b = offset + to_beta times them.
        self.coefficients = np.linalg.solve(self.gram, sums[:, p * p :, np.newaxis])[:, :, 0]
        self.residual = rotated.stable.residual - self.coefficients @ rotated.stable.basis.T
        self.rss = (self.w * self.residual**2).sum(axis=1)

    @property
    def log_det_d(self) -> Floats:
        total: Floats = np.log(self.d).sum(axis=1)
        if self.rotated.n_blank:
            total += self.rotated.n_blank * np.log1p(-self.h)
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


def as_h2_grid(h2: float | Floats) -> Floats:
    h = np.array(h2, dtype=np.float64, ndmin=1)
    outside = ~((h >= 0.0) & (h <= 1.0))
    if outside.any():
        raise LMMError(
            "h must lie between 0 and 1",
            f"{h[outside][0]} does not",
            "it is a share of variance",
        )
    return h


def blocks_below_one(rotated: RotatedData, h: Floats) -> Iterator[slice | NDArray[np.intp]]:
    """Places of the h at which every d is positive, a block at a time."""
    size = max(1, BLOCK_ELEMENTS // len(rotated.values))
    if rotated.stable.n_null == 0 or not (h == 1.0).any():
        for start in range(0, h.shape[0], size):
            yield slice(start, start + size)
        return
    places = np.flatnonzero(h < 1.0)
    for start in range(0, places.shape[0], size):
        yield places[start : start + size]
