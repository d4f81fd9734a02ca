"""The boards in the browser: a script and parts that are sent once, and what moves."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.live.bundle import (
    later_script,
    mount_script,
    packed_page_script,
    page_style,
    stage_script,
)
from lmm_app.live.packing import Board, pack_moving

# Without a shadow of their own, for they draw nothing.
_stage = st.components.v2.component("lmm_stage", html="<i></i>", js=stage_script())
_part = st.components.v2.component("lmm_part", html="<i></i>", js=mount_script())
_board = st.components.v2.component(
    "lmm_board", html='<div class="board"></div>', js=mount_script()
)
# What draws nothing takes no room either.
UNSEEN = "unseen"
# The room in px that a page keeps for a board, wide and narrow: from the first moment, before any
# style sheet has come, as the height of a container; then, until it is drawn, as its least height.
ROOMS = {
    "story": (426, 473),
    "profile": (734, 1374),
    "sides": (485, 1376),
    "methods": (464, 464),
    "sampling": (563, 698),
    "genome": (447, 447),
    "tour": (365, 365),
}
STYLE = "<style>{}{}\n@media (max-width: 640px) {{{}}}</style>".format(
    page_style(),
    *(
        "".join(f".st-key-{key} {{ min-height: {room[size]}px; }} " for key, room in ROOMS.items())
        for size in (0, 1)
    ),
)


def stage() -> None:
    """Put the script of all boards on the page, once for all of them."""
    st.html(STYLE)
    with st.container(key=UNSEEN):
        _stage(data=packed_page_script(), key="stage")


def room(key: str, height: int | Literal["content"]) -> DeltaGenerator:
    """A container that has its height before its content has come, and then that of its content."""
    return st.container(key=f"room-{key}", height=height, border=False)


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
    kept = key in ROOMS and not more.get("projector")
    with room(key, ROOMS[key][0]) if kept else nullcontext():
        _board(
            data=pack_moving(shown, at, more),
            key=key,
            on_h_change=moved or (lambda: None),
            on_marker_change=picked or (lambda: None),
        )
        with st.container(key=f"{UNSEEN}-{key}"):
            for place, part in enumerate(parts):
                _part(data=part, key=f"{key}-part-{place}")
            if shown.later:
                _part(data=later_script(shown.later), key=f"later-{key}")
