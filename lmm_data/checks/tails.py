"""Which far values no tail would hold that is like that of the other values."""

import numpy as np

from lmm_core.arrays import Floats, Ints

# Standard errors of a normal sample's skewness and kurtosis, beyond which it has another shape.
NOT_NORMAL = 2.0
# The share of the values that is a tail, and the fewest of them to tell how heavy it is.
SHARE, FEWEST = 0.1, 8
# Where all others end on a side of normal values, if their skewness is not that of a tail.
LIGHT, SKEW = 3.0, 1.0
# Standard deviations on the scale on which the others are symmetric.
STILL_FAR = 4.5
# Values as far that such a tail would have, of all.
CHANCE = 0.005


def beyond_tail(z: Floats, far: Ints, sure: float) -> Ints:
    """Those of the far values that stand apart whatever the shape of the others.

    Of normal values those beyond `sure` do, and where the others end soon on the same side. Of
    others only those that are rare in a tail that thins out as a power of the distance, as fast
    as the tail of the others does there (Hill 1975, Ann Stat 3:1163): that of exponential,
    lognormal and t distributions is lighter farther out.

    Args:
        z: values about their median, in robust standard deviations, shape (n,).
        far: indices of those in question.
        sure: the distance beyond which normal values are not found.
    """
    rest = np.delete(z, far)
    if not far.size or rest.size < FEWEST:
        return far[np.abs(z[far]) > sure]
    skew, heavy = _shape(rest)
    n = rest.size
    normal = heavy <= NOT_NORMAL * float(np.sqrt(24.0 / n))
    normal &= abs(skew) <= NOT_NORMAL * float(np.sqrt(6.0 / n))
    apart = [
        bool(
            abs(z[i]) > sure
            and (normal or (abs(skew) < SKEW and (rest * np.sign(z[i])).max() <= LIGHT))
            and _skewed_distance(z[i], rest) > STILL_FAR
        )
        or expected_beyond(z[i], rest) <= CHANCE
        for i in far
    ]
    kept: Ints = far[np.array(apart, dtype=bool)]
    return kept


def _skewed_distance(value: float, others: Floats) -> float:
    """Standard deviations from the median by the shifted logarithms that make others symmetric.

    A lognormal distribution with a shift goes through the 5%, 50% and 95% quantiles; without
    skewness it is the normal one. Infinite beyond its end.
    """
    low, middle, high = np.quantile(others, [0.05, 0.5, 0.95])
    lean = high + low - 2.0 * middle
    if abs(lean) <= 0.02 * (high - low):
        return float(abs(value - middle) / max((high - low) / 3.29, 1e-300))
    sign = np.sign(lean)
    shift = (low * high - middle**2) / lean
    above, centre = sign * (value - shift), sign * (middle - shift)
    far = sign * ((high if sign > 0.0 else low) - shift)
    if above <= 0.0 or centre <= 0.0 or far <= centre:
        return np.inf
    return float(abs(np.log(above / centre)) / (np.log(far / centre) / 1.645))


def _shape(z: Floats) -> tuple[float, float]:
    """Skewness and excess kurtosis; those of nothing normal where all are alike."""
    spread = float(z.std())
    if spread == 0.0:
        return np.inf, np.inf
    u = (z - z.mean()) / spread
    return float(np.mean(u**3)), float(np.mean(u**4)) - 3.0


def expected_beyond(value: float, others: Floats) -> float:
    """How many values on the same side would be as far, by the tail of the others."""
    side = np.sort(others[others * np.sign(value) > 0.0] * np.sign(value))[::-1]
    k = min(max(FEWEST, int(SHARE * others.size)), side.size - 1)
    if k < FEWEST:
        return float("inf")
    logs = np.log(side[:k] / side[k])
    # Of the rates that may well be, the one of the heaviest tail.
    rate = (1.0 - 1.64 * k**-0.5) / max(float(logs.mean()), 1e-12)
    return float(k * (side[k] / abs(value)) ** rate)
