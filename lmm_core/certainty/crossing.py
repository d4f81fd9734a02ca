"""Where a simulated probability rises through its level: an end of an interval."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

# Ends are found to this width in h, K scaled to mean μ = 1.
RESOLUTION = 2e-4
Curve = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an interval.

    Attributes:
        probability: of data like the observed ones, or more extreme on this side, under a true
            h₀: a share of `draws`.
        level: below which it excludes h₀; may depend on h₀.
        draws: how many there are.
        looks: in so many places the way is looked at first, for a probability that may rise
            through the level more than once: then the first time counts.
    """

    probability: Curve
    level: Curve
    draws: int
    looks: int = 1

    def end(self, far: float, guess: float, near: float) -> float:
        """The h₀ where the probability rises through its level on the way from `far` to `near`.

        Args:
            far: the end of [0, 1] to start from.
            guess: of the crossing.
            near: the estimate.

        Returns:
            The crossing; `far` exactly if the probability is above its level even there. A
            strongly biased estimator may have its crossing beyond the estimate.
        """
        excess = cache(lambda h: self.probability(h) - self.level(h))
        if near == far or excess(far) >= 0.0:
            return far
        places = np.linspace(far, near, self.looks + 1).tolist()
        inside = next((i for i, h in enumerate(places) if excess(h) >= 0.0), None)
        if inside is not None:
            return _crossing(excess, places[inside - 1], places[inside], guess)
        beyond = 1.0 - far
        if excess(beyond) < 0.0:
            return beyond
        return _crossing(excess, near, beyond, guess)

    def error(self, at: float) -> float:
        """Standard deviation of the end over the draws: √(α(1-α)/draws) over the slope there."""
        if at in (0.0, 1.0):
            return 0.0  # Nothing was crossed.
        level = self.level(at)
        spread = float(np.sqrt(level * (1.0 - level) / self.draws))
        step = 0.05 * min(1.0, max(at, 0.1), max(1.0 - at, 0.1))
        left, right = max(at - step, 0.0), min(at + step, 1.0)
        slope = abs(self.probability(right) - self.probability(left)) / (right - left)
        return spread / max(slope, spread)


def _crossing(excess: Curve, outside: float, inside: float, guess: float) -> float:
    """Where a step function rises through 0, by regula falsi."""
    reach = 0.25 * (inside - guess)
    low, high = excess(outside), excess(inside)
    for trial in (guess - reach, guess + reach):
        if min(outside, inside) < trial < max(outside, inside):
            value = excess(trial)
            if value >= 0.0:
                inside, high = trial, value
            else:
                outside, low = trial, value
    # With halving of the end that stays (the Illinois algorithm).
    kept = 0
    while abs(inside - outside) > RESOLUTION:
        share = min(max(low / (low - high), 0.02), 0.98)
        middle = outside + share * (inside - outside)
        value = excess(middle)
        if value >= 0.0:
            inside, high = middle, value
            low = 0.5 * low if kept > 0 else low
            kept = 1
        else:
            outside, low = middle, value
            high = 0.5 * high if kept < 0 else high
            kept = -1
    return inside
