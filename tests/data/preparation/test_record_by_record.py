"""Covariates of records: which row is whose is said, and never taken from another order."""

import numpy as np
import pytest

from lmm_core.errors import DataError
from lmm_data.preparation.preparing import Choices, prepare
from tests.bad_inputs import IDS, N, pheno, table
from tests.uploads import square

PHENO = b"id,visit,weight\na,1,1\na,2,2\nb,1,4\nb,2,3\nc,1,5\nc,2,7\nd,1,6\nd,2,8\n"
AGES = b"id,visit,age\na,1,10\na,2,20\nb,1,11\nb,2,21\nc,1,12\nc,2,22\nd,1,13\nd,2,23\n"
SEXES = b"id,sex\na,0\nb,1\nc,0\nd,1\n"
FILES = {"p.csv": PHENO, "K.csv": square(), "c.csv": AGES}
ROLES = (("p.csv", "phenotypes"), ("c.csv", "covariates"), ("s.csv", "covariates"))
CHOICES = Choices(roles=ROLES[:2])


def by_visit(content):
    head, *rows = content.splitlines()
    return b"\n".join([head, *rows[::2], *rows[1::2], b""])


def backwards(content):
    """The visits of each individual from the last to the first."""
    head, *rows = content.splitlines()
    pairs = [rows[k : k + 2][::-1] for k in range(0, len(rows), 2)]
    return b"\n".join([head, *(row for pair in pairs for row in pair), b""])


def test_rows_of_records_meet_one_by_one_and_it_is_said():
    prepared = prepare(FILES, CHOICES)
    data = prepared.require_dataset()
    np.testing.assert_array_equal(data.covariates.column("age"), [10, 20, 11, 21, 12, 22, 13, 23])
    said = (
        "The rows of c.csv are joined with those of p.csv record by record: their ids are the "
        "same, in the same order."
    )
    assert said in prepared.notes
    # Of a file of individuals there is nothing to say.
    other = prepare({**FILES, "c.csv": SEXES}, CHOICES)
    assert not any("record by record" in note for note in other.notes)


def test_visits_in_another_order_are_no_records_of_the_same_rows():
    with pytest.raises(
        DataError,
        match=r"c\.csv: records must stand in the same order in both files.*row 1 \(“a”\) has the "
        r"visit 1 in p\.csv, and 2 in c\.csv; sort both files by id and visit",
    ):
        prepare({**FILES, "c.csv": backwards(AGES)}, CHOICES).require_dataset()
    # 1.0 is the visit 1, and another number is another measurement, whatever its name.
    for old, new in ((b",1,1", b",1.0,1"), (b",1,1", b",7,1")):
        assert prepare({**FILES, "c.csv": AGES.replace(old, new)}, CHOICES).dataset is not None


@pytest.mark.parametrize("columns", [(), ("visit",)])
def test_rows_in_another_order_are_never_looked_up_by_id(columns):
    choices = Choices(roles=ROLES[:2], from_phenotypes=columns)
    ages = by_visit(AGES.replace(b"visit", b"when"))
    with pytest.raises(DataError, match=r"each individual must have one row: “a” has 2"):
        prepare({**FILES, "c.csv": ages}, choices).require_dataset()


def test_a_second_file_of_covariates_takes_no_row_of_several():
    two = {**FILES, "s.csv": SEXES, "p.csv": b"id,weight\na,1\nb,3\nc,2\nd,5\n"}
    with pytest.raises(
        DataError, match=r"c\.csv and s\.csv: each individual must have one row: “a” has 2"
    ):
        prepare(two, Choices(roles=ROLES)).require_dataset()


def test_covariates_of_records_and_of_individuals_are_joined():
    prepared = prepare({**FILES, "s.csv": SEXES}, Choices(roles=ROLES))
    covariates = prepared.require_dataset().covariates
    np.testing.assert_array_equal(covariates.column("age"), [10, 20, 11, 21, 12, 22, 13, 23])
    np.testing.assert_array_equal(covariates.column("sex"), [0, 0, 1, 1, 0, 0, 1, 1])


TWICE = [17.5 + k % 53 / 7 for k in range(N)]


@pytest.mark.parametrize("ids", [IDS * 2, (*IDS, *IDS[:3])])
def test_rows_that_are_copies_are_no_records(ids):
    values = (TWICE * 2)[: len(ids)]
    prepared = prepare(pheno(table({"weight": values, "visit": range(len(ids))}, ids)))
    said = prepared.dataset.terms.refused_traits["weight"]
    assert (said.where, said.rule) == (
        "pheno.csv",
        "several rows of an individual must be records, each measured anew",
    )
    assert said.found.endswith(f"of each of {len(ids) - N} individuals, such as 17.5 in 2 of “m01”")
    assert prepare(pheno(table({"weight": values}, ids))).problem == str(said)


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ([*TWICE, *TWICE[:2]], (*IDS, *IDS[:2])),
        ([*TWICE[:-1], 20.25, *TWICE], IDS * 2),
        # Scores are the same twice by chance.
        ([k % 3 for k in range(N)] * 2, IDS * 2),
        ([*TWICE, *["NA"] * N], IDS * 2),
    ],
)
def test_records_that_are_alike_by_chance_are_records(values, ids):
    assert prepare(pheno(table({"weight": values}, ids))).require_dataset().n == len(ids)
