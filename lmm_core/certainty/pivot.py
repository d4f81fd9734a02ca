"""The F pivot of a singular K: an exact interval without simulation, to check others by."""

import numpy as np

from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.errors import LMMError, in_digits


def pivot_ends(pairs: Contrasts, level: float) -> tuple[float, float]:
    """Every h whose F lies between its (1-level)/2 quantiles.

    With Q₀ = Σz² over the d₀ contrasts without genetic variance (μ = 0), which have variance
    v(1-h), and the d₁ others,
        F(h) = (1-h) Σ z²/(hμ + 1-h) / d₁ ÷ (Q₀/d₀)
    has the F distribution with d₁ and d₀ degrees of freedom at the true h, whatever it is, and
    falls from F(0), the analysis of variance, to 0 at h = 1. In a balanced one-way layout it is
    the textbook's interval of the intraclass correlation.

    Returns:
        The ends, on the scale of h of this K.

    Raises:
        LMMError: no contrast without genetic variance, or none with; no variation in the former;
            or an interval that is empty, F(0) being below its lower quantile.

    References:
        Burch & Iyer 1997, Biometrics 53:1318; Harville & Fenech 1985, Biometrics 41:137.
    """
    from scipy.optimize import brentq
    from scipy.stats import f as f_distribution

    null = pairs.values == 0.0
    d0, d1 = int(null.sum()) + pairs.n_blank, int((~null).sum())
    if not d0 or not d1:
        raise LMMError(
            "the pivot compares contrasts with and without genetic variance",
            f"here {d1} have some and {d0} have none",
            "choose exact",
        )
    z2, values = pairs.z[~null] ** 2, pairs.values[~null]
    within = float(np.sum(pairs.z[null] ** 2)) / d0
    if within == 0.0:
        raise LMMError(
            "the pivot divides by the variance of what the kinship does not explain",
            "it is 0 in these data",
            "look for duplicated records",
        )

    def ratio(h: float) -> float:
        return (1.0 - h) * float(np.sum(z2 / (h * values + 1.0 - h))) / d1 / within

    low, high = (float(f_distribution.ppf(0.5 + half, d1, d0)) for half in (-level / 2, level / 2))
    at_zero = ratio(0.0)
    if at_zero < low:
        raise LMMError(
            f"no h is compatible with these data at {level:.0%} by the pivot",
            f"F = {in_digits(at_zero)} at h = 0 is below its lower quantile, {in_digits(low)}: the "
            "relatives are less alike than strangers",
            "choose exact, and look at how the data were made",
        )

    def end(quantile: float) -> float:
        if at_zero <= quantile:
            return 0.0
        return float(brentq(lambda h: ratio(h) - quantile, 0.0, 1.0, xtol=1e-14))

    return end(high), end(low)
