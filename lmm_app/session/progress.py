"""A progress bar while a block runs."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_core.progress import Progress

_PLACE = "progress_place"


def keep_place(below: DeltaGenerator) -> None:
    """Keep the place of the bar below the page, where its coming and going moves nothing."""
    with below.container(key="progress"):
        st.session_state[_PLACE] = st.empty()


@contextmanager
def progress_bar(words: str) -> Iterator[Progress]:
    """A progress bar while a block runs; it goes when the block ends.

    It stands in a corner over the page (`lmm_app/live/page.css`), which does not move for it.
    """
    place = st.session_state[_PLACE]

    def tell(share: float) -> None:
        place.progress(min(max(share, 0.0), 1.0), words)

    tell(0.0)
    try:
        yield tell
    finally:
        place.empty()
