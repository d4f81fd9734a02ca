"""Every trait at every marker: pair by pair what `scan_markers` finds with h held."""

from contextlib import nullcontext

import numpy as np
import pytest

from lmm_core import DesignError, LMMError, decompose, fit_lmm, scan_markers
from lmm_core.many import threads as threading
from lmm_core.scan import scan_traits
from lmm_core.scan.traits import by_h, panels, table
from tests.builders import KINDS, kinship
from tests.on_disk import OnDisk

N, M, TRAITS = 40, 30, 8
NAMES = {"lod": "lod", "f": "f", "log_p": "log_p_wald", "beta": "beta", "se_beta": "se_beta"}


def example(kind, seed=1):
    """Traits of every h, some at an end, and genotypes with every awkward marker."""
    rng = np.random.default_rng(seed)
    K = kinship(kind, N, rng)
    K /= np.mean(np.diagonal(K))
    X = np.column_stack([np.ones(N), rng.integers(0, 2, N)])
    G = rng.integers(0, 3, (N, M)).astype(float)
    G[3, 7] = np.nan
    G[:, 9] = 1.0
    G[:, 11] = 2.0 * X[:, 1]
    G[:, 13] = np.nan
    G[:, 20:24] = G[:, [0, 7, 9, 0]]
    values, vectors = np.linalg.eigh(K)
    genetic = (vectors * np.sqrt(np.maximum(values, 0.0))) @ rng.standard_normal((N, TRAITS))
    h = np.concatenate([[0.0, 1.0, 1.0], rng.uniform(size=TRAITS - 3)])
    # Without any noise a marker could explain a trait, and its LOD score were rounding.
    h = np.minimum(h, 0.999)
    Y = 1e3 + np.sqrt(h) * genetic + np.sqrt(1.0 - h) * rng.standard_normal((N, TRAITS))
    Y += 0.5 * G[:, [5]] * rng.standard_normal(TRAITS)
    return Y * 10.0 ** rng.integers(-9, 9, TRAITS), G, X, K


def assert_pairs(pairs, trait, scan, above=0.0):
    """The pairs of one trait are the markers of its scan."""
    mine = pairs.trait == trait
    there = np.flatnonzero(scan.lod > above)
    assert pairs.marker[mine].tolist() == there.tolist()
    for name, theirs in NAMES.items():
        np.testing.assert_allclose(
            getattr(pairs, name)[mine],
            getattr(scan, theirs)[there],
            rtol=2e-9,
            atol=1e-9 if name in ("lod", "log_p") else 0.0,
            err_msg=name,
        )


def assert_peak(peaks, trait, scan):
    place = int(peaks.place[trait])
    assert peaks.lod[trait] == pytest.approx(np.nanmax(scan.lod), abs=1e-9)
    assert place == np.flatnonzero(scan.lod >= np.nanmax(scan.lod) * (1.0 - 1e-11))[0]
    for name, theirs in NAMES.items():
        assert getattr(peaks, name)[trait] == pytest.approx(getattr(scan, theirs)[place], rel=2e-9)
    r2 = scan.f[place] / (scan.f[place] + scan.df)
    assert peaks.r2[trait] == pytest.approx(r2, rel=1e-9)
    assert peaks.neg_log10_p[trait] == pytest.approx(scan.neg_log10_p[place], rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_every_pair_has_the_answer_of_scan_markers(kind):
    Y, G, X, K = example(kind)
    scans = [scan_markers(G, y, X, K, h2="null") for y in Y.T]
    for precision in ("single", "double"):
        peaks, pairs = scan_traits(Y, G, X, K, above=0.0, precision=precision)
        assert peaks.status.tolist() == [scan.null.status for scan in scans]
        assert set(peaks.kind) == {"tested"}
        assert set(peaks.n_tested) == {int((scans[0].kind == "tested").sum())}
        for trait, scan in enumerate(scans):
            tested = scan.kind == "tested"
            np.testing.assert_allclose(peaks.h2[trait], scan.h2[tested][0], atol=1e-9)
            assert_pairs(pairs, trait, scan)
            assert_peak(peaks, trait, scan)


def many(m=700, seed=2):
    """More traits than a block holds, of 60 individuals in families."""
    rng = np.random.default_rng(seed)
    eigen = decompose(kinship("families", 60, rng))
    h = rng.uniform(size=m) * (rng.random(m) < 0.8)
    noise = rng.standard_normal((60, m))
    Y = eigen.vectors @ (np.sqrt(h * eigen.values[:, np.newaxis] + 1.0 - h) * noise)
    G = rng.integers(0, 3, (60, 90)).astype(np.int8)
    G[:, 70] = G[:, 4]
    return Y, G, eigen


def test_a_thousand_pairs_of_many_traits():
    Y, G, eigen = many()
    rng = np.random.default_rng(3)
    some = rng.choice(Y.shape[1], 15, replace=False)
    scans = {int(trait): scan_markers(G, Y[:, trait], None, eigen, h2="null") for trait in some}
    found = {
        name: scan_traits(Y, G, None, eigen, above=0.0, precision=name) for name in table.PRECISIONS
    }
    for peaks, pairs in found.values():
        for trait, scan in scans.items():
            assert_pairs(pairs, trait, scan)
            assert_peak(peaks, trait, scan)
    single, double = (peaks for peaks, _ in found.values())
    np.testing.assert_array_equal(single.place, double.place)
    np.testing.assert_allclose(single.lod, double.lod, rtol=1e-13)


def test_blocks_panels_and_threads_do_not_matter(monkeypatch):
    Y, G, eigen = many(300)
    whole, pairs = scan_traits(Y, G, None, eigen, above=1.0)
    source, shares = OnDisk(G), []
    monkeypatch.setattr(table, "UNIT_TRAITS", 64)
    monkeypatch.setattr(panels, "PANEL_ELEMENTS", 1)
    monkeypatch.setattr(panels, "KEPT_ELEMENTS", 1)
    monkeypatch.setattr(by_h, "MOST_TRAITS", 7)
    monkeypatch.setattr(threading.ONE, "hold", lambda: nullcontext(True))
    for count in (1, 3):
        shares.clear()
        again, found = scan_traits(
            Y, source, None, eigen, above=1.0, threads=count, progress=shares.append
        )
        assert len(source.asked) > 4
        np.testing.assert_array_equal(again.place, whole.place)
        np.testing.assert_allclose(again.lod, whole.lod, rtol=1e-12)
        np.testing.assert_array_equal(found.marker, pairs.marker)
        np.testing.assert_array_equal(found.trait, pairs.trait)
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1.0)


def test_r2_of_all_pairs_is_handed_over():
    Y, G, X, K = example("families")
    rows = {}

    def landed(done):
        rows.update(zip(done.places.tolist(), done.r2, strict=True))

    scan_traits(Y, G, X, K, all_r2=True, landed=landed)
    for trait, y in enumerate(Y.T):
        scan = scan_markers(G, y, X, K, h2="null")
        r2 = scan.f / (scan.f + scan.df)
        assert rows[trait].dtype == np.float32
        np.testing.assert_array_equal(np.isnan(rows[trait]), np.isnan(r2))
        np.testing.assert_allclose(np.sqrt(rows[trait]), np.sqrt(r2), atol=1e-5)


def test_traits_that_cannot_be_scanned_are_named():
    Y, G, X, K = example("families")
    X[:4, 1] = [0, 1, 0, 1]
    Y[:, 0] = 5.0
    Y[:, 1] = X @ [3.0, 1e6]
    Y[:, 2] = np.nan
    Y[4:, 3] = np.nan
    Y[3:, 4] = np.nan
    peaks, pairs = scan_traits(Y, G, X, K, above=0.0)
    named = ["explained", "explained", "no values", "tested", "too few values", "tested"]
    assert peaks.kind[:6].tolist() == named
    assert peaks.n[:6].tolist() == [N, N, 0, 4, 3, N]
    assert peaks.place[[0, 1, 2, 4]].tolist() == [-1] * 4
    assert np.isnan(peaks.lod[[0, 1, 2, 4]]).all()
    assert not np.isin(pairs.trait, [0, 1, 2, 4]).any()
    for y in Y[:, :2].T:
        with pytest.raises(LMMError, match="X fits it without error"):
            scan_markers(G, y, X, K)
    alone, _ = scan_traits(Y[:, 0], G, X, K)
    assert (alone.kind[0], alone.place[0]) == ("explained", -1)
    none, pairs = scan_traits(Y[:, 5], np.ones((N, 3)), X, K, above=0.0)
    assert (none.kind[0], none.place[0], none.n_tested[0]) == ("tested", -1, 0)
    assert pairs.trait.size == 0


def test_a_trait_that_a_marker_explains_has_an_infinite_peak():
    _, G, X, K = example("families")
    peaks, _ = scan_traits(X @ [1.0, 2.0] + G[:, 2], G, X, K)
    assert peaks.place[0] == 2
    assert peaks.lod[0] > 100.0
    assert peaks.beta[0] == pytest.approx(1.0)


def test_thresholds_may_be_of_each_trait():
    Y, G, eigen = many(40)
    above = np.linspace(0.5, 2.0, 40)
    peaks, pairs = scan_traits(Y, G, None, eigen, above=above)
    for trait in (0, 20, 39):
        scan = scan_markers(G, Y[:, trait], None, eigen, h2="null")
        assert_pairs(pairs, trait, scan, above[trait])
    assert set(np.flatnonzero(peaks.lod > above)) == set(pairs.trait)


def test_some_traits_may_be_wanted(monkeypatch):
    monkeypatch.setattr(table, "UNIT_TRAITS", 10)
    Y, G, eigen = many(40)
    whole, _ = scan_traits(Y, G, None, eigen)
    seen = []
    wanted = np.arange(40) >= 25
    part, _ = scan_traits(
        Y, G, None, eigen, wanted=wanted, landed=lambda done: seen.append(done.places.tolist())
    )
    # A unit is computed as a whole, to the last digit as if all were.
    assert seen == [list(range(20, 30)), list(range(30, 40))]
    np.testing.assert_array_equal(part.lod[20:], whole.lod[20:])
    assert np.isnan(part.lod[:20]).all()


@pytest.mark.parametrize("count", [1, 2])
def test_what_progress_raises_stops_it(monkeypatch, count):
    monkeypatch.setattr(table, "UNIT_TRAITS", 10)
    monkeypatch.setattr(threading, "PERIOD", 0.001)
    monkeypatch.setattr(threading.ONE, "hold", lambda: nullcontext(True))
    Y, G, eigen = many(400)
    landed = []

    def stop(share):
        if share > 0.1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan_traits(Y, G, None, eigen, threads=count, progress=stop, landed=landed.append)
    assert 0 < len(landed) < 40


def test_what_cannot_be_scanned_is_refused():
    Y, G, X, K = example("families")
    with pytest.raises(DesignError, match="G must have one row for each of the 40 individuals"):
        scan_traits(Y, G[1:], X, K)
    with pytest.raises(LMMError, match="no precision “half”: choose from single, double"):
        scan_traits(Y, G, X, K, precision="half")
    with pytest.raises(LMMError, match="one for all traits or for each of the 8: the shape is"):
        scan_traits(Y, G, X, K, above=[1.0, 2.0])
    with pytest.raises(LMMError, match="each of the 8 traits whether it is wanted: the shape is"):
        scan_traits(Y, G, X, K, wanted=[True, False])
    with pytest.raises(LMMError, match="some are negative or missing"):
        scan_traits(Y, G, X, K, above=-1.0)
    G[4, 2] = np.inf
    with pytest.raises(DesignError, match=r"genotypes must not be infinite: G\[4, 2\]"):
        scan_traits(Y, G, X, K)
    G[4, 2], Y[3, 2] = 0.0, np.inf
    with pytest.raises(DesignError, match="Y must not be infinite"):
        scan_traits(Y, G, X, K)


@pytest.mark.parametrize("values", [[0.0, 1e-13, 3.0], [1e-12, 1.0, 1e6], [0.9, 0.95, 1.0, 1.0]])
def test_the_interpolation_is_exact_for_any_spectrum(values):
    """1/C of random markers between the nodes, up to h within 1e-12 of 0 and of 1."""
    rng = np.random.default_rng(5)
    mu = np.sort(np.concatenate([values, rng.choice(values, 20) * rng.uniform(0.9, 1.0, 20)]))
    far = 10.0 ** rng.uniform(-12, 0, 400)
    h2 = np.concatenate([far, 1.0 - far, rng.uniform(size=400), [0.0] * 3])
    x2 = rng.standard_normal((mu.size, 50)) ** 2
    seen = []
    for block in by_h.blocks_of(h2, mu, 10):
        exact = 1.0 / (by_h.weights_at(h2[block.rows], mu) @ x2)
        found = block.to_traits @ (1.0 / (block.nodes @ x2))
        np.testing.assert_allclose(found, exact, rtol=1e-11)
        seen += block.rows.tolist()
        assert len(block.nodes) <= 10
    assert sorted(seen) == list(range(h2.size))


def test_ties_go_to_the_first_marker():
    Y, G, eigen = many(30)
    twice = np.column_stack([2 - G, G])
    peaks, _ = scan_traits(Y, twice, None, eigen)
    single, _ = scan_traits(Y, G, None, eigen)
    np.testing.assert_array_equal(peaks.place, single.place)
    np.testing.assert_allclose(peaks.beta, -single.beta, rtol=1e-9)
    fit = fit_lmm(Y[:, 0], None, eigen)
    assert single.h2[0] == pytest.approx(fit.h2, abs=1e-9)
