"""Large kinships on the page: told as they go, stopped without losing the data, begun again."""

from itertools import count

import pytest
import streamlit as st

from lmm_app.session import large as page
from lmm_app.session.progress import stoppable_bar
from lmm_data.large import solving
from lmm_data.large.child import decompose_apart
from tests.app_helpers import PHENO, K, drop, kinship_file, open_app, run, walk

SCALES = count(1.25, 0.125)
STOPPED = "The fit needs the decomposition of the kinship of 6 individuals: it was stopped"


@pytest.fixture
def large(monkeypatch):
    """The app, where six individuals are many."""
    app = open_app(sample="tiny12")
    monkeypatch.setenv("LMM_LARGE", "6")
    STOPS.clear()

    def bar(words, stop, key):
        STOPS.append((words, stop))
        return stoppable_bar(words, stop, key)

    monkeypatch.setattr(page, "stoppable_bar", bar)
    return app


def drop_files(app):
    """Drop files of six individuals whose kinship nobody has had before."""
    files = {"phenotype.csv": PHENO, "kinship.csv": kinship_file(next(SCALES) * K)}
    return drop(walk(app, "data"), files)


def texts(app):
    return [error.value for error in app.error]


def labels(app):
    return [button.label for button in app.button]


def pressed(matrix, progress):
    """While the process is at work, Stop is pressed: its callback, and the next run."""
    if len(matrix) > 6:
        return decompose_apart(matrix, progress)
    progress(0.25)
    STOPS[-1][1]()
    st.rerun()


STOPS = []


def test_a_large_kinship_is_fitted_like_any_other(large, monkeypatch):
    told = []

    def watched(matrix, progress):
        def both(share):
            told.append(share)
            progress(share)

        return decompose_apart(matrix, both)

    monkeypatch.setattr(solving, "decompose_apart", watched)
    app = drop_files(large)
    assert not app.error
    app = walk(app, "")
    assert not app.error
    assert "Decomposing the kinship of 6 individuals: about 1 second and 65 MB" in STOPS[0][0]
    # The place of the bar is empty again.
    assert "Stop" not in labels(app)


def test_stopped_it_leaves_the_files_and_what_was_on_the_screen(large, monkeypatch):
    monkeypatch.setattr(solving, "decompose_apart", pressed)
    app = drop_files(large)
    assert any(STOPPED in one.value for one in app.info)
    # What needs no decomposition is checked all the same.
    assert any("individuals" in one.value for one in app.markdown)
    app = walk(app, "")
    (said,) = [one.value for one in app.info if STOPPED in one.value]
    assert "What was on the screen before is still below." in said
    assert any("12 individuals" in one.value for one in app.markdown)
    begun = len(STOPS)
    # Nothing is begun again unless it is asked for.
    app = run(app)
    assert len(STOPS) == begun
    assert any("Loaded: phenotype.csv, kinship.csv" in one.value for one in app.markdown)

    monkeypatch.setattr(solving, "decompose_apart", decompose_apart)
    app.get_by_key("decompose_again").click()
    app = run(app)
    assert texts(app) == []
    assert "Begin it again" not in labels(app)
    assert any("6 individuals" in one.value for one in app.markdown)


def test_what_does_not_fit_into_memory_is_said(large, monkeypatch):
    monkeypatch.setenv("LMM_MEMORY_GB", "0.001")
    app = walk(drop_files(large), "")
    (said,) = texts(app)
    assert "The decomposition of the kinship, 6 × 6, needs 65 MB of memory: 1 MB are free" in said


def test_nothing_is_kept_on_the_disk_of_a_server(large, monkeypatch, tmp_path):
    for name in ("LMM_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    app = walk(drop_files(large), "")
    assert not app.error
    assert STOPS
    assert list(tmp_path.rglob("*.eigen")) == []
