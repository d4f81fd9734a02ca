"""The glossary on every page: a list to look through, and what a marked word means on pointing."""

import json
import zlib
from functools import cache

import streamlit as st

from lmm_app.glossary.entries import alphabetical
from lmm_app.live.bundle import mount_script
from lmm_app.session import projector

# In the page itself, not in a shadow of its own: marked words point to their entries by id. What it
# does is in the script of the page (`lmm_app/live/js/glossary.js`).
_words = st.components.v2.component(
    "lmm_words", html="<i></i>", js=mount_script(), isolate_styles=False
)


@cache
def packed() -> bytes:
    """Every entry, [code, word, meaning], as the script of the page takes them."""
    entries = [(one.code, one.word, one.meaning) for one in alphabetical()]
    return b"#" + zlib.compress(json.dumps(entries, ensure_ascii=False).encode(), 9)


def show() -> None:
    """Put the list and the meanings on the page; a projector has the meanings alone."""
    with st.container(key="words-hidden" if projector.on() else "words-shown"):
        _words(key="words", data=packed())
