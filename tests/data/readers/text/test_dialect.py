import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmm_core.errors import DataError
from lmm_data.readers.text.delimited import read_delimited
from lmm_data.readers.text.dialect import decode, separator_of
from tests import damage

PLAIN = "id,weight,sex\nm1,7.26,0\nm2,NA,1\n"
CHECK = settings(derandomize=True, deadline=None, max_examples=120)

LABELS = st.text(
    st.characters(
        codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="\ufeff"
    ),
    min_size=1,
    max_size=6,
).map(str.strip)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32).map(str)


@st.composite
def tables(draw):
    """Ids, column names, and columns of numbers and missing codes."""
    ids = draw(st.lists(LABELS.filter(bool), min_size=1, max_size=6, unique=True))
    names = draw(st.lists(LABELS.filter(bool), min_size=1, max_size=4, unique=True))
    column = st.lists(
        NUMBERS | st.sampled_from(["NA", ".", "", "-"]), min_size=len(ids), max_size=len(ids)
    )
    return ids, names, [draw(column) for _ in names]


def written(entry, separator, quoted):
    odd = any(sign in entry for sign in ' "\t,;#') or separator in entry or not entry
    return '"' + entry.replace('"', '""') + '"' if quoted or odd else entry


@CHECK
@given(
    tables(),
    st.sampled_from([",", ";", "\t", " "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
    st.booleans(),
)
def test_a_table_comes_back_from_every_dialect(table, separator, end, encoding, quoted, packed):
    ids, names, columns = table
    rows = [["id", *names], *map(list, zip(ids, *columns, strict=True))]
    lines = [separator.join(written(e, separator, quoted) for e in row) for row in rows]
    data = (end.join(lines) + end).encode(encoding)
    made = read_delimited(gzip.compress(data) if packed else data, separator=separator, ids=1).table
    assert made.ids == tuple(ids)
    assert made.columns == tuple(names)
    assert made.entries == tuple(map(tuple, columns))


@CHECK
@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: f"{x:.3f}"), min_size=6, max_size=12),
    st.sampled_from([",", ";", "\t", " "]),
    st.booleans(),
    st.booleans(),
)
def test_the_dialect_of_a_plain_table_is_found(values, separator, comma, headed):
    comma = comma and separator != ","
    rows = [[f"mouse{k}", value, "0.25"] for k, value in enumerate(values)]
    if comma:
        rows = [[entry.replace(".", ",") for entry in row] for row in rows]
    rows = [["id", "x", "y"]] * headed + rows
    reading = read_delimited("\n".join(map(separator.join, rows)).encode())
    assert reading.table.ids == tuple(f"mouse{k}" for k in range(len(values)))
    assert reading.table.entries == (tuple(values), ("0.25",) * len(values))
    assert reading.table.columns == (("x", "y") if headed else ("column2", "column3"))


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode() * 3,
        b'"id" "x"\n"a b" 1,5\n"c" 2\n',
        b"#FID\tIID\tx\nF\ta\t-9\nF\tb\t1\n",
        b"id;x;y\n\xc3\xa4;1,5;NA\nb;2,5;=A1\n",
        PLAIN.encode("utf-16"),
        gzip.compress(PLAIN.encode()),
    ],
    ids=["plain", "quoted", "plink", "decimal", "utf-16", "gzip"],
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data):
    for broken in damage.mutations(data, damage.COUNT // 4):
        try:
            table = read_delimited(broken).table
        except DataError:
            continue
        assert table.n > 0
        assert table.columns
        assert {len(column) for column in table.entries} == {table.n}


def test_the_text_is_clean_and_separators_are_weighed():
    assert decode(b"a\r\nb\rc\x1a", "t") == ("a\nb\nc", [])
    assert separator_of([]) == ","
    assert separator_of(["a b,c", "1 2,3", "4 5,6"]) == ","
    assert separator_of(["id x", "a 1,5", "b 2,5"]) == " "
    assert separator_of(["id,remark", "a,w 1", "b,v 2 x y", "c,u z 4"]) == ","
