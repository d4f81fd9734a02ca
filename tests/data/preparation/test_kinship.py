"""The kinship of a dataset: as given, doubled, or from genotypes."""

import numpy as np
import pytest

from lmm_core import centered_kinship, standardized_kinship
from lmm_data.preparation.genomic import kinship_from
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.readers.genotypes.plink import read_plink
from lmm_data.readers.kinship.gcta import read_grm_bin
from lmm_data.readers.kinship.pair_tables import read_kin0
from lmm_data.tables import GenotypeTable
from tests.uploads import FORMATS, PAIR, PHENO, K, square, toy


def test_a_kinship_is_computed_from_genotypes():
    files = {**toy("bed", "bim", "fam"), "pheno.txt": toy("pheno.txt")["toy.pheno.txt"]}
    genotypes, _ = read_plink(FORMATS / "toy")
    counts = genotypes.dosages()
    for relationship, make in (
        ("centered", centered_kinship),
        ("standardized", standardized_kinship),
    ):
        prepared = prepare(files, Choices(relationship=relationship))
        expected, note = kinship_from(genotypes, relationship)
        assert note.split(": ")[1] in " ".join(prepared.notes)
        np.testing.assert_array_equal(prepared.kinship.values, expected.values)
        varying = np.nanmax(counts, axis=0) > np.nanmin(counts, axis=0)
        sex = np.isin(genotypes.chromosome, ["X", "Y", "MT"])
        np.testing.assert_allclose(expected.values, make(counts[:, varying & ~sex]), atol=1e-12)


def genotype_table(counts, chromosome):
    n, m = counts.shape
    unknown = np.full(m, np.nan)
    ids, markers = tuple(map(str, range(n))), tuple(map(str, range(m)))
    return GenotypeTable("g", ids, markers, chromosome, unknown, unknown, counts)


@pytest.mark.parametrize("many", [0, 2**33])
@pytest.mark.parametrize("relationship", ["centered", "standardized"])
def test_a_kinship_in_parts_is_the_whole(monkeypatch, relationship, many):
    monkeypatch.setattr("lmm_data.preparation.genomic.MANY", many)
    rng = np.random.default_rng(4)
    counts = rng.integers(0, 3, (12, 40)).astype(float)
    counts[:, 3] = 1.0
    counts[:, 4] = np.nan
    counts[2, 7] = np.nan
    labels = ("1",) * 30 + ("X",) * 6 + ("chrY", "MT") * 2
    table = genotype_table(np.tile(counts, 4), labels * 4)
    whole, note = kinship_from(table, relationship)
    words = {"centered": "centred", "standardized": "standardised"}[relationship]
    assert note == (
        f"The kinship is computed from g: the {words} allele counts at 112 of 160 markers; left "
        "out: 40 on chromosome “X”, “chrY”, “MT” and 8 that do not vary or have no value."
    )
    monkeypatch.setattr("lmm_core.genotypes.PRODUCT_ELEMENTS", 12 * 7)
    monkeypatch.setattr("lmm_data.preparation.whole_counts.ELEMENTS", 12 * 7)
    parts, _ = kinship_from(table, relationship)
    np.testing.assert_allclose(parts.values, whole.values, atol=1e-14)
    make = centered_kinship if relationship == "centered" else standardized_kinship
    used = [j for j in range(30) if j not in (3, 4)]
    np.testing.assert_allclose(whole.values, make(counts[:, used]), atol=1e-14)


@pytest.mark.parametrize(
    ("labels", "said"),
    [(["1", "23"], "Chromosome “23” counts as an autosome"), (["1", "23", "29"], ""), (["2"], "")],
)
def test_chromosomes_that_of_humans_are_no_autosomes_are_said(labels, said):
    counts = np.random.default_rng(5).integers(0, 3, (9, 12)).astype(float)
    _, note = kinship_from(genotype_table(counts, tuple(np.resize(labels, 12))))
    assert (said in note) if said else ("autosome" not in note)
    assert "12 of 12 markers" in note


def test_genotypes_that_do_not_vary_make_no_kinship():
    lines = b"rs1,A,T,1,1,1,1\nrs2,A,T,2,2,2,2\n"
    prepared = prepare({"g.txt": lines, "pheno.csv": PHENO})
    assert "none of the 2 does; add a file of kinship" in prepared.problem


def test_a_kinship_that_is_given_is_not_computed():
    files = {**toy("bed", "bim", "fam", "grm.bin", "grm.id", "pheno.txt")}
    prepared = prepare(files)
    given = read_grm_bin(files["toy.grm.bin"], files["toy.grm.id"]).kinship
    np.testing.assert_array_equal(prepared.kinship.values, given.values)
    assert prepared.roles["toy.bed"] == "genotypes"
    ignoring = prepare(files, Choices(roles=(("toy.grm.bin", "ignored"),)))
    assert any("computed from toy.bed" in note for note in ignoring.notes)


def test_coefficients_are_doubled_once():
    files = toy("kin0", "pheno.txt")
    read = read_kin0(files["toy.kin0"]).kinship
    for choices in (Choices(), Choices(double_kinship=True)):
        prepared = prepare(files, choices)
        np.testing.assert_array_equal(prepared.kinship.values, 2.0 * read.values)
        assert prepared.kinship.scale == 1.0
        assert any("doubled, because it holds coefficients" in note for note in prepared.notes)
    decided = prepare(PAIR, Choices(double_kinship=True))
    np.testing.assert_array_equal(decided.dataset.kinship, 2.0 * K)
    assert "Every entry of K.csv is doubled, as was decided." in decided.notes


def test_a_kinship_that_cannot_be_is_a_problem():
    uneven, holes = K.copy(), K.copy()
    uneven[0, 1] = 0.9
    holes[2] = holes[:, 2] = np.nan
    assert "K.csv: not symmetric: " in prepare({**PAIR, "K.csv": square(uneven)}).problem
    problem = prepare({**PAIR, "K.csv": square(holes)}).problem
    assert "missing entries: " in problem
    assert "; leave out “c”" in problem
    mended = prepare({**PAIR, "K.csv": square(holes)}, Choices(without=("c",)))
    assert mended.dataset.ids == ("a", "b", "d")
    rounded = K.copy()
    rounded[0, 1] += 1e-6
    prepared = prepare({**PAIR, "K.csv": square(rounded)})
    np.testing.assert_array_equal(prepared.dataset.kinship, (rounded + rounded.T) / 2)
    assert any("averaged" in note for note in prepared.notes)


def test_the_kinship_is_held_once():
    prepared = prepare(PAIR)
    assert prepared.dataset.kinship is prepared.kinship.values
    assert prepared.outcomes[0].reading.kinship.values is prepared.kinship.values


def test_a_kinship_of_very_many_individuals_is_refused_before_it_is_made():
    # A file of 60 MB may hold a million individuals with a few markers each: 11 TB.
    n = 12_000
    rows = "".join(
        f"i{k},{','.join('0122101'[k % 3 :] + '0' * (k % 3) + '2' * 6)}\n" for k in range(n)
    )
    head = ",".join(["id", *(f"m{j}" for j in range(13))])
    problem = prepare({"x.csv": f"{head}\n{rows}".encode()}).problem
    assert "the kinship of x.csv: an array of at most 1,024 MB is made of a file" in problem
