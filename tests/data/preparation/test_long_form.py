"""Tables with a row for each individual and trait: spread out, or refused in words."""

import pytest

from lmm_core.errors import DataError
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.long_form import left_aside, spread_out
from lmm_data.preparation.preparing import prepare
from lmm_data.readers.reading import TextTable

KINSHIP = b"id,a,b,c\na,1,.5,0\nb,.5,1,0\nc,0,0,1\n"


def table(columns, *rows):
    """A table whose first column is the ids."""
    ids, *entries = zip(*rows, strict=True)
    return TextTable("long.csv", ids, columns, tuple(entries))


@pytest.mark.parametrize("head", ["trait,value", "variable,value", "Trait,y", "name,value"])
def test_each_trait_becomes_a_column(head):
    lines = ["a,w,1", "b,w,2", "c,w,4", "a,len,7", "c,len,9"]
    files = {"K.csv": KINSHIP, "long.csv": "\n".join([f"id,{head}", *lines]).encode()}
    prepared = prepare(files)
    assert prepared.phenotypes.columns == ("w", "len")
    assert prepared.dataset.traits.column("w").tolist() == [1, 2, 4]
    assert prepared.phenotypes.column("len") == ("7", "NA", "9")
    values = head.split(",")[1]
    said = f"“w”, “len”, each of which is a column now, its values those of “{values}”."
    assert said in " ".join(prepared.notes)


def test_what_is_of_the_individual_stays():
    rows = [("a", "w", "M", "1"), ("a", "l", "M", "7"), ("b", "w", "F", "2"), ("b", "l", "F", "8")]
    made, _ = spread_out(table(("trait", "sex", "value"), *rows))
    assert made.ids == ("a", "b")
    assert dict(zip(made.columns, made.entries, strict=True)) == {
        "sex": ("M", "F"),
        "w": ("1", "2"),
        "l": ("7", "8"),
    }


def test_records_of_a_trait_and_two_columns_of_values_are_refused():
    rows = [("a", "w", "1", "2"), ("a", "l", "7", "8"), ("b", "w", "2", "3"), ("b", "l", "8", "9")]
    for columns, found, said in (
        (("trait", "y", "value"), [*rows, rows[0]], "“a” has several rows of “w”; give a table"),
        (("trait", "y", "z"), rows, "and their values may be in “y”, “z”; give a table"),
    ):
        with pytest.raises(DataError, match=said):
            spread_out(table(columns, *found))


@pytest.mark.parametrize("name", ["visit", "variable", "site"])
def test_records_are_not_traits(name):
    one = table((name, "y"), ("a", "s1", "1"), ("a", "s2", "2"), ("b", "s1", "3"), ("b", "s2", "4"))
    assert spread_out(one) == (one, "")
    said = f"“{name}” of long.csv tells records of an individual apart"
    assert left_aside(one, ()).startswith(said)
    assert left_aside(one, (name,)) == ""


def test_traits_may_be_numbered():
    lines = ["a,1,2.5", "a,2,7", "b,1,2", "c,1,4", "b,2,9"]
    files = {"K.csv": KINSHIP, "long.csv": "\n".join(["id,trait,value", *lines]).encode()}
    prepared = prepare(files)
    assert prepared.phenotypes.columns == ("trait 1", "trait 2")
    assert prepared.dataset.traits.column("trait 1").tolist() == [2.5, 2, 4]
    assert prepared.phenotypes.column("trait 2") == ("7", "9", "NA")
    assert "“trait” names 2 traits, “1”, “2”, each of which is a column now" in " ".join(
        prepared.notes
    )


@pytest.mark.parametrize(
    ("columns", "numbers"),
    [
        # Scores of two visits, whatever they are called; a visit; and a trait with records.
        (("trait", "visit"), "1 4 2 3 5 1"),
        (("visit", "value"), "1 2 1 2 1 2"),
        (("measurement", "value"), "1 2 1 2 1 2"),
        (("trait", "value"), "1 1 1 1 2 2"),
        (("trait", "value"), "1.5 2 1.5 2 1.5 2"),
    ],
)
def test_numbers_that_are_values_or_records_name_no_traits(columns, numbers):
    rows = zip("aabbcc", numbers.split(), "121212", strict=True)
    one = table(columns, *rows)
    assert spread_out(one) == (one, "")


@pytest.mark.parametrize(("name", "named"), [("env", True), ("block", True), ("score", False)])
def test_numbers_of_blocks_tell_records_apart(name, named):
    one = table((name, "y"), ("a", "1", "1"), ("a", "2", "2"), ("b", "1", "3"), ("b", "2", "4"))
    said = f"“{name}” of long.csv tells records of an individual apart"
    assert left_aside(one, ()).startswith(said) == named
    assert left_aside(one, (name,)) == ""
    # What an individual has once and for all tells nothing apart.
    same = table((name, "y"), ("a", "1", "1"), ("a", "1", "2"), ("b", "2", "3"), ("b", "2", "4"))
    assert left_aside(same, ()) == ""


def test_what_is_in_the_model_is_not_named():
    text = b"id,site,y\na,s1,1\na,s2,3\nb,s1,2\nb,s2,5\nc,s1,2\nc,s2,4\n"
    files = {"K.csv": KINSHIP, "y.csv": text}
    assert "tells records" in " ".join(prepare(files).notes)
    assert "tells records" not in " ".join(prepare(files, Choices(from_phenotypes=("site",))).notes)
