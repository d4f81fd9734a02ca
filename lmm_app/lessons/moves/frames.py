"""What moves h: the variances of each case as its model is changed, from the gryphons' data; pure.

A case has frames, from the model as it was to the model that is asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lmm_core import KinshipEigen, decompose, decompose_records, fit_rotated, rotate
from lmm_core.arrays import Floats
from lmm_core.errors import in_digits
from lmm_core.scales import h2_on_scale
from lmm_data.samples import read_gryphons, read_lay_dates

# ρ̂ of `fit_two_kinships`: A and “same mother”, with sex; A and the females themselves, with age.
WITH_MOTHERS, WITH_FEMALES = 0.714109263, 0.397171055
# What K is multiplied by, how many lay dates are averaged, and by how many kg scales are wrong.
TIMES = tuple(1.0 + k / 10 for k in range(11))
RECORDS = tuple(range(1, 11))
TOO_MUCH = tuple(k / 2 for k in range(13))


@dataclass(frozen=True, slots=True)
class Frame:
    """A model in one state.

    Attributes:
        words: the state, in a few words.
        genetic: the variance that goes with K, in units of the trait squared.
        second: that of mothers, or of what is a female's own; 0 without a second kinship.
        residual: the rest.
    """

    words: str
    genetic: float
    residual: float
    second: float = 0.0

    @property
    def total(self) -> float:
        """The variance of all."""
        return self.genetic + self.second + self.residual

    @property
    def h2(self) -> float:
        """h: of all the variance, the share that goes with K."""
        return self.genetic / self.total


@dataclass(frozen=True, slots=True)
class Moves:
    """The frames of all cases by name, and h with the cohort as a covariate, of each frame."""

    frames: Mapping[str, tuple[Frame, ...]]
    told_apart: tuple[float, ...]


def moves() -> Moves:
    """Fit all models of the lesson: birth weights of 854 gryphons, and 1,607 lay dates."""
    measured, A = read_gryphons()
    rows = {label: row for row, label in enumerate(measured.ids)}
    weights = measured.take([rows[label] for label in A.ids])
    keep = np.flatnonzero(~np.isnan(weights.column("bwt")))
    K = np.ascontiguousarray(A.values[np.ix_(keep, keep)])
    y, sex, mother, year = (
        weights.column(name)[keep] for name in ("bwt", "sex", "mother", "byear")
    )
    one = np.ones(y.size)
    X = np.column_stack([one, sex - 1.0])
    eigen = decompose(K)
    plain = _frame("without sex", eigen, y, one[:, np.newaxis])
    with_sex = _frame("with sex", eigen, y, X)
    same = np.equal.outer(mother, mother).astype(np.float64)
    mixed = decompose(WITH_MOTHERS * K + (1.0 - WITH_MOTHERS) * same)
    late = (year > np.median(year)).astype(np.float64)
    apart = np.column_stack([X, late])
    by_cohort = [(kg, y + kg * late) for kg in TOO_MUCH]
    return Moves(
        {
            "sex": (plain, with_sex),
            "mother": (
                Frame("without mothers", with_sex.genetic, with_sex.residual),
                _frame("with mothers", mixed, y, X, WITH_MOTHERS),
            ),
            "scale": tuple(_scaled(with_sex, times) for times in TIMES),
            "design": _averaged(),
            "cohorts": tuple(
                _frame(f"{in_digits(kg)} kg too much", eigen, at, X) for kg, at in by_cohort
            ),
        },
        tuple(_frame("", eigen, at, apart).h2 for _, at in by_cohort),
    )


def _frame(words: str, eigen: KinshipEigen, y: Floats, X: Floats, rho: float = 1.0) -> Frame:
    """A fit by REML; `rho` is the first kinship's part of the mixture."""
    fit = fit_rotated(rotate(eigen, y, X))
    return Frame(words, fit.sigma2_g * rho, fit.sigma2_e, fit.sigma2_g * (1.0 - rho))


def _scaled(frame: Frame, times: float) -> Frame:
    """The same fit with K times a number: σ²_g is divided by it, and nothing else changes."""
    h2 = h2_on_scale(frame.h2, times)
    residual = frame.residual
    return Frame(f"K × {times:.1f}", residual * h2 / (1.0 - h2), residual)


def _averaged() -> tuple[Frame, ...]:
    """Lay dates, with A and what is each female's own: the variances of the mean of several."""
    dates, A = read_lay_dates()
    places = {label: place for place, label in enumerate(A.ids)}
    age = dates.column("AGE")
    levels = [age == level for level in np.unique(age)[1:]]
    X = np.column_stack([np.ones(age.size), *levels]).astype(np.float64)
    K = WITH_FEMALES * A.values + (1.0 - WITH_FEMALES) * np.eye(A.n)
    eigen = decompose_records(K, [places[label] for label in dates.ids])
    single = _frame("", eigen, dates.column("LAYDATE"), X, WITH_FEMALES)
    return tuple(
        Frame(
            f"mean of {times}" if times > 1 else "single dates",
            single.genetic,
            single.residual / times,
            single.second,
        )
        for times in RECORDS
    )
