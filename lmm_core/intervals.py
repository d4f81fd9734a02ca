"""Intervals for h: where the profile is high, or which true h the estimate could come from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.contrasts import Contrasts, contrasts
from lmm_core.errors import LMMError
from lmm_core.fit import LMMFit
from lmm_core.likelihood import log_likelihood, profile_grid
from lmm_core.sampling import SearchGrid, chi_squares

Method: TypeAlias = Literal["profile", "exact"]
Progress: TypeAlias = Callable[[float], None]

DRAWS = 10_000
# Ends of the exact interval are found to this width in h.
RESOLUTION = 2e-4
# Grid points a search needs to tell on which side of the observed estimate a profile is higher.
GRID = 40


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


def interval_h2(
    fit: LMMFit,
    *,
    level: float = 0.95,
    method: Method = "profile",
    rng: np.random.Generator | None = None,
    draws: int = DRAWS,
    progress: Progress | None = None,
) -> tuple[float, float]:
    """An interval for h as (lower, upper); `find_interval` says more about it."""
    found = find_interval(fit, level=level, method=method, rng=rng, draws=draws, progress=progress)
    return found.lower, found.upper


def find_interval(
    fit: LMMFit,
    *,
    level: float = 0.95,
    method: Method = "profile",
    rng: np.random.Generator | None = None,
    draws: int = DRAWS,
    progress: Progress | None = None,
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
        LMMError: the fit has no estimate, or ML is unbounded and `exact` was asked for.

    References:
        Schweiger et al. 2016, Am J Hum Genet 98:1181 (ALBI); Schweiger et al. 2018, Genetics
        209:1165 (FIESTA), here with any covariates and with the global maximum as estimate.
    """
    if not 0.0 < level < 1.0:
        raise LMMError(f"the level must lie between 0 and 1: it is {level}; 0.95 is usual")
    if not fit.maxima:
        raise LMMError(f"an interval needs an estimate: {fit.message}")
    if method == "profile":
        lower, upper = _profile_ends(fit, level)
        return Interval(lower, upper, level, method, 0.0)
    if fit.status == "unbounded":
        raise LMMError(
            "the exact interval needs the distribution of the estimate, and ML is unbounded "
            "here; fit by REML"
        )
    rng = np.random.default_rng(0) if rng is None else rng
    test = TailTest(contrasts(fit.rotated), fit.h2, reml=fit.reml, rng=rng, draws=draws)
    alpha = (1.0 - level) / 2.0
    tell = progress or (lambda share: None)
    guess = _profile_ends(fit, level)
    tell(0.2)
    lower, lower_error = _invert(test.at_least, alpha, 0.0, guess[0], fit.h2, draws)
    tell(0.6)
    upper, upper_error = _invert(test.at_most, alpha, 1.0, guess[1], fit.h2, draws)
    tell(1.0)
    return Interval(lower, upper, level, method, max(lower_error, upper_error))


class TailTest:
    """P(ĥ ≥ observed) and P(ĥ ≤ observed) under any true h₀, on the same draws for every h₀."""

    def __init__(
        self,
        pairs: Contrasts,
        observed: float,
        *,
        reml: bool,
        rng: np.random.Generator,
        draws: int = DRAWS,
    ) -> None:
        self._pairs = pairs
        self._grid = SearchGrid(pairs, reml=reml, points=GRID, extra=_around(observed))
        self._place = int(np.flatnonzero(self._grid.h2 == observed)[0])
        self._chi2 = list(chi_squares(pairs.df, rng, draws))
        self.draws = draws

    def at_least(self, h2: float) -> float:
        """P(ĥ ≥ observed) when h2 is true."""
        return 1.0 - self._shares(h2)[0]

    def at_most(self, h2: float) -> float:
        """P(ĥ ≤ observed) when h2 is true."""
        return 1.0 - self._shares(h2)[1]

    def _shares(self, h2: float) -> tuple[float, float]:
        """P(ĥ < observed) and P(ĥ > observed)."""
        scale = h2 * self._pairs.values + (1.0 - h2)
        below = above = 0
        inside = 0 < self._place < self._grid.h2.size - 1
        for chi2 in self._chi2:
            profiles = self._grid.scaled_profiles(chi2, scale)
            best = profiles.argmax(axis=1)
            below += int(np.count_nonzero(best < self._place))
            above += int(np.count_nonzero(best > self._place))
            here = np.flatnonzero(best == self._place)
            if inside and here.size:
                # The top lies on the side of the higher neighbour, by the slope across it.
                left = profiles[here, self._place - 1]
                right = profiles[here, self._place + 1]
                gap = np.diff(self._grid.h2[self._place - 1 : self._place + 2])
                top = profiles[here, self._place]
                rising = (right - top) * gap[0] ** 2 + (top - left) * gap[1] ** 2 > 0
                above += int(np.count_nonzero(rising))
                below += int(np.count_nonzero(~rising))
        return below / self.draws, above / self.draws


def _around(h2: float) -> Floats:
    """The estimate with close neighbours, for the slope of a profile across it."""
    near = h2 + 1e-3 * h2 * (1.0 - h2) * np.array([-1.0, 0.0, 1.0])
    return np.unique(near)


def _invert(
    tail: Callable[[float], float], alpha: float, far: float, guess: float, near: float, draws: int
) -> tuple[float, float]:
    """The h₀ from `far` to `near` where a tail probability rises through alpha.

    Regula falsi with halving (Illinois), from brackets around `guess`. Returns the crossing and
    its standard deviation over the draws, √(α(1-α)/draws) over the slope there; or `far`
    exactly, without error, if the probability is above alpha even there.
    """
    if near == far or tail(far) > alpha:
        return far, 0.0
    outside, inside = far, near
    low, high = -alpha, 1.0
    reach = 0.25 * (near - guess)
    for trial in (guess - reach, guess + reach):
        if min(outside, inside) < trial < max(outside, inside):
            value = tail(trial) - alpha
            if value > 0.0:
                inside, high = trial, value
            else:
                outside, low = trial, value
    kept = 0
    a, b = low, high
    while abs(inside - outside) > RESOLUTION:
        share = min(max(a / (a - b), 0.02), 0.98)
        middle = outside + share * (inside - outside)
        value = tail(middle) - alpha
        if value > 0.0:
            inside, high, b = middle, value, value
            a = 0.5 * a if kept > 0 else a
            kept = 1
        else:
            outside, low, a = middle, value, value
            b = 0.5 * b if kept < 0 else b
            kept = -1
        # The probability is a step function of h₀: within its own error there is no more to find.
        if abs(value) < 0.5 / draws:
            break
    step = 0.02 * (inside - far) if inside != far else 0.02
    slope = abs(tail(inside) - tail(inside - step)) / abs(step)
    return inside, float(np.sqrt(alpha * (1.0 - alpha) / draws) / max(slope, 1e-9))


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
