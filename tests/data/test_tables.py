import numpy as np
import pytest

from lmm_core.errors import DataError, some
from lmm_data.tables import MISSING_COUNT, GenotypeTable, Table, as_kinship_table


def table(ids=("a", "b"), columns=("x", "y"), values=((1.0, 2.0), (3.0, np.nan))):
    return Table("file.csv", ids, columns, np.array(values))


def kinship(values, ids=("a", "b", "c"), columns=("a", "b", "c")):
    return Table("K.csv", ids, columns, np.array(values))


def genotypes(counts, **changes):
    fields = {
        "name": "g.bed",
        "ids": ("a", "b"),
        "markers": ("m1", "."),
        "chromosome": ("1", "X"),
        "position": np.array([10.0, np.nan]),
        "position_cm": np.array([0.0, 1.5]),
    }
    return GenotypeTable(**(fields | changes), counts=np.array(counts))


def test_values_cannot_be_changed_from_inside_or_outside():
    mine = np.array([[1.0, 2.0], [3.0, 4.0]])
    made = Table("file.csv", ("a", "b"), ("x", "y"), mine)
    mine[0, 0] = 99.0
    assert made.values[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        made.values[0, 0] = 5.0


def test_locked_values_are_shared_not_copied():
    mine = np.eye(2)
    mine.flags.writeable = False
    assert Table("file.csv", ("a", "b"), ("x", "y"), mine).values is mine


def test_ids_are_stripped_text():
    assert table(ids=(" 001", "1 ")).ids == ("001", "1")


def test_column_and_select():
    made = table()
    np.testing.assert_array_equal(made.column("x"), [1.0, 3.0])
    np.testing.assert_array_equal(made.select(("b", "a")).values, made.values[::-1])
    assert made.select(("b",)).ids == ("b",)
    assert made.select(["a", "b"]) is made
    assert table(columns=(), values=np.empty((2, 0))).values.shape == (2, 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ids": ("a", " ")}, r"each row must have its id: row 2 has none; fill it in"),
        ({"columns": ("x", "x ")}, r"each column must have its own name: “x” is given 2 times"),
        ({"columns": ("", "x")}, r"each column must have its name: column 1 has none"),
        ({"ids": ("a", "b", "c")}, r"3 ids and 2 column names, but an array of shape \(2, 2\)"),
        ({"values": ((1, 2), (3, np.inf))}, r"row “b”, column “y” holds inf; write NA"),
    ],
)
def test_table_refuses(changes, message):
    with pytest.raises(DataError, match=message):
        table(**changes)


def test_unknown_names_are_answered_with_what_there_is():
    with pytest.raises(DataError, match=r"file\.csv has no column “z”: choose from “x”, “y”"):
        table().column("z")
    with pytest.raises(DataError, match=r"file\.csv has no row for “q”"):
        table().select(("a", "q"))
    assert some("abcde") == "“a”, “b”, “c” and 2 more"


def test_kinship_columns_are_put_in_the_order_of_the_rows():
    shuffled = kinship([[0.1, 1.0, 0.2], [1.1, 0.1, 0.3], [0.3, 0.2, 1.2]], columns=("b", "a", "c"))
    made = as_kinship_table(shuffled)
    assert made.columns == made.ids == ("a", "b", "c")
    np.testing.assert_array_equal(made.values, [[1, 0.1, 0.2], [0.1, 1.1, 0.3], [0.2, 0.3, 1.2]])
    assert as_kinship_table(made) is made


@pytest.mark.parametrize(
    ("values", "names", "message"),
    [
        (np.eye(3)[:2], {"ids": ("a", "b")}, r"must be square: 2 rows x 3 columns; the rows and"),
        (
            np.eye(3),
            {"columns": ("a", "d", "e")},
            r"“d”, “e” in the header only, “b”, “c” in the rows only; write the same ids in both$",
        ),
        (
            np.eye(3),
            {"ids": ("1", "2", "3"), "columns": ("X1", "X2", "X3")},
            r"R put the X before them: .* check\.names = FALSE",
        ),
        ([[1, np.nan, 0], [0, 1, 0], [0, 0, 1]], {}, r"1 are, the first in row “a”, column “b”"),
        ([[1, 0.5, 0], [0.5, 1, 0], [0.25, 0, 1]], {}, r"“a” with “c” is 0 but “c” with “a” is .*"),
    ],
)
def test_kinship_refuses(values, names, message):
    with pytest.raises(DataError, match=message):
        as_kinship_table(kinship(values, **names))


@pytest.mark.parametrize(("relative", "accepted"), [(0.9e-8, True), (1.2e-8, False)])
def test_asymmetry_is_measured_against_the_largest_entry(relative, accepted):
    values = 50.0 * np.eye(3)
    values[0, 1] = 50.0 * relative
    if accepted:
        as_kinship_table(kinship(values))
    else:
        with pytest.raises(DataError, match=r"a difference of 6 × 10⁻⁷; make the two equal"):
            as_kinship_table(kinship(values))


@pytest.mark.parametrize("dtype", [np.int8, np.float32, np.float64])
def test_whole_counts_become_int8_whatever_they_come_in(dtype):
    made = genotypes(np.array([[0, 2], [MISSING_COUNT, 1]], dtype=dtype))
    assert made.counts.dtype == np.int8
    assert not made.counts.flags.writeable
    np.testing.assert_array_equal(made.dosages(), [[0, 2], [np.nan, 1]])
    np.testing.assert_array_equal(made.dosages(("b",)), [[np.nan, 1]])


def test_fractions_become_float32():
    made = genotypes([[0.25, 2.0], [np.nan, MISSING_COUNT]])
    assert made.counts.dtype == np.float32
    np.testing.assert_array_equal(made.dosages(), [[0.25, 2], [np.nan, np.nan]])
    assert (made.n, made.m) == (2, 2)


@pytest.mark.parametrize(
    ("counts", "changes", "message"),
    [
        ([[0, 3], [1, 1]], {}, r"“a” has 3 at marker “\.”; write missing genotypes as missing"),
        ([[0, 1], [-9, 1]], {}, r"“b” has -9 at marker “m1”"),
        ([[0, 1]], {}, r"2 ids and 2 markers, but an array of shape \(1, 2\)"),
        ([[0, 1], [1, 1]], {"chromosome": ("1",)}, r"there are 1 chromosomes, 2 positions"),
        ([[0, 1], [1, 1]], {"ids": ("a", "a")}, r"“a” is given 2 times"),
    ],
)
def test_genotypes_refuse(counts, changes, message):
    with pytest.raises(DataError, match=message):
        genotypes(counts, **changes)


def test_dosages_of_an_unknown_individual():
    with pytest.raises(DataError, match=r"g\.bed has no row for “z”"):
        genotypes([[0, 1], [1, 1]]).dosages(("a", "z"))
