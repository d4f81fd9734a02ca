"""Who runs the server is told what is kept, and the asking costs nobody anything."""

import numpy as np
import streamlit as st
from streamlit.runtime import stats as streamlit_stats
from streamlit.runtime.stats import StatsManager, StatsProvider

from lmm_app.session import shelf as shelves
from lmm_app.session.shelf import MB, shelf
from lmm_app.shell.telling import BYTES, ENTRIES, HELP, MOST_BYTES, MOST_ENTRIES, Kept


def told(*families):
    manager = StatsManager()
    manager.register_provider(Kept())
    found = manager.get_stats(list(families) or None)
    return {
        family: {one.labels["cache"]: one.value for one in figures}
        for family, figures in found.items()
    }


def test_shelves_are_told_in_bytes_beside_their_limits():
    @shelf(3)
    def kept(key: str) -> np.ndarray:
        return np.zeros(MB // 8)

    for key in "abcde":
        kept(key)
    figures = told(BYTES, MOST_BYTES)
    assert set(figures) == {BYTES, MOST_BYTES}
    assert figures[BYTES][kept.name] == kept.size == 3 * MB
    assert figures[MOST_BYTES][kept.name] == 3 * MB
    assert set(figures[BYTES]) == set(figures[MOST_BYTES])


def test_what_streamlit_keeps_is_told_in_entries():
    @st.cache_resource(max_entries=2, show_spinner=False)
    def limited(key: str) -> str:
        return key

    @st.cache_resource(show_spinner=False)
    def unlimited(key: str) -> str:
        return key

    for key in "abc":
        limited(key)
        unlimited(key)
    figures = told(ENTRIES, MOST_ENTRIES)
    assert set(figures) == {ENTRIES, MOST_ENTRIES}
    (name,) = (name for name in figures[ENTRIES] if "streamlit_keeps" in name)
    assert name.endswith("limited")
    assert not name.endswith("unlimited")
    assert (figures[ENTRIES][name], figures[MOST_ENTRIES][name]) == (2, 2)


def test_all_that_is_told_has_its_place_in_the_answer():
    assert isinstance(Kept(), StatsProvider)
    assert set(told()) == set(HELP)
    for family, figures in Kept().get_stats().items():
        for figure in figures:
            assert figure.to_metric_str() == (
                f'{family}{{cache="{figure.labels["cache"]}"}} {figure.value}'
            )


def test_nothing_is_measured_for_it(monkeypatch):
    def measured(*_):
        raise AssertionError("an entry is measured")

    monkeypatch.setattr(shelves, "size_of", measured)
    monkeypatch.setattr(streamlit_stats, "safe_sizeof", measured)
    assert told()[BYTES]
