"""The second rotation: the same likelihood from n - p pairs."""

import numpy as np
import pytest

from lmm_core import decompose, log_likelihood, rotate
from lmm_core.certainty import contrasts
from lmm_core.likelihood import likelihood_terms
from tests import builders
from tests.conftest import load_reference

H = np.array([0.0, 1e-6, 0.1, 0.5, 0.9, 0.999])
CASES = [(kind, 24, p) for kind in builders.KINDS for p in (1, 3)] + [("full", 5, 4)]


def pairs_of(kind, n, p, seed=1):
    y, X, K = builders.problem(kind, n, p, 0.6, seed)
    rotated = rotate(decompose(K), y, X)
    return rotated, contrasts(rotated)


def from_pairs(pairs, h, *, reml):
    """Sum of squares and log-likelihood of every h, written from the definition."""
    d = np.outer(h, pairs.values) + (1.0 - h)[:, np.newaxis]
    rss = np.sum(pairs.z**2 / d, axis=1)
    m = pairs.df
    if not reml:
        d = np.outer(h, pairs.kinship_values) + (1.0 - h)[:, np.newaxis]
        m = len(pairs.kinship_values)
    loglik = -0.5 * (m * np.log(2 * np.pi * rss / m) + m + np.log(d).sum(axis=1))
    return rss, loglik


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize(("kind", "n", "p"), CASES)
def test_the_pairs_give_the_sum_of_squares_and_both_likelihoods(kind, n, p, reml):
    rotated, pairs = pairs_of(kind, n, p)
    rss, loglik = from_pairs(pairs, H, reml=reml)
    # μ is good to ε·λ_max, so d near h = 1 to about 1e-15·24/1e-3.
    np.testing.assert_allclose(rss, likelihood_terms(rotated, H).rss, rtol=1e-9)
    ours = log_likelihood(rotated, H, reml=reml)
    np.testing.assert_allclose(loglik, ours, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", ["full", "families", "centred", "one_pair"])
def test_at_one_too_where_there_is_a_limit(kind):
    # A second covariate would use up the one null direction of one pair.
    rotated, pairs = pairs_of(kind, 24, 1)
    h = np.array([1.0])
    if kind == "one_pair":
        assert pairs.n_null == 1
        assert pairs.values[0] == 0.0
        assert log_likelihood(rotated, h)[0] == -np.inf
        return
    assert pairs.n_null == 0
    np.testing.assert_allclose(
        from_pairs(pairs, h, reml=True)[1], log_likelihood(rotated, h), rtol=1e-9
    )


@pytest.mark.parametrize("kind", builders.KINDS)
def test_exact_zeros_are_the_null_directions_that_covariates_leave(kind):
    rotated, pairs = pairs_of(kind, 24, 3)
    assert pairs.df == 21
    assert pairs.n_null == rotated.stable.n_null - rotated.stable.null_rank
    assert np.count_nonzero(pairs.values == 0.0) == pairs.n_null
    assert (np.diff(pairs.values) >= 0).all()
    # Projection onto a complement interlaces: λ_j ≤ μ_j ≤ λ_{j+p} (Cauchy).
    slack = 1e-12 * rotated.values[-1]
    assert (pairs.values >= rotated.values[:-3] - slack).all()
    assert (pairs.values <= rotated.values[3:] + slack).all()


def test_identical_records_of_clones_have_contrasts_of_exactly_zero():
    y, X, K = builders.problem("groups", 24, 1, 0.5, seed=5)
    pairs = contrasts(rotate(decompose(K), np.repeat(y[:6], 4), X))
    assert pairs.n_null == 18
    assert (pairs.z[:18] == 0.0).all()
    assert (pairs.z[18:] != 0.0).all()


def test_a_covariate_that_barely_reaches_the_null_space_leaves_no_zero():
    # K of rank n - 1, and a second covariate that has 1e-6 of its length in its null space:
    # μ is then about the square of that, a hundredth of what rounding leaves of it.
    rng = np.random.default_rng(2)
    values = np.concatenate([[0.0], rng.uniform(0.5, 2.0, 11)])
    x = np.concatenate([[1e-6], rng.normal(size=11)])
    pairs = contrasts(rotate(decompose(np.diag(values)), rng.normal(size=12), x[:, np.newaxis]))
    assert pairs.n_null == 0
    assert 0.0 < pairs.values[0] < 1e-10


def test_y_may_move_along_the_covariates_and_contrasts_stay():
    y, X, K = load_reference("pedigree300").trait("h50")
    eigen = decompose(K)
    one = contrasts(rotate(eigen, y, X))
    other = contrasts(rotate(eigen, y + X @ [100.0, -2.0, 5.0], X))
    # 100 is 50 standard deviations: two digits of y are lost.
    np.testing.assert_allclose(one.z, other.z, atol=1e-11)
    np.testing.assert_array_equal(one.values, other.values)
    assert not one.values.flags.writeable
    assert not one.z.flags.writeable


def test_no_contrast_is_left_when_there_are_as_many_columns_as_individuals():
    rng = np.random.default_rng(3)
    pairs = contrasts(rotate(decompose(np.diag([1.0, 2.0, 3.0])), rng.normal(size=3), np.eye(3)))
    assert pairs.df == 0
    assert pairs.n_null == 0
