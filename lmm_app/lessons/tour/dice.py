"""Three dice, thrown a thousand times: why s² divides by n − 1; pure."""

from functools import cache

import numpy as np

from lmm_core.arrays import Floats

THROWS = 1000
DICE = 3
FACES = (5, 6, 6)
TRUE_MEAN = 3.5
TRUE_VARIANCE = 35.0 / 12.0
SEED = 1


def from_own(throws: Floats) -> Floats:
    """Squared distances of three dice from their own average, summed; of throws (m, 3)."""
    distances: Floats = ((throws - throws.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    return distances


def from_true(throws: Floats) -> Floats:
    """The same from the true average, 3.5."""
    distances: Floats = ((throws - TRUE_MEAN) ** 2).sum(axis=1)
    return distances


@cache
def sums() -> Floats:
    """Of each of the thousand throws the squared distances from its own average, shape (1000,)."""
    throws = np.random.default_rng(SEED).integers(1, 7, (THROWS, DICE)).astype(np.float64)
    found = from_own(throws)
    found.setflags(write=False)
    return found


def average(divisor: int) -> float:
    """The average of the sums of squares, divided by 3 or by 2."""
    return float(sums().mean()) / divisor
