"""“How K is made”: one lesson of five parts, on a page of its own."""

from functools import partial

import streamlit as st

from lmm_app.cards import kept
from lmm_app.cards.about_open import AboutOpen, head
from lmm_app.lessons.broken import BROKEN
from lmm_app.lessons.how_k import below_zero, by_hand, every_marker, the_mean, with_oneself
from lmm_app.lessons.how_k.below_zero import SILENT, STOPPED
from lmm_app.lessons.how_k.parts import LEAD, PARTS, TITLE
from lmm_app.lessons.scene import Scene
from lmm_app.live.component import board
from lmm_app.live.how_k import start_of
from lmm_app.session import linked, projector, state, uploads

TITLES = {name: step.title for name, step in PARTS.items()}
BRIEF = {
    "hand": by_hand.in_brief,
    "self": with_oneself.in_brief,
    "mean": the_mean.in_brief,
    "markers": every_marker.in_brief,
    "zero": below_zero.in_brief,
}


def render() -> None:
    """Draw the part that is chosen."""
    if projector.on():
        with projector.aside("Parts"):
            name = _which()
    else:
        head(TITLE, LEAD)
        name = _which()
    LESSON[name].body()


def _which() -> str:
    return linked.segmented("Part", TITLES, next(iter(TITLES)), "part")


def _picture(name: str, scene: Scene, seen: bool, large: float | bool) -> None:
    asks = PARTS[name].asks(scene)
    if name == "markers":
        with st.spinner("Reading the markers of the mice …"):
            picture = kept.markers_picture(revealed=seen)
        board(picture, "how_k_markers", 0.0, projector=large)
        return
    # A projector has room for one picture: the table, until the data answer.
    if not large or name == "hand" or not seen or not asks:
        board(kept.table_picture(name, revealed=seen), f"how_k_{name}", projector=large)
    if name != "hand" and asks and (seen or not large):
        with st.spinner("Asking the data …"):
            picture = kept.own_picture(name, scene.view, revealed=seen)
        at = start_of(name, scene.view, revealed=seen)
        board(picture, f"how_k_{name}_own", at, projector=large)


def _below(name: str, scene: Scene) -> None:
    if name != "zero":
        return
    st.markdown("Two datasets on the shelf of the page Data are broken like this:")
    with st.container(horizontal=True):
        for broken in (SILENT, STOPPED):
            if st.button(
                BROKEN[broken].title,
                key=f"how_k_{broken}",
                on_click=uploads.take_from_shelf,
                args=(broken,),
                icon=":material/build:",
            ):
                st.switch_page(state.page("data"))


LESSON = {
    name: AboutOpen(
        step,
        BRIEF[name],
        partial(_picture, name),
        partial(_below, name),
        method="REML",
    )
    for name, step in PARTS.items()
}
