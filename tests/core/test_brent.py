"""Brent's method: the points of two other implementations, and what the trace claims."""

import math

import numpy as np
import pytest
from scipy.optimize import fminbound

from lmm_core import LMMError, decompose, log_likelihood, maximize_brent, rotate
from lmm_core.brent import GOLDEN
from lmm_core.fit import plain_search
from tests.conftest import load_reference

FUNCTIONS = {
    "bump": lambda x: -((x - 0.3) ** 2) - 0.2 * (x - 0.3) ** 4,
    "cosine": lambda x: math.cos(3.0 * x) - 0.1 * x,
    "kink": lambda x: -abs(x - 0.7),
    "log": lambda x: math.log(abs(x) + 0.1) - 0.5 * x * x,
    "rising": lambda x: x**3,
    "falling": lambda x: -x,
    "flat": lambda x: 1.0,
    "step": lambda x: float(x > 0.4),
    "narrow": lambda x: -math.log1p(1e6 * (x - 0.61) ** 2),
}
INTERVALS = [(0.0, 1.0), (0.25, 1.0), (-3.0, -0.2), (-1.0, 2.5), (100.0, 101.0), (1e-6, 2e-6)]


def visited_by_scipy(f, lower, upper, xtol):
    points = []

    def negative(x):
        points.append(float(x))
        return -f(float(x))

    best = float(fminbound(negative, lower, upper, xtol=xtol))
    return points, best


@pytest.mark.parametrize("xtol", [1e-2, 1e-4, 1e-8])
@pytest.mark.parametrize(("lower", "upper"), INTERVALS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_visits_the_points_that_scipy_visits(name, lower, upper, xtol):
    f = FUNCTIONS[name]
    points, best = visited_by_scipy(f, lower, upper, xtol)
    result = maximize_brent(f, lower, upper, xtol=xtol)
    # The same arithmetic but for the golden ratio's last bit and the order of products; where
    # values are equal to rounding, xtol is all that either claims.
    ours = [step.h2 for step in result.trace]
    slack = 1e-9 * max(1.0, abs(upper)) if xtol > 1e-6 else 3.0 * xtol + 1e-6
    if xtol > 1e-6:
        assert len(ours) == len(points)
        np.testing.assert_allclose(ours, points, rtol=0.0, atol=slack)
    assert result.x == pytest.approx(best, abs=slack)


def test_visits_the_points_that_r_visits(record):
    y, X, K = load_reference(record["dataset"]).trait(record["trait"])
    rotated = rotate(decompose(K), y, X)
    r = record["R_optimize"]
    result = plain_search(rotated, reml=record["method"] == "REML", xtol=r["tol"])
    ours = [step.h2 for step in result.trace]
    # R repeats its answer at the end. A point differs by what rounding of ℓ does to a parabola.
    assert len(ours) == len(r["evaluated_at"]) - 1
    np.testing.assert_allclose(ours, r["evaluated_at"][:-1], atol=1e-7)
    assert result.x == pytest.approx(r["hsq"], abs=1e-7)


@pytest.mark.parametrize(("lower", "upper"), INTERVALS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_trace_is_consistent(name, lower, upper):
    f = FUNCTIONS[name]
    result = maximize_brent(f, lower, upper)
    trace = result.trace
    assert result.n_eval == len(trace)
    assert [step.iteration for step in trace] == list(range(1, len(trace) + 1))
    assert trace[0].procedure == "initial"
    assert trace[0].h2 == pytest.approx(lower + GOLDEN * (upper - lower), rel=1e-15)
    assert all(step.procedure in ("golden", "parabolic") for step in trace[1:])
    assert (trace[0].lower, trace[0].upper) == (lower, upper)
    highest = -np.inf
    for before, step in zip((trace[0], *trace), trace, strict=False):
        assert step.loglik == f(step.h2)
        assert before.lower <= step.lower < step.upper <= before.upper
        assert before.lower < step.h2 < before.upper
        assert step.lower <= step.best_h2 <= step.upper
        highest = max(highest, step.loglik)
        assert step.best_loglik == highest == f(step.best_h2)
        if step is not before:
            assert step.upper - step.lower < before.upper - before.lower
    assert (result.x, result.fun) == (trace[-1].best_h2, trace[-1].best_loglik)
    assert result.status == "converged"


@pytest.mark.parametrize(("lower", "upper"), [(0.0, 1.0), (0.2, 0.9), (-4.0, 7.0)])
def test_golden_steps_are_golden_and_parabolic_ones_are_vertices(lower, upper):
    def f(x):
        return math.exp(-((x - 0.6) ** 2)) + 0.05 * x

    trace = maximize_brent(f, lower, upper, xtol=1e-6).trace
    assert {step.procedure for step in trace} == {"initial", "golden", "parabolic"}
    for i, step in enumerate(trace[1:], start=1):
        before = trace[i - 1]
        if step.procedure == "golden":
            part = max(before.upper - before.best_h2, before.best_h2 - before.lower)
            assert abs(step.h2 - before.best_h2) == pytest.approx(GOLDEN * part, rel=1e-9)
        elif abs(step.h2 - before.best_h2) > 1e-3:
            # The vertex through the best three of the points before, by solving for it.
            points = sorted(trace[:i], key=lambda point: -point.loglik)[:3]
            x = np.array([point.h2 for point in points]) - before.best_h2
            a, b, _ = np.polyfit(x, [point.loglik for point in points], 2)
            assert step.h2 - before.best_h2 == pytest.approx(-b / (2 * a), rel=1e-6)


def test_an_exact_parabola_is_found_by_the_first_parabolic_step():
    for lower, upper in ((0.0, 1.0), (-2.0, 5.0)):
        result = maximize_brent(lambda x: 4.0 - 2.0 * (x - 0.37) ** 2, lower, upper)
        first = next(step for step in result.trace if step.procedure == "parabolic")
        assert first.h2 == pytest.approx(0.37, abs=1e-12)
        assert first.iteration == 4
        assert result.x == pytest.approx(0.37, abs=1e-12)


@pytest.mark.parametrize("xtol", [1e-3, 1e-6])
def test_the_answer_is_as_good_as_it_says(xtol):
    result = maximize_brent(FUNCTIONS["cosine"], -0.9, 0.8, xtol=xtol)
    best = -math.asin(0.1 / 3.0) / 3.0
    assert abs(result.x - best) <= xtol + 1.5e-8


def test_ends_are_never_evaluated():
    trace = maximize_brent(lambda x: x, 0.0, 1.0).trace
    assert all(0.0 < step.h2 < 1.0 for step in trace)


@pytest.mark.parametrize("edge", [0.4, 0.55, 0.9])
def test_minus_infinity_is_a_value_like_any_other(edge):
    def f(x):
        return -math.inf if x > edge else -((x - 0.15) ** 2)

    assert maximize_brent(f).x == pytest.approx(0.15, abs=2e-4)
    assert maximize_brent(lambda x: -math.inf).fun == -math.inf


def test_nan_is_refused_with_its_place():
    with pytest.raises(LMMError, match=r"number everywhere: f\(0\.38\d+\) is NaN"):
        maximize_brent(lambda x: math.nan)


def test_it_stops_when_told():
    result = maximize_brent(FUNCTIONS["narrow"], max_eval=5)
    assert (result.n_eval, result.status) == (5, "max_evaluations")
    assert maximize_brent(FUNCTIONS["narrow"], max_eval=1).n_eval == 1


@pytest.mark.parametrize("interval", [(1.0, 0.0), (0.5, 0.5), (0.0, math.inf), (math.nan, 1.0)])
def test_an_empty_interval_is_refused(interval):
    with pytest.raises(LMMError, match="lower < upper, both finite"):
        maximize_brent(lambda x: x, *interval)


@pytest.mark.parametrize("wrong", [{"xtol": 0.0}, {"xtol": math.nan}, {"max_eval": 0}])
def test_a_senseless_tolerance_is_refused(wrong):
    with pytest.raises(LMMError, match="xtol must be positive and max_eval at least 1"):
        maximize_brent(lambda x: x, **wrong)


def test_a_single_search_of_two_hills_may_end_on_the_lower():
    y, X, K = load_reference("bimodal30").trait("y")
    rotated = rotate(decompose(K), y, X)
    search = plain_search(rotated, reml=False)
    assert search.x == pytest.approx(0.1196, abs=1e-4)
    assert log_likelihood(rotated, 0.9617, reml=False) > search.fun + 0.05
