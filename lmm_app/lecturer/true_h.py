"""The h that data are made with whose true h a class is not to know."""

import streamlit as st

from lmm_app.session import state
from lmm_app.sources.opened import Simulation

# What a hidden simulation is made with, unless another h is chosen. The app's own first h, 0.5,
# would be the first guess of everyone who has seen it.
HIDDEN_H = 0.35
ON_ITS_CARD = (
    "The true h of a lesson stands on its card, for everyone who recognises the lesson. The "
    "simulation takes an h of your own."
)


def true_h(source: Simulation, key: str) -> float:
    """Ask for the h of a hidden simulation: at first not the one that the app itself begins with.

    Args:
        source: the simulation, whose own h is offered if it was set.
        key: of the slider, and in the link.
    """
    usual = Simulation().h2
    state.from_link(key, state.within(0.0, 1.0, 2))
    first = HIDDEN_H if source.h2 == usual else source.h2
    h2 = float(
        st.slider(
            "True h of the simulation",
            0.0,
            1.0,
            first,
            0.05,
            key=key,
            help="No student’s link, page or download tells it.",
            persist_state="session",
        )
    )
    state.to_link(key, f"{h2:g}", f"{first:g}")
    return h2
