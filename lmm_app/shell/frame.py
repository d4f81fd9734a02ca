"""What all pages share: the sidebar, the fit that it asks for, and the message if there is none."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from lmm_app.fit import side_by_side, text, weighted
from lmm_app.fit.view import View
from lmm_app.handout.page import handout, handout_name
from lmm_app.handout.student import student_name, student_sheet
from lmm_app.live import component
from lmm_app.paper.archive import archive_name
from lmm_app.session import (
    address,
    awaited,
    keep,
    noted,
    progress,
    projector,
    sealed,
    state,
    uploads,
)
from lmm_app.session.downloads import download
from lmm_app.session.large import StoppedError, again, large_kinships
from lmm_app.session.secret import secret
from lmm_app.session.state import Choice, Shown
from lmm_app.shell import folded, glossary, hand_in, sidebar, work
from lmm_app.shell.returning import ask_again_after_a_death
from lmm_app.sources.opened import Opened, Source, Upload
from lmm_app.tour import kept as tour_kept
from lmm_core import LMMError
from lmm_data.large import least_large
from lmm_data.preparation.design import default_model

# Files of so many bytes together take long enough to read for a bar.
LARGE = 500_000
# On a button of the theme's colour, which is light where the page is dark, the text is as the page.
BUTTONS = '<style>[data-testid="stBaseButton-primary"]:enabled { color: Canvas; }</style>'
LOST = (
    "This link speaks of your own files, and they are not here: a link holds no files, and a page "
    "that is loaded anew has lost those that it had. Give them again, or open your saved work. "
    "Until then a sample is shown."
)
FOR_STUDENTS = (
    "For students: the questions of the tour with their pictures and room to write. No answer is "
    "in the file. It prints, and needs no network."
)
WITH_ANSWERS = (
    "For the teacher: the same questions, each with its answer, and all numbers and figures."
)
STILL_BELOW = "What was on the screen before is still below."
# A page that is opened anew has forgotten everything, the link included.
START_OVER = '<a href="." style="font-size: 0.875rem">Start over</a>'


def run(page: StreamlitPage, pages: Mapping[str, StreamlitPage]) -> None:
    """Draw the sidebar, fit what it asks for, and draw the page, which is one of `pages`."""
    with large_kinships():
        _run(page, pages)


def _run(page: StreamlitPage, pages: Mapping[str, StreamlitPage]) -> None:
    state.know_pages(pages)
    if work.take_up(pages):
        return
    # What draws nothing is a line high until its style has come, and moves nothing as it moves.
    body, below = st.container(), st.container(height=1, border=False)
    progress.keep_place(below)
    message, at_the_data = body.container(), page.url_path == "data"
    projector.choose()
    st.html(BUTTONS + side_by_side.TABLE_STYLE)
    # What draws nothing stands under the page, so that nothing moves when it is found to be so.
    with below:
        component.stage()
        glossary.show()
    with st.sidebar:
        folded.hold(page.url_path)
        for_data, for_method = folded.places(page.url_path)
        with for_data:
            choice = _choose(message, at_the_data=at_the_data)
        with for_method:
            method = sidebar.choose_method()
        footer = st.container()
        projector.offer()
        if state.hidden() is None:
            st.html(START_OVER)
        ask_again_after_a_death()
    complaint: LMMError | None = None
    try:
        view = _fit(choice)
        state.remember(choice)
    except StoppedError as error:
        message.info(f"{text.said(error)}\n\n{STILL_BELOW}", icon=":material/stop_circle:")
        message.button(
            "Begin it again",
            key="decompose_again",
            on_click=again,
            args=(error.key,),
            icon=":material/play_arrow:",
        )
        choice, view = _last_good()
    except LMMError as error:
        complaint = error.anew()
        if not at_the_data:
            _complain(message, error)
        choice, view = _last_good()
    shown = Shown(choice.opened, view, method, choice.source, complaint)
    state.show(shown)
    with footer:
        hand_in.offer(shown)
    if shown.view.problem.weighted_by:
        footer.caption("Handouts are of fits in which every record counts the same.")
    else:
        _offer_handout(footer, shown)
    work.offer(footer, archive_name(shown.opened, view, method).removesuffix(".zip"))
    with body:
        if not _refuse_weights(page, shown):
            page.run()
    noted.note(page.url_path or "explore", state.explore_left())
    projector.leave()
    address.follow()


def _refuse_weights(page: StreamlitPage, shown: Shown) -> bool:
    """Say why a page does not show a weighted fit, if there is one and it would leave that out."""
    by = shown.view.problem.weighted_by
    if not by or page.url_path not in weighted.UNWEIGHTED:
        return False
    st.title(page.title)
    st.info(weighted.refusal(page.url_path, by), icon=":material/balance:")
    for name, icon in (("explore", "search"), ("data", "table_view")):
        st.page_link(state.page(name), icon=f":material/{icon}:", query_params=state.in_link())
    return True


def _choose(message: DeltaGenerator, *, at_the_data: bool) -> Choice:
    """What the sidebar asks for; the last good dataset while files are missing or wrong."""
    try:
        source = sidebar.choose_source()
    except LMMError as error:
        _complain(message, error)
        source = state.DEFAULT_SOURCE
    before = state.last_good()
    opened, linked = (before.opened, before.source) if before else (None, None)
    come = False
    # The page that is about the files says itself what is missing or wrong with them.
    if source is None:
        if uploads.lost():
            message.warning(LOST, icon=":material/upload_file:")
            if not at_the_data:
                message.page_link(
                    state.page("data"),
                    label="Give the files, or saved work",
                    icon=":material/upload_file:",
                    query_params=state.in_link(),
                )
        elif not at_the_data:
            message.info(
                f"Drop your files on the page {uploads.PAGE}. Until then, what was fitted last "
                "stays here.",
                icon=":material/upload_file:",
            )
    else:
        try:
            opened, linked = _open(source), None if isinstance(source, Upload) else source
            come = isinstance(source, Upload)
        except LMMError as error:
            if not (at_the_data and isinstance(source, Upload)):
                _complain(message, error)
    if opened is None:
        opened, linked = _open(state.DEFAULT_SOURCE), state.DEFAULT_SOURCE
    waits = awaited.waits(come=come, given_up=not isinstance(source, Upload | None))
    return Choice(opened, *sidebar.choose_trait(opened.dataset, meanwhile=waits), source=linked)


def _last_good() -> tuple[Choice, View]:
    """What was fitted last, or else what the page opens with."""
    choice = state.last_good() or _default()
    return choice, _fit(choice)


def _default() -> Choice:
    opened = _open(state.DEFAULT_SOURCE)
    first = opened.dataset.traits.columns[0]
    return Choice(opened, first, default_model(opened.dataset), state.DEFAULT_SOURCE)


def _open(source: Source) -> Opened:
    if isinstance(source, Upload) and source.size > LARGE:
        with progress.progress_bar("Reading the files …") as tell:
            keep.prepared(source, tell)
    with st.spinner("Opening the data …"):
        opened = keep.opened(source)
    fixed = state.sealed_data()
    # Before the data can be opened, the last good ones may be asked for.
    if fixed is None or source != sealed.source_of(secret(), fixed):
        return opened
    about = sealed.about(fixed.student)
    if fixed.told:
        return replace(opened, about=f"{about} {sealed.truth(opened.true_h2)}".strip())
    return opened.without_truth(about)


def _fit(choice: Choice) -> View:
    problem = choice.opened.dataset.problem(choice.trait, choice.covariates)
    # That of a large kinship is told with the time that it takes.
    large = problem.n >= least_large()
    words = f"Decomposing the kinship of {problem.n:,} individuals …"
    with nullcontext() if large else st.spinner(words):
        return keep.fitted(problem)


def _offer_handout(place: DeltaGenerator, shown: Shown) -> None:
    """Both sheets to print or keep, each made when it is asked for."""
    scene = tour_kept.scene_of(shown)

    def for_students() -> bytes:
        return student_sheet(shown.opened, scene).encode()

    def with_answers() -> bytes:
        order, cells = keep.ordered(scene.view.problem)
        return handout(shown.opened, scene, order, cells).encode()

    with place:
        for label, make, name, key, about in (
            ("for students", for_students, student_name, "handout", FOR_STUDENTS),
            ("with answers", with_answers, handout_name, "handout_answers", WITH_ANSWERS),
        ):
            of = name(shown.opened, scene)
            download(f"Handout {label}", make, of, key, "print", help=about, width="stretch")


def _complain(message: DeltaGenerator, error: LMMError) -> None:
    message.error(
        f"{text.said(error)}\n\n{STILL_BELOW}",
        icon=":material/error:",
    )
