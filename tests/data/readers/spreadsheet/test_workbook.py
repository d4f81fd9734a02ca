"""Workbooks: sheets as files, exact numbers, what spreadsheets did to cells, and hostile ones."""

import io
import re
import zipfile

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.recognition import recognise
from lmm_data.readers.sorting import sort_files
from lmm_data.readers.spreadsheet import apart, workbook
from lmm_data.readers.spreadsheet.workbook import sheets_of
from lmm_data.samples import sample_folder
from tests.workbooks import BOOKS, framed, xlsx

TINY = sample_folder() / "tiny12"
KINSHIP = {"kinship.csv": (TINY / "kinship.csv").read_bytes()}


def book(name):
    return {name: (BOOKS / name).read_bytes()}


def date(number):
    return f'<c s="1"><v>{number}</v></c>'.encode()


def only(content):
    """The text of the one sheet, and its notes as one text."""
    (sheet,) = sheets_of("b.xlsx", content).values()
    if sheet.refusal is not None:
        raise sheet.refusal
    return sheet.decode(), " ".join(sheet.notes)


@pytest.mark.parametrize("name", ["tidy.xlsx", "tidy.xls", "tidy.ods"])
def test_sheets_are_files(name):
    prepared = prepare(book(name))
    right = prepare({"pheno.csv": (TINY / "pheno.csv").read_bytes(), **KINSHIP}).require_dataset()
    dataset = prepared.require_dataset()
    np.testing.assert_array_equal(dataset.traits.values, right.traits.values)
    np.testing.assert_array_equal(dataset.kinship, right.kinship)
    assert prepared.roles == {
        f"{name}/Traits": "phenotypes",
        f"{name}/K": "kinship",
        f"{name}/About": "ignored",
        f"{name}/Empty": "ignored",
    }
    said = {o.name.rpartition("/")[2]: o.error for o in prepared.outcomes}
    assert "this one is empty" in said["Empty"]
    assert "this one holds text alone" in said["About"]


def test_what_stands_around_a_table_is_named_and_left():
    found = sort_files(book("messy.xlsx"))
    (outcome,) = read_sorted(found)
    assert outcome.name == "messy.xlsx/Data 2026"
    assert outcome.format.startswith("a sheet of an Excel workbook (.xlsx), a header, ids in the")
    table = outcome.reading.table
    assert table.columns == ("weight (g) first", "weight (g) second", "born", "dose", "gene")
    assert (table.n, table.ids[:2]) == (12, ("t1", "t2"))
    first, second = (table.parsed(column) for column in table.columns[:2])
    np.testing.assert_allclose(second, first + 1, rtol=1e-15)
    notes = " ".join(outcome.reading.notes)
    for said in (
        "left out above the table: “row 1: Weights of the spring”, “row 2: by | two people”",
        "left out below the table: “row 18: Mean | 1.5”, “row 20: * weighed after fasting”",
        "left out beside the table: “I7: see the notebook”",
        "the header has 2 rows",
        "“born” holds dates, such as 2026-01-06 in D6, and no numbers",
        "F7 in “gene” is the date 2026-03-01, among words: spreadsheets make dates of names",
        "6 numbers are stored as text, the first in C7, and read as numbers",
        "E9 holds the error “#REF!”: taken for missing",
        "E8 holds a formula without its result",
        "1 row is hidden in the workbook",
    ):
        assert said in notes


def test_a_number_has_all_its_digits():
    exact = [0.1, 1 / 3, 1e-300, 123456789012345.6, 1.002, -2.5e20, 766, 1e15, 5e-324]
    text, notes = only(xlsx([["id", "w"], *([f"m{k}", x] for k, x in enumerate(exact))]))
    written = [line.split("\t")[1] for line in text.splitlines()[1:]]
    assert [float(entry) for entry in written] == [float(x) for x in exact]
    assert notes == ""
    # An id that is a number is spelt as it would be elsewhere.
    assert only(xlsx([["id", "w"], [1.002, 3], [2.5, 4]]))[0] == "id\tw\n1.002\t3\n2.5\t4\n"
    # 1.002 beside 766 is no question: a cell knows what it is.
    files = {"b.xlsx": xlsx([["id", "w"], *([f"m{k}", x] for k, x in enumerate([1.002, 766]))])}
    (outcome,) = read_sorted(sort_files(files), decimal=",")
    np.testing.assert_array_equal(outcome.reading.table.parsed("w"), [1.002, 766])


DAMAGE = {
    "dates among ids": (
        [["gene", "w"], ["Abc1", 1.5], [date(46267), 2.5], ["Def2", 3.5]],
        r"A3 in “gene” is the date 2026-09-02, among words: .* SEPT2, MARCH1, DEC1",
    ),
    "dates among numbers": (
        [["id", "w"], ["a", 1.5], ["b", date(46267)], ["c", 3.5], ["d", 4.5]],
        r"B3 in “w” is the date 2026-09-02, among numbers: .* 5\.1, 5-1 and 1/5",
    ),
    "numbers as dates": (
        [["id", "w"], ["a", date(12)], ["b", date(13)]],
        r"“w” holds dates, such as 1900-01-12 .*: if they are numbers, the format of the cells",
    ),
    "dates in the header": (
        [["id", date(46267), "Abc1"], ["a", 1.5, 2.5], ["b", 1.5, 2.5]],
        r"B1, a name in the header, is the date 2026-09-02: .* SEPT2, MARCH1 and DEC1",
    ),
    "clones as numbers": (
        [["clone", "w"], ["23100A", 1.5], [2.310009e19, 2.5]],
        r"A3 in “clone” is the number 2\.310009e\+19: .* an E between digits, as clones have",
    ),
    "long ids cut to 15 digits": (
        [["ear tag", "w"], [982000123456789000, 1.5], ["m2", 1.5], [982000123456790000, 2.5]],
        r"A2 in “ear tag” \(and 1 more\) holds an id of more than 15 digits as a number, and all "
        "of these, “982000123456789000”, “982000123456790000”, end in zeros from the next digit "
        "on: a spreadsheet .* have one id now; enter the ids again as text, from where they",
    ),
    "long ids that became one": (
        [["id", "w"], [1.23456789012345e19, 1.5], [1.1e19, 1], [1.23456789012345e19, 2.5]],
        "“12345678901234500000” is in A2 and in A4; enter .* A3 in “id” is the number 1.1e.19: ",
    ),
    "ids as shown": (
        [["id", "w"], ["m1", 1.5], ["1.23E+10", 2.5]],
        r"A3 in “id” holds “1\.23E\+10”, as a spreadsheet shows a large number",
    ),
    "zeros dropped from some": (
        [["id", "w"], ["007", 1.5], [8, 2.5]],
        r"“id” holds 1 number beside ids with leading zeros, such as “007” in A2",
    ),
    "an error": (
        [["id", "w"], ["a", b'<c t="e"><v>#N/A</v></c>'], ["b", 2.5]],
        r"B2 holds the error “#N/A”: taken for missing",
    ),
    "formulas of a program": (
        [["id", "w"], ["a", b"<c><f>1+1</f></c>"], ["b", b"<c><f>A1</f><v/></c>"], ["c", 2.5]],
        r"B2 holds a formula without its result, and so does 1 more",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named(kind):
    rows, said = DAMAGE[kind]
    assert re.search(said, only(xlsx(rows))[1])


@pytest.mark.parametrize(
    "numbers", [[982000123456789], [982000123456789000], [10**15, 2 * 10**15], [2**60 + 1, 2**61]]
)
def test_of_other_numbers_it_is_not_said_that_they_were_cut(numbers):
    rows = [["id", "w"], *([number, k] for k, number in enumerate(numbers)), ["a", 1.5]]
    assert "end in zeros" not in only(xlsx(rows))[1]


def test_a_computed_formula_is_a_number_and_a_plain_sheet_has_no_notes():
    rows = [["id", "w"], ["a", b"<c><f>1+1</f><v>2</v></c>"], ["b", b'<c t="b"><v>1</v></c>']]
    assert only(xlsx(rows)) == ("id\tw\na\t2\nb\tTRUE\n", "")


LAYOUTS = {
    "units below the names": (
        [["id", "w", "l"], ["", "g", "cm"], ["a", 1.5, 2], ["b", 2.5, 3]],
        (),
        "id\tw\tl\n\na\t1.5\t2\nb\t2.5\t3\n",
    ),
    "a header of two rows, merged": (
        [["id", "weight", "", "sex"], ["", "w1", "w2", ""], ["a", 1, 2, "M"], ["b", 1, 3, "F"]],
        ("A1:A2", "B1:C1", "D1:D2"),
        "\nid\tweight w1\tweight w2\tsex\na\t1\t2\tM\nb\t1\t3\tF\n",
    ),
    "the same without merged cells": (
        [["id", "weight", "", "sex"], ["", "w1", "w2", ""], ["a", 1, 2, "M"], ["b", 1, 3, "F"]],
        (),
        None,
    ),
    "a triangle keeps its rows": (
        [["a", 1], ["b", 0.5, 1], ["c", 0, 0.25, 1], ["d", 0, 0, 0, 1]],
        (),
        "a\t1\t\t\t\nb\t0.5\t1\t\t\nc\t0\t0.25\t1\t\nd\t0\t0\t0\t1\n",
    ),
    "an individual without values is none of the notes": (
        [["id", "w"], ["a", 1], ["b", 2], ["c", ""]],
        (),
        "id\tw\na\t1\nb\t2\nc\t\n",
    ),
    "signs that text would lose": (
        [["id", "w"], ["#1", 1], ['say "b"\n', 2]],
        (),
        'id\tw\n"#1"\t1\n"say ""b"""\t2\n',
    ),
}


@pytest.mark.parametrize("kind", LAYOUTS)
def test_layouts(kind):
    rows, merged, text = LAYOUTS[kind]
    found, _ = only(xlsx(rows, merged=merged))
    if text is not None:
        assert found == text
    else:
        assert found.splitlines()[1].split("\t") == ["id", "w1", "w2", "sex"]


STOPS = {
    "a second table below": (
        [["id", "w"], ["a", 1], ["b", 2], ["c", 2], [], ["id", "l"], ["a", 3], ["b", 4]],
        "must hold one table: names stand again in row 6, “id”; give the second table a sheet",
    ),
    "a second table beside": (
        [["id", "w", "", "id", "l"], ["a", 1, "", "b", 2], ["b", 1, "", "a", 3]],
        "the empty column C parts A to B from D to E, with 3 rows; delete column C",
    ),
    "marks that leave it open": (
        [["id", "w"], ["a", "1,234"], ["b", "2,345"], ["c", 766]],
        "may be decimal or set thousands apart: .*; turn these texts into numbers in the spread",
    ),
}


@pytest.mark.parametrize("kind", STOPS)
def test_stops(kind):
    rows, said = STOPS[kind]
    files = {"b.xlsx": xlsx(rows), **KINSHIP}
    assert re.search(said, prepare(files).problem)


def test_text_that_is_clear_is_a_number():
    text, notes = only(xlsx([["id", "w"], ["a", "3,14"], ["b", "1.234,5"], ["c", 766]]))
    assert [line.split("\t")[1] for line in text.splitlines()] == ["w", "3.14", "1234.5", "766"]
    assert "2 numbers are stored as text, the first in B2" in notes


def test_zeros_that_were_lost_are_a_question():
    padded = {"K.csv": b"id,007,008,009\n007,1,0,0\n008,0,1,.5\n009,0,.5,1\n"}
    sheet = {"b.xlsx": xlsx([["id", "w"], [7, 1.5], [8, 2.5], [9, 4.5]])}
    assert prepare({**padded, **sheet}).dataset is None
    decided = prepare({**padded, **sheet}, Choices(spelling="zeros"))
    assert decided.dataset is not None, decided.problem


def test_no_trait_of_dates():
    rows = [["id", "born", "w"], *([f"t{k}", date(46000 + k), k**0.5] for k in range(1, 13))]
    dataset = prepare({"b.xlsx": xlsx(rows), **KINSHIP}).require_dataset()
    assert dataset.traits.columns == ("w",)
    assert "holds dates, such as “2025-12-10”" in str(dataset.terms.refused_traits["born"])


def test_what_is_no_workbook_is_named():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    found = recognise("a.docx", packed.getvalue())
    assert (found.reader, found.format) == (None, "a document that is no spreadsheet")
    for content in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), xlsx([["id"]])[:300]):
        assert prepare({"a.xls": content, **KINSHIP}).dataset is None


REPEATED = (
    '<table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
    'table:number-columns-repeated="{columns}" office:value-type="float" office:value="1"/>'
    "</table:table-row>"
)


def ods(rows, columns):
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    text = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{REPEATED.format(rows=rows, columns=columns)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return framed("tidy.ods", {"content.xml": text})


FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
HOSTILE = {
    "two cells far apart": (
        lambda: xlsx([["id", "w"]], extra=FAR),
        "fit into 1 GB once it is open",
    ),
    "cells that are repeated": (
        lambda: ods(1_000_000, 16_000),
        "damaged, or a sheet of it is too large",
    ),
    "a bomb": (
        lambda: xlsx([["id"]], extra=f"<!--{' ' * (80 << 20)}-->"),
        "unpack to 200 times its size",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_workbooks_are_refused_in_words(kind):
    make, said = HOSTILE[kind]
    with pytest.raises(DataError, match=said):
        sheets_of("b.xlsx", make())


def test_deep_and_empty_ones_do_no_harm():
    deep = xlsx([["id", "w"], ["a", 1]], extra="<x>" * 20_000 + "</x>" * 20_000)
    long = xlsx([["id", "w"], ["a", 1]], extra='<row r="1048576"><c r="A1048576" s="1"/></row>')
    assert [only(one)[0] for one in (deep, long)] == ["id\tw\na\t1\n"] * 2


def test_the_limits_are_those_that_are_told():
    assert (apart.MEMORY, apart.SECONDS, apart.MAX_CELLS) == (1 << 30, 120, 5_000_000)
    assert (workbook._SECONDS, workbook.MOST_SHEETS) == (120, 200)
    long = xlsx([["id", "w"]], extra='<row r="600000"><c r="J600000"><v>1</v></c></row>')
    with pytest.raises(DataError, match="may have 5 million cells"):
        sheets_of("b.xlsx", long)


def test_a_workbook_that_breaks_off_is_no_archive_to_pack():
    prepared = prepare({"photo.xlsx": b"PK\x03\x04 nothing here"})
    assert prepared.problem == (
        "photo.xlsx cannot be read: a workbook must be whole: it begins as one and cannot be "
        "opened; open it in the spreadsheet program and save it again, or save the sheet as CSV, "
        "or leave photo.xlsx out"
    )
