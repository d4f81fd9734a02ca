"""Tables of pairs that speak of each individual with itself, and of families before it."""

import numpy as np
import pytest

from lmm_data.readers.kinship.pair_tables import read_kin0
from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files

K = np.array([[1.0, 0.5, 0.0], [0.5, 1.25, 0.25], [0.0, 0.25, 1.0]])
IDS = "abc"
LOWER = [(i, j) for i in range(3) for j in range(i + 1)]


def lines(head, values, family="", own=True):
    rows = [f"{family}{IDS[i]} {family}{IDS[j]} {values[i, j]}" for i, j in LOWER if own or i != j]
    return "\n".join([head, *rows, ""]).encode()


def only(content):
    (outcome,) = read_sorted(sort_files({"k.txt": content}))
    assert outcome.error == ""
    return outcome.reading


@pytest.mark.parametrize("column", ["KINSHIP", "kin"])
def test_coefficients_with_oneself_are_doubled_like_the_others(column):
    made = read_kin0(lines(f"ID1 ID2 {column}", K / 2))
    assert (made.kinship.ids, made.kinship.scale) == (("a", "b", "c"), 2.0)
    np.testing.assert_array_equal(made.kinship.values, K / 2)
    assert not any("says nothing" in note for note in made.notes)


@pytest.mark.parametrize("column", ["KINSHIP", "kin"])
def test_what_is_1_with_oneself_is_a_relationship_whatever_its_name(column):
    made = read_kin0(lines(f"ID1 ID2 {column}", K))
    assert made.kinship.scale == 1.0
    np.testing.assert_array_equal(made.kinship.values, K)
    assert any(
        note.startswith("the pairs: the values are read as relationships") for note in made.notes
    )
    # Without these lines nothing says that they are none of the program's coefficients.
    assert read_kin0(lines(f"ID1 ID2 {column}", K, own=False)).kinship.scale == 2.0


@pytest.mark.parametrize("head", ["FID1 IID1 FID2 IID2 REL", "FID1 ID1 FID2 ID2 A"])
def test_families_may_stand_before_the_individuals(head):
    reading = only(lines(head, K, "f "))
    assert (reading.kind, reading.named_by) == ("kinship", "IID")
    order = ["abc".index(label) for label in reading.kinship.ids]
    np.testing.assert_array_equal(reading.kinship.values, K[np.ix_(order, order)])
    assert reading.kinship.scale == 1.0


def test_two_values_behind_families_are_no_kinship():
    content = lines("FID1 IID1 FID2 IID2 REL", K, "f ")
    two = b"\n".join(line + b" 7" for line in content.splitlines()).replace(b"REL 7", b"REL N")
    (outcome,) = read_sorted(sort_files({"k.txt": two}))
    assert outcome.reading is None or outcome.reading.kind != "kinship"
