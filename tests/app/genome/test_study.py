"""What is scanned: markers in order, a truth that is kept, ids that are joined."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from lmm_app.genome.sources import COMMON, CrossSettings, files_study, simulate_study
from lmm_app.genome.study import (
    CENTIMORGAN,
    MEGABASE,
    RANK,
    along_genome,
    order_of,
)
from lmm_core import LMMError
from lmm_core.kinship import centered_kinship
from lmm_data.dataset import align
from lmm_data.tables import MISSING_COUNT, GenotypeTable, Table

SMALL = CrossSettings(n=60, generations=4, pairs=10)


@pytest.fixture(scope="module")
def study():
    return simulate_study(SMALL)


def genotypes(ids="abcdef", m=6, cm=True, bp=True, chromosome=None):
    rng = np.random.default_rng(3)
    position = np.arange(m, dtype=float)[::-1]
    return GenotypeTable(
        "geno.bed",
        tuple(ids),
        tuple(f"m{j}" for j in range(m)),
        tuple(["10", "10", "2", "2", "X", "X"] if chromosome is None else chromosome),
        (position + 1) * 1e6 if bp else np.full(m, np.nan),
        position if cm else np.full(m, np.nan),
        rng.integers(0, 3, (len(ids), m)).astype(np.int8),
    )


def problem(ids="abcdef"):
    n = len(ids)
    K = centered_kinship(np.random.default_rng(5).integers(0, 3, (n, 50)).astype(float))
    data = align(
        "files",
        Table("pheno", tuple(ids), ("weight",), np.arange(n, dtype=float)[:, np.newaxis] ** 2),
        Table("K", tuple(ids), tuple(ids), K),
    )
    return data.problem("weight", ())


def test_chromosomes_are_in_the_order_of_their_numbers_and_letters_come_last():
    labels = np.array(["X", "10", "2", "chr1", "2", "MT"])
    position = np.array([1.0, 1.0, 9.0, 1.0, 3.0, 1.0])
    assert labels[order_of(labels, position)].tolist() == ["chr1", "2", "2", "10", "MT", "X"]
    assert position[order_of(labels, position)].tolist() == [1.0, 3.0, 9.0, 1.0, 1.0, 1.0]


def test_the_axis_of_the_genome_holds_all_chromosomes_apart_and_to_scale(study):
    x, chromosomes = along_genome(study)
    assert x.min() == 0.0
    assert x.max() == pytest.approx(1.0)
    assert (np.diff(x) > 0).all()
    assert len(chromosomes) == 19
    lengths = [study.position[study.chromosome == c["name"]].max() for c in chromosomes]
    widths = [c["hi"] - c["lo"] for c in chromosomes]
    np.testing.assert_allclose(np.divide(widths, lengths), widths[0] / lengths[0])
    assert all(a["hi"] < b["lo"] for a, b in pairwise(chromosomes))


def test_a_chromosome_of_one_marker_has_a_place(study):
    alone = replace(
        study,
        markers=("m",),
        chromosome=np.array(["1"]),
        position=np.array([7.0]),
        counts=study.counts[:, :1],
    )
    x, chromosomes = along_genome(alone)
    assert x.tolist() == [1.0]
    assert (chromosomes[0]["lo"], chromosomes[0]["hi"]) == (0.0, 1.0)


def test_missing_counts_are_no_numbers(study):
    counts = np.array([[0, 1, MISSING_COUNT], [2, 1, 0]], dtype=np.int8)
    expected = np.array([[0, 1, np.nan], [2, 1, 0]])
    np.testing.assert_array_equal(replace(study, counts=counts).dosages(slice(None)), expected)


def test_the_same_settings_make_the_same_data_and_another_seed_other_data(study):
    again = simulate_study(SMALL)
    np.testing.assert_array_equal(again.y, study.y)
    np.testing.assert_array_equal(again.counts, study.counts)
    assert again.true_qtl == study.true_qtl
    other = simulate_study(replace(SMALL, seed=2))
    assert not np.array_equal(other.y, study.y)
    assert other.key != study.key


def test_qtl_are_common_markers_on_chromosomes_of_their_own():
    for seed in range(1, 6):
        study = simulate_study(replace(SMALL, qtl=8, seed=seed))
        places = [qtl.place for qtl in study.true_qtl]
        assert len(set(study.chromosome[places])) == len(places) == 8
        frequency = study.counts[:, places].mean(axis=0) / 2
        assert (np.minimum(frequency, 1 - frequency) >= COMMON).all()
        assert {abs(qtl.effect) for qtl in study.true_qtl} == {SMALL.effect}


def test_effects_are_what_the_trait_follows():
    """Without a rest, the trait is the QTL's part to rounding of a huge effect."""
    study = simulate_study(replace(SMALL, qtl=2, effect=1000.0, h2=0.0))
    places = [qtl.place for qtl in study.true_qtl]
    X = np.column_stack([np.ones(study.n), study.counts[:, places]])
    beta = np.linalg.lstsq(X, study.y, rcond=None)[0]
    np.testing.assert_allclose(beta[1:], [qtl.effect for qtl in study.true_qtl], atol=1.0)


def test_files_are_joined_by_id_and_ordered_along_the_genome():
    table, wanted = genotypes(), problem("fcab")
    study = files_study(table, wanted, "mine")
    assert study.ids == tuple("fcab")
    assert study.chromosome.tolist() == ["2", "2", "10", "10", "X", "X"]
    assert study.unit is CENTIMORGAN
    for i, label in enumerate(study.ids):
        for j, marker in enumerate(study.markers):
            row, column = table.ids.index(label), table.markers.index(marker)
            assert study.counts[i, j] == table.counts[row, column]
    for name in study.chromosomes:
        assert (np.diff(study.position[study.chromosome == name]) > 0).all()


def test_without_positions_in_cm_they_are_in_mb_or_in_the_order_of_the_file():
    assert files_study(genotypes(cm=False), problem(), "mine").unit is MEGABASE
    ranked = files_study(genotypes(cm=False, bp=False), problem(), "mine")
    assert ranked.unit is RANK
    assert ranked.position.tolist() == [1, 2, 1, 2, 1, 2]
    assert ranked.markers == ("m2", "m3", "m0", "m1", "m4", "m5")
    assert ranked.where(1) == "chr 2, marker 2"


def test_an_individual_without_genotypes_is_named():
    with pytest.raises(LMMError, match="“g” has none under that name"):
        files_study(genotypes(), problem("abcdeg"), "mine")
    with pytest.raises(LMMError, match="“g” and 1 more have none under that name"):
        files_study(genotypes(), problem("abcdgh"), "mine")


def test_no_markers_and_too_many_genotypes_are_refused(monkeypatch):
    with pytest.raises(LMMError, match="needs markers"):
        files_study(genotypes(m=0, chromosome=[]), problem(), "mine")
    monkeypatch.setattr("lmm_app.genome.sources.MAX_GENOTYPES", 10)
    with pytest.raises(LMMError, match="6 individuals times 6 markers"):
        files_study(genotypes(), problem(), "mine")
