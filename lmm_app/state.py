"""What a session remembers: the choice on the screen, and the last one that could be fitted."""

from dataclasses import dataclass

import streamlit as st

from lmm_app.sources import Opened, Sample

METHODS = ("REML", "ML")
DEFAULT_SOURCE = Sample("mouse_hs300")
MAX_UPLOAD_MB = 50

_LAST_GOOD = "last_good"
_H_BELONGS_TO = "h_belongs_to"


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What is fitted: a dataset, one of its traits and some of its covariates."""

    opened: Opened
    trait: str
    covariates: tuple[str, ...]


def last_good() -> Choice | None:
    """The last choice that was fitted in this session."""
    choice: Choice | None = st.session_state.get(_LAST_GOOD)
    return choice


def remember(choice: Choice) -> None:
    """Keep a choice that could be fitted: it stays on the screen if the next one cannot be.

    The dataset is the server's one copy, not the session's own.
    """
    st.session_state[_LAST_GOOD] = choice


def follow_estimate(key: str, belongs_to: str, h2: float) -> None:
    """Set the slider `key` to the estimate when the fit on the screen has changed.

    A value that came with the link is kept for the first fit.
    """
    if st.session_state.get(_H_BELONGS_TO) == belongs_to:
        return
    first = _H_BELONGS_TO not in st.session_state
    st.session_state[_H_BELONGS_TO] = belongs_to
    if first and key in st.query_params:
        return
    st.session_state[key] = round(h2, 2)
