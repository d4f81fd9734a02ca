"""Everything the explore page shows of one fit, computed once; pure, no interface."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from lmm_app.fit.ordering import block_means, family_order
from lmm_core import KinshipEigen, LMMError, LMMFit, fit_rotated, rotate, wls
from lmm_core.arrays import Floats, Ints
from lmm_core.brent import BrentResult
from lmm_core.certainty import Interval, interval_h2
from lmm_core.dense import DenseGLS, dense_gls
from lmm_core.fit import plain_search
from lmm_core.grid import profile_grid
from lmm_core.least_squares import WLSFit
from lmm_core.likelihood import LikelihoodTerms, likelihood_terms
from lmm_data.dataset import Problem

T = TypeVar("T")

AGREEMENT = 1e-8
MAX_CELLS = 400
# A search that ends this much below the maximum has ended on another hill.
TRAPPED = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class MethodView:
    """One fit, by ML or by REML, and what is drawn of it.

    Attributes:
        fit: the fit.
        profile: the log-likelihood on a grid of h, the same for both methods.
        interval: the 95% profile interval of h, or None without an estimate.
        plain: the single Brent search over [0, 1] that R/lmmlite and R/qtl2 do, or None where the
            profile is flat.
    """

    fit: LMMFit
    profile: LikelihoodTerms
    interval: Interval | None
    plain: BrentResult | None

    @property
    def trapped(self) -> bool:
        """Whether the single search ended on another hill than the highest."""
        plain, fit = self.plain, self.fit
        if plain is None or fit.status == "unbounded" or plain.fun >= fit.loglik - TRAPPED:
            return False
        # A search stops short of a maximum at an end of [0, 1], and a steep profile is much
        # lower there; that is the same hill all the same.
        nearest = min(fit.maxima, key=lambda maximum: abs(maximum.h2 - plain.x))
        return nearest is not fit.maxima[0]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class View:
    """One problem fitted by both methods."""

    problem: Problem
    methods: Mapping[str, MethodView]

    @property
    def ml(self) -> LMMFit:
        return self.methods["ML"].fit

    @property
    def reml(self) -> LMMFit:
        return self.methods["REML"].fit

    def fit(self, method: str) -> LMMFit:
        return self.methods[method].fit

    def profile(self, method: str) -> LikelihoodTerms:
        return self.methods[method].profile


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The same β̂ at one h by generalised and by weighted least squares, and what each took.

    Attributes:
        dense: by the Cholesky factor of V, or None where V is singular.
        weighted: after the rotation.
        difference: largest |β_dense - β_wls|, over the largest |β| or standard error of one,
            whichever is larger; NaN without `dense`.
        dense_seconds, weighted_seconds: of this one run; NaN where there was none.
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
    methods = {}
    for method in ("ML", "REML"):
        reml = method == "REML"
        fit = fit_rotated(rotated, reml=reml)
        methods[method] = MethodView(
            fit=fit,
            profile=likelihood_terms(rotated, grid, reml=reml),
            interval=interval_h2(fit) if fit.maxima else None,
            plain=None if fit.status == "flat" else plain_search(rotated, reml=reml),
        )
    return View(problem, MappingProxyType(methods))


def compare(view: View, h2: float, *, reml: bool) -> Comparison:
    """β̂ at one h by both routes."""
    rotated, problem = view.reml.rotated, view.problem
    weighted, weighted_seconds = _timed(lambda: wls(rotated, h2))
    X = problem.X[:, rotated.kept]
    # A Cholesky factor may come out of rounding alone where K has no inverse.
    if h2 == 1.0 and rotated.stable.n_null:
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


def alike(values: Floats) -> bool:
    """Whether all eigenvalues are the same but for rounding."""
    return bool(np.ptp(values) <= 1e-9 * max(float(np.abs(values).max()), 1e-300))


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
    """The result of one run, and how long it took."""
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start
