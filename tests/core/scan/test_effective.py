"""Effective numbers of tests against Li and Ji's formula by hand; λ_GC against χ² itself."""

import numpy as np
import pytest
from scipy import stats

from lmm_core import DesignError
from lmm_core.scan import effective_tests, genomic_control


def by_hand(G):
    """Li & Ji 2005, eq. 5, from the correlation matrix itself."""
    values = np.abs(np.linalg.eigvalsh(np.corrcoef(G.T)))
    return float(np.sum((values >= 1.0) + values - np.floor(values)))


def test_li_and_ji_by_the_correlations_and_by_the_gram_matrix():
    rng = np.random.default_rng(2)
    blocks = rng.integers(0, 3, (60, 30))
    noisy = np.repeat(blocks, 4, axis=1) + (rng.random((60, 120)) < 0.2)
    narrow = rng.integers(0, 3, (60, 25)).astype(float)
    found = effective_tests(np.column_stack([noisy, narrow]), ["1"] * 120 + ["2"] * 25)
    assert found.chromosomes == ("1", "2")
    assert found.markers.tolist() == [120, 25]
    np.testing.assert_allclose(found.effective, [by_hand(noisy), by_hand(narrow)], rtol=1e-9)
    assert found.total == pytest.approx(found.effective.sum())
    assert found.total < found.m


def test_copies_of_a_marker_are_one_test():
    rng = np.random.default_rng(3)
    base = np.linalg.qr(rng.standard_normal((50, 8)) - 0.0)[0]
    base -= base.mean(axis=0)
    independent = np.linalg.qr(base)[0]
    copies = np.repeat(independent, [1, 2, 3, 4, 5, 6, 7, 8], axis=1)
    found = effective_tests(copies, ["1"] * copies.shape[1])
    assert found.total == pytest.approx(8.0, abs=1e-8)
    more_than_individuals = np.repeat(independent, 10, axis=1)
    found = effective_tests(more_than_individuals, ["1"] * 80)
    assert found.total == pytest.approx(8.0, abs=1e-8)


def test_markers_that_do_not_vary_count_nothing():
    rng = np.random.default_rng(4)
    G = rng.integers(0, 3, (40, 10)).astype(float)
    G[rng.random(G.shape) < 0.1] = np.nan
    constant = np.column_stack([G, np.full(40, 0.3), np.full(40, np.nan)])
    plain, with_them = (effective_tests(g, ["c"] * g.shape[1]) for g in (G, constant))
    assert with_them.markers.tolist() == [10]
    assert with_them.total == pytest.approx(plain.total)
    filled = np.where(np.isnan(G), np.nanmean(G, axis=0), G)
    assert plain.total == pytest.approx(by_hand(filled), rel=1e-9)
    apart = effective_tests(constant, ["a"] * 10 + ["b"] * 2)
    assert apart.effective[1] == 0.0
    with pytest.raises(DesignError, match="none of the 2 does"):
        effective_tests(constant[:, 10:], ["a", "b"])


def test_cuts():
    rng = np.random.default_rng(4)
    found = effective_tests(rng.standard_normal((500, 20)), ["1"] * 20)
    assert found.bonferroni() == pytest.approx(-np.log10(0.05 / 20))
    assert 10 ** -found.neg_log10_p(0.1) == pytest.approx(1.0 - 0.9 ** (1.0 / found.total))


def test_genomic_control():
    rng = np.random.default_rng(6)
    statistic = 1.3 * rng.chisquare(1, 4001)
    log_p = stats.chi2.logsf(statistic, 1)
    expected = np.median(statistic) / stats.chi2.median(1)
    assert genomic_control(log_p) == pytest.approx(expected, rel=1e-9)
    assert genomic_control(np.append(log_p, np.nan)) == pytest.approx(expected, rel=1e-9)
    assert genomic_control(log_p * 0.0) == 0.0
    assert genomic_control([-5000.0]) == pytest.approx(
        2.0 * 5000.0 / stats.chi2.median(1), rel=2e-3
    )
    assert np.isnan(genomic_control([np.nan]))
