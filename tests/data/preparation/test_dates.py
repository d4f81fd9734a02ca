"""Days written as one number: no trait and no covariate, with the way on."""

import pytest

from lmm_data.preparation.preparing import Choices, prepare
from tests.uploads import COVAR, PAIR, PHENO

DAYS = "20230131", "20230201", "20240229", "20230131"


def with_column(content, name, values):
    head, *rows = content.decode().split()
    rows = [f"{row},{value}" for row, value in zip(rows, values, strict=False)]
    return "\n".join([f"{head},{name}", *rows, ""]).encode()


def test_a_covariate_of_days_stops():
    n = len(PHENO.decode().split()) - 1
    covar = with_column(COVAR, "born", (DAYS * n)[:n])
    data = prepare({**PAIR, "covar.csv": covar}).require_dataset()
    assert "born" in data.terms.covariates
    assert (
        "a covariate must hold numbers: column “born” holds dates, such as “20230131” in row 1; "
        "count the days from one day on, in a column of its own, or leave the column out"
    ) in str(data.terms.refused_covariates["born"])


def test_days_are_no_trait():
    n = len(PHENO.decode().split()) - 1
    pheno = with_column(PHENO, "born", (DAYS * n)[:n])
    data = prepare({**PAIR, "pheno.csv": pheno}).require_dataset()
    # Nor is it fitted where all traits are.
    assert "born" not in data.terms.traits + data.traits.columns
    said = "a trait must hold numbers: column “born” holds dates, such as “20230131” in row 1"
    assert said in str(data.terms.refused_traits["born"])
    alone = "\n".join(["id,born", *(f"{who},{day}" for who, day in zip("abcd", DAYS, strict=True))])
    assert said in prepare({**PAIR, "pheno.csv": f"{alone}\n".encode()}).problem
    # A typing error in what is meant comes first.
    wrong = with_column(f"{alone}\n".encode(), "weight", ("3", "21.3*", "4", "5"))
    assert "column “weight” holds “21.3*”" in prepare({**PAIR, "pheno.csv": wrong}).problem


@pytest.mark.parametrize(
    "values",
    [
        # Not days of any month, too few different ones, and yields.
        ("20230131", "20230201", "20230230", "20230101"),
        ("20230131", "20230201", "20230131", "20230201"),
        ("20230131", "20230201", "19000229", "1.5"),
        ("12345678", "20230201", "20230131", "20240101"),
    ],
)
def test_other_numbers_of_eight_digits_are_numbers(values):
    n = len(PHENO.decode().split()) - 1
    pheno = with_column(PHENO, "count", (values * n)[:n])
    assert "count" in prepare({**PAIR, "pheno.csv": pheno}).require_dataset().terms.traits


def test_days_as_categories_are_levels():
    n = len(PHENO.decode().split()) - 1
    covar = with_column(COVAR, "born", (DAYS[:3] * n)[:n])
    files = {**PAIR, "covar.csv": covar}
    data = prepare(files, Choices(factors=("born",))).require_dataset()
    assert [name for name in data.covariates.columns if name.startswith("born=")] == [
        "born=20230201",
        "born=20240229",
    ]
