"""A progress bar while a block runs."""

from collections.abc import Callable, Iterator
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


@contextmanager
def stoppable_bar(
    words: str, stop: Callable[[], None], key: str
) -> Iterator[Callable[[float, str], None]]:
    """The same, told in words of its own too, with a button that ends the run and calls `stop`.

    Args:
        words: beside the bar at first.
        stop: what the button does besides.
        key: of the button.
    """
    place = st.session_state[_PLACE]
    with place.container():
        bar = st.progress(0.0, words)
        st.button("Stop", key=key, on_click=stop, icon=":material/stop:", width="stretch")

    def tell(share: float, now: str) -> None:
        bar.progress(min(max(share, 0.0), 1.0), now)

    try:
        yield tell
    finally:
        place.empty()
