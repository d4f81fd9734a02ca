import io
import subprocess
import sys
import time

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.readers.text.csv import read_kinship, read_table
from tests.reading import called

PLAIN = b"id,weight,sex\nm1,7.26,0\nm2,NA,1\n"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        b"\xef\xbb\xbf" + PLAIN,
        b'\xef\xbb\xbf"id, all","weight","sex"\n' + PLAIN.partition(b"\n")[2],
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b"\r"),
        PLAIN.rstrip(),
        PLAIN.replace(b"\n", b"\n\n") + b"  \n",
        b'"id","weight","sex"\n"m1","7.26","0"\n"m2","NA","1"\n',
        b" id , weight , sex\n m1 , 7.26 , 0\n m2 , NA , 1\n",
    ],
    ids=[
        "plain",
        "bom",
        "bom-quote",
        "crlf",
        "cr",
        "no-last-end",
        "blank-lines",
        "quoted",
        "spaces",
    ],
)
def test_every_dress_of_the_same_table(data):
    made = read_table(data)
    assert made.ids == ("m1", "m2")
    assert made.columns == ("weight", "sex")
    np.testing.assert_array_equal(made.values, [[7.26, 0], [np.nan, 1]])


@pytest.mark.parametrize("text", ["NA", "NaN", "", ".", "  ", " NA "])
def test_missing_codes(text):
    assert np.isnan(read_table(f"id,x,y\na,{text},1\n".encode()).values[0, 0])


def test_every_digit_is_kept():
    written = np.random.default_rng(1).normal(size=(20, 3)) * 10.0 ** np.arange(-150, 151, 150)
    lines = [f"i{k}," + ",".join(map(repr, row.tolist())) for k, row in enumerate(written)]
    np.testing.assert_array_equal(
        read_table(("id,a,b,c\n" + "\n".join(lines)).encode()).values, written
    )


def test_ids_are_never_numbers():
    made = read_table("id,x\n001,1\n1,2\n1.0,3\n1e3,4\n Ä 7,5\n".encode())
    assert made.ids == ("001", "1", "1.0", "1e3", "Ä 7")


def test_path_bytes_and_file_object_name_the_table(tmp_path):
    path = tmp_path / "mice.csv"
    path.write_bytes(PLAIN)
    assert read_table(path).name == read_table(str(path)).name == "mice.csv"
    with path.open("rb") as file:
        assert read_table(file).name == "mice.csv"
    assert read_table(PLAIN).name == "the table"
    assert read_table(io.BytesIO(PLAIN)).name == "the table"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"mice: the file must hold text: it is empty"),
        (b"\n \n", r"it is empty"),
        (b"id,x\n", r"must hold rows: there are none below its header"),
        (
            b"id\na\n",
            r"mice: ids must be in 0, 1 or 2 columns beside others: 1 of 1 columns cannot be",
        ),
        (
            b"id,x,x\na,1,2\n",
            r"must have its own name: “x” is the name of column 2 and of column 3",
        ),
        (b"id,x\na,1\n,2\n", r"each row must have its id: line 3 has none"),
        (b"id,x,sex\na,1,F\n", r"mice: entries must be numbers: row “a”, column “sex” holds “F”;"),
        (b'id,x\na,"1,5"\nb,2.5\n', r"“x” holds “1,5” and “2\.5”; write all alike"),
        (b"id,x\na,1_000\n", r"row “a”, column “x” holds “1_000”"),
        (b"id,x\na,1\nb,na\n", r"row “b”, column “x” holds “na”; .* missing values as NA"),
        (b"id,x\na,inf\n", r"row “a”, column “x” holds “inf”; .* missing values as NA"),
        (b"id,x,y\na,1,2\nb,3\n", r"line 3 \(“b”\) has 2 entries, line 1 has 3; look for"),
        (b"id,x\n\na,1,2\n", r"line 3 \(“a”\) has 3 entries, line 1 has 2"),
        (b"x\na,1\n", r"line 2 \(“a”\) has 2 entries, line 1 has 1"),
        (b"\x1f\x8b\x08", r"the gzip-compressed file is damaged or cut off"),
        (b'id,x\n"a,1\n' + b"b,2\n" * 40000, r"close the quote or take it off"),
    ],
)
def test_read_table_refuses(data, message):
    with pytest.raises(DataError, match=message):
        read_table(called("mice", data))


@pytest.mark.parametrize("sign", [";", "\t", " "])
def test_other_separators_are_read_too(sign):
    assert read_table(f"id{sign}x\na{sign}1\nb{sign}2\n".encode()).column("x").tolist() == [1, 2]


def test_no_such_file(tmp_path):
    with pytest.raises(DataError, match=r"no\.csv: the file cannot be read: No such file"):
        read_table(tmp_path / "no.csv")


def test_read_kinship_joins_its_header_to_its_rows():
    made = read_kinship(b"id,02,01\n01,0.5,1\n02,1,0.5\n")
    assert made.ids == made.columns == ("01", "02")
    np.testing.assert_array_equal(made.values, [[1, 0.5], [0.5, 1]])
    assert made.name == "the kinship"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"id,a,b\na,1,0\nb,0,1\nc,0,0\n",
            r"K: kinship must be square: 3 rows below a header and 3 columns",
        ),
        (b"id,a,c\na,1,0\nb,0,1\n", r"“c” in the header only, “b” in the rows only"),
        (b"id,a,b\na,1,NA\nb,NA,1\n", r"the first in row “a”, column “b”; leave out"),
        (b"id,a,b\na,1,0.5\nb,0.25,1\n", r"“a” with “b” is 0\.5 but “b” with “a” is 0\.25"),
        (b"id,a,b\na,1,?\nb,0,1\n", r"K: entries must be numbers: line 2, entry 3 is “\?”"),
    ],
)
def test_read_kinship_refuses(data, message):
    with pytest.raises(DataError, match=message):
        read_kinship(called("K", data))


def test_a_large_kinship_is_read_in_seconds():
    n = 1000
    values = np.round(np.random.default_rng(2).normal(size=(n, n)), 8)
    values += values.T
    ids = [f"i_{k}" for k in range(n)]
    rows = [[label, *map(repr, values[k].tolist())] for k, label in enumerate(ids)]
    data = "\n".join(",".join(row) for row in [["id", *ids], *rows]).encode()
    start = time.perf_counter()
    made = read_kinship(data)
    # A quarter of 2,000 x 2,000. It takes about a second: ten mean that the path per row, and
    # not per entry, was lost.
    assert time.perf_counter() - start < 10
    np.testing.assert_array_equal(made.values, values)


def test_reading_needs_no_pandas():
    modules = "lmm_data.readers.text.csv, lmm_data.readers.genotypes.plink, lmm_data.dataset"
    code = f"import sys, {modules}; "
    code += "sys.exit(any(m in sys.modules for m in ('pandas', 'bed_reader', 'scipy.stats')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
