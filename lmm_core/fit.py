"""8. Fit: "That's it!" Decompose, rotate, scan the profile, and Brent on every hill of it.

One search over [0, 1] may end on a lower hill, and a search by values alone is good to half the
digits: so each hill is searched, each maximum polished on the slope, and both ends looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats, read_only
from lmm_core.brent import BrentResult, TraceStep, maximize_brent
from lmm_core.grid import hills, profile_grid
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.least_squares import wls
from lmm_core.likelihood import log_likelihood
from lmm_core.rotation import RotatedData, rotate
from lmm_core.slope import score, slope_and_curvature
from lmm_core.summary import brief, summarise
from lmm_core.verdict import Status, explain

# Profiles that vary by less than this, relative to the log-likelihood, are flat to rounding.
FLAT_TOLERANCE = 1e-9
# A dip shallower than this, relative to the log-likelihood, does not part two hills.
DIP_TOLERANCE = 1e-10

Kind: TypeAlias = Literal["interior", "lower_boundary", "upper_boundary"]


@dataclass(frozen=True, slots=True)
class Maximum:
    """A local maximum of the profile: where, how high, and whether at an end of [0, 1]."""

    h2: float
    loglik: float
    kind: Kind


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LMMFit:
    """y = Xβ + e, var(e) = v[hK + (1-h)I], fitted; complete, so that nothing is refitted.

    Attributes:
        h2: ĥ, how strongly errors follow kinship, on the scale of K as given; NaN if no h is
            better than another (`flat`), or if the log-likelihood has no finite maximum.
        sigma2: v̂ = σ²_g + σ²_e, in units of y squared.
        beta, se_beta: coefficients of the columns of X and their standard errors given ĥ,
            shape (n_columns,); NaN for aliased columns.
        loglik: log-likelihood (restricted if `reml`) at ĥ, natural logarithm, all constants.
        reml: whether by restricted maximum likelihood.
        status: `interior`, `lower_boundary`, `upper_boundary`, `unbounded` or `flat`.
        message: the status in a sentence.
        maxima: every local maximum found, the highest first.
        trace: the Brent search that found ĥ, each evaluation in order, then both ends.
        xtol: tolerance of Brent's method; ĥ itself is polished further, on the score.
        rotated: the data that were fitted, rotated.
    """

    h2: float
    sigma2: float
    beta: Floats
    se_beta: Floats
    loglik: float
    reml: bool
    status: Status
    message: str
    maxima: tuple[Maximum, ...]
    trace: tuple[TraceStep, ...]
    xtol: float
    rotated: RotatedData

    @property
    def sigma2_g(self) -> float:
        """v̂ĥ, the variance that goes with K, in units of y squared."""
        return self.h2 * self.sigma2

    @property
    def sigma2_e(self) -> float:
        """v̂(1-ĥ), the residual variance, of weight 1 if there are any, in units of y squared."""
        return (1.0 - self.h2) * self.sigma2

    @property
    def n(self) -> int:
        """Number of individuals, or of records where they have several."""
        return self.rotated.n

    @property
    def p(self) -> int:
        """Number of independent columns of X."""
        return self.rotated.rank

    @property
    def n_eval(self) -> int:
        """Evaluations in the trace."""
        return len(self.trace)

    @property
    def eigen(self) -> KinshipEigen:
        """The decomposition of K."""
        return self.rotated.eigen

    def summary(self, columns: Sequence[str] = (), *, level: float = 0.95) -> str:
        """The table of estimates, as `lmm fit` prints it, and the status in a sentence.

        Args:
            columns: names of the columns of X; "column 0" and so on if there are none.
            level: of the intervals: of h by the profile, of b by t with n - p degrees of freedom.
        """
        return summarise(self, columns, level=level)

    def __repr__(self) -> str:
        return brief(self)


def fit_lmm(
    y: ArrayLike,
    X: ArrayLike | None,
    K: ArrayLike | KinshipEigen,
    *,
    reml: bool = True,
    xtol: float = 1e-4,
    weights: ArrayLike | None = None,
) -> LMMFit:
    """Fit the linear mixed model with one known kinship matrix.

    The profile log-likelihood of h is scanned on a grid that is dense near both ends; Brent's
    method runs on every hill, from valley to valley (on all of [0, 1] when there is one hill);
    each maximum is polished on the score to about 1e-12 and compared with both ends.

    Args:
        y: phenotype, shape (n,), finite, in any unit.
        X: covariates with the intercept as a column of ones, shape (n, c); None for the
            intercept alone.
        K: kinship, shape (n, n), or its decomposition.
        reml: restricted maximum likelihood (default) or maximum likelihood.
        xtol: tolerance of Brent's method in h.
        weights: w, shape (n,), positive, for var(e) = v[hK + (1-h)diag(1/w)]: numbers of records
            that are averaged, or 1/variance of known errors. They are taken as they are: times c
            they make h into `h2_on_scale(h, c)` of the same fit, as K times c does. With a mean
            of 1/w of 1, v(1-h) is the average residual variance.

    Raises:
        KinshipError, DesignError: an input is not what it must be; see `decompose`, `rotate`.

    References:
        Broman 2015, "Fitting linear mixed models for QTL mapping"; Kang et al. 2008.

    >>> K = [[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1]]
    >>> fit = fit_lmm([1.0, 1.2, 3.1, 2.9], None, K)
    >>> fit.status, fit.h2
    ('upper_boundary', 1.0)
    """
    return fit_rotated(rotate(decompose(K, weights=weights), y, X), reml=reml, xtol=xtol)


def fit_rotated(rotated: RotatedData, *, reml: bool = True, xtol: float = 1e-4) -> LMMFit:
    """`fit_lmm` for data that have been rotated already."""
    # REML of a single contrast is the same for every h; ML, in which log det V counts, is not.
    if rotated.exact or (reml and rotated.n - rotated.rank <= 1):
        return _assemble(rotated, reml, xtol, "flat", (), ())
    grid = profile_grid(rotated)
    profile = log_likelihood(rotated, grid, reml=reml)
    finite = profile[np.isfinite(profile)]
    height = float(np.abs(finite).max())
    if float(np.ptp(finite)) <= FLAT_TOLERANCE * max(1.0, height) and np.isfinite(profile[-1]):
        return _assemble(rotated, reml, xtol, "flat", (), ())

    found: list[tuple[Maximum, BrentResult]] = []
    for left, peak, right in hills(profile, DIP_TOLERANCE * max(1.0, height)):
        if profile[peak] == np.inf:
            continue
        search = maximize_brent(
            lambda h: log_likelihood(rotated, h, reml=reml), grid[left], grid[right], xtol=xtol
        )
        found.append((_summit(rotated, grid, (left, peak, right), search.x, reml), search))
    found.sort(key=lambda pair: -pair[0].loglik)
    maxima = tuple(maximum for maximum, _ in found)
    trace = _with_ends(found[0][1].trace, profile) if found else ()
    status: Status = "unbounded" if profile[-1] == np.inf else maxima[0].kind
    return _assemble(rotated, reml, xtol, status, maxima, trace)


def plain_search(rotated: RotatedData, *, reml: bool = True, xtol: float = 1e-4) -> BrentResult:
    """One Brent search over [0, 1], as R/lmmlite and R/qtl2 do: it may end on a lower hill."""
    return maximize_brent(lambda h: log_likelihood(rotated, h, reml=reml), 0.0, 1.0, xtol=xtol)


def _summit(
    rotated: RotatedData, grid: Floats, hill: tuple[int, int, int], near: float, reml: bool
) -> Maximum:
    """The maximum of a hill: an end where the slope leads out of [0, 1], or inside.

    On a plateau the highest grid point is a matter of rounding: the slope says where to look.
    """
    left, peak, right = hill
    lower, upper = max(peak - 1, 0), min(peak + 1, grid.shape[0] - 1)
    while lower > left and score(rotated, grid[lower], reml=reml) <= 0.0:
        lower -= 1
    while upper < right and score(rotated, grid[upper], reml=reml) >= 0.0:
        upper += 1
    if lower == 0 and score(rotated, 0.0, reml=reml) <= 0.0:
        return Maximum(0.0, log_likelihood(rotated, 0.0, reml=reml), "lower_boundary")
    if upper == grid.shape[0] - 1:
        at_one = log_likelihood(rotated, 1.0, reml=reml)
        if np.isfinite(at_one) and score(rotated, 1.0, reml=reml) >= 0.0:
            return Maximum(1.0, at_one, "upper_boundary")
    h = _polish(rotated, float(grid[lower]), float(grid[upper]), near, reml)
    return Maximum(h, log_likelihood(rotated, h, reml=reml), "interior")


def _polish(rotated: RotatedData, lower: float, upper: float, near: float, reml: bool) -> float:
    """The root of the score between two points around a maximum: Newton, else bisection."""
    h = float(near) if lower < near < upper else 0.5 * (lower + upper)
    for _ in range(100):
        slope, curvature = slope_and_curvature(rotated, h, reml=reml)
        if slope >= 0.0:
            lower = h
        if slope <= 0.0:
            upper = h
        newton = h - slope / curvature if curvature < 0.0 else np.inf
        # Newton doubles the digits: after a step this small the next is below rounding.
        close = max(1e-10 * min(h, 1.0 - h), np.finfo(np.float64).eps * h)
        if upper - lower <= close:
            break
        if abs(newton - h) <= close:
            return min(max(newton, lower), upper)
        h = newton if lower < newton < upper else 0.5 * (lower + upper)
    return h


def _with_ends(trace: tuple[TraceStep, ...], profile: Floats) -> tuple[TraceStep, ...]:
    """The trace, and after it the look at h = 0 and h = 1."""
    steps = list(trace)
    for h, loglik in ((0.0, float(profile[0])), (1.0, float(profile[-1]))):
        last = steps[-1]
        best = max((last.best_loglik, last.best_h2), (loglik, h))
        steps.append(
            TraceStep(
                len(steps) + 1, "boundary", h, loglik, last.lower, last.upper, best[1], best[0]
            )
        )
    return tuple(steps)


def _assemble(
    rotated: RotatedData,
    reml: bool,
    xtol: float,
    status: Status,
    maxima: tuple[Maximum, ...],
    trace: tuple[TraceStep, ...],
) -> LMMFit:
    n, p = rotated.n, rotated.rank
    h2 = maxima[0].h2 if maxima else np.nan
    loglik = maxima[0].loglik if maxima else np.nan
    sigma2 = np.nan
    beta = np.full(rotated.n_columns, np.nan)
    se_beta = beta
    if maxima:
        at = wls(rotated, h2)
        sigma2 = at.rss / (n - p if reml else n)
        beta = at.beta
        se_beta = np.sqrt(sigma2 * np.diagonal(at.unscaled_covariance))
    elif status == "flat":
        # b may still be well determined: the fit without kinship stands in for every h.
        beta = wls(rotated, 0.0).beta
        loglik = log_likelihood(rotated, 0.0, reml=reml)
    return LMMFit(
        h2=h2,
        sigma2=sigma2,
        beta=read_only(beta),
        se_beta=read_only(se_beta),
        loglik=loglik,
        reml=reml,
        status=status,
        message=explain(
            status,
            maxima=[(m.h2, m.loglik) for m in maxima],
            n=n,
            p=p,
            reml=reml,
            exact=rotated.exact,
            reml_bounded=rotated.n_null == rotated.stable.null_rank,
        ),
        maxima=maxima,
        trace=trace,
        xtol=xtol,
        rotated=rotated,
    )
