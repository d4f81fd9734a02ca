"""Traits that lack individuals, and kinships without a chromosome: trait by trait as one by one."""

import joblib
import numpy as np
import pytest

from lmm_core import KinshipError, decompose, scan_markers
from lmm_core.scan import loco_kinships, scan_loco, scan_traits, scan_traits_loco
from lmm_core.scan.traits import table
from tests.core.scan.traits.test_scan_traits import assert_pairs, assert_peak, example

CHROMOSOMES = np.repeat(["1", "X", "2"], [12, 8, 10])


def lacking():
    """Traits of four patterns of missing values, one of which leaves a marker untestable."""
    Y, G, X, K = example("families", seed=4)
    Y[[2, 5], 1] = np.nan
    Y[[2, 5], 4] = np.nan
    Y[7:11, 6] = np.nan
    G[:, 16] = 0.0
    G[7:10, 16] = 1.0
    Y[30:, 7] = np.nan
    return Y, G, X, K


@pytest.mark.parametrize("given", ["matrix", "decomposition"])
def test_who_lacks_a_value_leaves_everything(given, monkeypatch):
    monkeypatch.setattr(table, "UNIT_TRAITS", 1)
    Y, G, X, K = lacking()
    peaks, pairs = scan_traits(Y, G, X, K if given == "matrix" else decompose(K), above=0.0)
    for trait, y in enumerate(Y.T):
        keep = ~np.isnan(y)
        scan = scan_markers(G[keep], y[keep], X[keep], K[np.ix_(keep, keep)], h2="null")
        assert_pairs(pairs, trait, scan)
        assert_peak(peaks, trait, scan)
        assert peaks.n[trait] == keep.sum()
        assert peaks.n_tested[trait] == (scan.kind == "tested").sum()
    assert peaks.n_tested[6] < peaks.n_tested[0]


def test_other_processes_give_the_same_to_the_last_digit():
    Y, G, X, K = lacking()
    here, pairs = scan_traits(Y, G, X, K, above=0.0)
    with joblib.parallel_config("threading"):
        there, found = scan_traits(Y, G, X, K, above=0.0, n_jobs=2)
    for name in ("h2", "lod", "beta", "place", "kind"):
        np.testing.assert_array_equal(getattr(there, name), getattr(here, name))
    np.testing.assert_array_equal(found.lod, pairs.lod)


def test_each_chromosome_has_its_own_kinship_and_h():
    Y, G, X, _ = lacking()
    Y = Y[:, :4]
    Y[:, 1] = np.where(np.isnan(Y[:, 1]), np.nanmean(Y[:, 1]), Y[:, 1])
    handed, shares = [], []
    peaks, pairs = scan_traits_loco(
        Y,
        G,
        X,
        CHROMOSOMES,
        above=0.0,
        progress=shares.append,
        landed=lambda name, done: handed.append((name, done.peaks.place.max())),
    )
    for trait, y in enumerate(Y.T):
        scan = scan_loco(G, y, X, CHROMOSOMES, h2="null")
        assert_pairs(pairs, trait, scan)
        assert_peak(peaks, trait, scan)
        own = scan.nulls[CHROMOSOMES[peaks.place[trait]]]
        assert peaks.h2[trait] == pytest.approx(own.h2, abs=1e-9)
        assert peaks.n_tested[trait] == (scan.kind == "tested").sum()
    assert [name for name, _ in handed] == ["1", "X", "2"]
    assert all(CHROMOSOMES[place] == name for name, place in handed)
    assert shares == sorted(shares)
    given, _ = scan_traits_loco(Y, G, X, CHROMOSOMES, kinships=dict(loco_kinships(G, CHROMOSOMES)))
    np.testing.assert_allclose(given.lod, peaks.lod, rtol=1e-9)
    none = {name: np.zeros(4, dtype=bool) for name in ("1", "X", "2")}
    none["2"][1] = True
    some, _ = scan_traits_loco(Y, G, X, CHROMOSOMES, wanted=none)
    assert set(CHROMOSOMES[some.place]) == {"2"}
    with pytest.raises(KinshipError, match="each chromosome needs a kinship without it"):
        scan_traits_loco(Y, G, X, CHROMOSOMES, kinships={})


def test_a_trait_that_no_chromosome_can_scan_is_named():
    Y, G, X, _ = lacking()
    Y[:, 2] = 1.0
    peaks, _ = scan_traits_loco(Y[:, 2:4], G, X, CHROMOSOMES)
    assert peaks.kind.tolist() == ["explained", "tested"]
    assert peaks.place[0] == -1
