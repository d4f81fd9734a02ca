"""Crosses against Mendel, Haldane, Darvasi & Soller, and their own pedigree."""

import numpy as np
import pytest

from lmm_core.errors import LMMError
from lmm_core.simulate.cross import (
    MOUSE_AUTOSOMES_CM,
    Cross,
    _gametes,
    _recombination,
    advanced_intercross,
    haldane,
)


def cross(seed: int, n: int, **settings: float) -> Cross:
    return advanced_intercross(n, rng=np.random.default_rng(seed), **settings)


def by_chromosome(found: Cross, values: np.ndarray) -> np.ndarray:
    """Means of `values` (m,) within each chromosome: 19 independent replicates."""
    return np.array([values[found.chromosome == c].mean() for c in range(1, 20)])


def deviation(replicates: np.ndarray, expected: float) -> float:
    """Student's t of independent replicates against their expectation."""
    se = replicates.std(ddof=1) / np.sqrt(replicates.size)
    return float(abs(replicates.mean() - expected) / se)


# With 18 degrees of freedom |t| > 5 has probability 1e-4: below that of 4 normal sigmas.
T_LIMIT = 5.0


def recombination_between(found: Cross, steps: int) -> float:
    """Fraction of haplotypes recombined between markers `steps` apart, from genotypes.

    For two haplotypes that are paired at random the correlation of allele counts is 1 - 2r.
    """
    z = found.genotypes - found.genotypes.mean(axis=0)
    same = found.chromosome[steps:] == found.chromosome[:-steps]
    left, right = z[:, :-steps][:, same], z[:, steps:][:, same]
    variance = 0.5 * ((left**2).mean() + (right**2).mean())
    return float(0.5 * (1.0 - (left * right).mean() / variance))


def test_the_map_is_the_mouse_autosomes_of_cox_2009():
    assert len(MOUSE_AUTOSOMES_CM) == 19
    assert sum(MOUSE_AUTOSOMES_CM) == pytest.approx(1380.42, abs=1e-9)
    assert max(MOUSE_AUTOSOMES_CM) == MOUSE_AUTOSOMES_CM[1]
    assert min(MOUSE_AUTOSOMES_CM) == MOUSE_AUTOSOMES_CM[18]


@pytest.mark.parametrize("spacing", [5.0, 0.05, 250.0])
def test_markers_are_evenly_spaced_and_reach_the_ends(spacing):
    found = cross(1, 2, generations=2, pairs=1, spacing_cm=spacing)
    assert found.m == len(found.markers) == found.genotypes.shape[1]
    assert len(set(found.markers)) == found.m
    for c, length in enumerate(MOUSE_AUTOSOMES_CM, start=1):
        positions = found.position_cm[found.chromosome == c]
        np.testing.assert_allclose(positions, spacing * np.arange(positions.size), rtol=1e-15)
        # Every length is a multiple of 0.05, but 96.55/0.05 and others are rounded down.
        assert length - spacing < positions[-1] - 1e-9
        assert positions[-1] <= length + 1e-9
    assert found.markers[0] == "D1M1"
    assert found.markers[-1] == f"D19M{np.sum(found.chromosome == 19)}"


@pytest.mark.parametrize(("generations", "pairs", "n"), [(2, 1, 5), (5, 3, 20), (10, 50, 7)])
def test_the_pedigree_is_the_breeding_scheme(generations, pairs, n):
    found = cross(2, n, generations=generations, pairs=pairs, spacing_cm=50.0)
    pedigree = found.pedigree
    assert found.n == n
    assert found.genotypes.shape == (n, found.m)
    assert pedigree.ids[-n:] == found.ids
    np.testing.assert_array_equal(pedigree.founders, [0, 1])
    sizes = np.bincount(pedigree.generation)
    np.testing.assert_array_equal(sizes, [2, *[2 * pairs] * (generations - 1), n])
    for k in range(1, generations + 1):
        own = np.flatnonzero(pedigree.generation == k)
        sire, dam = pedigree.sire[own], pedigree.dam[own]
        assert set(pedigree.generation[sire]) | set(pedigree.generation[dam]) == {k - 1}
        mates = set(zip(sire.tolist(), dam.tolist(), strict=True))
        # Everyone has one mate, and no mother is a father.
        assert len({s for s, _ in mates}) == len({d for _, d in mates}) == len(mates)
        assert not {s for s, _ in mates} & {d for _, d in mates}
        litters = np.unique(sire, return_counts=True)[1]
        if k < generations:
            assert len(mates) == (pairs if k > 1 else 1)
            assert k == 1 or set(litters) == {2}
        else:
            assert len(mates) == min(n, pairs)
            assert litters.max() - litters.min() <= 1


@pytest.mark.parametrize("pairs", [2, 3, 40])
def test_no_brother_mates_his_sister_once_there_is_a_choice(pairs):
    pedigree = cross(3, pairs, generations=12, pairs=pairs, spacing_cm=100.0).pedigree
    late = np.flatnonzero(pedigree.generation >= 3)
    sire, dam = pedigree.sire[late], pedigree.dam[late]
    assert (pedigree.sire[sire] != pedigree.sire[dam]).all()
    assert (pedigree.dam[sire] != pedigree.dam[dam]).all()


def test_mates_change_from_one_generation_to_the_next():
    found = cross(4, 20, generations=12, pairs=20, spacing_cm=100.0).pedigree
    offsets = {
        tuple((found.dam - found.sire)[found.generation == k][:20].tolist()) for k in range(3, 12)
    }
    assert len(offsets) == 9


def test_haldane_map_function():
    assert haldane(0.0) == 0.0
    assert haldane(1e9) == 0.5
    # A Morgan: (1 - e^-2)/2; and d/100 to first order, where a difference would cancel.
    assert haldane(100.0) == pytest.approx(0.43233235838169365, rel=1e-15)
    assert haldane(1e-12) == pytest.approx(1e-14, rel=1e-12)
    # Two intervals without interference: recombined in one and not in the other.
    r, s = haldane(7.0), haldane(30.0)
    assert haldane(37.0) == pytest.approx(r * (1 - s) + s * (1 - r), rel=1e-14)


def test_gametes_cross_over_independently_in_every_interval():
    n = 40_000
    parents = np.zeros((n, 2, 5), dtype=np.int8)
    parents[:, 1] = 1
    r = _recombination(np.array([1, 1, 1, 2, 2]), np.array([0.0, 10.0, 35.0, 0.0, 60.0]))
    np.testing.assert_allclose(r, [0.5, *haldane([10.0, 25.0]), 0.5, haldane(60.0)], rtol=1e-15)
    gametes = _gametes(np.random.default_rng(5), parents, r)
    # Before the first marker every gamete is on the first strand.
    switched = np.diff(gametes, axis=1, prepend=np.int8(0)) != 0
    joint = switched.T.astype(float) @ switched / n
    expected = np.outer(r, r)
    np.fill_diagonal(expected, r)
    # 4.5 standard errors of a proportion, for 15 of them.
    assert (np.abs(joint - expected) < 4.5 * np.sqrt(expected * (1 - expected) / n)).all()


def test_a_gamete_is_made_of_its_own_parent():
    rng = np.random.default_rng(6)
    parents = rng.integers(0, 100, size=(50, 2, 200), dtype=np.int8)
    gametes = _gametes(rng, parents, np.full(200, 0.5))
    assert ((gametes == parents[:, 0]) | (gametes == parents[:, 1])).all()
    np.testing.assert_array_equal(
        _gametes(rng, parents[:, [0, 0]], np.full(200, 0.5)), parents[:, 0]
    )


def test_an_f2_has_mendels_proportions():
    # One marker a chromosome, and F1 all alike: 19,000 independent genotypes.
    found = cross(7, 1000, generations=2, spacing_cm=200.0)
    assert found.m == 19
    total = found.genotypes.size
    share = np.bincount(found.genotypes.ravel(), minlength=3) / total
    expected = np.array([0.25, 0.5, 0.25])
    assert (np.abs(share - expected) < 4.5 * np.sqrt(expected * (1 - expected) / total)).all()
    # Chromosomes assort independently: 171 correlations, each with standard error 1/sqrt(n).
    correlation = np.corrcoef(found.genotypes.T) - np.eye(19)
    assert np.abs(correlation).max() < 4.5 / np.sqrt(1000)


def test_alleles_keep_their_frequency_through_the_generations():
    found = cross(8, 500, generations=10)
    per_marker = found.genotypes.mean(axis=0) / 2
    assert deviation(by_chromosome(found, per_marker), 0.5) < T_LIMIT
    # Drift moves each marker all the same, by more than sampling 1,000 alleles would.
    assert per_marker.std() > 2 * 0.5 / np.sqrt(1000)


@pytest.mark.parametrize("steps", [1, 2, 6])
def test_recombination_in_an_f2_is_haldanes(steps):
    # Five standard deviations over 30 seeds.
    found = cross(9, 1000, generations=2)
    tolerance = {1: 0.0015, 2: 0.003, 6: 0.0085}[steps]
    assert abs(recombination_between(found, steps) - haldane(5.0 * steps)) < tolerance


@pytest.mark.parametrize("generations", [3, 5, 10])
def test_recombination_expands_as_darvasi_and_soller_say(generations):
    """Their formula, for a large population: r_t = [1 - (1 - r)^(t-2) (1 - 2r)]/2."""
    r = haldane(5.0)
    expected = 0.5 * (1.0 - (1.0 - r) ** (generations - 2) * (1.0 - 2.0 * r))
    one_more = 0.5 * (1.0 - (1.0 - r) ** (generations - 1) * (1.0 - 2.0 * r))
    found = cross(10, 1000, generations=generations, pairs=200)
    # Over 30 seeds the estimate has standard deviation 0.0007 at F3 and 0.0014 at F10: this is
    # at least 4.5 of them, and less than half the way to the next generation, the smallest
    # mistake there is.
    tolerance = 0.0065
    assert tolerance < 0.5 * (one_more - expected)
    assert abs(recombination_between(found, 1) - expected) < tolerance


@pytest.mark.parametrize(("generations", "pairs"), [(2, 5), (4, 2), (9, 8)])
def test_genomic_relationships_average_to_those_of_the_pedigree(generations, pairs):
    """Given the pedigree, sharing by strain at any one marker has the relationship as mean."""
    found = cross(11, 120, generations=generations, pairs=pairs)
    A = found.relationship()
    assert A.shape == (120, 120)
    sire = found.pedigree.sire[-120:]
    sibs = sire[:, np.newaxis] == sire
    kinds = {"self": np.eye(120, dtype=bool), "sibs": np.triu(sibs, 1), "rest": np.triu(~sibs)}
    for kind in kinds.values():
        i, j = np.nonzero(kind)
        shared = np.empty(found.m)
        for k in range(found.m):
            x = found.genotypes[:, k].astype(float)
            if (i == j).all():
                shared[k] = np.mean(1.0 + (x != 1.0))
            else:
                p, q = x[i] / 2, x[j] / 2
                shared[k] = np.mean(2 * (p * q + (1 - p) * (1 - q)))
        assert deviation(by_chromosome(found, shared), A[i, j].mean()) < T_LIMIT


def test_relationships_of_an_f2_by_hand():
    A = cross(12, 4, generations=2, pairs=3, spacing_cm=100.0).relationship()
    np.testing.assert_array_equal(A, np.full((4, 4), 1.0) + 0.5 * np.eye(4))


def test_a_single_pair_becomes_inbred():
    found = cross(13, 30, generations=25, pairs=1, spacing_cm=20.0)
    # Brother-sister mating keeps 0.809 of the heterozygosity a generation: below 1% after 23.
    assert 2.0 - found.relationship().diagonal().mean() < 0.011
    assert (found.genotypes == 1).mean() < 0.1


def test_a_seed_means_one_cross():
    first, again, other = cross(14, 40), cross(14, 40), cross(15, 40)
    np.testing.assert_array_equal(first.genotypes, again.genotypes)
    np.testing.assert_array_equal(first.pedigree.dam, again.pedigree.dam)
    assert first.ids == again.ids
    assert first.markers == again.markers
    assert (first.genotypes != other.genotypes).any()
    assert (first.pedigree.dam != other.pedigree.dam).any()


def test_global_random_state_is_neither_read_nor_moved():
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    first = cross(16, 5)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    np.random.seed(2)
    np.testing.assert_array_equal(cross(16, 5).genotypes, first.genotypes)


def test_results_are_locked():
    found = cross(17, 3, generations=2, pairs=1, spacing_cm=100.0)
    assert found.genotypes.dtype == np.int8
    for values in (found.genotypes, found.chromosome, found.position_cm):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n": 0}, "n, the number of individuals, must be at least 1: found 0"),
        ({"n": 2.5}, r"n, .* must be a whole number: found 2\.5; round it"),
        ({"n": 5, "pairs": 0}, "pairs, .* must be at least 1: found 0"),
        ({"n": 5, "generations": 1}, "generations, .* must be at least 2: found 1"),
        ({"n": 5, "generations": 10**12}, "at most 1,000,000 individuals over all generations"),
        ({"n": 5, "spacing_cm": 0.0}, r"spacing_cm must be a positive .*: found 0\.0"),
        ({"n": 5, "spacing_cm": np.nan}, "spacing_cm must be a positive .*: found nan"),
        ({"n": 5, "spacing_cm": np.inf}, "spacing_cm must be a positive .*: found inf"),
        ({"n": 5, "spacing_cm": "wide"}, "spacing_cm must be a number: found “wide”"),
        ({"n": 5, "spacing_cm": 1e-4}, "at most 50,000,000 genotypes: 100 individuals"),
        ({"n": 5, "spacing_cm": 1e-320}, "at most 50,000,000 genotypes"),
    ],
)
def test_rejections(settings, message):
    with pytest.raises(LMMError, match=message):
        advanced_intercross(rng=np.random.default_rng(1), **settings)


def test_a_bare_seed_is_no_generator():
    with pytest.raises(LMMError, match=r"found int; pass numpy\.random\.default_rng"):
        advanced_intercross(5, rng=1)
