"""A room: a class that finds one true h; a page for each student, and one for the lecturer."""

import streamlit as st

from lmm_app.fit.text import said
from lmm_app.room import lecturer, student, visit
from lmm_app.room.words import PRIVATE
from lmm_core import LMMError

TITLE = "A room for a class"


def render() -> None:
    """Draw the page for whoever has come: with the lecturer's key, with a seat, or with neither."""
    kept = visit.current()
    try:
        if visit.KEY in kept:
            lecturer.render(kept)
        elif visit.CODE in kept:
            student.render(kept)
        else:
            _door()
    except LMMError as error:
        _door(error)


def _door(error: LMMError | None = None) -> None:
    """Ask for a code, and say what was wrong with the one before."""
    visit.leave()
    st.title(TITLE)
    if error is not None:
        st.error(said(error), icon=":material/error:")
    st.markdown(f"Type the code that the lecturer shows. {PRIVATE}")
    with st.form("room_door", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            code = st.text_input("Code of the room", key="room_code", max_chars=12, width=220)
            joined = st.form_submit_button("Join", type="primary", key="room_join")
    if joined and code.strip():
        visit.keep({visit.CODE: code})
        st.rerun()
