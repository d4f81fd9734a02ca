"""A few of many functions of h, which give all others as sums with fixed weights; pure."""

import numpy as np

from lmm_core.arrays import Floats, Ints

# What is left of a function when the others are taken out, as a share of the largest: rounding.
ROUNDING = 1e-12


def few_of(table: Floats) -> tuple[Ints, Floats]:
    """Some of the columns of a table, and how they give all of them.

    Args:
        table: a function in each column, at many values of its argument, shape (t, n).

    Returns:
        The indices of m columns, and P, shape (n, m): column j is Σ_k P_jk column k, to about
        1e-11 of the largest.

    References:
        Gu & Eisenstat 1996, SIAM J Sci Comput 17:848: interpolation by a pivoted QR.
    """
    from scipy.linalg import qr, solve_triangular

    R, order = qr(table, mode="r", pivoting=True)
    size = np.abs(np.diagonal(R))
    m = int(np.count_nonzero(size > ROUNDING * size[0]))
    weights = np.zeros((table.shape[1], m))
    weights[order[:m]] = np.eye(m)
    weights[order[m:]] = solve_triangular(R[:m, :m], R[:m, m:]).T
    chosen: Ints = order[:m].astype(np.int64)
    return chosen, weights
