"""A lesson about the data that are open, on a page of its own: a question, then its picture."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from lmm_app.cards.asking import ask, turn
from lmm_app.fit.text import literal
from lmm_app.glossary.marks import marked
from lmm_app.lessons.alone import ALONE, saved_as
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Step
from lmm_app.session import projector, state
from lmm_app.session.prediction import Prediction, say

# The share of a projector's height that the picture takes at least.
LEAST = 0.4


def head(title: str, lead: str) -> None:
    """The title, and what the lesson is about."""
    st.title(title)
    name = literal(state.shown().opened.dataset.name)
    st.caption(f"{lead} Open now: {name}.")


@dataclass(frozen=True, slots=True)
class AboutOpen:
    """What such a lesson is made of.

    Attributes:
        step: its idea, formula, question and code.
        in_brief: the answer for a projector.
        picture: draws it; with the answer once that has been seen, and large on a projector.
        below: what else stands at the foot of the page.
        method: by which it is about the fit; None by the one that is chosen.
        turn: how often it was asked anew about data of a fingerprint, where that changes it.
    """

    step: Step
    in_brief: Callable[[Scene], str]
    picture: Callable[[Scene, bool, float | bool], None]
    below: Callable[[Scene], None] = lambda scene: None
    method: str | None = None
    turn: Callable[[str, Prediction], int] = lambda fingerprint, prediction: 0

    @property
    def prediction(self) -> Prediction:
        """Where the guess is kept."""
        name = self.step.name
        return Prediction(saved_as(name), f"lesson_{name}", buttons=f"{name}_")

    def render(self) -> None:
        """Draw the lesson, under its title."""
        if not projector.on():
            head(self.step.title, ALONE[self.step.name].lead)
        self.body()

    def body(self) -> None:
        """The idea, the question, and the picture's answer once it is seen."""
        shown = state.shown()
        method = self.method or shown.method
        data = shown.view.problem.fingerprint
        self.prediction.follow(f"{data}{method}")
        scene = Scene(shown.view, method, turn=self.turn(data, self.prediction))
        asks = self.step.asks(scene)
        seen = self.prediction.is_revealed() or not asks
        if projector.on():
            self._for_a_class(scene, asks=asks, seen=seen)
            return
        words, picture = st.columns([2, 3], gap="large")
        with words:
            st.markdown(marked(self.step.idea(scene)), unsafe_allow_html=True)
            if asks:
                question, guess = self.step.question, self.prediction.guess
                prompt = f"**Predict.** {question.prompt(scene)}"
                st.markdown(marked(prompt), unsafe_allow_html=True)
                self._ask(scene, seen=seen)
                if seen:
                    say(question.outcome(scene, guess), question.feedback(scene, guess))
                turn(self.prediction, seen=seen)
        with picture:
            self.picture(scene, seen, False)
        with st.expander("The formula", icon=":material/function:"):
            st.markdown(marked(self.step.formula(scene)), unsafe_allow_html=True)
        with st.expander("In Python", icon=":material/code:"):
            st.code(self.step.code, language="python")
        self.below(scene)

    def _ask(self, scene: Scene, *, seen: bool, across: bool = False) -> None:
        question = self.step.question
        right = question.right(scene) if seen else None
        ask(self.prediction, question.options_of(scene), right, seen=seen, across=across)

    def _for_a_class(self, scene: Scene, *, asks: bool, seen: bool) -> None:
        """The picture over all of the screen."""
        frame = projector.frame()
        with frame.foot:
            words = st.container(width="stretch", gap=None)
            buttons = st.container(horizontal=True, width="content", gap="small")
        frame.head(self.step.question.prompt(scene) if asks else self.step.title, seen=True)
        if asks:
            with words:
                if seen:
                    st.markdown(self.in_brief(scene))
                else:
                    self._ask(scene, seen=False, across=True)
            with buttons:
                turn(self.prediction, seen=seen)
        with frame.picture:
            # The words of the answer have two lines of a projector.
            self.picture(scene, seen, LEAST)
