"""Products of centred counts by whole numbers: those of double precision, however they are made."""

import numpy as np
import pytest

from lmm_core.genotypes import Subset, products
from lmm_data.preparation import whole_counts as module
from lmm_data.preparation.whole_counts import whole_products


def counts_of(n, m, missing, seed=3):
    """Counts of rare and common alleles, some constant, some absent, in the order of a bed file."""
    rng = np.random.default_rng(seed)
    counts = rng.binomial(2, rng.uniform(0.0, 1.0, m), (n, m)).astype(np.int8)
    counts[:, 5], counts[:, 6], counts[:, 7] = 0, 1, 2
    # A single heterozygote, as far from varying as it can be.
    counts[:, 8] = 2
    counts[0, 8] = 1
    counts[rng.random(counts.shape) < missing] = -127
    counts[:, 9] = -127
    counts[1:, 10] = -127
    return np.asfortranarray(counts)


def part_of(counts):
    return Subset(counts, np.arange(counts.shape[1]))


@pytest.mark.parametrize("missing", [0.0, 0.004, 0.3])
@pytest.mark.parametrize("order", ["C", "F"])
def test_they_are_those_of_double_precision(monkeypatch, missing, order):
    monkeypatch.setattr(module, "ELEMENTS", 40 * 100)
    counts = counts_of(40, 330, missing)
    if not missing:
        # Of the others nothing is missing in some blocks.
        counts = counts[:, 11:]
    part = part_of(np.array(counts, order=order))
    total, varies = whole_products(part)
    expected = products(part)
    np.testing.assert_array_equal(varies, expected.varies)
    # Rounding of sums of some hundred numbers up to 4.
    np.testing.assert_allclose(total, expected.total, rtol=0.0, atol=1e-12)
    np.testing.assert_array_equal(total, total.T)


def test_what_is_missing_in_both_of_a_pair_is_taken_away_once(monkeypatch):
    monkeypatch.setattr(module, "MISSING", 1.0)
    counts = counts_of(30, 100, 0.4)
    counts[3:5, 20:60] = -127
    part = part_of(counts)
    np.testing.assert_allclose(whole_products(part)[0], products(part).total, atol=1e-12)


def test_any_number_of_threads_gives_the_same_to_the_last_digit(monkeypatch):
    part = part_of(counts_of(70, 600, 0.01))
    monkeypatch.setattr(module, "ELEMENTS", 70 * 64)
    found = []
    for cores in (1, 2, 5):
        monkeypatch.setattr("lmm_core.many.threads.cores", lambda cores=cores: cores)
        found.append(whole_products(part)[0])
    monkeypatch.setattr(module, "MOST_IN_THREADS", 1)
    found.append(whole_products(part)[0])
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


def test_sums_of_a_block_are_exact_in_single_precision():
    # The largest products, of as many markers as a block of one individual has.
    assert 4 * module.ELEMENTS <= 2**24
    counts = np.zeros((3, 3000), dtype=np.int8)
    counts[0] = 2
    counts[1, ::2] = 1
    W, e = module._split(np.ascontiguousarray(counts.T), np.array([], dtype=np.int64))
    assert set(np.unique(W)) <= {-2.0, -1.0, 0.0, 1.0, 2.0}
    assert np.abs(e).max() <= 0.5
    np.testing.assert_allclose(W + e[:, np.newaxis], counts.T - counts.mean(axis=0)[:, np.newaxis])
