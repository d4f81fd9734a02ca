"""From phenotypes and a pedigree to A of those who have a row, whatever else is given."""

import numpy as np
import pytest

import lmm_core.pedigree
from lmm_core import fit_lmm
from lmm_data.preparation.preparing import Choices, prepare
from tests.core.test_pedigree import CALVES

PEDIGREE = b"calf,sire,dam\n4,1,0\n5,3,2\n6,1,2\n7,4,5\n8,3,6\n1,0,0\n2,0,0\n3,0,0\n"
RECORDS = b"calf,sex,gain\n8,M,1.0\n4,M,2.6\n5,F,0.1\n6,F,1.0\n7,M,3.0\n"


def files(**changed):
    """The calves' files, or others in their place."""
    return {"gain.csv": RECORDS, "ped.csv": PEDIGREE} | {
        f"{name}.csv": content for name, content in changed.items() if content
    }


def test_the_five_calves_of_the_book():
    prepared = prepare(files(), Choices(from_phenotypes=("sex",)))
    dataset = prepared.require_dataset()
    assert prepared.roles == {"gain.csv": "phenotypes", "ped.csv": "kinship"}
    assert dataset.individuals == ("4", "5", "6", "7", "8")
    assert np.array_equal(dataset.relationship, CALVES)
    assert (
        "ped.csv: a pedigree of 8, A of the 5 with a row in gain.csv; none of these is inbred."
    ) in prepared.notes
    problem = dataset.problem("gain", ["sex=M"])
    fit = fit_lmm(problem.y, problem.X, problem.K)
    # Mrode 2005, chapter 11: the last iterates by average information have four digits.
    assert fit.sigma2_e == pytest.approx(0.4835, abs=5e-5)
    assert fit.sigma2_g == pytest.approx(0.5514, abs=5e-5)
    assert fit.loglik == pytest.approx(-4.0426680, abs=5e-8)


def test_another_spelling_is_asked_for():
    prepared = prepare(files(ped=PEDIGREE.replace(b"\n8,", b"\n008,")))
    assert prepared.dataset is None
    assert "“8” in gain.csv may be “008” in ped.csv" in prepared.problem
    healed = prepare(files(ped=PEDIGREE.replace(b"\n8,", b"\n008,")), Choices(spelling="zeros"))
    assert np.array_equal(healed.require_dataset().relationship, CALVES)


def test_whoever_is_not_in_the_pedigree_is_said_to_be_left_out():
    prepared = prepare(files(gain=RECORDS + b"77,M,2.2\n"))
    assert prepared.require_dataset().alignment.lacking == (("77", "kinship"),)
    strangers = prepare(files(gain=b"calf,gain\nA,1\nB,2\nC,3\nD,1\n"))
    assert "no id is shared" in strangers.problem
    assert "ped.csv has “4”, “5”, “6” and 5 more" in strangers.problem


def test_rows_without_ids_may_be_those_of_the_pedigree():
    rows = b"gain\n" + b"\n".join(b"%d.5" % i for i in range(8)) + b"\n"
    prepared = prepare(files(gain=rows))
    assert prepared.order_offered
    made = prepare(files(gain=rows), Choices(same_order=True)).require_dataset()
    assert made.individuals == ("4", "5", "6", "7", "8", "1", "2", "3")
    assert np.array_equal(made.relationship[:5, :5], CALVES)


def test_what_else_is_missing_is_said_first(monkeypatch):
    monkeypatch.setattr(lmm_core.pedigree, "MOST_AT_ONCE", 2)
    assert "none of these files holds phenotypes" in prepare({"ped.csv": PEDIGREE}).problem
    monkeypatch.undo()
    rows = b"gain\n" + b"\n".join(b"%d.5" % i for i in range(7)) + b"\n"
    assert "individuals must have ids" in prepare(files(gain=rows)).problem


def test_the_sex_of_a_pedigree_is_a_covariate_on_request():
    first, *rows = PEDIGREE.split()
    sexes = (b"M", b"F", b"F", b"M", b"M", b"M", b"F", b"M")
    sexed = b"\n".join(map(b",".join, zip([first, *rows], (b"sex", *sexes), strict=True))) + b"\n"
    records = b"calf,gain\n4,2.6\n5,0.1\n6,1.0\n7,3.0\n8,1.0\n"
    prepared = prepare(files(gain=records, ped=sexed))
    dataset = prepared.require_dataset()
    assert dataset.covariates.columns == ("sex=M",)
    assert dataset.terms.covariates == ()
    assert dataset.covariates.column("sex=M").tolist() == [1, 0, 0, 1, 1]
    # Where the phenotypes have a sex, that is the one.
    assert prepare(files(ped=sexed)).require_dataset().covariates.columns == ("sex=M",)


def test_a_role_says_otherwise():
    cows = b"cow,sire,dam,milk\nc,a,b,7.1\nd,a,b,6.2\ne,a,b,5.9\n"
    milk = b"cow,fat\nc,4\nd,5\ne,6\n"
    chosen = Choices(roles=(("cows.csv", "kinship"),))
    dataset = prepare({"cows.csv": cows, "milk.csv": milk}, chosen).require_dataset()
    assert dataset.relationship.tolist() == [[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]
    fam = b"1 c a b 1 -9\n1 d a b 2 -9\n1 e a b 1 -9\n"
    chosen = Choices(roles=(("x.fam", "kinship"),))
    again = prepare({"x.fam": fam, "milk.csv": milk}, chosen).require_dataset()
    assert np.array_equal(again.relationship, dataset.relationship)
    table = Choices(roles=(("ped.csv", "covariates"), ("gain.csv", "phenotypes")))
    assert "none of these files holds a kinship" in prepare(files(), table).problem


def test_parents_among_the_phenotypes_are_seen():
    problem = prepare({"cows.csv": b"cow,sire,dam,milk\nc,a,b,7.1\nd,a,b,6.2\n"}).problem
    assert problem.endswith(
        "For A of its columns “sire” and “dam”, write these and the ids into a file of their own"
    )


def test_too_many_individuals_are_named_with_the_file(monkeypatch):
    monkeypatch.setattr(lmm_core.pedigree, "MOST_AT_ONCE", 2)
    assert prepare(files()).problem.startswith("ped.csv: a relationship matrix takes up to 2 ind")
