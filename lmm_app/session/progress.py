"""A progress bar while a block runs."""

from collections.abc import Callable

import streamlit as st


class Progress:
    """A progress bar while a block runs; it goes when the block ends.

    It stands in a corner over the page (`lmm_app/live/page.css`), which does not move for it.
    """

    def __init__(self, words: str) -> None:
        self._words = words

    def __enter__(self) -> Callable[[float], None]:
        with st.container(key=f"progress-{self._words}"):
            self._bar = st.progress(0.0, self._words)
        return self._tell

    def _tell(self, share: float) -> None:
        self._bar.progress(min(max(share, 0.0), 1.0), self._words)

    def __exit__(self, *error: object) -> None:
        self._bar.empty()
