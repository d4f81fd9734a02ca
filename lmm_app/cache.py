"""What the server remembers for everyone: the only file that uses Streamlit's caches.

Every entry is keyed by a string, a fingerprint of all bytes or the settings in full; arrays are
never hashed by Streamlit, which samples large ones. Twenty browsers that open one dataset wait
for one decomposition and share it.
"""

import time

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray
from streamlit.logger import get_logger

from lmm_app import sources, view
from lmm_app.figures.added_variable import added_variable_figure
from lmm_app.figures.covariance import FEW, covariance_figure, covariance_image
from lmm_app.figures.profile import profile_figure
from lmm_app.figures.rotated import rotated_figure
from lmm_app.figures.weights import weights_figure
from lmm_core import KinshipEigen, added_variable, decompose, wls
from lmm_core.arrays import Floats, Ints
from lmm_core.dataset import Problem

# Streamlit's, so that the server's log shows it at the level its configuration asks for.
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


def covariance_picture(problem: Problem, h2: float) -> go.Figure | NDArray[np.uint8]:
    """V(h), relatives side by side: numbers for a few individuals, pixels for many."""
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
) -> NDArray[np.uint8]:
    return covariance_image(_picture, h2, binned=_binned)


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
