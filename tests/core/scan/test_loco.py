"""Leave one chromosome out: against kinships and scans made by hand for each chromosome."""

import weakref

import numpy as np
import pytest

from lmm_core import (
    DesignError,
    KinshipError,
    centered_kinship,
    decompose,
    fit_lmm,
    scan_markers,
    standardized_kinship,
)
from lmm_core.genotypes import Subset, by_chromosome
from lmm_core.scan import loco_kinships, scan_chromosomes, scan_loco
from tests.on_disk import OnDisk

MAKERS = {"centered": centered_kinship, "standardized": standardized_kinship}


@pytest.fixture(scope="module")
def example():
    rng = np.random.default_rng(5)
    parents = rng.integers(0, 3, (15, 240))
    G = np.repeat(parents, 6, axis=0) * 0.5 + rng.integers(0, 2, (90, 240))
    G[rng.random(G.shape) < 0.02] = np.nan
    G[:, 30] = 1.0
    chromosomes = np.repeat(["1", "2", "10", "4"], 60)
    y = rng.standard_normal(90) + 0.6 * np.nan_to_num(G[:, 100], nan=1.0)
    X = np.column_stack([np.ones(90), rng.integers(0, 2, 90)])
    return G, chromosomes, y, X


@pytest.mark.parametrize("kind", ["centered", "standardized"])
def test_each_kinship_is_that_of_the_other_chromosomes(example, kind):
    G, chromosomes, _, _ = example
    kinships = dict(loco_kinships(G, chromosomes, kind=kind))
    assert list(kinships) == ["1", "2", "10", "4"]
    for name, K in kinships.items():
        whole = MAKERS[kind](G[:, chromosomes != name])
        np.testing.assert_allclose(K, whole, atol=1e-13)


def test_chromosomes_need_not_lie_together_nor_genotypes_in_memory(example):
    G, chromosomes, y, X = example
    order = np.random.default_rng(1).permutation(240)
    source = OnDisk(G[:, order])
    mixed = scan_loco(source, y, X, chromosomes[order])
    plain = scan_loco(G, y, X, chromosomes)
    np.testing.assert_allclose(mixed.log_p_wald, plain.log_p_wald[order], rtol=1e-9, atol=1e-12)
    assert mixed.chromosome.tolist() == chromosomes[order].tolist()


@pytest.mark.parametrize("h2", ["refit", "null", 0.3])
def test_each_chromosome_is_scanned_beside_the_others(example, h2):
    G, chromosomes, y, X = example
    shares, landed = [], np.zeros(240, dtype=int)

    def land(places, part):
        landed[places] += 1
        assert part.m == places.size

    scan = scan_loco(
        G,
        y,
        X,
        chromosomes,
        h2=h2,
        tests=("wald", "lrt", "score"),
        progress=shares.append,
        landed=land,
    )
    for name in ("1", "4"):
        own = chromosomes == name
        K = decompose(centered_kinship(G[:, ~own]))
        alone = scan_markers(G[:, own], y, X, K, h2=h2, tests=("wald", "lrt", "score"))
        np.testing.assert_allclose(scan.beta[own], alone.beta, rtol=1e-8)
        np.testing.assert_allclose(scan.log_p_wald[own], alone.log_p_wald, rtol=1e-8)
        np.testing.assert_allclose(scan.h2[own], alone.h2, atol=1e-9)
        np.testing.assert_array_equal(scan.kind[own], alone.kind)
        assert scan.nulls[name].h2 == pytest.approx(fit_lmm(y, X, K).h2, abs=1e-9)
        assert scan.nulls_ml[name].reml is False
    assert scan.df == 90 - 3
    assert (landed == 1).all()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert scan.kind[30] == "monomorphic"


def test_one_decomposition_is_held_at_a_time(example):
    G, chromosomes, y, X = example
    wanted = chromosomes != "10"
    wanted[:20] = False
    whole = scan_loco(G, y, X, chromosomes, h2="null")
    seen, shares = [], []
    for name, places, scan in scan_chromosomes(
        G, y, X, chromosomes, h2="null", wanted=wanted, progress=shares.append
    ):
        assert all(vectors() is None for _, vectors in seen)
        assert places.tolist() == np.flatnonzero(wanted & (chromosomes == name)).tolist()
        np.testing.assert_allclose(scan.log_p_wald, whole.log_p_wald[places], rtol=1e-12)
        seen.append((name, weakref.ref(scan.null.rotated.eigen.vectors)))
        del scan
    assert [name for name, _ in seen] == ["1", "2", "4"]
    assert shares[-1] == 1.0


def test_kinships_may_be_given(example):
    G, chromosomes, y, X = example
    made = {name: decompose(K) for name, K in loco_kinships(G, chromosomes)}
    given = scan_loco(G, y, X, chromosomes, kinships=made)
    np.testing.assert_allclose(
        given.log_p_wald, scan_loco(G, y, X, chromosomes).log_p_wald, rtol=1e-9
    )
    del made["10"]
    with pytest.raises(KinshipError, match="without it: “10” have none"):
        scan_loco(G, y, X, chromosomes, kinships=made)


def test_a_marker_is_not_tested_against_itself():
    """With few markers the kinship of all takes a share of the effect; the others' takes none."""
    rng = np.random.default_rng(11)
    chromosomes = np.repeat([str(k) for k in range(1, 6)], 8)
    gain = []
    for _ in range(20):
        G = rng.integers(0, 3, (150, 40)).astype(float)
        y = 0.35 * G[:, 20] + rng.standard_normal(150)
        whole = scan_markers(G, y, None, standardized_kinship(G), h2="null")
        loco = scan_loco(G, y, None, chromosomes, kind="standardized", h2="null")
        gain.append(loco.neg_log10_p[20] - whole.neg_log10_p[20])
    assert np.mean(gain) > 0.2


def test_a_marker_without_genotypes_is_left_out(example):
    G, chromosomes, y, X = example
    with_empty = np.column_stack([G, np.full(90, np.nan)])
    labels = np.append(chromosomes, "2")
    for kind in MAKERS:
        one = dict(loco_kinships(G, chromosomes, kind=kind))["1"]
        two = dict(loco_kinships(with_empty, labels, kind=kind))["1"]
        np.testing.assert_allclose(one, two, atol=1e-14)
    assert scan_loco(with_empty, y, X, labels).kind[-1] == "no genotypes"


def test_sex_chromosomes_count_in_no_kinship(example):
    G, chromosomes, y, X = example
    labels = np.where(chromosomes == "10", "chrX", chromosomes)
    kinships = dict(loco_kinships(G, labels))
    autosomes = G[:, labels != "chrX"]
    np.testing.assert_allclose(kinships["chrX"], centered_kinship(autosomes), atol=1e-13)
    others = G[:, np.isin(labels, ["2", "4"])]
    np.testing.assert_allclose(kinships["1"], centered_kinship(others), atol=1e-13)
    assert np.isfinite(scan_loco(G, y, X, labels).log_p_wald[labels == "chrX"]).all()


def test_what_cannot_be_left_out_is_refused(example):
    G, chromosomes, y, X = example
    with pytest.raises(KinshipError, match="there must be two: the markers lie on 1"):
        next(loco_kinships(G, ["1"] * 240))
    with pytest.raises(DesignError, match="each of the 240 markers needs a chromosome: 239"):
        scan_loco(G, y, X, chromosomes[:-1])
    with pytest.raises(KinshipError, match="there is no kinship “gower”"):
        next(loco_kinships(G, chromosomes, kind="gower"))
    flat = G.copy()
    flat[:, 60:] = 2.0
    with pytest.raises(KinshipError, match="without chromosome 1 needs markers that vary"):
        next(loco_kinships(flat, chromosomes, kind="standardized"))
    with pytest.raises(DesignError, match="y must have one value for each of the 90"):
        scan_loco(G, y[:-1], X, chromosomes)
    with pytest.raises(DesignError, match="G must have one row for each individual"):
        next(loco_kinships(G[0], chromosomes))


def test_markers_of_a_chromosome_are_read_in_runs():
    values = np.arange(40.0).reshape(4, 10)
    source = OnDisk(values)
    parts = by_chromosome(source, list("aabbbaabab"))
    assert list(parts) == ["a", "b"]
    assert parts["a"].shape == (4, 5)
    np.testing.assert_array_equal(parts["a"][:, 1:4], values[:, [1, 5, 6]])
    assert [(s.start, s.stop) for s in source.asked] == [(1, 2), (5, 7)]
    assert Subset(source, np.arange(3))[1:3, 2:2].shape == (2, 0)
