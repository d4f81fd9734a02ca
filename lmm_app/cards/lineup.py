"""“Which panel holds your data?”: a lesson about the data that are open, on a page of its own."""

import streamlit as st

from lmm_app.cards import kept
from lmm_app.cards.about_open import AboutOpen
from lmm_app.lessons.lineup import LINEUP, asks, code, in_brief, turn_in
from lmm_app.lessons.panels import PANELS
from lmm_app.lessons.scene import Scene
from lmm_app.live.component import board
from lmm_app.session import noted
from lmm_app.session.prediction import Prediction

_BOARD, _TURNS = "lineup", "lineup_turns"


def _picture(scene: Scene, seen: bool, projector: float | bool) -> None:
    if not asks(scene):
        return
    with st.spinner("Drawing and fitting nineteen times …"):
        picture = kept.lineup_picture(scene, revealed=seen)

    def picked() -> None:
        panel = st.session_state[_BOARD].marker
        if not seen and panel in range(1, PANELS + 1):
            st.session_state[LESSON.prediction.key] = code(scene, panel)

    guess = LESSON.prediction.guess
    board(picture, _BOARD, picked=picked, projector=projector, picked_panel=guess)


def _turn(fingerprint: str, prediction: Prediction) -> int:
    """How often these data were asked about anew: after each answer that was seen, once more."""
    guess, seen = noted.guess_of(prediction.where)
    turns = st.session_state.setdefault(_TURNS, {})
    turn, had_seen = turns.get(fingerprint, (turn_in(guess), seen))
    turns[fingerprint] = (turn + (had_seen and not seen), seen)
    return int(turns[fingerprint][0])


LESSON = AboutOpen(LINEUP, in_brief, _picture, turn=_turn)
render = LESSON.render
