"""The tables under the pictures of a diagnosis hold what was drawn."""

import numpy as np

from lmm_app.data.kinship_pictures import kinship_picture
from lmm_app.data.numbers import BLOCKS, numbers_of
from lmm_app.data.trait_pictures import missing_picture, values_picture
from lmm_app.paper.picture import Axis, Line, Marks, Picture


def kinship_of(n):
    rng = np.random.default_rng(n)
    root = rng.standard_normal((n, n)) / np.sqrt(n)
    return root @ root.T


def test_a_small_kinship_is_told_entry_by_entry():
    K, ids = kinship_of(5), list("abcde")
    numbers = numbers_of(kinship_picture(K, np.arange(5), ids))
    assert numbers.head == ("row", *ids)
    assert list(numbers.columns[0]) == ids
    assert not numbers.note
    np.testing.assert_allclose(np.column_stack(numbers.columns[1:]), K, rtol=1e-6)


def test_of_a_large_kinship_blocks_are_told():
    n = 100
    K = kinship_of(n)
    numbers = numbers_of(kinship_picture(K, np.arange(n), [str(k) for k in range(n)]))
    assert len(numbers.columns) == BLOCKS + 1
    assert numbers.head[:3] == ("row", "1–3", "4–6")
    # The first of 20 blocks of three and 20 of two.
    assert np.isclose(numbers.columns[1][0], K[:3, :3].mean(), rtol=1e-6)
    assert numbers.columns[0][-1] == "99–100"
    assert numbers.note == "Each number is the mean of a block."


def test_gaps_are_counted_as_ones():
    gaps = np.array([[True, False], [False, False], [True, True]])
    numbers = numbers_of(missing_picture(("x", "y"), gaps, np.arange(3)))
    assert list(numbers.columns[0]) == ["x", "y"]
    assert np.column_stack(numbers.columns[1:]).tolist() == [[1, 0, 1], [0, 0, 1]]


def test_a_histogram_is_told_bar_by_bar_and_its_odd_values_by_name():
    y = np.array([*np.linspace(1.0, 2.0, 30), -9.0])
    ids = [f"i{k}" for k in range(31)]
    plain = numbers_of(values_picture("weight", y, ids))
    assert plain.head == ("weight, from", "weight, to", "individuals")
    assert plain.columns[2].sum() == 31
    marked = numbers_of(values_picture("weight", y, ids, odd=["i30"]))
    assert marked.columns[0][-1] == "i30"
    assert [column[-1] for column in marked.columns[1:2]] == [-9.0]
    # How high the mark was drawn says nothing.
    assert np.isnan([column[-1] for column in marked.columns[2:]]).all()


def test_marks_and_lines_stand_where_they_are():
    picture = Picture(
        "p",
        "Title",
        "Words.",
        Axis("a", 0, 1),
        Axis("b", 0, 1),
        marks=(Marks(np.array([0.1]), np.array([0.2]), ("",)),),
        lines=(Line(0.5, "half"), Line(0.3, "level", level=True)),
    )
    numbers = numbers_of(picture)
    assert numbers.head == ("what", "a", "b")
    assert list(numbers.columns[0]) == ["point", "half", "level"]
    np.testing.assert_array_equal(numbers.columns[1], [0.1, 0.5, np.nan])
    np.testing.assert_array_equal(numbers.columns[2], [0.2, np.nan, 0.3])


def test_a_picture_of_nothing_has_an_empty_table():
    picture = Picture("p", "Title", "Words.", Axis("a", 0, 1), Axis("b", 0, 1))
    assert [len(column) for column in numbers_of(picture).columns] == [0, 0, 0]
