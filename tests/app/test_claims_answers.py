"""What docs/answers.md says that the answers mean, tested on the datasets of the presets."""

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_core import decompose, fit_lmm, rotate, wls
from lmm_core.dense import dense_gls
from lmm_core.simulate.families import simulate_phenotype
from tests.app.test_claims import BOTH, data, fitted


@pytest.mark.parametrize("c", [0.5, 2.0, 10.0])
def test_scaling_k_turns_h_into_another_number(c):
    y, X, K = data("full_sibs")
    h = fitted("full_sibs", True).h2
    assert fit_lmm(y, X, c * K).h2 == pytest.approx(h / (h + c * (1 - h)), rel=1e-8)


def test_ml_divides_by_n_and_reml_by_n_minus_p():
    for reml in (False, True):
        fit = fitted("many_covariates", reml)
        rss = wls(fit.rotated, fit.h2).rss
        assert fit.sigma2 == pytest.approx(rss / (fit.n - fit.p if reml else fit.n), rel=1e-12)
        assert fit.sigma2_g == pytest.approx(fit.sigma2 * fit.h2, rel=1e-12)
        assert fit.sigma2_e == pytest.approx(fit.sigma2 * (1 - fit.h2), rel=1e-12)


@pytest.mark.parametrize("name", PRESETS)
def test_at_every_h_the_variance_by_ml_is_a_fixed_part_of_that_by_reml(name):
    """Straight from V, in every lesson: nothing is said of where either is too low."""
    y, X, K = data(name)
    n, p = X.shape
    for h2 in (0.0, 0.3, 0.9):
        ml, reml = (dense_gls(y, X, K, h2, reml=method).sigma2 for method in (False, True))
        assert ml == pytest.approx((n - p) / n * reml, rel=1e-12)


def test_a_combination_of_columns_before_it_has_no_coefficient():
    y, X, K = data("full_sibs")
    fit = fit_lmm(y, np.column_stack([X, 2 * X[:, 1] - X[:, 0]]), K)
    assert np.isnan(fit.beta[2])
    assert np.isnan(fit.se_beta[2])
    np.testing.assert_allclose(fit.beta[:2], fitted("full_sibs", True).beta, rtol=1e-8)


@BOTH
def test_the_trace_ends_with_both_ends(reml):
    kinds = {step.procedure for name in PRESETS for step in fitted(name, reml).trace}
    assert kinds == {"initial", "golden", "parabolic", "boundary"}
    for name in PRESETS:
        trace = fitted(name, reml).trace
        if fitted(name, reml).status == "flat":
            assert trace == ()
            continue
        assert [step.h2 for step in trace if step.procedure == "boundary"] == [0.0, 1.0]
        assert [step.procedure for step in trace[-2:]] == ["boundary", "boundary"]


def test_a_flat_profile_has_no_estimate():
    fit = fitted("one_family", True)
    assert fit.status == "flat"
    assert np.isnan(fit.h2)
    assert fit.maxima == ()


def test_a_weight_is_the_inverse_variance_of_a_rotated_observation():
    _, X, K = data("inbred_strains")
    eigen, rng, h2 = decompose(K), np.random.default_rng(1), 0.6
    weights = wls(rotate(eigen, K[0], X), h2).weights
    np.testing.assert_allclose(weights, 1 / (h2 * eigen.values + 1 - h2), rtol=1e-12)
    draws = np.array([simulate_phenotype(eigen, h2, rng=rng).y for _ in range(400)])
    scaled = np.mean((draws @ eigen.vectors) ** 2, axis=0) * weights
    # Means of 400 chi-squares with variance 2: 5 standard errors, for 150 of them.
    np.testing.assert_allclose(scaled, 1.0, atol=5 * np.sqrt(2 / 400))
