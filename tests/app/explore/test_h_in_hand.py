"""The boards on the page: h, the search and the covariate, from the link and from the hand."""

import math
from functools import cache

import numpy as np
import pytest

from lmm_app.explore import bench
from lmm_app.fit.view import build_view
from lmm_app.session.state import h_from
from lmm_app.sources.sources import Sample, open_source
from lmm_core import decompose, wls
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


def frames(app):
    """The frame of both boards, which is one."""
    moving = [boards(app)[key][0] for key in ("profile", "sides")]
    assert moving[0] == moving[1]
    return moving[0]["frame"]


def search_of(app):
    return boards(app)["profile"][1]["search"]["steps"]


def heights(looks):
    """Where a search looked, in order, and what it found."""
    return {look["h"]: look["y"] for look in looks}


@pytest.mark.parametrize("method", METHODS)
def test_the_boards_open_at_the_estimate(method, fits):
    app = open_app(sample="tiny12", method=method)
    h = fits.fit(method).h2
    assert frames(app) == round(100 * h)
    for key in ("profile", "sides"):
        assert boards(app)[key][1]["h"][frames(app)] == h
    assert estimate(app) == pytest.approx(h, abs=5e-5)
    assert app.session_state["h"] == round(h, 2)
    assert "h" not in app.query_params


@pytest.mark.parametrize(("asked", "frame"), [("0.3", 30), ("0", 0), ("1", 100), ("0.999", 100)])
def test_the_h_of_a_link_moves_both_boards_and_the_sentence(asked, frame, fits):
    app = open_app(sample="tiny12", h=asked)
    assert frames(app) == frame
    assert f"At h = {frame / 100:.2f}:" in sentence(app)
    slope = boards(app)["sides"][1]["points"]["slope"][frame]
    assert slope == pytest.approx(wls(fits.reml.rotated, frame / 100).beta[1], rel=1e-10)
    assert numbers(app) == numbers(open_app(sample="tiny12"))


@pytest.mark.parametrize("asked", ["7", "banana", "nan", ""])
def test_a_link_to_no_h_falls_back_to_the_estimate(asked):
    app = open_app(sample="tiny12", h=asked)
    assert frames(app) == 93
    assert "At h = ĥ = 0.9260:" in sentence(app)
    assert not app.error


@pytest.mark.parametrize("once", [False, True])
def test_h_let_go_moves_both_boards_and_nothing_else(once):
    app = open_app(sample="tiny12")
    before, (_, profile), (_, sides) = numbers(app), boards(app)["profile"], boards(app)["sides"]
    for h in (0.3, 0.0):
        let_go(app, h, once=once)
        assert frames(app) == round(100 * h)
        assert f"At h = {h:.2f}:" in sentence(app)
        assert app.query_params["h"] == str(h)
        assert numbers(app) == before
        # The pictures are the same ones, which the browser need not draw again.
        assert boards(app)["profile"][1]["id"] == profile["id"]
        assert boards(app)["sides"][1]["id"] == sides["id"]
    let_go(app, 0.93, once=once)
    assert "At h = ĥ = 0.9260:" in sentence(app)
    assert "h" not in app.query_params


def test_the_same_h_can_be_let_go_again_after_another_fit():
    app = let_go(open_app(sample="tiny12"), 0.3, once=True)
    pick(app, "method", "ML")
    assert frames(app) == 74
    assert frames(let_go(app, 0.3, once=True)) == 30


def test_what_is_no_h_moves_nothing():
    app = open_app(sample="tiny12", h="0.4")
    for value in HOSTILE:
        let_go(app, value)
        assert frames(app) == 40
        assert app.session_state["h"] == 0.4
    assert frames(let_go(app, 0.2)) == 20


@pytest.mark.parametrize("value", [*HOSTILE, np.nan, object(), b"0.3", "0.3,0.4"])
def test_a_value_of_a_board_that_is_no_h_is_ignored(value, monkeypatch):
    state = {}
    monkeypatch.setattr("lmm_app.session.state.st.session_state", state)
    for component in ({"h": value}, {}, {"other": 0.3}):
        h_from(component)
    assert state == {}
    h_from({"h": 0.304})
    assert state == {"h": 0.3}


def test_the_h_of_the_session_moves_both_boards():
    app = open_app(sample="tiny12")
    app.session_state["h"] = 0.55
    assert frames(run(app)) == 55
    assert "At h = 0.55:" in sentence(app)


def test_another_fit_takes_h_to_its_estimate():
    app = open_app(sample="tiny12", h="0.2")
    for key, value, frame in (
        ("method", "ML", 74),
        ("method", "REML", 93),
        ("covariates", [], round(100 * without_sex().reml.h2)),
    ):
        let_go(app, 0.1, once=True)
        assert frames(app) == 10
        pick(app, key, value)
        assert frames(app) == frame
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
    pick(app, "column", 1)
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
    assert "The curve has 2 hills" in said(app)
    assert search_of(app)[-1]["h"] == fit.h2
    pick(app, "search", "plain")
    last = search_of(app)[-1]
    assert last["h"] == pytest.approx(fit.maxima[1].h2, abs=1e-3)
    assert abs(last["h"] - fit.h2) > 0.1
    assert last["y"] < -0.05
    assert f"stops at h = {last['h']:.3f}" in said(app)
    assert boards(app)["profile"][1]["profile"]["estimate"] == fit.h2
    assert frames(app) == round(100 * fit.h2)
