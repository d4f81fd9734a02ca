"""Intervals for h: where the profile is high, or which true h the estimate could come from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.certainty.error_contrasts import Contrasts, contrasts
from lmm_core.certainty.sampling import check_informative, chi_squares, search_grid
from lmm_core.errors import LMMError
from lmm_core.fit import LMMFit
from lmm_core.grid import profile_grid
from lmm_core.least_squares import check_level
from lmm_core.likelihood import log_likelihood
from lmm_core.progress import Progress, part_of
from lmm_core.scales import h2_on_scale

Method: TypeAlias = Literal["profile", "exact"]

DRAWS = 10_000
# Ends of the exact interval are found to this width in h, K scaled to mean μ = 1.
RESOLUTION = 2e-4
# Spacing in log odds of the grid that tells on which side of the observed estimate the top is:
# coarser than for an estimate, since only hills must not be missed.
TAIL_STEP = 0.5


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval for h, clipped to [0, 1].

    Attributes:
        lower, upper: its ends.
        level: the coverage it is meant to have.
        method: `profile` or `exact`.
        error: standard deviation of the ends over the random draws, 0 for `profile`.
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
    the outermost such h to the outermost; valid in large samples and away from both ends.

    `exact`: every true h₀ under which neither P(ĥ ≤ observed) nor P(ĥ ≥ observed) is below
    (1-level)/2, by simulating the estimator's own distribution for this K and X. An end of
    [0, 1] that the estimate sits on has a point mass, which the probability includes, so near
    an end the interval covers more often than `level`.

    Args:
        fit: a fit with an estimate.
        level: coverage, between 0 and 1.
        method: `profile` or `exact`.
        rng: randomness of `exact`; `numpy.random.default_rng(0)` by default.
        draws: how many samples `exact` draws.
        progress: called with the share of the work that is done.

    Raises:
        LMMError: the fit has no estimate; another method; `exact`, and the likelihood is
            unbounded or depends on no phenotype.

    References:
        Schweiger et al. 2016, Am J Hum Genet 98:1181 (ALBI); Schweiger et al. 2018, Genetics
        209:1165 (FIESTA), here with any covariates and with the global maximum as estimate.
    """
    check_level(level)
    if method not in ("profile", "exact"):
        raise LMMError(f"there is no method “{method}”", remedy="choose profile or exact")
    if not fit.maxima:
        raise LMMError("an interval needs an estimate", fit.message)
    if method == "profile":
        lower, upper = _profile_ends(fit, level)
        return Interval(lower, upper, level, method, 0.0)
    if fit.status == "unbounded":
        advice = "look for duplicated records" if fit.reml else "fit by REML"
        raise LMMError(
            "the exact interval needs the distribution of the estimate",
            f"{'REML' if fit.reml else 'ML'} is unbounded here",
            advice,
        )
    rng = np.random.default_rng(0) if rng is None else rng
    pairs = contrasts(fit.rotated)
    check_informative(pairs, fit.reml)
    # Searched with mean μ = 1, where h is spread over [0, 1] whatever the scale of K.
    c = 1.0 / pairs.mean
    standard = replace(
        pairs, values=c * pairs.values, kinship_values=c * np.array(pairs.kinship_values)
    )
    near = h2_on_scale(fit.h2, c)
    guess = [h2_on_scale(end, c) for end in _profile_ends(fit, level)]
    test = TailTest(standard, near, reml=fit.reml, rng=rng, draws=draws)
    alpha = (1.0 - level) / 2.0
    tell = part_of(progress)
    tell(0.2)
    lower, lower_error = _invert(test.at_least, alpha, (0.0, guess[0], near), draws)
    tell(0.6)
    upper, upper_error = _invert(test.at_most, alpha, (1.0, guess[1], near), draws)
    tell(1.0)
    ends = h2_on_scale(np.array([lower, upper]), 1.0 / c)
    # dh/dh' of the law that leads back.
    errors = np.array([lower_error, upper_error]) * _stretch(np.array([lower, upper]), 1.0 / c)
    return Interval(float(ends[0]), float(ends[1]), level, method, float(errors.max()))


class TailTest:
    """P(ĥ ≥ observed) and P(ĥ ≤ observed) under any true h₀, on the same draws for every h₀.

    Each probability counts the observed value itself, which matters at 0 and 1 only, where
    draws pile up.
    """

    def __init__(
        self,
        pairs: Contrasts,
        observed: float,
        *,
        reml: bool,
        rng: np.random.Generator,
        draws: int = DRAWS,
    ) -> None:
        if pairs.n_null and observed == 1.0:
            # 1 - h below rounding; such contrasts have no limit at 1.
            observed = float(np.nextafter(1.0, 0.0))
        self._pairs, self._observed = pairs, observed
        grid = self._grid = search_grid(pairs, reml=reml, step=TAIL_STEP, at=observed)
        with np.errstate(divide="ignore"):
            x = np.log(observed) - np.log1p(-observed)
        inner = np.searchsorted(grid.log_odds, x)
        self._place = grid.log_odds.size + 1 if observed == 1.0 else int(inner) + (observed > 0.0)
        # How g falls with o at the observed value, and how D rises.
        self._weights = np.column_stack(
            [grid.weights, pairs.values * grid.weights[:, self._place] ** 2]
        )
        self._rise = float(np.sum(grid.spectrum / (1.0 + np.exp(x) * grid.spectrum)))
        self._chi2 = list(chi_squares(pairs, rng, draws))
        self.draws = draws

    def at_least(self, h2: float) -> float:
        """P(ĥ ≥ observed) when h2 is true."""
        return 1.0 - self._shares(h2)[0]

    def at_most(self, h2: float) -> float:
        """P(ĥ ≤ observed) when h2 is true."""
        return 1.0 - self._shares(h2)[1]

    def _shares(self, h2: float) -> tuple[float, float]:
        """P(ĥ < observed) and P(ĥ > observed)."""
        if h2 == 1.0 and self._pairs.n_null:
            return 0.0, 1.0  # The likelihood is unbounded at 1 for every phenotype.
        weights = (h2 * self._pairs.values + (1.0 - h2))[:, np.newaxis] * self._weights
        grid, place = self._grid, self._place
        below = above = 0
        for chi2 in self._chi2:
            sums = chi2 @ weights
            best = grid.heights(np.log(sums[:, :-3])).argmax(axis=1)
            if self._observed == 1.0:
                slope = grid.end_slopes(sums[:, :-1])[1]
            else:
                slope = grid.factor * sums[:, -1] / sums[:, place] - self._rise
            # Where the highest grid point is the observed value, the top lies uphill of it.
            slope = np.where(best == place, slope, 0.0)
            below += int(np.count_nonzero((best < place) | (slope < 0.0)))
            above += int(np.count_nonzero((best > place) | (slope > 0.0)))
        # No estimate lies beyond an end, however the profile slopes there.
        below, above = below * (self._observed > 0.0), above * (self._observed < 1.0)
        return below / self.draws, above / self.draws


def _invert(
    tail: Callable[[float], float], alpha: float, points: tuple[float, float, float], draws: int
) -> tuple[float, float]:
    """The h₀ where a tail probability rises through alpha on the way from `far` to `near`.

    Args:
        tail: the probability, a step function of h₀ that rises away from `far`.
        alpha: the level to cross.
        points: `far`, the end of [0, 1] to start from; a guess; `near`, the estimate.
        draws: behind `tail`.

    Returns:
        The crossing and its standard deviation over the draws, √(α(1-α)/draws) over the slope
        there; `far` exactly, without error, if the probability is above alpha even there. A
        strongly biased estimator may have its crossing beyond the estimate.
    """
    far, guess, near = points
    if near == far or (low := tail(far) - alpha) >= 0.0:
        return far, 0.0
    outside, inside = far, near
    high = tail(near) - alpha
    if high < 0.0:
        outside, inside, low = near, 1.0 - far, high
        high = tail(inside) - alpha
        if high < 0.0:
            return inside, 0.0
    reach = 0.25 * (near - guess)
    for trial in (guess - reach, guess + reach):
        if min(outside, inside) < trial < max(outside, inside):
            value = tail(trial) - alpha
            if value >= 0.0:
                inside, high = trial, value
            else:
                outside, low = trial, value
    # Regula falsi with halving of the end that stays (the Illinois algorithm).
    kept = 0
    while abs(inside - outside) > RESOLUTION:
        share = min(max(low / (low - high), 0.02), 0.98)
        middle = outside + share * (inside - outside)
        value = tail(middle) - alpha
        if value >= 0.0:
            inside, high = middle, value
            low = 0.5 * low if kept > 0 else low
            kept = 1
        else:
            outside, low = middle, value
            high = 0.5 * high if kept < 0 else high
            kept = -1
    return inside, _crossing_error(tail, alpha, inside, draws)


def _crossing_error(tail: Callable[[float], float], alpha: float, at: float, draws: int) -> float:
    """Standard deviation of a crossing over the draws."""
    spread = float(np.sqrt(alpha * (1.0 - alpha) / draws))
    step = 0.05 * min(1.0, max(at, 0.1), max(1.0 - at, 0.1))
    left, right = max(at - step, 0.0), min(at + step, 1.0)
    slope = abs(tail(right) - tail(left)) / (right - left)
    return spread / max(slope, spread)


def _stretch(h2: Floats, c: float) -> Floats:
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
