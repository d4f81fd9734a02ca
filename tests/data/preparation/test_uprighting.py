"""Tables on their side are turned by the ids of other files."""

import numpy as np
import pytest

from lmm_data.preparation.preparing import Choices, prepare
from tests.uploads import square

W, L = (4.5, 2.5, 1.5, 3.5), (1.0, 0.0, 2.0, 5.0)
NUMBERS = ("11", "12", "13", "14")


def side(ids="abcd", corner="trait", sep=","):
    rows = [[corner, *ids], ["w", *map(str, W)], ["l", *map(str, L)]]
    return "".join(sep.join(row) + "\n" for row in rows).encode()


SIDES = {
    "with a name in the corner": (side(), "abcd"),
    "without": (side(corner=""), "abcd"),
    "as R writes it": (side(sep="\t").removeprefix(b"trait\t"), "abcd"),
    "ids that are numbers": (side(NUMBERS), NUMBERS),
    "with units beside": (b"trait,unit,a,b,c,d\nw,g,4.5,2.5,1.5,3.5\nl,cm,1,0,2,5\n", "abcd"),
    "decimal commas": (side(sep=";").replace(b".", b","), "abcd"),
    "some of other individuals": (side("abce"), "abcd"),
}


@pytest.mark.parametrize("kind", SIDES)
def test_a_table_on_its_side_is_turned(kind):
    content, ids = SIDES[kind]
    prepared = prepare({"y.csv": content, "K.csv": square(ids=ids)})
    dataset = prepared.require_dataset()
    assert dataset.traits.columns == ("w", "l")
    n = dataset.n
    assert n == (3 if "other" in kind else 4)
    np.testing.assert_array_equal(dataset.traits.values, np.column_stack([W, L])[:n])
    assert any("y.csv lies on its side and is turned" in note for note in prepared.notes)
    assert "individuals in its columns" in prepared.outcomes[0].format


def test_who_asks_for_a_column_of_ids_gets_it():
    files = {"y.csv": side(), "K.csv": square()}
    prepared = prepare(files, Choices(ids=(("y.csv", "trait"),)))
    assert "the table lies on its side" in prepared.problem


def test_tables_that_stand_stay():
    upright = b"id,a,b\na,1,2\nb,2,5\nc,3,1\nd,9,3\n"
    assert prepare({"y.csv": upright, "K.csv": square()}).dataset.traits.columns == ("a", "b")


def test_a_row_without_a_name_is_named():
    prepared = prepare({"y.csv": side() + b",1,2,3,4\n", "K.csv": square()})
    assert "row 3 has none" in prepared.problem
