"""Predictions and residuals, against lme4, dense formulas, and leaving one out."""

import numpy as np
import pytest

from lmm_core import LMMError, blup, decompose_records, fit_lmm, residuals
from tests import builders
from tests.conftest import REFERENCE, load_reference

CASES = [("pedigree300", "h50"), ("groups", "y"), ("tiny12", "weight"), ("centred200", "b")]


def dense(fit, X, K):
    """V, its inverse, and P, at ĥ with v = 1."""
    V = fit.h2 * K + (1.0 - fit.h2) * np.eye(fit.n)
    inverse = np.linalg.inv(V)
    VX = inverse @ X
    return V, inverse, inverse - VX @ np.linalg.solve(X.T @ VX, VX.T)


def test_blups_are_lme4s(lme4_groups):
    group = [
        int(line.split(",")[1])
        for line in (REFERENCE / "groups" / "group.csv").read_text().splitlines()[1:]
    ]
    data = load_reference("groups").trait("y")
    for theirs in lme4_groups["fits"]:
        u = blup(fit_lmm(*data, reml=theirs["method"] == "REML")).u
        # lmer stops at about 1e-6 of its parameter.
        np.testing.assert_allclose(u, np.array(theirs["blup"])[group], rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize(("name", "trait"), CASES)
def test_blups_and_their_variances_are_the_dense_formulas(name, trait, reml):
    y, X, K = load_reference(name).trait(trait)
    fit = fit_lmm(y, X, K, reml=reml)
    _, inverse, P = dense(fit, X, K)
    found = blup(fit)
    # V has a condition of up to 1e3; ĥ and v̂ are the same numbers on both sides.
    expected = fit.h2 * K @ inverse @ (y - X @ fit.beta)
    np.testing.assert_allclose(found.u, expected, rtol=1e-8, atol=1e-10)
    variance = fit.sigma2 * np.diagonal(fit.h2 * K - fit.h2**2 * K @ P @ K)
    np.testing.assert_allclose(found.prediction_variance, variance, rtol=1e-8)
    assert (variance > 0).all()
    reliability = 1.0 - variance / (fit.sigma2_g * np.diagonal(K))
    np.testing.assert_allclose(found.reliability, reliability, atol=1e-8)
    assert (found.reliability < 1.0).all()


def test_the_prediction_variance_is_that_of_simulated_errors():
    rng = np.random.default_rng(1)
    y, X, K = builders.problem("families", 24, 2, 0.5, 6)
    fit = fit_lmm(y, X, K)
    assert 0.0 < fit.h2 < 1.0
    _, _, P = dense(fit, X, K)
    values, vectors = np.linalg.eigh(K)
    draws = 20_000
    u = np.sqrt(fit.sigma2_g) * (vectors * np.sqrt(values)) @ rng.normal(size=(24, draws))
    e = np.sqrt(fit.sigma2_e) * rng.normal(size=(24, draws))
    # Prediction with b estimated: hKP(u + e).
    error = fit.h2 * K @ P @ (u + e) - u
    # A variance of 20,000 draws is good to 1%; four of those.
    np.testing.assert_allclose(blup(fit).prediction_variance, error.var(axis=1), rtol=0.04)


def test_without_genetic_variance_predictions_are_0():
    fit = fit_lmm(*load_reference("pedigree300").trait("h00"))
    found = blup(fit)
    assert (found.u == 0.0).all()
    assert (found.prediction_variance == 0.0).all()
    assert np.isnan(found.reliability).all()


def test_an_individual_without_variance_has_no_reliability():
    rng = np.random.default_rng(2)
    K = builders.kinship("families", 24, rng)
    K[0] = K[:, 0] = 0.0
    for seed in range(20):
        fit = fit_lmm(builders.phenotype(K, 0.6, np.random.default_rng(seed)), None, K)
        if 0.0 < fit.h2 < 1.0:
            break
    found = blup(fit)
    assert found.u[0] == pytest.approx(0.0, abs=1e-14)
    assert np.isnan(found.reliability[0]) or found.prediction_variance[0] < 1e-28
    assert (found.reliability[1:] > 0).all()


@pytest.mark.parametrize("reml", [True, False])
def test_studentised_residuals_are_from_leaving_one_out(reml):
    """At the same h and v, y_i from all others by the conditional normal, b refitted."""
    y, X, K = load_reference("tiny12").trait("weight")
    fit = fit_lmm(y, X, K, reml=reml)
    V, _, _ = dense(fit, X, K)
    found = residuals(fit)
    for i in range(fit.n):
        others = np.arange(fit.n) != i
        W = np.linalg.inv(V[np.ix_(others, others)])
        A = np.linalg.inv(X[others].T @ W @ X[others])
        beta = A @ X[others].T @ W @ y[others]
        c = V[i, others] @ W
        predicted = X[i] @ beta + c @ (y[others] - X[others] @ beta)
        lever = X[i] - c @ X[others]
        variance = fit.sigma2 * (V[i, i] - c @ V[others, i] + lever @ A @ lever)
        assert found.studentized[i] == pytest.approx((y[i] - predicted) / np.sqrt(variance))
        assert found.predicted[i] == pytest.approx(predicted, rel=1e-10)
    order = np.abs(found.studentized[found.outliers])
    assert (np.diff(order) <= 0).all()


@pytest.mark.parametrize(("name", "trait"), CASES)
def test_leverage_sums_to_p_and_whitened_squares_to_df(name, trait):
    for reml in (True, False):
        fit = fit_lmm(*load_reference(name).trait(trait), reml=reml)
        found = residuals(fit)
        assert found.leverage.sum() == pytest.approx(fit.p, rel=1e-12)
        assert ((found.leverage > -1e-15) & (found.leverage < 1 + 1e-12)).all()
        squares = np.sum(found.whitened**2)
        assert squares == pytest.approx(fit.n - fit.p if reml else fit.n, rel=1e-10)


def test_a_planted_outlier_comes_first():
    y, X, K = load_reference("pedigree300").trait("h50")
    y = y.copy()
    y[17] += 10.0 * y.std()
    found = residuals(fit_lmm(y, X, K))
    assert found.outliers[0] == 17
    assert found.studentized[17] > 5.0
    assert sorted(found.outliers) == list(range(len(y)))


def test_studentised_residuals_close_to_one_with_clones():
    """Weights of 1e6 and more beside 1: no digits of P are lost, none withheld."""
    rng = np.random.default_rng(8)
    K = builders.kinship("groups", 24, rng)
    y = np.repeat(rng.normal(size=6), 4) + 1e-4 * rng.normal(size=24)
    fit = fit_lmm(y, None, K)
    assert 1.0 - fit.h2 < 1e-6
    # Clones of three others are predicted by their mean, with variance σ²e(1 + 1/3), and by
    # the other families not at all, to 1e-7.
    groups = y.reshape(6, 4)
    means = (groups.sum(axis=1, keepdims=True) - groups) / 3.0
    expected = ((groups - means) / np.sqrt(fit.sigma2_e * 4.0 / 3.0)).ravel()
    np.testing.assert_allclose(residuals(fit).studentized, expected, atol=1e-3)
    # The families lie about 1 apart, their members 1e-4.
    shown = residuals(fit).predicted.reshape(6, 4)
    np.testing.assert_allclose(shown, means, atol=1e-6)


def test_whom_a_covariate_singles_out_cannot_be_predicted():
    y, X, K = builders.problem("full", 20, 1, 0.5, 3)
    own = np.zeros(20)
    own[4] = 1.0
    found = residuals(fit_lmm(y, np.column_stack([X, own]), K))
    assert np.isnan(found.studentized).tolist() == [i == 4 for i in range(20)]
    assert np.isnan(found.predicted).tolist() == [i == 4 for i in range(20)]
    assert found.outliers[-1] == 4


def test_results_are_read_only():
    fit = fit_lmm(*builders.problem("full", 20, 1, 0.5, 3))
    for array in (blup(fit).u, residuals(fit).predicted, residuals(fit).outliers):
        assert not array.flags.writeable


@pytest.mark.parametrize("function", [blup, residuals])
def test_what_cannot_be_predicted_says_why(function):
    at_one = fit_lmm(*builders.problem("centred", 40, 2, 1.0, 10))
    assert at_one.h2 == 1.0
    with pytest.raises(LMMError, match="at ĥ = 1 need a kinship of full rank: 1 of its eig"):
        function(at_one)
    with pytest.raises(LMMError, match="no estimate to predict with: The restricted"):
        function(fit_lmm(np.arange(6.0) ** 2, None, np.eye(6)))


# Mrode, "Linear Models for the Prediction of Animal Breeding Values", examples 3.1 and 4.1: the
# calves 4 to 8, their sexes and weaning gains; 1 to 3 have no record. σ²_a = 20, σ²_e = 40.
MRODE = np.array(
    [
        [1.0, 0.0, 0.0, 0.5, 0.0, 0.5, 0.25, 0.25],
        [0.0, 1.0, 0.0, 0.0, 0.5, 0.5, 0.25, 0.25],
        [0.0, 0.0, 1.0, 0.0, 0.5, 0.0, 0.25, 0.5],
        [0.5, 0.0, 0.0, 1.0, 0.0, 0.25, 0.5, 0.125],
        [0.0, 0.5, 0.5, 0.0, 1.0, 0.25, 0.5, 0.375],
        [0.5, 0.5, 0.0, 0.25, 0.25, 1.0, 0.25, 0.5],
        [0.25, 0.25, 0.25, 0.5, 0.5, 0.25, 1.0, 0.25],
        [0.25, 0.25, 0.5, 0.125, 0.375, 0.5, 0.25, 1.0],
    ]
)
CALVES = np.arange(3, 8)
GAINS = (4.5, 2.9, 3.9, 3.5, 5.0)
SEXES = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
# Breeding values, reliabilities and standard errors of prediction as printed there.
VALUES = (
    *(0.09844458, -0.01877010, -0.04108420, -0.00866312),
    *(-0.18573210, 0.17687209, -0.24945855, 0.18261469),
)
RELIABILITIES = (0.058, 0.016, 0.088, 0.144, 0.144, 0.116, 0.116, 0.156)
ERRORS = (4.341, 4.436, 4.271, 4.138, 4.138, 4.205, 4.205, 4.109)


def test_mrodes_breeding_values_of_animals_without_a_record_too():
    fit = fit_lmm(GAINS, SEXES, MRODE[np.ix_(CALVES, CALVES)])
    known = {"h2": 1.0 / 3.0, "sigma2": 60.0}
    found = blup(fit, **known, K=MRODE, recorded=CALVES)
    # To half of the last digit printed.
    np.testing.assert_allclose(found.u, VALUES, rtol=0.0, atol=5e-9)
    # The book takes both from d, the variance over σ²_e, with three decimals: 1 - 2d and √(40d).
    d = np.round(found.prediction_variance / 40.0, 3)
    np.testing.assert_allclose(1.0 - 2.0 * d, RELIABILITIES, rtol=0.0, atol=1e-12)
    np.testing.assert_allclose(np.sqrt(40.0 * d), ERRORS, rtol=0.0, atol=6e-4)
    np.testing.assert_allclose(found.reliability, RELIABILITIES, rtol=0.0, atol=1e-3)
    own = blup(fit, **known)
    for name in ("u", "prediction_variance", "reliability"):
        np.testing.assert_allclose(getattr(own, name), getattr(found, name)[CALVES], rtol=1e-12)
    # The variance that fits best at that h is another.
    assert blup(fit, h2=1.0 / 3.0).prediction_variance[0] != pytest.approx(4.341**2, rel=0.1)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", ["full", "centred", "groups", "low_rank"])
@pytest.mark.parametrize("records", [False, True])
def test_predictions_of_everyone_are_the_dense_formulas(kind, reml, records):
    rng = np.random.default_rng(5)
    everyone = builders.kinship(kind, 30, rng)
    recorded = rng.permutation(30)[:20]
    K = everyone[np.ix_(recorded, recorded)]
    of = rng.permutation(np.repeat(np.arange(20), 2)) if records else np.arange(20)
    X = builders.covariates(of.size, 2, rng)
    y = builders.phenotype(K, 0.6, rng)[of] + rng.normal(size=of.size)
    fit = fit_lmm(y, X, decompose_records(K, of) if records else K, reml=reml)
    for h in (0.05, 0.5, 0.99):
        V = h * K[np.ix_(of, of)] + (1.0 - h) * np.eye(of.size)
        W = np.linalg.inv(V)
        P = W - W @ X @ np.linalg.solve(X.T @ W @ X, X.T @ W)
        C = everyone[:, recorded[of]]
        found = blup(fit, h2=h, sigma2=2.0, K=everyone, recorded=recorded)
        np.testing.assert_allclose(found.u, h * C @ P @ y, rtol=1e-7, atol=1e-9)
        variance = 2.0 * np.diagonal(h * everyone - h**2 * C @ P @ C.T)
        np.testing.assert_allclose(found.prediction_variance, variance, rtol=1e-7, atol=1e-9)
        assert (found.prediction_variance >= 0.0).all()


def test_a_relative_closer_to_those_with_records_is_predicted_better():
    rng = np.random.default_rng(6)
    K = builders.kinship("families", 24, rng)
    # The last family has one more member; a stranger and a copy of the first stand last.
    everyone = np.zeros((27, 27))
    everyone[:24, :24] = K
    everyone[24, 20:25] = everyone[20:25, 24] = [0.5] * 4 + [1.0]
    everyone[25, 25] = 1.0
    everyone[26, :26], everyone[:26, 26], everyone[26, 26] = everyone[0, :26], everyone[:26, 0], 1.0
    fit = fit_lmm(builders.phenotype(K, 0.6, rng), None, K)
    found = blup(fit, h2=0.5, K=everyone, recorded=np.arange(24))
    assert found.u[25] == 0.0
    assert found.reliability[25] == pytest.approx(0.0, abs=1e-12)
    assert 0.0 < found.reliability[24] < found.reliability[:24].min()
    assert found.u[26] == pytest.approx(found.u[0], rel=1e-12)
    assert found.prediction_variance[26] == pytest.approx(found.prediction_variance[0], rel=1e-9)


@pytest.mark.parametrize(
    ("K", "recorded", "says"),
    [
        (MRODE, CALVES[::-1], "at the indices of those with a record: what K has there is another"),
        (0.5 * MRODE, CALVES, "what K has there is another matrix; give both in the same order"),
        (MRODE, CALVES[1:], "5 individuals have a record, and 4 are given"),
        (MRODE, None, "5 individuals have a record, and 8 are given"),
        (MRODE, CALVES + 1, "not all of these are indices from 0 to 7"),
        (MRODE, [3, 4, 5, 6, 6], "one of them is given twice"),
    ],
)
def test_a_kinship_of_everyone_that_does_not_belong_to_the_fit_is_refused(K, recorded, says):
    fit = fit_lmm(GAINS, SEXES, MRODE[np.ix_(CALVES, CALVES)])
    with pytest.raises(LMMError, match=says):
        blup(fit, h2=0.5, K=K, recorded=recorded)


def test_a_known_h_needs_no_estimate_but_an_h_and_where_nothing_is_left_a_variance():
    fit = fit_lmm(np.arange(6.0) ** 2, None, np.eye(6))
    assert fit.status == "flat"
    found = blup(fit, h2=0.5, sigma2=1.0)
    np.testing.assert_allclose(found.u, 0.5 * (np.arange(6.0) ** 2 - 55.0 / 6.0))
    with pytest.raises(LMMError, match=r"h must lie between 0 and 1: it is 1\.5"):
        blup(fit, h2=1.5)
    with pytest.raises(LMMError, match="v must be positive: it is −1; it is a variance"):
        blup(fit, h2=0.5, sigma2=-1.0)
    exact = fit_lmm([1.0, 2.0], np.eye(2), [[1.0, 0.5], [0.5, 1.0]])
    with pytest.raises(LMMError, match="v must be known where X fits y without error: none is"):
        blup(exact, h2=0.5)
