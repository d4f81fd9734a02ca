"""Standard errors and tests of b; standard errors of h, observed and expected."""

from pathlib import Path

import numpy as np
import pytest

from lmm_core import (
    LMMError,
    coefficient_tests,
    decompose,
    fit_lmm,
    fit_rotated,
    likelihood_ratio_test,
    log_likelihood,
    rotate,
    se_h2,
)
from lmm_core.certainty import Contrasts, contrasts, expected_se_h2, sample_estimates, wald_test
from lmm_core.scales import h2_on_scale
from lmm_core.slope import slope_and_curvature
from tests import builders
from tests.conftest import load_reference


def dense_covariance(X, K, fit):
    V = fit.sigma2_g * K + fit.sigma2_e * np.eye(fit.n)
    return np.linalg.inv(X.T @ np.linalg.solve(V, X))


@pytest.mark.parametrize("reml", [True, False])
def test_t_tests_are_those_of_dense_least_squares(reml):
    from scipy.stats import t as student

    y, X, K = load_reference("pedigree300").trait("h50")
    fit = fit_lmm(y, X, K, reml=reml)
    tests = coefficient_tests(fit)
    se = np.sqrt(np.diagonal(dense_covariance(X, K, fit)))
    if not reml:
        se = se * np.sqrt(fit.n / (fit.n - 3))
    assert tests.df == fit.n - 3
    # A dense inverse of a matrix with a condition of 1e3.
    np.testing.assert_allclose(tests.se, se, rtol=1e-9)
    np.testing.assert_allclose(tests.t, fit.beta / se, rtol=1e-9)
    np.testing.assert_allclose(tests.p_value, 2 * student.sf(np.abs(tests.t), tests.df), rtol=1e-9)


def test_standard_errors_are_lme4s(lme4_groups):
    data = load_reference("groups").trait("y")
    for theirs in lme4_groups["fits"]:
        fit = fit_lmm(*data, reml=theirs["method"] == "REML")
        # lmer stops at about 1e-6 of its parameter; lme4 divides by n under ML, as the fit does.
        np.testing.assert_allclose(fit.se_beta, theirs["se"], rtol=1e-6)
        assert coefficient_tests(fit).df == 96


def test_without_genetic_variance_it_is_the_t_test_of_a_regression():
    y, X, K = load_reference("pedigree300").trait("h00")
    fit = fit_lmm(y, X, K)
    assert fit.h2 == 0.0
    beta, rss, *_ = np.linalg.lstsq(X, y, rcond=None)
    se = np.sqrt(rss[0] / (len(y) - 3) * np.diagonal(np.linalg.inv(X.T @ X)))
    np.testing.assert_allclose(coefficient_tests(fit).t, beta / se, rtol=1e-9)


def test_aliased_columns_have_no_test():
    y, X, K = builders.problem("full", 20, 2, 0.5, 13)
    fit = fit_lmm(y, np.column_stack([X, 3.0 - X[:, 1]]), K)
    tests = coefficient_tests(fit)
    assert np.isnan(tests.p_value).tolist() == [False, False, True]
    with pytest.raises(LMMError, match=r"different columns with coefficients: \[2\] are not"):
        wald_test(fit, [2])


@pytest.mark.parametrize("columns", [[1], [1, 2], [2, 0, 1]])
def test_wald_is_the_dense_quadratic_form(columns):
    y, X, K = load_reference("pedigree300").trait("h50")
    fit = fit_lmm(y, X, K)
    test = wald_test(fit, columns)
    block = dense_covariance(X, K, fit)[np.ix_(columns, columns)]
    expected = fit.beta[columns] @ np.linalg.solve(block, fit.beta[columns])
    assert test.statistic == pytest.approx(expected, rel=1e-8)
    assert test.df == len(columns)
    if columns == [1]:
        assert test.statistic == pytest.approx(coefficient_tests(fit).t[1] ** 2, rel=1e-10)
        from scipy.stats import chi2

        assert test.p_value == pytest.approx(chi2.sf(expected, 1), rel=1e-8)


def test_wald_does_not_depend_on_units_of_covariates():
    y, X, K = builders.problem("full", 40, 3, 0.5, 4)
    one = wald_test(fit_lmm(y, X, K), [1, 2])
    other = wald_test(fit_lmm(y, X * [1.0, 1e-7, 1e7], K), [1, 2])
    assert other.statistic == pytest.approx(one.statistic, rel=1e-8)


@pytest.mark.parametrize("columns", [[], [1, 1], [7], [-1]])
def test_wald_needs_different_columns_that_exist(columns):
    fit = fit_lmm(*builders.problem("full", 20, 2, 0.5, 1))
    with pytest.raises(LMMError, match="needs different columns with coefficients"):
        wald_test(fit, columns)


def test_a_coefficient_known_without_error_has_no_wald_test():
    # At ĥ = 1 the mean has no variance under a centred kinship.
    y, X, K = builders.problem("centred", 40, 2, 1.0, 10)
    for shift in (0.0, X[:, 1].mean()):
        # About the mean of the covariate the intercept has no variance; elsewhere a
        # combination of the two coefficients has none.
        fit = fit_lmm(y, X - [0.0, shift], K)
        assert fit.h2 == 1.0
        with pytest.raises(LMMError, match="needs coefficients with standard errors: at ĥ = 1"):
            wald_test(fit, [0, 1])
        assert wald_test(fit, [1]).df == 1
    assert fit.se_beta[0] < 1e-10 * fit.se_beta[1]
    assert coefficient_tests(fit).p_value[0] < 1e-100


def test_likelihood_ratio_of_nested_ml_fits():
    from scipy.stats import chi2

    y, X, K = load_reference("pedigree300").trait("h50")
    full = fit_lmm(y, X, K, reml=False)
    null = fit_lmm(y, X[:, :1], K, reml=False)
    test = likelihood_ratio_test(full, null)
    assert test.df == 2
    assert test.statistic == 2.0 * (full.loglik - null.loglik) > 0
    assert test.p_value == pytest.approx(chi2.sf(test.statistic, 2), rel=1e-10)
    # At the same h, n log(1 + W/n) exactly; the two ĥ differ a little.
    wald = wald_test(full, [1, 2]).statistic
    assert test.statistic == pytest.approx(full.n * np.log1p(wald / full.n), rel=0.03)


def test_likelihood_ratio_is_chi_square_under_the_null():
    rng = np.random.default_rng(5)
    K = builders.kinship("families", 60, rng)
    eigen = decompose(K)
    statistics = []
    for _ in range(300):
        X = builders.covariates(60, 2, rng)
        y = builders.phenotype(K, 0.5, rng)
        full = fit_rotated(rotate(eigen, y, X), reml=False)
        null = fit_rotated(rotate(eigen, y, X[:, :1]), reml=False)
        statistics.append(likelihood_ratio_test(full, null).p_value)
    # Slightly too small p-values at n = 60 are known; 4 standard errors of 300 and 0.02.
    assert np.mean(np.array(statistics) < 0.2) == pytest.approx(0.2, abs=4 * 0.023 + 0.02)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            "reml",
            r"needs ML fits: the restricted likelihood is .*; fit with reml=False",
        ),
        ("order", "the null model must be inside the full one: its 2 columns"),
        ("same", "its 2 columns are not all combinations of the other’s 2"),
        ("outside", "the null model must be inside the full one: its 1 columns"),
        ("y", "same phenotype and kinship in both fits: they differ"),
        ("small y", "same phenotype and kinship"),
        ("K", "same phenotype and kinship"),
        ("n", "same phenotype and kinship"),
        ("flat", "there is no estimate to test"),
        ("unbounded", "needs two finite maxima: The log-likelihood grows"),
    ],
)
def test_what_likelihood_ratios_are_refused(change, says):
    y, X, K = builders.problem("full", 30, 2, 0.5, 2)
    full = fit_lmm(y, X, K, reml=False)
    null = fit_lmm(y, None, K, reml=False)
    if change == "reml":
        full = fit_lmm(y, X, K)
    elif change == "order":
        full, null = null, full
    elif change == "same":
        null = full
    elif change == "outside":
        null = fit_lmm(y, X[:, 1] ** 2, K, reml=False)
    elif change == "y":
        null = fit_lmm(y[::-1], None, K, reml=False)
    elif change == "small y":
        full = fit_lmm(1e-12 * y, X, K, reml=False)
        null = fit_lmm(1e-12 * y[::-1], None, K, reml=False)
    elif change == "K":
        null = fit_lmm(y, None, 2 * K, reml=False)
    elif change == "n":
        null = fit_lmm(y[1:], None, K[1:, 1:], reml=False)
    elif change == "flat":
        null = fit_lmm(y, None, np.eye(30), reml=False)
    else:
        y, X, K = load_reference("centred200").trait("b")
        full = null = fit_lmm(y, X, K, reml=False)
    with pytest.raises(LMMError, match=says):
        likelihood_ratio_test(full, null)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("trait", ["h10", "h50", "h80"])
def test_se_of_h_is_the_curvature_of_the_profile(trait, reml):
    fit = fit_lmm(*load_reference("pedigree300").trait(trait), reml=reml)
    step = 1e-3
    heights = log_likelihood(fit.rotated, fit.h2 + step * np.arange(-2.0, 3.0), reml=reml)
    second = heights @ np.array([-1.0, 16.0, -30.0, 16.0, -1.0]) / (12 * step**2)
    # Rounding of ℓ, 1e-13 of 600, over step², is 1e-5 of the curvature.
    assert se_h2(fit) == pytest.approx(1.0 / np.sqrt(-second), rel=1e-4)


def test_at_an_end_and_without_an_estimate_h_has_no_se():
    lower = fit_lmm(*load_reference("pedigree300").trait("h00"))
    upper = fit_lmm(*builders.problem("centred", 40, 2, 1.0, 10))
    flat = fit_lmm(np.arange(6.0) ** 2, None, np.eye(6))
    assert [lower.status, upper.status, flat.status] == ["lower_boundary", "upper_boundary", "flat"]
    assert np.isnan([se_h2(lower), se_h2(upper), se_h2(flat)]).all()


@pytest.mark.parametrize("kind", ["full", "families", "groups", "centred"])
def test_expected_information_is_the_mean_of_the_observed(kind):
    """-E ℓ'' of the profile at the truth, over simulated z, up to what profiling v costs."""
    rng = np.random.default_rng(4)
    n = 60
    K, X = builders.kinship(kind, n, rng), builders.covariates(n, 2, rng)
    eigen = decompose(K)
    h = 0.5
    root = eigen.vectors * np.sqrt(h * eigen.values + 1.0 - h)
    curvatures = [
        slope_and_curvature(rotate(eigen, root @ rng.normal(size=n), X), h)[1] for _ in range(300)
    ]
    pairs = contrasts(rotate(eigen, rng.normal(size=n), X))
    information = 1.0 / expected_se_h2(pairs, np.array([h]))[0] ** 2
    error = np.std(curvatures) / np.sqrt(300)
    # Profiling v leaves a term of relative order 2/(n-p).
    assert -np.mean(curvatures) == pytest.approx(information, abs=4 * error + 0.05 * information)


def test_expected_se_is_the_spread_of_estimates_where_information_is_large():
    rng = np.random.default_rng(6)
    pairs = contrasts(rotate(decompose(np.diag(np.repeat([0.05, 3.0], 250))), rng.normal(size=500)))
    for h in (0.3, 0.6):
        spread = sample_estimates(pairs, h, rng=rng, draws=4000).sd
        # An sd of 4,000 draws is good to 1.1%; the next order in 1/n is about as much.
        assert expected_se_h2(pairs, np.array([h]))[0] == pytest.approx(spread, rel=0.04)


def test_expected_se_in_closed_form_for_two_kinds_of_contrasts():
    values = np.repeat([0.5, 2.0], [10, 30])
    pairs = contrasts(rotate(decompose(np.diag(values)), np.arange(40.0), np.eye(40)[:, :1]))
    h = np.array([0.0, 0.3, 1.0])
    # Variances v₁, v₂ of two groups of m contrasts: var(log ratio) = 2/m₁ + 2/m₂.
    d = h[:, np.newaxis] * [0.5, 2.0] + 1.0 - h[:, np.newaxis]
    slope = 1.0 / d[:, 1] - (-0.5) / d[:, 0]
    expected = np.sqrt(2 / 9 + 2 / 30) / slope
    np.testing.assert_allclose(expected_se_h2(pairs, h), expected, rtol=1e-12)


def test_limits_of_the_expected_se():
    rng = np.random.default_rng(7)

    def at(K, h, X=None):
        rotated = rotate(decompose(K), rng.normal(size=len(K)), X)
        return expected_se_h2(contrasts(rotated), np.array(h)).tolist()

    for c in (0.3, 1.0, 40.0):
        assert at(c * np.eye(8), [0.0, 0.5, 1.0]) == [np.inf] * 3
    assert at(np.ones((8, 8)), [0.0, 0.5, 1.0]) == [np.inf] * 3
    assert at(np.zeros((8, 8)), [0.5, 1.0]) == [np.inf] * 2
    assert at(np.diag([1.0, 2.0]), [0.5]) == [np.inf]
    groups = at(builders.kinship("groups", 24, rng), [0.0, 0.5, 1.0])
    assert groups[2] == 0.0
    assert 0.0 < groups[1] < np.inf
    assert 0.0 < at(builders.kinship("centred", 24, rng), [1.0])[0] < np.inf
    for h in ([-0.1], [0.5, 1.1], [np.nan]):
        with pytest.raises(LMMError, match="h must lie between 0 and 1"):
            at(np.diag([1.0, 2.0, 3.0]), h)


def test_expected_se_follows_the_scale_of_the_kinship():
    rng = np.random.default_rng(8)
    K, y = builders.kinship("families", 40, rng), rng.normal(size=40)
    h, c = np.array([0.2, 0.7]), 5.0
    one = expected_se_h2(contrasts(rotate(decompose(K), y)), h)
    other = expected_se_h2(contrasts(rotate(decompose(c * K), y)), h2_on_scale(h, c))
    np.testing.assert_allclose(other, one * c / (h + c * (1 - h)) ** 2, rtol=1e-9)


def test_the_expected_se_is_the_formula_of_visscher_and_goddard():
    """2015, Genetics 199:223: var ĥ = 2/(a - b²/N), on the 185 eigenvalues that ALBI shows."""
    text = (Path(__file__).parent / "fixtures" / "albi_eigenvalues.txt").read_text("utf-8")
    mu = np.sort([float(value) for value in text.split()])
    pairs = Contrasts(values=mu, z=np.ones(mu.size), kinship_values=mu, n_null=0)
    for h in (0.0, 0.3, 0.8):
        ratio = (mu - 1.0) / (1.0 + h * (mu - 1.0))
        a, b = np.sum(ratio**2), np.sum(ratio)
        found = expected_se_h2(pairs, np.array([h]))[0]
        assert found**2 == pytest.approx(2.0 / (a - b**2 / mu.size), rel=1e-12)
