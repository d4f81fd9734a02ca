"""The kinship matrix: what is refused, what is repaired, and its decomposition."""

import numpy as np
import pytest

from lmm_core import KinshipError, centered_kinship, decompose, fit_lmm, standardized_kinship
from tests import builders
from tests.conftest import load_reference
from tests.on_disk import OnDisk

GENOTYPES = np.array([[0, 1, 2, 2], [1, 1, 0, 2], [2, 1, 1, 2], [0, 1, 2, 2]], dtype=float)


@pytest.mark.parametrize("kind", builders.KINDS)
def test_decomposition_gives_the_matrix_back(kind):
    K = builders.kinship(kind, 25, np.random.default_rng(3))
    eigen = decompose(K)
    U, values = eigen.vectors, eigen.values
    # Backward stability: n·ε·|K|; zeroing eigenvalues costs at most 1e-10 of the largest.
    scale = values[-1]
    np.testing.assert_allclose((U * values) @ U.T, K, atol=2e-10 * scale)
    np.testing.assert_allclose(U.T @ U, np.eye(25), atol=1e-13)
    assert (np.diff(values) >= 0).all()
    assert (values >= 0).all()
    assert eigen.n == 25
    assert eigen.mean_diagonal == pytest.approx(np.trace(K) / 25, rel=1e-9)


def test_results_are_read_only_and_the_callers_matrix_is_not_touched():
    K = np.array([[1.0, 0.5], [0.5, 1.0]])
    eigen = decompose(K)
    assert not eigen.values.flags.writeable
    assert not eigen.vectors.flags.writeable
    assert K.flags.writeable
    assert K.tolist() == [[1.0, 0.5], [0.5, 1.0]]


def test_a_decomposition_is_handed_back_as_it_is():
    eigen = decompose(np.eye(3))
    assert decompose(eigen) is eigen


@pytest.mark.parametrize(
    ("kind", "rank"), [("rank_one", 1), ("ones", 1), ("low_rank", 8), ("groups", 7), ("full", 25)]
)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_zero_eigenvalues_are_exactly_zero_on_any_scale(kind, rank, scale):
    K = scale * builders.kinship(kind, 25, np.random.default_rng(1))
    assert decompose(K).rank == rank


def test_the_zero_matrix_has_rank_zero():
    assert decompose(np.zeros((4, 4))).rank == 0


@pytest.mark.parametrize("digits", [10, 12, 17])
@pytest.mark.parametrize("seed", range(4))
def test_null_space_survives_writing_the_matrix_with_ten_digits(digits, seed):
    K = builders.kinship("centred", 40, np.random.default_rng(seed))
    written = np.array([[float(f"{value:.{digits}g}") for value in row] for row in K])
    written = np.tril(written) + np.tril(written, -1).T
    assert decompose(written).rank == 39


def test_ml_on_a_centred_kinship_is_unbounded_whatever_the_rounding():
    y, X, K = load_reference("centred200").trait("b")
    written = np.array([[float(f"{value:.10g}") for value in row] for row in K])
    assert fit_lmm(y, X, written, reml=False).status == "unbounded"


def test_a_small_but_real_eigenvalue_is_kept():
    assert decompose(np.diag([1e-9, 1.0])).values[0] == pytest.approx(1e-9, rel=1e-12)


def test_a_negative_eigenvalue_within_rounding_is_zero():
    assert decompose(np.diag([1.0, -5e-9, 2.0])).values.tolist() == [0.0, 1.0, 2.0]


def test_a_negative_eigenvalue_beyond_rounding_is_refused_by_size():
    K = np.diag([1.0, -0.25, 2.0])
    with pytest.raises(KinshipError, match=r"smallest eigenvalue is −0\.25 beside.*of 2.*clip"):
        decompose(K)
    assert decompose(K, repair="clip").values.tolist() == [0.0, 1.0, 2.0]


def test_a_negative_definite_matrix_is_refused():
    with pytest.raises(KinshipError, match="positive semi-definite"):
        decompose(-np.eye(3))


def test_asymmetry_is_named_by_place_and_size():
    K = np.eye(4)
    K[1, 3] = 0.031
    with pytest.raises(KinshipError, match=r"\|K\[1, 3\] − K\[3, 1\]\| = 0\.031; pass \(K \+ K"):
        decompose(K)


@pytest.mark.parametrize(("i", "j"), [(5, 290), (290, 5), (127, 128), (299, 298), (200, 130)])
def test_asymmetry_is_found_anywhere_in_a_large_matrix(i, j):
    K = np.eye(300)
    K[i, j] = -0.25
    low, high = sorted((i, j))
    either = rf"(K\[{low}, {high}\]|K\[{high}, {low}\]).*\| = 0\.25"
    with pytest.raises(KinshipError, match=either):
        decompose(K)


def test_infinities_of_both_signs_do_not_cancel():
    K = np.diag([np.inf, -np.inf, 1.0])
    with pytest.raises(KinshipError, match=r"finite: 2 entries.*K\[0, 0\]"):
        decompose(K)


@pytest.mark.parametrize("K", [np.ones((2, 3)), np.ones(4), np.empty((0, 0))])
def test_a_matrix_that_is_not_square_is_refused(K):
    with pytest.raises(KinshipError, match="square matrix: its shape is"):
        decompose(K)


def test_a_missing_entry_is_named():
    K = np.eye(3)
    K[1, 2] = np.nan
    with pytest.raises(KinshipError, match=r"finite: 1 entries.*K\[1, 2\]; leave out"):
        decompose(K)


def test_words_are_refused():
    with pytest.raises(KinshipError, match="numeric"):
        decompose([["a", "b"], ["c", "d"]])


def test_centred_kinship_by_hand():
    K = centered_kinship(GENOTYPES)
    Z = GENOTYPES - GENOTYPES.mean(axis=0)
    expected = [[sum(a * b for a, b in zip(u, v, strict=True)) / 4 for v in Z] for u in Z]
    # A few products of numbers of order one.
    np.testing.assert_allclose(K, expected, atol=1e-15)
    np.testing.assert_allclose(K.sum(axis=0), 0.0, atol=1e-15)


def test_standardised_kinship_leaves_out_markers_that_do_not_vary():
    K = standardized_kinship(GENOTYPES)
    # Two of four markers vary, and each contributes a mean diagonal of exactly 1.
    assert np.trace(K) / 4 == pytest.approx(1.0, rel=1e-14)
    with pytest.raises(KinshipError, match=r"markers that vary: none of the 1 does"):
        standardized_kinship(GENOTYPES[:, 1:2])


def test_the_rounding_of_a_mean_is_no_variation():
    constant = np.full((7, 1), 0.1)
    assert (constant - constant.mean()).any()
    K = standardized_kinship(np.column_stack([np.arange(7.0) % 3, constant]))
    np.testing.assert_array_equal(K, standardized_kinship(np.arange(7.0)[:, np.newaxis] % 3))


@pytest.mark.parametrize("kinship", [centered_kinship, standardized_kinship])
def test_a_kinship_by_blocks_is_that_of_the_whole(kinship, monkeypatch):
    G = np.random.default_rng(3).integers(0, 3, (9, 200)).astype(float)
    G[2, 150] = np.nan
    whole = kinship(G)
    monkeypatch.setattr("lmm_core.genotypes.PRODUCT_ELEMENTS", 1)
    np.testing.assert_allclose(kinship(G), whole, atol=1e-14)
    np.testing.assert_allclose(kinship(OnDisk(G)), whole, atol=1e-14)


def test_a_missing_genotype_is_the_mean_of_its_marker():
    genotypes = np.array([[0.0, 1.0], [np.nan, 2.0], [2.0, 0.0]])
    filled = genotypes.copy()
    filled[1, 0] = 1.0
    np.testing.assert_allclose(centered_kinship(genotypes), centered_kinship(filled), atol=1e-15)
    assert np.isnan(genotypes[1, 0])


def test_a_marker_without_values_is_named():
    with pytest.raises(KinshipError, match="marker 1 has none; leave it out"):
        centered_kinship([[0.0, np.nan], [1.0, np.nan]])


@pytest.mark.parametrize("genotypes", [np.ones(3), np.ones((3, 0))])
def test_genotypes_must_be_a_table(genotypes):
    with pytest.raises(KinshipError, match="individuals by markers"):
        centered_kinship(genotypes)
