"""h = 1 with a singular kinship: finite limits, infinite ones, and the slope there."""

import numpy as np
import pytest

from lmm_core import LMMError, decompose, log_likelihood, rotate
from lmm_core.certainty.adjustment import reml_adjustment
from lmm_core.dense import dense_gls
from lmm_core.likelihood import likelihood_terms
from lmm_core.slope import score, slope_and_curvature
from tests import builders

FINITE = ["centred", "one_pair_sex"]


def problem(kind, p=3, seed=41, n=20):
    y, X, K = builders.problem(kind.removesuffix("_sex"), n, p, 0.9, seed)
    if kind.endswith("_sex"):
        X[:, 1] = (np.arange(n) % 3 == 1).astype(float)
        assert X[0, 1] != X[1, 1]
    return y, X, K


@pytest.mark.parametrize("kind", FINITE)
@pytest.mark.parametrize("p", [2, 3, 5])
def test_reml_is_finite_where_covariates_span_the_null_space(kind, p):
    y, X, K = problem(kind, p)
    rotated = rotate(decompose(K), y, X)
    assert rotated.stable.n_null == rotated.stable.null_rank == 1
    at_one = log_likelihood(rotated, 1.0)
    # ℓ is analytic in 1-h: three dense values give the limit up to a cubic term, with steps so
    # large that V (condition number 1e4) costs few digits.
    dense = [dense_gls(y, X, K, 1.0 - step).loglik for step in (1e-4, 2e-4, 4e-4)]
    extrapolated = (8.0 * dense[0] - 6.0 * dense[1] + dense[2]) / 3.0
    assert at_one == pytest.approx(extrapolated, abs=1e-6)
    # And the rotated sums themselves run into it.
    close = log_likelihood(rotated, 1.0 - 1e-12)
    assert at_one == pytest.approx(close, abs=1e-9)


@pytest.mark.parametrize("kind", FINITE)
def test_slope_at_one_is_the_limit_from_below(kind):
    rotated = rotate(decompose(problem(kind)[2]), *problem(kind)[:2])
    step = 1e-4 * rotated.values[rotated.stable.n_null]
    values = log_likelihood(rotated, 1.0 - step * np.arange(5.0))
    first = -(values @ [-25, 48, -36, 16, -3]) / (12 * step)
    slope, curvature = slope_and_curvature(rotated, 1.0)
    # Fourth order, with a step of 1e-4 of the distance over which ℓ bends.
    assert slope == pytest.approx(first, rel=1e-7)
    assert slope == score(rotated, 1.0)
    assert np.isnan(curvature)
    # The sums for h < 1 cancel terms of size 1/(1-h), which leaves nine digits here.
    assert slope == pytest.approx(score(rotated, 1.0 - 1e-7), rel=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_slope_at_one_has_the_sign_that_the_profile_has(seed):
    y, X, K = problem("centred", 2, seed)
    rotated = rotate(decompose(K), y, X)
    before = log_likelihood(rotated, 1.0 - 1e-6)
    assert np.sign(score(rotated, 1.0)) == np.sign(log_likelihood(rotated, 1.0) - before)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", ["clones", "one_pair", "groups", "low_rank", "rank_one"])
def test_both_fall_without_bound_where_y_is_not_explained(kind, reml):
    y, X, K = problem(kind, 1)
    rotated = rotate(decompose(K), y, X)
    assert not rotated.stable.null_explained
    assert log_likelihood(rotated, 1.0, reml=reml) == -np.inf
    falling = log_likelihood(rotated, 1.0 - np.logspace(-8, -15, 8), reml=reml)
    assert (np.diff(falling) < 0).all()
    # -½(df - powers) log ε per decade.
    df = 19 if reml else 20
    powers = rotated.stable.n_null - (rotated.stable.null_rank if reml else 0)
    # 1 - 1e-15 is a multiple of 1.1e-16: the last steps of ε are off by up to a tenth.
    np.testing.assert_allclose(np.diff(falling)[:4], -0.5 * (df - powers) * np.log(10), rtol=1e-4)


@pytest.mark.parametrize("kind", FINITE)
def test_ml_grows_without_bound_where_covariates_explain_the_null_space(kind):
    y, X, K = problem(kind)
    rotated = rotate(decompose(K), y, X)
    assert log_likelihood(rotated, 1.0, reml=False) == np.inf
    rising = log_likelihood(rotated, 1.0 - np.logspace(-8, -12, 5), reml=False)
    np.testing.assert_allclose(np.diff(rising), 0.5 * np.log(10), rtol=1e-3)


@pytest.mark.parametrize("reml", [True, False])
def test_clones_with_one_phenotype_are_unbounded_both_ways(reml):
    y, X, K = builders.problem("groups", 20, 1, 0.5, seed=42)
    rotated = rotate(decompose(K), np.repeat(y[:5], 4), X)
    assert log_likelihood(rotated, 1.0, reml=reml) == np.inf
    assert np.isfinite(log_likelihood(rotated, 1.0 - 1e-15, reml=reml))


def test_null_space_larger_than_what_reaches_into_it():
    # Two pairs of clones differ in sex alike: one column explains one of two null directions.
    rng = np.random.default_rng(43)
    lines = rng.normal(size=(16, 40))
    lines[1], lines[3] = lines[0], lines[2]
    sex = np.array([0.0, 1.0] * 8)
    X = np.column_stack([np.ones(16), sex])
    y = rng.normal(size=16)
    rotated = rotate(decompose(lines @ lines.T / 40), y, X)
    at = rotated.stable
    assert (at.n_null, at.null_rank, at.null_explained) == (
        2,
        1,
        False,
    )
    assert log_likelihood(rotated, 1.0, reml=True) == -np.inf
    y[[1, 3]] = y[[0, 2]] + 0.7
    alike = rotate(decompose(lines @ lines.T / 40), y, X)
    assert alike.stable.null_explained
    assert log_likelihood(alike, 1.0, reml=True) == np.inf


@pytest.mark.parametrize("reml", [True, False])
def test_without_kinship_the_profile_is_constant_up_to_one(reml):
    y, X, _ = builders.problem("full", 12, 3, 0.5, seed=44)
    rotated = rotate(decompose(np.zeros((12, 12))), y, X)
    values = log_likelihood(rotated, np.array([0.0, 0.3, 0.999, 1.0]), reml=reml)
    np.testing.assert_allclose(values, values[0], rtol=1e-13)


def test_reml_is_constant_up_to_one_where_no_contrast_is_related():
    y, X, _ = builders.problem("full", 12, 2, 0.5, seed=45)
    rotated = rotate(decompose(np.ones((12, 12))), y, X)
    values = log_likelihood(rotated, np.array([0.0, 0.3, 0.999, 1.0]))
    np.testing.assert_allclose(values, values[0], rtol=1e-12)


def test_a_kinship_that_is_not_singular_needs_no_limit():
    y, X, K = problem("families")
    rotated = rotate(decompose(K), y, X)
    for reml in (True, False):
        dense = dense_gls(y, X, K, 1.0, reml=reml)
        assert log_likelihood(rotated, 1.0, reml=reml) == pytest.approx(dense.loglik, rel=1e-11)


def test_exact_fits_are_infinite_at_one_too():
    _, X, K = problem("centred")
    assert log_likelihood(rotate(decompose(K), X @ [1.0, 2.0, 3.0], X), 1.0) == np.inf


@pytest.mark.parametrize(("kind", "reml"), [("clones", True), ("centred", False)])
def test_there_is_no_slope_where_there_is_no_finite_limit(kind, reml):
    y, X, K = problem(kind)
    with pytest.raises(LMMError, match="no slope at h = 1: it has no finite limit"):
        score(rotate(decompose(K), y, X), 1.0, reml=reml)


def test_terms_keep_their_places_when_one_comes_first():
    y, X, K = problem("centred")
    rotated = rotate(decompose(K), y, X)
    terms = likelihood_terms(rotated, np.array([1.0, 0.25]))
    assert np.isinf(terms.log_det_d).tolist() == [True, False]
    assert terms.loglik[1] == pytest.approx(log_likelihood(rotated, 0.25), rel=1e-14)


def uncertainty_at_one(K, y, X):
    """The limit, and the values on the way there."""
    rotated = rotate(decompose(K), y, X)
    close = 1.0 - np.array([1e-6, 1e-8, 1e-10])
    values = reml_adjustment(rotated, np.array([*close, 1.0])).uncertainty
    return rotated, values[-1], values[:-1]


@pytest.mark.parametrize("kind", ["low_rank", "rank_one"])
def test_what_is_not_known_of_b_has_a_finite_limit_where_v_grows_as_fast(kind):
    y, X, K = problem(kind)
    rotated, limit, close = uncertainty_at_one(K, y, X)
    assert rotated.stable.null_rank == rotated.rank
    assert not rotated.stable.null_explained
    # Off by O(1-h) times the spread of K, and nine digits are left of terms of 1/(1-h).
    assert close[1] == pytest.approx(limit, abs=1e-5)


@pytest.mark.parametrize("reach", [0.03, 0.3, 1.0])
def test_the_limit_does_not_ask_how_far_x_reaches_into_the_null_space(reach):
    """Where X hardly does, the rotated residual keeps what X would explain there."""
    rng = np.random.default_rng(6)
    values = np.concatenate([np.zeros(3), rng.uniform(0.5, 2.0, 9)])
    X = rng.normal(size=(12, 1))
    X[:3] *= reach
    rotated, limit, close = uncertainty_at_one(np.diag(values), rng.normal(size=12), X)
    assert (rotated.stable.n_null, rotated.stable.null_rank, rotated.rank) == (3, 1, 1)
    assert close[1] == pytest.approx(limit, abs=1e-4)


def test_without_kinship_it_does_not_depend_on_h():
    y, X, _ = problem("full")
    rotated = rotate(decompose(np.zeros((20, 20))), y, X)
    values = reml_adjustment(rotated, np.array([0.0, 0.5, 1.0])).uncertainty
    np.testing.assert_allclose(values, values[0], atol=1e-12)


@pytest.mark.parametrize(("kind", "p"), [("centred", 1), ("centred", 4), ("one_pair_sex", 3)])
def test_what_x_explains_where_nothing_varies_is_known_without_doubt(kind, p):
    y, X, K = problem(kind, p)
    rotated, limit, close = uncertainty_at_one(K, y, X)
    assert limit == -np.inf
    # One coefficient's variance falls as 1-h: half a log unit for each.
    np.testing.assert_allclose(np.diff(close), -0.5 * np.log(100.0), atol=1e-3)
    at_one = [log_likelihood(rotated, 1.0, reml=reml) for reml in (True, False)]
    assert at_one[0] - at_one[1] == limit


def test_where_x_does_not_reach_nothing_is_known_as_v_grows():
    y, X, K = problem("one_pair", 2)
    X[1] = X[0]
    rotated, limit, close = uncertainty_at_one(K, y, X)
    assert (rotated.stable.n_null, rotated.stable.null_rank) == (1, 0)
    assert limit == np.inf
    # v̂ grows as 1/(1-h), and both coefficients with it.
    assert np.diff(close)[1] == pytest.approx(np.log(100.0), abs=1e-3)


def test_where_y_does_not_vary_either_it_is_finite():
    y, X, K = problem("one_pair", 2)
    X[1], y[1] = X[0], y[0]
    rotated, limit, close = uncertainty_at_one(K, y, X)
    assert rotated.stable.null_explained
    assert rotated.stable.null_rank == 0
    assert close[-1] == pytest.approx(limit, abs=1e-8)
