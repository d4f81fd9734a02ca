"""Profile intervals of many traits: where each profile falls through a height."""

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats
from lmm_core.certainty.arcs import Arcs, arcs_of
from lmm_core.certainty.profiles import Grid, Profiles, constant
from lmm_core.grid import from_log_odds

# Ends are found to this width in h, and inside to this in log odds.
WIDTH, CLOSE = 1e-12, 1e-9
ROUNDS = 100


def profile_ends(
    profiles: Profiles,
    height: Floats,
    at: Floats,
    cut: Floats,
    unbounded: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """The outermost h whose profile reaches `cut`, shape (m,) each; as `interval_h2`.

    Args:
        profiles: of m traits.
        height: ℓ at h = 0, on the grid and at h = 1, shape (m, g + 2).
        at: log odds of the estimate, shape (m,).
        cut: ℓ of the estimate less half a quantile of χ²₁, shape (m,).
        unbounded: traits whose profile rises without bound to h = 1; of these only the hill of
            the estimate counts.
    """
    x = np.concatenate([[-np.inf], profiles.grid.log_odds, [np.inf]])
    before = np.searchsorted(x, at, side="right") - 1
    places = np.arange(x.size)
    inside = height >= cut[:, np.newaxis]
    low = ~inside & (places > before[:, np.newaxis])
    stop = np.where(unbounded & low.any(axis=1), low.argmax(axis=1), x.size)
    inside &= places < stop[:, np.newaxis]
    some = inside.any(axis=1)
    first = np.where(some, inside.argmax(axis=1), x.size)
    last = np.where(some, x.size - 1 - inside[:, ::-1].argmax(axis=1), -1)

    ends = []
    for grid_place, step, beyond, end in ((first, -1, 0, 0.0), (last, 1, x.size - 1, 1.0)):
        # Between two points of the grid the estimate may be the only one that is high enough.
        alone = (grid_place > before) if step < 0 else (grid_place <= before)
        alone &= ~(np.isinf(at) & (x[np.clip(grid_place, 0, x.size - 1)] == at))
        outside = np.where(alone, before if step < 0 else before + 1, grid_place + step)
        high = np.where(alone, at, x[np.clip(grid_place, 0, x.size - 1)])
        found = np.full(at.shape, end)
        rows = np.flatnonzero(alone | (grid_place != beyond))
        low_x = x[np.clip(outside[rows], 0, x.size - 1)]
        endless = np.isinf(high[rows]) | np.isinf(low_x)
        these, far = rows[~endless], rows[endless]
        near = high[these], low_x[~endless]
        point = np.searchsorted(x, np.minimum(*near), side="right") - 2
        hills = arcs_of(profiles, these, point, np.ones(these.size))
        found[these] = _newton(hills, cut[these], *near)
        found[far] = _bisect(profiles.grid, profiles.z2[far], cut[far], high[far], low_x[endless])
        ends.append(found)
    return ends[0], ends[1]


def _newton(hills: Arcs, cut: Floats, inside: Floats, outside: Floats) -> Floats:
    """h between `inside`, where ℓ ≥ cut, and `outside`, where ℓ < cut, both as log odds."""
    inside, outside = inside.copy(), outside.copy()
    x = 0.5 * (inside + outside)
    active = np.arange(x.size)
    while active.size:
        gap = hills.sums(x[active], active)[1] - cut[active]
        slope, _ = hills.slopes(x[active], active)
        inside[active] = np.where(gap >= 0.0, x[active], inside[active])
        outside[active] = np.where(gap < 0.0, x[active], outside[active])
        with np.errstate(invalid="ignore", divide="ignore"):
            newton = x[active] - gap / slope
        left = np.minimum(inside[active], outside[active])
        right = np.maximum(inside[active], outside[active])
        good = (newton >= left) & (newton <= right)
        step = np.where(good, newton, 0.5 * (left + right)) - x[active]
        x[active] += step
        active = active[~(good & (np.abs(step) < CLOSE)) & (right - left > CLOSE)]
    return from_log_odds(x)


def _bisect(grid: Grid, z2: Floats, cut: Floats, inside: Floats, outside: Floats) -> Floats:
    """As `_newton`, in h, where log odds are infinite at one end."""
    high, low = from_log_odds(inside), from_log_odds(outside)
    for _ in range(ROUNDS):
        if not high.size or np.abs(high - low).max() <= WIDTH:
            break
        middle = 0.5 * (high + low)
        odds = (middle / (1.0 - middle))[:, np.newaxis]
        log_rss = np.log((z2 / (1.0 + odds * grid.values)).sum(axis=1))
        twice = constant(grid.factor) + grid.factor * log_rss
        enough = -0.5 * (twice + np.log1p(odds * grid.spectrum).sum(axis=1)) >= cut
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return high
