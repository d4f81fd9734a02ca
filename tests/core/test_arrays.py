"""What comes in at the door: shapes, numbers, and the sentences that refuse them."""

import numpy as np
import pytest

from lmm_core.arrays import as_design, as_numeric, as_phenotype, fingerprint, read_only
from lmm_core.errors import DesignError, LMMError


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
