"""Weights: var(e) = v[hK + (1-h)diag(1/w)], against lme4, the dense density, and what must hold."""

import json

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from lmm_core import (
    DesignError,
    KinshipError,
    LMMError,
    blup,
    coefficient_tests,
    decompose,
    decompose_records,
    fit_lmm,
    fit_traits,
    interval_h2,
    log_likelihood,
    residuals,
    rotate,
    scan_markers,
    wls,
)
from lmm_core.certainty import reml_adjustment
from lmm_core.conventions import log_likelihood_as
from lmm_core.likelihood import likelihood_terms
from lmm_core.records import kinship_of, written_out
from lmm_core.scales import average_share, h2_on_scale
from lmm_core.simulate import simulate_phenotype
from tests import builders
from tests.conftest import load_reference
from tests.places import REFERENCE

LME4 = json.loads((REFERENCE / "lme4_weights.json").read_text(encoding="utf-8"))["fits"]
METHODS = pytest.mark.parametrize("reml", [True, False])
H2 = np.array([0.0, 0.2, 0.5, 0.9, 0.999])


def problem(n=24, seed=11):
    y, X, K = builders.problem("families", n, 2, 0.5, seed)
    return y, X, K, np.random.default_rng(seed).uniform(0.3, 6.0, n)


def of_groups():
    data = load_reference("groups").trait("y")
    rows = (REFERENCE / "groups" / "group.csv").read_text(encoding="utf-8").splitlines()[1:]
    return *data, np.array([int(row.split(",")[1]) for row in rows])


@pytest.mark.parametrize("theirs", LME4, ids=lambda fit: f"{fit['method']}-{fit['times']}")
@pytest.mark.parametrize("records", [False, True])
def test_lme4s_fits_with_weights(theirs, records):
    y, X, K, group = of_groups()
    w = theirs["times"] * (1.0 + np.arange(1, len(y) + 1) % 7)
    eigen = decompose_records(np.eye(15), group, weights=w) if records else decompose(K, weights=w)
    fit = fit_lmm(y, X, eigen, reml=theirs["method"] == "REML")
    # lmer stops at about 1e-6 of its parameter, where its criterion is flat to 1e-12.
    assert fit.sigma2_g == pytest.approx(theirs["sigmasq_g"], rel=1e-5)
    assert fit.sigma2_e == pytest.approx(theirs["sigmasq_e"], rel=1e-5)
    np.testing.assert_allclose(fit.beta, theirs["beta"], rtol=1e-6)
    np.testing.assert_allclose(fit.se_beta, theirs["se"], rtol=1e-5)
    assert log_likelihood_as(fit, "lme4") == pytest.approx(theirs["loglik"], abs=1e-8)
    u = blup(fit).u if records else blup(fit).u[[np.argmax(group == g) for g in range(15)]]
    np.testing.assert_allclose(u, theirs["blup"], rtol=1e-5, atol=1e-7)


@METHODS
@pytest.mark.parametrize("records", [False, True])
def test_the_log_likelihood_is_the_density_of_y(reml, records):
    y, X, K, w = problem()
    of = np.random.default_rng(9).integers(0, 8, len(y)) if records else np.arange(len(y))
    K = K[:8, :8] if records else K
    _, of = np.unique(of, return_inverse=True)
    K = K[: of.max() + 1, : of.max() + 1]
    eigen = decompose_records(K, of, weights=w) if records else decompose(K, weights=w)
    rotated = rotate(eigen, y, X)
    n, p = X.shape
    found = log_likelihood(rotated, H2, reml=reml)
    terms = likelihood_terms(rotated, H2, reml=reml)
    for k, h in enumerate(H2):
        V = h * K[np.ix_(of, of)] + (1.0 - h) * np.diag(1.0 / w)
        W = np.linalg.inv(V)
        beta = np.linalg.solve(X.T @ W @ X, X.T @ W @ y)
        v = (y - X @ beta) @ W @ (y - X @ beta) / (n - p if reml else n)
        expected = multivariate_normal.logpdf(y, X @ beta, v * V)
        if reml:
            logs = [np.linalg.slogdet(part)[1] for part in (X.T @ W @ X / v, X.T @ X)]
            expected += 0.5 * (p * np.log(2.0 * np.pi) - logs[0] + logs[1])
        assert found[k] == pytest.approx(expected, abs=1e-8)
        assert terms.log_det_d[k] == pytest.approx(np.linalg.slogdet(V)[1], abs=1e-8)
        assert terms.log_det_xtwx[k] == pytest.approx(np.linalg.slogdet(X.T @ W @ X)[1], abs=1e-8)
    assert terms.log_det_xtx == pytest.approx(np.linalg.slogdet(X.T @ X)[1], abs=1e-10)
    difference = log_likelihood(rotated, H2) - log_likelihood(rotated, H2, reml=False)
    np.testing.assert_allclose(reml_adjustment(rotated, H2).total, difference, atol=1e-9)


@METHODS
def test_the_scale_of_weights_is_that_of_k_upside_down(reml):
    y, X, K, w = problem()
    fit = fit_lmm(y, X, K, reml=reml, weights=w)
    assert fit.status == "interior"
    for c in (0.01, 0.5, 30.0):
        other = fit_lmm(y, X, K, reml=reml, weights=c * w)
        assert other.h2 == pytest.approx(h2_on_scale(fit.h2, c), abs=1e-9)
        assert other.sigma2_g == pytest.approx(fit.sigma2_g, rel=1e-8)
        assert other.sigma2_e == pytest.approx(c * fit.sigma2_e, rel=1e-8)
        assert other.loglik == pytest.approx(fit.loglik, abs=1e-9)
        np.testing.assert_allclose(other.beta, fit.beta, rtol=1e-8)
        # The share of the variance is of neither scale.
        shares = [average_share(one.h2, one.eigen.mean_diagonal) for one in (fit, other)]
        assert shares[1] == pytest.approx(shares[0], rel=1e-8)
        np.testing.assert_allclose(
            h2_on_scale(np.array(tuple(interval_h2(fit))), c), tuple(interval_h2(other)), atol=1e-7
        )
    equal = fit_lmm(y, X, K, reml=reml, weights=np.full(len(y), 4.0))
    plain = fit_lmm(y, X, K, reml=reml)
    assert equal.h2 == pytest.approx(h2_on_scale(plain.h2, 4.0), abs=1e-9)
    assert equal.loglik == pytest.approx(plain.loglik, abs=1e-9)
    assert equal.eigen.mean_diagonal == pytest.approx(4.0 * plain.eigen.mean_diagonal, rel=1e-12)


@METHODS
def test_weights_of_1_change_nothing(reml):
    y, X, K, _ = problem()
    one, plain = fit_lmm(y, X, K, reml=reml, weights=np.ones(24)), fit_lmm(y, X, K, reml=reml)
    assert one.h2 == pytest.approx(plain.h2, abs=1e-12)
    assert one.loglik == pytest.approx(plain.loglik, abs=1e-10)
    assert one.summary().replace(", of weight 1", "").split() == plain.summary().split()


@pytest.mark.parametrize("h", [0.1, 0.6])
def test_records_are_their_means_with_their_number_as_weight(h):
    rng = np.random.default_rng(3)
    K = builders.kinship("full", 12, rng)
    counts = rng.integers(1, 6, 12)
    of = np.repeat(np.arange(12), counts)
    y = rng.normal(size=of.size) + rng.normal(size=12)[of]
    Z = rng.normal(size=12)
    X = np.column_stack([np.ones(12), Z])
    means = np.bincount(of, y) / counts
    records = rotate(decompose_records(K, of), y, X[of])
    averaged = rotate(decompose(K, weights=counts), means, X)
    many, few = wls(records, h), wls(averaged, h)
    np.testing.assert_allclose(few.beta, many.beta, rtol=1e-10)
    np.testing.assert_allclose(few.unscaled_covariance, many.unscaled_covariance, rtol=1e-10)
    # At a given v they predict the same: what is left within individuals tells of v alone.
    predictions = [
        blup(fit_lmm(*data), h2=h, sigma2=2.0)
        for data in ((y, X[of], records.eigen), (means, X, averaged.eigen))
    ]
    np.testing.assert_allclose(predictions[0].u, predictions[1].u, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(predictions[0].reliability, predictions[1].reliability, rtol=1e-9)


@METHODS
@pytest.mark.parametrize("records", [False, True])
def test_predictions_and_residuals_are_the_dense_formulas(reml, records):
    y, X, K, w = problem()
    of = np.repeat(np.arange(8), 3) if records else np.arange(24)
    K = K[:8, :8] if records else K
    eigen = decompose_records(K, of, weights=w) if records else decompose(K, weights=w)
    fit = fit_lmm(y, X, eigen, reml=reml)
    h, Z = 0.4, np.eye(len(K))[of]
    V = h * Z @ K @ Z.T + (1.0 - h) * np.diag(1.0 / w)
    W = np.linalg.inv(V)
    P = W - W @ X @ np.linalg.solve(X.T @ W @ X, X.T @ W)
    found = blup(fit, h2=h, sigma2=3.0)
    np.testing.assert_allclose(found.u, h * K @ Z.T @ P @ y, rtol=1e-9, atol=1e-12)
    variance = 3.0 * np.diagonal(h * K - h**2 * K @ Z.T @ P @ Z @ K)
    np.testing.assert_allclose(found.prediction_variance, variance, rtol=1e-9)
    h = fit.h2
    V = h * Z @ K @ Z.T + (1.0 - h) * np.diag(1.0 / w)
    W = np.linalg.inv(V)
    P = W - W @ X @ np.linalg.solve(X.T @ W @ X, X.T @ W)
    left = residuals(fit)
    own = np.diagonal(P)
    np.testing.assert_allclose(left.predicted, y - P @ y / own, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(left.studentized, P @ y / np.sqrt(fit.sigma2 * own), rtol=1e-8)
    assert left.leverage.sum() == pytest.approx(fit.p, rel=1e-10)
    np.testing.assert_allclose(kinship_of(fit.eigen), K, atol=1e-12)
    whole = written_out(fit.eigen, "a test")
    again = fit_lmm(y, X, whole, reml=reml)
    assert again.h2 == pytest.approx(fit.h2, abs=1e-9)
    assert coefficient_tests(fit).df == 22


@pytest.mark.parametrize("kind", ["full", "centred", "low_rank", "groups"])
def test_weights_that_differ_a_million_times_leave_the_rank_of_k(kind):
    rng = np.random.default_rng(7)
    K = builders.kinship(kind, 30, rng)
    w = np.geomspace(1.0, 1e6, 30)[rng.permutation(30)]
    plain, weighted = decompose(K), decompose(K, weights=w)
    assert weighted.rank == plain.rank
    X = np.column_stack([np.ones(30), rng.normal(size=30)])
    y = rng.normal(size=30)
    found = log_likelihood(rotate(weighted, y, X), np.array([0.1, 0.9]), reml=False)
    for k, h in enumerate((0.1, 0.9)):
        V = h * K + (1.0 - h) * np.diag(1.0 / w)
        W = np.linalg.inv(V)
        beta = np.linalg.solve(X.T @ W @ X, X.T @ W @ y)
        v = (y - X @ beta) @ W @ (y - X @ beta) / 30
        assert found[k] == pytest.approx(multivariate_normal.logpdf(y, X @ beta, v * V), abs=1e-5)


def test_negative_eigenvalues_are_set_to_0_before_weights_come_in():
    _, _, K, w = problem()
    bad = K.copy()
    bad[0, 1] = bad[1, 0] = 1.41237
    with pytest.raises(KinshipError, match="too far below zero to be rounding"):
        decompose(bad, weights=w)
    values, vectors = np.linalg.eigh(bad)
    nearest = (vectors * np.maximum(values, 0.0)) @ vectors.T
    repaired = decompose(bad, weights=w, repair="clip")
    assert repaired.note.startswith("1 negative eigenvalue")
    np.testing.assert_allclose(kinship_of(repaired), nearest, atol=1e-12)


def test_a_simulated_trait_has_the_variances_of_the_model():
    _, _, K, w = problem()
    eigen, rng = decompose(K, weights=w), np.random.default_rng(1)
    drawn = np.array([simulate_phenotype(eigen, 0.5, rng=rng).y for _ in range(4000)])
    expected = 0.5 * np.diagonal(K) + 0.5 / w
    # A variance of 4,000 draws is good to 2.2%; five of those.
    np.testing.assert_allclose(drawn.var(axis=0), expected, rtol=0.11)


def test_r_qtl2_prints_the_log_likelihood_of_the_weighted_trait():
    """Its `est_herit` multiplies K, X and y by √w, and adds nothing for it."""
    y, X, K, w = problem()
    root = np.sqrt(w)
    fit = fit_lmm(y, X, K, reml=False, weights=w)
    weighted = fit_lmm(
        root * y, root[:, np.newaxis] * X, K * root * root[:, np.newaxis], reml=False
    )
    ours, theirs = (log_likelihood_as(one, "qtl2") for one in (fit, weighted))
    assert ours == pytest.approx(theirs, abs=1e-9)
    assert fit.h2 == pytest.approx(weighted.h2, abs=1e-9)
    assert fit.loglik == pytest.approx(weighted.loglik + 0.5 * np.log(w).sum(), abs=1e-9)


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        (np.ones(5), r"one weight for each of the 24 .* the shape of the weights is \(5,\)"),
        (np.zeros(24), r"positive and finite: 24 of 24 are not, the first is weights\[0\] = 0;"),
        (np.full(24, np.nan), "positive and finite: 24 of 24 are not"),
        (["a"] * 24, "weights must be numeric"),
        (
            np.geomspace(1.0, 2e6, 24),
            "no weight must be more than 10⁶ times another: the largest is 2 × 10⁶ times",
        ),
    ],
)
def test_weights_that_are_none_are_refused(weights, says):
    y, X, K, _ = problem()
    with pytest.raises(DesignError, match=says):
        fit_lmm(y, X, K, weights=weights)


def test_what_takes_no_weights_says_so():
    y, X, K, w = problem()
    with pytest.raises(KinshipError, match="weights belong to the decomposition of K: it was"):
        fit_lmm(y, X, decompose(K), weights=w)
    eigen = decompose(K, weights=w)
    for call in (
        lambda: fit_traits(y[:, np.newaxis], X, eigen),
        lambda: scan_markers(X[:, 1:], y, X[:, :1], eigen),
    ):
        with pytest.raises(LMMError, match="bootstraps take no weights: K was decomposed with"):
            call()
