"""“Shrinkage”: a lesson about the data that are open, on a page of its own."""

import streamlit as st

from lmm_app.cards.about_open import AboutOpen
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.shrinkage import SHRINKAGE, in_brief
from lmm_app.live.component import board
from lmm_app.session import everyone, state


def _picture(scene: Scene, seen: bool, projector: float | bool) -> None:
    with st.spinner("Predicting everyone …"):
        picture = everyone.board(state.shown(), arrows=seen, commits=False)
    board(picture, "shrinkage", scene.asked_h, projector=projector)


def _below(scene: Scene) -> None:
    st.page_link(
        state.page("explore"),
        label="Everyone’s prediction as a table",
        icon=":material/table:",
        query_params=state.in_link() | {"look": "Predictions"},
    )


render = AboutOpen(SHRINKAGE, in_brief, _picture, _below).render
