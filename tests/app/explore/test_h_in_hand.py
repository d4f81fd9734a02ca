"""The boards on the page: h, the search and the covariate, from the link and from the hand."""

import math
from functools import cache

import numpy as np
import pytest

from lmm_app.explore import bench
from lmm_app.fit.view import build_view
from lmm_app.live.hand import h_hand
from lmm_app.session.state import h_from
from lmm_app.sources.opened import Sample, open_source
from lmm_core import decompose
from tests import odd_views
from tests.app_helpers import (
    boards,
    estimate,
    let_go,
    numbers,
    open_app,
    pick,
    run,
    said,
    sentence,
    upload,
)

FILES = {"phenotype": "pheno", "kinship": "kinship"}
METHODS = ("ML", "REML")
HOSTILE = [None, "x", "", 1e9, -0.01, math.nan, math.inf, [0.3], {"h": 0.3}, True, "0x1"]


@pytest.fixture(scope="module")
def fits():
    """The fits of the small sample, past everything that the app remembers."""
    data = open_source(Sample("tiny12")).dataset
    problem = data.problem("weight", data.covariates.columns)
    return build_view(problem, decompose(problem.K))


def at(app):
    """The h of both boards, which is one."""
    moving = [boards(app)[key][0] for key in ("profile", "sides")]
    assert moving[0]["picture"] != moving[1]["picture"]
    assert {**moving[0], "picture": ""} == {**moving[1], "picture": ""}
    return moving[0]["at"]


def search_of(app):
    return boards(app)["profile"][1]["search"]["steps"]


def heights(looks):
    """Where a search looked, in order, and what it found."""
    return {look["h"]: look["y"] for look in looks}


@pytest.mark.parametrize("method", METHODS)
def test_the_boards_open_at_the_estimate(method, fits):
    app = open_app(sample="tiny12", method=method)
    fit = fits.fit(method)
    assert at(app) == fit.h2
    for key in ("profile", "sides"):
        moving, picture = boards(app)[key]
        assert moving["hand"] == picture["hand"] == h_hand(fit)
        np.testing.assert_array_equal(picture["fit"]["twin"]["values"], fit.rotated.values)
    assert estimate(app) == pytest.approx(fit.h2, abs=5e-5)
    assert app.session_state["h"] == round(fit.h2, 3)
    assert "h" not in app.query_params


@pytest.mark.parametrize(
    ("asked", "h", "said"),
    [
        ("0.3", 0.3, "0.30"),
        ("0", 0.0, "0.00"),
        ("1", 1.0, "1.00"),
        ("0.999", 0.999, "0.999"),
        ("0.345", 0.345, "0.345"),
        ("0.3456", 0.346, "0.346"),
        ("0.93", 0.93, "0.93"),
    ],
)
def test_the_h_of_a_link_moves_both_boards_and_the_sentence(asked, h, said):
    app = open_app(sample="tiny12", h=asked)
    assert at(app) == h
    assert f"At h = {said}:" in sentence(app)
    assert float(app.query_params["h"]) == h
    assert numbers(app) == numbers(open_app(sample="tiny12"))


@pytest.mark.parametrize("asked", ["7", "banana", "nan", ""])
def test_a_link_to_no_h_falls_back_to_the_estimate(asked):
    app = open_app(sample="tiny12", h=asked)
    assert "At h = ĥ = 0.9260 (0 to 1): " in sentence(app)
    assert at(app) == pytest.approx(0.926, abs=5e-5)
    assert not app.error


@pytest.mark.parametrize("once", [False, True])
def test_h_let_go_moves_both_boards_and_nothing_else(once):
    app = open_app(sample="tiny12")
    before, (_, profile), (_, sides) = numbers(app), boards(app)["profile"], boards(app)["sides"]
    for h, words in ((0.3, "0.30"), (0.345, "0.345"), (0.0, "0.00")):
        let_go(app, h, once=once)
        assert at(app) == h
        assert f"At h = {words}:" in sentence(app)
        assert app.query_params["h"] == str(h)
        assert numbers(app) == before
        # The pictures are the same ones, which the browser need not draw again.
        assert boards(app)["profile"][1]["id"] == profile["id"]
        assert boards(app)["sides"][1]["id"] == sides["id"]
    let_go(app, 0.926, once=once)
    assert "At h = ĥ = 0.9260 (0 to 1): " in sentence(app)
    assert at(app) == boards(app)["profile"][0]["hand"]["estimate"] != 0.926
    assert "h" not in app.query_params


def test_the_same_h_can_be_let_go_again_after_another_fit():
    app = let_go(open_app(sample="tiny12"), 0.3, once=True)
    pick(app, "method", "ML")
    assert round(at(app), 3) == 0.738
    assert at(let_go(app, 0.3, once=True)) == 0.3


def test_what_is_no_h_moves_nothing():
    app = open_app(sample="tiny12", h="0.4")
    for value in HOSTILE:
        let_go(app, value)
        assert at(app) == 0.4
        assert app.session_state["h"] == 0.4
    assert at(let_go(app, 0.2)) == 0.2


@pytest.mark.parametrize("value", [*HOSTILE, np.nan, object(), b"0.3", "0.3,0.4"])
def test_a_value_of_a_board_that_is_no_h_is_ignored(value, monkeypatch):
    state = {}
    monkeypatch.setattr("lmm_app.session.state.st.session_state", state)
    for component in ({"h": value}, {}, {"other": 0.3}):
        h_from(component)
    assert state == {}
    h_from({"h": 0.3044})
    assert state == {"h": 0.304}
    h_from({"h": 0.304}, "suppose", 2)
    assert state == {"h": 0.304, "suppose": 0.3}


def test_the_h_of_the_session_moves_both_boards():
    app = open_app(sample="tiny12")
    app.session_state["h"] = 0.55
    assert at(run(app)) == 0.55
    assert "At h = 0.55:" in sentence(app)


def test_another_fit_takes_h_to_its_estimate(fits):
    app = open_app(sample="tiny12", h="0.2")
    for key, value, estimated in (
        ("method", "ML", fits.ml.h2),
        ("method", "REML", fits.reml.h2),
        ("covariates", [], without_sex().reml.h2),
    ):
        let_go(app, 0.1, once=True)
        assert at(app) == 0.1
        pick(app, key, value)
        assert at(app) == estimated
        assert "At h = ĥ = " in sentence(app)
        assert "h" not in app.query_params


def without_sex():
    problem = open_source(Sample("tiny12")).dataset.problem("weight", ())
    return build_view(problem, decompose(problem.K))


def test_every_search_changes_the_board_of_the_profile_alone(fits):
    app = open_app(sample="tiny12")
    before, sides, found = numbers(app), boards(app)["sides"], fits.methods["REML"]
    own = heights(search_of(app))
    assert list(own) == [*(step.h2 for step in found.fit.trace), found.fit.h2]
    seen = {boards(app)["profile"][1]["id"]}

    def changed():
        seen.add(boards(app)["profile"][1]["id"])
        assert boards(app)["sides"][1]["id"] == sides[1]["id"]
        assert numbers(app) == before
        return search_of(app)

    pick(app, "search", "plain")
    plain = heights(changed())
    assert list(plain) == list(dict.fromkeys([*(s.h2 for s in found.plain.trace), found.plain.x]))
    pick(app, "search", "other")
    assert heights(changed()) == plain
    app.get_by_key("between").set_value((0.2, 0.6))
    run(app)
    looks = changed()
    assert (looks[0]["lower"], looks[0]["upper"]) == (0.2, 0.6)
    assert all(0.2 < look["h"] < 0.6 for look in looks)
    counts = []
    for xtol in bench.TOLERANCES:
        pick(app, "tolerance", xtol)
        counts.append(len(changed()))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert not app.info
    # Own, plain or all of [0, 1], and each tolerance of the narrow one.
    assert len(seen) >= 2 + len(set(counts))
    app.get_by_key("between").set_value((0.5, 0.5))
    assert "the whole of [0, 1] is searched instead" in run(app).info[0].value
    assert changed()[0]["lower"] == 0
    pick(app, "search", "own")
    assert heights(changed()) == own
    assert app.query_params == {"sample": "tiny12"}


def test_a_link_opens_a_search_and_a_covariate():
    link = {"search": "other", "between": ["0.2", "0.7"], "tolerance": "1e-06"}
    app = open_app(sample="tiny12", column="intercept", **link)
    look = search_of(app)[0]
    assert (look["lower"], look["upper"]) == (0.2, 0.7)
    assert app.get_by_key("tolerance").value == 1e-6
    assert boards(app)["sides"][1]["points"]["xTitle"].startswith("intercept, ")
    assert app.query_params == {"sample": "tiny12", "column": "intercept", **link}
    pick(app, "column", "sex")
    assert boards(app)["sides"][1]["points"]["xTitle"].startswith("sex, ")
    assert app.query_params == {"sample": "tiny12", **link}


@cache
def names_of(kind):
    """The names of both boards, without a link to anything but a search."""
    shown = boards(open_app(sample="tiny12", search=kind))
    return [shown[key][1]["id"] for key in ("profile", "sides")]


@pytest.mark.parametrize(
    "link",
    [
        {"search": "banana", "tolerance": "1e-6"},
        {"search": "other", "tolerance": "0.5", "between": ["7", "x"], "column": "9"},
        {"search": "other", "tolerance": "nan", "between": "0.3", "column": ""},
        {"search": "plain", "tolerance": "-1"},
    ],
)
def test_a_bad_link_to_a_search_falls_back_to_the_default(link):
    app = open_app(sample="tiny12", **link)
    assert not app.error
    kind = link["search"] if link["search"] in bench.SEARCHES else "own"
    assert [boards(app)[key][1]["id"] for key in ("profile", "sides")] == names_of(kind)
    assert set(app.query_params) <= {"sample", "search", "between"}


def test_with_two_hills_one_search_of_everything_stops_on_the_lower():
    folder = odd_views.REFERENCE / "bimodal30"
    files = {name: (folder / f"{file}.csv").read_bytes() for name, file in FILES.items()}
    app = upload(open_app(method="ML"), **files)
    fit = odd_views.view("two hills").ml
    assert "Two values of h fit almost equally well" in said(app)
    assert search_of(app)[-1]["h"] == fit.h2
    pick(app, "search", "plain")
    last = search_of(app)[-1]
    assert last["h"] == pytest.approx(fit.maxima[1].h2, abs=1e-3)
    assert abs(last["h"] - fit.h2) > 0.1
    assert last["y"] < -0.05
    assert f"stops at h = {last['h']:.2f}" in said(app)
    assert boards(app)["profile"][1]["profile"]["estimate"] == fit.h2
    assert at(app) == fit.h2
