"""The effect of one covariate at any h: its estimate, its p, and where p passes its level; pure."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from lmm_core import RotatedData, wls
from lmm_core.arrays import Floats

LEVEL = 0.05
# h that are tried for where p passes the level.
STEPS = 201


@dataclass(frozen=True, slots=True)
class Effect:
    """A coefficient at one h: its estimate, its standard error, and p by the t test."""

    b: float
    se: float
    p: float


def effect_at(rotated: RotatedData, column: int, h2: float) -> Effect:
    """b of a column of X at one h, with n - p degrees of freedom."""
    at = wls(rotated, h2)
    df = rotated.n - rotated.rank
    with np.errstate(invalid="ignore", divide="ignore"):
        se = float(np.sqrt(at.rss / df * at.unscaled_covariance[column, column]))
        p = float(2.0 * stdtr(df, -abs(at.beta[column] / se)))
    return Effect(float(at.beta[column]), se, p)


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """p of a column from one h to another.

    Attributes:
        h2, p: places and values, the ends among them.
    """

    h2: Floats
    p: Floats

    @property
    def low(self) -> float:
        return float(np.nanmin(self.p))

    @property
    def high(self) -> float:
        return float(np.nanmax(self.p))

    @property
    def crossings(self) -> list[float]:
        """Where p passes the level, to half a step."""
        below = self.p < LEVEL
        at = np.flatnonzero(below[1:] != below[:-1])
        return [float(one) for one in self.h2[at + 1]]


def course(rotated: RotatedData, column: int, low: float, high: float) -> Course:
    """p from h = low to high; not at 1 itself, where a singular K leaves a limit alone."""
    h2 = np.linspace(low, min(high, 1.0 - 1e-6), STEPS)
    p = np.array([effect_at(rotated, column, float(one)).p for one in h2])
    return Course(h2, p)
