"""Explore: the profile and its search, the two least squares side by side, the estimates."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app import bench, cache, closer, sidebar, state, text
from lmm_app.sources import Opened, Source
from lmm_app.state import Choice
from lmm_app.view import View
from lmm_core import LMMError

INTRODUCTION = (
    "y = Xb + e with var(e) = v·[hK + (1−h)I]: relatives' errors move together, and h says how "
    "much. Below, the likelihood of every h, and the search for the best one."
)


def render() -> None:
    """Draw the page."""
    st.title("Watch a linear mixed model being fitted")
    st.markdown(INTRODUCTION)
    message = st.container()
    with st.sidebar:
        choice = _choose(message)
        method = sidebar.choose_method()
    try:
        view = _fit(choice)
        state.remember(choice)
    except LMMError as error:
        _complain(message, error)
        choice = state.last_good() or _default()
        view = _fit(choice)
    _verdict(choice.opened, view, method)
    bench.render(choice.opened, view, method)
    st.subheader("3 · ML beside REML")
    st.html(text.estimates_table(view, method))
    closer.render(view, method)


def _choose(message: DeltaGenerator) -> Choice:
    """What the sidebar asks for; the last good dataset while files are missing or wrong."""
    source = sidebar.choose_source()
    before = state.last_good()
    opened = before.opened if before else None
    if source is None:
        message.info(
            "Choose a phenotype file and a kinship file in the sidebar. Until then, what was "
            "fitted last stays here.",
            icon=":material/upload_file:",
        )
    else:
        try:
            opened = _open(source)
        except LMMError as error:
            _complain(message, error)
    opened = opened or _open(state.DEFAULT_SOURCE)
    return Choice(opened, *sidebar.choose_trait(opened.dataset))


def _default() -> Choice:
    opened = _open(state.DEFAULT_SOURCE)
    return Choice(opened, opened.dataset.traits.columns[0], opened.dataset.covariates.columns)


def _open(source: Source) -> Opened:
    with st.spinner("Opening the data …"):
        return cache.opened(source)


def _fit(choice: Choice) -> View:
    problem = choice.opened.dataset.problem(choice.trait, choice.covariates)
    with st.spinner(f"Decomposing the kinship of {problem.n:,} individuals …"):
        return cache.fitted(problem)


def _complain(message: DeltaGenerator, error: LMMError) -> None:
    message.error(
        f"{text.literal(str(error))}\n\nWhat was on the screen before is still below.",
        icon=":material/error:",
    )


def _verdict(opened: Opened, view: View, method: str) -> None:
    with st.container(border=True):
        about = f"**{text.literal(opened.dataset.name)}** · {text.facts(view)}"
        st.markdown(
            f"{text.verdict(view, method)}\n\n:small[:gray[{about}. {text.literal(opened.about)}]]"
        )
