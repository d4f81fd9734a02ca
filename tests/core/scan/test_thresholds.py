"""Thresholds by permutation: against scans of permuted phenotypes, and how often they err."""

import math

import numpy as np
import pytest
from scipy import stats

from lmm_core import DesignError, LMMError, decompose, fit_lmm, scan_markers
from lmm_core.arrays import as_design
from lmm_core.many.shared import share
from lmm_core.scan import Threshold, loco_kinships, loco_threshold, permutation_threshold, scan_loco
from lmm_core.scan.thresholds import permuted_maxima
from lmm_core.simulate.families import full_sib_families


def families(seed=1, count=16, size=5, markers=60):
    """Genotypes that run in families, and the families' kinship."""
    rng = np.random.default_rng(seed)
    kin = full_sib_families(count, size)
    n = count * size
    parents = rng.integers(0, 2, (count, 4, markers))
    G = np.empty((n, markers))
    for i in range(n):
        pair = parents[i // size]
        G[i] = np.where(rng.random(markers) < 0.5, pair[0], pair[1])
        G[i] += np.where(rng.random(markers) < 0.5, pair[2], pair[3])
    return G, decompose(kin.K)


def phenotype(eigen, h, rng):
    d = h * eigen.values + 1.0 - h
    return eigen.vectors @ (np.sqrt(d) * rng.standard_normal(eigen.n))


def made_of(maxima, alphas=(0.05,), n=100, df=97):
    return Threshold(alphas, np.sort(maxima), 0.5, n, df)


@pytest.mark.parametrize("h2", ["null", 0.0, 0.7])
def test_maxima_are_those_of_scans_of_permuted_phenotypes(h2):
    G, eigen = families()
    G[4, 3] = np.nan
    G[:, 8] = 1.0
    rng = np.random.default_rng(3)
    X = np.column_stack([np.ones(80), rng.integers(0, 2, 80)])
    y = 2.0 + phenotype(eigen, 0.6, rng) + X[:, 1]
    found = permutation_threshold(
        G, y, X, eigen, h2=h2, permutations=25, alphas=(0.1,), rng=np.random.default_rng(9)
    )
    h = fit_lmm(y, X, eigen).h2 if h2 == "null" else h2
    assert found.h2 == pytest.approx(h, abs=1e-9)

    shared = share(eigen, as_design(X, 80))
    spread = np.sqrt(h * shared.values + 1.0 - h)
    e = (y @ shared.to_contrasts) / spread
    orders = np.random.default_rng(9).permuted(np.tile(np.arange(e.size), (25, 1)), axis=1)
    maxima, lods, ps = [], [], []
    for order in orders:
        again = shared.to_contrasts @ (spread * e[order]) + X @ [5.0, -1.0]
        scan = scan_markers(G, again, X, eigen, h2=h)
        maxima.append(np.nanmax(scan.f))
        lods.append(np.nanmax(scan.lod))
        ps.append(np.nanmax(scan.neg_log10_p))
    r2 = np.sort(maxima) / (np.sort(maxima) + found.df)
    np.testing.assert_allclose(found.maxima, r2, rtol=1e-8)
    # Of 25, the 24th is exceeded with probability 2/26 by one more.
    assert found.f[0].value == pytest.approx(np.sort(maxima)[23], rel=1e-8)
    assert found.lod[0].value == pytest.approx(np.sort(lods)[23], rel=1e-8)
    assert found.neg_log10_p[0].value == pytest.approx(np.sort(ps)[23], rel=1e-8)


def test_the_interval_holds_the_quantile_as_often_as_it_says():
    rng = np.random.default_rng(4)
    inside, exceeded = 0, 0.0
    for _ in range(1000):
        cut = made_of(rng.random(300), (0.1,)).r2[0]
        inside += cut.lower <= 0.9 <= cut.upper
        exceeded += 1.0 - cut.value
    assert 0.94 <= inside / 1000 <= 0.98
    # The 271st of 300 is exceeded by one more with probability 30/301.
    assert exceeded / 1000 == pytest.approx(30 / 301, abs=0.002)


def test_order_statistics_are_those_of_the_binomial_distribution():
    cut = made_of(np.arange(1, 1001) / 2000.0, (0.05,)).r2[0]
    low = stats.binom.ppf(0.025, 1000, 0.95)
    high = stats.binom.ppf(0.975, 1000, 0.95) + 1
    assert (cut.lower, cut.upper) == (low / 2000.0, high / 2000.0)
    assert cut.value == 951 / 2000.0
    few = made_of(np.arange(1, 20) / 2000.0).r2[0]
    assert few.value == 19 / 2000.0
    assert few.upper == math.inf
    assert made_of(np.arange(1, 20) / 2000.0).lod[0].upper == math.inf


def test_genome_wide_p_counts_the_maxima():
    found = made_of([0.1, 0.2, 0.3, 0.4])
    F = found.df * found.maxima / (1.0 - found.maxima)
    np.testing.assert_allclose(found.genome_wide_p(F), [1.0, 0.8, 0.6, 0.4])
    p = found.genome_wide_p([0.0, 1e9, np.nan])
    np.testing.assert_allclose(p, [1.0, 0.2, np.nan])
    assert found.genome_wide_p(F[2]) == pytest.approx(0.6)


def test_the_error_rate_is_the_level_and_that_of_least_squares_is_not():
    """400 phenotypes without any QTL, h = 0.8, in families whose genotypes run in them."""
    G, eigen = families(seed=2, count=12, size=8, markers=40)
    shared = share(eigen, np.ones((96, 1)))
    rng = np.random.default_rng(12)
    wrong = {"null": [], 0.0: []}
    for k in range(400):
        y = phenotype(eigen, 0.8, rng)
        for h2, found in wrong.items():
            if h2 == "null" or k < 100:
                maxima, h = permuted_maxima(G, shared, y, h2, 199, rng, None)
                root = np.sqrt(h * shared.values + 1.0 - h)
                e = (y @ shared.to_contrasts) / root
                x = (G.T @ shared.to_contrasts) / root
                r2 = (x @ e) ** 2 / ((x**2).sum(axis=1) * (e @ e))
                found.append(r2.max() > made_of(maxima).r2[0].value)
    assert 0.03 <= np.mean(wrong["null"]) <= 0.07
    assert np.mean(wrong[0.0]) > 0.25


def test_with_loco_the_maximum_is_over_chromosomes():
    G, _ = families(seed=6, markers=90)
    chromosomes = np.repeat(["1", "2", "3"], 30)
    rng = np.random.default_rng(7)
    y = rng.standard_normal(80)
    kinships = {name: decompose(K) for name, K in loco_kinships(G, chromosomes)}
    shares = []
    found = loco_threshold(
        G,
        y,
        None,
        chromosomes,
        permutations=99,
        alphas=(0.05, 0.2),
        rng=np.random.default_rng(1),
        progress=shares.append,
    )
    scan = scan_loco(G, y, None, chromosomes, h2="null")
    again = np.random.default_rng(1)
    parts = []
    for name, K in kinships.items():
        assert found.h2[name] == pytest.approx(scan.nulls[name].h2, abs=1e-9)
        own = G[:, chromosomes == name]
        shared = share(K, np.ones((80, 1)))
        spread = np.sqrt(found.h2[name] * shared.values + 1.0 - found.h2[name])
        e = again.permuted(np.tile((y @ shared.to_contrasts) / spread, (99, 1)), axis=1)
        x = (own.T @ shared.to_contrasts) / spread
        r = (x @ e.T) / np.outer(np.linalg.norm(x, axis=1), np.linalg.norm(e, axis=1))
        parts.append((r**2).max(axis=0))
    np.testing.assert_allclose(found.maxima, np.sort(np.max(parts, axis=0)), rtol=1e-6)
    assert found.f[0].value > found.f[1].value
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    given = loco_threshold(
        G,
        y,
        None,
        chromosomes,
        kinships=kinships,
        permutations=99,
        rng=np.random.default_rng(1),
    )
    np.testing.assert_allclose(given.maxima, found.maxima, rtol=1e-6)


def test_what_makes_no_threshold_is_refused():
    G, eigen = families()
    y = phenotype(eigen, 0.5, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    with pytest.raises(
        LMMError, match=r"an alpha of 0\.01 needs at least 99 permutations: there are 98"
    ):
        permutation_threshold(G, y, None, eigen, rng=rng, permutations=98, alphas=(0.01,))
    permutation_threshold(G, y, None, eigen, rng=rng, permutations=99, alphas=(0.01,))
    with pytest.raises(LMMError, match="alpha must lie between 0 and 1: 5 does not"):
        permutation_threshold(G, y, None, eigen, rng=rng, alphas=(5,))
    with pytest.raises(LMMError, match="made at one h: “refit” is none"):
        permutation_threshold(G, y, None, eigen, rng=rng, h2="refit")
    with pytest.raises(LMMError, match="markers that can be tested: none can"):
        permutation_threshold(np.ones((80, 3)), y, None, eigen, rng=rng)
    with pytest.raises(DesignError, match="each of the 80 individuals"):
        permutation_threshold(G[1:], y, None, eigen, rng=rng)
    with pytest.raises(LMMError, match="phenotype that varies"):
        permutation_threshold(G, np.ones(80), None, eigen, rng=rng)
