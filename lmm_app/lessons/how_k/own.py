"""K of the data that are open: its diagonal, a constant added to it, its negative entries; pure."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

import numpy as np

from lmm_app.fit.view import View
from lmm_core import LMMFit, decompose, fit_rotated, log_likelihood, rotate
from lmm_core.arrays import Floats
from lmm_core.errors import KinshipError
from lmm_core.records import decompose_records
from lmm_core.scales import h2_on_scale

# Entries and estimates that differ by less are alike for the eye.
ALIKE = 0.005
# What is added to every entry of K, as a multiple of its mean diagonal.
ADDED = np.linspace(0.0, 3.0, 31)
# Where curves are drawn; at h = 1 a log-likelihood may be infinite.
GRID = np.linspace(0.0, 0.995, 200)
# Of so many individuals the eigenvalues are computed at every stage, of more at both ends alone.
FEW = 400
STAGES = (0.0, 0.25, 0.5, 0.75, 1.0)

Diagonal: TypeAlias = Literal["one", "same", "differ"]
Fate: TypeAlias = Literal["nothing", "goes on", "stops"]


def diagonal_of(view: View) -> Diagonal:
    """Whether everybody's kinship with oneself is 1, another number, or different ones."""
    own = np.diagonal(view.problem.relationship)
    if np.ptp(own) >= ALIKE:
        return "differ"
    return "one" if abs(float(own.mean()) - 1.0) < ALIKE else "same"


@dataclass(frozen=True, slots=True, eq=False)
class Added:
    """The same data with a constant added to every entry of K, for each of `ADDED`.

    Attributes:
        constants: what is added, shape (k,).
        reml: log-likelihood at `GRID`, the same for all of them, shape (g,).
        ml: at `GRID`, shape (k, g).
        h2: by REML, which is the same for all of them.
        h2_ml: by ML, the best of `GRID`, 1 at its end, NaN where ML has no highest point, (k,).
        h2_scaled: by REML once K is scaled back to the mean diagonal that it had, shape (k,).
    """

    constants: Floats
    reml: Floats
    ml: Floats
    h2: float
    h2_ml: Floats
    h2_scaled: Floats


@lru_cache(maxsize=8)
def added(view: View) -> Added:
    """What a constant does to both curves; of data by which REML can tell h.

    With 1 in the span of X, y less its fit does not change, and by the determinant lemma
    log|V + vha·11'| = log|V| + log(1 + ah·1'H⁻¹1) with H = hK + (1-h)I: that much ML falls by
    half of, while log|X'V⁻¹X| falls by the same, so that REML stays.
    """
    rotated = view.reml.rotated
    kappa = float(np.mean(np.diagonal(view.problem.relationship)))
    constants = ADDED * kappa
    one = rotated.X[:, 0] ** 2
    sums = (one / (GRID[:, np.newaxis] * rotated.values + (1.0 - GRID[:, np.newaxis]))).sum(axis=1)
    plain = log_likelihood(rotated, GRID, reml=False)
    ml = plain - 0.5 * np.log1p(constants[:, np.newaxis] * GRID * sums)
    best = np.argmax(ml, axis=1)
    at_one = np.nan if view.ml.status == "unbounded" else 1.0
    scaled = [h2_on_scale(view.reml.h2, 1.0 / (1.0 + times)) for times in ADDED]
    return Added(
        constants,
        log_likelihood(rotated, GRID, reml=True),
        ml,
        view.reml.h2,
        np.where(best == GRID.size - 1, at_one, GRID[best]),
        np.array(scaled),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Floored:
    """K as it is, and with its negative entries set to 0.

    Attributes:
        pairs, negative: how many pairs there are, and how many have a negative entry.
        stages: how far those were raised, 0 as they are and 1 to zero, shape (s,).
        values: eigenvalues at each stage, ascending, shape (s, n).
        refusal: why the fit stops then, "" if it does not.
        fit: by REML then, None if it stops.
    """

    pairs: int
    negative: int
    stages: Floats
    values: Floats
    refusal: str
    fit: LMMFit | None

    @property
    def fate(self) -> Fate:
        """What becomes of the fit."""
        if not self.negative:
            return "nothing"
        return "stops" if self.refusal else "goes on"


@lru_cache(maxsize=8)
def floored(view: View) -> Floored:
    """Set the negative entries of K to 0, and fit again if that can be done."""
    problem = view.problem
    K, n = problem.relationship, len(problem.relationship)
    below = np.minimum(K, 0.0)
    negative = int(np.count_nonzero(below)) // 2
    stages = np.array((STAGES if n <= FEW else STAGES[:: len(STAGES) - 1]) if negative else (0.0,))
    values = np.stack([np.linalg.eigvalsh(K - stage * below) for stage in stages])
    raised = K - below
    refusal, fit = "", None
    try:
        if problem.of is None:
            eigen = decompose(raised, weights=problem.weights)
        else:
            eigen = decompose_records(raised, problem.of, weights=problem.weights)
        fit = fit_rotated(rotate(eigen, problem.y, problem.X))
    except KinshipError as error:
        refusal = str(error)
    return Floored(n * (n - 1) // 2, negative, stages, values, refusal, fit)
