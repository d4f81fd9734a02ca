"""Saved work that is being opened: asked for in one run, taken up in a later one.

Streamlit keeps the values of widgets at both ends, and a bound one keeps its word in the URL. So
one run draws none of them, at its end they are forgotten everywhere, and the page that follows
reads its link as a new window would.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from lmm_app.lessons.tour import TOUR
from lmm_app.live.hand import DECIMALS
from lmm_app.session import noted, state, uploads
from lmm_app.session.saved import Work, read_work
from lmm_core.errors import DataError

# A file: its name and its bytes.
Given: TypeAlias = tuple[str, bytes]

_WAITING, _CLEARED, _OPENED = "work_waiting", "work_cleared", "work_opened"


def ask(given: Given, more: Sequence[Given] = ()) -> str:
    """Read saved work, to be taken up; if it cannot be, everything stays as it is.

    Args:
        given: the file: its name and its bytes.
        more: files of data that were given with it.

    Returns:
        Why it cannot be opened; "" if it can.
    """
    name, content = given
    try:
        work = read_work(name, content)
        if work.page not in state.page_names():
            raise DataError(
                "saved work must open a page of this app",
                f"it names “{work.page[:40]}”",
                "open it with the version of the app that saved it",
                where=name,
            )
    except DataError as error:
        return str(error)
    st.session_state[_WAITING] = (work, tuple(more))
    return ""


def waiting() -> tuple[Work, tuple[Given, ...]] | None:
    """The work that is to be taken up and the files that came with it, None if there is none."""
    found: tuple[Work, tuple[Given, ...]] | None = st.session_state.get(_WAITING)
    return found


def is_cleared() -> bool:
    """Whether a run without widgets has come before this one; from now on it has."""
    before = bool(st.session_state.get(_CLEARED, False))
    st.session_state[_CLEARED] = True
    return before


def take_up(pages: Mapping[str, StreamlitPage]) -> None:
    """Empty the session, fill it with what is waiting, and go to its page; the run ends here."""
    found = waiting()
    if found is None:
        return
    work, more = found
    for key in list(st.session_state):
        del st.session_state[key]
    uploads.restore(work.files, work.choices, work.shelf)
    # What pages keep that are not open.
    for name, read in (
        ("h", state.within(0.0, 1.0, DECIMALS)),
        ("suppose", state.within(0.0, 1.0, 2)),
        ("step", state.one_of([step.name for step in TOUR])),
    ):
        if (value := read(work.rest.get(name, ""))) is not None:
            st.session_state[name] = value
    noted.take_up(work.guesses)
    if ("data", "upload") in work.words:
        # Before the sidebar reads it from the link, it is asked whether the files are shown.
        st.session_state["data"] = "upload"
    if more:
        uploads.add_and_show(more)
    st.session_state[_OPENED] = True
    words: dict[str, list[str]] = {}
    for name, value in work.words:
        words.setdefault(name, []).append(value)
    st.switch_page(pages[work.page], query_params=words)


def was_opened() -> bool:
    """Whether work has just been taken up; this is said once."""
    return bool(st.session_state.pop(_OPENED, False))
