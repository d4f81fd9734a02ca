"""What of the sidebar has no part in the page that is open: folded away, under a line that says so.

It is still drawn, so that a link keeps it and the other pages find it as it was.
"""

from contextlib import AbstractContextManager, nullcontext

import streamlit as st

OWN_DATA = "This page has its own data and always uses REML."
OWN_METHOD = "This page always uses REML."
_FOLDED, _BEFORE = ("scan", "room"), "folded_before"
_CONTROLS = ("data", "sample", "trait", "covariates", "method")


def hold(address: str) -> None:
    """Set what is chosen again where it is folded away or unfolded.

    A control that goes to another place is a new one for the browser, and may begin with its
    usual value: so it is told what the session has.
    """
    folded, state = address in _FOLDED, st.session_state
    if state.get(_BEFORE, folded) != folded:
        for key in _CONTROLS:
            if key in state:
                state[key] = state[key]
    state[_BEFORE] = folded


def places(address: str) -> tuple[AbstractContextManager[object], AbstractContextManager[object]]:
    """Where the sidebar asks for the data, and where for the likelihood."""
    if address not in _FOLDED:
        return nullcontext(), nullcontext()
    asked = address == "scan" and st.session_state.get("scan_of", st.query_params.get("scan_of"))
    if asked == "open":
        # Its own files are what this page scans, with the trait and the covariates chosen here.
        data = st.container()
        st.caption(OWN_METHOD)
        return data, st.expander("Likelihood of the other pages")
    st.caption(OWN_DATA)
    both = st.expander("Data of the other pages")
    return both, both
