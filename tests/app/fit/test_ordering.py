from itertools import pairwise

import numpy as np
import pytest

from lmm_app.fit.ordering import LINKAGE_LIMIT, block_means, family_order


def families(sizes, kin=0.5):
    label = np.repeat(np.arange(len(sizes)), sizes)
    return np.where(np.equal.outer(label, label), kin, 0.0) + (1 - kin) * np.eye(len(label)), label


def runs(labels):
    """Number of stretches of equal labels."""
    return 1 + int(np.count_nonzero(np.diff(labels)))


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_families_come_out_side_by_side(seed):
    K, label = families([7, 2, 5, 1, 4, 9])
    shuffled = np.random.default_rng(seed).permutation(len(K))
    assert runs(label[shuffled]) > 6
    order = family_order(K[np.ix_(shuffled, shuffled)])
    assert runs(label[shuffled][order]) == 6


def test_families_with_noise_come_out_side_by_side():
    rng = np.random.default_rng(4)
    K, label = families([20, 30, 10])
    noise = rng.normal(0, 0.03, K.shape)
    shuffled = rng.permutation(len(K))
    order = family_order((K + noise + noise.T)[np.ix_(shuffled, shuffled)])
    assert runs(label[shuffled][order]) == 3


def test_the_order_is_a_permutation_and_the_same_each_time():
    rng = np.random.default_rng(1)
    Z = rng.standard_normal((40, 60))
    K = Z @ Z.T / 60
    order = family_order(K)
    assert order.dtype == np.int64
    np.testing.assert_array_equal(np.sort(order), np.arange(40))
    np.testing.assert_array_equal(order, family_order(K))


def test_a_different_scale_of_kinship_gives_the_same_order():
    K, _ = families([3, 5, 4])
    K[0, 1] = K[1, 0] = 0.45
    np.testing.assert_array_equal(family_order(K), family_order(4.0 * K))


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_individuals_stay_where_they_are(n):
    np.testing.assert_array_equal(family_order(np.eye(n)), np.arange(n))


def test_too_many_for_linkage_stay_where_they_are(monkeypatch):
    K, _ = families([2, 2])
    monkeypatch.setattr("lmm_app.fit.ordering.LINKAGE_LIMIT", 3)
    np.testing.assert_array_equal(family_order(K[[0, 2, 1, 3]][:, [0, 2, 1, 3]]), np.arange(4))
    assert LINKAGE_LIMIT == 4000


@pytest.mark.parametrize(("n", "blocks"), [(6, 3), (7, 3), (401, 200), (5, 5), (9, 1)])
def test_block_means_are_the_means_of_nearly_equal_tiles(n, blocks):
    matrix = np.random.default_rng(n).standard_normal((n, n))
    edges = [n * k // blocks for k in range(blocks + 1)]
    sizes = np.diff(edges)
    assert sizes.max() - sizes.min() <= 1
    expected = [[matrix[a:b, c:d].mean() for c, d in pairwise(edges)] for a, b in pairwise(edges)]
    # Sums of a few numbers in another order: rounding alone.
    np.testing.assert_allclose(block_means(matrix, blocks), expected, rtol=0, atol=1e-14)
