"""The browser's Back and Forward, and where the reader's eye is brought after a click.

A step of the tour is an entry of the browser's history, as a page is; what is chosen on a step or
a page is not. A session remembers what was chosen, and reads a link where the session does not
know yet: so the step that is gone back to must be forgotten first.
"""

from functools import cache
from importlib.resources import files

import streamlit as st

from lmm_app.live.component import UNSEEN

KEY = "address"
# What makes an entry of the history within a page.
ENTRY = ("step",)
# What the script adds to an address that was gone back to.
BACK = "back"
_ARRIVED = "arrived"


@cache
def _script() -> str:
    return (files(__package__) / "address.js").read_text(encoding="utf-8")


_component = st.components.v2.component("lmm_address", html="<i></i>", js=_script())


def arrive(where: str) -> None:
    """Say what this run has come to: a change brings the reader there.

    Args:
        where: `heading-` and a name, which begins at the top, or `feedback-` and a name, the key
            of a container, which is brought into view.
    """
    st.session_state[_ARRIVED] = where


def take_up() -> None:
    """Where the reader went back or forward, have the entry read anew; the first thing in a run."""
    if BACK in st.query_params:
        del st.query_params[BACK]
        for name in ENTRY:
            st.session_state.pop(name, None)


def follow() -> None:
    """Keep the browser's history; the last thing that a run does."""
    arrived = st.session_state.pop(_ARRIVED, None)
    with st.container(key=f"{UNSEEN}-{KEY}"):
        _component(key=KEY, data={"arrived": arrived})
