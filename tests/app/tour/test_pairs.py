"""Pairs of relatives, and one covariate between and within families."""

import numpy as np
import pytest
from scipy import stats

from lmm_app.lessons.tour.families import two_slopes
from lmm_app.lessons.tour.pairs import AT_LEAST, residual_pairs
from tests.app.tour.scenes import lesson, mice, odd


def residuals(view):
    y, X = view.problem.y, view.problem.X
    e = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    return e, e @ e / (len(y) - X.shape[1])


def test_the_closest_pairs_of_the_mice_are_a_fiftieth_of_all():
    view = mice().view
    e, s2 = residuals(view)
    i, j = np.triu_indices(len(e), 1)
    K = view.problem.K[i, j]
    pairs = residual_pairs(view)
    order = np.argsort(K)[::-1][: pairs.close.count]
    assert pairs.close.count == 798
    assert pairs.close.r == pytest.approx((e[i] * e[j])[order].mean() / s2)
    assert pairs.close.r == pytest.approx(0.362, abs=5e-4)
    assert pairs.close.kinship == pytest.approx((K[order].min(), K[order].max()))
    assert pairs.name == "the 798 closest pairs"
    # The distant ones are as many, none of them further from 0 than one that is left out.
    far = np.sort(np.abs(K))[:798]
    assert pairs.distant.count == 798
    assert max(map(abs, pairs.distant.kinship)) == pytest.approx(far.max())


def test_sibs_are_not_split_among_classes():
    pairs = residual_pairs(lesson("full_sibs").view)
    assert pairs.close.count == 40 * 10
    assert pairs.close.kinship == (0.5, 0.5)
    assert pairs.name == "full sibs"
    assert pairs.distant.kinship == (0.0, 0.0)
    view = lesson("full_sibs").view
    e, s2 = residuals(view)
    i, j = np.triu_indices(len(e), 1)
    sibs = view.problem.K[i, j] == 0.5
    assert pairs.close.r == pytest.approx((e[i] * e[j])[sibs].mean() / s2)


def test_twins_are_a_class_of_their_own():
    pairs = residual_pairs(lesson("two_hills").view)
    assert pairs.close.count == 4
    assert pairs.name == "pairs with the same genes, such as twins"


def test_one_family_has_no_distant_pairs():
    pairs = residual_pairs(odd("flat: one family", "REML").view)
    assert pairs.distant is None
    assert pairs.close.count == 66
    assert pairs.slope == 0.0


def test_where_pairs_are_few_half_a_hundred_are_close():
    rng = np.random.default_rng(1)
    from tests import odd_views

    G = rng.standard_normal((30, 40))
    view = odd_views.view_of(odd_views.make_problem(rng.standard_normal(30), G @ G.T / 40))
    assert residual_pairs(view).close.count == AT_LEAST


def test_what_is_drawn_are_pairs_of_residuals():
    view = mice().view
    e, _ = residuals(view)
    for cloud in (residual_pairs(view).close, residual_pairs(view).distant):
        assert cloud.x.size == 798
        assert np.isin(cloud.x.round(9), e.round(9)).all()
        assert cloud.x @ cloud.y == pytest.approx(cloud.r * cloud.count * residuals(view)[1])


def test_between_and_within_families_make_ordinary_regression():
    scene = mice()
    y, sex = scene.view.problem.y, scene.view.problem.X[:, 1]
    found = two_slopes(y, sex, scene.sibships)
    family = [scene.sibships == k for k in np.unique(scene.sibships)]
    assert found.between.x.size == len(family) == 22
    # Within: dummies for all families; between: means, weighted by size.
    dummies = np.column_stack([*family, sex]).astype(float)
    b, rss, *_ = np.linalg.lstsq(dummies, y, rcond=None)
    assert found.within.slope == pytest.approx(b[-1])
    error = np.sqrt(rss[0] / (len(y) - 23) * np.linalg.inv(dummies.T @ dummies)[-1, -1])
    assert found.within.error == pytest.approx(error)
    assert found.within.p == pytest.approx(2 * stats.t.sf(abs(b[-1] / error), len(y) - 23))
    assert found.total == pytest.approx(np.polyfit(sex, y, 1)[0])
    mixed = found.share_between * found.between.slope
    assert found.total == pytest.approx(mixed + (1 - found.share_between) * found.within.slope)
    assert (round(found.between.slope, 2), round(found.between.error, 2)) == (-1.53, 0.50)
    assert (round(found.within.slope, 3), round(found.within.error, 3)) == (-0.045, 0.088)
