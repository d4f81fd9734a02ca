"""The boards in the browser: a script and parts that are sent once, and what moves."""

from collections.abc import Callable, Sequence

import streamlit as st

from lmm_app.live.bundle import mount_script, packed_page_script, page_style, stage_script
from lmm_app.live.packing import Board, pack_moving

# Without a shadow of their own, for they draw nothing.
_stage = st.components.v2.component("lmm_stage", html="<i></i>", js=stage_script())
_part = st.components.v2.component("lmm_part", html="<i></i>", js=mount_script())
_board = st.components.v2.component(
    "lmm_board", html='<div class="board"></div>', js=mount_script()
)
# What draws nothing takes no room either.
UNSEEN = "unseen"
STYLE = f"<style>{page_style()}</style>"


def stage() -> None:
    """Put the script of all boards on the page, once for all of them."""
    st.html(STYLE)
    with st.container(key=UNSEEN):
        _stage(data=packed_page_script(), key="stage")


def board(
    shown: Board,
    key: str,
    at: float = 0.0,
    moved: Callable[[], None] | None = None,
    picked: Callable[[], None] | None = None,
    beside: Sequence[Board] = (),
    **more: object,
) -> None:
    """Show a board, on a page with a `stage`.

    Args:
        shown: the board.
        key: of what it hands over: the h, or the place of the marker, is in the state under it.
        at: where it is put, h or a frame.
        moved: called when h was let go.
        picked: called when a marker was clicked.
        beside: boards that are on the page already, whose parts need not be sent again.
        more: of what moves.
    """
    there = {name for one in beside for name in one.parts}
    parts = [part for name, part in shown.parts.items() if name not in there]
    with st.container(key=f"{UNSEEN}-{key}"):
        for place, part in enumerate(parts):
            _part(data=part, key=f"{key}-part-{place}")
    _board(
        data=pack_moving(shown, at, more),
        key=key,
        on_h_change=moved or (lambda: None),
        on_marker_change=picked or (lambda: None),
    )
