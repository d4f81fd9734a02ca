"""Who runs the server is told what is kept, and the asking costs nobody anything."""

import numpy as np
from streamlit.runtime import stats as streamlit_stats
from streamlit.runtime.stats import StatsManager, StatsProvider

from lmm_app.session import shelf as shelves
from lmm_app.session.shelf import MB, Shelf
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
    kept = Shelf("by bytes", megabytes=3)
    for key in "abcde":
        kept.get(key, lambda: np.zeros(MB // 8))
    figures = told(BYTES, MOST_BYTES)
    assert set(figures) == {BYTES, MOST_BYTES}
    assert figures[BYTES][kept.name] == kept.size == 3 * MB
    assert figures[MOST_BYTES][kept.name] == 3 * MB
    assert set(figures[BYTES]) == set(figures[MOST_BYTES])


def test_what_is_limited_by_entries_is_told_in_entries():
    kept, unlimited = Shelf("by entries", entries=2), Shelf("unlimited")
    for key in "abc":
        for one in (kept, unlimited):
            one.get(key, lambda key=key: key)
    figures = told(ENTRIES, MOST_ENTRIES)
    assert set(figures) == {ENTRIES, MOST_ENTRIES}
    assert (figures[ENTRIES][kept.name], figures[MOST_ENTRIES][kept.name]) == (2, 2)
    assert not any(unlimited.name in held for held in told().values())


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
