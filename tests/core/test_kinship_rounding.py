"""Negative eigenvalues: what the digits of the entries explain, and what they do not."""

import numpy as np
import pytest

from lmm_core import KinshipError, decompose, fit_lmm
from lmm_core.dense import dense_fit
from lmm_core.kinship import explain_negative, negative_note, rounding_of
from lmm_core.records import decompose_records


def low_rank(n, seed=0):
    """A kinship of rank n/3, its diagonal near 1."""
    W = np.random.default_rng(seed).normal(size=(n, max(n // 3, 1)))
    return W @ W.T / W.shape[1]


def significant(K, digits):
    return np.array([float(f"{x:.{digits}g}") for x in K.ravel()]).reshape(K.shape)


WAYS = {
    **{f"{d} digits": lambda K, d=d: significant(K, d) for d in (2, 3, 4, 6)},
    **{f"{d} decimals": lambda K, d=d: np.round(K, d) for d in (2, 3, 4, 6)},
    "float32": lambda K: K.astype(np.float32).astype(np.float64),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("n", [5, 20, 60, 200])
def test_rounding_is_within_the_bound_and_not_far_within(way, n):
    """The share of docs/checks.md: near 0.58 for many individuals, and never beyond."""
    for seed in range(3):
        K = WAYS[way](low_rank(n, seed))
        least = float(np.linalg.eigvalsh(K)[0])
        share = -least / rounding_of(K).bound
        assert share < 0.7
        # Of few individuals, chance may leave less.
        assert n < 60 or share > 0.15
        eigen = decompose(K)
        assert eigen.values.min() == 0.0
        # -1e-8 of the largest is the rounding of the arithmetic, which nobody need know of.
        assert bool(eigen.note) == (least < -1e-8 * eigen.values[-1])


def test_the_fit_is_that_of_the_nearest_covariance():
    K = np.round(low_rank(40), 2)
    y = np.random.default_rng(5).normal(size=40)
    values, U = np.linalg.eigh(K)
    nearest = (U * np.maximum(values, 0.0)) @ U.T
    found = fit_lmm(y, None, K)
    assert found.h2 == pytest.approx(dense_fit(y, np.ones((40, 1)), nearest).h2, abs=1e-6)
    assert found.eigen.note == explain_negative(values, K)[1] == negative_note(K)
    assert " negative eigenvalues, the least −" in found.eigen.note
    assert "are within the rounding of entries with three digits, and are set" in found.eigen.note


def test_one_entry_that_was_edited_is_not_rounding():
    K = np.round(low_rank(60), 3)
    K[3, 7] = K[7, 3] = 0.9
    with pytest.raises(KinshipError, match=r"too far below zero to be rounding; look for edited"):
        decompose(K)
    assert "set to 0" in decompose(K, repair="clip").note


@pytest.mark.parametrize(
    "K",
    [
        # Multiples of a half or a quarter, and one digit, are exact.
        np.array([[1.0, 0.75, 0.0], [0.75, 1.0, 0.75], [0.0, 0.75, 1.0]]),
        np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.9], [0.1, 0.9, 1.0]]),
        low_rank(8) - 0.01 * np.eye(8),
    ],
)
def test_what_was_not_rounded_has_no_excuse(K):
    assert rounding_of(K).bound == 0.0
    with pytest.raises(KinshipError, match="positive semi-definite"):
        decompose(K)


def test_products_in_single_precision_err_more_than_their_digits():
    W = np.random.default_rng(2).normal(size=(400, 130)).astype(np.float32)
    K = (W @ W.T / 130).astype(np.float64)
    assert decompose(0.5 * (K + K.T)).rank < 400


def test_records_of_a_rounded_kinship_have_its_bound():
    K = np.round(low_rank(30), 3)
    of = np.repeat(np.arange(30), [1, 2, 3] * 10)
    eigen = decompose_records(K, of)
    assert "within the rounding of entries with" in eigen.note
    K[3, 7] = K[7, 3] = 0.9
    with pytest.raises(KinshipError, match="too far below zero"):
        decompose_records(K, of)


def test_a_kinship_that_needs_nothing_has_no_note():
    assert decompose(np.eye(4)).note == negative_note(np.eye(4)) == ""
