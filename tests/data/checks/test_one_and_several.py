"""A finding speaks of one thing in the singular and of several in the plural, the cause first."""

import numpy as np
import pytest

from lmm_core import fit_lmm
from lmm_core.simulate.families import full_sib_families, simulate_phenotype
from lmm_data.checks import check_phenotype
from lmm_data.checks.finding import first_of
from lmm_data.checks.kinship_checks import check_kinship
from lmm_data.checks.phenotype_checks import check_numbers, check_residuals
from lmm_data.checks.who_is_who import _repeated
from lmm_data.readers.reading import TextTable

RNG = np.random.default_rng(3)
NORMAL = RNG.normal(20.0, 2.0, 60)
IDS = tuple(f"m{i:02d}" for i in range(60))


def only(findings, code):
    (found,) = [finding for finding in findings if finding.code == code]
    return found


def with_values(**at):
    y = NORMAL.copy()
    for place, value in at.items():
        y[int(place[1:])] = value
    return y


@pytest.mark.parametrize(
    ("at", "title", "begins"),
    [
        ({"m7": 90.0}, "A value far from the others", "“m07” is 90, "),
        (
            {"m7": 60.0, "m9": -40.0},
            "Values far from the others",
            "“m09”, “m07”: the first is −40, ",
        ),
    ],
)
def test_outliers(at, title, begins):
    # Of few values, two that are far off are no outliers.
    y = np.concatenate([with_values(**at), np.random.default_rng(4).normal(20.0, 2.0, 400)])
    ids = (*IDS, *(f"n{i}" for i in range(400)))
    found = only(check_phenotype("w", y, ids), "phenotype_outliers")
    assert found.title == title
    assert found.found.startswith(begins)


@pytest.mark.parametrize(
    ("at", "title", "found", "remedy"),
    [
        (["m7"], "An infinite value", "1 value is infinite: “m07”.", "Write NA if it is missing."),
        (
            ["m7", "m9"],
            "Infinite values",
            "2 values are infinite: “m07”, “m09”.",
            "Write NA if they are missing.",
        ),
    ],
)
def test_infinite_values(at, title, found, remedy):
    (one,) = check_phenotype("w", with_values(**dict.fromkeys(at, np.inf)), IDS)
    assert (one.title, one.found, one.remedy) == (title, found, remedy)


@pytest.mark.parametrize(
    ("entries", "found", "remedy"),
    [
        (("1", "x", "3"), "“x” in row 2 is not a number.", "Correct it, or write NA."),
        (
            ("1", "x", "y"),
            "“x” in row 2 is not a number, nor is 1 other.",
            "Correct them, or write NA.",
        ),
        (
            ("1", "x", "y", "z"),
            "“x” in row 2 is not a number, nor are 2 others.",
            "Correct them, or write NA.",
        ),
        (("1", "12,5", "3"), "“12,5” in row 2 is not a number.", "Write decimals with a point."),
    ],
)
def test_entries_that_are_not_numbers(entries, found, remedy):
    table = TextTable("p.csv", tuple("abcd"[: len(entries)]), ("w",), (entries,))
    (one,) = check_numbers(table, "w")
    assert (one.found, one.remedy) == (found, remedy)
    assert one.where == "p.csv, w"
    assert one.meaning == "The column cannot be used."


@pytest.mark.parametrize(
    ("ids", "title", "found"),
    [
        (("a", "b", "a"), "An id that occurs twice", "“a” occurs twice."),
        (("a", "b", "a", "a"), "An id that occurs twice", "“a” occurs 3 times."),
        (
            ("a", "b", "a", "b"),
            "Ids that occur twice",
            "2 ids occur more than once: “a”, “b”.",
        ),
    ],
)
def test_ids_that_occur_twice(ids, title, found):
    one = _repeated("K.csv", ids)
    assert (one.title, one.found) == (title, found)
    assert one.meaning == "It cannot be known which row is meant."


def test_a_code_for_missing():
    at = {f"m{k}": -9.0 for k in range(3)}
    found = only(check_phenotype("w", with_values(**at), IDS), "phenotype_code")
    rest = NORMAL[3:]
    assert found.found == (
        f"−9 occurs 3 times; all other values lie from {rest.min():.3g} to {rest.max():.3g}."
    )
    assert found.meaning == "Taken as a number, it changes the mean, the variance and h."
    assert found.remedy == "If it means “missing”, take −9 for missing."


def test_clones_and_a_diagonal():
    K = np.asarray(full_sib_families(12, 5).K).copy()
    K[1] = K[0]
    K[:, 1] = K[:, 0]
    K[1, 1] = K[0, 0]
    found = only(check_kinship(K, IDS), "kinship_clones")
    assert found.found == "“m00” and “m01” have the same genotypes, by K."
    assert found.meaning == (
        "If a sample was typed twice, a phenotype is attributed to the wrong relatives."
    )
    K = np.asarray(full_sib_families(12, 5).K).copy()
    K[4, 4] = 2.5
    one = only(check_kinship(K, IDS), "kinship_diagonal")
    assert one.title == "A diagonal far from the others"
    assert one.found == "“m04” has 2.5, where 1 is typical."
    assert one.meaning.startswith("It would have")
    K[7, 7] = 2.6
    two = only(check_kinship(K, IDS), "kinship_diagonal")
    assert two.title == "Diagonals far from the others"
    assert two.found == "“m07”, “m04”: the first has 2.6, where 1 is typical."
    assert two.meaning.startswith("They would have")


def test_residuals():
    families = full_sib_families(12, 5)
    y = simulate_phenotype(families.K, 0.3, rng=np.random.default_rng(1)).y.copy()
    y[3] += 12.0
    (one,) = check_residuals(fit_lmm(y, np.ones((60, 1)), families.K), IDS)
    assert one.title == "A value that its relatives do not explain"
    assert one.found.startswith("“m03” is ")
    y[3] += 12.0
    y[40] -= 24.0
    (two,) = check_residuals(fit_lmm(y, np.ones((60, 1)), families.K), IDS)
    assert two.title == "Values that their relatives do not explain"
    assert ": the first is " in two.found


def test_only_one_needs_no_first():
    assert first_of(["a"], "is") == "“a” is"
    assert first_of(["a", "b"], "is") == "“a”, “b”: the first is"
