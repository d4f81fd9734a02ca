"""Traits of several files: their work and their link open them again, or say why not."""

import numpy as np
import pytest

from lmm_app.shell.frame import LOST
from tests.app.data.test_page import COVAR, FAMILIES, PHENO, K, Y, click, table, verdict
from tests.app_helpers import drop, open_app, pick, run, said, walk
from tests.links import open_page, query
from tests.saved_work import opened, saved

assert saved

# Both call their trait alike, and two individuals are in one of them alone.
LENGTH = table("id,weight", np.round(2 * Y[2:] + 1, 6), FAMILIES.ids[2:])
FILES = {"y.csv": PHENO, "length.csv": LENGTH, "K.csv": K, "x.csv": COVAR}
JOIN = "Join the traits of y.csv and length.csv"
LINK = {"data": "upload", "trait": "length", "covariates": ""}


def joined():
    app = click(drop(walk(open_app(), "data"), FILES), JOIN)
    pick(walk(app, ""), "trait", "length")
    return pick(app, "covariates", [])


def fit(app):
    """The problem that is on the screen."""
    return app.session_state["shown"].view.problem


def test_saved_work_opens_the_joined_traits(saved):
    app = joined()
    assert fit(app).n == len(Y) - 2
    other = opened(*saved(app))
    assert not other.error
    assert not other.warning
    assert fit(other).fingerprint == fit(app).fingerprint
    assert fit(other).trait == "length"
    assert said(other) == said(app)
    assert other.session_state["upload"].choices == app.session_state["upload"].choices
    assert list(other.get_by_key("trait").options) == ["y", "length"]


@pytest.mark.parametrize("first", ["", "data"])
def test_a_link_waits_for_the_files_and_for_the_answer(first):
    link = open_page(first, LINK)
    assert [warning.value for warning in link.warning] == [LOST]
    # What is shown meanwhile may be looked at, and takes no word of the link.
    pick(link, "meanwhile_trait", "MCH")
    assert fit(link).trait == "MCH"
    for page in ("tour", "data"):
        walk(link, page)
        assert query(link) == LINK
    drop(link, FILES)
    assert verdict(link)[0] == "Not usable yet"
    assert query(link) == LINK
    click(link, JOIN)
    app = joined()
    assert said(walk(link, "")) == said(app)
    assert fit(link).fingerprint == fit(app).fingerprint
    assert not link.toast
    # From now on the choice is the reader's own.
    pick(link, "trait", "y")
    assert fit(run(link)).trait == "y"
    assert not link.warning


def test_what_the_files_do_not_have_is_said():
    link = walk(open_page("", {"data": "upload", "trait": "length", "covariates": "age"}), "data")
    assert not link.toast
    drop(link, {"y.csv": PHENO, "K.csv": K, "x.csv": COVAR})
    assert [toast.value for toast in link.toast] == [
        "This link asks for a trait “length” that does not exist, so the first one is shown.",
        "This link asks for a covariate “age” that does not exist, so it is left out.",
    ]
    assert not run(link).toast


def test_who_turns_to_other_data_has_the_link_behind():
    link = pick(open_page("", LINK), "data", "sample")
    assert "trait" not in query(link)
    walk(link, "data")
    drop(link, {"y.csv": PHENO, "K.csv": K, "x.csv": COVAR})
    assert not link.toast
    assert fit(link).trait == "weight"
