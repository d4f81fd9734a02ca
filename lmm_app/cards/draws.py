"""“What would such data look like?”: a lesson about the data that are open, on its own page."""

import streamlit as st

from lmm_app.cards import kept
from lmm_app.cards.about_open import AboutOpen
from lmm_app.lessons.draws import DRAWS, in_brief
from lmm_app.lessons.scene import Scene
from lmm_app.live.component import board
from lmm_app.live.draws import start_of


def _picture(scene: Scene, seen: bool, projector: float | bool) -> None:
    with st.spinner("Drawing …"):
        picture = kept.draws_picture(scene, revealed=seen)
    board(picture, "draws", start_of(scene, revealed=seen), projector=projector)


render = AboutOpen(DRAWS, in_brief, _picture).render
