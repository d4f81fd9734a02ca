import gzip
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmm_core.errors import DataError
from lmm_data.readers.kinship import text
from lmm_data.readers.kinship.text import read_kinship_text
from tests import damage
from tests.reading import called

K = [[1.25, 0.5, -0.125], [0.5, 1.0, 0.25], [-0.125, 0.25, 0.875]]
CHECK = settings(derandomize=True, deadline=None, max_examples=150)

SQUARES = {
    "both": (b"id,a,b,c\na,1.25,.5,-.125\nb,.5,1,.25\nc,-.125,.25,.875\n", True),
    "both-empty-corner": (b",a,b,c\na,1.25,.5,-.125\nb,.5,1,.25\nc,-.125,.25,.875\n", True),
    "other-order": (b"id,c,a,b\na,-.125,1.25,.5\nb,.25,.5,1\nc,.875,-.125,.25\n", True),
    "no-corner": (b'"a" "b" "c"\n"a" 1.25 .5 -.125\n"b" .5 1 .25\n"c" -.125 .25 .875\n', True),
    "first-column": (b"a 1.25 .5 -.125\nb .5 1 .25\nc -.125 .25 .875\n", True),
    "header": (b"a;b;c\n1.25;.5;-.125\n.5;1;.25\n-.125;.25;.875\n", True),
    "counted-rows": (
        b'"","a","b","c"\n"1",1.25,.5,-.125\n"2",.5,1,.25\n"3",-.125,.25,.875\n',
        True,
    ),
    "counted-columns": (b"id,0,1,2\na,1.25,.5,-.125\nb,.5,1,.25\nc,-.125,.25,.875\n", True),
    "r-names": (b'"","V1","V2","V3"\n"a",1.25,.5,-.125\n"b",.5,1,.25\n"c",-.125,.25,.875\n', True),
    "fid-iid": (b"FID IID a b c\nF a 1.25 .5 -.125\nF b .5 1 .25\nF c -.125 .25 .875\n", True),
    "fid-iid-bare": (b"F a 1.25 .5 -.125\nF b .5 1 .25\nG c -.125 .25 .875\n", True),
    "hash": (b"#IID\ta\tb\tc\na\t1.25\t.5\t-.125\nb\t.5\t1\t.25\nc\t-.125\t.25\t.875\n", True),
    "comments": (b"# GRM\n\na 1.25 .5 -.125\nb .5 1 .25\n# \nc -.125 .25 .875\n", True),
    "decimal": (b"id;a;b;c\na;1,25;,5;-,125\nb;,5;1;,25\nc;-,125;,25;,875\n", True),
    "no-ids": (b"1.25 .5 -.125\n.5 1 .25\n-.125 .25 .875\n", False),
    "gemma": (b"1.25\t.5\t-.125\t\n.5\t1\t.25\t\n-.125\t.25\t.875\t\n", False),
    "lower": (b"1.25\n.5\t1\n-.125\t.25\t.875\n", False),
    "lower-ids": (b"a 1.25\nb .5 1\nc -.125 .25 .875\n", True),
    "lower-fid-iid": (b"F a 1.25\nF b .5 1\nF c -.125 .25 .875\n", True),
    "lower-header": (b"id,a,b,c\na,1.25\nb,.5,1\nc,-.125,.25,.875\n", True),
    "blank-above": (b"id,a,b,c\na,1.25,,\nb,.5,1,\nc,-.125,.25,.875\n", True),
    "blank-below": (b"id,a,b,c\na,1.25,.5,-.125\nb,,1,.25\nc,,,.875\n", True),
    "na-above": (b"a 1.25 NA NA\nb .5 1 NA\nc -.125 .25 .875\n", True),
    "zeros-above": (b"1.25\t0\t0\n.5\t1\t0\n-.125\t.25\t.875\n", False),
    "zeros-below": (b"1.25\t.5\t-.125\n0\t1\t.25\n0\t0\t.875\n", False),
    "pairs": (b"a a 1.25\na b .5\na c -.125\nb b 1\nb c .25\nc c .875\n", True),
    "pairs-header": (b"id1,id2,k\na,a,1.25\nb,a,.5\nc,a,-.125\nb,b,1\nc,b,.25\nc,c,.875\n", True),
    "pairs-both": (
        b"a\ta\t1.25\na\tb\t.5\na\tc\t-.125\nb\ta\t.5\nb\tb\t1\nb\tc\t.25\n"
        b"c\ta\t-.125\nc\tb\t.25\nc\tc\t.875\n",
        True,
    ),
    "gzip": (gzip.compress(b"1.25 .5 -.125\n.5 1 .25\n-.125 .25 .875\n"), False),
    "utf-16": ("1.25 .5 -.125\n.5 1 .25\n-.125 .25 .875\n".encode("utf-16"), False),
    "cr": (b"1.25 .5 -.125\r.5 1 .25\r-.125 .25 .875\r", False),
}


@pytest.mark.parametrize(("data", "named"), SQUARES.values(), ids=SQUARES)
def test_every_dress_of_the_same_matrix(data, named):
    reading = read_kinship_text(data)
    assert reading.kind == "kinship"
    assert reading.kinship.ids == (("a", "b", "c") if named else None)
    np.testing.assert_array_equal(reading.kinship.values, K)
    assert not reading.kinship.values.flags.writeable


FORMATS = {
    "both": "comma-separated text, a square, ids in the first column and in the header",
    "header": "semicolon-separated text, a square, ids in the header",
    "gemma": "tab-separated text, a square, no ids",
    "lower-fid-iid": "space-separated text, a lower triangle, family and individual ids in the "
    "first two columns",
    "pairs": "space-separated text, lines of two ids and their value",
    "gzip": "space-separated text, a square, no ids, gzip-compressed",
}


@pytest.mark.parametrize("kind", FORMATS)
def test_what_was_detected_is_said(kind):
    assert read_kinship_text(SQUARES[kind][0]).format == FORMATS[kind]


NOTES = {
    "other-order": "the columns are in another order than the rows and are put in theirs",
    "r-names": "the header, V1, V2, …, is R’s own and not read: columns are as the rows",
    "decimal": "the commas are decimal and are read as points",
    "no-ids": "the matrix carries no ids: say whose rows they are",
    "blank-above": "blank above the diagonal: the other triangle is mirrored",
    "blank-below": "blank below the diagonal: the other triangle is mirrored",
    "zeros-above": "zeros above the diagonal: the other triangle is mirrored",
    "utf-16": "the text is UTF-16, as “Unicode text” of a spreadsheet is",
}


@pytest.mark.parametrize("kind", NOTES)
def test_what_is_odd_is_noted(kind):
    assert NOTES[kind] in read_kinship_text(SQUARES[kind][0]).notes
    assert read_kinship_text(SQUARES["both"][0]).notes == ()


def test_names_that_r_changed_are_matched():
    data = b'"","X1","a.b","X2"\n"2",1,2,3\n"a-b",4,5,6\n"1",7,8,9\n'
    reading = read_kinship_text(data)
    assert reading.kinship.ids == ("2", "a-b", "1")
    np.testing.assert_array_equal(reading.kinship.values, [[3, 2, 1], [6, 5, 4], [9, 8, 7]])
    assert reading.notes == ("R changed ids in the header, as “2” to “X2”: those of the rows hold",)


def test_a_header_that_r_made_up_names_nobody():
    reading = read_kinship_text(b"V1,V2\n1,.5\n.5,1\n")
    assert reading.kinship.ids is None
    assert reading.notes == ("the header, V1, V2, …, is R’s own: say whose rows they are",)


def test_repeated_iids_are_joined_to_their_families():
    reading = read_kinship_text(b"F 1 1 0 0\nF 2 0 1 0\nG 1 0 0 1\n")
    assert reading.kinship.ids == ("F_1", "F_2", "G_1")
    assert reading.notes == ("the same IID is there more than once: the ids are FID_IID",)


def test_ids_may_be_numbers():
    assert read_kinship_text(b",1,2\n1,1,.5\n2,.5,1\n").kinship.ids == ("1", "2")
    assert read_kinship_text(b"1,2,3\n1,0,0\n0,1,0\n0,0,1\n").kinship.ids == ("1", "2", "3")
    assert read_kinship_text(b"7 7 1\n7 9 .5\n9 9 1\n").kinship.ids == ("7", "9")
    assert read_kinship_text(b"001,1,.5\n002,.5,1\n").kinship.ids == ("001", "002")


def test_what_is_missing_stays_missing_and_is_counted():
    reading = read_kinship_text(b"id,a,b,c\na,1,NA,0\nb,NA,1,0\nc,0,0,1\n")
    assert np.isnan(reading.kinship.values[0, 1])
    said = "2 of the 9 entries of the kinship are missing, the first that of "
    assert reading.notes == (f"{said}“a” with “b”",)
    bare = read_kinship_text(b"1 NA 0\nNA 1 0\n0 0 1\n")
    assert f"{said}row 1, column 2" in bare.notes


def test_what_is_not_symmetric_stays_so():
    values = read_kinship_text(b"id,a,b,c\na,1,.5,0\nb,.25,1,0\nc,0,0,1\n").kinship.values
    assert (values[0, 1], values[1, 0]) == (0.5, 0.25)


SPARSE = b"a a 1\nb b 1\nc c 1\nd d 1\na b .5\n"


def test_a_list_of_relatives_leaves_zeros_out():
    reading = read_kinship_text(SPARSE)
    np.testing.assert_array_equal(reading.kinship.values[0], [1, 0.5, 0, 0])
    assert reading.notes == (
        "5 of 6 pairs are not in the list and are taken for 0, as in lists of relatives",
    )
    with pytest.raises(DataError, match="it lacks 5 of 6, the first “a” with “c”; add them, or"):
        read_kinship_text(SPARSE, absent="error")
    whole = b"a a 1\nb b 1\nc c 1\na b .5\na c .5\n"
    for few in (whole, SPARSE.replace(b".5", b"-.5")):
        with pytest.raises(DataError, match=r"it lacks . of ., the first “.” with “.”; add them"):
            read_kinship_text(few)
    assert read_kinship_text(whole, absent="zero").kinship.values[1, 2] == 0


REFUSED = {
    "empty": (b"", r"^K: the file must hold text: it is empty"),
    "only-comments": (b"# K\n", r"the file must hold a matrix: it holds comments alone"),
    "not-square": (
        b"id,a,b,c\na,1,0,0\nb,0,1,0\n",
        r"kinship must be square: 2 rows below a header and 4 columns, ids included; give a",
    ),
    "row-lost": (b"1 .5 .2 .1\n.5 1 .1 .2\n.1 .2 .3 1\n", r"square: 3 rows and 4 columns, ids"),
    "row-twice": (b"1 .5 .2\n.5 1 .1\n.1 .2 1\n.1 .2 1\n", r"square: 4 rows and 3 columns"),
    "two-rows-three-columns": (
        b"id,a,b\na,1,0\nb,0,1\nc,0,0\n",
        r"3 rows below a header and 3 col",
    ),
    "ragged": (
        b"id,a,b,c\na,1,0,0\nb,0,1\nc,0,0,1\n",
        r"every row must have as many entries as the matrix has columns: line 3 has 3 and not 4;",
    ),
    "ragged-triangle": (b"1\n.5 1\n0 0 0 1\n0 0 0 1\n", r"line 3 has 4 and not 3; look for"),
    "no-number": (
        b"id,a,b,c\na,1,0,0\nb,0,?,1\nc,0,1,1\n",
        r"entries must be numbers: line 3, entry 3 is “\?”; write missing values as NA, and",
    ),
    "no-number-below-blanks": (b"\n\n# K\n1 0\n\n0 x\n", r"line 6, entry 2 is “x”"),
    "underscore": (b"a,1,0\nb,1_0,1\n", r"line 2, entry 2 is “1_0”"),
    "infinite": (
        b"a,1,inf\nb,inf,1\n",
        r"entries must be finite: “a” with “b” is inf; write NA if",
    ),
    "infinite-bare": (b"1 0 0\n0 1 1e999\n0 0 1\n", r"row 2, column 3 is inf"),
    "ids-differ": (
        b"id,a,b,d\na,1,0,0\nb,0,1,0\nc,0,0,1\n",
        r"header must hold the ids of the rows: “d” in the header only, “c” in the rows only;",
    ),
    "rows-twice": (
        b"id,a,b,c\na,1,0,0\nb,0,1,0\na,0,0,1\n",
        r"each row must have its own id: “a” occurs twice, in lines 2 and 4; keep one row and its",
    ),
    "header-twice": (b"a,b,b\n1,0,0\n0,1,0\n0,0,1\n", r"its own id in the header: “b” is blank or"),
    "id-blank": (b"id,a,b,c\na,1,0,0\n,0,1,0\nc,0,0,1\n", r"each row must have its id: line 3 has"),
    "no-diagonal": (
        b"a\nb .5\nc .2 .1\n",
        r"a lower triangle must have its diagonal: .* “a” alone",
    ),
    "triangle-of-two-orders": (
        b"id,b,a,c\na,1\nb,.5,1\nc,.2,.1,1\n",
        r"the header of a triangle must be in the order of its rows: it is not; put the two",
    ),
    "king-triangle": (b".25\n.125 .25\n.25 .25 .125\n", r"must end with an individual with itself"),
    "king-triangle-below-0": (b".25\n-.1 -.2\n", r"must end with an individual with itself"),
    "gcta": (
        b"1 1 9 1\n2 1 9 .5\n2 2 9 1\n3 1 9 0\n3 2 9 0\n3 3 9 1\n",
        r"are GCTA’s \.grm\.gz: give it as one, together with its \.grm\.id",
    ),
    "pairs-no-diagonal": (
        b"a a 1\na b .5\na c .2\nb c .1\nb b 1\n",
        r"each individual must have a line with itself: there is none for “c”; add the diagonal",
    ),
    "pairs-of-two-minds": (
        b"a a 1\nb b 1\na b .5\na b .25\nc c 1\n",
        r"each pair must have one value: “a” with “b” has 0\.5 and 0\.25; keep one of them",
    ),
    "pairs-ragged": (b"a a 1\nb b 1\na b\nc c 1\nd d 1\n", r"line 3 has 2 and not 3"),
    "pairs-blank": (
        b"a,a,1\nb,b,1\na,,1\nc,c,1\nd,d,1\n",
        r"each pair must have two ids: one is bl",
    ),
    "pairs-no-number": (b"a a 1\nb b x\nc c 1\nd d 1\na b 1\n", r"line 2, entry 3 is “x”"),
    "id-column-taken-for-iid": (b"a 1 0 0 0\nb 0 1 0 0\nc 0 0 1 0\n", r"3 rows and 5 columns, ids"),
    "fid-column-missing": (b"x,a,b,c\na,1,0,0\nb,0,1,0\n", r"2 rows below a header and 4 columns"),
    "npy": (b"\x93NUMPY\x01\x00", r"must be text: it is a NumPy array"),
    "gzip-cut": (gzip.compress(b"1 0\n0 1\n")[:-4], r"^K: the gzip-compressed file is damaged"),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused(data, message):
    with pytest.raises(DataError, match=message):
        read_kinship_text(called("K", data))


def test_what_takes_too_much_memory_is_refused():
    pairs = b"".join(b"m%d m%d 1\n" % (k, k) for k in range(2000))
    with pytest.raises(DataError, match=r"at most 1 MB is made of a file: this would take"):
        read_kinship_text(pairs, limit=1 << 20)
    square = b"\n".join([b" ".join([b"1"] * 400)] * 400)
    with pytest.raises(DataError, match=r"K: an array of at most 1 MB is made of a file"):
        read_kinship_text(called("K", square), limit=1 << 20)


def test_lines_that_are_too_short_take_no_memory():
    n = 3000
    data = b"1 " * n + b"\n" + b"1 1\n" * (n - 2) + b"1 " * n
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="line 2 has 2 and not 3000"):
            read_kinship_text(data)
        # A matrix of that size takes 72 MB.
        assert tracemalloc.get_traced_memory()[1] < 10e6
    finally:
        tracemalloc.stop()


def large(n):
    values = np.round(np.random.default_rng(2).normal(size=(n, n)), 8)
    values += values.T
    ids = [f"i_{k}" for k in range(n)]
    rows = [",".join([label, *map(repr, values[k].tolist())]) for k, label in enumerate(ids)]
    return values, "\n".join([",".join(["id", *ids]), *rows]).encode()


def test_a_large_matrix_is_read_quickly_and_tells_how_far_it_is():
    values, data = large(800)
    told = []
    start = time.process_time()
    reading = read_kinship_text(data, progress=told.append)
    # A sixth of 2,000 x 2,000: a third of a second, alone on a computer; four mean that entries
    # are converted one by one.
    assert time.process_time() - start < 4
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert len(told) > 5
    np.testing.assert_array_equal(reading.kinship.values, values)


def test_a_large_matrix_takes_little_memory():
    values, data = large(300)
    tracemalloc.start()
    try:
        read_kinship_text(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # The text, its lines and two matrices; the text of each entry would take eight times as much.
    assert peak < 2 * len(data) + 3 * values.nbytes


@CHECK
@given(
    st.integers(2, 7),
    st.integers(0, 1000),
    st.sampled_from([",", ";", "\t", " "]),
    st.sampled_from(["square", "lower", "pairs"]),
    st.booleans(),
    st.booleans(),
)
def test_a_matrix_comes_back_from_every_form(n, seed, separator, form, labels, header):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, n))
    values = np.round(Z @ Z.T / n + 0.01 * np.eye(n), 6)
    ids = [f"m{k}" for k in rng.permutation(n)]
    order = rng.permutation(n) if form == "square" and labels else np.arange(n)
    text = [[repr(x) for x in row] for row in values.tolist()]
    if form == "pairs":
        rows = [[ids[i], ids[j], text[i][j]] for i in range(n) for j in range(i + 1)]
        rows = [["id1", "id2", "k"]] * header + [rows[k] for k in rng.permutation(len(rows))]
    else:
        order = order if header else np.arange(n)
        rows = [[text[i][j] for j in order][: i + 1 if form == "lower" else n] for i in range(n)]
        rows = [[label] * labels + row for label, row in zip(ids, rows, strict=True)]
        rows = [["id"] * labels + [ids[j] for j in order]] * header + rows
    made = read_kinship_text("\n".join(map(separator.join, rows)).encode()).kinship
    if form == "pairs":
        place = [made.ids.index(label) for label in ids]
        np.testing.assert_array_equal(made.values[np.ix_(place, place)], values)
    else:
        assert made.ids == (tuple(ids) if labels or header else None)
        np.testing.assert_array_equal(made.values, values)


@pytest.mark.parametrize("kind", ["both", "gemma", "lower-ids", "pairs", "decimal", "fid-iid"])
def test_a_damaged_file_is_read_or_refused_and_nothing_else(kind):
    for broken in damage.mutations(SQUARES[kind][0], damage.COUNT // 4):
        try:
            kinship = read_kinship_text(broken).kinship
        except DataError:
            continue
        assert kinship.n > 0
        assert not np.isinf(kinship.values).any()


@pytest.mark.parametrize("entry", ["0.25", "NA", "0x10"])
def test_plain_numbers_are_read_at_once_and_others_one_by_one(entry, monkeypatch):
    slow = []
    one_by_one = text._read_rows
    monkeypatch.setattr(text, "_read_rows", lambda *how: slow.append(how) or one_by_one(*how))
    rows = "\n".join(f'"m{i}"\t{i}.125\t{entry}\t-3e-1 \t' for i in range(3))
    if entry == "0x10":
        with pytest.raises(DataError, match="line 1"):
            text.read_kinship_text(f"{rows}\n".encode())
        assert slow
        return
    kinship = text.read_kinship_text(f"{rows}\n".encode()).kinship
    assert kinship.ids == ("m0", "m1", "m2")
    assert kinship.values[1, [0, 2]].tolist() == [1.125, -0.3]
    assert bool(slow) == (entry != "0.25")
