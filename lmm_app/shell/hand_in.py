"""What a student hands in where no room is open: a code of twelve characters."""

import streamlit as st

from lmm_app.session import state
from lmm_app.session.codes import code_of
from lmm_app.session.secret import secret
from lmm_app.session.state import Shown

ABOUT = (
    "Give this code to your lecturer. It holds your number, your guess and the ĥ on this page, and "
    "nothing else."
)


def offer(shown: Shown) -> None:
    """The code of the result on the page, for data that a link with a token opened."""
    of = state.hidden()
    if of is None or not of.student:
        return
    fit = shown.view.fit(shown.method)
    with st.expander("Hand in your result", icon=":material/outgoing_mail:"):
        guess = st.number_input(
            "Your guess of h",
            0.0,
            1.0,
            None,
            0.01,
            key="handed_guess",
            placeholder="none",
            help="What you thought before you saw the estimate. You may leave it out.",
        )
        h2 = float(fit.h2) if fit.maxima else None
        st.code(code_of(secret(), of, guess, h2), language=None)
        st.caption(ABOUT)
