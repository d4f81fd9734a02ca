"""What a link asks of files that are not here: kept until they are given, and then asked of them.

Streamlit drops a word that a widget cannot take, and a trait of files is none of the sample that
is shown until then.
"""

import streamlit as st

_WORDS = ("trait", "covariates")
_AWAITED = "awaited_words"


def note(*, lost: bool) -> None:
    """Keep the words of a link, when a session begins, if the files that it speaks of are lost."""
    if _AWAITED not in st.session_state:
        asked = [name for name in _WORDS if lost and name in st.query_params]
        st.session_state[_AWAITED] = {name: st.query_params.get_all(name) for name in asked}


def waits(*, come: bool, given_up: bool) -> bool:
    """Whether the words of a link still wait for files; they are in the URL as long as they do.

    Args:
        come: whether files make a dataset now: the words are for the widgets to take.
        given_up: whether other data are asked for: the words are forgotten.
    """
    words: dict[str, list[str]] = st.session_state.get(_AWAITED, {})
    if come or given_up:
        st.session_state[_AWAITED] = {}
    for name, values in words.items():
        if given_up:
            st.query_params.pop(name, None)
        elif st.query_params.get_all(name) != values:
            # Another page has begun without them.
            st.query_params[name] = values
    return bool(words) and not (come or given_up)
