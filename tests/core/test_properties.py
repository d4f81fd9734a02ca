"""Laws that hold for any kinship, covariates and phenotype."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lmm_core import LMMError, decompose, fit_lmm, log_likelihood
from lmm_core.dense import dense_gls
from lmm_core.slope import score, slope_and_curvature
from tests import builders

CHECK = settings(derandomize=True, deadline=None, max_examples=120)
LAW = settings(derandomize=True, deadline=None, max_examples=60)


@st.composite
def problems(draw, kinds=builders.KINDS, sizes=(2, 40), collinear=True):
    """y, X, K and whether by REML."""
    n = draw(st.integers(*sizes))
    p = draw(st.integers(1, min(5, n)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    K = builders.kinship(draw(st.sampled_from(kinds)), n, rng)
    y = builders.phenotype(K, draw(st.sampled_from([0.0, 0.3, 0.8, 0.999, 1.0])), rng)
    X = builders.covariates(n, p, rng)
    X[:, 1:] *= draw(st.sampled_from([1.0, 1e-6, 1e6]))
    if collinear and p > 2 and draw(st.booleans()):
        X[:, 2] = X[:, 1] - 2.0 * X[:, 0]
    return y, X, K * draw(st.sampled_from([1.0, 1e-3, 1e3])), draw(st.booleans())


@CHECK
@given(problems())
def test_a_fit_is_an_answer_or_says_why_not(problem):
    y, X, K, reml = problem
    try:
        fit = fit_lmm(y, X, K, reml=reml)
    except LMMError:
        return
    assert fit.message.endswith(".")
    kept = fit.rotated.kept
    if not fit.maxima:
        assert fit.status in ("flat", "unbounded")
        assert np.isnan([fit.h2, fit.sigma2, fit.sigma2_g, fit.sigma2_e]).all()
        return
    numbers = [fit.h2, fit.sigma2, fit.sigma2_g, fit.sigma2_e, fit.loglik]
    assert np.isfinite([*numbers, *fit.beta[kept], *fit.se_beta[kept]]).all()
    assert np.isnan(fit.beta[fit.rotated.aliased]).all()
    assert 0.0 <= fit.h2 <= 1.0
    assert fit.sigma2 > 0.0
    heights = [maximum.loglik for maximum in fit.maxima]
    assert heights == sorted(heights, reverse=True)
    kinds = {"lower_boundary": 0.0, "upper_boundary": 1.0}
    for maximum in fit.maxima:
        assert maximum.h2 == kinds.get(maximum.kind, maximum.h2)
        assert (0.0 < maximum.h2 < 1.0) == (maximum.kind == "interior")
    if fit.status != "unbounded":
        assert fit.status == fit.maxima[0].kind


@CHECK
@given(problems())
def test_nothing_on_a_fine_grid_is_higher(problem):
    y, X, K, reml = problem
    fit = fit_lmm(y, X, K, reml=reml)
    if fit.status in ("flat", "unbounded"):
        return
    near_one = 1.0 - np.logspace(-12, -3, 100)
    grid = np.concatenate([np.linspace(0.0, 1.0, 4001)[:-1], near_one])
    profile = log_likelihood(fit.rotated, grid, reml=reml)
    assert np.isfinite(profile).all()
    assert fit.loglik >= profile.max() - 1e-9 * max(1.0, abs(fit.loglik))


@CHECK
@given(problems(collinear=False), st.sampled_from([0.0, 0.2, 0.5, 0.9, 0.99, 1.0]))
def test_it_is_the_dense_likelihood_wherever_that_can_be_computed(problem, h):
    y, X, K, reml = problem
    fit = fit_lmm(y, X, K, reml=reml)
    rotated = fit.rotated
    if rotated.exact or rotated.rank < X.shape[1]:
        return
    V = h * K + (1.0 - h) * np.eye(len(y))
    length = np.linalg.norm(X, axis=0)
    # Digits are lost by the condition of V, of X, and when X fits y almost exactly.
    if np.linalg.cond(V) * np.linalg.cond(X / length) ** 2 > 1e6:
        return
    if np.linalg.norm(rotated.stable.residual) < 1e-3 * np.linalg.norm(y):
        return
    dense = dense_gls(y, X, K, h, reml=reml)
    ours = log_likelihood(rotated, h, reml=reml)
    assert abs(ours - dense.loglik) <= 1e-8 * max(1.0, abs(dense.loglik))


@CHECK
@given(problems())
def test_the_slope_vanishes_at_every_interior_maximum(problem):
    y, X, K, reml = problem
    fit = fit_lmm(y, X, K, reml=reml)
    for maximum in fit.maxima:
        h = maximum.h2
        if maximum.kind == "interior":
            slope, curvature = slope_and_curvature(fit.rotated, h, reml=reml)
            assert curvature < 0.0
            # A Newton step from there is within 1e-8 of the way to the nearer end.
            assert abs(slope / curvature) <= 1e-8 * min(h, 1.0 - h) + 4e-16
        elif maximum.kind == "lower_boundary":
            assert score(fit.rotated, 0.0, reml=reml) <= 0.0
        else:
            assert score(fit.rotated, 1.0, reml=reml) >= 0.0


REGULAR = ("full", "centred", "families", "groups")


@LAW
@given(problems(REGULAR, (8, 40)), st.sampled_from([1e-2, 0.5, 2.0, 100.0]))
def test_scaling_the_kinship_moves_h_and_nothing_else(problem, c):
    y, X, K, reml = problem
    one, other = fit_lmm(y, X, K, reml=reml), fit_lmm(y, X, c * K, reml=reml)
    if one.status == "unbounded" or not one.maxima:
        assert other.status == one.status
        return
    assert abs(other.loglik - one.loglik) <= 1e-9 * max(1.0, abs(one.loglik))
    if 1e-6 < one.h2 < 1.0 - 1e-6:
        # h is good to 1e-8 at least, and the map stretches it by no more than c or 1/c.
        expected = one.h2 / (one.h2 + c * (1.0 - one.h2))
        assert abs(other.h2 - expected) <= 1e-6 * min(expected, 1.0 - expected)


@LAW
@given(problems(REGULAR, (8, 40), collinear=False), st.sampled_from([-3.0, 1e-6, 1e5]))
def test_adding_covariates_to_y_and_changing_its_unit_changes_no_h(problem, a):
    y, X, K, reml = problem
    shift = 0.7 / np.linalg.norm(X, axis=0) * np.sqrt(len(y))
    one = fit_lmm(y, X, K, reml=reml)
    other = fit_lmm(a * y + abs(a) * X @ shift, X, K, reml=reml)
    assert other.status == one.status
    if not one.maxima:
        return
    df = one.n - one.p if reml else one.n
    expected = one.loglik - df * np.log(abs(a))
    assert abs(other.loglik - expected) <= 1e-8 * max(1.0, abs(expected))
    sd = one.se_beta
    assert (np.abs(other.beta - a * one.beta - abs(a) * shift) <= 1e-5 * abs(a) * sd + 1e-300).all()
    assert abs(other.h2 - one.h2) <= 1e-6


@LAW
@given(problems(REGULAR, (8, 40)), st.randoms(use_true_random=False))
def test_the_order_of_individuals_is_of_no_account(problem, random):
    y, X, K, reml = problem
    order = list(range(len(y)))
    random.shuffle(order)
    one = fit_lmm(y, X, K, reml=reml)
    other = fit_lmm(y[order], X[order], K[np.ix_(order, order)], reml=reml)
    assert other.status == one.status
    if one.maxima:
        assert abs(other.h2 - one.h2) <= 1e-7
        assert abs(other.loglik - one.loglik) <= 1e-9 * max(1.0, abs(one.loglik))


@LAW
@given(problems(collinear=False))
def test_no_heritability_is_ordinary_least_squares(problem):
    y, X, K, reml = problem
    fit = fit_lmm(y, X, K, reml=reml)
    n, p = fit.n, fit.p
    if fit.rotated.exact or p < X.shape[1]:
        return
    X = X / np.linalg.norm(X, axis=0)
    if np.linalg.cond(X) > 1e3 or np.linalg.norm(
        fit.rotated.stable.residual
    ) < 1e-3 * np.linalg.norm(y):
        return
    e = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    df = n - p if reml else n
    expected = -0.5 * df * (np.log(2 * np.pi * (e @ e) / df) + 1.0)
    ours = log_likelihood(fit.rotated, 0.0, reml=reml)
    assert abs(ours - expected) <= 1e-9 * max(1.0, abs(expected))


@LAW
@given(problems(("full", "families", "centred"), (6, 20)))
def test_a_decomposition_serves_as_the_kinship(problem):
    y, X, K, reml = problem
    one, other = fit_lmm(y, X, K, reml=reml), fit_lmm(y, X, decompose(K), reml=reml)
    assert (one.status, one.message, one.trace) == (other.status, other.message, other.trace)
    np.testing.assert_array_equal(one.beta, other.beta)
