"""What the server remembers for everyone: the only file that uses Streamlit's caches.

Every entry is keyed by a string, a fingerprint of all bytes or the settings in full; arrays are
never hashed by Streamlit, which samples large ones. Twenty browsers that open one dataset wait
for one decomposition and share it.
"""

import logging
import time

import plotly.graph_objects as go
import streamlit as st

from lmm_app import sources, view
from lmm_app.figures.profile import profile_figure
from lmm_core import KinshipEigen, decompose
from lmm_core.arrays import Floats, Ints
from lmm_core.dataset import Problem

log = logging.getLogger("lmm_app")


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
    return _fitted(problem.fingerprint, problem, eigen)


@st.cache_resource(max_entries=64, show_spinner=False)
def _fitted(fingerprint: str, _problem: Problem, _eigen: KinshipEigen) -> view.View:
    return view.build_view(_problem, _eigen)


def profile_picture(shown: view.View, method: str, true_h2: float | None) -> go.Figure:
    """The profile figure; it depends on nothing that moves."""
    return _profile_picture(shown.problem.fingerprint, shown.problem.trait, method, true_h2, shown)


@st.cache_resource(max_entries=64, show_spinner=False)
def _profile_picture(
    fingerprint: str, trait: str, method: str, true_h2: float | None, _shown: view.View
) -> go.Figure:
    return profile_figure(_shown, method, true_h2)


def covariance_picture(problem: Problem) -> tuple[Floats, Ints]:
    """K with relatives side by side, binned if large, and the order of individuals."""
    return _covariance_picture(problem.kinship_fingerprint, problem.K)


@st.cache_resource(max_entries=32, show_spinner=False)
def _covariance_picture(kinship_fingerprint: str, _K: Floats) -> tuple[Floats, Ints]:
    order = view.picture_order(_K)
    return view.covariance_picture(_K, order), order


def comparison(shown: view.View, h2: float, *, reml: bool) -> view.Comparison:
    """General beside weighted least squares at one h, timed once."""
    return _comparison(shown.problem.fingerprint, h2, reml, shown)


@st.cache_resource(max_entries=512, show_spinner=False)
def _comparison(fingerprint: str, h2: float, reml: bool, _shown: view.View) -> view.Comparison:
    return view.compare(_shown, h2, reml=reml)
