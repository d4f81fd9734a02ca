"""One covariate between the families and between the sibs of a family; pure."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from lmm_core.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """A least squares line: its slope, the standard error, p, and the points that it goes through.

    Attributes:
        x, y: the points.
        sizes: of each point, how many individuals it stands for.
        slope, error, p: of the line, by the t test.
        intercept: of the line.
    """

    x: Floats
    y: Floats
    sizes: Floats
    slope: float
    error: float
    p: float
    intercept: float


@dataclass(frozen=True, slots=True, eq=False)
class TwoSlopes:
    """What ordinary regression takes together.

    Attributes:
        between: of the family means.
        within: of the individuals, each less the mean of its family.
        total: the slope of ordinary regression on an intercept and this covariate.
        share_between: how much of the covariate's sum of squares lies between families; total is
            share_between × between + (1 − share_between) × within.
    """

    between: Slope
    within: Slope
    total: float
    share_between: float


def two_slopes(y: Floats, x: Floats, family: Ints) -> TwoSlopes:
    """Split a simple regression into that of family means and that within families.

    Args:
        y, x: trait and covariate, shape (n,).
        family: of each individual, by number, shape (n,).

    References:
        Searle, Casella & McCulloch 1992, chapter 3: the between and the within estimator.
    """
    _, place = np.unique(family, return_inverse=True)
    sizes = np.bincount(place).astype(np.float64)
    means = [np.bincount(place, one) / sizes for one in (x, y)]
    within = [one - mean[place] for one, mean in zip((x, y), means, strict=True)]
    between = _line(means[0], means[1], sizes, sizes.size - 2)
    df = x.size - sizes.size - 1
    inside = _line(within[0], within[1], np.ones_like(x), df, through_origin=True)
    centred = x - x.mean()
    total = float(centred @ y / (centred @ centred))
    share = 1.0 - float(within[0] @ within[0]) / float(centred @ centred)
    return TwoSlopes(between, inside, total, share)


def _line(x: Floats, y: Floats, weights: Floats, df: int, *, through_origin: bool = False) -> Slope:
    centre = [0.0 if through_origin else float(np.average(one, weights=weights)) for one in (x, y)]
    a, b = x - centre[0], y - centre[1]
    spread = float(weights @ a**2)
    slope = float(weights @ (a * b) / spread)
    rest = float(weights @ (b - slope * a) ** 2)
    error = float(np.sqrt(rest / df / spread))
    p = float(2.0 * stdtr(df, -abs(slope / error)))
    return Slope(x, y, weights, slope, error, p, centre[1] - slope * centre[0])
