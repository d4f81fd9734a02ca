"""Genotypes by themselves and pair by pair: poor samples, duplicates, parents, sexes."""

import numpy as np
import pytest

from benchmarks.clean import make_clean
from lmm_core.arrays import MISSING_COUNT
from lmm_data.checks.comparing import comparable, pair_blocks, tally
from lmm_data.checks.genotype_checks import check_genotypes
from lmm_data.checks.sexes import compare_sexes, recorded_sex
from lmm_data.tables import GenotypeTable

RNG = np.random.default_rng(0)


def table(counts, chromosome=None, ids=None):
    n, m = counts.shape
    return GenotypeTable(
        name="geno",
        ids=ids or tuple(f"i{i}" for i in range(n)),
        markers=tuple(f"s{j}" for j in range(m)),
        chromosome=chromosome or tuple(str(1 + j % 10) for j in range(m)),
        position=np.full(m, np.nan),
        position_cm=np.full(m, np.nan),
        counts=np.asarray(counts, dtype=np.int8),
    )


def population(n=80, m=600, seed=0, missing=0.05):
    rng = np.random.default_rng(seed)
    f = rng.uniform(0.1, 0.9, m)
    counts = (rng.random((n, m)) < f).astype(np.int8) + (rng.random((n, m)) < f)
    counts = counts.astype(np.int8)
    counts[rng.random((n, m)) < missing] = MISSING_COUNT
    return counts


@pytest.mark.parametrize("order", ["C", "F"])
def test_genotypes_are_counted(order, monkeypatch):
    monkeypatch.setattr("lmm_data.checks.comparing.COUNTED", 80 * 70)
    G = population()
    G[:, 3], G[5] = MISSING_COUNT, MISSING_COUNT
    chromosome = tuple("X" if j % 7 == 0 else "1" for j in range(600))
    found = tally(table(np.array(G, order=order), chromosome))
    inside = np.array(chromosome) == "1"
    np.testing.assert_array_equal(found.called, (G >= 0).sum(axis=1))
    np.testing.assert_array_equal(found.autosomal, (G[:, inside] >= 0).sum(axis=1))
    np.testing.assert_array_equal(found.het, (G[:, inside] == 1).sum(axis=1))
    np.testing.assert_array_equal(found.by_marker, (G >= 0).sum(axis=0))
    with np.errstate(invalid="ignore"):
        frequency = np.where(G >= 0, G, 0).sum(axis=0) / (2.0 * (G >= 0).sum(axis=0))
    np.testing.assert_array_equal(found.frequency, frequency)


def codes(found):
    return {finding.code for finding in found.findings}


def only(found, code):
    (finding,) = (one for one in found.findings if one.code == code)
    return finding


def test_pairs_are_counted_at_the_markers_that_both_have():
    G = population(n=300, m=120, missing=0.3)
    seen = {}
    for block in pair_blocks(G):
        for i, j in np.argwhere(block.both > 0):
            seen[block.first + i, block.first + j] = (
                block.both[i, j],
                block.differ[i, j],
                block.opposite[i, j],
            )
    assert len(seen) == 300 * 299 // 2
    for (i, j), counted in list(seen.items())[::997]:
        both = (G[i] >= 0) & (G[j] >= 0)
        differ = both & (G[i] != G[j])
        opposite = both & (np.abs(G[i].astype(int) - G[j]) == 2)
        assert counted == (both.sum(), differ.sum(), opposite.sum())


def test_good_genotypes_have_nothing_wrong():
    found = check_genotypes(table(population()))
    assert found.findings == ()
    assert found.same == ()


@pytest.mark.parametrize("error", [0.0, 0.01, 0.02])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_a_sample_typed_twice_is_found_whatever_is_missing(error, missing):
    G = population(missing=0.0)
    wrong = RNG.random(G.shape[1]) < error
    G[7] = np.where(wrong, RNG.integers(0, 3, G.shape[1]), G[3])
    G[RNG.random(G.shape) < missing] = MISSING_COUNT
    found = check_genotypes(table(G))
    finding = only(found, "kinship_clones")
    assert (finding.severity, set(finding.ids)) == ("warning", {"i3", "i7"})
    assert "markers that both have" in finding.found
    assert found.same == (("i3", "i7"),)


def test_who_is_hardly_typed_is_nobodys_clone():
    G = population(missing=0.0)
    G[:40, 20:] = MISSING_COUNT
    found = check_genotypes(table(G))
    assert "kinship_clones" not in codes(found)
    few = only(found, "genotype_few")
    assert (few.severity, few.value) == ("note", 40)


def test_a_poor_sample_and_a_poor_marker():
    G = population()
    G[5, RNG.random(600) < 0.6] = MISSING_COUNT
    G[RNG.random(80) < 0.7, 9] = MISSING_COUNT
    found = check_genotypes(table(G))
    assert only(found, "genotype_call_rate").ids == ("i5",)
    assert "“s9”" in only(found, "genotype_markers").found


def test_two_samples_in_one_tube_are_too_heterozygous():
    G = population(missing=0.0)
    G[4] = np.where(G[10] == G[11], G[10], 1)
    finding = only(check_genotypes(table(G)), "genotype_heterozygosity")
    assert finding.ids == ("i4",)
    assert finding.severity == "warning"


def test_replicated_lines_are_the_design():
    lines = 2 * (population(n=20, missing=0.0) > 0)
    found = check_genotypes(table(np.repeat(lines, 4, axis=0)))
    assert only(found, "kinship_replicates").severity == "note"
    assert "kinship_clones" not in codes(found)
    assert len(found.same) == 20


def test_parents_and_offspring_are_told_from_sibs():
    clean = make_clean(1)
    assert clean.kind == "families with parents"
    finding = only(check_genotypes(clean.genotypes), "genotype_parents")
    assert finding.severity == "note"
    assert finding.value > 100


def sexed(n=60, wrong=()):
    rng = np.random.default_rng(3)
    G = population(n=n, m=700, missing=0.02)
    male = np.arange(n) % 2 == 1
    x = np.arange(700) >= 600
    G[np.ix_(male, x)] = 2 * (rng.random((male.sum(), 100)) < 0.5)
    record = male.astype(float)
    record[list(wrong)] = 1.0 - record[list(wrong)]
    chromosome = tuple("X" if inside else str(1 + j % 10) for j, inside in enumerate(x))
    genotypes = table(G, chromosome)
    return genotypes, {label: sex for label, sex in zip(genotypes.ids, record, strict=True)}


def test_sex_by_x_against_the_record():
    genotypes, record = sexed()
    right = compare_sexes(genotypes, "sex", record)
    assert (right.wrong, right.told, right.finding) == ((), 60, None)
    genotypes, record = sexed(wrong=(4, 9))
    found = compare_sexes(genotypes, "sex", record)
    assert set(found.wrong) == {"i4", "i9"}
    assert found.finding.severity == "warning"
    assert compare_sexes(table(population()), "sex", record) is None


def test_females_of_an_intercross_may_have_one_allele_of_x_throughout():
    clean = next(c for c in map(make_clean, range(5, 60, 10)) if c.genotypes)
    column, sex = recorded_sex(clean.covariates)
    assert (clean.kind, column) == ("intercross", "sex")
    found = compare_sexes(clean.genotypes, column, sex)
    assert found is None or found.wrong == ()


def test_only_common_alleles_of_autosomes_are_compared():
    G = population(missing=0.0)
    G[:, 0] = 0
    G[0, 0] = 1
    chromosome = ("1",) * 599 + ("X",)
    genotypes = table(G, chromosome)
    assert comparable(genotypes, tally(genotypes)).shape[1] <= 598
