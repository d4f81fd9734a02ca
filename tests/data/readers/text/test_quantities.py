"""Units, printed minus signs, limits: right, or text that says why."""

import numpy as np
import pytest

from lmm_data.preparation.preparing import prepare
from lmm_data.readers.text.delimited import read_delimited
from tests.uploads import square

VALUES = ("12.5", "7.25", "9", "11")


def table(entries, name="w"):
    rows = "\n".join(f"{label};{entry}" for label, entry in zip("abcd", entries, strict=True))
    return f"id;{name}\n{rows}\n".encode()


READ = {
    "a unit": ([f"{v} g" for v in VALUES], "units are left out of “w”, where “11 g” is read as 11"),
    "a unit without a space": ([f"{v}cm" for v in VALUES], "where “11cm”"),
    "a unit of units": ([f"{v} mg/dl" for v in VALUES], "where “11 mg/dl”"),
    "per cent": ([f"{v} %" for v in VALUES], "where “11 %” is read as 11"),
    "a unit and a missing value": (["12.5 g", "NA", "9 g", "11 g"], "where “11 g”"),
    "decimal commas": ([f"{v.replace('.', ',')} kg" for v in VALUES], "the commas are decimal"),
    "printed minus signs": ([f"\u2212{v}" for v in VALUES], "“w”: printed minus signs are read as"),
    "en dashes": ([f"\u2013{v}" for v in VALUES], "“w”: printed minus signs"),
}


@pytest.mark.parametrize("kind", READ)
def test_what_is_clear_is_a_number(kind):
    entries, said = READ[kind]
    reading = read_delimited(table(entries))
    right = np.array([float(v) for v in VALUES]) * (-1 if "minus" in kind or "dash" in kind else 1)
    if "missing" in kind:
        right[1] = np.nan
    np.testing.assert_array_equal(reading.table.parsed("w"), right)
    assert any(said in note for note in reading.notes)


TEXT = {
    "two units": (
        ["12.5 g", "0.7 kg", "9 g", "11 g"],
        "“0.7 kg” and “11 g”: its numbers have",
    ),
    "a unit here and there": (["12.5 g", "7.25", "9", "11"], "have no unit in common"),
    "per cent here and there": (["12 %", "0.07", "9 %", "11 %"], "have no unit in common"),
}


@pytest.mark.parametrize("kind", TEXT)
def test_what_is_not_stays_text(kind):
    entries, said = TEXT[kind]
    reading = read_delimited(table(entries))
    assert reading.table.column("w") == tuple(entries)
    assert any(said in note for note in reading.notes)
    assert prepare({"y.csv": table(entries), "K.csv": square()}).dataset is None


@pytest.mark.parametrize("entries", [["1 A", "2 A", "1 A", "3 A"], ["m1", "m2", "m3", "m4"]])
def test_words_stay_words(entries):
    reading = read_delimited(b"x;" + table(entries).replace(b"\n", b"\nz;", 4))
    assert not any("unit" in note for note in reading.notes)
    assert reading.table.column("w") == tuple(entries)


@pytest.mark.parametrize("limit", ["<0.05", "> 12", "≤3,5"])
def test_a_limit_is_never_a_number(limit):
    prepared = prepare({"y.csv": table([limit, *VALUES[1:]]), "K.csv": square()})
    assert f"row 1 (“a”), column “w” holds “{limit}”, which says only" in prepared.problem
    assert "write NA, or the number that stands for such values" in prepared.problem


@pytest.mark.parametrize("name", ["X", "Obs", "No.", "Nr.", "Unnamed: 0", "...1", '""', "lfd. Nr."])
@pytest.mark.parametrize("numbers", [(1, 2, 3, 4), (2, 5, 8, 9)])
def test_numbers_of_rows_are_no_trait(name, numbers):
    rows = zip(numbers, "abcd", VALUES, strict=True)
    text = f"{name},mouse,w\n" + "".join(f"{k},{label},{v}\n" for k, label, v in rows)
    dataset = prepare({"y.csv": text.encode(), "K.csv": square()}).require_dataset()
    assert dataset.traits.columns == ("w",)
    assert dataset.ids == tuple("abcd")
