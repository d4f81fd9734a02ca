"""The question of a step: the guess, in the session and in the link, and what is said of it."""

from dataclasses import dataclass, replace

import streamlit as st

from lmm_app.fit.text import literal
from lmm_app.glossary.marks import marked
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Step
from lmm_app.live.component import room
from lmm_app.session import state
from lmm_app.session.prediction import Prediction, say

# The height of an option, for the room that is kept for them.
OPTION_PX = 22.4
RIGHT, WRONG, OTHER = "✓", "✗", "○"


def prediction_of(name: str) -> Prediction:
    """Where the guess of a step is kept, by the name of the step."""
    return Prediction(f"tour {name}", f"guess_{name}", "guess")


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Where a step stands.

    Attributes:
        step, scene: what is asked, about which data.
        guess: what was chosen; None so far.
        revealed: whether the answer is shown.
    """

    step: Step
    scene: Scene
    guess: Guess
    revealed: bool

    @property
    def prediction(self) -> Prediction:
        return prediction_of(self.step.name)


def take_up(step: Step, scene: Scene, *, linked: bool) -> Asked:
    """The guess of this step, as the session has it or, if it is of this step, the link."""
    prediction, asks = prediction_of(step.name), step.asks(scene)
    revealed = prediction.is_revealed(linked=linked)
    options = step.question.options_of(scene)
    read = state.one_of(options) if options else state.within(0.0, 1.0, 2)
    prediction.take_up(read, linked=linked and asks)
    guess = st.session_state.get(prediction.key)
    if options and guess not in options:
        # Of other data, which were asked something else.
        guess = None
        st.session_state.pop(prediction.key, None)
    return Asked(step, scene, guess, revealed or not asks)


def choose(asked: Asked, *, across: bool = False) -> Asked:
    """The options to choose from, or after the reveal the same with the right one marked."""
    options = asked.step.question.options_of(asked.scene)
    if not options:
        return asked
    if asked.revealed:
        st.markdown(options_marked(asked, across=across))
        return asked
    with room("options", "content" if across else round(OPTION_PX * len(options))):
        guess = asked.prediction.radio(options, "Your prediction", horizontal=across)
    return replace(asked, guess=guess)


def options_marked(asked: Asked, *, across: bool = False) -> str:
    """The options after the reveal, as Markdown."""
    options = asked.step.question.options_of(asked.scene)
    right = asked.step.question.right(asked.scene)
    lines = []
    for code, words in options.items():
        mark, bold = (RIGHT, "**") if code == right else (OTHER, "")
        mark = WRONG if code == asked.guess != right else mark
        lines.append(f"{mark} {bold}{literal(words)}{bold}")
    return " &emsp; ".join(lines) if across else "  \n".join(lines)


def reveal_button(asked: Asked) -> None:
    """What shows the answer."""
    asked.prediction.reveal_button("You can also see the answer without a guess.", type="primary")


def answer(asked: Asked) -> None:
    """What is said of the guess."""
    question = asked.step.question
    with st.container(key=f"feedback-{asked.step.name}"):
        say(question.outcome(asked.scene, asked.guess), question.feedback(asked.scene, asked.guess))
    asked.prediction.again_button()


def remember(asked: Asked) -> None:
    """Keep the guess for when the reader comes back, and in the link."""
    asked.prediction.keep(asked.guess, asked=asked.step.asks(asked.scene))


def explained(words: str) -> None:
    """A text whose words are explained on pointing."""
    st.markdown(marked(words), unsafe_allow_html=True)
