"""The fit: against other systems, published numbers, and every way a profile can behave."""

import json
import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from lmm_core import decompose, fit_lmm, fit_rotated, fit_traits, log_likelihood, rotate
from lmm_core.dense import dense_gls
from lmm_core.fit import DIP_TOLERANCE, _summit, plain_search
from lmm_core.grid import hills, profile_grid
from lmm_core.slope import score
from tests import builders
from tests.conftest import load_fits, load_reference, record_id

UNBOUNDED = {("centred200", trait, "ML") for trait in "abc"}
# On these two data sets pylmm and R's optimize end on a lower maximum, and lmmlite and R/qtl2
# with them under ML.
MISLED = {("bimodal30", "y", "ML"), ("centred200", "a", "REML")}


def key(record):
    return record["dataset"], record["trait"], record["method"]


BOUNDED = [record for record in load_fits() if key(record) not in UNBOUNDED]


def fit_of(record):
    y, X, K = load_reference(record["dataset"]).trait(record["trait"])
    return fit_lmm(y, X, K, reml=record["method"] == "REML")


@pytest.mark.parametrize("record", BOUNDED, ids=record_id)
def test_agrees_with_dense_gls(record):
    fit, dense = fit_of(record), record["dense_gls"]
    assert (fit.n, fit.p, fit.reml) == (record["n"], record["p"], record["method"] == "REML")
    # A search on values finds h to about 1e-7; ℓ, flat there, far better.
    assert fit.h2 == pytest.approx(dense["h2"], abs=1e-6)
    assert fit.loglik == pytest.approx(dense["loglik"], rel=1e-9)
    np.testing.assert_allclose(fit.beta, dense["beta"], rtol=1e-6)
    np.testing.assert_allclose(fit.se_beta, dense["se"], rtol=1e-6)
    assert fit.sigma2 == pytest.approx(dense["sigma2"], rel=1e-6)
    assert fit.sigma2_g == pytest.approx(dense["sigma2"] * dense["h2"], rel=1e-5, abs=1e-9)
    assert fit.sigma2_g + fit.sigma2_e == pytest.approx(fit.sigma2, rel=1e-14)
    assert fit.status == ("lower_boundary" if dense["h2"] == 0 else "interior")


# Where there is a higher maximum than theirs; see the test of two maxima.
AGREED = [record for record in BOUNDED if key(record) != ("bimodal30", "y", "ML")]


@pytest.mark.parametrize("record", AGREED, ids=record_id)
def test_agrees_with_lmmlite_qtl2_and_pylmm(record):
    fit = fit_of(record)
    n, df = fit.n, fit.n - fit.p
    divisor = df if fit.reml else n
    lmmlite, qtl2, pylmm = record["lmmlite"], record["qtl2"], record["pylmm"]
    # Their tolerances leave h good to about 5e-7; lmmlite divides RSS by n-p under ML too.
    assert fit.h2 == pytest.approx(lmmlite["hsq"], abs=1e-6)
    shift = 0.5 * (n * math.log(divisor / (2 * math.pi)) - divisor)
    assert fit.loglik == pytest.approx(lmmlite["loglik"] + shift, rel=1e-9)
    assert fit.sigma2 == pytest.approx(lmmlite["sigmasq"] * df / divisor, rel=2e-6)
    np.testing.assert_allclose(fit.beta, lmmlite["beta"], rtol=2e-6)

    assert fit.h2 == pytest.approx(qtl2["hsq"], abs=1e-6)
    # Always the ML value, even for a REML estimate of h.
    ml = log_likelihood(fit.rotated, fit.h2, reml=False)
    shift = 0.5 * (n * math.log(n / (2 * math.pi)) - n)
    assert ml == pytest.approx(qtl2["log10lik"] * math.log(10) + shift, rel=1e-7)

    if key(record) in MISLED:
        assert pylmm["h"] == pytest.approx(0.69854, abs=1e-3)
        return
    # pylmm brackets on a grid of 0.01 and stops at 1e-4 or so of the bracket.
    assert fit.h2 == pytest.approx(pylmm["h"], abs=1e-4)
    shift = -0.5 * (n * math.log(n / df) - fit.p) if fit.reml else 0.0
    assert fit.loglik == pytest.approx(pylmm["LL"] + shift, abs=1e-3)


@pytest.mark.parametrize("trait", "abc")
def test_ml_of_a_centred_kinship_is_unbounded(trait):
    y, X, K = load_reference("centred200").trait(trait)
    fit = fit_lmm(y, X, K, reml=False)
    assert fit.status == "unbounded"
    assert "grows without bound as h tends to 1" in fit.message
    assert "REML has no such trouble" in fit.message
    if trait == "c":
        assert fit.maxima == ()
        assert math.isnan(fit.h2)
        assert math.isnan(fit.loglik)
        assert "It has no other maximum" in fit.message
        return
    expected = {"a": 0.0, "b": 0.360157}[trait]
    assert fit.h2 == pytest.approx(expected, abs=1e-6)
    assert fit.loglik == log_likelihood(fit.rotated, fit.h2, reml=False)
    assert len(fit.maxima) == 1


def test_the_higher_of_two_maxima_is_found_and_both_are_listed():
    y, X, K = load_reference("bimodal30").trait("y")
    fit = fit_lmm(y, X, K, reml=False)
    assert fit.h2 == pytest.approx(0.9616952965435549, abs=1e-6)
    assert [maximum.kind for maximum in fit.maxima] == ["interior", "interior"]
    assert fit.maxima[1].h2 == pytest.approx(0.11961768, abs=1e-6)
    assert fit.maxima[0].loglik > fit.maxima[1].loglik
    assert "It has 2 local maxima; the next, at h = 0.120, is lower by" in fit.message
    record = next(r for r in load_fits() if key(r) == ("bimodal30", "y", "ML"))
    for system, name in (("lmmlite", "hsq"), ("qtl2", "hsq"), ("pylmm", "h")):
        assert record[system][name] == pytest.approx(fit.maxima[1].h2, abs=1e-3)
    assert plain_search(fit.rotated, reml=False).x == pytest.approx(fit.maxima[1].h2, abs=1e-4)


DYESTUFF = [
    [1545, 1440, 1440, 1520, 1580],
    [1540, 1555, 1490, 1560, 1495],
    [1595, 1550, 1605, 1510, 1560],
    [1445, 1440, 1595, 1465, 1545],
    [1595, 1630, 1515, 1635, 1625],
    [1520, 1455, 1450, 1480, 1445],
]


@pytest.mark.parametrize(
    ("reml", "h2", "loglik"),
    [(True, 0.4184874155, -158.1265397303), (False, 0.3615843590, -163.6635299406)],
)
def test_dyestuff_is_as_published(reml, h2, loglik):
    y = np.array(DYESTUFF, dtype=float).ravel()
    batch = np.repeat(np.arange(6), 5)
    fit = fit_lmm(y, None, (batch[:, np.newaxis] == batch).astype(float), reml=reml)
    # Ten decimals are printed.
    assert fit.loglik == pytest.approx(loglik, abs=1e-9)
    assert fit.h2 == pytest.approx(h2, abs=1e-7)
    assert fit.beta[0] == pytest.approx(1527.5, rel=1e-12)


def test_random_intercepts_are_lme4s(lme4_groups):
    y, X, K = load_reference("groups").trait("y")
    for theirs in lme4_groups["fits"]:
        fit = fit_lmm(y, X, K, reml=theirs["method"] == "REML")
        # lmer's optimiser stops at about 1e-6 of its parameter, √(σ²g/σ²e).
        assert fit.sigma2_g == pytest.approx(theirs["sigmasq_g"], rel=2e-6)
        assert fit.sigma2_e == pytest.approx(theirs["sigmasq_e"], rel=2e-6)
        np.testing.assert_allclose(fit.beta, theirs["beta"], rtol=1e-6)
        np.testing.assert_allclose(fit.se_beta, theirs["se"], rtol=1e-6)
        shift = 0.5 * np.linalg.slogdet(X.T @ X)[1] if fit.reml else 0.0
        assert fit.loglik == pytest.approx(theirs["loglik"] + shift, abs=1e-8)


@pytest.mark.parametrize(
    ("y", "X", "K", "reml", "says"),
    [
        (np.arange(6.0) ** 2, None, 2.5 * np.eye(6), True, "the same for every h"),
        (np.arange(6.0) ** 2, None, 2.5 * np.eye(6), False, "the same for every h"),
        (np.arange(6.0) ** 2, None, np.zeros((6, 6)), False, "the same for every h"),
        (np.arange(6.0) ** 2, None, np.ones((6, 6)), True, "all individuals equally related"),
        (np.full(6, 0.1), None, builders.kinship("families", 6, None), True, "without error"),
        (np.array([1.0, 2.0]), None, np.array([[1.0, 0.5], [0.5, 1.0]]), True, "2 individuals and"),
        (np.arange(3.0) ** 2, np.eye(3)[:, :2], np.diag([1.0, 2.0, 3.0]), True, "1 residual"),
        (np.arange(3.0), np.eye(3), np.diag([1.0, 2.0, 3.0]), True, "without error"),
    ],
)
def test_no_information_is_said_and_not_dressed_up(y, X, K, reml, says):
    fit = fit_lmm(y, X, K, reml=reml)
    assert fit.status == "flat"
    assert says in fit.message
    for value in (fit.h2, fit.sigma2, fit.sigma2_g, fit.sigma2_e):
        assert math.isnan(value)
    assert fit.maxima == fit.trace == ()
    assert np.isfinite(fit.beta).all()
    assert np.isnan(fit.se_beta).all()


def test_ml_where_all_are_equally_related_is_at_the_lower_end():
    # -½ log(1 + nθ) with θ = h/(1-h) is all that depends on h.
    fit = fit_lmm(np.arange(6.0) ** 2, None, np.ones((6, 6)), reml=False)
    assert (fit.status, fit.h2) == ("lower_boundary", 0.0)


@pytest.mark.parametrize("reml", [True, False])
def test_lower_boundary_is_ordinary_least_squares(reml):
    y, X, K = load_reference("pedigree300").trait("h00")
    fit = fit_lmm(y, X, K, reml=reml)
    assert (fit.status, fit.h2, fit.sigma2_g) == ("lower_boundary", 0.0, 0.0)
    beta, rss, *_ = np.linalg.lstsq(X, y, rcond=None)
    np.testing.assert_allclose(fit.beta, beta, rtol=1e-10)
    assert fit.sigma2_e == pytest.approx(rss[0] / (290 if reml else 293), rel=1e-10)
    assert score(fit.rotated, 0.0, reml=reml) <= 0.0
    assert "the lower end" in fit.message


@pytest.mark.parametrize("kind", ["families", "centred"])
def test_upper_boundary_with_and_without_a_singular_kinship(kind):
    y, X, K = builders.problem(kind, 40, 2, 1.0, seed=10)
    fit = fit_lmm(y, X, K)
    assert (fit.status, fit.h2, fit.sigma2_e) == ("upper_boundary", 1.0, 0.0)
    assert fit.loglik == log_likelihood(fit.rotated, 1.0)
    assert fit.loglik > log_likelihood(fit.rotated, 1.0 - 1e-5)
    assert np.isfinite(fit.beta).all()
    assert np.isfinite(fit.se_beta).all()
    assert "the upper end" in fit.message


@pytest.mark.parametrize("reml", [True, False])
def test_identical_records_of_clones_do_not_get_advice_that_fails(reml):
    y, X, K = builders.problem("groups", 24, 1, 0.5, seed=5)
    fit = fit_lmm(np.repeat(y[:6], 4), X, K, reml=reml)
    assert fit.status == "unbounded"
    assert "duplicated records" in fit.message
    assert "no such trouble" not in fit.message


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("difference", [1e-2, 1e-4, 1e-6])
def test_clones_that_hardly_differ_have_their_maximum_far_beyond_the_kinships_scale(
    difference, reml
):
    rng = np.random.default_rng(8)
    K = builders.kinship("groups", 24, rng)
    y = np.repeat(rng.normal(size=6), 4) + difference * rng.normal(size=24)
    fit = fit_lmm(y, None, K, reml=reml)
    # One-way random effects, in closed form: σ²e is the mean square within.
    groups = y.reshape(6, 4)
    within = np.sum((groups - groups.mean(axis=1, keepdims=True)) ** 2) / 18
    between = 4.0 * np.sum((groups.mean(axis=1) - y.mean()) ** 2) / (5 if reml else 6)
    expected = (between - within) / 4.0
    assert fit.status == "interior"
    # 1 - h is about difference², and h is stored to 1e-16.
    rel = max(1e-8, 1e-15 / difference**2)
    assert fit.sigma2_e == pytest.approx(within, rel=rel)
    assert fit.sigma2_g == pytest.approx(expected, rel=rel)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
@pytest.mark.parametrize("kind", ["full", "centred", "clones"])
def test_the_unit_of_y_changes_units_only(kind, scale):
    y, X, K = builders.problem(kind, 30, 2, 0.6, seed=9)
    plain, scaled = fit_lmm(y, X, K), fit_lmm(scale * y, X, K)
    assert scaled.status == plain.status
    assert scaled.h2 == pytest.approx(plain.h2, rel=1e-9)
    assert scaled.sigma2 == pytest.approx(plain.sigma2 * scale**2, rel=1e-9)
    np.testing.assert_allclose(scaled.beta, plain.beta * scale, rtol=1e-9)
    assert scaled.loglik == pytest.approx(plain.loglik - 28 * math.log(scale), rel=1e-11)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_the_unit_of_a_covariate_changes_its_coefficient_only(scale):
    y, X, K = builders.problem("centred", 30, 3, 0.6, seed=10)
    plain, scaled = fit_lmm(y, X, K), fit_lmm(y, X * [1.0, scale, 1.0], K)
    assert scaled.h2 == pytest.approx(plain.h2, rel=1e-10)
    # log det X'WX - log det X'X: the unit cancels.
    assert scaled.loglik == pytest.approx(plain.loglik, rel=1e-11)
    np.testing.assert_allclose(scaled.beta * [1.0, scale, 1.0], plain.beta, rtol=1e-9)
    np.testing.assert_allclose(scaled.se_beta * [1.0, scale, 1.0], plain.se_beta, rtol=1e-9)


def test_tiny_eigenvalues_and_covariates_make_no_hills_of_rounding():
    for seed in range(12):
        rng = np.random.default_rng(seed)
        values = np.concatenate([[6e-10, 9e-10, 2e-9], rng.uniform(0.2, 2.0, 13)])
        y = 5.0 + np.sqrt(values) * rng.normal(size=16)
        fit = fit_lmm(y, builders.covariates(16, 4, rng), np.diag(values))
        assert len(fit.maxima) <= 2, fit.maxima
        assert fit.status == fit.maxima[0].kind


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", builders.KINDS)
def test_trace_ends_with_both_boundaries_and_never_beats_the_answer(kind, reml):
    y, X, K = builders.problem(kind, 24, 2, 0.7, seed=11)
    fit = fit_lmm(y, X, K, reml=reml)
    if fit.status == "flat" or not fit.maxima:
        assert fit.trace == ()
        return
    trace = fit.trace
    assert fit.n_eval == len(trace)
    assert [step.iteration for step in trace] == list(range(1, len(trace) + 1))
    assert [(step.procedure, step.h2) for step in trace[-2:]] == [
        ("boundary", 0.0),
        ("boundary", 1.0),
    ]
    assert all(step.procedure != "boundary" for step in trace[:-2])
    for step in trace:
        value = log_likelihood(fit.rotated, step.h2, reml=reml)
        assert step.loglik == pytest.approx(value, rel=1e-12)
        so_far = max((t.loglik, t.h2) for t in trace[: step.iteration])
        assert (step.best_loglik, step.best_h2) == so_far
    if fit.status != "unbounded":
        assert max(step.loglik for step in trace) <= fit.loglik + 1e-11 * abs(fit.loglik)
        assert fit.loglik == fit.maxima[0].loglik
        # Brent's answer is within its tolerance of the polished one.
        assert trace[-1].best_h2 == pytest.approx(fit.h2, abs=2e-4)


def test_a_single_hill_is_searched_on_the_whole_interval():
    y, X, K = load_reference("pedigree300").trait("h50")
    fit = fit_lmm(y, X, K)
    assert fit.trace[:-2] == plain_search(fit.rotated).trace
    assert (fit.trace[0].lower, fit.trace[0].upper) == (0.0, 1.0)


def test_a_fit_is_complete_frozen_and_read_only():
    y, X, K = builders.problem("full", 20, 2, 0.5, seed=12)
    eigen = decompose(K)
    fit = fit_lmm(y, X, eigen, xtol=1e-3)
    assert fit.eigen is eigen
    assert fit.xtol == 1e-3
    assert not fit.beta.flags.writeable
    assert not fit.se_beta.flags.writeable
    with pytest.raises(FrozenInstanceError):
        fit.h2 = 0.5
    bimodal = load_reference("bimodal30").trait("y")
    for other in (fit, fit_lmm(*bimodal, reml=False)):
        assert type(other.h2) is float
        assert all(type(maximum.h2) is float for maximum in other.maxima)
    assert all(type(maximum.h2) is float for maximum in fit.maxima)
    json.dumps([fit.h2, fit.sigma2, fit.loglik, fit.maxima[0].h2])
    again = fit_rotated(rotate(eigen, y, X), xtol=1e-3)
    assert (again.h2, again.loglik) == (fit.h2, fit.loglik)


def test_aliased_columns_have_neither_estimate_nor_error():
    y, X, K = builders.problem("full", 20, 2, 0.5, seed=13)
    fit = fit_lmm(y, np.column_stack([X, 3.0 - X[:, 1]]), K)
    assert np.isnan(fit.beta).tolist() == np.isnan(fit.se_beta).tolist() == [False, False, True]
    assert fit.p == 2
    assert fit.h2 == pytest.approx(fit_lmm(y, X, K).h2, rel=1e-12)


def test_hills_are_cut_at_their_valleys():
    assert hills(np.array([0.0, 1.0, 2.0, 1.0, 0.5]), 1e-9) == [(0, 2, 4)]
    assert hills(np.array([3.0, 1.0, 2.0, 1.0, 4.0]), 1e-9) == [(0, 0, 1), (1, 2, 3), (3, 4, 4)]
    assert hills(np.array([2.0, 1.0, 0.0, -np.inf]), 1e-9) == [(0, 0, 3)]
    assert hills(np.array([0.0, 1.0, 0.5, np.inf]), 1e-9) == [(0, 1, 2), (2, 3, 3)]
    assert hills(np.array([0.0, 1.0, 2.0]), 1e-9) == [(0, 2, 2)]


def test_a_dip_of_rounding_parts_no_hill():
    assert hills(np.array([0.0, 2.0, 2.0 - 1e-12, 2.0 + 1e-12, 0.0]), 1e-10) == [(0, 3, 4)]
    assert hills(np.array([1.0, 1.0 - 1e-12, 1.0, 1.0]), 1e-10) == [(0, 0, 3)]
    # What a log-likelihood of 100 resolves, eight digits after the point, still parts them.
    dip = np.array([-100.0, -99.0, -99.0 - 1e-7, -99.0, -100.0])
    assert len(hills(dip, DIP_TOLERANCE * 100.0)) == 2
    noise = 1e-12 * np.random.default_rng(0).normal(size=200)
    assert len(hills(-np.linspace(0.0, 1e-9, 200) + noise, 1e-10)) == 1


@pytest.mark.parametrize("astray", [-9, -4, 4, 9])
def test_the_slope_leads_to_the_summit_from_a_wrong_place_on_a_plateau(astray):
    y, X, K = load_reference("pedigree300").trait("h50")
    fit = fit_lmm(y, X, K)
    grid = profile_grid(fit.rotated)
    peak = int(np.searchsorted(grid, fit.h2)) + astray
    found = _summit(fit.rotated, grid, (0, peak, len(grid) - 1), float(grid[peak]), True)
    assert found.kind == "interior"
    assert found.h2 == pytest.approx(fit.h2, rel=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_ml_of_a_single_contrast_is_the_best_of_its_profile(seed):
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(3), rng.normal(size=3)])
    root = rng.normal(size=(3, 5))
    y, K = rng.normal(size=3), root @ root.T / 5.0
    fit = fit_lmm(y, X, K, reml=False)
    grid = np.linspace(0.0, 1.0, 401)
    dense = [dense_gls(y, X, K, h, reml=False).loglik for h in grid]
    assert fit.status in ("interior", "lower_boundary", "upper_boundary")
    assert fit.loglik >= max(dense) - 1e-9
    assert fit.loglik == pytest.approx(dense_gls(y, X, K, fit.h2, reml=False).loglik, abs=1e-9)
    many = fit_traits(y[:, np.newaxis], X, K, reml=False)
    assert many.h2[0] == pytest.approx(fit.h2, abs=1e-9)
    assert many.loglik[0] == pytest.approx(fit.loglik, abs=1e-9)
