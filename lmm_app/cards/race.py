"""“The race”: a lesson about the data that are open, on a page of its own."""

import streamlit as st

from lmm_app.cards import kept
from lmm_app.cards.about_open import AboutOpen
from lmm_app.lessons.race import HALFWAY, RACE, asks, in_brief, rows
from lmm_app.lessons.scene import Scene
from lmm_app.live.component import board
from lmm_app.live.race import start_of


def _picture(scene: Scene, seen: bool, projector: float | bool) -> None:
    if not asks(scene):
        return
    with st.spinner("Running from every start …"):
        picture = kept.race_picture(scene.view, revealed=seen)
    board(picture, "race", start_of(HALFWAY), projector=projector)


def _below(scene: Scene) -> None:
    if asks(scene):
        with st.expander("The first steps in numbers", icon=":material/table:"):
            st.dataframe(rows(scene.view, HALFWAY), hide_index=True)


render = AboutOpen(RACE, in_brief, _picture, _below, method="REML").render
