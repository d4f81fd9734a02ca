"""Beyond the ends, against dense V, and against the analysis of variance."""

import numpy as np
import pytest

from lmm_core.certainty import continued_profile
from lmm_core.errors import LMMError
from lmm_core.fit import fit_rotated
from lmm_core.kinship import decompose
from lmm_core.likelihood import log_likelihood
from lmm_core.records import decompose_records
from lmm_core.rotation import rotate
from tests.builders import problem


def dense(y, X, K, h, reml):
    """ℓ by V itself, wherever it has a Cholesky factor."""
    n, p = X.shape
    V = h * K + (1.0 - h) * np.eye(n)
    np.linalg.cholesky(V)
    W = np.linalg.inv(V)
    A = X.T @ W @ X
    rest = y - X @ np.linalg.solve(A, X.T @ W @ y)
    N = n - p if reml else n
    twice = N * (np.log(2 * np.pi) + 1.0 + np.log(rest @ W @ rest / N)) + np.linalg.slogdet(V)[1]
    if reml:
        twice += np.linalg.slogdet(A)[1] - np.linalg.slogdet(X.T @ X)[1]
    return -0.5 * twice


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", ["full", "families", "low_rank"])
def test_it_is_the_density_of_v_on_both_sides(kind, reml):
    y, X, K = problem(kind, 20, 2, 0.4, 5)
    profile = continued_profile(rotate(decompose(K), y, X), reml=reml)
    values = np.linalg.eigvalsh(K)
    assert profile.lower == pytest.approx(-1.0 / (values[-1] - 1.0), rel=1e-12)
    if kind == "low_rank":
        assert profile.upper == 1.0
    else:
        assert profile.upper == pytest.approx(1.0 / (1.0 - values[0]), rel=1e-10)
    inside = [profile.lower * 0.9, profile.lower * 0.3, 0.0, 0.4, 0.99]
    if profile.upper > 1.0:
        inside += [1.0, 1.0 + 0.5 * (profile.upper - 1.0)]
    for h in inside:
        assert profile.log_likelihood(h) == pytest.approx(dense(y, X, K, h, reml), abs=1e-9)
    for h in (profile.lower * 1.01, profile.upper + 0.01 * abs(profile.upper)):
        with pytest.raises(LMMError, match=r"V is positive definite for h between .* alone: h is"):
            profile.log_likelihood(h)
        with pytest.raises(np.linalg.LinAlgError):
            dense(y, X, K, h, reml)


@pytest.mark.parametrize("reml", [True, False])
def test_between_0_and_1_it_is_the_profile_and_its_top(reml):
    y, X, K = problem("full", 40, 3, 0.5, 2)
    w = np.random.default_rng(1).uniform(0.5, 2.0, 40)
    for eigen in (decompose(K), decompose(K, weights=w)):
        rotated = rotate(eigen, y, X)
        h = np.linspace(0.0, 1.0, 21)
        profile = continued_profile(rotated, reml=reml)
        ours, theirs = profile.log_likelihood(h), log_likelihood(rotated, h, reml=reml)
        np.testing.assert_allclose(ours, theirs, rtol=0.0, atol=1e-10)
        fit = fit_rotated(rotated, reml=reml)
        assert fit.status == "interior"
        assert profile.top()[0] == pytest.approx(fit.h2, abs=1e-7)
        assert profile.top()[1] == pytest.approx(fit.loglik, abs=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_the_top_of_balanced_groups_is_the_estimate_of_the_analysis_of_variance(seed):
    """Where groups are less alike than strangers, σ²_g is negative by both."""
    groups, each = 8, 5
    rng = np.random.default_rng(seed)
    y = rng.standard_normal((groups, each))
    y -= (0.8 if seed % 2 else 0.0) * y.mean(axis=1, keepdims=True)
    within = y.var(axis=1, ddof=1).mean()
    between = each * y.mean(axis=1).var(ddof=1)
    variance = (between - within) / each
    same = np.kron(np.eye(groups), np.ones((each, each)))
    by_hand = variance / (variance + within)
    records = decompose_records(np.eye(groups), np.repeat(np.arange(groups), each))
    for eigen in (decompose(same), records):
        rotated = rotate(eigen, y.ravel())
        fit, (h, loglik) = fit_rotated(rotated), continued_profile(rotated).top()
        assert h == pytest.approx(by_hand, abs=1e-6)
        assert (h < 0.0) == (variance < 0.0) == (fit.status == "lower_boundary")
        assert loglik >= fit.loglik - 1e-12


def test_above_1_stands_what_is_more_alike_than_its_kinship():
    """Twelve pairs of sibs of kinship a half that agree more than that: the top is above 1."""
    rng = np.random.default_rng(0)
    y = np.repeat(rng.standard_normal(12), 2) + 0.3 * rng.standard_normal(24)
    K = np.kron(np.eye(12), np.array([[1.0, 0.5], [0.5, 1.0]]))
    rotated = rotate(decompose(K), y)
    assert fit_rotated(rotated).status == "upper_boundary"
    h, _ = continued_profile(rotated).top()
    # The correlation of sibs is h/2, and V is positive definite up to a correlation of 1.
    assert 1.0 < h < 2.0
    pairs = y.reshape(12, 2)
    total, difference = pairs.sum(axis=1), np.diff(pairs, axis=1)[:, 0]
    ratio = total.var(ddof=1) / np.mean(difference**2)
    assert h == pytest.approx(2.0 * (ratio - 1.0) / (ratio + 1.0), abs=1e-6)


def test_without_a_hill_the_end_that_it_rises_to_is_said():
    """The intercept is K's only large direction: of h the contrasts say nothing."""
    K = 0.5 * np.eye(9) + 0.5
    y = np.random.default_rng(4).standard_normal(9)
    assert continued_profile(rotate(decompose(K), y), reml=False).top()[0] == -np.inf
    assert np.isnan(continued_profile(rotate(decompose(K), y), reml=True).top()[0])


def test_by_ml_the_ends_are_infinite_and_no_hill():
    y, X, K = problem("full", 20, 2, 0.4, 5)
    profile = continued_profile(rotate(decompose(K), y, X), reml=False)
    near = [profile.log_likelihood(profile.lower * (1.0 - 10.0**-k)) for k in (3, 6, 9, 12)]
    assert (np.diff(near) > 3.0).all()
    assert profile.top()[0] > profile.lower


def test_y_without_error_is_refused():
    with pytest.raises(LMMError, match="the log-likelihood has no top: X fits y without error"):
        continued_profile(rotate(decompose(np.eye(4)), np.ones(4)))
