"""The rotation: U'y and U'X, which columns count, and the coordinates used near h = 1."""

import numpy as np
import pytest

from lmm_core import DesignError, decompose, rotate, wls
from tests import builders


@pytest.mark.parametrize("kind", builders.KINDS)
def test_rotated_y_and_x_are_products_with_the_vectors(kind):
    y, X, K = builders.problem(kind, 20, 3, 0.5, seed=5)
    eigen = decompose(K)
    rotated = rotate(eigen, y, X)
    # Sums of 20 products of numbers of order one.
    np.testing.assert_allclose(rotated.y, eigen.vectors.T @ y, atol=1e-13)
    np.testing.assert_allclose(rotated.X, eigen.vectors.T @ X, atol=1e-13)
    assert rotated.log_det_xtx == pytest.approx(np.linalg.slogdet(X.T @ X)[1], abs=1e-11)
    assert rotated.rank == 3
    assert rotated.aliased.tolist() == []
    assert not rotated.exact


@pytest.mark.parametrize("kind", builders.KINDS)
def test_coordinates_near_one_are_the_same_model(kind):
    y, X, K = builders.problem(kind, 20, 4, 0.5, seed=6)
    rotated = rotate(decompose(K), y, X)
    B = rotated.stable.basis
    np.testing.assert_allclose(B.T @ B, np.eye(4), atol=1e-13)
    np.testing.assert_allclose(rotated.X @ rotated.stable.to_beta, B, atol=1e-12)
    np.testing.assert_allclose(
        rotated.y - rotated.X @ rotated.stable.offset, rotated.stable.residual, atol=1e-12
    )
    k, r = rotated.stable.n_null, rotated.stable.null_rank
    assert (B[:k, r:] == 0.0).all()
    assert k == int((np.linalg.eigvalsh(K) < 1e-9 * np.linalg.norm(K, 2)).sum())
    if r:
        assert np.linalg.matrix_rank(B[:k, :r]) == r
    free = B[k:, r:] / np.sqrt(rotated.values[k:, np.newaxis])
    gram = free.T @ free
    size = np.sqrt(np.diagonal(gram))
    # Orthogonal at h = 1, so that a huge weight there is carried by one column.
    np.testing.assert_allclose(gram / np.outer(size, size), np.eye(4 - r), atol=1e-8)


def test_every_array_is_read_only():
    y, X, K = builders.problem("centred", 10, 2, 0.5, seed=1)
    rotated = rotate(decompose(K), y, X)
    for name in ("values", "y", "X"):
        assert not getattr(rotated, name).flags.writeable, name
    for name in ("kept", "basis", "residual", "offset", "to_beta", "products"):
        assert not getattr(rotated.stable, name).flags.writeable, name


def test_no_covariates_means_the_intercept():
    y, _, K = builders.problem("full", 10, 1, 0.5, seed=1)
    eigen = decompose(K)
    np.testing.assert_array_equal(rotate(eigen, y).X, rotate(eigen, y, np.ones(10)).X)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_aliased_columns_are_the_later_ones(scale):
    y, X, K = builders.problem("full", 15, 3, 0.5, seed=2)
    aliased = scale * (X[:, 0] - 2.0 * X[:, 1])
    rotated = rotate(
        decompose(K), y, np.column_stack([X[:, :2], aliased, np.zeros(15), X[:, 2], X[:, 1]])
    )
    assert rotated.kept.tolist() == [0, 1, 4]
    assert rotated.aliased.tolist() == [2, 3, 5]
    assert (rotated.rank, rotated.n_columns) == (3, 6)


def test_a_nearly_collinear_column_is_kept_and_one_at_rounding_is_not():
    y, X, K = builders.problem("full", 15, 2, 0.5, seed=3)
    noise = np.random.default_rng(1).normal(size=15)
    for size, rank in [(1e-6, 3), (1e-10, 2)]:
        near = np.column_stack([X, X[:, 1] + size * noise])
        assert rotate(decompose(K), y, near).rank == rank


def test_more_columns_than_individuals_fit_exactly():
    rng = np.random.default_rng(4)
    rotated = rotate(decompose(np.eye(4)), rng.normal(size=4), rng.normal(size=(4, 7)))
    assert rotated.rank == 4
    assert rotated.exact


@pytest.mark.parametrize("offset", [0.0, 0.1, -3e5])
def test_a_constant_phenotype_is_exact_and_a_nearly_constant_one_is_not(offset):
    eigen = decompose(builders.kinship("full", 12, np.random.default_rng(5)))
    y = np.full(12, offset)
    assert rotate(eigen, y).exact
    y[3] += 1e-9 * max(1.0, abs(offset))
    assert not rotate(eigen, y).exact


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_what_is_exact_does_not_hang_on_the_unit_of_y(scale):
    y, X, K = builders.problem("clones", 16, 2, 0.5, seed=7)
    eigen = decompose(K)
    plain, scaled = rotate(eigen, y, X), rotate(eigen, scale * y, X)
    assert (scaled.exact, scaled.stable.null_explained) == (
        plain.exact,
        plain.stable.null_explained,
    )
    # Products and one subtraction: ten times the rounding of numbers of order one.
    np.testing.assert_allclose(scaled.stable.residual / scale, plain.stable.residual, atol=1e-13)
    assert rotate(eigen, scale * X @ [1.0, 2.0], X).exact


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_what_reaches_into_the_null_space_does_not_hang_on_the_unit_of_x(scale):
    y, X, K = builders.problem("one_pair", 16, 3, 0.5, seed=7)
    eigen = decompose(K)
    plain, scaled = rotate(eigen, y, X), rotate(eigen, y, X * [1.0, scale, scale])
    assert (scaled.stable.null_rank, scaled.stable.null_explained) == (
        plain.stable.null_rank,
        plain.stable.null_explained,
    )
    assert scaled.log_det_xtx == pytest.approx(plain.log_det_xtx + 4 * np.log(scale), abs=1e-11)


def test_null_space_of_a_centred_kinship_is_the_intercept():
    y, X, K = builders.problem("centred", 20, 3, 0.5, seed=8)
    rotated = rotate(decompose(K), y, X)
    at = rotated.stable
    assert (at.n_null, at.null_rank, at.null_explained) == (
        1,
        1,
        True,
    )
    assert (rotated.stable.residual[:1] == 0.0).all()


def test_clones_are_explained_by_a_covariate_in_which_they_differ():
    y, _, K = builders.problem("one_pair", 20, 1, 0.5, seed=9)
    sex = np.zeros(20)
    sex[1::3] = 1.0
    intercept = np.ones(20)
    assert sex[0] != sex[1]
    explained = rotate(decompose(K), y, np.column_stack([intercept, sex])).stable
    assert (
        explained.n_null,
        explained.null_rank,
        explained.null_explained,
    ) == (1, 1, True)
    alike = rotate(decompose(K), y, intercept).stable
    assert (alike.n_null, alike.null_rank, alike.null_explained) == (
        1,
        0,
        False,
    )


def test_clones_with_one_phenotype_are_explained_by_nothing_at_all():
    y, X, K = builders.problem("groups", 20, 1, 0.5, seed=9)
    rotated = rotate(decompose(K), np.repeat(y[:5], 4), X)
    at = rotated.stable
    assert (at.n_null, at.null_rank, at.null_explained) == (
        15,
        0,
        True,
    )
    assert (rotated.stable.residual[:15] == 0.0).all()


def test_a_covariate_that_barely_reaches_into_the_null_space_costs_no_digits_elsewhere():
    # Without an intercept, a covariate that is constant within groups but for its last digits:
    # the residual in the null space of K, divided by its reach there, is a huge coefficient.
    rng = np.random.default_rng(3)
    group = np.arange(30) % 6
    x = 1000.0 * rng.normal(size=6)[group] + 1e-6 * rng.normal(size=30)
    y = rng.normal(size=30)
    rotated = rotate(decompose((group[:, np.newaxis] == group).astype(float)), y, x)
    assert rotated.stable.null_rank == 1
    residual = y - x * (x @ y) / (x @ x)
    assert wls(rotated, 0.0).rss == pytest.approx(residual @ residual, rel=1e-12)


def test_wrong_input_is_refused_by_name():
    eigen = decompose(np.eye(4))
    with pytest.raises(DesignError, match="y must have one value for each of the 4"):
        rotate(eigen, [1.0, 2.0])
    with pytest.raises(DesignError, match=r"y must be finite: 1 value.*y\[2\]"):
        rotate(eigen, [1.0, 2.0, np.nan, 3.0])
    with pytest.raises(DesignError, match="X must have one row for each of the 4"):
        rotate(eigen, np.arange(4.0), np.ones((3, 1)))
    with pytest.raises(DesignError, match=r"not zero: none of its 2 column\(s\) is"):
        rotate(eigen, np.arange(4.0), np.zeros((4, 2)))
    with pytest.raises(DesignError, match="none of its 0"):
        rotate(eigen, np.arange(4.0), np.ones((4, 0)))
