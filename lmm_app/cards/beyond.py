"""“Beyond the ends”: a lesson about the data that are open, on a page of its own."""

import streamlit as st

from lmm_app.cards import kept
from lmm_app.cards.about_open import AboutOpen
from lmm_app.lessons.beyond import BEYOND, asks, in_brief
from lmm_app.lessons.preset import Preset
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.scene import Scene
from lmm_app.live.beyond import start_of
from lmm_app.live.component import board

AT_AN_END = ("boundary_zero", "boundary_one")


def _picture(scene: Scene, seen: bool, projector: float | bool) -> None:
    if not asks(scene):
        return
    with st.spinner("Going on beyond 0 and 1 …"):
        picture = kept.beyond_picture(scene, revealed=seen)
    board(picture, "beyond", start_of(scene, revealed=seen), projector=projector)


def _below(scene: Scene) -> None:
    """The way to data whose top lies outside, where that of the open data does not."""
    if asks(scene) and scene.status not in ("lower", "upper"):
        st.caption("The same with data whose estimate is at an end:")
        with st.container(horizontal=True, gap="small"):
            for name in AT_AN_END:
                preset = PRESETS[name]
                st.button(preset.title, key=f"beyond_{name}", on_click=_open, args=(preset,))


def _open(preset: Preset) -> None:
    """In the sidebar, the lesson; it is read there before the page is drawn."""
    st.session_state.update(data="lesson", preset=preset.name, seed=preset.seed)


render = AboutOpen(BEYOND, in_brief, _picture, _below).render
