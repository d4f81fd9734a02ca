"""What the server remembers for everyone: the only file that uses Streamlit's caches.

Every entry is keyed by a string, a fingerprint of all bytes or the settings in full; arrays are
never hashed by Streamlit, which samples large ones. Twenty browsers that open one dataset wait
for one decomposition and share it.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from PIL import Image
from streamlit.logger import get_logger

from lmm_app import sources, view
from lmm_app.figures.added_variable import added_variable_figure
from lmm_app.figures.covariance import FEW, covariance_figure, covariance_image
from lmm_app.figures.profile import profile_figure
from lmm_app.figures.rotated import rotated_figure
from lmm_app.figures.weights import weights_figure
from lmm_core import (
    SCALES,
    DenseGLS,
    Interval,
    KinshipEigen,
    LMMError,
    RestrictedLikelihoodRatioTest,
    added_variable,
    contrasts,
    decompose,
    dense_fit,
    expected_se_h2,
    find_interval,
    kinship_scale_factor,
    rlrt,
    wls,
)
from lmm_core.arrays import Floats, Ints
from lmm_core.dataset import Problem

# Streamlit's, so that the server's log shows it at the level its configuration asks for.
T = TypeVar("T")
Progress: TypeAlias = Callable[[float], None]

NULL_DRAWS = 100_000

log = get_logger("lmm_app")


def opened(source: sources.Source) -> sources.Opened:
    """The dataset of a source, read or simulated once."""
    return _opened(source.key, source)


@st.cache_resource(max_entries=32, show_spinner=False)
def _opened(key: str, _source: sources.Source) -> sources.Opened:
    return sources.open_source(_source)


@st.cache_resource(max_entries=32, show_spinner=False)
def decomposition(kinship_fingerprint: str, _K: Floats) -> KinshipEigen:
    """The eigen decomposition of a kinship, by its fingerprint."""
    start = time.perf_counter()
    eigen = decompose(_K)
    log.info(
        "decomposed kinship %s n=%d in %.3f s",
        kinship_fingerprint[:12],
        eigen.n,
        time.perf_counter() - start,
    )
    return eigen


def fitted(problem: Problem) -> view.View:
    """Both fits and both profiles of a problem."""
    eigen = decomposition(problem.kinship_fingerprint, problem.K)
    # The numbers may be those of another file with other names, and the view shows names.
    names = repr((problem.trait, problem.columns, problem.ids, problem.dropped))
    return _fitted(problem.fingerprint, names, problem, eigen)


@st.cache_resource(max_entries=64, show_spinner=False)
def _fitted(fingerprint: str, names: str, _problem: Problem, _eigen: KinshipEigen) -> view.View:
    return view.build_view(_problem, _eigen)


def profile_picture(shown: view.View, method: str, true_h2: float | None) -> go.Figure:
    """The profile figure; it depends on nothing that moves."""
    return _profile_picture(shown.problem.fingerprint, shown.problem.trait, method, true_h2, shown)


@st.cache_resource(max_entries=64, show_spinner=False)
def _profile_picture(
    fingerprint: str, trait: str, method: str, true_h2: float | None, _shown: view.View
) -> go.Figure:
    return profile_figure(_shown, method, true_h2)


def covariance_picture(problem: Problem, h2: float) -> go.Figure | bytes:
    """V(h), relatives side by side: numbers for a few individuals, a PNG image for many."""
    order, picture = _ordered(problem.kinship_fingerprint, problem.K)
    if problem.n <= FEW:
        return covariance_figure(picture, h2, tuple(problem.ids[i] for i in order))
    return _covariance_image(problem.kinship_fingerprint, h2, picture, len(picture) < problem.n)


@st.cache_resource(max_entries=32, show_spinner=False)
def _ordered(kinship_fingerprint: str, _K: Floats) -> tuple[Ints, Floats]:
    order = view.picture_order(_K)
    return order, view.covariance_picture(_K, order)


@st.cache_resource(max_entries=64, show_spinner=False)
def _covariance_image(
    kinship_fingerprint: str, h2: float, _picture: Floats, _binned: bool
) -> bytes:
    file = BytesIO()
    Image.fromarray(covariance_image(_picture, h2, binned=_binned)).save(file, "PNG")
    return file.getvalue()


def rotated_picture(shown: view.View, h2: float, column: int) -> go.Figure:
    """The weights, and the added-variable plot of one column of X, at one h."""
    problem = shown.problem
    labels = (problem.columns[column], problem.trait)
    return _rotated_picture(problem.fingerprint, h2, column, labels, shown)


@st.cache_resource(max_entries=256, show_spinner=False)
def _rotated_picture(
    fingerprint: str, h2: float, column: int, labels: tuple[str, str], _shown: view.View
) -> go.Figure:
    rotated = _shown.reml.rotated
    weights = wls(rotated, h2).weights
    regression = None
    if np.isfinite(weights).all():
        regression = added_variable_figure(added_variable(rotated, h2, column), *labels)
    return rotated_figure(weights_figure(rotated.values, weights, h2), regression)


def comparison(shown: view.View, h2: float, *, reml: bool) -> view.Comparison:
    """General beside weighted least squares at one h, timed once."""
    return _comparison(shown.problem.fingerprint, h2, reml, shown)


@st.cache_resource(max_entries=512, show_spinner=False)
def _comparison(fingerprint: str, h2: float, reml: bool, _shown: view.View) -> view.Comparison:
    return view.compare(_shown, h2, reml=reml)


class _Once:
    """A result that one session computes while the others that want it wait."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._result: Any = None

    def get(self, compute: Callable[[], T]) -> T:
        with self._lock:
            if self._result is None:
                self._result = compute()
            result: T = self._result
            return result


@st.cache_resource(max_entries=256, show_spinner=False)
def _once(what: str, fingerprint: str, method: str) -> _Once:
    # A cached function may not report progress to the page, so what it caches is the place for
    # the result, and the result is computed outside it.
    return _Once()


def exact_interval(shown: view.View, method: str, progress: Progress) -> Interval:
    """The exact interval of h, with progress."""
    once = _once("exact interval", shown.problem.fingerprint, method)
    return once.get(lambda: find_interval(shown.fit(method), method="exact", progress=progress))


def variance_test(shown: view.View, progress: Progress) -> RestrictedLikelihoodRatioTest:
    """The restricted likelihood ratio test of h = 0, with progress."""
    once = _once("test of h = 0", shown.problem.fingerprint, "REML")
    return once.get(lambda: rlrt(shown.reml, draws=NULL_DRAWS, progress=progress))


def expected_error(shown: view.View, h2: Floats) -> Floats:
    """The expected standard error of the estimate at each h."""
    once = _once(f"expected error {h2.size}", shown.problem.fingerprint, "REML")
    return once.get(lambda: expected_se_h2(contrasts(shown.reml.rotated), h2))


def dense_fit_of(shown: view.View, method: str) -> DenseGLS:
    """The same fit straight from V."""
    problem, kept = shown.problem, shown.reml.rotated.kept
    once = _once("dense fit", problem.fingerprint, method)
    return once.get(
        lambda: dense_fit(problem.y, problem.X[:, kept], problem.K, reml=method == "REML")
    )


def scale_factors(problem: Problem) -> dict[str, float]:
    """What K is multiplied by to be on each scale that it can be put on."""
    once = _once("scales", problem.kinship_fingerprint, "")
    return once.get(lambda: _scale_factors(problem.K))


def _scale_factors(K: Floats) -> dict[str, float]:
    factors = {}
    for scale in SCALES:
        # A kinship in which all are equally related has no Gower scale.
        with suppress(LMMError):
            factors[str(scale)] = kinship_scale_factor(K, scale)
    return factors
