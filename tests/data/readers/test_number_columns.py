"""Numbers that stay numbers: what is read is the same as of the text, entry by entry."""

import dataclasses
import io
import os
import pickle
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal
from pyarrow import feather, parquet

from lmm_core.errors import LMMError
from lmm_data.readers.corrections import Correction
from lmm_data.readers.number_column import NumberColumn, Written
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.parquet import read_parquet
from lmm_data.readers.r.objects import members_of
from lmm_data.readers.sorting import sort_files
from lmm_data.readers.spreadsheet.workbook import sheets_of
from lmm_data.readers.text import by_arrow
from lmm_data.readers.text.surroundings import stands_alone
from tests import r_bytes
from tests.dialects.judge import made
from tests.dialects.plan import TOTAL
from tests.workbooks import xlsx

EVERY = 1 if os.environ.get("LMM_THOROUGH") == "1" else 24


def plain(found):
    """What was read, without what it is kept in."""
    if isinstance(found, NumberColumn):
        return tuple(found)
    if isinstance(found, LMMError):
        return str(found)
    if isinstance(found, np.ndarray):
        return found.shape, found.dtype.str, found.tobytes()
    if isinstance(found, dict):
        return {key: plain(value) for key, value in found.items()}
    if isinstance(found, (tuple, list)):
        return tuple(map(plain, found))
    if dataclasses.is_dataclass(found):
        return {one.name: plain(getattr(found, one.name)) for one in dataclasses.fields(found)}
    return found


@pytest.fixture
def read(monkeypatch):
    """Reads files with numbers kept as numbers wherever that is possible, or nowhere."""

    def of(files, kept=True, decimal=""):
        monkeypatch.setattr(by_arrow, "FEWEST", 0 if kept else 1 << 60)
        # What was opened last is kept.
        read_parquet.cache_clear()
        members_of.cache_clear()
        return read_sorted(sort_files(files), decimal=decimal)

    return of


def columns_of(outcomes):
    """The columns of all tables, and their numbers."""
    readings = [one.reading for one in outcomes if one.reading is not None]
    tables = [t for r in readings for t in (r.table, r.covariates) if t is not None]
    columns = [column for table in tables for column in table.entries]
    return columns, [table.parsed(column) for table in tables for column in table.columns]


def how_many(outcomes):
    """How many columns of numbers were kept as such."""
    return sum(isinstance(column, NumberColumn) for column in columns_of(outcomes)[0])


def same(read, files, decimal=""):
    """Whether files are read alike in both ways; how many columns were kept as numbers."""
    quick, slow = read(files, decimal=decimal), read(files, kept=False, decimal=decimal)
    assert how_many(slow) == 0
    assert_values(columns_of(quick)[1], columns_of(slow)[1])
    kept = how_many(quick)
    assert plain(quick) == plain(slow)
    return kept


def assert_values(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert_array_equal(one, other)


def test_every_dialect_is_read_alike(read):
    kept = [same(read, made(number).files) for number in range(0, TOTAL, EVERY)]
    # Most of them are small tables with some column of plain numbers.
    assert sum(map(bool, kept)) > len(kept) / 4


WIDE = {"id": [f"t{k}" for k in range(300)], "a": ["1.25"] * 300, "b": ["2"] * 300}
TEXTS = {
    "plain": "id,w,n\na,1.5,1\nb,2,2\nc,-3e-5,3\n",
    "codes": "id,w,n\na,NA,1\nb,2.5,.\nc,,-9\nd,1.25,3\n",
    "no header": "a,1.5,1\nb,2.5,2\nc,3.5,3\n",
    "R's header": "w\tn\nm1\t1.5\t1\nm2\t2.5\t2\nm3\t3\t3\n",
    "R's header, counted": "w\tn\n1\t1.5\t1\n2\t2.5\t2\n3\t3\t3\n",
    "R's header without the name of a column of ids": "mouse\tn\nm1\t1.5\t1\nm2\t2.5\t2\n",
    "a comma less": "id,w\na,1,5\nb,2,5\n",
    "semicolons": "id;w;n\na;1,5;1\nb;2,5;2\n",
    "two points before one": "id,w,n\na,1.234.567,0.5\nb,2.345.678,1.5\n",
    "two points behind one": "id,w,n\na,0.5,1.234.567\nb,1.5,2.345.678\n",
    "points in words": "id,sex,w\na,f.1,0.5\nb,m.1,1.5\n",
    "points in words alone": "id,sex,w\na,f.1,5\nb,m.1,1\n",
    "semicolons, points": "id;w;n\na;1.234;1\nb;2.345;2\n",
    "thousands": "id,w,n\na,1.234,2000\nb,2.345,3000\n",
    "spaces": "id w n\na 1.5 1\nb 2.5 2\n",
    "two spaces": "id  w n\na 1.5  1\nb 2.5 2\n",
    "blanks around": "id, w,n \na , 1.5,1\nb,2.5 , 2\n",
    "a name of two words": "id,w,n\na b,1.5,1\nc d,2.5,2\n",
    "blank lines": "\nid,w,n\na,1.5,1\n\nb,2.5,2\n\n",
    "lines of separators": "id,w,n\na,1.5,1\n,,\nb,2.5,2\n",
    "lines of blanks": "id,w,n\na,1.5,1\n  \nb,2.5,2\n",
    "lines of tabs": "id\tw\tn\na\t1.5\t1\n\t\t\nb\t2.5\t2\n",
    "an empty column at the end": "id,w,\na,1.5,\nb,2.5,\n",
    "a column without a name": "id,w,\na,1.5,1\nb,2.5,2\n",
    "an empty first entry": "id,w,n\na,1.5,1\n,2.5,2\n",
    "another length": "id,w,n\na,1.5,1\nb,2.5\n",
    "longer": "id,w,n\na,1.5,1\nb,2.5,2,3\n",
    "comments": "# made\nid,w,n\na,1.5,1\n# more\nb,2.5,2\n",
    "PLINK's": "#FID IID w n\na a 1.5 -9\nb b 2.5 2\nc c 3.25 4\nd d 1.75 2\ne e 2.5 2\n",
    "#N/A": "id,w,n\na,#N/A,1\nb,2.5,#N/A N/A\nc,1.5,3\n",
    "infinite": "id,w,n\na,inf,1\nb,2.5,1e400\nc,1.5,3\n",
    "spelt otherwise": "id,w,n,p,q\na,+1.5,007,1_0,0x10\nb,.5,08,2_0,0x11\nc,5.,9,3,1\n",
    "quoted": 'id,w,n\n"a",1.5,1\n"b",2.5,2\n',
    "words": "id,sex,n\na,f,1\nb,m,2\nc,f,3\n",
    "a word among numbers": "id,w,n\na,1.5,1\nb,low,2\nc,2.5,3\nd,3.5,4\n",
    "formulas": "id,w,n\na,=A1,1\nb,=A2,2\nc,1.5,3\n",
    "units": "id,w,n\na,1.5 g,1\nb,2.5 g,2\nc,3 g,3\n",
    "suspected": "id,w,n\na,-99,999\nb,2.5,2\nc,3.5,3\nd,2.75,2\ne,2.5,1\n",
    "beyond ASCII": "id,Größe,n\na,1.5,1\nb,2.5,2\n",
    "ids beyond ASCII": "id,w,n\nä,1.5,1\nb,2.5,2\n",
    "one column": "w\n1.5\n\n2.5\n",
    "tall": "id,w,n\n" + "".join(f"m{k},{k / 8},{k % 7 or 'NA'}\n" for k in range(300)),
    "wide": "\n".join(",".join([a, *b]) for a, b in WIDE.items()) + "\n",
    "numbers for ids": "id,w,n\n007,1.5,1\n10,2.5,2\n1e3,3.5,3\n",
    "all missing": "id,w,n\na,NA,1\nb,NA,2\n",
    "zeros": "id,w,n\na,-0.0,0\nb,0,-0\nc,1e-320,1\n",
}
# What stands below lines of plain numbers, the same lines again below it.
LATE = {
    "late word": "low,2",
    "late code": "NA,.",
    "late codes": "#N/A,\nb,,nan",
    "late infinity": "inf,2",
    "late plus": "+1.5,2",
    "late blanks": " 1.5 ,\t2",
    "late code between blanks": " NA ,2",
    "late comma": "1;5,2",
    "late point": "3.25,1.002",
    "late points": "1.234.567,2",
    "late thousands": "1 000,2",
    "late empty line": "1,2\n",
    "late length": "1,2,3",
    "late suspect": "-9,999",
    "late formula": "=A1,2",
    "late quote": '"1",2',
    "late id": "1,2\nmouse 1,3,4",
}
for number in ("1.5,2", "1,2", "1.234,2", "NA,2"):
    LINES = "".join(f"m{k},{number}\n" for k in range(40))
    TEXTS |= {
        f"{name} below {number}": f"id,w,n\n{LINES}b,{line}\n{LINES.replace('m', 'n')}"
        for name, line in LATE.items()
    }
KEPT = {"plain", "codes", "no header", "R's header", "blanks around", "a name of two words"}
KEPT |= {"blank lines", "comments", "PLINK's", "#N/A", "spelt otherwise", "tall", "wide", "zeros"}
KEPT |= {"spaces", "suspected", "numbers for ids", "words"}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_text_is_read_alike(read, name, ending):
    kept = same(read, {"y.csv": TEXTS[name].replace("\n", ending).encode()})
    assert kept or name not in KEPT


@pytest.mark.parametrize("decimal", [".", ","])
def test_a_text_is_read_alike_with_the_mark_that_was_asked_for(read, decimal):
    kept = [same(read, {"y.csv": text.encode()}, decimal) for text in TEXTS.values()]
    assert any(kept)


def test_a_text_with_codes_of_its_own_is_read_alike(read, monkeypatch):
    files = {"y.csv": b"id,w,n\na,-9,-9.0\nb,2.5,2\nc,3.5,99\nd,2.5,NA\n"}
    for missing in (["-9"], ["99", "-9.00"], ["x"], ["nan"]):
        monkeypatch.setattr(by_arrow, "FEWEST", 0)
        quick = read_sorted(sort_files(files), missing=missing)
        monkeypatch.setattr(by_arrow, "FEWEST", 1 << 60)
        slow = read_sorted(sort_files(files), missing=missing)
        assert_values(columns_of(quick)[1], columns_of(slow)[1])
        assert how_many(quick) == 2
        assert plain(quick) == plain(slow)


FRAMES = {
    "plain": {"id": ["a", "b", "c"], "w": [1.5, None, 3.25], "n": [1, 2, None]},
    "large": {"id": ["a", "b"], "w": [1e300, -1e-300], "n": [2**60 + 1, -(2**62)]},
    "infinite": {"id": ["a", "b"], "w": [np.inf, 1.0], "n": [1, 2]},
    "nan": {"id": ["a", "b"], "w": [np.nan, 1.0], "n": [1, 2]},
    "none": {"id": ["a", "b"], "w": [None, None], "n": [1.5, 2]},
    "suspected": {"id": list("abcde"), "w": [-9.0, 2.5, 3.5, 4.5, 5.5], "n": [1, 2, 3, 4, 5]},
    "names that look like values": {"1": [1.5, 2.5], "2": [3.5, 4.5]},
    "an odd word": {"id": ['a"b', "#c"], "w": [1.5, 2.5]},
    "blanks": {"id": [" a ", "b\tc"], "w": [1.5, 2.5]},
    "beyond ASCII": {"id": ["ä", "b"], "größe": [1.5, 2.5]},
    "invisible": {"id": ["a\u200b", "b"], "w": [1.5, 2.5]},
    "one column": {"w": [1.5, 2.5]},
    "zeros": {"id": ["a", "b"], "w": [-0.0, 0.0], "n": [1.0, 2.0]},
    "a row of units": {"id": [None, "a", "b"], "sex": ["m/f", "m", "f"], "w": [None, 1.5, 2.5]},
    "a note below": {"id": ["a", "b", "c", "* of two days"], "w": [1.5, 2.5, 3.5, None]},
    "nothing at the ends": {"id": list("abcd"), "w": [None, 2.5, 3.5, None]},
    "names again": {"id": ["a", "id", "b"], "sex": ["m", "sex", "f"], "w": [1.5, None, 2.5]},
    "a square": {"id": ["a", "b"], "a": [1.0, 0.5], "b": [0.5, 1.0]},
    "genotypes": {"id": list("abc"), **{f"rs{k}": [0, 1, 2] for k in range(30)}},
}


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("kind", ["parquet", "feather", "rds"])
def test_a_frame_is_read_alike(read, name, kind):
    columns = FRAMES[name]
    if kind == "rds":
        whole = {k: [*v] for k, v in columns.items()}
        for label, column in columns.items():
            if not any(isinstance(entry, str) for entry in column):
                whole[label] = [np.nan if entry is None else float(entry) for entry in column]
        files = {"y.rds": r_bytes.HEAD + r_bytes.frame(whole)}
    else:
        file = io.BytesIO()
        write = parquet.write_table if kind == "parquet" else feather.write_feather
        write(pa.table(columns), file)
        files = {f"y.{kind}": file.getvalue()}
    kept = same(read, files)
    assert kept or name not in ("plain", "large", "nan", "suspected", "beyond ASCII", "zeros")


def test_a_frame_that_is_corrected_is_read_alike(read):
    file = io.BytesIO()
    parquet.write_table(pa.table({"id": ["a", "b", "c"], "w": [1.5, 2.5, 35.0]}), file)
    mended = [Correction("y.parquet", 4, 2, "w of c", "35", "3.5")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_arrow, "FEWEST", 0)
        read_parquet.cache_clear()
        (outcome,) = read_sorted(sort_files({"y.parquet": file.getvalue()}, mended))
    assert outcome.reading.table.column("w") == ("1.5", "2.5", "3.5")


SHEETS = {
    "plain": [["id", "w", "n"], *([f"m{k}", k / 8, float(k)] for k in range(40))],
    "codes": [["id", "w", "n"], ["a", None, 1.0], ["b", 2.5, "NA"], ["c", 3.5, 3.0]],
    "a title": [["Mice"], None, ["id", "w", "n"], ["a", 1.5, 1.0], ["b", 2.5, 2.0]],
    "units": [["id", "w", "n"], [None, "g", "mm"], ["a", 1.5, 1.0], ["b", 2.5, 2.0]],
    "a note": [["id", "w"], ["a", 1.5], ["b", 2.5], None, ["* of two days, and of more"]],
    "a gap": [["id", "w"], ["a", 1.5], ["b", 2.5], None, ["c", 3.5], ["d", 4.5]],
    "beside": [
        ["id", "w"],
        ["a", 1.5],
        ["b", 2.5],
        ["c", 3.5],
        [None, None, None, "x"],
        ["d", 1.0],
    ],
    "further right": [
        None,
        [None, None, "id", "w"],
        [None, None, "a", 1.5],
        [None, None, "b", 2.5],
    ],
    "a word": [["id", "w"], ["a", 1.5], ["b", "low"], ["c", 2.5], ["d", 3.5]],
    "text": [["id", "w"], ["a", "1.5"], ["b", 2.5], ["c", "3,25"], ["d", 3.5]],
    "all missing": [["id", "w", "n"], ["a", None, 1.5], ["b", " ", 2.5]],
    "truths": [["id", "w", "ill"], ["a", 1.5, b'<c t="b"><v>1</v></c>'], ["b", 2.5, None]],
    "dates": [["id", "w", "born"], ["a", 1.5, b'<c s="1"><v>45000</v></c>'], ["b", 2.5, None]],
    "errors": [["id", "w"], ["a", b'<c t="e"><v>#DIV/0!</v></c>'], ["b", 2.5], ["c", 1.5]],
    "no number": [["id", "w"], ["a", b"<c><v>NaN</v></c>"], ["b", 2.5], ["c", 3.5]],
    "infinite": [["id", "w"], ["a", b"<c><v>1e999</v></c>"], ["b", 2.5], ["c", 3.5]],
    "zeros": [["id", "w"], ["a", -0.0], ["b", 0.0], ["c", 1e-320], ["d", 1e300]],
    "quotes": [["id", "w"], ['a"b', 1.5], ["#c", 2.5], ["d e", 3.5]],
    "numbers for ids": [["id", "w"], [1.0, 1.5], [2.0, 2.5], [1e15, 3.5]],
    "suspected": [["id", "w"], ["a", -9.0], ["b", 2.5], ["c", 3.5], ["d", 2.75], ["e", 2.5]],
    "names twice": [["id", "w", "w"], ["a", 1.5, 1.0], ["b", 2.5, 2.0]],
    "no names": [["a", 1.5, 1.0], ["b", 2.5, 2.0], ["c", 3.5, 3.0]],
}


@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("decimal", ["", ","])
def test_a_sheet_is_read_alike(read, name, decimal):
    width = max(len(row or ()) for row in SHEETS[name])
    rows = [[*(row or ()), *[None] * (width - len(row or ()))] for row in SHEETS[name]]
    kept = same(read, {"y.xlsx": xlsx(rows)}, decimal)
    assert kept or name not in ("plain", "codes", "a title", "a gap", "suspected", "zeros")


def test_a_sheet_that_is_corrected_is_read_alike(read, monkeypatch):
    monkeypatch.setattr(by_arrow, "FEWEST", 0)
    mended = [Correction("y.xlsx/Mice", 4, 2, "w of c", "35", "3.5")]
    rows = [["id", "w"], ["a", 1.5], ["b", 2.5], ["c", 35.0]]
    book = xlsx(rows)
    (sheet,) = sort_files({"y.xlsx": book}).groups
    mended = [mended[0]._replace(file=sheet.files[0])]
    (outcome,) = read_sorted(sort_files({"y.xlsx": book}, mended))
    assert outcome.reading.table.column("w") == ("1.5", "2.5", "3.5")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("first", [None, 1.234])
def test_what_is_asked_for_does_not_turn_numbers_that_are_some(read, kept, first):
    """A comma that another file is read with makes no 17,108 of the 17.108 of a Parquet table."""
    file = io.BytesIO()
    parquet.write_table(pa.table({"id": list("abc"), "w": [first, 17.108, 2.512]}), file)
    (outcome,) = read({"y.parquet": file.getvalue()}, kept, ",")
    assert_array_equal(outcome.reading.table.parsed("w"), [first or np.nan, 17.108, 2.512])


def test_nobody_made_the_text_of_a_table_of_numbers(read):
    """What reading costs is not the text: of a plain table none of its columns was written."""
    file = io.BytesIO()
    parquet.write_table(pa.table({"id": ["a", "b", "c"], "w": [1.5, 2.5, 3.5]}), file)
    book = xlsx(SHEETS["plain"])
    for files in (
        {"y.csv": TEXTS["tall"].encode()},
        {"y.parquet": file.getvalue()},
        {"y.xlsx": book},
    ):
        (outcome,) = read(files)
        outcome.reading.table.numbers()
        (weights, *_) = outcome.reading.table.entries
        assert isinstance(weights, NumberColumn)
        assert weights._made is None


def test_a_cell_that_is_no_number_is_read_as_it_stands():
    rows = [["id", "w"], ["a", b"<c><v>NaN</v></c>"], ["b", 2.5], ["c", b"<c><v>1e999</v></c>"]]
    (sheet,) = sheets_of("y.xlsx", xlsx(rows)).values()
    assert sheet == b"id\tw\na\tnan\nb\t2.5\nc\tinf\n"


def test_what_may_stand_around_a_table_is_told_by_its_first_row_and_its_last():
    def alone(ids, entries, name="w"):
        return stands_alone(("id", name), (ids, column_of(entries)))

    assert alone(("a", "b", "c"), ("1", "NA", "2"))
    assert not alone(("", "b", "c"), ("1", "NA", "2"))
    assert not alone(("Units", "b", "c"), ("1", "NA", "2"))
    assert not alone(("a", "b", "c"), ("NA", "1", "2"))
    assert not alone(("a", "b", "c"), ("1", "2", "NA"))
    assert not alone(("a", "b", "c"), ("1", "2", "3"), "")
    assert not stands_alone(("id", "sex"), (("a", "b"), ("m", "f")))


def column_of(entries):
    codes = Counter(entry for entry in entries if entry in ("NA", "."))
    values = np.array([np.nan if entry in codes else float(entry) for entry in entries])
    return NumberColumn(values, Written(entries), codes)


def test_a_column_of_numbers_is_the_sequence_of_its_entries():
    entries = ("1.50", "NA", "-9", "007", ".", "-9.0", *map(str, range(200)))
    column = column_of(entries)
    assert column[1] == "NA"
    assert column[-1] == "199"
    assert column[2:5] == entries[2:5]
    assert column[5:2] == ()
    assert column[::2] == entries[::2]
    with pytest.raises(IndexError):
        column[len(entries)]
    for fresh in (column, column_of(entries)):
        assert tuple(fresh) == entries
        assert fresh == entries
        assert entries == fresh == column_of(entries)
        assert fresh != entries[1:]
        assert hash(fresh) == hash(entries)
        assert pickle.loads(pickle.dumps(fresh)) == entries
        asked = ("NA", "-9", "-9.00", "7", "007", "x", "nan", 1)
        assert [e in fresh for e in asked] == [e in entries for e in asked]
        assert (fresh.count("."), fresh.index("007")) == (1, 3)
        assert fresh.is_pointed()
    assert not column_of(("1", "2", "NA")).is_pointed()
    assert not column.values.flags.writeable


def test_the_numbers_of_a_column_by_codes():
    column = column_of(("1.5", "NA", "-9", "-9.0", "9"))
    assert_array_equal(column.parsed(frozenset({"NA"})), [1.5, np.nan, -9.0, -9.0, 9.0])
    assert_array_equal(column.parsed(frozenset({"NA", "-9"})), [1.5, np.nan, np.nan, -9.0, 9.0])
    assert column.parsed(frozenset({"-9"})) is None
    assert column.met(frozenset({"NA", "-9.0", "x"})) == {"NA": 1, "-9.0": 1}
    assert column.at([-9, 1.5]) == [0, 2, 3]
