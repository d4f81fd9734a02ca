"""The columns of the model: all that are given, words as columns of 0 and 1, and which are not."""

import re

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.checks import check_dataset
from lmm_data.preparation.design import columns_of, default_model, trait_order
from lmm_data.preparation.preparing import Choices, prepare
from tests.uploads import COVAR, PAIR, PHENO, square

MANY = tuple(f"i{k:02d}" for k in range(30))


def table(**columns):
    """Thirty individuals, in CSV."""
    rows = zip(MANY, *columns.values(), strict=True)
    lines = [",".join(["id", *columns]), *(",".join(map(str, row)) for row in rows)]
    return "\n".join(lines).encode()


def files(**columns):
    y = [f"{20 + 3 * np.sin(7 * k):.3f}" for k in range(30)]
    rows = [",".join([one, *("1" if one == two else "0" for two in MANY)]) for one in MANY]
    return {
        "K.csv": "\n".join([",".join(["id", *MANY]), *rows]).encode(),
        "pheno.csv": table(w=y),
        "covar.csv": table(**columns),
    }


def test_covariates_among_the_phenotypes_can_be_both():
    table = PHENO.replace(b"sex,note", b"sex,age").replace(b"x\n", b"1\n").replace(b"y\n", b"2\n")
    table = table.replace(b"z\n", b"3\n").replace(b"w\n", b"4\n")
    prepared = prepare({**PAIR, "pheno.csv": table})
    assert prepared.dataset.traits.columns == ("weight", "age")
    assert prepared.dataset.covariates.columns == ("sex=M", "age")
    assert any("“sex”, “age” of pheno.csv can be" in note for note in prepared.notes)
    # They are columns of the phenotypes first: a model has them if they are asked for.
    assert default_model(prepared.dataset) == ()
    asked = prepare({**PAIR, "pheno.csv": table}, Choices(from_phenotypes=("sex", "age")))
    assert default_model(asked.dataset) == ("sex=M", "age")
    chosen = prepare({**PAIR, "pheno.csv": table}, Choices(from_phenotypes=("weight",)))
    assert chosen.dataset.covariates.columns == ("weight",)
    beside = prepare(
        {"K.csv": square(), "pheno.csv": table, "covar.csv": b"id,dose\na,1\nb,0\nc,1\nd,0\n"},
        Choices(from_phenotypes=("age",)),
    )
    assert beside.dataset.covariates.columns == ("dose", "age")
    np.testing.assert_array_equal(beside.dataset.covariates.column("age"), [3, 2, 4, 1])
    again = prepare(
        {"K.csv": square(), "pheno.csv": table, "covar.csv": COVAR},
        Choices(from_phenotypes=("age",)),
    )
    assert "“age” is in covar.csv and in pheno.csv" in again.problem


def test_categories_become_columns():
    prepared = prepare(PAIR, Choices(factors=("sex",)))
    np.testing.assert_array_equal(prepared.dataset.covariates.column("sex=M"), [1, 0, 0, 1])
    assert prepared.dataset.covariates.columns == ("sex=M",)
    note = prepare(PAIR, Choices(factors=("note",))).dataset.covariates.columns
    assert note == ("note=x", "note=y", "note=z")
    absent = prepare(PAIR, Choices(factors=("cage",)))
    assert "there is no column “cage”; choose from “sex”, “weight”, “note”" in absent.problem


def test_all_that_are_given_are_in_the_model():
    columns = {f"c{k}": [f"{np.cos(k * j + j):.3f}" for j in range(30)] for k in range(14)}
    data = prepare(files(**columns)).dataset
    assert default_model(data) == tuple(columns)
    # With a gap the individual leaves, and the column stays.
    columns["c3"][4:16] = ["NA"] * 12
    data = prepare(files(**columns)).dataset
    assert default_model(data) == tuple(columns)
    assert data.problem("w", default_model(data)).n == 18


def test_words_are_compared_to_the_first_and_it_is_said():
    sex = ["M", "F"] * 15
    site = ["north", "south", "east"] * 10
    prepared = prepare(files(sex=sex, age=range(30), site=site))
    data = prepared.dataset
    assert default_model(data) == ("sex=M", "age", "site=north", "site=south")
    assert "sex of covar.csv: M against F." in prepared.notes
    assert "site of covar.csv: north and south against east." in prepared.notes
    np.testing.assert_array_equal(data.covariates.column("sex=M"), [1, 0] * 15)
    # A model may ask for the column by its own name.
    assert columns_of(data, ["site", "age"]) == ("site=north", "site=south", "age")


def test_numbers_are_categories_on_request_and_in_their_order():
    age = ["9", "10", "11.0", "11"] * 7 + ["NA", "9.0"]
    data = prepare(files(age=age), Choices(factors=("age",))).dataset
    assert default_model(data) == ("age=10", "age=11")
    np.testing.assert_array_equal(data.covariates.column("age=11")[:6], [0, 0, 1, 1, 0, 0])
    assert np.isnan(data.covariates.column("age=10")[28])


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (
            ["12"] * 4 + ["12wk"] + ["13"] * 25,
            "covar.csv: every entry of a covariate must be a number: row 5 (“i04”), column “age” "
            "holds “12wk”; correct it, write NA if it is missing, or leave the column out of the "
            "model",
        ),
        (
            ["a few", "b"] + ["13", "14"] * 14,
            "covar.csv: every entry of a covariate must be a number: row 1 (“i00”), column “age” "
            "holds “a few”, and 1 more is no number; correct it, write NA if it is missing, or "
            "leave the column out of the model",
        ),
        (
            MANY,
            "covar.csv: a covariate must hold numbers or categories: column “age” holds 30 "
            "different words in 30 rows, such as “i00”; leave the column out of the model",
        ),
    ],
)
def test_a_column_that_cannot_be_used_stops_a_fit_and_not_another_model(column, said):
    data = prepare(files(age=column, sex=[0, 1] * 15)).dataset
    assert default_model(data) == ("age", "sex")
    with pytest.raises(DataError) as caught:
        data.problem("w", default_model(data))
    assert str(caught.value) == said
    assert data.problem("w", ("sex",)).columns == ("intercept", "sex")


@pytest.mark.parametrize("code", ["-9", "-9.0", "999", "?", "0"])
def test_a_code_among_words_is_a_question_and_no_category(code):
    sex = ["M", "F"] * 14 + [code, "M"]
    data = prepare(files(sex=sex)).dataset
    with pytest.raises(DataError, match=f"column “sex” holds “{re.escape(code)}” among words; if"):
        data.problem("w", default_model(data))
    said = prepare(files(sex=sex), Choices(missing=(code,))).dataset
    assert default_model(said) == ("sex=M",)
    assert said.problem("w", ("sex=M",)).n == 29


def test_0_among_other_words_is_a_category():
    data = prepare(files(dose=["0", "low", "high"] * 10)).dataset
    assert default_model(data) == ("dose=high", "dose=low")


def test_categories_that_differ_by_case_are_a_question():
    data = prepare(files(sex=["M", "F"] * 14 + ["m", "M"])).dataset
    with pytest.raises(DataError, match="holds “M” and “m”; write them alike if they are the same"):
        data.problem("w", default_model(data))


def test_of_phenotypes_without_a_trait_the_cell_is_named():
    bare = {**PAIR, "pheno.csv": PHENO.replace(b"2.5", b"2.5*")}
    assert "row 2 (“b”), column “weight” holds “2.5*”; correct it" in prepare(bare).problem


def test_what_is_the_same_for_all_is_left_out_and_said():
    same = {"one": [1] * 30, "word": ["x"] * 30, "empty": ["NA"] * 30}
    prepared = prepare(files(age=range(30), **same))
    assert default_model(prepared.dataset) == ("age",)
    assert (
        "“one”, “word”, “empty” of covar.csv are left out of the model: each is the same for "
        "all, as the intercept is." in prepared.notes
    )


def test_files_of_covariates_are_joined_by_id():
    two = {**files(age=range(30)), "covar2.csv": table(sex=["M", "F"] * 15)[:-6]}
    prepared = prepare(two)
    assert prepared.roles["covar2.csv"] == "covariates"
    data = prepared.dataset
    assert default_model(data) == ("age", "sex=M")
    assert data.problem("w", default_model(data)).n == 29
    assert "The covariates of covar.csv and covar2.csv are joined by id." in prepared.notes
    again = prepare({**files(age=range(30)), "covar2.csv": table(age=range(30))})
    assert again.problem == (
        "each covariate must have its own name: “age” is in covar.csv and in covar2.csv; rename "
        "one of them, or leave one file out"
    )


def test_without_headers_traits_and_covariates_keep_their_own_names():
    bare = {name: content.partition(b"\n")[2] for name, content in files(age=range(30)).items()}
    bare["K.csv"] = files(age=range(30))["K.csv"]
    prepared = prepare(bare, Choices(roles=(("covar.csv", "covariates"),)))
    assert prepared.dataset.traits.columns == ("column2",)
    assert default_model(prepared.dataset) == ("covariate1",)


def test_a_trait_with_a_bad_cell_is_meant_all_the_same():
    bad = (
        PHENO.replace(b"weight", b"weight,length")
        .replace(b"1.5", b"1.5,7")
        .replace(b"2.5", b"2.5*,8")
    )
    bad = bad.replace(b"3.5", b"3.5,9").replace(b"4.5", b"4.5,6")
    data = prepare({**PAIR, "pheno.csv": bad}).dataset
    assert data.terms.traits == ("weight", "length")
    assert data.traits.columns == ("length",)
    with pytest.raises(DataError, match=r"^pheno.csv: every entry of a trait .* holds “2\.5\*”; "):
        data.problem("weight")
    # Words are no trait; asked for, they say so.
    with pytest.raises(DataError, match=r"a trait must hold numbers: column “sex” holds words"):
        data.problem("sex")


def test_a_trait_cannot_explain_itself():
    twice = {**files(w=[f"{20 + 3 * np.sin(7 * k):.3f}" for k in range(30)])}
    data = prepare(twice).dataset
    with pytest.raises(DataError, match="a trait cannot explain itself: “w” is the trait and"):
        data.problem("w", ("w",))
    # Another column of the same name is another column.
    other = prepare(files(w=range(30))).dataset
    assert other.problem("w", ("w",)).X[:, 1].tolist() == [*map(float, range(30))]


def test_the_checks_have_the_same_model():
    prepared = prepare(files(sex=["M", "F"] * 15, age=[5, 6, 8] * 10))
    report = check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates)
    assert report.of("covariate_text") == ()
    assert {f.column for f in report.of("covariate_missing")} == set()


@pytest.mark.parametrize(
    "first", ["plot", "rep", "family", "sire", "birth_year", "Date", "Code_ID"]
)
def test_numbers_of_plots_stand_behind_the_trait(first):
    rows = "".join(f"{who},{k},{k * k + 0.5}\n" for k, who in enumerate("abcd"))
    data = prepare({**PAIR, "pheno.csv": f"id,{first},yield\n{rows}".encode()}).require_dataset()
    assert trait_order(data.terms.traits, data) == ("yield", first)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (["x", ""] * 15, "holds “x” for 15 and nothing, which is taken for missing, for 15"),
        (["+", "-"] * 15, "holds “+” for 15 and “-”, which is taken for missing, for 15"),
        ([1, "NA", "NA"] * 10, "holds “1” for 10 and “NA”, which is taken for missing, for 20"),
    ],
)
def test_one_word_beside_nothing_is_a_question_and_no_constant(column, said):
    data = prepare(files(treated=column, age=range(30))).dataset
    assert default_model(data) == ("treated", "age")
    with pytest.raises(DataError, match=re.escape(f"column “treated” {said}; write a word or")):
        data.problem("w", default_model(data))
    assert data.problem("w", ("age",)).n == 30


@pytest.mark.parametrize(
    "column",
    [["x"] * 28 + ["", ""], ["1"] * 28 + ["NA", "NA"], ["late", "late"] + [""] * 28, [""] * 30],
)
def test_a_few_gaps_in_a_column_that_is_the_same_for_all_are_gaps(column):
    prepared = prepare(files(treated=column, age=range(30)))
    assert default_model(prepared.dataset) == ("age",)
    assert any("“treated” of covar.csv is left out" in note for note in prepared.notes)


def test_a_level_with_the_name_of_a_column_takes_not_its_place():
    data = prepare(files(**{"sex=M": range(30), "sex": ["M", "F"] * 15})).dataset
    with pytest.raises(DataError, match="“sex=M” is a column, and a level of column “sex”"):
        data.problem("w", default_model(data))
    assert data.problem("w", ("sex=M",)).X[5, 1] == 5.0
