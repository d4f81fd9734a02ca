"""What is said of a link that asks for what does not exist, and of which words it is asked.

A link may have been typed, or be of another version, or of other data. What it asks for is shown
where it exists; where it does not, the page shows something else and says so.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from lmm_app.fit.text import literal

_SAID = "refused"
OLD_LINK = (
    "This link is of an earlier version, whose hidden true h could be found out. Ask for a new "
    "one. Until then, the usual data are shown."
)
BAD_TOKEN = (
    "This link holds sealed data that this server cannot open: it is not whole, or is of another "
    "server. Ask for it again. Until then, the usual data are shown."
)
_FIRST = "the first one is shown"
_USUAL = "the usual one is taken"
# By the words of a link: what it asks for, and what becomes of it.
_ASKED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "step": ("a step", _FIRST),
        "sample": ("a sample", _FIRST),
        "preset": ("a lesson", _FIRST),
        "card": ("a lesson", "all of them are shown"),
        "data": ("a source of data", "the samples are shown"),
        "broken": ("a broken dataset", "the usual data are shown"),
        "trait": ("a trait", _FIRST),
        "covariates": ("a covariate", "it is left out"),
        "method": ("a method", "REML is shown"),
        "population": ("a population", _FIRST),
        "true_h": ("a true h", _USUAL),
        "n": ("a number of individuals", _USUAL),
        "generations": ("a number of generations", _USUAL),
        "pairs": ("a number of breeding pairs", _USUAL),
        "family_size": ("a family size", _USUAL),
        "qtl": ("a number of QTL", _USUAL),
        "sex": ("an effect of sex", _USUAL),
        "seed": ("a seed", _USUAL),
        "h": ("a value of h", "the estimate is shown"),
        "guess": ("an answer", "none is chosen"),
        "foretold": ("an answer", "none is chosen"),
        "pair": ("a comparison", "the usual one is shown"),
        "inout": ("a covariate", _USUAL),
        "second": ("a second trait", _FIRST),
        "scale": ("a scale of K", _FIRST),
        "common": ("a choice of individuals", "each fit has its own"),
        "at": ("a value of h", "the estimate is shown"),
        "suppose": ("a true h", "the one nearest to the estimate is shown"),
        "families": ("a number of families", "those of the data are shown"),
        "draw": ("a seed", _USUAL),
        "order": ("an order", _USUAL),
        "only": ("a kind of traits", "all are shown"),
        "page": ("a page", _FIRST),
        "picked": ("a trait", "none is chosen"),
        "traits_guess": ("an answer", "none is chosen"),
        "scan_of": ("a source of genotypes", "the simulated cross is shown"),
        "scan_effect": ("an effect of an allele", _USUAL),
        "scan_h": ("a value of h", _USUAL),
        "between": ("an end of the search", _USUAL),
        "scan_held": ("a way to treat h", _USUAL),
        "scan_marker": ("a marker", "the highest one is shown"),
        "believed": ("peaks", "none is ticked"),
        "beside": ("a kinship", _USUAL),
    }
)


def sentence(key: str, asked: str) -> str:
    """What is said of a link whose word `key` asks for what does not exist, for Markdown."""
    # Of a scan, what the sidebar asks for too has the same name behind a prefix.
    known = _ASKED.get(key) or _ASKED.get(key.removeprefix("scan_"))
    what, instead = known or (f"a value of `{key}`", _USUAL)
    return f"This link asks for {what} “{literal(asked[:40])}” that does not exist, so {instead}."


def note_bad_link(key: str, asked: str) -> None:
    """Say that a link asks for what cannot be."""
    warn(sentence(key, asked))


def warn(words: str) -> None:
    """Say what is wrong with a link, for some seconds."""
    st.toast(words, icon=":material/link_off:", duration="long")


def check(key: str, read: Callable[[str], object]) -> None:
    """Say where a link asks a widget for what cannot be, before it is drawn for the first time.

    For a widget that Streamlit binds to the URL itself: what it cannot take it drops, and says
    nothing.

    Args:
        key: of the widget and of the word.
        read: makes a value of the word; None if it cannot be.
    """
    if key in st.session_state:
        return
    # A widget that is not drawn for these data leaves its word in the URL: it is said once.
    told: set[tuple[str, str]] = st.session_state.setdefault(_SAID, set())
    for asked in st.query_params.get_all(key):
        if read(asked) is None and (key, asked) not in told:
            told.add((key, asked))
            note_bad_link(key, asked)
