"""Three dice, thrown a thousand times: why s² divides by n − 1; pure."""

from functools import cache

import numpy as np

from lmm_core.arrays import Floats

THROWS = 1000
DICE = 3
FACES = (5, 6, 6)
# Where the pips of these faces are, in thirds of a side from its middle, across and down.
PIPS = {
    5: ((-1, -1), (1, -1), (0, 0), (-1, 1), (1, 1)),
    6: ((-1, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (1, 1)),
}
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


def throw() -> tuple[float, float, float]:
    """Of `FACES`: the average, and the squared distances from it and from the true one, summed."""
    throws = np.array([FACES], dtype=np.float64)
    return float(throws.mean()), float(from_own(throws)[0]), float(from_true(throws)[0])


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
