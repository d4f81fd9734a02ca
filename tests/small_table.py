"""K of a small table of genotypes by the package: the twin of `relate.js`."""

import numpy as np

from lmm_core import centered_kinship, standardized_kinship


def table_kinship(counts, way, *, floored=False):
    """K of a small table as the picture makes it, shape (n, n).

    Args:
        counts: genotypes, shape (n, m).
        way: what is multiplied; where no marker varies, standardised genotypes are all 0.
        floored: whether negative entries are set to 0.
    """
    if way == "counts":
        G = counts.astype(np.float64)
        K = G @ G.T / G.shape[1]
    elif way == "centred":
        K = centered_kinship(counts)
    elif (counts != counts[0]).any():
        K = standardized_kinship(counts)
    else:
        K = np.zeros((len(counts), len(counts)))
    return np.maximum(K, 0.0) if floored else K
