"""Simulated families, populations and traits have the moments that they claim."""

import numpy as np
import pytest

from lmm_core.errors import DesignError, KinshipError, LMMError
from lmm_core.kinship import KinshipEigen, decompose, standardized_kinship
from lmm_core.simulate.families import (
    full_sib_families,
    simulate_phenotype,
    subpopulations,
    unrelated,
)
from lmm_core.simulate.pedigree import relationship

K4 = full_sib_families(2, [3, 1]).K


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("families", "size"), [(1, 1), (4, 3), (3, [1, 5, 2]), (2, (2, 2))])
def test_family_relationships_are_those_of_the_pedigree(families, size):
    found = full_sib_families(families, size)
    n = len(found.ids)
    sizes = np.bincount(found.family)
    np.testing.assert_array_equal(sizes, np.broadcast_to(size, families))
    np.testing.assert_array_equal(found.K, relationship(found.pedigree)[-n:, -n:])
    assert found.pedigree.ids[-n:] == found.ids
    assert found.pedigree.n == n + 2 * families


def test_family_sizes_may_be_an_array():
    np.testing.assert_array_equal(full_sib_families(2, np.array([3, 1])).K, K4)


@pytest.mark.parametrize(
    ("families", "size", "message"),
    [
        (0, 3, "families, .* must be at least 1: found 0"),
        (3, 0, "size, .* must be at least 1: found 0"),
        (2, [3, 0], "size, .* must be at least 1: found 0"),
        (2, 1.5, r"size, .* must be a whole number: found 1\.5"),
        (3, [1, 2], "one for each of the 3 families: found 2; drop or add"),
        (10**9, 2, "takes at most 20,000 individuals: there are 1,000,000,000"),
        (2, 10**30, "takes at most 20,000 individuals"),
    ],
)
def test_family_rejections(families, size, message):
    with pytest.raises(LMMError, match=message):
        full_sib_families(families, size)


def test_unrelated_genotypes_follow_their_frequencies():
    found = unrelated(4000, markers=50, rng=generator(1))
    assert found.genotypes.shape == (4000, 50) == (len(found.ids), len(found.markers))
    assert found.genotypes.dtype == np.int8
    p = found.frequency
    assert p.min() >= 0.1
    assert p.max() <= 0.9
    # 4.5 standard errors of the mean of 8,000 alleles, and of a share of 4,000 genotypes.
    error = found.genotypes.mean(axis=0) / 2 - p
    assert (np.abs(error) < 4.5 * np.sqrt(p * (1 - p) / 8000)).all()
    het = 2 * p * (1 - p)
    error = (found.genotypes == 1).mean(axis=0) - het
    assert (np.abs(error) < 4.5 * np.sqrt(het * (1 - het) / 4000)).all()


def test_unrelated_frequencies_are_uniform():
    p = np.sort(unrelated(1, markers=5000, rng=generator(2)).frequency)
    steps = 0.1 + 0.8 * (np.arange(5000) + 0.5) / 5000
    # Kolmogorov's distance: 2.1/sqrt(n) is exceeded with probability 3e-4.
    assert np.abs(p - steps).max() < 0.8 * 2.1 / np.sqrt(5000)


def test_genomic_kinship_of_the_unrelated_tends_to_the_identity():
    n, m = 60, 10_000
    K = standardized_kinship(unrelated(n, markers=m, rng=generator(3)).genotypes)
    # Entries are means over m markers of products with variance near 1 off the diagonal and
    # below 5 on it (for frequency 0.1): 5 standard errors.
    gap = np.abs(K - (np.eye(n) - 1.0 / n))
    assert gap[~np.eye(n, dtype=bool)].max() < 5 / np.sqrt(m)
    assert gap.diagonal().max() < 5 * np.sqrt(5 / m)


@pytest.mark.parametrize(
    ("n", "markers", "message"),
    [
        (0, 10, "n, .* must be at least 1: found 0"),
        (10, 0, "markers, .* must be at least 1: found 0"),
        (10, 2.0, r"markers, .* must be a whole number: found 2\.0"),
        (10**6, 10**6, "at most 50,000,000 genotypes: 1,000,000 individuals"),
    ],
)
def test_unrelated_rejections(n, markers, message):
    with pytest.raises(LMMError, match=message):
        unrelated(n, markers, rng=generator(1))


def test_subpopulations_have_the_kinship_and_the_drift_of_their_f_st():
    fst, m = 0.2, 20_000
    found = subpopulations([20, 30], markers=m, fst=fst, rng=generator(3))
    assert found.genotypes.shape == (50, m) == (len(found.ids), len(found.markers))
    assert found.genotypes.dtype == np.int8
    assert found.fst == fst
    np.testing.assert_array_equal(found.population, [0] * 20 + [1] * 30)
    assert found.ids[19:21] == ("p1-20", "p2-1")
    K = standardized_kinship(found.genotypes, found.frequency)
    within = found.population[:, np.newaxis] == found.population
    off = ~np.eye(50, dtype=bool)
    # Mean entries: 1 + F on the diagonal, 2F within and 0 between populations. A marker's part
    # of such a mean has a standard deviation below 0.6: 5 standard errors.
    for where, mean in ((~off, 1 + fst), (within & off, 2 * fst), (~within, 0.0)):
        assert K[where].mean() == pytest.approx(mean, abs=5 * 0.6 / np.sqrt(m))


def test_populations_without_much_drift_are_one():
    found = subpopulations([40, 40], markers=4000, fst=1e-6, rng=generator(4))
    K = standardized_kinship(found.genotypes, found.frequency)
    assert K[:40, 40:].mean() == pytest.approx(0.0, abs=0.01)
    assert K[:40, :40][~np.eye(40, dtype=bool)].mean() == pytest.approx(0.0, abs=0.01)


def test_a_seed_means_one_sample_of_populations():
    first, again, other = (subpopulations([5, 6], 30, rng=generator(s)) for s in (12, 12, 13))
    np.testing.assert_array_equal(first.genotypes, again.genotypes)
    assert (first.genotypes != other.genotypes).any()
    for array in (first.genotypes, first.population, first.frequency):
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sizes": []}, r"at least one population: it is empty; pass \[n\]"),
        ({"sizes": [5, 0]}, "size, .* must be at least 1: found 0"),
        ({"markers": 0}, "markers, .* must be at least 1: found 0"),
        ({"fst": 0.0}, r"fst must lie strictly between 0 and 1: found 0; .*unrelated\(\)"),
        ({"fst": 1.0}, "fst must lie strictly between 0 and 1: found 1"),
        ({"fst": np.nan}, "fst must lie strictly between 0 and 1: found nan"),
        ({"fst": "high"}, "fst must be a number: found “high”"),
        ({"sizes": [10**6], "markers": 10**6}, "at most 50,000,000 genotypes"),
    ],
)
def test_subpopulation_rejections(settings, message):
    with pytest.raises(LMMError, match=message):
        subpopulations(rng=generator(1), **{"sizes": [5, 5]} | settings)


@pytest.mark.parametrize(
    ("h2", "sigma2", "scale"), [(0.0, 1.0, 1.0), (0.6, 2.5, 1.0), (0.3, 1.0, 4.0), (1.0, 0.5, 1.0)]
)
def test_covariance_is_that_of_the_model(h2, sigma2, scale):
    draws = 10_000
    rng = generator(5)
    eigen = decompose(scale * K4)
    traits = [simulate_phenotype(eigen, h2, sigma2=sigma2, rng=rng) for _ in range(draws)]
    I = np.eye(4)  # noqa: E741
    for part, V in (
        ("y", sigma2 * (h2 * scale * K4 + (1 - h2) * I)),
        ("genetic", sigma2 * h2 * scale * K4),
        ("residual", sigma2 * (1 - h2) * I),
    ):
        values = np.array([getattr(trait, part) for trait in traits])
        # A mean of draws has variance V_ii/draws, and a mean of products, of normals with
        # known mean 0, (V_ii V_jj + V_ij²)/draws: 4.5 standard errors, for 14 numbers a part.
        v = V.diagonal()
        assert (np.abs(values.mean(axis=0)) <= 4.5 * np.sqrt(v / draws)).all()
        se = np.sqrt((np.outer(v, v) + V**2) / draws)
        assert (np.abs(values.T @ values / draws - V) <= 4.5 * se).all()
    between = np.mean([np.outer(t.genetic, t.residual) for t in traits], axis=0)
    se = sigma2 * np.sqrt(h2 * scale * (1 - h2) / draws)
    assert (np.abs(between) <= 4.5 * se).all()


def test_traits_are_normal():
    # A kurtosis of normal values has standard error sqrt(24/n), their skewness sqrt(6/n).
    n = 1000
    y = simulate_phenotype(np.eye(n), 0.5, rng=generator(6)).y
    z = (y - y.mean()) / y.std()
    assert abs(np.mean(z**4) - 3) < 4.5 * np.sqrt(24 / n)
    assert abs(np.mean(z**3)) < 4.5 * np.sqrt(6 / n)


def test_parts_add_up_to_the_trait():
    rng = generator(7)
    X = np.column_stack([np.ones(4), [0.0, 1.0, 0.0, 1.0]])
    qtl = np.array([[0, 2], [1, 1], [2, 0], [1, 0]], dtype=np.int8)
    trait = simulate_phenotype(
        K4, 0.4, X=X, beta=[10.0, -3.0], sigma2=2.0, qtl=qtl, qtl_effects=[0.5, 0.25], rng=rng
    )
    np.testing.assert_array_equal(trait.fixed, [10.0, 7.0, 10.0, 7.0])
    np.testing.assert_array_equal(trait.qtl, [0.5, 0.75, 1.0, 0.5])
    np.testing.assert_array_equal(trait.y, trait.fixed + trait.qtl + trait.genetic + trait.residual)
    assert (trait.h2, trait.sigma2) == (0.4, 2.0)
    plain = simulate_phenotype(K4, 0.4, sigma2=2.0, rng=generator(7))
    np.testing.assert_array_equal(plain.genetic, trait.genetic)
    assert not plain.fixed.any()
    assert not plain.qtl.any()
    for values in (trait.y, trait.fixed, trait.qtl, trait.genetic, trait.residual):
        assert values.shape == (4,)
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.0


def test_one_column_may_be_a_vector():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    trait = simulate_phenotype(K4, 0.4, X=x, beta=2.0, qtl=x, qtl_effects=[1.0], rng=generator(8))
    np.testing.assert_array_equal(trait.fixed, 2 * x)
    np.testing.assert_array_equal(trait.qtl, x)


def test_a_singular_kinship_keeps_its_null_space():
    twins = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    genetic = simulate_phenotype(twins, 1.0, rng=generator(9)).genetic
    assert genetic[0] == pytest.approx(genetic[1], rel=1e-12)
    assert genetic[0] != pytest.approx(genetic[2], rel=1e-3)


def test_the_decomposition_serves_for_the_matrix_whatever_its_signs_and_bases():
    expected = simulate_phenotype(K4, 0.7, rng=generator(10)).y
    eigen = decompose(K4)
    np.testing.assert_array_equal(simulate_phenotype(eigen, 0.7, rng=generator(10)).y, expected)
    # Sibs share an eigenvalue of 1/2 twice: turn its plane, and flip another vector.
    turn = np.eye(4)
    turn[:2, :2] = [[0.6, -0.8], [0.8, 0.6]]
    turn[3, 3] = -1.0
    np.testing.assert_allclose(eigen.values, [0.5, 0.5, 1.0, 2.0], rtol=1e-14)
    turned = KinshipEigen(values=eigen.values, vectors=eigen.vectors @ turn)
    np.testing.assert_allclose(
        simulate_phenotype(turned, 0.7, rng=generator(10)).y, expected, rtol=0, atol=1e-13
    )


def test_h2_only_rescales_the_parts_of_one_seed():
    low, high = (simulate_phenotype(K4, h2, rng=generator(11)) for h2 in (0.2, 0.8))
    np.testing.assert_allclose(high.genetic, 2 * low.genetic, rtol=1e-14)
    np.testing.assert_allclose(low.residual, 2 * high.residual, rtol=1e-14)


def test_a_seed_means_one_trait_and_one_sample():
    first, again, other = (simulate_phenotype(K4, 0.5, rng=generator(s)).y for s in (12, 12, 13))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    first, again, other = (unrelated(20, 30, rng=generator(s)) for s in (12, 12, 13))
    np.testing.assert_array_equal(first.genotypes, again.genotypes)
    np.testing.assert_array_equal(first.frequency, again.frequency)
    assert (first.genotypes != other.genotypes).any()


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"h2": -0.1}, LMMError, r"h2 must lie in \[0, 1\]: found −0\.1"),
        ({"h2": 50}, LMMError, "found 50; .* percentage must be divided by 100"),
        ({"h2": np.nan}, LMMError, "found nan"),
        ({"h2": "half"}, LMMError, "h2 must be a number: found “half”"),
        ({"sigma2": 0.0}, LMMError, "sigma2 must be a positive variance: found 0"),
        ({"sigma2": np.inf}, LMMError, "sigma2 must be a positive variance: found ∞"),
        ({"K": np.ones((2, 3))}, KinshipError, "must be a square matrix"),
        ({"K": -np.eye(3)}, KinshipError, "positive semi-definite"),
        ({"X": np.ones((4, 1))}, DesignError, "found X alone; pass beta too"),
        ({"beta": [1.0]}, DesignError, "found beta alone; pass X too"),
        ({"qtl": np.ones(4)}, DesignError, "found qtl alone; pass qtl_effects too"),
        ({"qtl_effects": [1.0]}, DesignError, "found qtl_effects alone; pass qtl too"),
        ({"X": np.ones((3, 1)), "beta": [1.0]}, DesignError, r"X .* 4 .* is \(3, 1\); align X"),
        ({"X": np.ones((4, 2)), "beta": [1.0]}, DesignError, r"beta .* 2 column.* is \(1,\)"),
        ({"qtl": np.ones((4, 1, 1)), "qtl_effects": [1.0]}, DesignError, "qtl must have one row"),
        ({"qtl": np.ones((4, 1)), "qtl_effects": [[1.0]]}, DesignError, r"its shape is \(1, 1\)"),
        ({"X": [1, 1, np.nan, 1], "beta": 1.0}, DesignError, r"X must be finite: 1 value\(s\)"),
        ({"X": np.ones(4), "beta": np.inf}, DesignError, r"beta must be finite: 1 value\(s\)"),
        ({"X": list("mffm"), "beta": 1.0}, DesignError, "X must be numeric"),
    ],
)
def test_phenotype_rejections(settings, kind, message):
    with pytest.raises(kind, match=message):
        simulate_phenotype(rng=generator(1), **{"K": K4, "h2": 0.5} | settings)


def test_a_bare_seed_is_no_generator():
    with pytest.raises(LMMError, match=r"found int; pass numpy\.random\.default_rng"):
        simulate_phenotype(K4, 0.5, rng=1)
    with pytest.raises(LMMError, match=r"found int; pass numpy\.random\.default_rng"):
        unrelated(5, rng=1)
