"""The question of the page All traits, the guess, and what is said of it once it is made."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.lessons.steps import OUTCOMES
from lmm_app.session import noted, projector, state
from lmm_app.session.prediction import Prediction
from lmm_app.session.state import Shown
from lmm_app.traits import question
from lmm_app.traits.fits import AllTraits

GUESS = Prediction(noted.TRAITS, "traits_guess", "traits_guess", buttons="traits_")


def seen(
    shown: Shown, fitted: AllTraits, true_h2: Sequence[float] | None
) -> Sequence[float] | None:
    """The true h, where they are known and do not answer the question before it is."""
    GUESS.is_revealed()
    GUESS.follow((shown.view.problem.fingerprint, fitted.names, shown.method))
    kind = question.asked(fitted, true_h2)
    return true_h2 if GUESS.is_revealed() or kind != "highest" else None


def ask(
    line: DeltaGenerator,
    foot: DeltaGenerator,
    fitted: AllTraits,
    true_h2: Sequence[float] | None,
) -> bool:
    """The question in `line`, the guess and its answer in `foot`; whether there is one.

    On a projector the answer takes the place of the question.
    """
    kind, large = question.asked(fitted, true_h2), projector.on()
    if kind is None:
        return False
    revealed = GUESS.is_revealed()
    if not (large and revealed):
        line.markdown(f"**{question.question(kind, fitted)}**")
    with foot:
        guess = _guess(kind, fitted, disabled=revealed)
        GUESS.keep(guess)
        if not revealed:
            GUESS.reveal_button()
            return True
    right, said = question.feedback(kind, fitted, true_h2, guess)
    GUESS.answer(line, foot, OUTCOMES[right], said)
    return True


def _guess(kind: question.Asked, fitted: AllTraits, *, disabled: bool) -> str | None:
    """What is guessed, as a link has it."""
    if kind == "highest":
        GUESS.take_up(state.one_of(question.HIGHEST))
        return GUESS.radio(question.HIGHEST, "Their true h is", disabled=disabled, horizontal=True)
    GUESS.take_up(state.whole(0, fitted.m))
    count = st.number_input(
        "So many leave out 0",
        0,
        fitted.m,
        None,
        key=GUESS.key,
        disabled=disabled,
        placeholder="a number",
        label_visibility="collapsed",
        width=160,
    )
    return None if count is None else f"{int(count)}"
