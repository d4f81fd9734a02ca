"""Traits of several files joined by id: offered, said, and never guessed."""

import numpy as np
import pytest

from lmm_cli.options import arguments_of
from lmm_data.preparation.preparing import Choices, prepare
from lmm_data.preparation.repairs import repairs_for
from tests.uploads import square

ONE, TWO = b"id,value\na,1\nb,2\nc,4\nd,3\n", b"id,value\na,5\nb,6\nd,9\n"
FILES = {"weight.csv": ONE, "length.csv": TWO, "K.csv": square()}
BOTH = Choices(roles=(("weight.csv", "phenotypes"), ("length.csv", "phenotypes")))


def test_traits_of_several_files_are_joined():
    prepared = prepare(FILES, BOTH)
    traits = prepared.require_dataset().traits
    assert traits.columns == ("weight", "length")
    np.testing.assert_array_equal(traits.values[:, 1], [5, 6, np.nan, 9])
    for said in (
        "The traits of weight.csv and length.csv are joined by id.",
        "A trait “value” is in weight.csv and in length.csv: after their files they are called "
        "“weight”, “length”.",
        "Not in length.csv, and in another file of traits: 1 individual, “c”.",
    ):
        assert said in prepared.notes
    assert {row.where: row.count for row in prepared.join.rows} == {
        "in every file": 3,
        "in weight.csv and K.csv, not in length.csv": 1,
    }


def test_what_nobody_explained_is_a_question_with_both_answers():
    prepared = prepare(FILES)
    assert prepared.dataset is None
    join, covariates = (one for one in repairs_for(prepared) if one.code == "role")
    assert join.label == "Join the traits of weight.csv and length.csv"
    assert prepare(FILES, join.choices).dataset.traits.columns == ("weight", "length")
    assert arguments_of(Choices(), join.choices) == ("--pheno", "length.csv", "weight.csv")
    assert covariates.label == "length.csv holds covariates"
    assert dict(covariates.choices.roles)["length.csv"] == "covariates"


def test_files_that_are_called_traits_are_all_traits():
    files = {"pheno_w.csv": ONE, "pheno_l.csv": TWO, "K.csv": square()}
    prepared = prepare(files)
    assert prepared.require_dataset().traits.columns == ("pheno_w", "pheno_l")
    said = "By their names “pheno_w.csv”, “pheno_l.csv” are taken for phenotypes, all of them."
    assert said in prepared.notes
    # Not what holds covariates by its columns, nor what cannot be joined.
    sexes = b"id,sex\na,0\nb,1\nc,0\nd,1\n"
    for other in (sexes, ONE + b"a,7\n", b"value\n1\n2\n4\n3\n"):
        roles = prepare({**files, "pheno_l.csv": other}).roles
        assert roles["pheno_l.csv"] != "phenotypes"


def test_an_id_that_one_file_spells_otherwise_is_a_question():
    # Of all traits together “A” would be one more individual, which no other file has.
    other = TWO.replace(b"a,", b"A,")
    prepared = prepare({**FILES, "length.csv": other}, BOTH)
    assert "“A” in length.csv" in prepared.problem
    assert "(--spelling case)" in prepared.problem
    again = Choices(roles=BOTH.roles, spelling="case")
    traits = prepare({**FILES, "length.csv": other}, again).require_dataset().traits
    np.testing.assert_array_equal(traits.values[:, 1], [5, 6, np.nan, 9])
    # Though the files of traits share nobody.
    apart = {"weight.csv": ONE[:17], "length.csv": b"id,value\nC,5\nd,9\n", "K.csv": square()}
    assert "“C” in length.csv" in prepare(apart, BOTH).problem


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"weight.csv": ONE + b"a,7\n"}, "individuals have several rows in “weight.csv”"),
        ({"weight.csv": b"id,value,length\n" + b"a,1,2\nb,2,3\nc,4,7\nd,3,1\n"}, "each trait must"),
    ],
)
def test_what_cannot_be_joined_stops(files, words):
    assert words in prepare({**FILES, **files}, BOTH).problem


def test_those_who_are_left_out_are_missed_nowhere():
    prepared = prepare(FILES, Choices(roles=BOTH.roles, without=("c",)))
    assert not any(note.startswith("Not in") for note in prepared.notes)
    assert [row.where for row in prepared.join.rows] == ["in every file"] or (
        "c" not in {label for row in prepared.join.rows for label in row.examples}
    )


def test_covariates_of_several_files_are_looked_at_one_by_one():
    files = {
        "y.csv": ONE,
        "cov1.csv": b"id,sex\na,1\nb,0\nc,1\nd,0\n",
        "cov2.csv": b"id,age\na,1\nb,2\nC,2\nd,5\n",
        "K.csv": square(),
    }
    prepared = prepare(files)
    assert prepared.roles["cov2.csv"] == "covariates"
    assert "“C” in cov2.csv" in prepared.problem
