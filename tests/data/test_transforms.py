"""Transforms of a phenotype."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

from lmm_core import DesignError
from lmm_data.preparation.reshaping import spread, transformed
from lmm_data.readers.reading import TextTable
from lmm_data.transforms import log_transform, rank_normal


def test_normal_scores_are_bloms():
    y = np.random.default_rng(1).gamma(1.0, size=40)
    ranks = y.argsort().argsort() + 1.0
    assert rank_normal(y) == pytest.approx(ndtri((ranks - 0.375) / 40.25), abs=1e-12)


def test_ties_share_the_mean_of_their_ranks():
    y = [2.0, 1.0, 2.0, 5.0, 2.0, 1.0]
    expected = ndtri((np.array([4.0, 1.5, 4.0, 6.0, 4.0, 1.5]) - 0.375) / 6.25)
    assert rank_normal(y) == pytest.approx(expected, abs=1e-12)
    assert rank_normal([4.0, 4.0, 4.0]) == pytest.approx(np.zeros(3), abs=1e-15)


def test_only_the_order_counts_and_missing_stays_missing():
    y = np.array([3.0, np.nan, -1.0, 100.0])
    scores = rank_normal(y)
    assert np.isnan(scores[1])
    assert scores[[0, 2, 3]] == pytest.approx(rank_normal([0.2, 0.1, 0.3]), abs=1e-15)
    assert scores == pytest.approx(rank_normal(np.exp(y / 10.0)), nan_ok=True)
    assert scores == pytest.approx(-rank_normal(-y), nan_ok=True)


def test_logarithms():
    y = np.array([1.0, np.nan, 10.0])
    assert log_transform(y) == pytest.approx(np.log(y), nan_ok=True)
    with pytest.raises(DesignError, match="2 are not, the first is 0"):
        log_transform([1.0, 0.0, np.nan, -3.0])


@pytest.mark.parametrize("transform", [rank_normal, log_transform])
def test_what_cannot_be_transformed(transform):
    with pytest.raises(DesignError, match="one phenotype at a time"):
        transform(np.ones((3, 2)))
    with pytest.raises(DesignError, match="finite or missing: 1 value"):
        transform([1.0, np.inf])
    with pytest.raises(DesignError, match="must be numeric"):
        transform(["a", "b"])
    assert transform([]).shape == (0,)


def test_a_code_of_missing_values_is_none_of_new_numbers():
    """Where 0 means missing, the 0 of a category and the logarithm of 1 do not."""
    table = TextTable("t", ("a", "b", "c"), ("sex", "y"), (("F", "M", "0"), ("1", "0", "2")))
    table = replace(table, missing=table.missing | {"0", "0.0"})
    assert spread(table, ["sex"]).parsed("sex=M").tolist()[:2] == [0, 1]
    made = transformed(table, [("y", "log")], {"a", "b", "c"})
    np.testing.assert_allclose(made.parsed("log(y)"), np.log([1, np.nan, 2]))
    assert np.isnan(made.parsed("y")[1])
