"""The dense oracle: right by itself, and sharing nothing with what it checks."""

import ast
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import lmm_core.dense
from lmm_core import LMMError, dense_fit, fit_lmm
from lmm_core.dense import dense_gls
from tests import builders
from tests.conftest import load_fits, load_reference


def test_it_shares_no_code_with_the_stages_it_checks():
    tree = ast.parse(Path(lmm_core.dense.__file__).read_text(encoding="utf-8"))
    imported = [
        node.module or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.level or (node.module or "").startswith("lmm_core"))
    ]
    assert imported == ["lmm_core.errors"]
    plain = [
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    ]
    assert plain == ["numpy"]


def test_ml_is_the_normal_density_and_the_formulas_are_the_textbooks():
    y, X, K = builders.problem("full", 15, 3, 0.5, seed=1)
    dense = dense_gls(y, X, K, 0.4, reml=False)
    V = 0.4 * K + 0.6 * np.eye(15)
    inverse = np.linalg.inv(V)
    beta = np.linalg.inv(X.T @ inverse @ X) @ X.T @ inverse @ y
    # A condition number of about 10: a few digits at most are lost by the inverses.
    np.testing.assert_allclose(dense.beta, beta, rtol=1e-11)
    assert dense.rss == pytest.approx((y - X @ beta) @ inverse @ (y - X @ beta), rel=1e-12)
    covariance = dense.sigma2 * np.linalg.inv(X.T @ inverse @ X)
    np.testing.assert_allclose(dense.se_beta, np.sqrt(np.diagonal(covariance)), rtol=1e-11)
    density = stats.multivariate_normal.logpdf(y, X @ beta, dense.sigma2 * V)
    assert dense.loglik == pytest.approx(density, rel=1e-12)


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_the_unit_of_a_covariate_costs_no_digits(scale):
    y, X, K = builders.problem("full", 15, 3, 0.5, seed=2)
    plain, scaled = dense_gls(y, X, K, 0.4), dense_gls(y, X * [1.0, scale, 1.0], K, 0.4)
    np.testing.assert_allclose(scaled.beta * [1.0, scale, 1.0], plain.beta, rtol=1e-12)
    np.testing.assert_allclose(scaled.se_beta * [1.0, scale, 1.0], plain.se_beta, rtol=1e-12)
    assert scaled.loglik == pytest.approx(plain.loglik, rel=1e-12)


def test_inputs_are_not_changed():
    y, X, K = builders.problem("full", 8, 2, 0.5, seed=3)
    copies = y.copy(), X.copy(), K.copy()
    dense_gls(y, X, K, 1.0)
    for given, copy in zip((y, X, K), copies, strict=True):
        np.testing.assert_array_equal(given, copy)


def test_what_cannot_be_done_is_said():
    y, X, _ = builders.problem("full", 8, 2, 0.5, seed=3)
    with pytest.raises(LMMError, match=r"positive definite: at h = 1.0 it is not; take h below 1"):
        dense_gls(y, X, np.ones((8, 8)), 1.0)
    with pytest.raises(LMMError, match=r"independent columns: it has rank below 3; leave out"):
        dense_gls(y, np.column_stack([X, X[:, 1]]), np.eye(8), 0.5)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", ["full", "families", "groups", "low_rank"])
def test_dense_fit_is_the_fit(kind, reml):
    for seed in range(2):
        y, X, K = builders.problem(kind, 20, 2, 0.5, seed)
        fit, dense = fit_lmm(y, X, K, reml=reml), dense_fit(y, X, K, reml=reml)
        # Golden sections on values: the top of ℓ is flat to about √(1e-15·ℓ/ℓ″) ~ 1e-7.
        assert dense.loglik == pytest.approx(fit.loglik, rel=1e-11)
        assert dense.h2 == pytest.approx(fit.h2, abs=2e-6)
        np.testing.assert_allclose(dense.beta, fit.beta, rtol=1e-5)
        np.testing.assert_allclose(dense.se_beta, fit.se_beta, rtol=1e-5)


def test_dense_fit_reaches_both_ends():
    y, X, K = load_reference("tiny12").trait("weight")
    record = load_fits()[0]
    assert dense_fit(y, X, K).h2 == pytest.approx(record["dense_gls"]["h2"], abs=1e-6)
    assert dense_fit(y, X, K + 0.0, points=3).loglik == pytest.approx(
        record["dense_gls"]["loglik"], rel=1e-10
    )
    at_one = next(
        (fit, dense_fit(*data))
        for seed in range(20)
        if (fit := fit_lmm(*(data := builders.problem("families", 20, 1, 1.0, seed)))).h2 == 1.0
    )
    assert at_one[1].h2 == 1.0
    y, X, K = builders.problem("ones", 10, 1, 0.0, seed=1)
    assert dense_fit(y, X, K, reml=False).h2 == 0.0


def test_without_residual_degrees_of_freedom_there_is_nothing_to_fit():
    with pytest.raises(LMMError, match="more individuals than coefficients: there are 2 and 2"):
        dense_fit([1.0, 2.0], np.array([[1.0, 0.0], [1.0, 1.0]]), np.eye(2))
