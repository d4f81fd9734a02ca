"""Weighted least squares after the rotation against general least squares before it."""

import numpy as np
import pytest

from lmm_core import LMMError, decompose, rotate, wls
from lmm_core.dense import dense_gls
from tests import builders
from tests.added_variable import added_variable

H = (0.0, 0.05, 0.3, 0.5, 0.77, 0.95, 0.999)


@pytest.mark.parametrize("kind", builders.KINDS)
@pytest.mark.parametrize("reml", [True, False])
def test_wls_is_dense_gls(kind, reml):
    y, X, K = builders.problem(kind, 30, 4, 0.5, seed=11)
    X = X * [1.0, 1e3, 1.0, 1e-3]
    rotated = rotate(decompose(K), y, X)
    for h in H:
        at, dense = wls(rotated, h), dense_gls(y, X, K, h, reml=reml)
        # V has a condition number up to 1e5 here, which costs dense GLS five of 16 digits.
        np.testing.assert_allclose(at.beta, dense.beta, rtol=1e-8)
        assert at.rss == pytest.approx(dense.rss, rel=1e-8)
        sigma2 = at.rss / (26 if reml else 30)
        np.testing.assert_allclose(
            np.sqrt(sigma2 * np.diagonal(at.unscaled_covariance)), dense.se_beta, rtol=1e-8
        )


def test_residuals_and_weights_are_what_they_are_called():
    y, X, K = builders.problem("families", 24, 3, 0.5, seed=12)
    eigen = decompose(K)
    rotated = rotate(eigen, y, X)
    at = wls(rotated, 0.4)
    np.testing.assert_allclose(at.weights, 1.0 / (0.4 * eigen.values + 0.6), rtol=1e-15)
    np.testing.assert_allclose(at.residuals, eigen.vectors.T @ (y - X @ at.beta), atol=1e-13)
    assert at.rss == pytest.approx(np.sum(at.weights * at.residuals**2), rel=1e-13)
    # Normal equations hold: the weighted residuals are orthogonal to X.
    np.testing.assert_allclose(rotated.X.T @ (at.weights * at.residuals), 0.0, atol=1e-12)


def test_no_heritability_is_ordinary_least_squares():
    y, X, K = builders.problem("centred", 24, 3, 0.5, seed=13)
    at = wls(rotate(decompose(K), y, X), 0.0)
    beta, rss, *_ = np.linalg.lstsq(X, y, rcond=None)
    np.testing.assert_allclose(at.beta, beta, rtol=1e-12)
    assert at.rss == pytest.approx(rss[0], rel=1e-12)
    np.testing.assert_allclose(at.unscaled_covariance, np.linalg.inv(X.T @ X), atol=1e-13)


def test_aliased_columns_have_no_coefficient_and_change_nothing():
    y, X, K = builders.problem("full", 20, 3, 0.5, seed=14)
    eigen = decompose(K)
    at = wls(rotate(eigen, y, np.column_stack([X, X[:, 1] + X[:, 0]])), 0.6)
    plain = wls(rotate(eigen, y, X), 0.6)
    # The same sums in another order.
    np.testing.assert_allclose(at.beta[:3], plain.beta, rtol=1e-13)
    assert np.isnan(at.beta[3])
    assert np.isnan(at.unscaled_covariance[3]).all()
    assert np.isnan(at.unscaled_covariance[:, 3]).all()
    assert at.rss == pytest.approx(plain.rss, rel=1e-13)


@pytest.mark.parametrize("kind", ["centred", "one_pair", "clones", "low_rank", "groups"])
def test_at_one_with_a_singular_kinship_it_is_the_limit(kind):
    y, X, K = builders.problem(kind, 24, 4, 0.9, seed=15)
    rotated = rotate(decompose(K), y, X)
    assert rotated.stable.n_null > 0
    at = wls(rotated, 1.0)
    # β(h) is analytic in 1-h: two points remove the linear term, the square is left.
    near, nearer = wls(rotated, 1.0 - 2e-6), wls(rotated, 1.0 - 1e-6)
    np.testing.assert_allclose(at.beta, 2.0 * nearer.beta - near.beta, atol=1e-7)
    covariance = 2.0 * nearer.unscaled_covariance - near.unscaled_covariance
    np.testing.assert_allclose(at.unscaled_covariance, covariance, atol=1e-7)
    if rotated.stable.null_explained:
        assert at.rss == pytest.approx(2.0 * nearer.rss - near.rss, rel=1e-7)
    else:
        assert at.rss == np.inf
    assert np.isinf(at.weights[: rotated.stable.n_null]).all()


def test_the_limit_of_b_is_reached_where_the_reach_is_small_and_y_is_not_explained():
    rng = np.random.default_rng(16)
    year = 2000.0 + 1e-3 * rng.normal(size=12)
    rotated = rotate(decompose(np.ones((12, 12))), rng.normal(size=12), year)
    assert not rotated.stable.null_explained
    # At h = 1 only contrasts without variance count: least squares on deviations from means.
    y = rotated.y[: rotated.stable.n_null]
    x = rotated.X[: rotated.stable.n_null, 0]
    assert wls(rotated, 1.0).beta[0] == pytest.approx(x @ y / (x @ x), rel=1e-8)


@pytest.mark.parametrize("kind", builders.KINDS)
@pytest.mark.parametrize("h", [0.0, 0.3, 0.9, 0.9999])
def test_added_variable_plot_has_the_slope_of_the_fit(kind, h):
    y, X, K = builders.problem(kind, 24, 4, 0.5, seed=17)
    rotated = rotate(decompose(K), y, X * [1.0, 1e4, 1.0, 1e-4])
    at = wls(rotated, h)
    for j in range(4):
        shown = added_variable(rotated, h, j)
        # Both are orthogonal triangularisations with weights that differ by up to 1e4.
        assert shown.slope == pytest.approx(at.beta[j], rel=1e-10)
        slope = np.sum(shown.weights * shown.x * shown.y) / np.sum(shown.weights * shown.x**2)
        assert slope == pytest.approx(shown.slope, rel=1e-12)
        # The residuals about the line are those of the whole fit.
        np.testing.assert_allclose(shown.y - shown.slope * shown.x, at.residuals, atol=1e-10)


@pytest.mark.parametrize("h", [-1e-9, 1.0 + 1e-9, np.nan, np.inf])
def test_h_outside_the_unit_interval_is_refused(h):
    y, X, K = builders.problem("full", 8, 2, 0.5, seed=20)
    rotated = rotate(decompose(K), y, X)
    with pytest.raises(LMMError, match="h must lie between 0 and 1"):
        wls(rotated, h)


def test_results_are_read_only():
    y, X, K = builders.problem("full", 8, 2, 0.5, seed=21)
    rotated = rotate(decompose(K), y, X)
    at = wls(rotated, 0.5)
    for values in (at.weights, at.beta, at.residuals, at.unscaled_covariance):
        assert not values.flags.writeable
