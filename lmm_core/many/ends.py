"""Profile intervals of many traits: where each profile falls through a height."""

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, Ints
from lmm_core.many.profiles import Grid
from lmm_core.many.refine import slopes, values

# Ends are found to this width in h, and inside to this in log odds.
WIDTH, CLOSE = 1e-12, 1e-9
ROUNDS = 100


def profile_ends(
    grid: Grid,
    mu: Floats,
    z2: Floats,
    height: Floats,
    at: Floats,
    cut: Floats,
    unbounded: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """The outermost h whose profile reaches `cut`, shape (m,) each; as `interval_h2`.

    Args:
        grid: the grid of h.
        mu: variances of the contrasts, shape (df,).
        z2: squared contrasts, shape (m, df).
        height: ℓ on the grid, shape (m, g + 2).
        at: log odds of the estimate, shape (m,).
        cut: ℓ of the estimate less half a quantile of χ²₁, shape (m,).
        unbounded: traits whose profile rises without bound to h = 1; of these only the hill of
            the estimate counts.
    """
    x = np.concatenate([[-np.inf], grid.log_odds, [np.inf]])
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
        found[rows] = _cross(grid, mu, z2[rows], cut[rows], high[rows], low_x)
        ends.append(found)
    return ends[0], ends[1]


def _cross(
    grid: Grid, mu: Floats, z2: Floats, cut: Floats, inside: Floats, outside: Floats
) -> Floats:
    """h between `inside`, where ℓ ≥ cut, and `outside`, where ℓ < cut, both as log odds."""
    found = np.empty(cut.shape)
    endless = np.isinf(inside) | np.isinf(outside)
    rows = np.flatnonzero(~endless)
    x = _newton(grid, mu, z2[rows], cut[rows], inside[rows], outside[rows])
    found[rows] = 1.0 / (1.0 + np.exp(-x))
    rows = np.flatnonzero(endless)
    found[rows] = _bisect(grid, mu, z2[rows], cut[rows], inside[rows], outside[rows])
    return found


def _newton(
    grid: Grid, mu: Floats, z2: Floats, cut: Floats, inside: Floats, outside: Floats
) -> Floats:
    inside, outside = inside.copy(), outside.copy()
    x = 0.5 * (inside + outside)
    active: Ints = np.arange(x.size)
    while active.size:
        part = z2[active]
        gap = values(grid, mu, part, x[active])[0] - cut[active]
        slope, _ = slopes(grid, mu, part, x[active])
        inside[active] = np.where(gap >= 0.0, x[active], inside[active])
        outside[active] = np.where(gap < 0.0, x[active], outside[active])
        with np.errstate(invalid="ignore", divide="ignore"):
            newton = x[active] - gap / slope
        left = np.minimum(inside[active], outside[active])
        right = np.maximum(inside[active], outside[active])
        good = (newton > left) & (newton < right)
        step = np.where(good, newton, 0.5 * (left + right)) - x[active]
        x[active] += step
        active = active[~(good & (np.abs(step) < CLOSE)) & (right - left > CLOSE)]
    return x


def _bisect(
    grid: Grid, mu: Floats, z2: Floats, cut: Floats, inside: Floats, outside: Floats
) -> Floats:
    """In h, where log odds are infinite at one end."""
    high, low = 1.0 / (1.0 + np.exp(-inside)), 1.0 / (1.0 + np.exp(-outside))
    for _ in range(ROUNDS):
        if not high.size or np.abs(high - low).max() <= WIDTH:
            break
        middle = 0.5 * (high + low)
        with np.errstate(divide="ignore"):
            x = np.log(middle) - np.log1p(-middle)
        enough = values(grid, mu, z2, x)[0] >= cut
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return high
