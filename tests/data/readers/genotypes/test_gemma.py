import gzip

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_core.kinship import centered_kinship, standardized_kinship
from lmm_data.readers.dispatch import READERS
from lmm_data.readers.genotypes.gemma import (
    read_bimbam_annotation,
    read_bimbam_table,
    read_gemma_kinship,
)
from lmm_data.readers.genotypes.plink import read_plink
from lmm_data.readers.reading import missing_met
from tests.places import FORMATS
from tests.reading import called

GENO = b"rs1, A, G, 0, 1, 2\nrs2, C, T, 0.5, NA, 1\n"
read_bimbam = READERS["bimbam"].read
ANNO = b"rs2, 200, X, 1.5\nrs1, NA, NA, NA\nrs4, -9, -9, -9\n"


@pytest.fixture(scope="module")
def genotypes():
    return read_plink(FORMATS / "toy")[0]


@pytest.mark.parametrize(
    ("kind", "kinship"), [("cXX", centered_kinship), ("sXX", standardized_kinship)]
)
@pytest.mark.parametrize("source", ["toy", "toy.bimbam"])
def test_gemmas_relatedness_is_ours(genotypes, source, kind, kinship):
    """Missing genotypes at the mean, and only the 158 markers that vary: GEMMA's definition."""
    made = read_gemma_kinship(FORMATS / f"{source}.{kind}.txt")
    x = genotypes.dosages()
    varies = np.nanvar(x, axis=0) > 0
    # GEMMA prints ten digits.
    np.testing.assert_allclose(made.kinship.values, kinship(x[:, varies]), rtol=6e-10, atol=1e-13)
    assert (made.kinship.ids, made.kinship.scale) == (None, 1.0)
    assert made.notes == (
        f"{source}.{kind}.txt has ten digits and a row for every individual of the fam file, or of "
        "the genotypes, those without a phenotype too",
        f"{source}.{kind}.txt is read without ids: they must come from another file, in the same "
        "order",
    )


def test_mean_genotypes_are_those_of_the_bed_file(genotypes):
    made = read_bimbam(FORMATS / "toy.geno.txt.gz", FORMATS / "toy.anno.txt")
    assert made.kind == "genotypes"
    assert made.genotypes.ids == tuple(map(str, range(1, 14)))
    assert made.genotypes.counts.dtype == np.int8
    for name in ("markers", "chromosome"):
        assert getattr(made.genotypes, name) == getattr(genotypes, name)
    for name in ("position", "position_cm", "counts"):
        np.testing.assert_array_equal(getattr(made.genotypes, name), getattr(genotypes, name))


@pytest.mark.parametrize("separator", [b", ", b",", b" ", b"\t", b" ,\t"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_genotypes_in_any_dress(separator, pack):
    made = read_bimbam(pack(GENO.replace(b", ", separator))).genotypes
    assert made.ids == ("1", "2", "3")
    assert made.markers == ("rs1", "rs2")
    assert made.chromosome == ("0", "0")
    assert made.counts.dtype == np.float32
    np.testing.assert_array_equal(made.dosages(), [[0, 0.5], [1, np.nan], [2, 1]])
    assert np.isnan(made.position).all()


def test_notes_on_what_the_genotypes_do_not_say():
    assert read_bimbam(GENO).notes == (
        "the genotypes names no individuals: they are called 1 to 3 until the fam file or the "
        "phenotypes, in the same order, name them",
        "the genotypes says nothing of where its markers lie; a .map beside it would",
    )
    made = read_bimbam(GENO + b"rs3 A C 1 1 0\nrs4 A C 1 1 0\n", ANNO)
    assert made.notes[1:] == (
        "the map says where 3 of the 4 markers lie",
        "not in the map, so that nobody says where they lie: 1 marker, “rs3”",
    )
    assert made.genotypes.chromosome == ("0", "X", "0", "0")
    np.testing.assert_array_equal(made.genotypes.position, [np.nan, 200, np.nan, np.nan])
    np.testing.assert_array_equal(made.genotypes.position_cm, [np.nan, 1.5, np.nan, np.nan])


def test_many_different_dosages_are_parsed_as_written():
    written = np.random.default_rng(3).uniform(0, 2, (200, 40)).round(6)
    lines = [f"m{k} A C " + " ".join(map(repr, row.tolist())) for k, row in enumerate(written)]
    made = read_bimbam("\n".join(lines).encode()).genotypes.counts
    np.testing.assert_array_equal(made, written.T.astype(np.float32))


def test_phenotypes_and_covariates():
    made = read_bimbam_table(FORMATS / "toy.gemma.txt")
    assert made.table.columns == ("pheno1", "pheno2")
    assert (made.table.n, made.table.ids, missing_met(made.table)) == (13, None, (("NA", 3),))
    assert made.notes == (
        "toy.gemma.txt has no ids: its rows are the individuals of the genotypes, in that order",
    )
    ids = read_plink(FORMATS / "toy")[0].ids
    assert made.table.with_ids(ids).numbers().column("pheno1")[0] == 21.273
    covariates = read_bimbam_table(b"1\t0.5\t\n1.0\t-9\n1 0.5\n")
    assert covariates.table.columns == ("pheno1", "pheno2")
    # GEMMA takes -9 for a number in these files.
    assert missing_met(covariates.table) == ()
    assert covariates.notes[1] == (
        "“pheno1” of the table is 1 in every row: GEMMA’s intercept, which is there anyway"
    )
    assert covariates.notes[2].startswith("−9 stands once in “pheno2”")


def test_annotation():
    made = read_bimbam_annotation(FORMATS / "toy.anno.txt").table
    assert made.columns == ("position", "chromosome", "centimorgans")
    assert made.ids[:2] == ("s1", "s2")
    assert [made.column(column)[1] for column in made.columns] == ["2000", "1", "0.5"]
    assert read_bimbam_annotation(b"rs1 100 1\n").table.columns == ("position", "chromosome")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            (GENO.replace(b", NA", b""),),
            r"^the genotypes: every line must be a marker, two alleles and as many genotypes as "
            r"the first has: line 2 has 5 entries, the first 6; write missing genotypes as NA$",
        ),
        ((b"rs1 A G\n",), r"line 1 has 3 entries; write missing"),
        (
            (b"",),
            r"^the genotypes: the file must hold a line for each marker: it is empty; check",
        ),
        (
            (GENO.replace(b"NA", b"?"),),
            r"^the genotypes: entries must be numbers: line 2, entry 2 is “\?”; write",
        ),
        ((GENO.replace(b"NA", b"-9"),), r"from 0 to 2, .* “2” has -9\.0 at marker “rs2”; write"),
        ((GENO.replace(b"NA", b"inf"),), r"from 0 to 2, .* “2” has inf at marker “rs2”"),
        (
            (GENO, b"rs1 100\n"),
            r"^the map: a file of places must be a .map, a .bim, or a table with the columns "
            r"marker, chr and pos: it begins with “rs1 100”; write the names of these columns",
        ),
        ((GENO, b""), r"it is empty; write the names"),
        ((GENO, b"rs1 100 1\nrs2 1\n"), r"it begins with “rs1 100 1”"),
        ((GENO, b"rs1 100 1\n" * 30 + b"rs2 1\n"), r"a marker with its place: line 31 has 2"),
        ((GENO, b"rs1 100 1\nrs1 1 1\n"), r"“rs1” is at 1:100, and in line 2 at 1:1; correct"),
        ((GENO, b"rs9 100 1\n"), r"none is in both: it has “rs9”, and the genotypes “rs1”"),
        (
            (GENO, b"rs1 1 100\n" * 30 + b"rs2 X 5\n"),
            r"^the map: a position must be a number: line 31 has “X”; correct it, or write NA$",
        ),
        ((b"\x93NUMPY" + GENO,), r"the file must be text: it is a NumPy array"),
    ],
)
def test_read_bimbam_refuses(files, message):
    with pytest.raises(DataError, match=message):
        read_bimbam(*files)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"\n",
            r"^the table: the file must hold a line for each individual: it is empty; check",
        ),
        (b"1 2\n3\n", r"as many fields as the first, 2: line 2 has 1; write missing entries as NA"),
    ],
)
def test_read_bimbam_table_refuses(data, message):
    with pytest.raises(DataError, match=message):
        read_bimbam_table(data)


def test_a_relatedness_with_names_is_refused():
    with pytest.raises(DataError, match=r"^K: entries must be numbers: line 1, entry 1 is “m1”"):
        read_gemma_kinship(called("K", b"m1 m2\n1 0\n0 1\n"))
