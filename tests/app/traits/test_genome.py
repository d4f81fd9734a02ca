"""The map of traits by markers: who is scanned, what is drawn, and the trait that is clicked."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.traits import genome, map_words, scans
from lmm_app.traits.figure import map_figure, profile_figure
from lmm_core import LMMError, centered_kinship, scan_markers
from lmm_core.scan import scan_loco
from lmm_data.dataset import align
from lmm_data.tables import GenotypeTable, Table
from tests.app.scan.test_page import plink
from tests.app_helpers import charts, drop, open_app, run, walk

N, M, TRAITS = 60, 40, 8
SILENT = lambda share: None  # noqa: E731


def data(seed=1):
    """A dataset whose trait 2 has a QTL, with a missing value, and genotypes of most of it."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 3, (N, M)).astype(np.int8)
    Y = rng.standard_normal((N, TRAITS))
    Y[:, 2] += 2.0 * counts[:, 25]
    Y[7, 3] = np.nan
    Y[:, 5] = 4.0
    ids = tuple(f"i{k}" for k in range(N))
    K = centered_kinship(counts)
    dataset = align(
        "made up",
        Table("y", ids, tuple(f"t{k}" for k in range(TRAITS)), Y),
        Table("K", ids, ids, K),
        Table("x", ids, (), np.empty((N, 0))),
    )
    order = rng.permutation(N)[: N - 2]
    # The second chromosome comes first in the file.
    chromosome = tuple("2" if j < M // 2 else "1" for j in range(M))
    table = GenotypeTable(
        name="g",
        ids=tuple(ids[i] for i in order),
        markers=tuple(f"m{j}" for j in range(M)),
        chromosome=chromosome,
        position=np.arange(M, dtype=float),
        position_cm=np.arange(M, dtype=float),
        counts=counts[order],
    )
    return dataset, table, Y, counts, K, np.sort(order)


@pytest.fixture(scope="module")
def mapped():
    dataset, table, *rest = data()
    return scans.map_traits(dataset, (), table, SILENT), *rest


def test_each_trait_is_scanned_with_those_who_have_genotypes(mapped):
    found, Y, counts, K, who = mapped
    assert found.study.n == N - 2
    assert found.lacking == 2
    assert found.study.markers[0] == "m20"
    keep = who[~np.isnan(Y[who, 3])]
    for trait, rows in ((2, who), (3, keep)):
        scan = scan_markers(counts[rows], Y[rows, trait], None, K[np.ix_(rows, rows)], h2="null")
        profile = dict(zip(found.study.markers, found.profile(trait, SILENT), strict=True))
        np.testing.assert_allclose([profile[f"m{j}"] for j in range(M)], scan.lod, atol=1e-9)
        assert found.study.markers[found.peaks.place[trait]] == f"m{np.nanargmax(scan.lod)}"
    assert 2 in found.high
    assert found.peaks.place[5] == -1


def test_what_is_drawn_is_what_was_found(mapped):
    found = mapped[0]
    places = np.array([2, 0, 3, 7])
    figure = map_figure(found, places, picked=3)
    dots, rings = figure.data
    shown = np.isin(found.pairs.trait, places)
    assert len(dots.x) == shown.sum()
    assert [mark[-1] for mark in dots.customdata] == found.pairs.trait[shown].tolist()
    assert {mark[-1] for mark in rings.customdata} == set(found.high) & set(places.tolist())
    # Trait 2 is the first row, its QTL on the first chromosome.
    at = [mark[-1] for mark in rings.customdata].index(2)
    assert (rings.y[at], rings.x[at] < 0.5) == (0, True)
    assert "m25, chr 1, 25.0 cM: LOD" in rings.customdata[at][0]
    assert figure.layout.yaxis.ticktext == ("t2", "t0", "t3", "t7")
    lod = found.profile(2, SILENT)
    line = profile_figure(found, 2, lod).data[0]
    # Chromosomes are parted.
    assert np.isnan(line.y).sum() == 2
    assert np.nanmax(line.y) == pytest.approx(found.peaks.lod[2])


def test_words_and_the_text_in_place_of_the_picture(mapped):
    found = mapped[0]
    words = map_words.caption(found)
    assert words.startswith("8 traits of 58 individuals at 40 markers, each trait at its own ĥ")
    assert "2 individuals without genotypes are left out" in words
    high = found.high.size
    assert f"**{high} trait{'s have' if high > 1 else ' has'} a peak above the threshold**" in words
    assert "above its threshold: t2 at chr 1, 25.0 cM, LOD" in map_words.alt(found)


def test_of_very_many_pairs_the_highest_are_drawn(monkeypatch):
    monkeypatch.setattr(scans, "MOST_DRAWN", 3)
    monkeypatch.setattr(scans, "DRAWN", 0.5)
    dataset, table, *_ = data()
    found = scans.map_traits(dataset, (), table, SILENT)
    assert found.pairs.lod.size == 3
    assert found.pairs.lod.min() == found.cut
    assert found.pairs.lod.max() == np.nanmax(found.peaks.lod)


def test_what_is_too_much_or_too_little_is_refused(monkeypatch):
    dataset, table, *_ = data()
    few = table.__class__(
        **{
            **{name: getattr(table, name) for name in ("name", "markers", "chromosome")},
            "ids": table.ids[:2],
            "position": table.position,
            "position_cm": table.position_cm,
            "counts": table.counts[:2],
        }
    )
    with pytest.raises(LMMError, match=r"at least 3 individuals must have genotypes .*: 2 do"):
        scans.map_traits(dataset, (), few, SILENT)
    monkeypatch.setattr(scans, "MOST", 10.0)
    with pytest.raises(LMMError, match="8 traits of 60 individuals at 40 markers"):
        scans.map_traits(dataset, (), table, SILENT)


def test_the_page_has_the_map_where_there_are_genotypes(monkeypatch):
    app = walk(open_app(sample="many_traits"), "traits")
    assert genome.HEADER not in [header.value for header in app.header]
    rng = np.random.default_rng(4)
    counts = rng.integers(0, 3, (40, 30))
    y = rng.normal(size=40)
    files = plink(counts, y)
    rows = "".join(f"i{i},{y[i]},{2.0 * counts[i, 7] + rng.normal()}\n" for i in range(40))
    files["pheno.csv"] = f"id,a,b\n{rows}".encode()
    drop(walk(app, "data"), files)
    walk(app, "traits")
    assert not app.error
    assert genome.HEADER in [header.value for header in app.header]
    assert "map" in charts(app)
    assert "along" not in charts(app)
    app.session_state["picked"] = 1
    run(app)
    assert "along" in charts(app)
    assert any("**b** is highest at rs7, chr 1" in one.value for one in app.markdown)
    monkeypatch.setattr(genome, "AT_ONCE", 1.0)
    run(app)
    assert "map" not in charts(app)
    app.toggle(key="map_wanted").set_value(True)
    run(app)
    assert "map" in charts(app)
    app.toggle(key="map_loco").set_value(True)
    run(app)
    assert any("of all other chromosomes" in one.value for one in app.markdown)
    app.session_state["projector"], app.session_state["picture"] = True, "map"
    run(app)
    assert list(charts(app)) == ["along"]
    app.button(key="to_map").click()
    run(app)
    assert (list(charts(app)), app.session_state["picked"]) == (["map"], None)


def test_words_are_true_of_one_trait_of_none_above_and_of_those_that_cannot_be_scanned(mapped):
    found = mapped[0]
    assert "1 trait cannot be scanned: it is explained by the covariates" in map_words.caption(
        found
    )
    assert map_words.one_trait(found, 5).startswith("**t5** cannot be scanned: it is explained by")
    low = replace(found, thresholds=replace(found.thresholds, lod=found.thresholds.lod + 99.0))
    assert "**No trait has a peak above its threshold**, a LOD score" in map_words.caption(low)
    assert map_words.alt(low).endswith("No peak is above its threshold.")
    dataset, table, *_ = data()
    single = scans.map_traits(only(dataset, 2), (), table, SILENT)
    words = map_words.caption(single)
    assert words.startswith("1 trait of 58 individuals at 40 markers, at its own ĥ by REML")
    assert "**t2 has a peak above its threshold**, a LOD score that 5% of scans" in words
    assert "depending" not in words
    constant = scans.map_traits(only(dataset, 5), (), table, SILENT)
    assert "**No trait could be scanned.** 1 trait cannot be scanned" in map_words.caption(constant)


def only(dataset, trait):
    """The same with one of its traits."""
    traits = dataset.traits
    return replace(
        dataset,
        traits=replace(
            traits, columns=(traits.columns[trait],), values=traits.values[:, [trait]].copy()
        ),
    )


def test_with_loco_each_chromosome_is_beside_the_kinship_of_the_other():
    dataset, table, Y, counts, _, who = data()
    found = scans.map_traits(dataset, (), table, SILENT, loco=True)
    scan = scan_loco(counts[who], Y[who, 2], None, table.chromosome, h2="null")
    profile = dict(zip(found.study.markers, found.profile(2, SILENT), strict=True))
    np.testing.assert_allclose([profile[f"m{j}"] for j in range(M)], scan.lod, atol=1e-9)
    assert 2 in found.high
    assert "without a marker, beside the kinship of all other chromosomes." in map_words.caption(
        found
    )
