"""5. Where to look: the profile may have two hills, and a search climbs the one it meets.

A grid of h that is dense near both ends, on which no hill can hide.
"""

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.rotation import RotatedData


def hills(profile: Floats, dip: float) -> list[tuple[int, int, int]]:
    """Cut a profile at its valleys: (left valley, peak, right valley) of every hill, as places.

    A dip of less than `dip` is rounding and parts nothing.
    """
    peaks, valleys = [], [0]
    high = low = 0
    rising = True
    for i in range(1, profile.shape[0]):
        if rising:
            if profile[i] > profile[high]:
                high = i
            elif profile[i] < profile[high] - dip:
                peaks.append(high)
                rising, low = False, i
        elif profile[i] < profile[low]:
            low = i
        elif profile[i] > profile[low] + dip:
            valleys.append(low)
            rising, high = True, i
    if rising:
        peaks.append(high)
    valleys.append(profile.shape[0] - 1)
    return [(valleys[i], peak, valleys[i + 1]) for i, peak in enumerate(peaks)]


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
    return np.unique(np.concatenate([[0.0], from_log_odds(log_odds), [1.0]]))


def log_odds_grid(values: Floats, step: float, before: float, after: float) -> Floats:
    """Log odds of h, evenly spaced, for the profiles of any data under the same K and X.

    Args:
        values: the eigenvalues λ at which odds(h)·λ = 1 bends a profile; those of 0 do not count.
        step: the spacing.
        before, after: how far it reaches before the first bend and beyond the last.
    """
    positive = values[values > 0.0]
    first, last = (np.log(positive.max()), np.log(positive.min())) if positive.size else (0.0, 0.0)
    return np.arange(-first - before, -last + after + step, step)


def from_log_odds(x: Floats) -> Floats:
    """h of log odds; `scipy.special.expit` is the same, but takes longer to import than a fit."""
    return 1.0 / (1.0 + np.exp(-x))


def _last_bend(rotated: RotatedData) -> float:
    """The log odds of h beyond which nothing about the profile changes."""
    k, r = rotated.stable.n_null, rotated.stable.null_rank
    positive = rotated.values[k:]
    bend = -float(np.log(positive[0]))
    if r:
        # (X'WX)_jj = m/(1-h) + O(1/λ) for a column with the sum of squares m in the null space.
        bend -= float(np.log(np.sum(rotated.stable.basis[:k, :r] ** 2, axis=0).min()))
    rest = float(np.sum(rotated.stable.residual[k:] ** 2 / positive))
    if k and not rotated.stable.null_explained and rest > 0.0:
        bend = max(bend, float(np.log(rest / np.sum(rotated.stable.residual[:k] ** 2))))
    return bend
