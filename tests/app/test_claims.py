"""The claims of the presets, each tested on its own: nothing here uses a preset's check.

Each is spelled out with numbers straight from `lmm_core`, or from algebra that shares nothing
with it. Those of docs/answers.md are in `test_claims_answers`.
"""

from functools import cache

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_core import (
    decompose,
    fit_lmm,
    fit_rotated,
    interval_h2,
    log_likelihood,
    residuals,
    rlrt,
    rotate,
    wls,
)
from lmm_core.certainty import contrasts, expected_se_h2, sample_estimates
from lmm_core.dense import dense_gls
from lmm_core.fit import plain_search
from lmm_core.scales import h2_on_scale
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from lmm_core.slope import score

BOTH = pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
H = np.linspace(0.0, 1.0, 101)


@cache
def data(name):
    """y, X and K of a preset: its first trait, all its covariates."""
    problem = dataset(name).problem(dataset(name).traits.columns[0], covariates(name))
    return problem.y, problem.X, problem.K


@cache
def dataset(name):
    return PRESETS[name].make().dataset


def covariates(name):
    return dataset(name).covariates.columns


@cache
def fitted(name, reml):
    return fit_lmm(*data(name), reml=reml)


def mean_squares(y, size):
    """Between and within families of one size that stand side by side, by analysis of variance."""
    table = y.reshape(-1, size)
    means = table.mean(axis=1)
    between = size * np.sum((means - means.mean()) ** 2) / (len(table) - 1)
    within = np.sum((table - means[:, np.newaxis]) ** 2) / (table.size - len(table))
    return between, within


@BOTH
def test_families_of_one_size_have_two_eigenvalues_and_two_weights(reml):
    _, _, K = data("full_sibs")
    values = np.linalg.eigvalsh(K)
    np.testing.assert_allclose(values, [0.5] * 160 + [3.0] * 40, rtol=1e-12)
    fit = fitted("full_sibs", reml)
    within, between = np.unique(wls(fit.rotated, fit.h2).weights.round(10))[::-1]
    assert within == pytest.approx(1 / (1 - fit.h2 / 2))
    assert between == pytest.approx(1 / (1 + 2 * fit.h2))


def test_an_intercross_has_many_relationships_and_a_weight_for_every_direction():
    _, _, K = data("intercross")
    assert all(label.startswith("F10-") for label in dataset("intercross").ids)
    pairs = K[np.triu_indices(len(K), 1)]
    assert len(np.unique(pairs.round(6))) > 100
    assert pairs.std() > 0.1
    values = np.linalg.eigvalsh(K)
    assert np.diff(values).min() > 1e-6
    assert values[-1] / values[0] > 100


def test_a_strong_h_is_one_narrow_hill_and_ml_agrees_with_reml():
    for reml in (False, True):
        fit = fitted("strong_h", reml)
        lower, upper = interval_h2(fit)
        assert fit.h2 > 0.5
        assert upper - lower < 0.25
        profile = log_likelihood(fit.rotated, H, reml=reml)
        # One hill: the profile turns only once.
        assert np.count_nonzero(np.diff(np.sign(np.diff(profile)))) == 1
    assert fitted("strong_h", False).h2 == pytest.approx(fitted("strong_h", True).h2, abs=0.01)


@BOTH
def test_inbred_strains_rule_out_h_of_one_unless_mates_are_equal(reml):
    y, X, K = data("inbred_strains")
    np.testing.assert_array_equal(np.unique(K), [0.0, 1.0])
    fit = fitted("inbred_strains", reml)
    assert log_likelihood(fit.rotated, 1.0, reml=reml) == -np.inf
    # On the way there it falls without end: for every further digit of 1 - h by half of log 10
    # for each of the 150 directions (149 by REML) but the 120 that are within strains.
    near = log_likelihood(fit.rotated, 1 - 10.0 ** -np.arange(5, 9), reml=reml)
    directions = 149 if reml else 150
    np.testing.assert_allclose(np.diff(near), -0.5 * (directions - 120) * np.log(10), rtol=1e-4)
    alike = np.repeat(y.reshape(-1, 5).mean(axis=1), 5)
    assert log_likelihood(rotate(decompose(K), alike, X), 1.0, reml=reml) == np.inf


def test_reml_of_inbred_strains_is_the_analysis_of_variance():
    y, _, _ = data("inbred_strains")
    between, within = mean_squares(y, 5)
    fit = fitted("inbred_strains", True)
    assert fit.sigma2_e == pytest.approx(within, rel=1e-8)
    assert fit.sigma2_g == pytest.approx((between - within) / 5, rel=1e-8)


@BOTH
def test_about_half_of_all_samples_without_inheritance_are_at_zero(reml):
    fit = fitted("boundary_zero", reml)
    assert (fit.status, fit.h2) == ("lower_boundary", 0.0)
    assert score(fit.rotated, 0.0, reml=reml) <= 0.0
    rng = np.random.default_rng(1)
    sample = sample_estimates(contrasts(fit.rotated), 0.0, rng=rng, draws=5000, reml=reml)
    assert 0.45 < sample.at_zero < 0.62


@BOTH
def test_sibs_more_alike_than_kinship_allows_put_h_at_one(reml):
    y, _, K = data("boundary_one")
    between, within = mean_squares(y, 5)
    correlation = (between - within) / (between + 4 * within)
    assert correlation > 0.6
    # At h = 1 the model's correlation of sibs is as high as it goes.
    assert np.unique(K).tolist() == [0.0, 0.5, 1.0]
    fit = fitted("boundary_one", reml)
    assert (fit.status, fit.h2) == ("upper_boundary", 1.0)
    profile = log_likelihood(fit.rotated, H, reml=reml)
    assert (np.diff(profile) > 0).all()
    assert score(fit.rotated, 1.0, reml=reml) > 1.0


@BOTH
def test_with_twelve_sibs_every_h_is_within_two_log_units(reml):
    fit = fitted("small_sample", reml)
    assert fit.n == 12
    profile = log_likelihood(fit.rotated, H, reml=reml)
    assert fit.loglik - profile.min() < 2.0
    assert tuple(interval_h2(fit)) == (0.0, 1.0)
    # Not so where there are many.
    many = fitted("full_sibs", reml)
    assert many.loglik - log_likelihood(many.rotated, H, reml=reml).min() > 2.0


def test_the_kinship_of_unrelated_people_cannot_tell_h():
    _, _, K = data("unrelated")
    strays = K - np.eye(len(K))
    assert np.abs(strays).max() < 0.1
    assert np.abs(strays).mean() < 0.01
    expected = expected_se_h2(contrasts(fitted("unrelated", True).rotated), H)
    assert expected.min() > 0.5
    for reml in (False, True):
        assert tuple(interval_h2(fitted("unrelated", reml))) == (0.0, 1.0)
    # As many sibs can tell.
    sibs = full_sib_families(30, 5).K
    rotated = rotate(decompose(sibs), np.arange(150.0))
    assert expected_se_h2(contrasts(rotated), H).max() < 0.25


def test_one_family_is_flat_by_reml_and_zero_by_ml_whatever_the_trait():
    _, X, K = data("one_family")
    assert len(np.unique(K[~np.eye(len(K), dtype=bool)])) == 1
    eigen, rng = decompose(K), np.random.default_rng(1)
    for h2 in (0.0, 0.5, 1.0):
        for _ in range(10):
            rotated = rotate(eigen, simulate_phenotype(eigen, h2, rng=rng).y, X)
            profile = log_likelihood(rotated, H, reml=True)
            assert np.ptp(profile) < 1e-9
            assert fit_rotated(rotated, reml=True).status == "flat"
            assert fit_rotated(rotated, reml=False).h2 == 0.0
            assert (np.diff(log_likelihood(rotated, H, reml=False)) < 0).all()


def test_two_populations_that_eat_differently_inflate_h_without_the_covariate():
    y, X, K = data("structure")
    assert covariates("structure") == ("population",)
    for reml in (False, True):
        without = fit_lmm(y, X[:, :1], K, reml=reml)
        assert fitted("structure", reml).h2 == 0.0
        assert without.h2 > 0.3
        assert interval_h2(without).lower > 0.1
    assert rlrt(fit_lmm(y, X[:, :1], K), draws=10_000).p_value < 1e-3
    assert rlrt(fitted("structure", True), draws=1000).p_value == 1.0


def test_structure_inflates_h_on_average_and_its_covariate_mends_it():
    _, X, K = data("structure")
    eigen, rng = decompose(K), np.random.default_rng(1)
    estimates = []
    for _ in range(60):
        y = rng.standard_normal(len(K)) + 1.5 * X[:, 1]
        fits = [fit_rotated(rotate(eigen, y, design)) for design in (X, X[:, :1])]
        estimates.append([fit.h2 for fit in fits])
    with_it, without = np.mean(estimates, axis=0)
    assert with_it < 0.1
    assert without > 0.35


@pytest.mark.parametrize("h2", [0.3, 0.5, 0.7])
def test_covariates_of_whole_families_pull_h_down_by_ml_and_not_by_reml(h2):
    _, X, K = data("many_covariates")
    assert X.shape == (120, 9)
    np.testing.assert_array_equal(X[::6].repeat(6, axis=0), X)
    eigen = decompose(K)
    bias = {}
    for p in (1, 5, 9):
        pairs = contrasts(rotate(eigen, np.arange(120.0) % 7, X[:, :p]))
        for reml in (False, True):
            rng = np.random.default_rng(1)
            sample = sample_estimates(pairs, h2, rng=rng, draws=4000, reml=reml)
            bias[p, reml] = sample.mean - sample.h2
    # The more covariates, the lower by ML; the standard error of each bias is below 0.004.
    assert bias[9, False] < bias[5, False] - 0.05 < bias[1, False] - 0.1
    assert bias[9, False] < -0.15
    for p in (1, 5, 9):
        assert abs(bias[p, True]) < 0.07


def test_ml_does_not_count_the_coefficients_spent():
    """Families of one size, covariates of families: both fits are mean squares, but for a divisor.

    Between families the variance is v(1 + 5h/2) and within v(1 - h/2). ML divides the residual
    sum of squares of the family means by the number of families, REML by what is left of it.
    """
    y, X, _ = data("many_covariates")
    _, within = mean_squares(y, 6)
    means, design = y.reshape(-1, 6).mean(axis=1), X[::6]
    rss = 6 * float(np.linalg.lstsq(design, means)[1][0])
    for reml, divisor in ((False, 20), (True, 20 - 9)):
        fit = fitted("many_covariates", reml)
        assert fit.sigma2 * (1 - fit.h2 / 2) == pytest.approx(within, rel=1e-8)
        assert fit.sigma2 * (1 + 2.5 * fit.h2) == pytest.approx(rss / divisor, rel=1e-8)
    ml, reml = fitted("many_covariates", False), fitted("many_covariates", True)
    assert ml.h2 < reml.h2 - 0.1
    assert ml.sigma2 < 0.9 * reml.sigma2


def test_covariates_of_individuals_do_not_pull_h_down_by_ml():
    """Why the claim is of covariates that families share: others take from the rest of v."""
    _, _, K = data("many_covariates")
    rng = np.random.default_rng(1)
    X = np.column_stack([np.ones(120), rng.standard_normal((120, 8))])
    bias = []
    for p in (1, 9):
        pairs = contrasts(rotate(decompose(K), np.arange(120.0) % 7, X[:, :p]))
        rng = np.random.default_rng(2)
        bias.append(sample_estimates(pairs, 0.5, rng=rng, draws=4000, reml=False).mean - 0.5)
    assert bias[1] > bias[0]


def test_one_value_without_its_decimal_point_hides_h():
    typed, checked = dataset("outlier").traits.values.T
    assert dataset("outlier").traits.columns == ("typed", "checked")
    (wrong,) = np.flatnonzero(np.isnan(checked))
    others = np.delete(typed, wrong)
    np.testing.assert_array_equal(others, np.delete(checked, wrong))
    assert abs(typed[wrong] / 10 - others.mean()) < 4 * others.std()
    K = dataset("outlier").kinship
    keep = np.arange(len(K)) != wrong
    for reml in (False, True):
        assert fitted("outlier", reml).h2 < 0.02
        assert residuals(fitted("outlier", reml)).outliers[0] == wrong
        assert fit_lmm(others, None, K[np.ix_(keep, keep)], reml=reml).h2 > 0.4
    problem = dataset("outlier").problem("checked")
    assert [label for label, _ in problem.dropped] == [dataset("outlier").ids[wrong]]


@BOTH
def test_a_single_search_stops_on_the_lower_of_two_hills(reml):
    y, X, K = data("two_hills")
    fit = fitted("two_hills", reml)
    plain = plain_search(fit.rotated, reml=reml)
    high, low = fit.maxima
    assert plain.x == pytest.approx(low.h2, abs=1e-3)
    assert low.h2 < 0.5 < 0.9 < high.h2 == fit.h2
    assert plain.fun < fit.loglik - 0.2
    # The same straight from V: two tops, a valley between them, and the same one higher.
    at = [dense_gls(y, X, K, h, reml=reml).loglik for h in (low.h2, 0.8, high.h2)]
    assert at[1] < at[0] - 0.5
    assert at[2] - at[0] == pytest.approx(high.loglik - low.loglik, abs=1e-9)
    for top in (low, high):
        beside = [dense_gls(y, X, K, top.h2 + step, reml=reml).loglik for step in (-1e-3, 1e-3)]
        assert max(beside) < top.loglik


def test_the_twins_and_the_sibs_of_the_two_hills_disagree():
    y, _, K = data("two_hills")
    assert len(y) == 88
    assert np.linalg.eigvalsh(K[80:, 80:])[:4] == pytest.approx(0.0, abs=1e-12)
    between, within = mean_squares(y[80:], 2)
    twins = (between - within) / (between + within)
    between, within = mean_squares(y[:80], 4)
    sibs = (between - within) / (between + 3 * within)
    # The correlation of sibs is h/2 in the model, that of twins h.
    assert 2 * sibs < 0.6 < 0.9 < twins


def test_centred_kinship_lets_ml_grow_without_bound():
    y, _, K = data("centred_kinship")
    np.testing.assert_allclose(K.sum(axis=1), 0.0, atol=1e-12)
    ml, reml = fitted("centred_kinship", False), fitted("centred_kinship", True)
    assert (ml.status, reml.status) == ("unbounded", "interior")
    assert log_likelihood(ml.rotated, 1.0, reml=False) == np.inf
    assert np.isfinite(log_likelihood(ml.rotated, 1.0, reml=True))
    # One direction without genetic variance: half of log 10 for every further digit of 1 - h.
    near = 1 - 10.0 ** -np.arange(7, 12)
    np.testing.assert_allclose(
        np.diff(log_likelihood(ml.rotated, near, reml=False)), 0.5 * np.log(10), atol=1e-3
    )
    np.testing.assert_allclose(np.diff(log_likelihood(ml.rotated, near, reml=True)), 0.0, atol=1e-3)
    # The finite maximum that is reported is one of the same curve.
    beside = [log_likelihood(ml.rotated, ml.h2 + step, reml=False) for step in (-1e-3, 1e-3)]
    assert max(beside) < ml.loglik
    # It takes a covariate with a mean: one without cannot fit that direction.
    line = np.arange(len(y)) - 0.5 * (len(y) - 1)
    for covariate, limit in ((line + 1.0, np.inf), (line, -np.inf)):
        assert log_likelihood(rotate(ml.eigen, y, covariate), 1.0, reml=False) == limit


@BOTH
def test_h_is_higher_for_coefficients_of_kinship_and_the_fit_is_the_same(reml):
    y, X, K = data("half_scale")
    assert (np.diagonal(K) == 0.5).all()
    half, whole = fitted("half_scale", reml), fit_lmm(y, X, 2 * K, reml=reml)
    assert half.h2 > whole.h2 + 0.05
    assert half.h2 < 2 * whole.h2
    assert whole.loglik == pytest.approx(half.loglik, rel=1e-12)
    np.testing.assert_allclose(whole.beta, half.beta, rtol=1e-9)
    # The covariance is one and the same, whichever way it is divided.
    np.testing.assert_allclose(
        whole.sigma2 * (whole.h2 * 2 * K + (1 - whole.h2) * np.eye(len(K))),
        half.sigma2 * (half.h2 * K + (1 - half.h2) * np.eye(len(K))),
        rtol=1e-8,
    )
    assert PRESETS["half_scale"].make().true_h2 == pytest.approx(h2_on_scale(0.4, 0.5))
