"""The question before the numbers of a sample: the guess, the reveal, and what the link says."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.compare import question
from lmm_app.compare.pair import Pair
from lmm_app.session import projector, state


def ask_first(pair: Pair, line: DeltaGenerator, foot: DeltaGenerator) -> bool:
    """Ask the question in `line` and take the guess in `foot`; whether B may be seen."""
    # Streamlit forgets the value of a widget that is not on the page: it is kept beside it.
    if (before := st.session_state.get("foretold_kept")) is not None:
        st.session_state.setdefault("foretold", before)
    state.from_link("foretold", state.one_of(question.OPTIONS))
    # A guess is about one covariate of one trait.
    ask = pair.plan.ask
    state.follow("foretold", (ask.trait, ask.covariates, ask.which), None)
    guess, seen = st.session_state.get("foretold"), _seen()
    if not seen:
        line.markdown(question.prompt(pair))
        guess = foot.radio(
            "Your guess",
            list(question.OPTIONS),
            format_func=lambda code: question.OPTIONS[code],
            index=None,
            key="foretold",
            horizontal=True,
            label_visibility="collapsed",
        )
    st.session_state["foretold_kept"] = guess
    state.to_link("foretold", guess, None)
    if not seen:
        foot.button("Reveal", key="reveal", on_click=_reveal, help="You can also look at once.")
        return False
    right, said = question.feedback(pair, guess)
    if right is not None:
        sign = ":material/check_circle:" if right else ":material/lightbulb:"
        if projector.on():
            foot.markdown(f"{sign} {said}")
        else:
            (line.success if right else line.warning)(said, icon=sign)
    return True


def _seen() -> bool:
    if "two_seen" not in st.session_state:
        st.session_state["two_seen"] = st.query_params.get("told") == "1"
    seen = bool(st.session_state["two_seen"])
    state.to_link("told", 1 if seen else None, None)
    return seen


def _reveal() -> None:
    st.session_state["two_seen"] = True
