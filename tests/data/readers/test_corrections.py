"""Entries corrected by hand: the file stays, the text changes, and all of it is told."""

import gzip

import numpy as np
import pytest

from lmm_core import fit_lmm, interval_h2
from lmm_core.errors import DataError
from lmm_data.methods import methods_paragraph
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.readers.corrections import Correction, corrected, with_correction
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files
from tests.places import REFERENCE
from tests.uploads import square

WRONG = b"id,weight,note\na,1.5,x\nb,2l.5,y\nc,3.5,z\nd,4,w\n"
FIX = Correction("y.csv", 3, 2, "weight of b", "2l.5", "2.5")
TEXTS = {
    "commas": (b"id,w\na,2l.5\n", b"id,w\na,2.5"),
    "tabs and quotes": (b'id\tw\n"a ""b"""\t2l.5\n', b'id\tw\n"a ""b"""\t2.5'),
    "spaces": (b"id  w\na   2l.5\n", b"id  w\na 2.5"),
    "bars": (b"id|w\na|2l.5\nb|3\n", b"id|w\na|2.5\nb|3"),
    "compressed": (gzip.compress(b"id;w\na;2l.5\n"), b"id;w\na;2.5"),
    "another encoding": ("id,w\nä,2l.5\n".encode("cp1252"), "id,w\nä,2.5".encode()),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_an_entry_is_exchanged_and_nothing_else(kind):
    before, after = TEXTS[kind]
    one = Correction("y.csv", 2, 2, "w", "2l.5", "2.5")
    assert corrected("y.csv", before, [one]).strip() == after
    assert corrected("y.csv", before, []) is before


def test_one_place_has_one_correction_and_goes_back():
    again = FIX._replace(was="2.5", now="2.6")
    made = with_correction(with_correction((), FIX), again)
    assert made == (FIX._replace(now="2.6"),)
    assert with_correction(made, FIX._replace(was="2.6", now="2l.5")) == ()


def test_what_is_no_longer_there_is_not_corrected():
    with pytest.raises(
        DataError, match=r"line 3, weight of b, was “2l.5” and is “9”; take the cor"
    ):
        corrected("y.csv", WRONG.replace(b"2l.5", b"9"), [FIX])
    with pytest.raises(DataError, match="take the correction back"):
        corrected("y.csv", WRONG, [FIX._replace(line=99)])


def test_a_corrected_file_is_fitted_and_told():
    files = {"K.csv": square(), "y.csv": WRONG}
    assert "holds “2l.5”" in prepare(files).problem
    prepared = prepare(files, Choices(corrections=(FIX,)))
    np.testing.assert_array_equal(prepared.dataset.traits.column("weight"), [1.5, 2.5, 3.5, 4])
    said = "y.csv, line 3, weight of b: “2l.5” was corrected to “2.5”."
    assert prepared.notes[0] == said
    assert prepared.corrections == (FIX,)
    # Of a file that is not there nothing is told.
    assert prepare({"K.csv": square()}, Choices(corrections=(FIX,))).corrections == ()


def test_a_sheet_and_its_kinship_are_corrected():
    book = {"tidy.xlsx": (REFERENCE / "spreadsheets" / "tidy.xlsx").read_bytes()}
    fix = Correction("tidy.xlsx/Traits", 2, 2, "weight of t1", "7.26", "7.5")
    prepared = prepare(book, Choices(corrections=(fix,)))
    assert prepared.require_dataset().traits.column("weight")[0] == 7.5
    found = read_sorted(sort_files(book, [fix]))
    assert found[0].format.startswith("a sheet of an Excel workbook")


def test_every_row_knows_its_line():
    text = b"# a comment\nid,w\n\na,1\nb,2\n"
    (outcome,) = read_sorted(sort_files({"y.csv": text}))
    assert outcome.sheet.lines == (4, 5)
    fixed = Correction("y.csv", 5, 2, "w of b", "2", "3")
    (outcome,) = read_sorted(sort_files({"y.csv": text}, [fixed]))
    np.testing.assert_array_equal(outcome.reading.table.parsed("w"), [1, 3])


def test_the_methods_say_so():
    book = {"tidy.ods": (REFERENCE / "spreadsheets" / "tidy.ods").read_bytes()}
    problem = prepare(book).require_dataset().problem("weight")
    fit = fit_lmm(problem.y, problem.X, problem.K)
    told = methods_paragraph(problem, fit, interval_h2(fit), corrected=[FIX.words] * 2)
    assert f"2 entries were corrected by hand before the analysis ({FIX.words}; y.csv" in told
    assert "by hand" not in methods_paragraph(problem, fit, interval_h2(fit))
