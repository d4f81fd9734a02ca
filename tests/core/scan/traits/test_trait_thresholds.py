"""Thresholds of every trait: against permutations of single traits, and how often they err."""

import numpy as np
import pytest

from lmm_core import LMMError, decompose
from lmm_core.scan import permutation_threshold, scan_traits, trait_thresholds
from tests.builders import kinship


def data(m, tails=None, seed=1, kind="families"):
    """Traits without any QTL, of every h; contrasts with heavy tails if so many df are named."""
    n, rng = 60, np.random.default_rng(seed)
    eigen = decompose(kinship(kind, n, rng))
    h = rng.uniform(size=m)
    noise = rng.standard_normal((n, m)) if tails is None else rng.standard_t(tails, (n, m))
    Y = eigen.vectors @ (np.sqrt(h * eigen.values[:, np.newaxis] + 1.0 - h) * noise)
    return Y, rng.integers(0, 3, (n, 80)), eigen


@pytest.fixture(scope="module")
def normal():
    Y, G, eigen = data(1500)
    peaks, _ = scan_traits(Y, G, None, eigen)
    found = trait_thresholds(
        peaks, Y, G, None, eigen, alpha=0.1, draws=4000, rng=np.random.default_rng(2)
    )
    return Y, G, eigen, peaks, found


def test_by_h_they_are_those_of_permutations_of_each(normal):
    Y, G, eigen, peaks, found = normal
    order = np.argsort(peaks.h2)
    for place in order[[0, 400, 800, 1499]]:
        one = permutation_threshold(
            G,
            Y[:, place],
            None,
            eigen,
            permutations=4000,
            alphas=(0.1,),
            rng=np.random.default_rng(3),
        ).lod[0]
        assert found.lower[place] - 0.04 <= one.upper
        assert one.lower <= found.upper[place] + 0.04
        assert found.lod[place] == pytest.approx(one.value, abs=0.12)
    assert found.permuted.sum() <= 3
    assert set(found.draws[~found.permuted]) == {4000}
    assert (found.lower < found.lod).all()
    assert (found.lod < found.upper).all()


def test_the_error_rate_is_the_level(normal):
    *_, peaks, found = normal
    assert 0.06 <= np.mean(peaks.lod > found.lod) <= 0.115


def test_heavy_tails_are_permuted_and_said():
    Y, G, eigen = data(200, tails=3, seed=5, kind="full")
    Y[:, 7] = 1.0
    peaks, _ = scan_traits(Y, G, None, eigen)
    shares = []
    found = trait_thresholds(
        peaks,
        Y,
        G,
        None,
        eigen,
        draws=1000,
        permutations=399,
        progress=shares.append,
        rng=np.random.default_rng(6),
    )
    heavy = np.flatnonzero(found.permuted)
    assert 30 < heavy.size < 180
    assert set(found.draws[heavy]) == {399}
    assert (found.fourth[heavy] > found.heaviest[heavy]).all()
    assert found.lod[heavy].mean() > found.lod[~found.permuted & (peaks.place >= 0)].mean() + 0.05
    one = permutation_threshold(
        G, Y[:, heavy[0]], None, eigen, permutations=4000, rng=np.random.default_rng(3)
    ).lod[0]
    assert found.lower[heavy[0]] <= one.upper
    assert one.lower <= found.upper[heavy[0]]
    assert np.isnan([found.lod[7], found.fourth[7]]).all()
    assert not found.permuted[7]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_patterns_of_missing_values_have_their_own_and_threads_do_not_matter():
    Y, G, eigen = data(40)
    Y[:20, 30:] = np.nan
    peaks, _ = scan_traits(Y, G, None, eigen)
    found, again = (
        trait_thresholds(
            peaks, Y, G, None, eigen, draws=2000, threads=count, rng=np.random.default_rng(4)
        )
        for count in (1, 2)
    )
    assert set(found.draws[:30]) == {1500}
    assert set(found.draws[30:]) == {1000}
    # Traits with the same ĥ, as those at 0, share a threshold within a pattern, and in none beside.
    assert len(set(found.lod[:30])) < 30
    assert set(found.lod[:30]).isdisjoint(found.lod[30:])
    np.testing.assert_array_equal(found.lod, again.lod)


def test_what_makes_no_threshold_is_refused():
    Y, G, eigen = data(3)
    peaks, _ = scan_traits(Y, G, None, eigen)
    rng = np.random.default_rng(1)
    with pytest.raises(LMMError, match=r"an alpha of 0\.01 needs at least 99 permutations"):
        trait_thresholds(peaks, Y, G, None, eigen, alpha=0.01, permutations=50, rng=rng)
    with pytest.raises(LMMError, match="of the same traits: they are of 3, and Y has 2; give Y"):
        trait_thresholds(peaks, Y[:, :2], G, None, eigen, rng=rng)
    with pytest.raises(LMMError, match="alpha must lie between 0 and 1: 5 does not"):
        trait_thresholds(peaks, Y, G, None, eigen, alpha=5, rng=rng)
