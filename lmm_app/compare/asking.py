"""The question before the numbers of a sample: the guess, the reveal, and what the link says."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.compare import question
from lmm_app.compare.pair import Pair
from lmm_app.lessons.steps import OUTCOMES
from lmm_app.session import noted, projector, state
from lmm_app.session.prediction import ICONS, Prediction, say

GUESS = Prediction(noted.TWO, "foretold", "foretold", "told")


def ask_first(pair: Pair, line: DeltaGenerator, foot: DeltaGenerator) -> bool:
    """Ask the question in `line` and take the guess in `foot`; whether B may be seen."""
    GUESS.take_up(state.one_of(question.OPTIONS))
    # A guess is about one covariate of one trait.
    ask = pair.plan.ask
    state.follow(GUESS.key, (ask.trait, ask.covariates, ask.which), None)
    if not GUESS.is_revealed():
        line.markdown(question.prompt(pair))
        with foot:
            GUESS.keep(GUESS.radio(question.OPTIONS, "Your guess", horizontal=True))
            GUESS.reveal_button("You can also look at once.")
        return False
    guess = st.session_state.get(GUESS.key)
    GUESS.keep(guess)
    right, said = question.feedback(pair, guess)
    if right is not None:
        if projector.on():
            foot.markdown(f"{ICONS[OUTCOMES[right]]} {said}")
        else:
            with line:
                say(OUTCOMES[right], said)
    return True
