"""What a design can tell about h before any phenotype: its standard error, and its power; pure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmm_app.fit.view import View
from lmm_core.arrays import Floats, Ints
from lmm_core.certainty import Contrasts, contrasts, expected_se_h2

# Of the test of h = 0.
LEVEL = 0.05
# The relationship of full sibs whose parents are unrelated and not inbred.
FULL_SIBS = 0.5
# Halvings of a range, and a skewness below which a gamma variable is normal.
BISECTIONS, LEAST_SKEWNESS = 40, 1e-4


@dataclass(frozen=True, slots=True)
class Families:
    """Unrelated families of full sibs, one mean for all of them.

    Attributes:
        families: how many, at least 2.
        size: sibs in each, at least 2.
        records: of each sib.
    """

    families: int
    size: int
    records: int = 1

    @property
    def n(self) -> int:
        """All records."""
        return self.families * self.size * self.records

    def contrasts(self) -> Contrasts:
        """What is free of the mean: at most three variances, known without a rotation."""
        within = np.full(self.families * (self.size - 1), self.records * (1.0 - FULL_SIBS))
        between = np.full(
            self.families - 1, self.records * (1.0 + FULL_SIBS * (self.size - 1)), dtype=float
        )
        blank = self.n - self.families * self.size
        values = np.concatenate([np.zeros(min(blank, 1)), within, between])
        return Contrasts(
            values=values,
            z=np.zeros(len(values)),
            kinship_values=values,
            n_null=min(blank, 1),
            n_blank=max(blank - 1, 0),
        )


@lru_cache(maxsize=4)
def _own(view: View) -> Contrasts:
    return contrasts(view.reml.rotated)


@lru_cache(maxsize=32)
def at_hand(view: View, copies: int = 1) -> Contrasts:
    """The data that are open, so many times: new families as theirs, with the same covariates.

    The rows that add up all copies see the covariates, and those that compare them do not. So the
    first copy has the contrasts of K and X, and every other one all eigenvalues of K.
    """
    own = _own(view)
    more = copies - 1
    values = np.sort(np.concatenate([own.values, np.tile(own.kinship_values, more)]))
    return Contrasts(
        values=values,
        z=np.zeros(len(values)),
        kinship_values=values,
        n_null=int(np.count_nonzero(values == 0.0)),
        n_blank=own.n_blank + more * view.reml.rotated.n_blank,
    )


def robertson_se(h2: Floats, families: int, size: int) -> Floats:
    """Approximate standard error of ĥ from many families of full sibs, a record of each.

    Twice that of their intraclass correlation t = h/2, with f families for f - 1:
    SE² = 8(1 + (m - 1)t)²(1 - t)²/(m(m - 1)f).

    References:
        Robertson 1959, Biometrics 15:469, on the sampling of the intraclass correlation.
    """
    t = FULL_SIBS * np.asarray(h2, dtype=np.float64)
    over = (1.0 + (size - 1) * t) * (1.0 - t)
    found: Floats = over / FULL_SIBS * np.sqrt(2.0 / (size * (size - 1) * families))
    return found


def visscher_goddard_se(families: int, size: int) -> float:
    """Approximate standard error of ĥ from how much the relationships of pairs vary.

    SE² = 2/(N² var A), whatever h; the relationships here are 1/2 within families and 0 between.

    References:
        Visscher et al. 2014, PLoS Genetics 10:e1004269, and Visscher & Goddard 2015, Genetics
        199:223, whose form in eigenvalues this is at h = 0.
    """
    n = families * size
    share = (size - 1) / (n - 1)
    return float(np.sqrt(2.0 / (FULL_SIBS**2 * share * (1.0 - share)))) / n


def exact_power(h2: Floats, families: int, size: int) -> Floats:
    """Chance that the F test of family means has p < `LEVEL`; a record of each sib.

    It is exact: the two mean squares are independent, each a χ² times what is expected of it. The
    restricted likelihood ratio grows with F where F > 1, so that its test is this one.
    """
    from scipy.special import fdtrc, fdtri

    h = np.asarray(h2, dtype=np.float64)
    between, within = families - 1, families * (size - 1)
    ratio = (1.0 + h * FULL_SIBS * (size - 1)) / (1.0 - h * FULL_SIBS)
    power: Floats = fdtrc(between, within, fdtri(between, within, 1.0 - LEVEL) / ratio)
    return power


def best_power(h2: Floats, pairs: Contrasts) -> Floats:
    """Chance that the best test of h = 0 has p < `LEVEL`, for any kinship, by three moments.

    Against a given h the most powerful test rejects where Σ(1 - c/d)z² > 0, with d = hμ + 1 - h.
    That sum is taken as a shifted gamma variable with its mean, variance and skewness, under
    h = 0 for c and under h for the power. The restricted likelihood ratio test comes near.

    Args:
        h2: true values of h in (0, 1), shape (m,).
        pairs: the contrasts; their z is not used.

    Returns:
        The power, shape (m,); NaN where the kinship tells nothing.

    References:
        King 1987, Econometric Theory 3:169, point optimal tests.
    """
    h = np.asarray(h2, dtype=np.float64)
    values, times = np.unique(pairs.values, return_counts=True)
    times[0] += pairs.n_blank
    if len(values) < 2 or not np.isfinite(expected_se_h2(pairs, h)).all():
        return np.full(h.shape, np.nan)
    d = np.outer(h, values) + (1.0 - h)[:, np.newaxis]
    low, high = d[:, 0].copy(), d[:, -1].copy()
    for _ in range(BISECTIONS):
        c = 0.5 * (low + high)
        often = _above_zero(1.0 - c[:, np.newaxis] / d, times) > LEVEL
        low, high = np.where(often, c, low), np.where(often, high, c)
    c = 0.5 * (low + high)
    return _above_zero(d - c[:, np.newaxis], times)


def _above_zero(weights: Floats, times: Ints) -> Floats:
    """P(Σ w χ²₁ > 0) by three moments; weights of shape (m, k), each so many times, (k,)."""
    from scipy.special import gammainc, gammaincc

    mean, variance, third = (
        factor * (weights**power @ times) for power, factor in ((1, 1.0), (2, 2.0), (3, 8.0))
    )
    skewness = third / variance**1.5
    size = np.maximum(np.abs(skewness), LEAST_SKEWNESS)
    shape = 4.0 / size**2
    reach = np.where(skewness >= 0.0, mean, -mean) / np.sqrt(variance)
    cut = np.maximum(shape - reach * np.sqrt(shape), 0.0)
    found: Floats = np.where(skewness >= 0.0, gammaincc(shape, cut), gammainc(shape, cut))
    return found
