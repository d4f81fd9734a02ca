"""The question of a lesson with a page of its own: its options, and the buttons below them."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from lmm_app.session import state
from lmm_app.session.prediction import Prediction

# More options than this are mere numbers: they stand side by side.
LISTED = 6


def ask(
    prediction: Prediction,
    options: Mapping[str, str],
    right: str | None,
    *,
    seen: bool,
    across: bool = False,
) -> None:
    """The options, or after the answer the same with the right one marked.

    Args:
        prediction: where the guess is kept.
        options: codes and words.
        right: the code that is right; looked at once the answer is seen.
        seen: whether it is.
        across: side by side, as on a projector.
    """
    across = across or len(options) > LISTED
    if seen:
        # A mark stays on the line of its option.
        gap = "\u00a0" if across else " "
        rows = [
            f"{'✓' if code == right else '✗' if code == prediction.guess else '○'}{gap}"
            f"{'**' * (code == right)}{escape(words)}{'**' * (code == right)}"
            for code, words in options.items()
        ]
        st.markdown(("&emsp; " if across else "  \n").join(rows))
        return
    prediction.take_up(state.one_of(options))
    prediction.keep(prediction.radio(options, "Your prediction", horizontal=across))


def turn(prediction: Prediction, *, seen: bool) -> None:
    """The button that reveals the answer, or asks again."""
    if seen:
        prediction.again_button()
    else:
        prediction.reveal_button("You can also see the answer without a guess.", type="primary")
