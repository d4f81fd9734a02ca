"""The tops of many hills at once, by Newton's method on the score, in log odds of h."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from lmm_core.arrays import Floats, Ints

# Slope and curvature of some of the profiles, by their places, each at its own log odds.
Slopes: TypeAlias = Callable[[Ints, Floats], tuple[Floats, Floats]]

# A Newton step in log odds below this doubles its digits to below rounding.
CLOSE = 1e-7
ROUNDS = 100


def climb(slopes: Slopes, around: Floats, place: Floats, step: float) -> Floats:
    """Log odds of the maximum next to an inner point of an evenly spaced grid, shape (m,).

    Args:
        slopes: of the profiles.
        around: ℓ at the point before, at it, and after, shape (m, 3).
        place: log odds of the point, shape (m,).
        step: spacing of the grid.
    """
    before, at, after = around.T
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = 0.5 * (before - after) / (before - 2.0 * at + after)
    shift = np.where(np.isfinite(shift), np.clip(shift, -0.9, 0.9), 0.0)
    x = place + step * shift
    lower, upper = place - step, place + step
    active = np.arange(x.size)
    for _ in range(ROUNDS):
        slope, curvature = slopes(active, x[active])
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
