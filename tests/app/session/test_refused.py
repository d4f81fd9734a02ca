"""A link that asks for what does not exist is answered in one wording, whatever the widget is."""

import pytest

from lmm_app.genome.sources import RANGES
from lmm_app.scan import choose
from lmm_app.session import refused
from tests.app_helpers import open_app, run
from tests.links import open_page
from tests.places import ROOT


def test_the_sentence_says_what_was_asked_for_and_what_is_shown():
    assert refused.sentence("step", "foo") == (
        "This link asks for a step “foo” that does not exist, so the first one is shown."
    )
    assert refused.sentence("h", "7") == (
        "This link asks for a value of h “7” that does not exist, so the estimate is shown."
    )
    assert refused.sentence("direction", "sideways") == (
        "This link asks for a value of `direction` “sideways” that does not exist, so the usual "
        "one is taken."
    )
    # A link may hold anything, and as much as it likes.
    assert "“\\*\\*x\\*\\*”" in refused.sentence("trait", "**x**")
    assert len(refused.sentence("trait", "y" * 1000)) < 150


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ({"trait": "height"}, [("trait", "height")]),
        ({"covariates": ["sex", "age"]}, [("covariates", "age")]),
        ({"method": "MLE"}, [("method", "MLE")]),
        ({"sample": "x"}, [("sample", "x")]),
        ({"data": "x"}, [("data", "x")]),
        ({"h": "7"}, [("h", "7")]),
        (
            {"data": "simulate", "true_h": "7", "n": "9999", "sex": "x", "pairs": "-1"},
            [("true_h", "7"), ("n", "9999"), ("pairs", "-1"), ("sex", "x")],
        ),
        (
            {"data": "simulate", "population": "families", "family_size": "1"},
            [("family_size", "1")],
        ),
        (
            {"data": "lesson", "preset": "x", "seed": "0"},
            [("preset", "x"), ("seed", "0")],
        ),
    ],
)
def test_what_does_not_exist_is_said_once_and_goes_out_of_the_address(words, asked):
    app = open_app(**words)
    assert [toast.value for toast in app.toast] == [refused.sentence(*one) for one in asked]
    left = app.query_params
    assert not any(value in left.get(key, ()) for key, value in asked if key != "data")
    assert not run(app).toast


def test_a_word_that_no_widget_takes_out_of_the_address_is_said_once():
    # These data have no covariates, so that there is nothing to choose them with.
    app = open_app(data="lesson", preset="outlier", covariates="age")
    assert [toast.value for toast in app.toast] == [refused.sentence("covariates", "age")]
    assert not run(app).toast


@pytest.mark.parametrize(
    "words",
    [
        {"trait": "MCH", "covariates": "", "method": "ML", "h": "0.3"},
        {"data": "simulate", "true_h": "0.35", "n": "40", "qtl": "2", "generations": "4"},
        {"data": "lesson", "preset": "outlier", "trait": "checked", "seed": "9"},
        # Of files that are not here only that is said.
        {"data": "upload", "trait": "height"},
    ],
)
def test_of_what_exists_nothing_is_said(words):
    assert not open_app(**words).toast


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("tour", "step"),
        ("lessons", "card"),
        ("data", "broken"),
        *(("scan", f"scan_{name}") for name in (*RANGES, "loco")),
        ("explore", "between"),
        ("explore", "against"),
    ],
)
def test_pages_say_it_in_the_same_words(page, key, monkeypatch):
    # LOCO waits until it is asked for, as that of the mice does.
    monkeypatch.setattr(choose, "HELD_ELEMENTS", 0)
    beside = {"between": {"search": "other"}, "scan_loco": {"scan_n": "100"}}.get(key, {})
    app = open_page(page, {"sample": "tiny12", **beside, key: "foo"})
    assert [toast.value for toast in app.toast] == [refused.sentence(key, "foo")]


def test_every_widget_that_streamlit_binds_itself_is_checked_first():
    """What Streamlit cannot take of a link it drops without a word."""
    files = [
        file
        for file in (ROOT / "lmm_app").rglob("*.py")
        if '"query-params"' in file.read_text("utf-8")
    ]
    assert {file.name for file in files} == {"linked.py", "bench.py"}
    assert all("refused.check(" in file.read_text(encoding="utf-8") for file in files)
