"""The question of the page All traits, the guess, and what is said of it once it is made."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.session import projector, state
from lmm_app.session.state import Shown
from lmm_app.traits import question
from lmm_app.traits.fits import AllTraits

# Streamlit forgets the value of a widget that is not on the page: it is kept beside it, as text.
KEPT, SEEN = "traits_guess_kept", "traits_seen"
GUESS = "traits_guess"


def seen(
    shown: Shown, fitted: AllTraits, true_h2: Sequence[float] | None
) -> Sequence[float] | None:
    """The true h, where they are known and do not answer the question before it is."""
    if st.query_params.get("seen") == "1":
        st.session_state.setdefault(SEEN, True)
    belongs_to = (shown.view.problem.fingerprint, fitted.names, shown.method)
    state.follow(SEEN, belongs_to, False)
    for key in (KEPT, GUESS):
        state.follow(key, belongs_to, None)
    revealed = bool(st.session_state.setdefault(SEEN, False))
    kind = question.asked(fitted, true_h2)
    return true_h2 if revealed or kind != "highest" else None


def ask(fitted: AllTraits, true_h2: Sequence[float] | None) -> None:
    """The question, with its answer once it is revealed; none of a single trait."""
    below = st.container()
    ask_in(below, below, fitted, true_h2)


def ask_in(
    line: DeltaGenerator,
    foot: DeltaGenerator,
    fitted: AllTraits,
    true_h2: Sequence[float] | None,
) -> bool:
    """The question in `line`, the guess and its answer in `foot`; whether there is a question.

    On a projector the answer takes the place of the question.
    """
    kind, large = question.asked(fitted, true_h2), projector.on()
    if kind is None:
        return False
    revealed = bool(st.session_state[SEEN])
    if not (large and revealed):
        line.markdown(f"**{question.question(kind, fitted)}**")
    with foot:
        guess = _guess(kind, fitted, disabled=revealed)
    st.session_state[KEPT] = guess
    state.to_link(GUESS, guess, None)
    state.to_link("seen", 1 if revealed else None, None)
    if not revealed:
        foot.button(
            "Reveal",
            key="traits_reveal",
            on_click=_reveal,
            args=(True,),
            help="You can also reveal without a guess.",
        )
        return True
    right, said = question.feedback(kind, fitted, true_h2, guess)
    if large:
        line.markdown(said)
    else:
        box = {True: foot.success, False: foot.warning, None: foot.info}[right]
        icon = {True: ":material/check_circle:", False: ":material/lightbulb:", None: None}[right]
        box(said, icon=icon)
    foot.button("Try again", key="traits_again", on_click=_reveal, args=(False,))
    return True


def _guess(kind: question.Asked, fitted: AllTraits, *, disabled: bool) -> str | None:
    """What is guessed, as a link has it."""
    before, m = st.session_state.get(KEPT), fitted.m
    if kind == "highest":
        if before in question.HIGHEST:
            st.session_state.setdefault(GUESS, before)
        state.from_link(GUESS, state.one_of(question.HIGHEST))
        chosen = st.radio(
            "Their true h is",
            list(question.HIGHEST),
            format_func=lambda name: question.HIGHEST[name],
            index=None,
            key=GUESS,
            disabled=disabled,
            horizontal=True,
            label_visibility="collapsed",
        )
        return None if chosen is None else str(chosen)
    if before is not None and _count(before, m) is not None:
        st.session_state.setdefault(GUESS, _count(before, m))
    state.from_link(GUESS, lambda text: _count(text, m))
    count = st.number_input(
        "So many leave out 0",
        0,
        m,
        None,
        key=GUESS,
        disabled=disabled,
        placeholder="a number",
        label_visibility="collapsed",
        width=160,
    )
    return None if count is None else f"{int(count)}"


def _count(text: str, m: int) -> int | None:
    value = state.within(0, m)(text)
    return None if value is None else int(value)


def _reveal(on: bool) -> None:
    st.session_state[SEEN] = on
    if not on:
        st.session_state[GUESS] = st.session_state[KEPT] = None
