"""The browser's Back and Forward, and where the reader's eye is brought after a click.

A session remembers what was chosen, and a link is read where it says what the session does not
know yet. So an address that is gone back to must first be forgotten where it differs.
"""

from functools import cache
from importlib.resources import files
from urllib.parse import parse_qsl

import streamlit as st

from lmm_app.live.component import UNSEEN

KEY = "address"
_LEFT = "address_left"
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


def follow() -> None:
    """Keep the browser's history; the last thing that a run does."""
    st.session_state[_LEFT] = st.query_params.to_dict()
    arrived = st.session_state.pop(_ARRIVED, None)
    with st.container(key=f"{UNSEEN}-{KEY}"):
        _component(key=KEY, data={"arrived": arrived}, on_address_change=_came_back)


def _came_back() -> None:
    """The reader went back or forward: what the address says differently is read again."""
    asked = dict(parse_qsl(str(st.session_state[KEY].get("address") or "").removeprefix("?")))
    left: dict[str, str] = st.session_state.get(_LEFT, {})
    for name in asked.keys() | left.keys():
        if asked.get(name) != left.get(name):
            st.session_state.pop(name, None)
    st.query_params.from_dict(asked)
