"""What a design can tell about h before any phenotype: its standard error, and its power; pure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmm_app.fit.view import View
from lmm_core.arrays import Floats
from lmm_core.certainty import Contrasts, contrasts, expected_se_h2

# Of the test of h = 0.
LEVEL = 0.05
# The relationship of full sibs whose parents are unrelated and not inbred.
FULL_SIBS = 0.5


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


def normal_power(h2: Floats, pairs: Contrasts) -> Floats:
    """The same chance for any kinship, as if ĥ were normal around h and could be negative.

    Φ((h - z·se(0))/se(h)), with z the one-sided 5% point and se the expected standard error; NaN
    where the kinship tells nothing.
    """
    from scipy.special import ndtr, ndtri

    h = np.asarray(h2, dtype=np.float64)
    least, *errors = expected_se_h2(pairs, np.append(0.0, h))
    out = np.full(h.shape, np.nan)
    known = np.isfinite(errors) & np.isfinite(least)
    cut = float(ndtri(1.0 - LEVEL)) * (least if np.isfinite(least) else 0.0)
    with np.errstate(divide="ignore"):
        out[known] = ndtr((h[known] - cut) / np.array(errors)[known])
    return out
