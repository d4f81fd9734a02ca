"""Which mark is decimal: by all entries of a file, or asked."""

import pytest

from lmm_core.errors import DataError
from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.text.delimited import read_delimited
from lmm_data.readers.text.marks import DecimalMarkError
from tests.reading import called


def read(*entries, separator=";", second=(), **asked):
    """The columns of a table whose first holds these entries."""
    columns = [entries, second] if second else [entries]
    rows = [separator.join([f"m{i}", *row]) for i, row in enumerate(zip(*columns, strict=True))]
    names = separator.join(["id", "w", "x"][: 1 + len(columns)])
    reading = read_delimited(called("t", "\n".join([names, *rows]).encode()), **asked)
    return [reading.table.column(name) for name in reading.table.columns], reading.notes


SETTLED = {
    "both marks, German": (("1.234,5", "766"), ("1234.5", "766")),
    "both marks, English": (("1,234.5", "766"), ("1234.5", "766")),
    "no group of three": (("12,34", "1.234"), ("12.34", "1234")),
    "a leading zero": (("0,234", "1,234"), ("0.234", "1.234")),
    "a leading zero, English": (("0.234", "1,234"), ("0.234", "1234")),
    "two groups": (("1.234.567", "1.234"), ("1234567", "1234")),
    "a large number without a mark": (("1.002", "1500"), ("1.002", "1500")),
    "a large number without a mark, comma": (("1,002", "1500"), ("1.002", "1500")),
    "negative": (("-1.234,5", "-2,5"), ("-1234.5", "-2.5")),
    "exponents": (("1,5e-3", "2,25E+1"), ("1.5e-3", "2.25E+1")),
    "narrow spaces": (("1\u202f234,5", "0,5"), ("1234.5", "0.5")),
    "spaces alone": (("1\u00a0234", "766"), ("1234", "766")),
    "apostrophes": (("1'234'567.5", "766"), ("1234567.5", "766")),
    "missing codes": (("1,5", "#NV"), ("1.5", "#NV")),
}


@pytest.mark.parametrize("case", SETTLED)
def test_what_settles_it(case):
    entries, numbers = SETTLED[case]
    (column,), _ = read(*entries)
    assert column == numbers


def test_another_column_settles_it():
    (w, x), _ = read("1.002", "766", second=("0.5", "2"))
    assert (w, x) == (("1.002", "766"), ("0.5", "2"))
    (w, x), notes = read("1.002", "766", second=("0,5", "2"))
    assert (w, x) == (("1002", "766"), ("0.5", "2"))
    assert any("the commas are decimal and points set thousands apart" in note for note in notes)


OPEN = {
    "point": (("1.002", "766"), ";", r"the point may be .*“1.002” beside “766”: that is 1.002 or"),
    "point, tab": (("1.002", "766"), "\t", r"the point may be decimal or set thousands apart"),
    "point, comma": (("1.002", "766"), ",", r"the point may be decimal or set thousands apart"),
    "all above a thousand": (("1.002", "2.766"), ";", r"“1.002”: that is 1.002 or 1002"),
    "comma": (("1,002", "766"), "\t", r"the comma may be .*: that is 1.002 or 1002; say which"),
    "each is the only reading": (("1,5", "2.25"), ";", r"one decimal mark: “w” holds “1,5” and"),
}


@pytest.mark.parametrize("case", OPEN)
def test_what_leaves_it_open_is_asked(case):
    entries, separator, message = OPEN[case]
    with pytest.raises(DecimalMarkError, match=message):
        read(*entries, separator=separator)


def test_the_answer_goes_before_the_evidence():
    assert read("1.002", "766", decimal=",")[0] == [("1002", "766")]
    assert read("1.002", "766", decimal=".")[0] == [("1.002", "766")]
    with pytest.raises(DataError, match=r"row 1, column “w” holds “2\.25”, which is no number"):
        read("2.25", "766", decimal=",")
    # Two alleles stay a word.
    assert read("7,26", "8,1", second=("1.5", "2.5"), decimal=".")[0][0] == ("7,26", "8,1")


def test_three_decimals_throughout_are_decimals_and_it_is_said():
    (column,), notes = read("14.123", "15.211", separator="\t")
    assert column == ("14.123", "15.211")
    assert any("is read as decimal; if it sets thousands apart, say so" in note for note in notes)


def test_a_slip_among_numbers_does_not_hide_their_marks():
    (column,), _ = read("1,5", "2,5", "3,5*", "?")
    assert column == ("1,5", "2,5", "3,5*", "?")
    (column,), _ = read("1,5", "2,5", "4,5", "3,5*", "?")
    assert column == ("1.5", "2.5", "4.5", "3,5*", "?")


def test_words_are_left_as_they_are():
    (w, x), _ = read("a,b", "c", second=("1.2.3", "12.5.2020"))
    assert (w, x) == (("a,b", "c"), ("1.2.3", "12.5.2020"))


@pytest.mark.parametrize("decimal", ["", ","])
def test_a_kinship_whose_first_comma_comes_late(decimal):
    pairs = [(i, j) for i in range(30) for j in range(i + 1)]
    lines = [f"m{i}\tm{j}\t{'1' if i == j else '0,25' if i == 29 else '0'}" for i, j in pairs]
    values = read_kinship_text("\n".join(lines).encode(), decimal=decimal).kinship.values
    assert values[29, 3] == values[3, 29] == 0.25
