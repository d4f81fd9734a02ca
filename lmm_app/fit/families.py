"""Families by kinship alone: groups of individuals who are close relatives on average; pure."""

import numpy as np

from lmm_core.arrays import Floats, Ints

# Of the mean kinship with oneself: the average kinship of a family is this at least, as of half
# sibs. Full sibs have ½.
CLOSE = 0.25
LARGEST = 4000


def families_of(K: Floats) -> Ints:
    """The family of each individual by number, shape (n,): clusters by average linkage.

    A family is as large as the average kinship of its two parts is at least `CLOSE`; who has no
    close relative is a family alone. With more than `LARGEST` individuals everyone is.

    References:
        Sokal & Michener 1958, average linkage (UPGMA).
    """
    # SciPy's clustering takes longer to import than the rest of the package.
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(K)
    if n < 2 or n > LARGEST:
        return np.arange(n)
    rows, columns = np.triu_indices(n, 1)
    kinship, most = K[rows, columns], float(K.max())
    joined = linkage(np.maximum(most - kinship, 0.0), "average")
    # A little less, for kinship that is ¼ but for rounding.
    cut = most - (CLOSE - 1e-6) * float(np.diagonal(K).mean())
    _, numbers = np.unique(fcluster(joined, cut, "distance"), return_inverse=True)
    families: Ints = numbers.astype(np.int64)
    return families


def kept_of(residuals: Floats, predictions: Floats, family: Ints) -> tuple[float, float]:
    """How much of the differences is kept in the predictions: between families, and within them.

    Least squares slopes through 0 of predictions on residuals: of family means, weighted by their
    sizes, and of each one's distance from the mean of its family; NaN where there is no difference.

    Args:
        residuals, predictions: of those with a record, shape (k,).
        family: of each, by number, shape (k,).
    """
    _, place = np.unique(family, return_inverse=True)
    sizes = np.bincount(place).astype(np.float64)
    r, u = (np.bincount(place, one) / sizes for one in (residuals, predictions))
    between = (float(sizes @ (r * u)), float(sizes @ r**2))
    e, d = residuals - r[place], predictions - u[place]
    within = (float(e @ d), float(e @ e))
    whole = float(residuals @ residuals)
    slopes = [top / below if below > 1e-12 * whole else np.nan for top, below in (between, within)]
    return slopes[0], slopes[1]
