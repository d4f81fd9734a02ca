"""A progress bar while a block runs."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_core.progress import Progress

_PLACE = "progress_place"


def keep_place(below: DeltaGenerator) -> None:
    """Keep the place of the bar below the page, where its coming and going moves nothing."""
    with below.container(key="progress"):
        st.session_state[_PLACE] = st.empty()


class ProgressBar:
    """A progress bar while a block runs; it goes when the block ends.

    It stands in a corner over the page (`lmm_app/live/page.css`), which does not move for it.
    """

    def __init__(self, words: str) -> None:
        self._words = words

    def __enter__(self) -> Progress:
        self._place = st.session_state[_PLACE]
        self._tell(0.0)
        return self._tell

    def _tell(self, share: float) -> None:
        self._place.progress(min(max(share, 0.0), 1.0), self._words)

    def __exit__(self, *error: object) -> None:
        self._place.empty()
