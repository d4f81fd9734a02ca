"""“What moves h?”: one lesson of five cases, on a page of its own."""

import streamlit as st

from lmm_app.cards import kept
from lmm_app.cards.asking import ask, turn
from lmm_app.glossary.marks import marked
from lmm_app.lessons.moves.cases import CASES, LEAD, NOT_MEANT, OPTIONS, TITLE, Case
from lmm_app.live.component import board
from lmm_app.live.moves import start_of
from lmm_app.session import linked, projector
from lmm_app.session.prediction import Prediction, say
from lmm_app.sources.opened import GRYPHON_LICENCE

# The share of a projector's height that the picture takes at least.
LEAST = 0.4
TITLES = {name: case.title for name, case in CASES.items()}


def render() -> None:
    """Draw the lesson: the case that is chosen, its question, its picture, and what it says."""
    with st.spinner("Fitting the gryphons …"):
        moves = kept.moves()
    if projector.on():
        _for_a_class()
        return
    st.title(TITLE)
    st.markdown(marked(LEAD), unsafe_allow_html=True)
    case = CASES[_which()]
    prediction = prediction_of(case)
    words, picture = st.columns([2, 3], gap="large")
    with words:
        st.markdown(marked(case.idea, but=NOT_MEANT), unsafe_allow_html=True)
        st.markdown(marked(f"**Predict.** {case.prompt}"), unsafe_allow_html=True)
        seen = prediction.is_revealed()
        _ask(case, prediction, seen=seen)
        if seen:
            say(case.outcome(moves, prediction.guess), case.feedback(moves, prediction.guess))
        turn(prediction, seen=seen)
    with picture:
        _picture(case, seen=seen)
    with st.expander("The formula", icon=":material/function:"):
        st.markdown(marked(case.formula), unsafe_allow_html=True)
    with st.expander("In Python", icon=":material/code:"):
        st.code(case.code, language="python")
    st.caption(GRYPHON_LICENCE)


def prediction_of(case: Case) -> Prediction:
    """Where the guess of a case is kept."""
    return Prediction(f"moves {case.name}", f"moves_{case.name}", buttons="moves_")


def _which() -> str:
    return linked.segmented("What is changed", TITLES, next(iter(TITLES)), "case")


def _ask(case: Case, prediction: Prediction, *, seen: bool, across: bool = False) -> None:
    right = case.right(kept.moves()) if seen else None
    ask(prediction, OPTIONS, right, seen=seen, across=across)


def _picture(case: Case, *, seen: bool) -> None:
    at = start_of(case, kept.moves(), revealed=seen)
    # The words of the answer have two lines of a projector.
    large = LEAST if projector.on() else False
    board(kept.moves_picture(case, revealed=seen), "moves", at, projector=large)


def _for_a_class() -> None:
    """The picture over all of the screen."""
    frame = projector.frame()
    with frame.foot:
        words = st.container(width="stretch", gap=None)
        buttons = st.container(horizontal=True, width="content", gap="small")
    with projector.aside("Cases"):
        case = CASES[_which()]
    prediction = prediction_of(case)
    seen = prediction.is_revealed()
    frame.head(case.prompt, seen=True)
    with words:
        if seen:
            st.markdown(case.answer(kept.moves()))
        else:
            _ask(case, prediction, seen=False, across=True)
    with buttons:
        turn(prediction, seen=seen)
    with frame.picture:
        _picture(case, seen=seen)
