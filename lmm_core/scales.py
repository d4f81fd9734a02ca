"""The scale of K, and what it does to h: a share of variance relative to K's own diagonal."""

from typing import Literal, TypeAlias, overload

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats, unmasked
from lmm_core.errors import KinshipError, LMMError, in_digits

Scale: TypeAlias = Literal["given", "mean_diagonal", "gower", "doubled"]
SCALES: tuple[Scale, ...] = ("given", "mean_diagonal", "gower", "doubled")


def kinship_scale_factor(K: ArrayLike, scale: Scale) -> float:
    """The c by which K is multiplied to put it on a scale: K' = cK.

    Args:
        K: kinship, shape (n, n).
        scale: `given`, c = 1; `mean_diagonal`, so that tr(K')/n = 1; `gower`, so that
            tr(PK'P) = n - 1 with P = I - 11'/n, and the sample variance of a trait with
            variance K' is 1 on average; `doubled`, c = 2, for coefficients of kinship, which
            are half the relatedness.

    Raises:
        KinshipError: K is not square, or has nothing to scale.
        LMMError: an unknown scale.

    References:
        Kang et al. 2010, Nature Genetics 42:348 (EMMAX), for Gower's scale; Speed & Balding
        2015, Nat Rev Genet 16:33.

    >>> kinship_scale_factor([[2.0, 1.0], [1.0, 2.0]], "mean_diagonal")
    0.5
    """
    matrix = np.asarray(unmasked(K), dtype=np.float64)
    n = matrix.shape[0] if matrix.ndim else 0
    if matrix.shape != (n, n) or n == 0:
        raise KinshipError("kinship must be a square matrix", f"its shape is {matrix.shape}")
    if scale == "given":
        return 1.0
    if scale == "doubled":
        return 2.0
    if scale == "mean_diagonal":
        wanted, has = float(n), float(np.trace(matrix))
    elif scale == "gower":
        # tr(PKP) = tr(K) - 1'K1/n.
        wanted, has = n - 1.0, float(np.trace(matrix) - matrix.sum() / n)
    else:
        raise LMMError(f"there is no scale “{scale}”", remedy=f"choose from {', '.join(SCALES)}")
    if not has > 1e-12 * float(np.abs(matrix).max()) * n:
        raise KinshipError(
            "there is nothing to scale",
            f"a trace of {in_digits(has)} was found where {in_digits(wanted)} is wanted",
            "for Gower’s scale individuals must differ in relatedness",
        )
    return wanted / has


@overload
def h2_on_scale(h2: float, c: float) -> float: ...
@overload
def h2_on_scale(h2: Floats, c: float) -> Floats: ...
def h2_on_scale(h2: float | Floats, c: float) -> float | Floats:
    """What h for K becomes for K' = cK: h' = h/(h + c(1-h)).

    v[hK + (1-h)I] = v[(h/c)K' + (1-h)I] is the same covariance, and h' the share of K' in it:
    a larger matrix leaves a smaller share. `h2_on_scale(h', 1/c)` leads back. The law holds
    for true values, estimates and ends of intervals alike.

    Args:
        h2: on the scale of K, a float or an array.
        c: how many times as large the other matrix is, positive.

    Raises:
        LMMError: c is not positive and finite.

    >>> h2_on_scale(0.5, 2.0)
    0.3333333333333333
    """
    if not 0.0 < c < np.inf:
        raise LMMError("a scale factor must be positive and finite", f"it is {c}")
    return h2 / (h2 + c * (1.0 - h2))


def average_share(h2: float, mean_diagonal: float) -> float:
    """The average individual's share of the variance that follows kinship: hκ/(hκ + 1 - h).

    var(e_i) = v[hK_ii + 1 - h]: of its average over individuals, this much is K's. It is h itself
    where K's diagonal averages 1, and the same on every scale of K.

    Args:
        h2: on the scale of K.
        mean_diagonal: κ, the mean of K's diagonal over those who are fitted; positive, or 0 where
            nobody's variance is K's.

    >>> average_share(0.5, 1.0), round(average_share(0.79, 0.353), 3)
    (0.5, 0.57)
    """
    if mean_diagonal <= 0.0:
        return 0.0
    return h2_on_scale(h2, 1.0 / mean_diagonal)


def liability_share(share: float, prevalence: float, cases: float | None = None) -> float:
    """The share of a normal liability that is behind a trait of two values, to first order.

    With a threshold at the upper K of a standard normal liability and z its density there,
        share on the liability scale = share on the 0/1 scale · K(1-K)/z² · K(1-K)/(P(1-P)),
    P being the share of cases among those who are fitted. P = K leaves Dempster and Lerner's
    factor. It is an approximation for shares that are not large; above 1 no liability fits.

    Args:
        share: of the variance of the values 0 and 1 that follows kinship, as `average_share`.
        prevalence: K, the share of cases in the population, between 0 and 1.
        cases: P, the share of cases among those who are fitted, where cases were sought out; K
            by default.

    Raises:
        LMMError: K or P not between 0 and 1.

    References:
        Dempster & Lerner 1950, Genetics 35:212, appendix by A. Robertson; Lee et al. 2011,
        Am J Hum Genet 88:294, eq. 23, for cases that were sought out.

    >>> round(liability_share(0.2, 0.5), 4), round(liability_share(0.2, 0.01, cases=0.5), 4)
    (0.3142, 0.1104)
    """
    from scipy.special import ndtri

    sampled = prevalence if cases is None else cases
    for name, one in (("the prevalence", prevalence), ("the share of cases", sampled)):
        if not 0.0 < one < 1.0:
            raise LMMError(f"{name} must lie between 0 and 1", f"it is {in_digits(one)}")
    spread = prevalence * (1.0 - prevalence)
    density = float(np.exp(-0.5 * ndtri(prevalence) ** 2) / np.sqrt(2.0 * np.pi))
    return share * spread / density**2 * spread / (sampled * (1.0 - sampled))
