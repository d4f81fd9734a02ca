"""Save the work on the screen as a file, and open such a file again."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.uploaded_file_manager import DeletedFile

from lmm_app.fit.text import literal
from lmm_app.session import noted, opening, uploads
from lmm_app.session.downloads import download
from lmm_app.session.saved import SUFFIX, Work, fits, write_work
from lmm_app.session.state import MAX_UPLOAD_MB

SAVE = (
    "One file with the data you gave, what you chose and what you predicted. Open it on another "
    "day, here or wherever this app runs."
)
TOO_LARGE = (
    f"With your files it would be larger than {MAX_UPLOAD_MB} MB, and could not be opened again. "
    "Keep your files and the link of this page instead."
)
OPEN = (
    "Choose a file that **Save your work** has given. Its data, choices and predictions take the "
    "place of those on the page."
)
_DROP, _COMPLAINT = "drop_work", "drop_work_complaint"


def offer(place: DeltaGenerator, name: str) -> None:
    """The button that saves, for which nothing is made before it is pressed, and the way back.

    Args:
        place: where they stand.
        name: of the file, without its ending.
    """
    record, upload = noted.noted(), uploads.current()
    files, decided = upload.files if upload else (), uploads.choices()
    can = fits(files)

    def make() -> bytes:
        # Its fields, and not the record, are replaced meanwhile by the session's own runs.
        return write_work(
            Work(
                record.page,
                record.words,
                record.rest,
                record.made,
                files,
                decided,
                shelf=shelf,
            )
        )

    shelf = uploads.from_shelf()
    with place:
        download(
            "Save your work",
            make,
            f"{name}{SUFFIX}",
            "save_work",
            "save",
            help=SAVE if can else TOO_LARGE,
            disabled=not can,
            width="stretch",
        )
        pressed = st.button(
            "Open saved work",
            key="open_work",
            on_click=_forget,
            icon=":material/folder_open:",
            width="stretch",
        )
    if pressed:
        _dialog()


@st.dialog("Open saved work", icon=":material/folder_open:")
def _dialog() -> None:
    st.markdown(OPEN)
    st.file_uploader(
        "Saved work",
        "zip",
        key=_DROP,
        on_change=_take,
        max_upload_size=MAX_UPLOAD_MB,
        label_visibility="collapsed",
    )
    if opening.waiting() is not None:
        st.rerun()
    if complaint := st.session_state.get(_COMPLAINT):
        st.error(
            f"{literal(complaint)}\n\nNothing on the page has changed.", icon=":material/error:"
        )


def _take() -> None:
    given = st.session_state.get(_DROP)
    _forget()
    # A browser that comes to a new process may name a file that only the old one had.
    if given is not None and not isinstance(given, DeletedFile):
        found = opening.ask((given.name, given.getvalue()))
        st.session_state[_COMPLAINT] = found


def _forget() -> None:
    """What was wrong with another file need not be said again."""
    st.session_state[_COMPLAINT] = ""


def take_up(pages: Mapping[str, StreamlitPage]) -> bool:
    """Go on with work that has been asked for; whether this run is for that alone."""
    if opening.waiting() is None:
        if opening.was_opened():
            st.toast("Your work is open again, as it was saved.", icon=":material/task_alt:")
        return False
    if opening.is_cleared():
        opening.take_up(pages)
    st.markdown("Opening the saved work …")
    _go_on()
    return True


@st.fragment(run_every=0.3)
def _go_on() -> None:
    """Run again as soon as the browser has put everything away."""
    if st.session_state.get("work_drawn"):
        st.rerun()
    st.session_state["work_drawn"] = True
