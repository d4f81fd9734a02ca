"""The glossary on every page: a list to look through, and what a marked word means on pointing."""

from functools import cache
from html import escape
from importlib.resources import files

import streamlit as st

from lmm_app.glossary.entries import alphabetical
from lmm_app.session import projector

FOLDER = files(__package__)


@cache
def _html() -> str:
    """The list, closed, and the place of a meaning. Marked words point to their entries by id."""
    entries = "".join(
        f'<div><dt>{escape(entry.word)}</dt><dd id="word-{entry.code}">{escape(entry.meaning)}</dd>'
        "</div>"
        for entry in alphabetical()
    )
    return (
        '<div class="words"><button type="button" class="words-open" popovertarget="words-list">'
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 '
        '1-2-2V4zm0 14a2 2 0 0 1 2-2h12M9 8h6"/></svg>Words</button>'
        '<div id="words-list" popover role="dialog" aria-label="Words">'
        '<input type="search" placeholder="Find a word" aria-label="Find a word" autofocus>'
        f'<dl tabindex="0" aria-label="Meanings">{entries}</dl>'
        '<p role="status"></p></div>'
        '<div id="words-here" popover="manual" role="tooltip"></div></div>'
    )


@cache
def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


# In the page itself, not in a shadow of its own: the style is that of the marked words too.
_words = st.components.v2.component(
    "lmm_words",
    html=_html(),
    css=_file("words.css"),
    js=_file("words.js"),
    isolate_styles=False,
)


def show() -> None:
    """Put the list and the meanings on the page; a projector has the meanings alone."""
    with st.container(key="words-hidden" if projector.on() else "words-shown"):
        _words(key="words")
