"""The search as it is shown: its parabolas by a second run of Brent, and every try in words."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmm_app.fit.text import number, short
from lmm_app.live.search import (
    LABEL_GAP,
    answer_words,
    own_search,
    parabola_points,
    search_between,
    search_picture,
    sweep_words,
)
from lmm_app.session import keep
from lmm_app.sources.opened import Sample
from lmm_core import log_likelihood, maximize_brent
from lmm_core.grid import profile_grid
from lmm_core.slope import score
from lmm_core.summary import h_words
from tests.app_helpers import profile_of, received
from tests.core.test_brent import FUNCTIONS, INTERVALS
from tests.odd_views import KINDS, view

METHODS = ("ML", "REML")
SEARCHED = ["interior", "tiny", "two hills", "unbounded", "lower boundary", "upper boundary"]
CASES = [(kind, method) for kind in SEARCHED for method in METHODS]
RATIO = (3 - math.sqrt(5)) / 2
INSIDE = ("initial", "golden", "parabolic")


def localmin(trace, lower, upper, xtol):
    """Brent 1973, chapter 5: his procedure for -f, which follows the points of a trace.

    For each look: how it is chosen, where, whether the tolerance has a say in where, and the
    three points that were held before it.
    """
    a, b = lower, upper
    x = w = v = trace[0].h2
    fx = fw = fv = -trace[0].loglik
    d = e = 0.0
    found = [("initial", a + RATIO * (b - a), False, None)]
    for step in trace[1:]:
        held = ((x, -fx), (w, -fw), (v, -fv))
        m, tol = 0.5 * (a + b), math.sqrt(2.0**-52) * abs(x) + xtol / 3
        p = q = r = 0.0
        if abs(e) > tol:
            r = (x - w) * (fx - fv)
            q = (x - v) * (fx - fw)
            p = (x - v) * q - (x - w) * r
            q = 2 * (q - r)
            p, q = (-p, q) if q > 0 else (p, -q)
            r, e = e, d
        bound = False
        # By how much the vertex may be used. It may lie on an end of the bracket, when the same
        # parabola has been tried before: then rounding decides.
        room = min(0.5 * abs(r) - abs(p / q), p / q - (a - x), b - x - p / q) if q else -1.0
        if step.procedure == "parabolic" if abs(room) < 1e-12 * (b - a) else room > 0:
            how, d = "parabolic", p / q
            if x + d - a < 2 * tol or b - (x + d) < 2 * tol:
                d, bound = (tol if x < m else -tol), True
        else:
            how, e = "golden", (b if x < m else a) - x
            d = RATIO * e
        bound |= abs(d) < tol
        found.append((how, x + (d if abs(d) >= tol else tol if d > 0 else -tol), bound, held))
        u, fu = step.h2, -step.loglik
        if fu <= fx:
            a, b = (a, x) if u < x else (x, b)
            v, fv, w, fw, x, fx = w, fw, x, fx, u, fu
        else:
            a, b = (u, b) if u < x else (a, u)
            if fu <= fw or w == x:
                v, fv, w, fw = w, fw, u, fu
            elif fu <= fv or v in (x, w):
                v, fv = u, fu
    return found


def vertex(three):
    """The exact vertex of the parabola through three points."""
    (x, fx), (w, fw), (v, fv) = [[Fraction(value) for value in point] for point in three]
    r, q = (x - w) * (fx - fv), (x - v) * (fx - fw)
    return float(x - ((x - v) * q - (x - w) * r) / (2 * (q - r)))


def checked(trace, lower, upper, xtol):
    """Compare the points of a trace with a second run; how many vertices were looks."""
    points = parabola_points(trace)
    assert len(points) == len(trace)
    free = 0
    second = localmin(trace, lower, upper, xtol)
    for step, three, (how, at, bound, held) in zip(trace, points, second, strict=True):
        assert step.procedure == how
        assert step.h2 == pytest.approx(at, rel=1e-9, abs=1e-12)
        assert three == (held if how == "parabolic" else None)
        if three and not bound:
            spread = max(abs(step.h2 - point[0]) for point in three)
            assert vertex(three) == pytest.approx(step.h2, rel=0, abs=1e-6 * spread)
            free += 1
    return free


@pytest.mark.parametrize("xtol", [1e-2, 1e-4, 1e-8])
def test_parabolas_go_through_the_points_that_brent_holds(xtol):
    free = sum(
        checked(maximize_brent(f, lower, upper, xtol=xtol).trace, lower, upper, xtol)
        for f in FUNCTIONS.values()
        for lower, upper in INTERVALS
    )
    assert free > 40


@settings(derandomize=True, deadline=None, max_examples=80)
@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(0, 12), st.floats(0, 6)), min_size=1, max_size=4
    ),
    st.floats(-2, 2),
    st.floats(0.01, 4),
    st.sampled_from([1e-2, 1e-4, 1e-8]),
)
def test_parabolas_of_any_waves_go_through_the_points_that_brent_holds(waves, lower, width, xtol):
    def f(x):
        return sum(a * math.cos(b * x + c) for a, b, c in waves)

    trace = maximize_brent(f, lower, lower + width, xtol=xtol).trace
    checked(trace, lower, lower + width, xtol)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("sample", ["tiny12", "mouse_hs300"])
def test_parabolas_of_the_samples_go_through_the_points_that_brent_holds(sample, method):
    data = keep.opened(Sample(sample)).dataset
    for trait in data.traits.columns:
        fit = keep.fitted(data.problem(trait, data.covariates.columns)).fit(method)
        first = fit.trace[0]
        assert checked(fit.trace[:-2], first.lower, first.upper, fit.xtol) >= 2
        assert parabola_points(fit.trace)[-2:] == [None, None]


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_parabolas_hold_their_three_points_and_the_look(kind, method):
    fit = view(kind).fit(method)
    steps = profile_of(kind, method)["search"]["steps"]
    for step, look, three in zip(fit.trace, steps, parabola_points(fit.trace), strict=False):
        drawn = look["parabola"]
        assert (drawn is None) == (three is None)
        if drawn is None:
            continue
        expected = [[h, loglik - fit.loglik] for h, loglik in three]
        np.testing.assert_allclose(drawn["three"], expected, rtol=1e-6, atol=1e-12)
        places = [h for h, _ in three]
        assert len(set(places)) == 3
        # The browser draws it from one end to the other, with its vertex, which is the look.
        assert drawn["from"] <= min(*places, step.h2) <= max(*places, step.h2) <= drawn["to"]
        assert 0 <= drawn["from"] < drawn["to"] <= 1
    assert any(look["parabola"] for look in steps) == any(parabola_points(fit.trace))


def words_of(step, count, fit):
    """The sentence of a try, put together a second time."""
    value = f"{step.loglik:,.2f}".replace("-", "−").replace("inf", "∞")
    if step.procedure == "boundary":
        start = f"Also compared: the end h = {step.h2:.0f}, "
        if step.loglik == np.inf:
            return f"{start}where the curve rises without end."
        if step.loglik == -np.inf:
            return f"{start}ℓ = −∞."
        drop = fit.loglik - step.loglik
        if step.h2 == fit.h2:
            return f"{start}ℓ = {value}, the top itself."
        far = f"{drop:,.2f}" if drop >= 0.005 else "less than 0.01"
        return f"{start}ℓ = {value}, {far} below the top."
    how = {"golden": "golden-section cut", "parabolic": "top of a parabola"}.get(
        step.procedure, "first point, a golden-section cut"
    )
    ends = [f"{end:.4f}".rstrip("0").rstrip(".") for end in (step.lower, step.upper)]
    return (
        f"Try {step.iteration} of {count}: {how}, h = {step.h2:.4f}, ℓ = {value}; "
        f"bracket {ends[0]} to {ends[1]}."
    )


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_every_try_of_the_trace_is_shown_in_order(kind, method):
    fit = view(kind).fit(method)
    *looks, answer = profile_of(kind, method)["search"]["steps"]
    count = len(fit.trace) - 2
    assert len(looks) == len(fit.trace)
    for step, look in zip(fit.trace, looks, strict=True):
        assert (look["i"], look["kind"], look["h"]) == (step.iteration, step.procedure, step.h2)
        assert (look["lower"], look["upper"]) == (step.lower, step.upper)
        assert look["y"] == float(np.clip(step.loglik - fit.loglik, -1e9, 1e9))
        before = sweep_words(own_search(fit)) if step.iteration == 1 else ""
        assert look["words"] == before + words_of(step, count, fit)
        assert look["distance"] == (abs(step.h2 - fit.h2) or None)
    assert (answer["i"], answer["kind"], answer["h"]) == (count + 3, "answer", fit.h2)
    assert answer["y"] == 0


@pytest.mark.parametrize(
    ("kind", "method", "found"),
    [
        ("interior", "REML", "one hill. "),
        ("lower boundary", "ML", "one hill. "),
        ("upper boundary", "REML", "one hill. "),
        ("two hills", "ML", "2 hills, and this search climbs the highest, from valley to valley. "),
        ("unbounded", "ML", "the rise at h = 1, which has no top, and this hill. "),
    ],
)
def test_before_the_first_try_stands_what_the_sweep_found(kind, method, found):
    fit = view(kind).fit(method)
    start = f"A sweep of {profile_grid(fit.rotated).size} values found {found}Try 1 of "
    first, *others = profile_of(kind, method)["search"]["steps"]
    assert first["words"].startswith(start)
    assert not any("sweep" in other["words"] for other in others)
    # A search that had no sweep before it does not speak of one.
    plain = search_between(fit.rotated, 0.0, 1.0, 1e-4, reml=fit.reml)
    assert search_picture(plain, fit.loglik)["steps"][0]["words"].startswith("Try 1 of ")


def test_the_bracket_of_the_highest_hill_begins_in_the_valley():
    fit = view("two hills").ml
    high, low = fit.maxima
    ends = fit.trace[0].lower, fit.trace[0].upper
    valley = max(ends, key=lambda end: 0.0 < end < 1.0)
    assert min(high.h2, low.h2) < valley < max(high.h2, low.h2)
    assert ends[0] < high.h2 < ends[1]


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_a_try_is_numbered_where_it_stands_alone(kind, method):
    steps = profile_of(kind, method)["search"]["steps"]
    for place, look in enumerate(steps[:-1]):
        gap = min(abs(look["h"] - o["h"]) for k, o in enumerate(steps) if k != place)
        assert look["number"] == (gap >= LABEL_GAP and look["kind"] != "boundary")
    assert not steps[-1]["number"]


def test_tries_are_numbered_somewhere_and_not_everywhere():
    found = [look["number"] for look in profile_of("interior", "REML")["search"]["steps"][:-1]]
    assert True in found
    assert False in found


@pytest.mark.parametrize(
    ("kind", "method", "how"),
    [
        ("interior", "REML", "The best value tried, refined until the slope is zero: ĥ = "),
        ("two hills", "ML", "The best value tried, refined until the slope is zero: ĥ = "),
        ("lower boundary", "ML", "The curve is highest at the end itself: ĥ = 0 ("),
        ("upper boundary", "REML", "The curve is highest at the end itself: ĥ = 1 ("),
        ("unbounded", "ML", "The top of the highest finite hill: h = 0 ("),
    ],
)
def test_the_last_step_says_how_it_became_the_answer(kind, method, how):
    fit, interval = view(kind).fit(method), view(kind).methods[method].interval
    words = profile_of(kind, method)["search"]["steps"][-1]["words"]
    assert words.startswith(how)
    assert words.endswith(f" ({h_words(interval.lower)} to {h_words(interval.upper)}).")
    if 0.0 < fit.h2 < 1.0:
        assert f" = {fit.h2:.4f} (" in words
        assert abs(score(fit.rotated, fit.h2, reml=fit.reml)) < 1e-6
    heights = [step.loglik for step in fit.trace if np.isfinite(step.loglik)]
    assert fit.loglik >= max(heights) - 1e-9
    # Without the finish it is a try, and no more is said of it.
    plain = search_between(fit.rotated, 0.0, 1.0, 1e-4, reml=fit.reml)
    assert answer_words(plain) == f"The best value tried: h = {plain.answer:.4f}."


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_one_search_of_everything_is_the_one_that_the_verdict_speaks_of(kind, method):
    found = view(kind).methods[method]
    search = search_between(found.fit.rotated, 0.0, 1.0, 1e-4, reml=found.fit.reml)
    assert search.trace == found.plain.trace
    assert (search.answer, search.loglik) == (found.plain.x, found.plain.fun)
    assert not search.polished
    assert own_search(found.fit).polished


def test_with_two_hills_one_search_of_everything_ends_on_the_lower():
    fit = view("two hills").ml
    search = search_between(fit.rotated, 0.0, 1.0, 1e-4, reml=False)
    last = search_picture(search, fit.loglik)["steps"][-1]
    assert last["kind"] == "answer"
    assert abs(last["h"] - fit.h2) > 0.1
    assert last["h"] == pytest.approx(fit.maxima[1].h2, abs=1e-3)
    assert last["y"] < -0.05
    assert profile_of("two hills", "ML")["search"]["steps"][-1]["h"] == fit.h2


@pytest.mark.parametrize("between", [(0.0, 1.0), (0.0, 0.01), (0.99, 1.0), (0.3, 0.8)])
@pytest.mark.parametrize("xtol", [0.1, 0.03, 0.01, 1e-3, 1e-4, 1e-6, 1e-8])
def test_any_search_can_be_shown(between, xtol):
    for kind in ("interior", "two hills", "unbounded", "minus infinity at 1", "n = 3"):
        for method in METHODS:
            fit = view(kind).fit(method)
            search = search_between(fit.rotated, *between, xtol, reml=fit.reml)
            picture = received(search_picture(search, fit.loglik))
            *looks, answer = picture["steps"]
            h = [look["h"] for look in looks]
            assert between[0] < min(h) <= max(h) < between[1]
            best = max(looks, key=lambda look: look["y"])
            assert answer["y"] == best["y"]
            assert answer["h"] in h
            said = re.fullmatch(r"The best value tried: h = ([\d.]+)\.", answer["words"])
            assert abs(float(said[1]) - answer["h"]) <= 5e-5
            # What is not an end of the range is not said to be one.
            assert 0.0 < float(said[1]) < 1.0
            values = [log_likelihood(fit.rotated, at, reml=fit.reml) - fit.loglik for at in h]
            np.testing.assert_allclose([look["y"] for look in looks], values, atol=1e-9)
            # The answer is one of the looks, which has no place on a logarithmic scale.
            assert [look["h"] for look in looks if look["distance"] is None] == [answer["h"]]


@pytest.mark.parametrize(("kind", "method"), CASES)
def test_the_distances_fit_on_their_axis_and_are_in_words(kind, method):
    fit = view(kind).fit(method)
    picture = profile_of(kind, method)["search"]
    axis = picture["distance"]
    inside = [abs(step.h2 - fit.h2) for step in fit.trace if step.procedure in INSIDE]
    assert 0 < axis["lowest"] <= min(inside) <= max(inside) <= axis["highest"] == 1
    assert axis["lowest"] * 10 > min(inside)
    assert math.log10(axis["lowest"]) == round(math.log10(axis["lowest"]))
    assert (
        f"from {number(inside[0], 2)} at first to {number(min(inside), 2)} at best" in axis["alt"]
    )
    first, last = fit.trace[0], fit.trace[-3]
    assert picture["alt"].startswith(f"The {len(inside)} values that the search tried")
    for ends in (
        f"{short(first.lower)}–{short(first.upper)} to",
        f"{last.lower:.4f}–{last.upper:.4f}",
    ):
        assert ends in picture["alt"]
    assert f"around h = {fit.h2:.4f}" in picture["alt"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_without_a_maximum_there_is_no_search_and_it_is_said(kind, method):
    picture = profile_of(kind, method)["search"]
    assert bool(picture["steps"]) == bool(view(kind).fit(method).maxima)
    assert {look["kind"] for look in picture["steps"]} <= set(picture["kinds"])
    if not picture["steps"]:
        assert picture["none"] == "There was nothing to search for."
        assert re.match("No search: ", picture["alt"])
        assert re.match("No search: ", picture["distance"]["alt"])
