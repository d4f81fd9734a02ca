"""Each case in which a plain implementation goes wrong: status, message and value.

And that no other system's answer is better than ours, wherever it was recorded.
"""

import math

import numpy as np
import pytest

from lmm_core import (
    DesignError,
    KinshipError,
    decompose,
    fit_lmm,
    fit_rotated,
    log_likelihood,
    rotate,
)
from lmm_core.fit import plain_search
from tests import builders
from tests.conftest import load_fits, load_reference, record_id


def data(kind="full", n=20, p=1, h=0.5, seed=3):
    return builders.problem(kind, n, p, h, seed)


def dense_loglik(y, X, K, h, reml):
    """The log-likelihood by determinants, for a V that has an inverse."""
    n, p = X.shape
    V = h * K + (1.0 - h) * np.eye(n)
    A = X.T @ np.linalg.solve(V, X)
    e = y - X @ np.linalg.solve(A, X.T @ np.linalg.solve(V, y))
    m = n - p if reml else n
    rss = e @ np.linalg.solve(V, e)
    twice = m * (np.log(2 * np.pi * rss / m) + 1.0) + np.linalg.slogdet(V)[1]
    if reml:
        twice += np.linalg.slogdet(A)[1] - np.linalg.slogdet(X.T @ X)[1]
    return -0.5 * twice


def test_reml_of_a_centred_kinship_has_its_exact_limit_at_one():
    y, X, K = data("centred", 40, 2, 1.0, 10)
    fit = fit_lmm(y, X, K)
    assert (fit.status, fit.h2) == ("upper_boundary", 1.0)
    assert "highest at h = 1, the upper end: relatives are at least as alike" in fit.message
    # What is left to go is of the order of 1 - h, with a slope of about a hundred.
    assert fit.loglik == pytest.approx(dense_loglik(y, X, K, 1 - 1e-7, True), abs=1e-4)


@pytest.mark.parametrize("reml", [True, False])
def test_contrasts_without_variance_forbid_h_of_one(reml):
    y, X, K = data("low_rank")
    fit = fit_lmm(y, X, K, reml=reml)
    assert log_likelihood(fit.rotated, 1.0, reml=reml) == -np.inf
    assert fit.status == "interior"
    assert f"highest at h = {fit.h2:.3f}, inside" in fit.message
    assert fit.loglik == pytest.approx(dense_loglik(y, X, K, fit.h2, reml), rel=1e-9)


def test_ml_of_a_centred_kinship_is_unbounded_and_reports_the_hill_inside():
    y, X, K = load_reference("centred200").trait("b")
    fit = fit_lmm(y, X, K, reml=False)
    assert fit.status == "unbounded"
    assert log_likelihood(fit.rotated, 1.0, reml=False) == np.inf
    assert "grows without bound as h tends to 1" in fit.message
    assert "The value reported, h = 0.360, is its highest finite maximum" in fit.message
    assert fit.loglik == pytest.approx(dense_loglik(y, X, K, fit.h2, False), rel=1e-9)


def test_negative_eigenvalues_of_rounding_are_zeros():
    y, X, K = data("centred")
    values, vectors = np.linalg.eigh(K)
    values[0] = -20 * np.finfo(float).eps * values[-1]
    one = fit_lmm(y, X, K)
    other = fit_lmm(y, X, (vectors * values) @ vectors.T)
    assert other.status == one.status
    assert other.message == one.message
    assert other.h2 == pytest.approx(one.h2, rel=1e-9)


def test_larger_negative_eigenvalues_are_refused_or_clipped_on_request():
    y, X, K = data()
    values, vectors = np.linalg.eigh(K)
    values[0] = -0.01
    K = (vectors * values) @ vectors.T
    with pytest.raises(KinshipError, match=r"smallest eigenvalue is −0\.01 beside .*repair="):
        fit_lmm(y, X, K)
    values[0] = 0.0
    clipped = fit_lmm(y, X, decompose(K, repair="clip"))
    expected = fit_lmm(y, X, (vectors * values) @ vectors.T)
    assert (clipped.status, clipped.message) == (expected.status, expected.message)
    assert clipped.h2 == pytest.approx(expected.h2, rel=1e-8)


def test_an_asymmetric_kinship_is_refused_with_the_place():
    y, X, K = data()
    K[4, 17] += 0.031
    with pytest.raises(KinshipError, match=r"\|K\[4, 17\] − K\[17, 4\]\| = 0\.031"):
        fit_lmm(y, X, K)


def test_individuals_without_kin_are_fitted():
    y, X, K = data("families", 40, 1, 0.5, 1)
    K[:5] = K[:, :5] = 0.0
    fit = fit_lmm(y, X, K)
    assert fit.status in ("interior", "lower_boundary")
    assert "highest at h = " in fit.message
    grid = np.linspace(0, 0.999, 2001)
    heights = [dense_loglik(y, X, K, h, True) for h in grid]
    assert fit.h2 == pytest.approx(grid[np.argmax(heights)], abs=5e-4)
    assert fit.loglik >= max(heights) - 1e-10


@pytest.mark.parametrize("reml", [True, False])
def test_clones_are_a_one_way_layout(reml):
    y, X, K = data("groups", 24, 1, 0.5, 5)
    fit = fit_lmm(y, X, K, reml=reml)
    groups = y.reshape(6, 4)
    within = np.sum((groups - groups.mean(axis=1, keepdims=True)) ** 2) / 18
    between = 4.0 * np.sum((groups.mean(axis=1) - y.mean()) ** 2) / (5 if reml else 6)
    assert fit.status == "interior"
    assert f"h = {fit.h2:.3f}, inside" in fit.message
    assert fit.sigma2_e == pytest.approx(within, rel=1e-8)
    assert fit.sigma2_g == pytest.approx((between - within) / 4.0, rel=1e-8)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("c", [1e-6, 1.0, 40.0])
def test_a_multiple_of_the_identity_says_nothing_of_h(c, reml):
    y, X, _ = data()
    fit = fit_lmm(y, X, c * np.eye(20), reml=reml)
    assert fit.status == "flat"
    assert "the same for every h: apart from the covariates" in fit.message
    assert math.isnan(fit.h2)
    assert fit.beta[0] == pytest.approx(y.mean())


@pytest.mark.parametrize("reml", [True, False])
def test_a_kinship_of_rank_one_is_one_contrast_against_the_rest(reml):
    rng = np.random.default_rng(2)
    a = rng.normal(size=20)
    a -= a.mean()
    y = 3.0 * a + rng.normal(size=20)
    fit = fit_lmm(y, None, np.outer(a, a), reml=reml)
    assert fit.status == "interior"
    assert "inside" in fit.message
    unit = a / np.linalg.norm(a)
    signal = (unit @ y) ** 2
    rest = np.sum((y - y.mean()) ** 2) - signal
    # d = h|a|² + 1 - h in one direction: the two variances are the two mean squares, with
    # 18 contrasts, and under ML the mean's direction, beside it.
    noise = rest / (18 if reml else 19)
    assert fit.sigma2_e == pytest.approx(noise, rel=1e-8)
    assert fit.sigma2_g == pytest.approx((signal - noise) / (a @ a), rel=1e-8)


@pytest.mark.parametrize(
    ("left", "status", "says"),
    [
        (0, "flat", "phenotype is fitted without error"),
        (1, "flat", "1 residual degree of freedom is left: too few to tell two variances apart"),
        (2, "boundary", "highest at h = "),
    ],
)
def test_few_degrees_of_freedom(left, status, says):
    K = np.diag([0.5, 1.0, 1.5, 4.0])
    y = np.array([1.0, -2.0, 0.5, 6.0])
    fit = fit_lmm(y, np.eye(4)[:, : 4 - left], K)
    assert status in fit.status
    assert says in fit.message
    if left == 2:
        # Variances 1.5 and 4 for squares 0.25 and 36: the more genetic, the better.
        assert fit.h2 == 1.0
        assert fit.sigma2 == pytest.approx((0.25 / 1.5 + 36.0 / 4.0) / 2)
    else:
        assert math.isnan(fit.h2)


@pytest.mark.parametrize("value", [0.0, 0.1, -7e5])
def test_a_constant_phenotype_has_no_variance_to_divide(value):
    _, X, K = data()
    fit = fit_lmm(np.full(20, value), X, K)
    assert fit.status == "flat"
    assert "no variance left to divide and no h to estimate" in fit.message
    assert math.isnan(fit.h2)
    assert fit.beta[0] == pytest.approx(value, rel=1e-12)


def test_collinear_and_constant_columns_are_left_out():
    y, X, K = data(p=2)
    one = fit_lmm(y, X, K)
    wide = np.column_stack([X, np.full(20, 5.0), np.zeros(20), X @ [1.0, 2.0]])
    other = fit_lmm(y, wide, K)
    assert (other.status, other.message, other.p) == (one.status, one.message, 2)
    assert other.h2 == pytest.approx(one.h2, rel=1e-10)
    assert np.isnan(other.beta).tolist() == [False, False, True, True, True]


@pytest.mark.parametrize("place", [0, -1])
def test_a_covariate_that_is_an_eigenvector_takes_its_direction_out(place):
    rng = np.random.default_rng(6)
    values = np.linspace(0.2, 3.0, 20)
    y = np.sqrt(values) * rng.normal(size=20)
    keep = np.arange(20) != (place % 20)
    fit = fit_lmm(y, np.eye(20)[:, [place]], np.diag(values))
    heights = []
    grid = np.linspace(0.0, 1.0, 4001)
    for h in grid:
        d = h * values[keep] + 1.0 - h
        rss = np.sum(y[keep] ** 2 / d)
        heights.append(-0.5 * (19 * (np.log(2 * np.pi * rss / 19) + 1.0) + np.log(d).sum()))
    assert fit.loglik == pytest.approx(max(heights), abs=1e-6)
    assert fit.h2 == pytest.approx(grid[np.argmax(heights)], abs=2.6e-4)
    assert fit.status in ("interior", "upper_boundary", "lower_boundary")
    assert f"h = {fit.h2:.3f}"[:5] in fit.message
    assert fit.beta[0] == pytest.approx(y[place])


@pytest.mark.parametrize("scale", [1e-12, 1e12])
@pytest.mark.parametrize("kind", ["full", "centred", "clones", "groups"])
def test_the_unit_of_y_changes_no_verdict(kind, scale):
    y, X, K = data(kind, 24, 2)
    one, other = fit_lmm(y, X, K), fit_lmm(scale * y, X, K)
    assert (other.status, other.message) == (one.status, one.message)
    assert other.h2 == pytest.approx(one.h2, rel=1e-9)


THEIRS = {"lmmlite": "hsq", "qtl2": "hsq", "pylmm": "h", "dense_gls": "h2", "R_optimize": "hsq"}


@pytest.mark.parametrize("record", load_fits(), ids=record_id)
def test_no_other_answer_is_higher(record):
    """At every system's own h, our log-likelihood; where it has no upper bound ours is +inf.

    For those records, all of them ML of a centred kinship, the largest value is the limit at
    h = 1, and what the fit reports is the best finite maximum; it must be at least as high as
    any answer that is on the same side of the valley that parts it from the rise to +inf.
    """
    reml = record["method"] == "REML"
    fit = fit_lmm(*load_reference(record["dataset"]).trait(record["trait"]), reml=reml)
    best = fit.loglik
    if fit.status == "unbounded":
        best = log_likelihood(fit.rotated, 1.0, reml=reml)
        assert best == np.inf
        assert (record["dataset"], reml) == ("centred200", False)
    for system, name in THEIRS.items():
        if system not in record or record[system].get(name) is None:
            continue
        h = record[system][name]
        height = log_likelihood(fit.rotated, h, reml=reml)
        assert height <= best + 1e-9
        if fit.status == "unbounded" and fit.maxima:
            path = np.linspace(min(h, fit.h2), max(h, fit.h2), 401)
            if h < 0.9:
                assert log_likelihood(fit.rotated, path, reml=reml).max() <= fit.loglik + 1e-9


def record_of(dataset, trait, method):
    return next(
        r
        for r in load_fits()
        if (r["dataset"], r["trait"], r["method"]) == (dataset, trait, method)
    )


def test_failure_1_the_lower_of_two_maxima():
    record = record_of("bimodal30", "y", "ML")
    fit = fit_lmm(*load_reference("bimodal30").trait("y"), reml=False)
    assert fit.h2 == pytest.approx(0.9617, abs=5e-5)
    for system, name in (("lmmlite", "hsq"), ("qtl2", "hsq"), ("pylmm", "h")):
        theirs = record[system][name]
        assert theirs == pytest.approx(0.1196, abs=2e-4)
        assert log_likelihood(fit.rotated, theirs, reml=False) < fit.loglik - 0.01
    assert plain_search(fit.rotated, reml=False).x == pytest.approx(0.1196, abs=2e-4)


def test_failure_2_the_first_interior_maximum_instead_of_the_end():
    record = record_of("centred200", "a", "REML")
    fit = fit_lmm(*load_reference("centred200").trait("a"))
    assert (fit.status, fit.h2) == ("lower_boundary", 0.0)
    assert record["pylmm"]["h"] == pytest.approx(0.6985, abs=1e-3)
    assert log_likelihood(fit.rotated, record["pylmm"]["h"]) < fit.loglik


@pytest.mark.parametrize("trait", "abc")
def test_failure_3_an_unbounded_likelihood_is_not_an_estimate_of_one(trait):
    record = record_of("centred200", trait, "ML")
    fit = fit_lmm(*load_reference("centred200").trait(trait), reml=False)
    assert fit.status == "unbounded"
    assert fit.h2 != 1.0
    assert record["lmmlite"]["hsq"] == pytest.approx(1.0, abs=1e-6)
    assert record["qtl2"]["hsq"] == pytest.approx(1.0, abs=1e-6)
    expected = {"a": 0.99, "b": 0.36, "c": 0.99}[trait]
    assert record["pylmm"]["h"] == pytest.approx(expected, abs=1e-2)


def test_failure_4_a_missing_phenotype_is_an_error_and_not_a_golden_section():
    y, X, K = load_reference("pedigree300").trait("h50")
    y = y.copy()
    y[3] = np.nan
    with pytest.raises(DesignError, match="missing"):
        fit_lmm(y, X, K)
    eigen = decompose(K)
    with pytest.raises(DesignError, match="missing"):
        fit_rotated(rotate(eigen, y, X))
