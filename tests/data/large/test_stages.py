"""LAPACK's steps one by one give what its one call gives, bit for bit."""

import numpy as np
import pytest

from lmm_core.simulate import full_sib_families
from lmm_data.large.stages import PANEL, REFLECTORS, in_stages
from tests.data.large.kinships import kinship

SIZES = (1, 2, 3, PANEL, PANEL + 1, 2 * PANEL, 2 * PANEL + 1, REFLECTORS + 1, 2 * REFLECTORS + 90)


def both(K):
    told = []
    return in_stages(np.array(K, order="F"), told.append), np.linalg.eigh(K), told


@pytest.mark.parametrize("n", SIZES)
def test_it_is_eigh_bit_for_bit(n):
    (values, vectors), (expected, U), told = both(kinship(n, seed=n))
    assert np.array_equal(values, expected)
    assert np.array_equal(vectors, U)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_equal_eigenvalues_and_any_scale(scale):
    K = scale * full_sib_families(30, 5).K
    (values, vectors), (expected, _), _ = both(K)
    assert values == pytest.approx(expected, rel=1e-12, abs=1e-13 * scale)
    assert vectors.T @ vectors == pytest.approx(np.eye(150), abs=1e-13)
    assert (vectors * values) @ vectors.T == pytest.approx(K, abs=1e-13 * scale)


def test_the_lower_triangle_is_read_as_eigh_reads_it():
    K = kinship(40)
    K[3, 30] += 0.5
    (values, _), (expected, _), _ = both(K)
    assert np.array_equal(values, expected)


def test_what_is_told_may_stop_it():
    def stop(share):
        raise InterruptedError(share)

    with pytest.raises(InterruptedError):
        in_stages(kinship(80), stop)
