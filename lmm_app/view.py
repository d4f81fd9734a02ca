"""Everything the explore page shows of one fit, computed once; pure, no interface."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lmm_core import (
    DenseGLS,
    KinshipEigen,
    LikelihoodTerms,
    LMMError,
    LMMFit,
    WLSFit,
    dense_gls,
    fit_rotated,
    likelihood_terms,
    profile_grid,
    rotate,
    wls,
)
from lmm_core.arrays import Floats, Ints
from lmm_core.dataset import Problem
from lmm_core.ordering import block_means, family_order

T = TypeVar("T")

AGREEMENT = 1e-8
MAX_CELLS = 400


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Both fits of one problem, and both profiles on the same grid of h."""

    problem: Problem
    ml: LMMFit
    reml: LMMFit
    ml_profile: LikelihoodTerms
    reml_profile: LikelihoodTerms

    def fit(self, method: str) -> LMMFit:
        return self.ml if method == "ML" else self.reml

    def profile(self, method: str) -> LikelihoodTerms:
        return self.ml_profile if method == "ML" else self.reml_profile


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The same β̂ at one h by general and by weighted least squares, and what each took.

    Attributes:
        dense: by the Cholesky factor of V, or None where V is singular.
        weighted: after the rotation.
        difference: largest |β_dense - β_wls|, over the largest |β| or standard error of one,
            whichever is larger; NaN without `dense`.
        dense_seconds, weighted_seconds: the best of a few runs on this machine.
    """

    dense: DenseGLS | None
    weighted: WLSFit
    difference: float
    dense_seconds: float
    weighted_seconds: float

    @property
    def agree(self) -> bool:
        return self.difference <= AGREEMENT


def build_view(problem: Problem, eigen: KinshipEigen) -> View:
    """Fit by ML and by REML, and trace both profiles."""
    rotated = rotate(eigen, problem.y, problem.X)
    grid = np.union1d(np.linspace(0.0, 1.0, 201), profile_grid(rotated))
    return View(
        problem=problem,
        ml=fit_rotated(rotated, eigen, reml=False),
        reml=fit_rotated(rotated, eigen, reml=True),
        ml_profile=likelihood_terms(rotated, grid, reml=False),
        reml_profile=likelihood_terms(rotated, grid, reml=True),
    )


def compare(view: View, h2: float, *, reml: bool) -> Comparison:
    """β̂ at one h by both routes, timed."""
    rotated, problem = view.reml.rotated, view.problem
    weighted, weighted_seconds = _timed(lambda: wls(rotated, h2))
    X = problem.X[:, rotated.kept]
    # A Cholesky factor may come out of rounding alone where K has no inverse.
    if h2 == 1.0 and rotated.n_null:
        return Comparison(None, weighted, np.nan, np.nan, weighted_seconds)
    # Where X fits y without error there is no likelihood, but there is still a β̂.
    reml = reml and rotated.n > rotated.rank
    try:
        with np.errstate(divide="ignore"):
            dense, dense_seconds = _timed(lambda: dense_gls(problem.y, X, problem.K, h2, reml=reml))
    except LMMError:
        return Comparison(None, weighted, np.nan, np.nan, weighted_seconds)
    beta = weighted.beta[rotated.kept]
    gap = float(np.abs(dense.beta - beta).max())
    # A β̂ that is zero but for rounding says nothing about size; its standard error does.
    scale = max(float(np.abs(beta).max()), float(np.max(dense.se_beta)))
    difference = gap / scale if scale > 0 else gap
    return Comparison(dense, weighted, difference, dense_seconds, weighted_seconds)


def covariance_picture(K: Floats, order: Ints) -> Floats:
    """K with relatives side by side, averaged in tiles beyond 400 individuals."""
    ordered = K[np.ix_(order, order)]
    if ordered.shape[0] > MAX_CELLS:
        ordered = block_means(ordered, MAX_CELLS // 2)
    return ordered


def picture_order(K: Floats) -> Ints:
    """The order of individuals in which families show."""
    return family_order(K)


def _timed(run: Callable[[], T]) -> tuple[T, float]:
    """The result, and the best time of up to five runs within a tenth of a second.

    One run before them is not counted: it may have modules to import and threads to start.
    """
    result = run()
    best, total = np.inf, 0.0
    for _ in range(5):
        start = time.perf_counter()
        result = run()
        best = min(best, time.perf_counter() - start)
        total += time.perf_counter() - start
        if total > 0.1:
            break
    return result, best
