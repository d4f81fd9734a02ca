"""Intervals for h: where the profile is high, or which true h the data could come from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import numpy as np

from lmm_core.certainty.crossing import Side
from lmm_core.certainty.error_contrasts import contrasts
from lmm_core.certainty.pivot import pivot_ends
from lmm_core.certainty.ratio_test import RatioTest
from lmm_core.certainty.sampling import check_informative
from lmm_core.certainty.tail_test import DRAWS, TailTest
from lmm_core.errors import LMMError
from lmm_core.fit import LMMFit
from lmm_core.grid import profile_grid
from lmm_core.least_squares import check_level
from lmm_core.likelihood import log_likelihood
from lmm_core.progress import Progress, part_of
from lmm_core.scales import h2_on_scale

Method: TypeAlias = Literal["profile", "exact", "tails", "albi", "pivot"]


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval for h, clipped to [0, 1].

    Attributes:
        lower, upper: its ends.
        level: the coverage it is meant to have.
        method: how it was made, of those of `interval_h2`.
        error: standard deviation of the ends over the random draws, 0 if nothing was drawn.
    """

    lower: float
    upper: float
    level: float
    method: Method
    error: float

    def __iter__(self) -> Iterator[float]:
        """The two ends: `lower, upper = interval_h2(fit)`."""
        return iter((self.lower, self.upper))


def interval_h2(
    fit: LMMFit,
    *,
    level: float = 0.95,
    method: Method = "profile",
    draws: int = DRAWS,
    progress: Progress | None = None,
    rng: np.random.Generator | None = None,
) -> Interval:
    """An interval for h.

    `profile`: every h whose profile log-likelihood is within χ²₁(level)/2 of the maximum, from
    the outermost such h to the outermost; valid in large samples and away from both ends. Needs
    no simulation, and is the default.

    `exact`: the same with a cut of its own at each h₀, by simulating samples of this K, X and
    h₀: every h₀ with P(T ≥ observed T) ≥ 1-level, T(h₀) = 2[max ℓ(h) - ℓ(h₀)], from the
    outermost such h₀ to the outermost. Valid in samples of any size and at both ends, and the
    shortest of the valid ones in most cases. It leaves out 0 exactly when `rlrt` has
    p < 1-level.

    `tails`: every true h₀ under which neither P(ĥ ≤ observed) nor P(ĥ ≥ observed) is below
    (1-level)/2, by simulating the estimator's own distribution for this K and X: it uses ĥ
    alone. An end of [0, 1] that the estimate sits on has a point mass, which the probability
    includes, so near an end the interval covers more often than `level`.

    `albi`: as `tails`, but where an end of [0, 1] holds more than (1-level)/2 of the estimates
    under h₀, and more than the other end, the tail on the other side has all of 1-level: never
    longer than `tails`.

    `pivot`: by an F ratio, without simulation (`pivot_ends`), if some contrasts have no genetic
    variance.

    Args:
        fit: a fit with an estimate.
        level: coverage, between 0 and 1.
        method: one of these five.
        rng: randomness of what is simulated; `numpy.random.default_rng(0)` by default.
        draws: how many samples are simulated.
        progress: called with the share of the work that is done.

    Raises:
        LMMError: the fit has no estimate; another method; any but `profile`, and the likelihood
            is unbounded or depends on no phenotype; `pivot` where it does not apply.

    References:
        Crainiceanu & Ruppert 2004, J R Stat Soc B 66:165, the likelihood ratio at any h₀.
        Schweiger et al. 2016, Am J Hum Genet 98:1181 (ALBI); Schweiger et al. 2018, Genetics
        209:1165 (FIESTA), here with any covariates and with the global maximum as estimate.
    """
    check_level(level)
    if method not in get_args(Method):
        raise LMMError(
            f"there is no method “{method}”", remedy=f"choose {', '.join(get_args(Method))}"
        )
    if not fit.maxima:
        raise LMMError("an interval needs an estimate", fit.message)
    if method == "profile":
        return Interval(*_profile_ends(fit, level), level, method, 0.0)
    if fit.status == "unbounded":
        raise LMMError(
            f"the {method} interval needs the distribution of the estimate",
            f"{'REML' if fit.reml else 'ML'} is unbounded here",
            "look for duplicated records" if fit.reml else "fit by REML",
        )
    pairs = contrasts(fit.rotated)
    check_informative(pairs, fit.reml)
    if method == "pivot":
        return Interval(*pivot_ends(pairs, level), level, method, 0.0)
    # Searched with mean μ = 1, where h is spread over [0, 1] whatever the scale of K.
    c = 1.0 / pairs.mean
    standard = replace(
        pairs, values=c * pairs.values, kinship_values=c * np.array(pairs.kinship_values)
    )
    rng = np.random.default_rng(0) if rng is None else rng
    near = h2_on_scale(fit.h2, c)
    sides: tuple[Side, Side]
    if method == "exact":
        ratio = RatioTest(
            standard,
            lambda h: 2.0 * (fit.loglik - _height(fit, h2_on_scale(h, 1.0 / c))),
            reml=fit.reml,
            rng=rng,
            draws=draws,
        )
        sides = ratio.sides(level)
    else:
        tails = TailTest(standard, near, reml=fit.reml, rng=rng, draws=draws)
        sides = tails.sides(level, at_ends=method == "albi")
    tell = part_of(progress)
    ends, errors = [], []
    for far, side, guess in zip((0.0, 1.0), sides, _profile_ends(fit, level), strict=True):
        tell(0.2 if far == 0.0 else 0.6)
        end = side.end(far, h2_on_scale(guess, c), near)
        ends.append(h2_on_scale(end, 1.0 / c))
        errors.append(side.error(end) * _stretch(end, 1.0 / c))
    tell(1.0)
    return Interval(ends[0], ends[1], level, method, max(errors))


def _height(fit: LMMFit, h2: float) -> float:
    """ℓ at one h."""
    return float(log_likelihood(fit.rotated, h2, reml=fit.reml))


def _stretch(h2: float, c: float) -> float:
    """dh'/dh of `h2_on_scale`."""
    return c / (h2 + c * (1.0 - h2)) ** 2


def _profile_ends(fit: LMMFit, level: float) -> tuple[float, float]:
    from scipy.special import chdtri

    cut = fit.loglik - 0.5 * float(chdtri(1, 1.0 - level))
    grid = np.union1d(profile_grid(fit.rotated), [fit.h2])
    height = log_likelihood(fit.rotated, grid, reml=fit.reml)
    if fit.status == "unbounded":
        # Only the hill of the estimate: beyond the valley towards 1 everything is high.
        beyond = np.flatnonzero((grid > fit.h2) & (height < cut))
        if beyond.size:
            grid, height = grid[: beyond[0] + 1], height[: beyond[0] + 1]
    inside = np.flatnonzero(height >= cut)
    first, last = int(inside[0]), int(inside[-1])
    lower = 0.0 if first == 0 else _cross(fit, cut, float(grid[first]), float(grid[first - 1]))
    upper = (
        float(grid[last])
        if last == grid.size - 1
        else _cross(fit, cut, float(grid[last]), float(grid[last + 1]))
    )
    return lower, upper


def _cross(fit: LMMFit, cut: float, inside: float, outside: float) -> float:
    """Where the profile falls through `cut` between two h, by bisection to rounding."""
    for _ in range(60):
        middle = 0.5 * (inside + outside)
        if log_likelihood(fit.rotated, middle, reml=fit.reml) >= cut:
            inside = middle
        else:
            outside = middle
    return inside
