import dataclasses

import numpy as np
import pytest

from lmm_app.fit.view import (
    AGREEMENT,
    MAX_CELLS,
    build_view,
    compare,
    covariance_picture,
    picture_order,
)
from lmm_core import decompose, fit_lmm, interval_h2, log_likelihood
from lmm_core.fit import plain_search
from tests.odd_views import KINDS, make_problem, sibs, view

H = (0.0, 0.25, 0.5, 0.9, 0.99)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reml", [True, False], ids=["REML", "ML"])
def test_generalised_and_weighted_least_squares_agree(kind, reml):
    shown = view(kind)
    for h2 in H:
        found = compare(shown, h2, reml=reml)
        assert found.dense is not None
        beta = found.weighted.beta[shown.reml.rotated.kept]
        # The claim of the badge, with room below it: what is left is rounding of two routes.
        assert found.difference < 1e-10 < AGREEMENT
        np.testing.assert_allclose(beta, found.dense.beta, rtol=1e-8, atol=1e-12)
        assert found.agree
        assert found.dense_seconds > 0
        assert found.weighted_seconds > 0


def test_beta_that_disagree_are_told_apart():
    shown = view("interior")
    problem = shown.problem
    other = dataclasses.replace(problem, y=problem.y + 1e-6 * problem.X[:, 1])
    crossed = dataclasses.replace(shown, problem=other)
    found = compare(crossed, 0.5, reml=True)
    assert found.difference > 1e-7
    assert not found.agree


def test_a_beta_of_zero_agrees_with_itself():
    shown = view("unbounded, no maximum")
    found = compare(shown, 0.0, reml=True)
    assert np.abs(found.weighted.beta).max() < 1e-14
    assert found.agree


def test_where_v_is_singular_there_is_no_generalised_least_squares():
    found = compare(view("unbounded"), 1.0, reml=True)
    assert found.dense is None
    assert np.isnan(found.difference)
    assert not found.agree
    assert np.isfinite(found.weighted.beta).all()


@pytest.mark.parametrize("kind", KINDS)
def test_both_profiles_are_on_one_grid_from_0_to_1(kind):
    shown = view(kind)
    grid = shown.profile("ML").h2
    np.testing.assert_array_equal(grid, shown.profile("REML").h2)
    assert grid[0] == 0
    assert grid[-1] == 1
    assert (np.diff(grid) > 0).all()
    assert np.diff(grid).max() <= 0.005 + 1e-12
    assert not np.isnan(shown.profile("ML").loglik).any()
    assert not np.isnan(shown.profile("REML").loglik).any()


@pytest.mark.parametrize("kind", ["interior", "two hills", "lower boundary", "upper boundary"])
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_no_point_of_a_profile_is_above_the_maximum(kind, method):
    shown = view(kind)
    fit, profile = shown.fit(method), shown.profile(method)
    assert profile.loglik.max() <= fit.loglik + 1e-9
    # The grid is fine enough for the drawn curve to reach the drawn maximum.
    assert profile.loglik.max() > fit.loglik - 0.02
    at = log_likelihood(fit.rotated, profile.h2, reml=method == "REML")
    np.testing.assert_array_equal(profile.loglik, at)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_each_method_brings_its_interval_and_its_single_search(kind, method):
    found, rotated = view(kind).methods[method], view(kind).reml.rotated
    assert (found.interval is None) == (not found.fit.maxima)
    if found.interval is not None:
        assert (found.interval.lower, found.interval.upper) == tuple(interval_h2(found.fit))
    assert (found.plain is None) == (found.fit.status == "flat")
    if found.plain is not None:
        assert found.plain.x == plain_search(rotated, reml=method == "REML").x


def test_only_a_search_that_ends_on_a_lower_hill_is_trapped():
    trapped = {
        (kind, method)
        for kind in KINDS
        for method, found in view(kind).methods.items()
        if found.trapped
    }
    assert trapped == {("two hills", "ML"), ("unbounded", "REML")}
    for kind, method in trapped:
        found = view(kind).methods[method]
        highest, other = found.fit.maxima
        assert found.plain.x == pytest.approx(other.h2, abs=1e-3)
        assert found.plain.fun < highest.loglik


def test_both_fits_are_those_of_fit_lmm():
    shown = view("interior")
    problem = shown.problem
    for method in ("ML", "REML"):
        alone = fit_lmm(problem.y, problem.X, problem.K, reml=method == "REML")
        assert shown.fit(method).h2 == alone.h2
        assert shown.fit(method).loglik == alone.loglik
        assert shown.fit(method).reml == (method == "REML")
        assert shown.profile(method).reml == (method == "REML")


def test_one_rotation_serves_both_fits():
    problem = make_problem(np.arange(12.0) % 5, sibs(4, 3))
    eigen = decompose(problem.K)
    shown = build_view(problem, eigen)
    assert shown.ml.rotated is shown.reml.rotated
    assert shown.ml.eigen is shown.reml.eigen is eigen


def test_a_picture_of_400_has_a_cell_for_each_pair():
    rng = np.random.default_rng(0)
    K = rng.standard_normal((MAX_CELLS, MAX_CELLS))
    order = rng.permutation(MAX_CELLS)
    np.testing.assert_array_equal(covariance_picture(K, order), K[order][:, order])


def test_a_picture_of_more_than_400_holds_exact_means_of_tiles():
    n = MAX_CELLS + 1
    rng = np.random.default_rng(0)
    K = rng.standard_normal((n, n))
    order = rng.permutation(n)
    picture = covariance_picture(K, order)
    assert picture.shape == (200, 200)
    ordered = K[order][:, order]
    edges = [n * k // 200 for k in range(201)]
    for row, column in ((0, 0), (199, 199), (3, 150), (100, 7)):
        tile = ordered[edges[row] : edges[row + 1], edges[column] : edges[column + 1]]
        assert picture[row, column] == pytest.approx(tile.mean(), abs=1e-14)


def test_binning_keeps_a_symmetric_picture_symmetric():
    K = sibs(90, 5)
    picture = covariance_picture(K, picture_order(K))
    np.testing.assert_allclose(picture, picture.T, rtol=0, atol=1e-15)


def test_the_order_of_the_picture_keeps_families_contiguous():
    rng = np.random.default_rng(6)
    K, label = sibs(12, 5), np.repeat(np.arange(12), 5)
    shuffled = rng.permutation(60)
    order = picture_order(K[np.ix_(shuffled, shuffled)])
    assert np.count_nonzero(np.diff(label[shuffled][order])) == 11
