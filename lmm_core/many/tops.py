"""The tops of many profiles at once: every hill of a grid, then Newton's method on the score.

What `fit_rotated` does for one profile, by the same rules. Where rounding would decide (a profile
that is nearly flat, a dip that is hardly one, a top within a hair of 0 or 1) a profile is left to
it.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.certainty.arcs import Arcs, arcs_of
from lmm_core.certainty.profiles import Grid, Profiles
from lmm_core.fit import FLAT_TOLERANCE
from lmm_core.grid import from_log_odds

Flags: TypeAlias = NDArray[np.bool_]

# What is within this factor of a tolerance is fitted by itself: rounding must not decide.
DOUBT = 100.0
# A dip of less than this, relative to the log-likelihood, may be rounding.
SHALLOW = 1e-8
# A slope at an end this small, relative to its terms, may be of either sign.
LEVEL = 1e-11
# A Newton step in log odds below this doubles its digits to below rounding.
CLOSE = 1e-7
ROUNDS = 100


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tops(Brief):
    """The local maxima of m profiles.

    Attributes:
        row: whose each is, ascending, the highest of each profile first, shape (t,).
        x: log odds of h there, infinite at 0 and at 1, (t,).
        loglik: ℓ there, finite, (t,).
        sums: RSS, B and C there, up to one factor for all three, (3, t).
        alone: profiles that are to be fitted by themselves, and have none here, (m,).
        height: ℓ at h = 0, on the grid and at h = 1, (m, g + 2).
    """

    row: Ints
    x: Floats
    loglik: Floats
    sums: Floats
    alone: Flags
    height: Floats

    @property
    def h2(self) -> Floats:
        """h of each, (t,)."""
        return from_log_odds(self.x)

    @property
    def first(self) -> Flags:
        """Which are the highest of their profile, (t,)."""
        return np.diff(self.row, prepend=-1) > 0

    @property
    def n_maxima(self) -> Ints:
        """How many each profile has, (m,)."""
        return np.bincount(self.row, minlength=self.alone.size)


def find_tops(profiles: Profiles, unbounded: Flags, aside: Flags) -> Tops:
    """Scan the grid, climb every hill, and compare with both ends.

    Args:
        profiles: of m traits or markers.
        unbounded: those that rise without bound to h = 1, which is no hill, (m,).
        aside: those that are not looked at, (m,).

    Returns:
        None of those aside, of those that are the same for every h, or of those to be fitted alone.
    """
    grid = profiles.grid
    height, at_zero, at_one, on_grid = profiles.on_grid()
    last = height.shape[1] - 1
    height[unbounded, last] = np.inf
    flat, alone = _flatness(height)
    # Higher than the point before, and not lower than the next.
    up = height[:, 1:] > height[:, :-1]
    peak = np.ones(height.shape, dtype=bool)
    peak[:, 1:] = up
    peak[:, :-1] &= ~up
    row, place = np.nonzero(peak)
    finite = ~((place == last) & unbounded[row])
    row, place = row[finite], place[finite]
    odd = _beside_an_end(grid, at_zero[row], at_one[row], place, unbounded[row])
    alone[row[odd | _shallow(height, row, place)]] = True
    alone &= ~(flat | aside)
    seen = ~(flat | aside | alone)[row]
    row, place = row[seen], place[seen]

    x = np.where(place == 0, -np.inf, np.inf)
    loglik = height[row, place]
    sums = np.stack([each[row, place] for each in on_grid])
    inner = np.flatnonzero((place > 0) & (place < last))
    at = place[inner]
    hills = arcs_of(profiles, row[inner], at - 1, on_grid[2][row[inner], 0])
    around = np.stack([height[row[inner], at + k] for k in (-1, 0, 1)])
    x[inner] = climb(hills, around)
    sums[:, inner], loglik[inner] = hills.sums(x[inner], np.arange(inner.size))
    order = np.lexsort((-loglik, row))
    return Tops(row[order], x[order], loglik[order], sums[:, order], alone, height)


def climb(hills: Arcs, around: Floats) -> Floats:
    """Log odds of the maximum next to an inner point of the grid, one for each hill, (m,).

    Args:
        hills: next to their points.
        around: ℓ at the point before, at it, and after, shape (3, m).
    """
    x, step = hills.middle, hills.grid.step
    lower, upper = x - step, x + step
    before, at, after = around
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = 0.5 * (before - after) / (before - 2.0 * at + after)
    x = x + step * np.where(np.isfinite(shift), np.clip(shift, -0.9, 0.9), 0.0)
    active = np.arange(x.size)
    for _ in range(ROUNDS):
        slope, curvature = hills.slopes(x[active], active)
        lower[active] = np.where(slope >= 0.0, x[active], lower[active])
        upper[active] = np.where(slope <= 0.0, x[active], upper[active])
        with np.errstate(invalid="ignore", divide="ignore"):
            newton = x[active] - slope / curvature
        inside = (curvature < 0.0) & (newton > lower[active]) & (newton < upper[active])
        move = np.where(inside, newton, 0.5 * (lower[active] + upper[active])) - x[active]
        x[active] += move
        going = ~((inside & (np.abs(move) < CLOSE)) | (slope == 0.0))
        going &= upper[active] - lower[active] > 1e-14 * (1.0 + np.abs(x[active]))
        active = active[going]
        if not active.size:
            break
    return x


def _flatness(height: Floats) -> tuple[Flags, Flags]:
    """Which profiles are the same for every h, and of which it is a matter of rounding."""
    spread, end = np.ptp(height[:, :-1], axis=1), height[:, -1]
    finite = np.isfinite(end)
    spread = np.where(finite, np.maximum(spread, np.abs(end - height[:, 0])), spread)
    tolerance = FLAT_TOLERANCE * np.maximum(1.0, np.abs(height[:, 0]))
    flat = (spread <= tolerance / DOUBT) & finite
    return flat, (spread <= tolerance * DOUBT) & ~flat


def _beside_an_end(
    grid: Grid, at_zero: Floats, at_one: Floats, place: Ints, unbounded: Flags
) -> Flags:
    """Peaks in the first or the last cell, or at an end that slopes the other way or hardly."""
    last = grid.rest.size - 1
    level = LEVEL * grid.factor * (1.0 + grid.values.max())
    odd: Flags = (place == 0) & (at_zero >= -level) | (place == 1) & (at_zero <= 0.0)
    if grid.has_limit:
        level = LEVEL * float(np.sum(1.0 / grid.spectrum))
        odd |= (place == last) & (at_one <= level) | (place == last - 1) & (at_one >= 0.0)
    else:
        odd |= (place >= last - 1) & ~unbounded
    if np.isfinite(grid.trusted):
        odd |= place > np.searchsorted(grid.log_odds, grid.trusted)
    return odd


def _shallow(height: Floats, row: Ints, place: Ints) -> Flags:
    """Peaks parted from the one before by a dip that may be rounding."""
    shallow = np.zeros(row.shape, dtype=bool)
    for i in np.flatnonzero(row[1:] == row[:-1]) + 1:
        profile = height[row[i], place[i - 1] : place[i] + 1]
        dip = min(profile[0], profile[-1]) - profile.min()
        shallow[i] = dip <= SHALLOW * max(1.0, abs(float(profile.min())))
    return shallow
