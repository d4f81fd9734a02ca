"""Tables of genotypes: counts and letters, either way round, told by what is in them and beside."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.readers.genotypes.table import read_genotype_table
from lmm_data.readers.recognition import recognise

NAN = np.nan
rng = np.random.default_rng(5)
N, M = 12, 16
IDS = [f"an{k:02d}" for k in range(N)]
COUNTS = rng.integers(0, 3, (N, M))
COUNTS[0], COUNTS[1] = 2 - COUNTS[1], COUNTS[0]
PHENO = "id,y\n" + "".join(f"{label},{k**1.5:.3f}\n" for k, label in enumerate(IDS))


def written(rows, sep=","):
    return "".join(sep.join(map(str, row)) + "\n" for row in rows).encode()


def across(counts, ids=IDS, head="id", sep=",", names=None):
    names = names or [f"s{j}" for j in range(counts.shape[1])]
    return written([[head, *names], *([i, *row] for i, row in zip(ids, counts, strict=True))], sep)


def down(counts, head="id", ids=IDS, sep=",", names=None):
    names = names or [f"s{j}" for j in range(counts.shape[1])]
    return written([[head, *ids], *([n, *r] for n, r in zip(names, counts.T, strict=True))], sep)


def prepared(content, pheno=PHENO, name="G.txt", **choices):
    return prepare({"pheno.csv": pheno.encode(), name: content}, Choices(**choices))


def read(made):
    return next(o.reading for o in made.outcomes if o.group.name == "G.txt")


TRUTH = prepared(across(COUNTS)).dataset.kinship
LETTERS = np.array([["CC", "CT", "TT"], ["AA", "AG", "GG"]])
PAIRS = np.where(np.arange(M) % 2, LETTERS[0][COUNTS], LETTERS[1][COUNTS])
SINGLE = np.where(
    np.arange(M) % 2, np.array(["C", "Y", "T"])[COUNTS], np.array(["A", "R", "G"])[COUNTS]
)
EITHER = {
    "counts": COUNTS,
    "fractions": COUNTS * 0.5 + 0.25,
    "−1, 0 and 1": COUNTS - 1,
    "A and B": np.array(["AA", "AB", "BB"])[COUNTS],
    "parents": np.array(["A", "H", "B"])[COUNTS],
    "pairs": PAIRS,
    "pairs with /": np.array([[f"{e[0]}/{e[1]}" for e in row] for row in PAIRS]),
    "pairs with |": np.array([[f"{e[0]}|{e[1]}" for e in row] for row in PAIRS]),
    "single letters": SINGLE,
    "calls": np.array(["0/0", "0/1", "1/1"])[COUNTS],
    "numbered alleles": np.array(["1/1", "1/2", "2/2"])[COUNTS],
}


@pytest.mark.parametrize("kind", EITHER)
@pytest.mark.parametrize("lay", [across, down], ids=["across", "down"])
def test_either_way_round(kind, lay):
    roles = (("G.txt", "genotypes"),)
    made = prepared(lay(EITHER[kind]), roles=roles)
    scale = 0.25 if kind == "fractions" else 1.0
    np.testing.assert_allclose(made.dataset.kinship, scale * TRUTH, rtol=1e-6, atol=1e-9)
    reading = read(made)
    assert reading.genotypes.ids == tuple(IDS)
    way = "a row an individual" if lay is across else "a row a marker"
    assert way in reading.format
    if reading.either_way:
        side = "rows" if lay is across else "columns"
        said = f"The individuals of G.txt are its {side}: 12 of their ids are in other files."
        assert said in made.notes


@pytest.mark.parametrize("kind", [k for k in EITHER if k != "fractions"])
def test_they_are_recognised(kind):
    for lay in (across, down):
        found = recognise("G.txt", lay(EITHER[kind]))
        assert (found.kind, found.reader) == ("genotypes", "counts")


LAYOUTS = {
    "tabs": across(COUNTS, sep="\t"),
    "spaces": across(COUNTS, sep=" "),
    "semicolons": across(COUNTS, sep=";"),
    "R, no name above the ids": across(COUNTS, head="").replace(b",s0", b"s0", 1),
    "R, quoted": across(COUNTS, [f'"{i}"' for i in IDS], '""', names=[f'"s{j}"' for j in range(M)]),
    "no header": written([[i, *row] for i, row in zip(IDS, COUNTS, strict=True)], " "),
    "FID and IID": written(
        [["FID", "IID", *(f"s{j}" for j in range(M))]]
        + [["F1", i, *row] for i, row in zip(IDS, COUNTS, strict=True)],
        "\t",
    ),
    "markers with their places": written(
        [["snp", "chr", "pos", *IDS]]
        + [[f"s{j}", 1 + j % 2, 100 * j + 1, *col] for j, col in enumerate(COUNTS.T)],
        "\t",
    ),
    "sex first": written(
        [["id", "sex", *(f"s{j}" for j in range(M))]]
        + [[i, 1, *row] for i, row in zip(IDS, COUNTS, strict=True)]
    ),
    "numbers for ids of markers": down(COUNTS, names=list(range(M))),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name):
    made = prepared(LAYOUTS[name])
    np.testing.assert_allclose(made.dataset.kinship, TRUTH, rtol=1e-12)
    table = read(made).genotypes
    assert (table.n, table.m) == (N, M)
    if name == "markers with their places":
        assert table.chromosome[:3] == ("1", "2", "1")
        np.testing.assert_array_equal(table.position, [100 * j + 1 for j in range(M)])


def test_a_trait_beside_the_genotypes():
    rows = [["id", "weight", *(f"s{j}" for j in range(M))]]
    rows += [
        [i, f"{20 + 1.5 * k:.2f}", *row] for k, (i, row) in enumerate(zip(IDS, COUNTS, strict=True))
    ]
    made = prepare({"G.csv": written(rows)})
    assert made.dataset.traits.columns == ("weight",)
    np.testing.assert_allclose(made.dataset.kinship, TRUTH, rtol=1e-12)


def test_without_ids_the_order_is_asked_for_and_the_rows_tell_the_way():
    bare = written(COUNTS, " ")
    for content in (bare, written(COUNTS.T, " ")):
        asked = prepared(content)
        assert "individuals must have ids" in asked.problem
        assert asked.order_offered
        made = prepared(content, same_order=True)
        np.testing.assert_allclose(made.dataset.kinship, TRUTH, rtol=1e-12)
        assert "G.txt is taken to have 12 individuals, as many as other files have." in made.notes


NOTES = {
    "−1 beside 2": (np.where(COUNTS == 0, -1, COUNTS), "−1 stands in “G.txt” beside 2"),
    "−1, 0, 1": (COUNTS - 1, "are 0, 1 and 2 copies of an allele"),
    "0 and 1": (np.minimum(COUNTS, 1), "and no 2: they are taken for copies of an allele as they"),
}


@pytest.mark.parametrize("name", NOTES)
def test_what_was_taken_for_what_is_said(name):
    counts, words = NOTES[name]
    made = prepared(across(counts), roles=(("G.txt", "genotypes"),))
    notes = " ".join(read(made).notes)
    assert words.replace("“G.txt”", "G.txt") in notes


CODED = {
    "1, 2 and 3": (COUNTS + 1, "1, 2 and 3 of G.txt are 0, 1 and 2 copies of an allele"),
    "halves": (COUNTS / 2, "0, 0.5 and 1 of G.txt are 0, 1 and 2 copies of an allele"),
    "a bar between": (np.array(["0|0", "0|1", "1|1"])[COUNTS], ""),
}


@pytest.mark.parametrize("way", [across, down])
@pytest.mark.parametrize("coding", CODED)
def test_how_copies_are_coded(coding, way):
    counts, said = CODED[coding]
    made = prepared(way(counts), roles=(("G.txt", "genotypes"),))
    expected = prepared(across(COUNTS)).kinship.values
    np.testing.assert_allclose(made.kinship.values, expected, rtol=1e-12)
    assert said in " ".join(read(made).notes)


def test_3_is_missing_if_it_is_rare_beside_0():
    one, two = COUNTS.copy(), COUNTS.astype(object)
    one[2, 3], two[2, 3] = 3, "NA"
    found = read_genotype_table(across(one))
    np.testing.assert_array_equal(
        found.genotypes.counts, read_genotype_table(across(two)).genotypes.counts
    )
    assert "3 stands in the genotypes beside 0, and is missing" in found.notes
    # In other files 0 is missing, and 3 a genotype.
    other = COUNTS + 1
    other[2, 3] = 0
    with pytest.raises(DataError, match=r"0 stands 1 time and 3 \d+ times: one of them may"):
        read_genotype_table(across(other))


def test_lines_of_1_and_2_have_a_note():
    found = read_genotype_table(across(1 + COUNTS // 2))
    assert "holds 1 and 2, and no 0" in found.notes[0]


@pytest.mark.parametrize("missing", ["9", "5", "-9", "NA", "", ".", "NN"])
def test_missing_counts(missing):
    rows = COUNTS.astype(object).copy()
    rows[2, 3] = missing
    reading = read_genotype_table(across(rows))
    dosages = reading.genotypes.dosages()
    assert np.isnan(dosages[2, 3])
    assert np.isnan(dosages).sum() == 1


@pytest.mark.parametrize("missing", ["NN", "--", "00", "NA", "", "N", "N/N", "0/0", "./.", "A/N"])
def test_missing_letters(missing):
    rows = PAIRS.astype(object).copy()
    rows[2, 3] = missing
    dosages = read_genotype_table(across(rows)).genotypes.dosages()
    assert np.isnan(dosages[2, 3])
    assert np.isnan(dosages).sum() == 1


def test_a_marker_of_three_alleles_is_left_out():
    rows = PAIRS.astype(object).copy()
    rows[0, 4], rows[1, 4], rows[2, 4] = "AA", "GG", "TT"
    reading = read_genotype_table(across(rows))
    assert "s4" not in reading.genotypes.markers
    assert reading.genotypes.m == M - 1
    assert any("more than two alleles is left out: “s4”" in note for note in reading.notes)


REFUSED = {
    "a word": (across(np.where(COUNTS == 2, "two", COUNTS)), "0, 1 and 2, or letters"),
    "a number too large": (across(np.where(np.eye(N, M), 7, COUNTS)), "it holds “7”"),
    "another length": (across(COUNTS) + b"an99,1,2\n", "as many entries as the first"),
    "columns without a name": (
        written([[f"a{k}", "x", "z", *row] for k, row in enumerate(COUNTS)], " "),
        "must be called by a header",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_stops(name):
    content, words = REFUSED[name]
    with pytest.raises(DataError, match=words):
        read_genotype_table(content)


TABLES = {
    "questions of 1 and 2": "id,sex,q1,q2,q3\na,1,2,1,1\nb,2,1,2,1\nc,1,1,1,2\nd,2,2,2,1\n",
    "groups": "id,A,B,y\na,1,0,2.5\nb,0,1,3.5\nc,1,1,4.5\nd,0,0,1.5\n",
    "blood groups": "id,group,y\na,A,1.2\nb,B,2.2\nc,AB,3.1\nd,A,0.3\n",
    "sexes and sites": "id,sex,site,y\na,M,A,1.2\nb,F,T,2.2\nc,M,G,3.1\nd,F,A,0.3\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_stay_tables(name):
    assert recognise("t.csv", TABLES[name].encode()).reader == "table"


@pytest.mark.parametrize("numbers", ["whole", "with gaps", "in another order"])
@pytest.mark.parametrize("head", [[], ["X"], ["No."]])
@pytest.mark.parametrize("entries", ["counts", "letters"])
def test_names_of_rows_that_only_number_them_are_no_ids(numbers, head, entries):
    """As R writes them: the header has an entry less, and ids stand in the next column."""
    rows = {
        "whole": range(1, N + 1),
        "with gaps": [k + 1 + (k > 4) for k in range(N)],
        "in another order": range(N, 0, -1),
    }[numbers]
    body = {"counts": COUNTS, "letters": PAIRS}[entries]
    table = [[*head, "taxa", *(f"s{j}" for j in range(M))]]
    table += [[k, i, *row] for k, i, row in zip(rows, IDS, body, strict=True)]
    made = prepared(written(table, "\t"))
    assert made.dataset is not None, made.problem
    assert read(made).genotypes.ids == tuple(IDS)
    assert read(made).table is None
    np.testing.assert_allclose(made.dataset.kinship, TRUTH, atol=1e-12)
