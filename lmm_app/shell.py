"""What all pages share: the sidebar, the fit that it asks for, and the message if there is none."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from lmm_app import cache, lecture, projector, sidebar, state, text
from lmm_app.handout.page import handout, handout_name
from lmm_app.lessons.steps import Scene
from lmm_app.sources import Opened, Source, Upload
from lmm_app.state import Choice, Shown
from lmm_app.view import View
from lmm_core import LMMError

# A page that is opened anew has forgotten everything, the link included.
START_OVER = '<a href="." style="font-size: 0.875rem">Start over</a>'


def run(page: StreamlitPage) -> None:
    """Draw the sidebar, fit what it asks for, and draw the page."""
    message = st.container()
    projector.choose()
    with st.sidebar:
        choice = _choose(message)
        method = sidebar.choose_method()
        keep = st.container()
        projector.offer()
        if state.hidden() is None:
            st.html(START_OVER)
    try:
        view = _fit(choice)
        state.remember(choice)
    except LMMError as error:
        _complain(message, error)
        choice = state.last_good() or _default()
        view = _fit(choice)
    shown = Shown(choice.opened, view, method, choice.source)
    state.show(shown)
    _offer_handout(keep, shown)
    page.run()
    projector.leave()


def _choose(message: DeltaGenerator) -> Choice:
    """What the sidebar asks for; the last good dataset while files are missing or wrong."""
    try:
        source = sidebar.choose_source()
    except LMMError as error:
        _complain(message, error)
        source = state.DEFAULT_SOURCE
    before = state.last_good()
    opened, linked = (before.opened, before.source) if before else (None, None)
    if source is None:
        message.info(
            "Choose a phenotype file and a kinship file in the sidebar. Until then, what was "
            "fitted last stays here.",
            icon=":material/upload_file:",
        )
    else:
        try:
            opened, linked = _open(source), None if isinstance(source, Upload) else source
        except LMMError as error:
            _complain(message, error)
    if opened is None:
        opened, linked = _open(state.DEFAULT_SOURCE), state.DEFAULT_SOURCE
    return Choice(opened, *sidebar.choose_trait(opened.dataset), source=linked)


def _default() -> Choice:
    opened = _open(state.DEFAULT_SOURCE)
    first, every = opened.dataset.traits.columns[0], opened.dataset.covariates.columns
    return Choice(opened, first, every, state.DEFAULT_SOURCE)


def _open(source: Source) -> Opened:
    with st.spinner("Opening the data …"):
        opened = cache.opened(source)
    hidden = state.hidden()
    return opened.without_truth(lecture.about_hidden(hidden)) if source == hidden else opened


def _fit(choice: Choice) -> View:
    problem = choice.opened.dataset.problem(choice.trait, choice.covariates)
    with st.spinner(f"Decomposing the kinship of {problem.n:,} individuals …"):
        return cache.fitted(problem)


def _offer_handout(place: DeltaGenerator, shown: Shown) -> None:
    """The page to print or keep, made when it is asked for."""
    scene = Scene(shown.view, shown.method)

    def make() -> bytes:
        stage = cache.stage_of(scene, revealed=False, guess=None, true_h2=None)
        return handout(shown.opened, scene, stage.order, stage.cells).encode()

    place.download_button(
        "Handout",
        make,
        handout_name(shown.opened, scene),
        "text/html",
        key="handout",
        help="One file to print or keep: figures, numbers and questions. It needs no network.",
        on_click="ignore",
        icon=":material/print:",
        width="stretch",
    )


def _complain(message: DeltaGenerator, error: LMMError) -> None:
    message.error(
        f"{text.literal(str(error))}\n\nWhat was on the screen before is still below.",
        icon=":material/error:",
    )
