"""The board in the browser: a component that looks values up, and no more."""

from collections.abc import Callable

import streamlit as st

from lmm_app.live.bundle import script, style

HTML = '<div class="board"></div>\n<!-- drawn by board.js -->'

_board = st.components.v2.component("lmm_board", html=HTML, css=style(), js=script())


def board(
    packed: bytes,
    key: str,
    moved: Callable[[], None] | None = None,
    picked: Callable[[], None] | None = None,
) -> None:
    """Show a board.

    `moved` is called when h was let go, `picked` when a marker was clicked: the h, or the place
    of the marker, is in the state under `key`.
    """
    _board(
        data=packed,
        key=key,
        on_h_change=moved or (lambda: None),
        on_marker_change=picked or (lambda: None),
    )
