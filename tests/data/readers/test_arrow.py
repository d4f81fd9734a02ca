"""Parquet and Feather files: what pandas and pyarrow wrote, and what is too large to be read."""

import io
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files
from tests.places import WRITTEN

FILES = {path.name: path.read_bytes() for path in (WRITTEN / "arrow").iterdir()}
FRAME = {
    "weight": ("20.5", "21.25", "NA", "0.1"),
    "count": ("1", "NA", "3", "4"),
    "sex": ("f", "m", "NA", "m"),
    "live": ("TRUE", "FALSE", "NA", "TRUE"),
    "born": ("2024-02-28", "2024-02-29", "NA", "2024-03-01"),
    "seen": ("2024-03-01 12:30:00", "NA", "2024-03-02 00:00:00", "2024-03-03 01:02:00"),
    "price": ("1.50", "2.25", "NA", "-3.00"),
    "name": ("a b", 'q"q', "NA", "Zoë"),
}


def only(name, content=None):
    (outcome,) = read_sorted(sort_files({name: FILES[name] if content is None else content}))
    return outcome


@pytest.mark.parametrize("name", [n for n in FILES if n[:3] in ("ind", "unn", "col", "pla")])
def test_a_frame_with_its_index(name):
    outcome = only(name)
    table = outcome.reading.table
    assert outcome.ids == ("m1", "m2", "m3", "#4")
    assert dict(zip(table.columns, table.entries, strict=True)) == FRAME
    assert outcome.format.startswith(
        "a Feather table" if name.endswith("feather") else "a Parquet table"
    )


def test_a_number_of_four_bytes_is_what_was_written():
    assert only("single.parquet").reading.table.entries == (("0.1", "2", "NA"),)


def test_a_square_is_a_kinship():
    np.testing.assert_array_equal(only("K.parquet").reading.kinship.values, np.eye(3) + 0.25)


def test_columns_of_lists_are_left_out_and_said():
    outcome = only("lists.parquet")
    assert outcome.reading.table.columns == ("w",)
    assert "columns of lists" in outcome.reading.notes[0]
    assert "none among “visits”" in only("lists.feather").error


def made(column, write, **options):
    file = io.BytesIO()
    write(pa.table({"a": column()}), file, **options)
    return file.getvalue()


# Made when they are wanted: they take hundreds of megabytes.
def long():
    return ["x" * 3_000_000 + str(k) for k in range(120)]


def many():
    return np.zeros(21_000_000, np.int8)


def again():
    return pa.DictionaryArray.from_arrays(pa.array([0] * 4000), ["x" * 100_000])


def damaged(content):
    return lambda: content


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (partial(made, many, parquet.write_table), "may have 20,000,000 entries"),
        (partial(made, many, feather.write_feather), "may have 20,000,000 entries"),
        (partial(made, long, parquet.write_table, compression="zstd"), "may have 320 MB in memory"),
        (
            partial(made, long, feather.write_feather, compression="zstd"),
            "may have 320 MB in memory",
        ),
        (partial(made, again, parquet.write_table), "may have 320 MB as text"),
        (partial(made, again, feather.write_feather), "may have 320 MB as text"),
        (damaged(b"PAR1" + b"junk" * 100), "Parquet or Feather"),
        (damaged(b"ARROW1\0\0" + b"junk" * 100), "Parquet or Feather"),
        (damaged(FILES["index.parquet"][:-9]), "Parquet or Feather"),
        (damaged(FILES["column.feather"][:-40]), "Parquet or Feather"),
        (damaged(b"FEA1" + bytes(100)), "version 1"),
    ],
    ids=range(11),
)
def test_what_is_too_large_or_damaged_is_refused(make, words):
    assert words in only("x.parquet", make()).error
