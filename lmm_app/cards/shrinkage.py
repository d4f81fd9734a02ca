"""“Shrinkage”: a lesson about the data that are open, on a page of its own."""

import streamlit as st

from lmm_app.fit.text import literal
from lmm_app.glossary.marks import marked
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.shrinkage import LEAD, SHRINKAGE, asked_h, in_brief
from lmm_app.live.component import board
from lmm_app.session import everyone, projector, state
from lmm_app.session.prediction import Prediction, say

# The share of a projector's height that the picture takes at least.
LEAST = 0.4
PREDICTION = Prediction("lesson shrinkage", "lesson_shrinkage", buttons="shrinkage_")


def render() -> None:
    """Draw the lesson: the idea, the question, and the arrows once it is answered."""
    shown = state.shown()
    scene = Scene(shown.view, shown.method)
    asks = SHRINKAGE.asks(scene)
    PREDICTION.follow(f"{shown.view.problem.fingerprint}{shown.method}")
    seen = PREDICTION.is_revealed() or not asks
    if projector.on():
        _for_a_class(scene, asks=asks, seen=seen)
        return
    st.title(SHRINKAGE.title)
    st.caption(f"{LEAD} Open now: {literal(shown.opened.dataset.name)}.")
    words, picture = st.columns([2, 3], gap="large")
    with words:
        st.markdown(marked(SHRINKAGE.idea(scene)), unsafe_allow_html=True)
        if asks:
            prompt = f"**Predict.** {SHRINKAGE.question.prompt(scene)}"
            st.markdown(marked(prompt), unsafe_allow_html=True)
            _ask(scene, seen=seen)
            if seen:
                question, guess = SHRINKAGE.question, PREDICTION.guess
                say(question.outcome(scene, guess), question.feedback(scene, guess))
            _turn(seen=seen)
    with picture:
        _picture(scene, seen=seen)
    with st.expander("The formula", icon=":material/function:"):
        st.markdown(marked(SHRINKAGE.formula(scene)), unsafe_allow_html=True)
    with st.expander("In Python", icon=":material/code:"):
        st.code(SHRINKAGE.code, language="python")
    st.page_link(
        state.page("explore"),
        label="Everyone’s prediction as a table",
        icon=":material/table:",
        query_params=state.in_link() | {"look": "Predictions"},
    )


def _ask(scene: Scene, *, seen: bool, across: bool = False) -> None:
    """The options, or after the answer the same with the right one marked."""
    options = SHRINKAGE.question.options
    if seen:
        right = SHRINKAGE.question.right(scene)
        rows = [
            f"{'✓' if code == right else '✗' if code == PREDICTION.guess else '○'} "
            f"{'**' * (code == right)}{words}{'**' * (code == right)}"
            for code, words in options.items()
        ]
        st.markdown((" &emsp; " if across else "  \n").join(rows))
        return
    PREDICTION.take_up(state.one_of(options))
    PREDICTION.keep(PREDICTION.radio(options, "Your prediction", horizontal=across))


def _turn(*, seen: bool) -> None:
    if seen:
        PREDICTION.again_button()
    else:
        PREDICTION.reveal_button("You can also see the answer without a guess.", type="primary")


def _picture(scene: Scene, *, seen: bool) -> None:
    with st.spinner("Predicting everyone …"):
        picture = everyone.board(state.shown(), arrows=seen, commits=False)
    # The words of the answer have two lines of a projector.
    large = LEAST if projector.on() else False
    board(picture, "shrinkage", asked_h(scene), projector=large)


def _for_a_class(scene: Scene, *, asks: bool, seen: bool) -> None:
    """The picture over all of the screen."""
    frame = projector.frame()
    with frame.foot:
        words = st.container(width="stretch", gap=None)
        buttons = st.container(horizontal=True, width="content", gap="small")
    frame.head(SHRINKAGE.question.prompt(scene) if asks else SHRINKAGE.title, seen=True)
    if asks:
        with words:
            if seen:
                st.markdown(in_brief(scene))
            else:
                _ask(scene, seen=False, across=True)
        with buttons:
            _turn(seen=seen)
    with frame.picture:
        _picture(scene, seen=seen)
