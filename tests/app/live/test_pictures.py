"""The board of the profile: the curves, what is marked on them, and the fit under them."""

import dataclasses
import re

import numpy as np
import pytest

from lmm_app.fit import text
from lmm_app.fit.view import covariance_picture, picture_order
from lmm_app.live.hand import h_hand
from lmm_app.live.packing import pack_board
from lmm_app.live.pictures import DEEPEST, EVERYTHING, FORMULAS, profile_board, sides_board
from lmm_app.live.search import own_search, search_between
from lmm_app.live.twin import twin_problem
from lmm_core import interval_h2
from lmm_core.fit import plain_search
from lmm_core.summary import h_words
from tests.app_helpers import profile_of, received, sides_of, texts_in
from tests.odd_views import KINDS, view
from tests.unpacked import unpack_part

METHODS = ("ML", "REML")
CASES = [(kind, method) for kind in KINDS for method in METHODS]
TRAPPED = [("two hills", "ML"), ("unbounded", "REML")]
SEARCHED = ["interior", "two hills", "unbounded", "lower boundary", "upper boundary"]


def top_of(kind, method):
    """The height that a curve is drawn from."""
    fit, loglik = view(kind).fit(method), view(kind).profile(method).loglik
    return fit.loglik if np.isfinite(fit.loglik) else max(loglik[np.isfinite(loglik)], default=0.0)


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_every_kind_of_fit_has_both_boards(kind, method):
    pictures = [profile_of(kind, method)]
    for column in view(kind).reml.rotated.kept:
        pictures.append(sides_of(kind, method, int(column)))
    for picture in pictures:
        words = list(texts_in(picture))
        assert len(words) > 20
        for one in words:
            assert not re.search(r"\b(nan|inf|None)\b", one), one
        assert picture["hand"] == h_hand(view(kind).fit(method))
    assert [picture["name"] for picture in pictures] == [
        "profile",
        *["sides"] * (len(pictures) - 1),
    ]


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_both_curves_are_the_log_likelihood_less_its_maximum(kind, method):
    shown = view(kind)
    fit = profile_of(kind, method)["fit"]
    curves, floor, roof = fit["curves"], fit["floor"], fit["roof"]
    assert list(fit["tops"]) == ["ML", "REML"]
    for name in METHODS:
        on_grid, top = shown.profile(name), top_of(kind, name)
        assert fit["tops"][name] == top
        assert curves[name].dtype == np.float32
        np.testing.assert_array_equal(curves["h"], np.float32(on_grid.h2))
        # Far below and far above the picture a line ends; what is infinite is there too.
        height = np.clip(on_grid.loglik - top, 2 * floor, 4 * roof)
        np.testing.assert_array_equal(curves[name], np.float32(height))
        assert np.isfinite(curves[name]).all()
        within = (curves[name] >= floor) & (curves[name] <= roof)
        np.testing.assert_allclose(curves[name][within], (on_grid.loglik - top)[within], rtol=1e-7)


@pytest.mark.parametrize("kind", SEARCHED)
def test_a_curve_of_a_fit_is_highest_at_zero(kind):
    for name in METHODS:
        if view(kind).fit(name).status != "unbounded":
            assert profile_of(kind, "REML")["fit"]["curves"][name].max() <= 1e-9


def test_without_a_maximum_the_highest_finite_value_stands_in():
    kind = "unbounded, no maximum"
    y = profile_of(kind, "ML")["fit"]["curves"]["ML"]
    assert np.isinf(view(kind).profile("ML").loglik[-1])
    assert y[:-1].max() == 0 < y[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_is_given_the_rotated_problem_digit_by_digit(kind):
    rotated, columns = view(kind).reml.rotated, view(kind).problem.columns
    fit = profile_of(kind, "REML")["fit"]
    expected = received({"twin": twin_problem(rotated)})["twin"]
    assert list(fit["twin"]) == list(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(fit["twin"][name], value)
    for name in ("values", "residual", "basis", "offset", "toBeta"):
        assert fit["twin"][name].dtype == np.float64
    np.testing.assert_array_equal(fit["twin"]["values"], rotated.values)
    # Names of the columns that have a coefficient, in the order of the coefficients.
    assert fit["columns"] == [columns[j] for j in rotated.kept]
    assert len(fit["columns"]) == fit["twin"]["p"]


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills", "unbounded"])
def test_the_fit_is_one_part_of_all_boards_of_both_methods(kind):
    shown = view(kind)
    order = picture_order(shown.problem.K)
    cells = covariance_picture(shown.problem.K, order)
    boards = [
        pack_board(board)
        for method in METHODS
        for board in (
            profile_board(shown, method, own_search(shown.fit(method))),
            sides_board(shown, method, 0, order, cells),
        )
    ]
    (common,) = set.intersection(*(set(board.parts) for board in boards))
    assert "twin" in unpack_part(boards[0].parts[common])[1]
    # The pictures before and after the rotation are the same by both methods; h alone is not.
    assert boards[1].picture == boards[3].picture
    assert [board.hand for board in boards[1::2]] == [h_hand(shown.fit(m)) for m in METHODS]
    assert len({board.picture for board in boards}) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_the_axes_are_the_same_for_every_state_of_the_data(kind):
    pictures = [profile_of(kind, "ML"), profile_of(kind, "REML")]
    if kind in SEARCHED:
        other = search_between(view(kind).reml.rotated, 0.2, 0.4, 1e-8, reml=True)
        pictures.append(received(profile_board(view(kind), "REML", other, 0.9, formulas=())))
    ends = {(picture["fit"]["floor"], picture["fit"]["roof"]) for picture in pictures}
    assert len(ends) == 1
    floor, roof = ends.pop()
    assert -1.06 * DEEPEST - 1e-12 <= floor <= -1.06
    assert roof == -0.12 * floor
    # Nearly all of a curve is in the picture, unless it is deeper than any picture goes.
    for name in METHODS:
        terms, even = view(kind).profile(name), np.linspace(0, 1, 101)
        height = np.interp(even, terms.h2, terms.loglik) - top_of(kind, name)
        finite = height[np.isfinite(height)]
        if finite.size:
            assert floor <= -DEEPEST or np.mean(finite >= floor) >= 0.9
        lower = [maximum.loglik - top_of(kind, name) for maximum in view(kind).fit(name).maxima]
        assert floor <= -DEEPEST or all(depth > floor for depth in lower)


def test_a_steep_end_does_not_press_the_hills_flat():
    picture = profile_of("two hills", "REML")
    depths = [-hill["y"] for hill in picture["profile"]["others"]]
    assert depths
    assert -picture["fit"]["floor"] < 25 * max(*depths, 0.1)


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_the_band_of_the_interval_lies_at_its_ends(kind, method):
    fit, part = view(kind).fit(method), profile_of(kind, method)["profile"]
    assert part["interval"] == (list(interval_h2(fit)) if fit.maxima else None)
    assert part["estimate"] == (fit.h2 if fit.maxima else None)
    name = "highest finite hill, h" if fit.status == "unbounded" else "ĥ"
    assert part["estimate_words"] == (f"{name} = {h_words(fit.h2)}" if fit.maxima else "")


def test_the_true_h_is_written_where_there_is_one():
    part = profile_of("interior", "ML", 0.35)["profile"]
    assert (part["true_h"], part["true_words"]) == (0.35, "true h = 0.35")
    part = profile_of("interior", "ML")["profile"]
    assert (part["true_h"], part["true_words"]) == (None, "")


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_every_other_maximum_is_written_where_it_is(kind, method):
    fit = view(kind).fit(method)
    others = profile_of(kind, method)["profile"]["others"]
    assert others == [
        {
            "h": other.h2,
            "y": other.loglik - fit.loglik,
            "words": f"another hill, h = {h_words(other.h2)}",
        }
        for other in fit.maxima[1:]
    ]
    assert all(other["y"] <= 0 for other in others)
    assert bool(others) == (kind == "two hills" or (kind, method) == ("unbounded", "REML"))


@pytest.mark.parametrize(("kind", "method"), TRAPPED)
def test_where_a_single_search_stops_is_marked_on_the_curve(kind, method):
    fit, mark = view(kind).fit(method), profile_of(kind, method)["profile"]["trapped"]
    alone = plain_search(fit.rotated, reml=fit.reml)
    assert mark["h"] == alone.x == pytest.approx(fit.maxima[1].h2, abs=1e-3)
    assert mark["y"] == alone.fun - fit.loglik < -0.05
    assert mark["words"] == "a single search stops here"


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_no_such_mark_where_there_is_one_hill_or_the_search_found_the_highest(kind, method):
    trapped = profile_of(kind, method)["profile"]["trapped"]
    assert (trapped is not None) == ((kind, method) in TRAPPED)


def test_the_search_is_drawn_from_the_trace_alone():
    shown = view("interior")
    search = own_search(shown.reml)
    moved = tuple(
        dataclasses.replace(step, h2=0.1 * k, procedure="golden", lower=0.05, upper=0.3)
        for k, step in enumerate(search.trace[:2], start=1)
    )
    other = dataclasses.replace(search, trace=moved, answer=0.25, loglik=shown.reml.loglik - 1.5)
    steps = received(profile_board(shown, "REML", other))["search"]["steps"]
    assert [(look["h"], look["kind"], look["lower"], look["upper"]) for look in steps] == [
        (0.1, "golden", 0.05, 0.3),
        (0.2, "golden", 0.05, 0.3),
        (0.25, "answer", 0.05, 0.3),
    ]
    assert [look["distance"] for look in steps] == pytest.approx([0.15, 0.05, 0.0])
    assert steps[-1]["y"] == pytest.approx(-1.5, abs=1e-12)


@pytest.mark.parametrize("kind", SEARCHED)
@pytest.mark.parametrize("method", METHODS)
def test_the_alternative_text_tells_of_the_search_that_is_shown(kind, method):
    shown = view(kind)
    fit = shown.fit(method)
    alt = profile_of(kind, method)["profile"]["alt"]
    assert alt == text.profile_alt(shown, method)
    assert alt.endswith(text.search_sentence(fit))
    other = search_between(fit.rotated, 0.1, 0.9, 1e-6, reml=fit.reml)
    alt = received(profile_board(shown, method, other))["profile"]["alt"]
    assert f"The search tried {len(other.trace)} values of h" in alt
    assert "bracket shrank from 0.1 to 0.9 to" in alt
    assert alt.endswith(f"It ended at h = {other.answer:.4f}.")
    assert f"{fit.h2:.3f}" in alt


def test_what_is_not_wanted_is_left_out():
    shown = view("interior")
    full = profile_of("interior", "REML")
    assert full["show"] == EVERYTHING
    assert full["formulas"] == list(FORMULAS)
    bare = received(
        profile_board(
            shown, "REML", own_search(shown.reml), formulas=(), looks=False, curves=["REML"]
        )
    )
    assert bare["formulas"] == []
    assert bare["show"] == {**EVERYTHING, "looks": False, "curves": ["REML"]}
