"""Thresholds of every trait with LOCO: against those of one trait, of one kinship, and by hand."""

import numpy as np
import pytest

from lmm_core import LMMError
from lmm_core.scan import (
    loco_kinships,
    loco_threshold,
    scan_traits,
    scan_traits_loco,
    trait_thresholds,
    trait_thresholds_loco,
)
from lmm_core.scan.traits.draws import Drawn
from lmm_core.scan.traits.thresholds import no_thresholds
from lmm_core.scan.traits.thresholds_loco import _Genome
from tests.core.scan.traits.test_trait_thresholds import data

CHROMOSOMES = np.repeat(["1", "2", "3", "4"], 20)


def thresholds(Y, G, peaks, seed=2, **options):
    return trait_thresholds_loco(
        peaks, Y, G, None, CHROMOSOMES, **{"rng": np.random.default_rng(seed), **options}
    )


def test_they_are_those_of_each_trait_alone():
    Y, G, _ = data(40)
    Y[:6, 5] = np.nan
    Y[:, 7] = 1.0
    kinships = dict(loco_kinships(G, CHROMOSOMES))
    # One contrast of the first chromosome's kinship lies far out.
    Y[:, 3] += 12.0 * np.linalg.eigh(kinships["1"])[1][:, 30]
    peaks, _ = scan_traits_loco(Y, G, None, CHROMOSOMES)
    assert np.ptp([h2[:3] for h2 in peaks.null_h2.values()], axis=0).max() > 0.05
    shares = []
    found = thresholds(Y, G, peaks, alpha=0.1, draws=4000, progress=shares.append)
    assert found.permuted[3]
    assert (found.draws[3], found.draws[5], found.draws[0]) == (1000, 1000, 3800)
    for place in (0, 3, 5):
        keep = ~np.isnan(Y[:, place])
        one = loco_threshold(
            G[keep],
            Y[keep, place],
            None,
            CHROMOSOMES,
            kinships={name: K[np.ix_(keep, keep)] for name, K in kinships.items()},
            permutations=4000,
            alphas=(0.1,),
            rng=np.random.default_rng(3),
        ).lod[0]
        assert found.lower[place] <= one.upper
        assert one.lower <= found.upper[place]
        assert found.lod[place] == pytest.approx(one.value, abs=0.2)
    assert np.isnan([found.lod[7], found.fourth[7]]).all()
    assert (np.delete(found.lower, 7) < np.delete(found.lod, 7)).all()
    assert (np.delete(found.lod, 7) < np.delete(found.upper, 7)).all()
    assert shares == sorted(shares)
    again = thresholds(Y, G, peaks, alpha=0.1, draws=4000, kinships=kinships, threads=1)
    # Eigenvectors may be rounded to the other sign, and other errors be drawn.
    np.testing.assert_allclose(again.lod, found.lod, atol=0.2)


def test_beside_one_kinship_they_are_its_own_and_null_traits_exceed_them_as_often():
    Y, G, eigen = data(1500)
    kinships = dict.fromkeys(CHROMOSOMES.tolist(), eigen)
    peaks, _ = scan_traits_loco(Y, G, None, CHROMOSOMES, kinships=kinships)
    found = thresholds(Y, G, peaks, kinships=kinships, alpha=0.1, draws=4000)
    whole, _ = scan_traits(Y, G, None, eigen)
    one = trait_thresholds(
        whole, Y, G, None, eigen, alpha=0.1, draws=4000, rng=np.random.default_rng(3)
    )
    by_h = ~found.permuted & ~one.permuted
    assert by_h.sum() > 1490
    np.testing.assert_allclose(found.lod[by_h], one.lod[by_h], atol=0.08)
    width = found.upper - found.lower, one.upper - one.lower
    np.testing.assert_allclose(width[0][by_h], width[1][by_h], atol=0.06)
    assert 0.06 <= np.mean(peaks.lod > found.lod) <= 0.115


def null(u, at, maxima, own=(), fourth=0.0):
    """What is drawn of two traits on a chromosome."""
    return Drawn(
        *(0, np.array([0, 2]), np.array(u), np.array(at), np.float32(np.sort(maxima))),
        *(np.full(2, fourth), 1.0, own, 50, 48),
    )


def test_the_genome_is_below_as_often_as_the_product_of_its_chromosomes():
    """Between two h the logarithm of a probability is interpolated; a permuted trait has its own"""
    rng = np.random.default_rng(1)
    drawn = rng.beta(1, 12, (2, 2, 4000))
    permuted = np.float32(rng.beta(1, 8, 3000))
    genome = _Genome(50, 4000)
    genome.add(null([1.0, 0.0], [0.0, 1.0], drawn[0]), 0.1, 3000)
    genome.add(null([0.25, 0.0], [0.0, 1.0], drawn[1], [(1, permuted)]), 0.1, 3000)
    Y = np.zeros((50, 3))
    peaks, _ = scan_traits_loco(
        Y, np.zeros((50, 4)), None, list("1122"), kinships={"1": np.eye(50), "2": np.eye(50)}
    )
    out = no_thresholds(0.1, peaks, Y)
    genome.solve(0.1, out)
    assert np.isnan(out.lod[1])
    assert out.draws.tolist() == [4000, 0, 3000]
    for place, size, logs in (
        (
            0,
            4000,
            lambda r2: (
                log(drawn[0][1], r2) + 0.75 * log(drawn[1][0], r2) + 0.25 * log(drawn[1][1], r2)
            ),
        ),
        (2, 3000, lambda r2: log(drawn[0][0], r2) + log(permuted, r2)),
    ):
        r2 = np.linspace(0.0, 1.0, 200_001)
        rank = np.ceil((size + 1) * 0.9 - 1e-9)
        wanted = r2[np.argmax(logs(r2) >= np.log(rank / size))]
        assert 1.0 - 10 ** (-out.lod[place] / 25) == pytest.approx(wanted, abs=2e-3)


def log(maxima, r2):
    with np.errstate(divide="ignore"):
        return np.log(np.searchsorted(np.sort(maxima), r2, side="right") / maxima.size)


def test_a_chromosome_without_anything_to_test_adds_nothing():
    Y, G, eigen = data(30)
    kinships = dict.fromkeys(CHROMOSOMES.tolist(), eigen)
    G[:, :20] = 1
    rest = CHROMOSOMES != "1"
    peaks, _ = scan_traits_loco(Y, G, None, CHROMOSOMES, kinships=kinships)
    assert np.isnan(peaks.null_h2["1"]).all()
    fewer, _ = scan_traits_loco(Y, G[:, rest], None, CHROMOSOMES[rest], kinships=kinships)
    found = thresholds(Y, G, peaks, kinships=kinships)
    same = trait_thresholds_loco(
        fewer,
        *(Y, G[:, rest], None, CHROMOSOMES[rest]),
        kinships=kinships,
        rng=np.random.default_rng(2),
    )
    np.testing.assert_array_equal(found.lod, same.lod)


def test_what_makes_no_threshold_is_refused():
    Y, G, _ = data(3)
    peaks, _ = scan_traits_loco(Y, G, None, CHROMOSOMES)
    with pytest.raises(LMMError, match=r"an alpha of 0\.01 needs at least 99 permutations"):
        thresholds(Y, G, peaks, alpha=0.01, permutations=50)
    with pytest.raises(LMMError, match="of the same traits: they are of 3, and Y has 2; give Y"):
        thresholds(Y[:, :2], G, peaks)
