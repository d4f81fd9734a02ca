"""Pedigrees in text: what is read, and each fault with its rows and ids."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.kinship.pedigree import read_pedigree
from lmm_data.readers.recognition import has_parents, recognise
from tests.core.test_pedigree import CALVES, DAM, SIRE
from tests.reading import called, read_files

# The eight of Mrode, in any order, and written in many ways.
ROWS = [(i + 1, s + 1, d + 1) for i, (s, d) in enumerate(zip(SIRE, DAM, strict=True))]
ORDER = [7, 2, 4, 0, 3, 6, 1, 5]
HEADERS = ["id,sire,dam", "animal,father,mother", "IID,PAT,MAT", "calf,Sire ID,Dam_id"]
HEADERS += ["label,dadid,momid", "Individual,fa,mo", "ID,male_parent,female_parent"]
HEADERS += [
    "Tier,Vater,Mutter",
    "animal,père,mère",
    "id,padre,madre",
    "ID,pai,mãe",
    "id,vader,moeder",
]


def written(header="id,sire,dam", unknown="0", separator=",", order=ORDER, called="{}"):
    """The calves' pedigree as text."""
    rows = [[called.format(label) if label else unknown for label in ROWS[i]] for i in order]
    lines = [header.replace(",", separator)] * bool(header)
    return "\n".join([*lines, *(separator.join(row) for row in rows)]).encode() + b"\n"


def calves(content, called="{}", **options):
    """A of the five of a file."""
    pedigree = read_pedigree(content, **options).pedigree
    return pedigree.relationship([called.format(label) for label in (4, 5, 6, 7, 8)])


@pytest.mark.parametrize("unknown", ["0", "NA", "*", ".", "", "-", "unknown"])
@pytest.mark.parametrize("header", HEADERS)
def test_headers_codes_and_any_order(header, unknown):
    assert np.array_equal(calves(written(header, unknown)), CALVES)
    found = recognise("file.csv", written(header, unknown))
    assert (found.kind, found.reader) == ("kinship", "pedigree")


@pytest.mark.parametrize("unknown", [".", "-", "NA"])
def test_a_first_line_of_unknown_parents_is_no_header(unknown):
    first = [k for k in ORDER if ROWS[k][1:] == (0, 0)]
    order = [*first, *(k for k in ORDER if k not in first)]
    assert np.array_equal(calves(written("", unknown, order=order, called="c{}"), "c{}"), CALVES)


@pytest.mark.parametrize("separator", ["\t", ";", " "])
@pytest.mark.parametrize("called", ["{}", "cow {}".replace(" ", "_"), "00{}"])
def test_separators_and_ids(separator, called):
    content = written(separator=separator, called=called)
    assert np.array_equal(calves(content, called), CALVES)


@pytest.mark.parametrize("separator", [",", "\t", " "])
@pytest.mark.parametrize("called", ["{}", "m{}"])
@pytest.mark.parametrize("order", [ORDER, range(8)])
def test_without_a_header_it_is_told_by_who_is_whose_parent(separator, called, order):
    content = written("", "0", separator, order, called)
    found = recognise("ped.txt", content)
    assert found.reader == "pedigree"
    assert np.array_equal(calves(content, called), CALVES)


def test_columns_in_another_order_and_others_left_out():
    rows = [f"{2000 + i},{d or 'NA'},{i},{s or 'NA'},0.0" for i, s, d in ROWS]
    content = "\n".join(["byear,dam,animal,sire,F", *rows]).encode()
    assert recognise("cows.csv", content).reader == "pedigree"
    reading = read_pedigree(called("cows.csv", content))
    assert np.array_equal(calves(content), CALVES)
    assert reading.format == "a pedigree of 8: animal, sire, dam"
    assert reading.notes == ("no part of the pedigree, and left out: “byear”, “F”",)


def test_parents_without_a_line_are_founders():
    rows = [row for row in ROWS if row[0] > 3]
    content = "\n".join(["id,sire,dam", *(",".join(map(str, row)) for row in rows)]).encode()
    reading = read_pedigree(content)
    assert np.array_equal(calves(content), CALVES)
    assert (reading.pedigree.n, reading.pedigree.lines) == (8, 5)
    assert reading.pedigree.ids[:5] == ("4", "5", "6", "7", "8")
    assert reading.notes == ("3 parents have no line of their own and are founders: “1”, “3”, “2”",)


def test_plinks_columns_and_families_that_share_ids():
    fam = b"F1 c a b 1 -9\nF1 a 0 0 1 -9\nF1 b 0 0 2 2.5\nF2 c a b 2 -9\n"
    reading = read_pedigree(fam)
    assert reading.pedigree.ids == ("F1_c", "F1_a", "F1_b", "F2_c", "F2_a", "F2_b")
    assert reading.named_by == "FID_IID"
    A = reading.pedigree.relationship(["F1_c", "F1_a", "F2_c"])
    assert A.tolist() == [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]
    assert reading.covariates.column("sex") == ("1", "1", "2", "2")
    header = b"#FID\tIID\tPAT\tMAT\tSEX\n1\tc\ta\tb\t1\n1\ta\t0\t0\t0\n"
    assert recognise("x.psam", header).reader == "pedigree"
    assert read_pedigree(header).pedigree.ids == ("c", "a", "b")
    assert read_pedigree(header).covariates.column("sex") == ("1", "NA")


@pytest.mark.parametrize(
    ("sexes", "kept"),
    [
        ("M,F,m,NA", ("M", "F", "m", "NA")),
        ("male,Female,,?", ("male", "Female", "NA", "NA")),
        ("1,2,0,1", ("1", "2", "NA", "1")),
        ("2,1,2,0", ("2", "1", "2", "NA")),
        ("1,0,0,1", ("1", "0", "0", "1")),
        ("0,0,0,0", None),
    ],
)
def test_the_sex_is_kept(sexes, kept):
    # a is the sire, b the dam of the others.
    labels = [("a", "0", "0"), ("b", "0", "0"), ("c", "a", "b"), ("d", "a", "b")]
    rows = [",".join([*row, sex]) for row, sex in zip(labels, sexes.split(","), strict=True)]
    found = read_pedigree("\n".join(["id,sire,dam,sex", *rows]).encode()).covariates
    assert (found and found.column("sex")) == kept


FAULTS = {
    "a loop": (
        "a,d,0\nb,a,0\nc,0,b\nd,0,c\ne,d,0\n",
        r"nobody can be their own ancestor: “a” \(row 1\) descends from “d” \(row 4\), that from "
        r"“c” \(row 3\), that from “b” \(row 2\), that from “a” \(row 1\); correct the parents",
    ),
    "its own parent": (
        "a,0,0\nb,a,0\nc,c,0\n",
        r"nobody can be their own parent: row 3 \(“c”\) is its own sire; correct the parent, or",
    ),
    "sire and dam": (
        "a,0,0\nb,a,0\nc,b,a\nd,0,b\n",
        r"nobody can be a sire and a dam: “a” is the sire of row 2 \(“b”\) and the dam of row 3 "
        r"\(“c”\) \(and 1 more\); correct it; where .* call the columns parent1 and parent2",
    ),
    "two pairs of parents": (
        "a,0,0\nb,0,0\nc,a,0\nc,a,b\n",
        r"one sire and one dam: “c” has sire “a” and dam none in row 3 and sire “a” and dam “b” in "
        r"row 4; keep the row that is right",
    ),
    "no id": ("a,0,0\n0,a,0\n", r"must have an id: row 2 has none, or a code .*; fill it in"),
    "nobody's parent": (
        "a,0,0\nb,0,0\n",
        r"who descends from whom: nobody of 2 has a known parent; look at the columns",
    ),
    "another spelling": (
        "Ann,0,0\nBob,0,0\nc,bob,ann\n",
        r"as in their own lines: the parent “bob” of row 3 \(“c”\) has no line, and would be “Bob” "
        r"if upper and lower case were the same \(and 1 more\); write both alike, or give",
    ),
    "a code": (
        "a,-9,-9\nb,a,-9\n",
        r"a code for unknown parents must not be taken for an individual: “-9” stands 3 times as a "
        r"parent and has no line of its own; if it means unknown, say so: --missing -9; otherwise",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_named(kind):
    rows, message = FAULTS[kind]
    with pytest.raises(DataError, match=rf"^ped.csv: .*{message}"):
        read_pedigree(called("ped.csv", f"id,sire,dam\n{rows}".encode()))


@pytest.mark.parametrize(
    ("sexes", "message"),
    [
        (
            "FMMM",
            r"a sire must be male and a dam female: row 1 \(“a”\) has the sex “F” and is the ",
        ),
        ("2122", ""),
        ("1112", r"row 2 \(“b”\) has the sex “1” and is the dam of row 3 \(“c”\); correct the"),
    ],
)
def test_a_sex_against_its_role_is_named(sexes, message):
    rows = ["a,0,0", "b,0,0", "c,a,b", "d,a,b"]
    lines = [f"{row},{sex}" for row, sex in zip(rows, sexes, strict=True)]
    content = "\n".join(["id,sire,dam,sex", *lines]).encode()
    if not message:  # the codes are those of most parents
        assert read_pedigree(content).covariates is not None
        return
    with pytest.raises(DataError, match=message):
        read_pedigree(content)


def test_the_ways_on():
    twice = read_pedigree(b"id,sire,dam\na,0,0\nc,a,b\nc,a,b\n")
    assert twice.pedigree.ids == ("a", "c", "b")
    assert twice.notes[0] == "there more than once with the same parents, and taken once: “c”"
    plants = read_pedigree(b"id,parent1,parent2\nb,a,a\nc,b,a\nd,a,b\n")
    assert plants.pedigree.relationship(["b"]).tolist() == [[1.5]]
    coded = read_pedigree(b"id,sire,dam\na,-9,-9\nb,a,-9\n", missing=["-9"])
    assert coded.pedigree.ids == ("a", "b")
    own_line = read_pedigree(b"id,sire,dam\nAnn,0,0\nann,0,0\nc,0,ann\n")
    assert own_line.pedigree.n == 3


def test_a_long_loop_is_shown_by_its_ends():
    rows = "".join(f"i{i},i{(i + 1) % 40},0\n" for i in range(40))
    with pytest.raises(DataError, match=r"“i0” \(row 1\).*29 more, that from “i0”"):
        read_pedigree(f"id,sire,dam\n{rows}".encode())


def test_too_few_columns():
    with pytest.raises(DataError, match=r"columns of an individual, its sire .* two columns; add"):
        read_pedigree(b"id,sire\na,0\nb,a\n")


TABLES = {
    "parents beside a trait": b"cow,sire,dam,milk\nc,a,b,7.1\nd,a,b,6.2\n",
    "small counts": b"id,cage,pups\n1,2,3\n2,2,4\n3,1,3\n4,1,2\n",
    "small counts without a header": b"1 2 3\n2 2 4\n3 1 3\n4 1 2\n",
    "a zero for nobody": b"1 1 0\n2 0 1\n3 0 0\n",
    "one parent": b"id,mother,weight\nc,b,3.2\nd,b,2.9\n",
    "numbers with decimals": b"a 0 0.5\nb 0 0.2\nc 0 0.1\n",
    "sires and yields": b"milk,sire,dam\n7.1,a,b\n7.1,c,d\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_traits_stay_tables(kind):
    assert recognise("file.csv", TABLES[kind]).reader == "table"


def test_a_table_with_parents_may_be_said_to_be_one():
    assert has_parents("cows.csv", TABLES["parents beside a trait"])
    assert has_parents("x.fam.gz", b"1 c a b 1 -9\n")
    assert not has_parents("one.csv", TABLES["one parent"])
    assert not has_parents("x.bed", b"l\x1b\x01\x00\xff")
    (outcome,) = read_files({"p.csv": written()}, readers={"p.csv": "table"})
    assert outcome.reading.table.columns == ("sire", "dam")
