"""Logarithms of tail probabilities, exact where the probabilities themselves are zero."""

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats

# Above this a probability has all its digits, and its logarithm too.
PLAIN = 1e-250
ROUNDS = 10_000


def log_f_tail(statistic: ArrayLike, df: float) -> Floats:
    """log P(F ≥ statistic), natural, for F with 1 and `df` degrees of freedom.

    With x = df/(df + F) it is the regularised incomplete beta function I_x(df/2, 1/2); in its
    far tail, the continued fraction of Didonato & Morris 1992, ACM Trans Math Softw 18:360.
    """
    from scipy.special import betainc, betaincc, betaln

    F = np.asarray(statistic, dtype=np.float64)
    a, x = 0.5 * df, df / (df + F)
    # By whichever of x and 1 - x is small, and exact.
    with np.errstate(divide="ignore", invalid="ignore"):
        small = np.asarray(x < 0.5)
        tail = betaincc(0.5, a, F / (df + F))
        tail = np.where(small, betainc(a, 0.5, x, where=small, out=np.zeros_like(x)), tail)
        log_p: Floats = np.log(tail)
    far = np.asarray(log_p < np.log(PLAIN)) & np.isfinite(F)
    if far.any():
        x = x[far] if x.ndim else x
        first = a * np.log(x) + 0.5 * np.log1p(-x) - np.log(a) - betaln(a, 0.5)
        log_p = np.where(far, -np.inf, log_p)
        log_p[far] = first + np.log(_fraction(a, 0.5, np.atleast_1d(x)))
    return log_p


def log_chi2_tail(statistic: ArrayLike) -> Floats:
    """log P(χ²₁ ≥ statistic), natural; 0 for what is not positive."""
    from scipy.special import log_ndtr

    root = np.sqrt(np.maximum(np.asarray(statistic, dtype=np.float64), 0.0))
    log_p: Floats = np.minimum(np.log(2.0) + log_ndtr(-root), 0.0)
    return log_p


def _fraction(a: float, b: float, x: Floats) -> Floats:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    c = np.ones_like(x)
    d = 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    h = d.copy()
    for m in range(1, ROUNDS):
        even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        d = 1.0 / (1.0 + even * d)
        c = 1.0 + even / c
        h *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        d = 1.0 / (1.0 + odd * d)
        c = 1.0 + odd / c
        h *= d * c
        if np.abs(d * c - 1.0).max() < 1e-15:
            break
    return h
