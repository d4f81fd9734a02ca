import gzip
import io
import re
import time

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.reading import missing_met
from lmm_data.readers.text.delimited import read_delimited
from tests.reading import called, read_files

PLAIN = "id,weight,sex\nm1,7.26,0\nm2,NA,1\n"


def entries(reading):
    return dict(zip(reading.table.columns, reading.table.entries, strict=True))


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-32"),
        gzip.compress(PLAIN.encode()),
        gzip.compress(PLAIN[:20].encode()) + gzip.compress(PLAIN[20:].encode()),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.rstrip().encode(),
        PLAIN.replace("\n", "\n\n \n").encode(),
        PLAIN.encode() + b"\x1a",
        b"# made in 2013, by me\n" + PLAIN.encode() + b"# the end\n",
        b"#" + PLAIN.encode(),
        b"sep=,\n" + PLAIN.encode(),
        PLAIN.replace(",", ";").encode(),
        b"sep=\t\n" + PLAIN.replace(",", "\t").encode(),
        b"sep=;\r\n" + PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "  ").replace("m", " m").encode(),
        PLAIN.replace(",", " \t ").encode(),
        PLAIN.replace(",", " , ").encode(),
        PLAIN.replace("\n", ",\n").encode(),
        (PLAIN + ",,\n").encode(),
        b'"id","weight","sex"\n"m1","7.26","0"\n"m2","NA","1"\n',
        b'"id" "weight" "sex"\n"m1" 7.26 "0"\n"m2" NA "1"\n',
        b"weight\tsex\nm1\t7.26\t0\nm2\tNA\t1\n",
        b'"weight" "sex"\n"m1" 7.26 "0"\n"m2" NA "1"\n',
        b'"weight","sex"\n"m1",7.26,0\n"m2",NA,1\n',
        b'"","weight","sex"\n"m1",7.26,0\n"m2",NA,1\n',
        b"weight,id,sex\n7.26,m1,0\nNA,m2,1\n",
        b"FID IID weight sex\nF m1 7.26 0\nF m2 NA 1\n",
        b"#FID\tIID\tweight\tsex\nF\tm1\t7.26\t0\nF\tm2\tNA\t1\n",
        b"#IID\tweight\tsex\nm1\t7.26\t0\nm2\tNA\t1\n",
        b"##source=plink\n#IID\tweight\tsex\nm1\t7.26\t0\nm2\tNA\t1\n",
        b"Maus;weight;sex\nm1;7,26;0\nm2;NA;1\n",
        b'id,weight,sex\nm1,"7,26",0\nm2,NA,1\n',
        "id,weight,sex\nm1,7\u200b.26,0\nm2,NA,1\n".encode(),
    ],
)
def test_every_dress_of_the_same_table(data):
    reading = read_delimited(data)
    assert reading.kind == "table"
    assert reading.table.ids == ("m1", "m2")
    assert entries(reading) == {"weight": ("7.26", "NA"), "sex": ("0", "1")}
    assert missing_met(reading.table) == (("NA", 1),)
    np.testing.assert_array_equal(reading.table.numbers().values, [[7.26, 0], [np.nan, 1]])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PLAIN, "comma-separated text, a header, ids in the first column, “id”"),
        ("1.5\n2.5\n", "one column, no header, no ids"),
        ("sex;id\n0;a\n1;b\n", "semicolon-separated text, a header, ids in column 2, “id”"),
        ("m1\t7.5\nm2\t8.5\n", "tab-separated text, no header, ids in the first column"),
        (
            "F1 a 7.5\nF1 b 8.5\n",
            "space-separated text, no header, family and individual ids in the first two columns",
        ),
    ],
)
def test_what_was_detected_is_said(data, words):
    assert read_delimited(data.encode()).format == words
    packed = read_delimited(gzip.compress(data.encode())).format
    assert packed == f"{words}, gzip-compressed"


NO_HEADER = r"the first line, “.*”, is taken for values: there is no header, and the columns"
TAKEN = r"the first column, “Maus”, is taken for ids: its entries are no numbers, and none is there"
NO_IDS = r"no column is taken for ids: say whose rows they are"
ODD = {
    "no-header": (b"m1,7.5\nm2,8.5\n", NO_HEADER),
    "no-header-one-column": (b"7.5\nNA\n8.5\n", r"the first line, “7.5”, is taken for values"),
    "no-ids": (b"weight,length\n7.5,1\n7.5,2\n", NO_IDS),
    "unknown-name": (b"Maus,x\na,1.5\nb,2.5\n", TAKEN),
    "whole-numbers": (
        b"Nr,x\n3,1.5\n1,2.5\n",
        r"“Nr”, is taken for ids: .* are whole numbers, and",
    ),
    "r-row-names": (b"x y\na 1 2\nb 3 4\n", r"one name less than the rows, as R writes it"),
    "fid-iid-guess": (b"F a 1.5\nF b 2.5\n", r"the first two columns are taken for FID and IID"),
    "fid-is-iid": (b"1 1 1.5\n2 2 2.5\n", r"the first two columns are taken for FID and IID"),
    "iid-repeats": (
        b"FID IID x\nA 1 2.5\nB 1 3.5\n",
        r"same IID .* more than once: the ids are FID_IID",
    ),
    "utf-16": (
        "id,x\na,1\n".encode("utf-16"),
        r"the text is UTF-16, as “Unicode text” of a spread",
    ),
    "windows-1252": (
        "id,x\nBär,1\nOtter,2\n".encode("cp1252"),
        r"the text is not UTF-8 and is read as Windows-1252: look whether line 2 is right, “Bär,1”",
    ),
    "comments": (b"id,x\n# a,1\n# b,2\nc,3\n", r"comments: 2 lines with # in front, from line 2"),
    "empty-rows": (b"id,x\na,1\n,\n,\n", r"left out: 2 lines with separators and no entry"),
    "unnamed-column": (b"id,x,\na,1,2\nb,1,3\n", r"named by its place: “column3”"),
    "invisible": (
        "id,x\na\u200b,1\n".encode(),
        r"invisible signs between the letters are left out",
    ),
    "decimal-commas": (
        b"id;x;y\na;1,5;2\nb;2,75;3\n",
        r"“x”: the commas are decimal, “1,5” is read",
    ),
    "decimal-commas-tab": (
        b"id\tx\na\t,5\nb\t1e-3\n",
        r"“x”: the commas are decimal, “,5” is read",
    ),
    "minus-nine": (
        b"id,w\na,30\nb,-9\nc,31.5\n",
        r"^−9 stands once in “w” and no other value is nega",
    ),
    "minus-nine-near": (
        b"id,w\na,-1\nb,-9\nc,1.5\nd,-9\n",
        r"^−9 stands twice in “w” and no other value is near it: if it means missing, say so$",
    ),
    "minus-nine-often": (
        b"id,w\n" + b"".join(b"a%d,-9.0\nb%d,%d.5\n" % (k, k, k - 15) for k in range(14)),
        r"^−9 stands 14 times in “w” and no other value more than once: if it means missing",
    ),
    "minus-nine-columns": (b"id,w,v\na,-9,1\nb,3,-9\n", r"say so; likewise “v”$"),
    "minus-99": (b"id,w\na,-99\nb,2\nc,3\n", r"^−99 stands once in “w”"),
    "999": (b"id,w\na,999\nb,2\nc,3\n", r"^999 stands once in “w” and no other value is near it"),
    "word": (
        b"id,w\na,n/d\nb,2\nc,3\n",
        r"^“n/d” stands once in “w” and all else is numbers: if it",
    ),
    "spreadsheet-error": (b"id,w\na,#DIV/0!\nb,2\nc,3\n", r"^“#DIV/0!” .* taken for missing"),
    "formula": (b"id,w\na,=A1+B1\nb,2\n", r"^a formula stands once in “w”, “=A1\+B1”: save values"),
}


@pytest.mark.parametrize(("data", "note"), ODD.values(), ids=ODD)
def test_what_is_odd_is_read_and_noted(data, note):
    notes = read_delimited(data).notes
    assert any(re.search(note, text) for text in notes), notes


REFUSED = {
    "empty": (b"", r"^mice: the file must hold text: it is empty; check that it was saved$"),
    "blank": (b"\n \n\r\n", r"it is empty"),
    "only-a-mark": (b"\xef\xbb\xbf", r"it is empty"),
    "only-comments": (b"# a\n# b\n", r"must hold a header and rows: it holds comments alone"),
    "only-commas": (b",,\n,,\n", r"it holds comments alone"),
    "header-only": (b"id,x\n", r"the file must hold rows: there are none below its header"),
    "all-comments": (
        b"id,x\n# 1,2\n# 3,4\n",
        r"none below its header; left out as comments: 2 lines",
    ),
    "ids-only": (
        b"id\na\nb\n",
        r"a column of ids must be followed by other columns: there is none",
    ),
    "ragged-short": (
        b"id,x,y\na,1,2\nb,3\n",
        r"as many entries as the first: line 3 \(“b”\) has 2 entries, line 1 has 3;",
    ),
    "ragged-long": (
        b"id\tx\na\t1\nb\t1\t2\nc\t1\n",
        r"line 3 \(“b”\) has 3 entries, line 1 has 2; .* many",
    ),
    "thousands": (
        b'id,n\na,"1,234"\nb,"12,345"\n',
        r"the comma may be decimal .*: “n” holds “1,234”: .* 1\.234 or 1234; say which: --decimal",
    ),
    "points-too": (
        b"id;x;y\na;1,5;2.5\nb;1,7;3.5\n",
        r"one decimal mark: “x” holds “1,5”, “y” holds “2\.5”; .*--decimal",
    ),
    "ragged-after-comment": (
        b"id,x\n#c\n\na,1\nb,1,2\n",
        r"line 5 \(“b”\) has 3 entries, line 1 ",
    ),
    "decimal-comma-unquoted": (b"id,x\na,1,5\nb,2,5\n", r"line 2 \(“a”\) has 3.*decimal comma"),
    "decimal-comma-unquoted-no-id": (b"Maus,x\na,1,5\nb,2,5\n", r"line 2 \(“a”\) has 3.*decimal"),
    "space-in-a-name": (b"id x\na 1\nb c 2\n", r"line 3 \(“b”\) has 3.* a space inside a name"),
    "title": (
        b"Our mice,,\nid,x,y\na,1,2\n",
        r"first line must name the columns: 2 of 3 have no name",
    ),
    "id-blank": (b"id,x\na,1\n,2\n", r"each row must have its id: line 3 has none; fill it in"),
    "columns-twice": (
        b"id,x,y,x\na,1,2,3\n",
        r"“x” is the name of column 2 and of column 4; rename",
    ),
    "quote-open": (
        b'id,x\n"a,1\nb,2\n',
        r"quotes must come in pairs around an entry: in line 2 they",
    ),
    "quote-inside": (b'id,x\n"a"b,1\n', r"quotes must come in pairs .* in line 2 they do not"),
    "quote-endless": (b'id,x\n"a,1\n' + b"b,2\n" * 40000, r"in line 2 they do not"),
    "utf-16-cut": (PLAIN.encode("utf-16")[:-1], r"the text must be UTF-16: byte \d+, in line"),
    "zero-byte": (
        b"id,x\na,1\nb\0,2\n",
        r"must be text, not binary: line 3 holds the byte 0x00; save",
    ),
    "binary": (
        bytes(range(256)),
        r"^mice: the file must be text, not binary: line 1 holds the byte",
    ),
    "random": (np.random.default_rng(1).bytes(4000), r"^mice: the file must be text, not binary"),
    "not-western": (
        "имя,x\nмышь,1\n".encode("koi8-r"),
        r"the text must be UTF-8: byte 0, in line 1",
    ),
    "gzip-cut": (gzip.compress(PLAIN.encode())[:-9], r"gzip-compressed file is damaged or cut off"),
    "gzip-head": (b"\x1f\x8b\x08", r"gzip-compressed file is damaged or cut off"),
    "gzip-crc": (gzip.compress(PLAIN.encode())[:-8] + b"\0" * 8, r"damaged or cut off: CRC check"),
    "gzip-twice": (
        gzip.compress(gzip.compress(PLAIN.encode())),
        r"compressed more than once; unpack",
    ),
    "zip": (b"PK\x03\x04rest", r"it is a zip archive or a spreadsheet; save a spreadsheet as “CSV"),
    "xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        r"it is an old spreadsheet \(\.xls\); save it as “CSV UTF-8”",
    ),
    "bzip2": (b"BZh91AY&SY", r"it is compressed by bzip2; unpack it"),
    "rds": (
        gzip.compress(b"X\n\0\0\0\3"),
        r"it is an R object; write a CSV file from R, by write.csv",
    ),
    "pickle": (
        b"\x80\x04\x95\x0b",
        r"it is a Python pickle, which may run any program; export it as",
    ),
    "bed": (
        b"\x6c\x1b\x01\x00",
        r"it is PLINK genotypes \(\.bed\); give it together with its \.bim",
    ),
    "web-page": (b"\n<!DOCTYPE html>\n<html>", r"it is a web page; fetch the file itself"),
    "control": (b"id,x\na,1\x07\n", r"line 2 holds the byte 0x07"),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(data, message):
    with pytest.raises(DataError, match=message):
        read_delimited(called("mice", data))


def test_a_title_may_have_as_many_commas_as_the_table():
    head = "Weights of mice, spring 2024\nDr Smith\n"
    reading = read_delimited((head + "id,weight\na,1.5\nb,2\nc,3\nd,4\n").encode())
    assert entries(reading) == {"weight": ("1.5", "2", "3", "4")}
    assert reading.table.ids == tuple("abcd")
    (note,) = (note for note in reading.notes if "left out" in note)
    assert "line 1: Weights of mice, spring 2024" in note
    # Names of several words are no title.
    named = read_delimited(b"of which mouse is it,x\na,1.5\nb,2\nc,3\nd,4\n")
    assert entries(named) == {"x": ("1.5", "2", "3", "4")}


def test_what_the_user_says_goes_before_what_is_detected():
    data = b"x|y\n3|2\n4|5\n"
    reading = read_delimited(data, separator="|", header=False, ids=0)
    assert reading.format == "bar-separated text, no header, no ids"
    assert entries(reading) == {"column1": ("x", "3", "4"), "column2": ("y", "2", "5")}
    assert read_delimited(data, separator="|", ids=1).table.ids == ("3", "4")
    assert read_delimited(data, separator="|", ids="y").table.ids == ("2", "5")
    assert read_delimited(b"1 2 3\n4 5 6\n", ids=2).table.ids == ("2", "5")
    assert read_delimited(b"1,2\n3,4\n", header=True).table.columns == ("2",)
    bare = read_delimited(b"#IID x\na 1\n", header=False).table
    assert (bare.ids, bare.columns) == (("a",), ("column2",))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"ids": "z"}, r"mice has no column “z”: choose from “id”, “x”"),
        ({"ids": 3}, r"ids must be in 0, 1 or 2 columns beside others: 3 of 2 columns cannot be"),
        ({"ids": 2}, r"2 of 2 columns cannot be"),
        ({"separator": "::"}, r"a separator must be one character, .*: it is “::”"),
        ({"separator": '"'}, r"a separator must be one character"),
        ({"limit": 10}, r"^mice: a file may have 10 bytes, unpacked: this one has more"),
    ],
)
def test_what_the_user_says_may_not_be(asked, message):
    with pytest.raises(DataError, match=message):
        read_delimited(called("mice", b"id,x\na,1\nb,2\n"), **asked)


def test_missing_codes_are_added_in_every_spelling():
    data = b"id,x,y\na,-9,?\nb,-9.00,2\nc,3,-9.5\nd,,NA\n"
    (outcome,) = read_files({"t.csv": data}, missing=["-9", "?"])
    reading = outcome.reading
    np.testing.assert_array_equal(
        reading.table.numbers().values,
        [[np.nan, np.nan], [np.nan, 2], [3, -9.5], [np.nan, np.nan]],
    )
    assert dict(missing_met(reading.table)) == {"-9": 1, "-9.00": 1, "?": 1, "": 1, "NA": 1}
    assert reading.notes == ()
    assert reading.table.missing > frozenset(MISSING_CODES)


def test_what_is_no_number_is_kept_for_the_checks():
    data = b'id,a,b,c,d\nm1,"1,234.5",=A1+B1,F,1_000\nm2,2,3,M,inf\n'
    table = read_delimited(data).table
    assert table.column("a") == ("1234.5", "2")
    assert table.not_numbers("b") == ((0, "=A1+B1"),)
    assert table.not_numbers("d") == ((0, "1_000"), (1, "inf"))
    assert not any(map(table.is_numeric, table.columns[1:]))
    with pytest.raises(DataError, match=r"row “m2”, column “d” holds “inf”"):
        read_delimited(data.replace(b"1_000", b"1")).table.numbers(["d"])


def test_path_and_file_name_the_table(tmp_path):
    path = tmp_path / "mice.txt"
    path.write_text(PLAIN)
    assert read_delimited(path).name == read_delimited(str(path)).table.name == "mice.txt"
    with path.open("rb") as file:
        assert read_delimited(file).name == "mice.txt"
    assert read_delimited(io.BytesIO(PLAIN.encode())).name == "the table"
    with pytest.raises(DataError, match=r"no\.csv: the file cannot be read: No such file"):
        read_delimited(tmp_path / "no.csv")
    with path.open() as file, pytest.raises(DataError, match="gives str; open it with mode “rb”"):
        read_delimited(file)


def test_a_gzip_bomb_is_stopped():
    bomb = gzip.compress(b"0" * 3_000_000)
    with pytest.raises(DataError, match=r"K: a file may have 1 MB, unpacked: this one has more"):
        read_delimited(called("K", bomb), limit=1 << 20)


def test_a_quoted_entry_may_run_over_lines():
    reading = read_delimited(b'id,remark,x\na,"two\nlines, ""quoted""",1\nb,,2\n')
    assert entries(reading) == {"remark": ('two\nlines, "quoted"', ""), "x": ("1", "2")}
    with pytest.raises(DataError, match="line 4"):
        read_delimited(b'id,remark,x\na,"two\nlines",1\nb,2\n')


def test_numbers_of_chosen_rows_stand_before_the_ids():
    """As R's write.table leaves a table that was sorted or cut."""
    for data in (
        b'"id" "w"\n"29" "m3" 1.5\n"4" "m1" 2.5\n',
        b"id\tw\n29\tm3\t1,5\n4\tm1\t2,5\n",
    ):
        reading = read_delimited(data)
        assert reading.sheet.columns[1] == ("m3", "m1")
        assert entries(reading)["w"] == ("1.5", "2.5")
    # A decimal comma, or a space inside a name, makes the same picture.
    for data in (b"id,w\n29,3,5\n4,7,5\n", b"id w\nDBA 2J 7\nB6 J 8\n"):
        with pytest.raises(DataError, match="as many entries"):
            read_delimited(data)


def test_ten_thousand_columns_are_read_in_seconds():
    values = np.round(np.random.default_rng(2).normal(size=(50, 10_000)), 5)
    names = ",".join(f"g{j}" for j in range(10_000))
    rows = [f"m{i}," + ",".join(map(repr, row)) for i, row in enumerate(values.tolist())]
    data = "\n".join([f"id,{names}", *rows]).encode()
    start = time.process_time()
    reading = read_delimited(data)
    # A quarter of a second, alone on a computer; six mean that a column is looked up by searching.
    assert time.process_time() - start < 6
    np.testing.assert_array_equal(reading.table.numbers().values, values)


def test_a_line_is_compared_to_one_that_is_as_long():
    # R prints a wide matrix in pieces; its header has one name less than the lines below.
    wrapped = b"   a   b\nm1 1.5 2.5\nm2 2.5 3.5\nm3 3.5 1.5\n   c\nm1 4.5\n"
    with pytest.raises(DataError, match=r"line 5 \(“c”\) has 1 entry, line 2 has 3; look for"):
        read_delimited(wrapped)
