"""The browser's Back and Forward, and where the reader's eye is brought after a click.

A step of the tour is an entry of the browser's history, as a page is; what is chosen on a step or
a page is not. A session remembers what was chosen, and reads a link where the session does not
know yet: so the step that is gone back to must be forgotten first. All else that was chosen
meanwhile the browser itself takes along into the address that is gone back to.
"""

import json
from urllib.parse import parse_qsl

import streamlit as st

from lmm_app.live.bundle import mount_script
from lmm_app.live.component import UNSEEN

KEY = "address"
# What makes an entry of the history within a page, and what belongs to one.
ENTRY = "step"
OF_AN_ENTRY = ("guess", "seen")
_ARRIVED = "arrived"
_TOLD = "address_told"


# What it does is in the script of the page (`lmm_app/live/js/address.js`).
_component = st.components.v2.component("lmm_address", html="<i></i>", js=mount_script())


def arrive(where: str) -> None:
    """Say what this run has come to: a change brings the reader there.

    Args:
        where: `heading-` and a name, which begins at the top, or `feedback-` and a name, the key
            of a container, which is brought into view.
    """
    st.session_state[_ARRIVED] = where


def follow() -> None:
    """Keep the browser's history; the last thing that a run does."""
    data = {
        "arrived": st.session_state.pop(_ARRIVED, None),
        "entry": st.query_params.get(ENTRY, ""),
        "own": (ENTRY, *OF_AN_ENTRY),
        # Back and Forward at once end where they began: the browser is to hear of that too.
        "told": st.session_state.get(_TOLD, 0),
    }
    with st.container(key=f"{UNSEEN}-{KEY}"):
        packed = b"@" + json.dumps(data, separators=(",", ":")).encode()
        _component(key=KEY, data=packed, on_address_change=_came_back)


def _came_back() -> None:
    """The reader went back or forward among the entries of this page."""
    told = st.session_state.get(KEY)
    if told is None:
        # The page was left meanwhile, and its entries with it.
        return
    st.session_state[_TOLD] = st.session_state.get(_TOLD, 0) + 1
    search = str(told.get("address") or "")
    asked = dict(parse_qsl(search.removeprefix("?")))
    st.session_state.pop(ENTRY, None)
    # Said even if it is so already: what runs said that had not heard of it, the browser left out.
    st.query_params[ENTRY] = ""
    for name in (ENTRY, *OF_AN_ENTRY):
        if name in asked:
            st.query_params[name] = asked[name]
        else:
            st.query_params.pop(name, None)
