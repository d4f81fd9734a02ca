"""What comes in at the door: shapes, numbers, and the sentences that refuse them."""

import numpy as np
import pytest

from lmm_core import centered_kinship, fit_lmm, fit_traits, scan_markers, standardized_kinship
from lmm_core.arrays import (
    as_counts,
    as_design,
    as_numeric,
    as_phenotype,
    fingerprint,
    read_only,
)
from lmm_core.errors import DesignError, KinshipError, LMMError
from lmm_core.genotypes import Subset, minor_allele_frequency


def test_read_only_locks_the_same_array():
    values = np.arange(3.0)
    assert read_only(values) is values
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 1.0


def test_phenotype_of_integers_becomes_floats_and_leaves_the_callers_array_alone():
    given = np.array([1, 2, 3])
    values = as_phenotype(given, 3)
    assert values.dtype == np.float64
    assert values.tolist() == [1.0, 2.0, 3.0]
    assert given.flags.writeable


@pytest.mark.parametrize("y", [[1.0, 2.0], [[1.0], [2.0], [3.0]], 5.0])
def test_phenotype_of_another_shape_is_refused(y):
    with pytest.raises(DesignError, match=r"one value for each of the 3 individuals.*shape is"):
        as_phenotype(y, 3)


def test_phenotype_with_missing_values_names_how_many_and_the_first():
    with pytest.raises(DesignError, match=r"2 value\(s\) are missing.*at y\[1\]; drop those"):
        as_phenotype([1.0, np.nan, np.inf], 3)


def test_design_none_is_the_intercept():
    assert as_design(None, 3).tolist() == [[1.0], [1.0], [1.0]]


def test_design_vector_is_one_column():
    assert as_design([1.0, 2.0, 3.0], 3).shape == (3, 1)


@pytest.mark.parametrize("X", [np.ones((2, 3)), np.ones((3, 1, 1)), 1.0])
def test_design_of_another_shape_is_refused(X):
    with pytest.raises(DesignError, match=r"one row for each of the 3 individuals.*align X"):
        as_design(X, 3)


def test_design_with_a_missing_value_names_row_and_column():
    X = np.ones((3, 2))
    X[2, 1] = np.nan
    with pytest.raises(DesignError, match=r"X must be finite: 1 value.*X\[2, 1\]"):
        as_design(X, 3)


def test_words_are_refused_with_a_remedy():
    with pytest.raises(DesignError, match=r"sex must be numeric.*code categories as columns"):
        as_numeric(["male", "female"], "sex")
    assert issubclass(DesignError, LMMError)
    assert issubclass(LMMError, ValueError)


def test_fingerprint_sees_one_bit_and_the_shape():
    values = np.arange(6.0)
    same = fingerprint(values)
    assert fingerprint(values.copy()) == same
    assert fingerprint(values.reshape(2, 3)) != same
    assert fingerprint(values.astype(np.float32)) != same
    nudged = values.copy()
    nudged[5] = np.nextafter(nudged[5], np.inf)
    assert fingerprint(nudged) != same
    assert fingerprint(values[::-1][::-1]) == same
    assert fingerprint(values[:3], values[3:]) != same


def test_a_mask_is_honoured_or_refused():
    rng = np.random.default_rng(1)
    y, K = rng.normal(size=12), np.eye(12)
    masked = np.ma.masked_array(y, mask=np.arange(12) == 3)
    with pytest.raises(DesignError, match=r"y must be finite: 1 value\(s\) .* at y\[3\]"):
        fit_lmm(masked, None, K)
    with pytest.raises(DesignError, match=r"X must be finite: .* at X\[3, 0\]"):
        fit_lmm(y, masked[:, np.newaxis], K)
    with pytest.raises(KinshipError, match=r"missing or infinite, the first is K\[2, 2\]"):
        fit_lmm(y, None, np.ma.masked_array(K, mask=K * (np.arange(12) == 2) > 0))
    # Of many traits one value may be missing.
    both = np.ma.column_stack([masked, y])
    assert fit_traits(both, None, K).n.tolist() == [11, 12]
    assert np.array_equal(as_numeric(np.ma.masked_array([1, 2]), "y"), [1.0, 2.0])


def test_a_mask_of_whole_numbers_is_one_of_floats():
    counts = np.ma.masked_array([[0, 1], [2, 1]], mask=[[True, False], [False, False]])
    assert str(as_counts(counts).tolist()) == "[[nan, 1.0], [2.0, 1.0]]"


CODED = np.array([[0, 1, 2, -127], [1, -127, 0, 2], [2, 1, 1, 0], [0, 2, 1, 1]], dtype=np.int8)
PLAIN = np.where(CODED == -127, np.nan, CODED)
MASKED = np.ma.masked_array(np.maximum(CODED, 0), mask=CODED == -127)


@pytest.mark.parametrize("G", [CODED, MASKED])
@pytest.mark.parametrize(
    "of",
    [
        centered_kinship,
        standardized_kinship,
        lambda G: standardized_kinship(G, 0.5),
        minor_allele_frequency,
    ],
)
def test_missing_genotypes_are_no_counts(of, G):
    np.testing.assert_array_equal(of(G), of(PLAIN))


def test_a_float_of_minus_127_is_a_number():
    assert as_counts(CODED.astype(float))[0, 3] == -127


@pytest.mark.parametrize("kind", ["int8", "masked", "subset"])
def test_a_scan_knows_missing_genotypes(kind):
    rng = np.random.default_rng(4)
    n, m = 30, 8
    counts = rng.integers(0, 3, size=(n, m)).astype(np.int8)
    gone = rng.random((n, m)) < 0.1
    plain = np.where(gone, np.nan, counts)
    coded = np.where(gone, np.int8(-127), counts)
    G = coded if kind == "int8" else np.ma.masked_array(counts, mask=gone)
    if kind == "subset":
        G, plain = Subset(G, np.array([0, 2, 3, 6])), plain[:, [0, 2, 3, 6]]
    y, K = rng.normal(size=n), np.eye(n)
    found, right = scan_markers(G, y, None, K), scan_markers(plain, y, None, K)
    np.testing.assert_array_equal(found.beta, right.beta)
    np.testing.assert_array_equal(found.n_missing, right.n_missing)
