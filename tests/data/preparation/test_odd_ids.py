"""Ids that may be none or may be cut: the row is kept, and what is odd is said of its file."""

import io

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from lmm_data.preparation.preparing import Choices, prepare
from tests import books, r_bytes
from tests.uploads import square

CODES = ("NA", "nan", "NaN", "None", "NULL", "N/A", ".", "-", "#N/A")
SAID = "and is taken for the name of an individual; if it is not known who that is, "


def ids(code):
    return ["a", "b", code, "d"]


def table(labels, sep=","):
    return f"id{sep}weight\n" + "".join(
        f"{one}{sep}{k * k % 5}\n" for k, one in enumerate(labels, 1)
    )


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sep", [",", "\t", " "])
def test_the_row_is_kept_and_named(code, sep):
    files = {"K.csv": square(ids=ids(code)), "y.csv": table(ids(code), sep).encode()}
    prepared = prepare(files)
    data = prepared.require_dataset()
    assert data.ids == tuple(ids(code))
    np.testing.assert_array_equal(data.traits.column("weight"), [1, 4, 4, 1])
    notes = [note for note in prepared.notes if SAID in note]
    assert notes == [
        f"K.csv, individual 3: the id is “{code}”, as a missing value is written, {SAID}leave it "
        "out.",
        f"y.csv, line 4: the id is “{code}”, as a missing value is written, {SAID}delete the line.",
    ]


def test_numbers_beside_it_change_nothing():
    labels = ["1", "2", "NA", "4"]
    data = prepare({"K.csv": square(ids=labels), "y.csv": table(labels).encode()})
    assert data.require_dataset().ids == tuple(labels)
    assert "y.csv, line 4" in " ".join(data.notes)


def test_what_is_missing_in_a_table_of_a_program_is_named_too():
    # There it has no name at all, and would be joined with whoever is called NA elsewhere.
    held = io.BytesIO()
    parquet.write_table(pa.table({"id": ["a", "b", None, "d"], "weight": [1.0, 4, 4, 1]}), held)
    frame = r_bytes.frame({"id": ["a", "b", None, "d"], "weight": [1.0, 4.0, 4.0, 1.0]})
    rows = [["id", "weight"], ["a", 1.0], ["b", 4.0], ["NA", 4.0], ["d", 1.0]]
    for name, content in (
        ("y.parquet", held.getvalue()),
        ("y.RData", r_bytes.workspace({"y": frame})),
        ("y.ods", books.ods(rows)),
    ):
        prepared = prepare({"K.csv": square(ids=ids("NA")), name: content})
        assert prepared.require_dataset().n == 4
        (note,) = (one for one in prepared.notes if one.startswith("y"))
        assert "line 4: the id is “NA”" in note


def test_several_rows_of_a_code_are_named_as_the_records_of_one():
    labels = ["a", "NA", "b", "NA", "d", *["nan"] * 6]
    files = {"K.csv": square(), "y.csv": table(labels).encode()}
    prepared = prepare(files)
    said = "y.csv, lines 3, 5, 7, 8, 9, 10 and 2 more: the id is “NA”, “nan”, as a missing value"
    (note,) = (one for one in prepared.notes if one.startswith(said))
    assert "of an individual, one with several rows; if it is" in note
    assert note.endswith("delete the lines.")
    # Whom nobody else has is left out, and counted among those.
    assert prepared.require_dataset().ids == ("a", "b", "d")
    assert {"NA", "nan"} == set(prepared.require_dataset().alignment.only_in_phenotype)


def test_other_ids_are_not_spoken_of():
    labels = ["Nan", "NA1", "none", "na"]
    prepared = prepare({"K.csv": square(ids=labels), "y.csv": table(labels).encode()})
    assert prepared.require_dataset().n == 4
    assert not any(SAID in note for note in prepared.notes)


def test_a_name_that_r_may_not_use_is_one_of_a_matrix():
    kinship = square(ids=ids("NA")).replace(b"id,a,b,NA,d", b'"","a","b","NA.","d"')
    prepared = prepare({"K.csv": kinship, "y.csv": table(ids("NA")).encode()}, Choices())
    assert prepared.require_dataset().n == 4
    assert prepared.require_dataset().ids == tuple(ids("NA"))


LONG = ["982000123456789000", "982000123456790000", "982000123456791000", "m4"]


def test_long_ids_that_a_spreadsheet_cut_are_named_in_text_too():
    prepared = prepare({"K.csv": square(ids=LONG), "y.csv": table(LONG).encode()})
    assert prepared.require_dataset().ids == tuple(LONG)
    said = (
        "y.csv: the ids “982000123456789000”, “982000123456790000”, “982000123456791000” have more "
        "than 15 digits and end in zeros from the next one on, as a spreadsheet leaves them"
    )
    assert any(note.startswith(said) for note in prepared.notes)
    # One that has all its digits tells that they were not cut; one alone may end so by itself.
    for labels in (["982000123456791234", *LONG[1:]], ["a", "b", *LONG[2:]]):
        prepared = prepare({"K.csv": square(ids=labels), "y.csv": table(labels).encode()})
        assert not any("15 digits" in note for note in prepared.notes)
