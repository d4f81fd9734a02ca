"""Transforms that bring a skewed or heavy-tailed phenotype closer to a normal one."""

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats, as_numeric
from lmm_core.errors import DesignError, in_digits

# Blom 1958: the plotting position (rank - 3/8)/(n + 1/4).
BLOM = 0.375


def rank_normal(y: ArrayLike) -> Floats:
    """Rank-based inverse normal transform: the normal score of each value's rank.

    Args:
        y: phenotype, shape (n,); NaN where missing, which stays missing.

    Returns:
        Φ⁻¹((rank - 3/8)/(m + 1/4)) for the m values that are there, shape (n,); equal values
        share the mean of their ranks. It keeps the order alone: units and distances are lost,
        and h becomes that of the scores.

    Raises:
        DesignError: not one column of numbers, or an infinite value.

    References:
        Blom 1958, "Statistical Estimates and Transformed Beta-Variables"; Beasley, Erickson &
        Allison 2009, Behav Genet 39:580.

    >>> rank_normal([3.0, 100.0, 1.0]).round(3)
    array([ 0.   ,  0.869, -0.869])
    """
    from scipy.special import ndtri

    values, present = _values(y)
    m = int(present.sum())
    # As scipy.stats.rankdata, which takes half a second to be loaded.
    _, group, size = np.unique(values[present], return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    ranks = (last - (size - 1) / 2.0)[group]
    scores = np.full(values.shape, np.nan)
    scores[present] = ndtri((ranks - BLOM) / (m + 1.0 - 2.0 * BLOM))
    return scores


def log_transform(y: ArrayLike) -> Floats:
    """Natural logarithm: turns factors into differences.

    Args:
        y: phenotype, shape (n,), positive; NaN where missing, which stays missing.

    Raises:
        DesignError: not one column of numbers, an infinite value, or one that is not positive.

    >>> log_transform([1.0, np.e]).round(12)
    array([0., 1.])
    """
    values, present = _values(y)
    if (values[present] <= 0.0).any():
        wrong = values[present & (np.nan_to_num(values, nan=1.0) <= 0.0)]
        raise DesignError(
            "a logarithm needs positive values",
            f"{wrong.size} are not, the first is {in_digits(wrong[0], 6)}",
            "use the rank-based normal scores, or find out what 0 stands for",
        )
    logs = np.full(values.shape, np.nan)
    logs[present] = np.log(values[present])
    return logs


def _values(y: ArrayLike) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    values = as_numeric(y, "the phenotype y")
    if values.ndim != 1:
        raise DesignError(
            "one phenotype at a time", f"its shape is {values.shape}", "pass a column"
        )
    if np.isinf(values).any():
        raise DesignError(
            "the phenotype must be finite or missing",
            f"{int(np.isinf(values).sum())} value(s) are infinite",
            "write NA if they are missing",
        )
    return values, ~np.isnan(values)
