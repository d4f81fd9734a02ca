"""Datasets in which individuals have several records."""

import numpy as np
import pytest

from lmm_core import fit_lmm
from lmm_core.errors import DataError
from lmm_data import records
from lmm_data.checks import check_dataset
from lmm_data.dataset import align
from lmm_data.preparation.reshaping import beside
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.records import records_words
from lmm_data.tables import Table
from lmm_data.written import dataset_files

IDS = ("a", "b", "c", "d")
K = np.eye(4) + 0.25
# In the order of the file: neither that of the kinship nor together.
WHOSE = ("c", "a", "x", "c", "d", "a", "c")
IN_ORDER = ("a", "a", "c", "c", "c", "d")


def kinship():
    return Table("K.csv", IDS, IDS, K)


def phenotypes(whose=WHOSE):
    return Table("pheno.csv", whose, ("y",), np.arange(1.0, len(whose) + 1.0)[:, np.newaxis])


def of_individuals(ids=("d", "c", "b", "a")):
    return Table("covar.csv", ids, ("site",), np.arange(len(ids), dtype=float)[:, np.newaxis])


def test_records_stand_in_the_order_of_the_kinship_and_then_of_the_file():
    data = align("mice", phenotypes(), kinship())
    assert data.ids == IN_ORDER
    assert data.individuals == data.alignment.matched == ("a", "c", "d")
    assert data.alignment.only_in_phenotype == ("x",)
    np.testing.assert_array_equal(data.traits.column("y"), [2, 6, 1, 4, 7, 5])
    np.testing.assert_array_equal(data.of, [0, 0, 1, 1, 1, 2])
    np.testing.assert_array_equal(data.relationship, K[np.ix_([0, 2, 3], [0, 2, 3])])
    np.testing.assert_array_equal(data.kinship, data.relationship[np.ix_(data.of, data.of)])
    assert (data.n, data.covariates.columns) == (6, ())


def test_covariates_of_individuals_or_of_records():
    data = align("mice", phenotypes(), kinship(), of_individuals())
    assert data.covariates.column("site").tolist() == [3, 3, 1, 1, 1, 0]
    own = Table("pheno.csv", WHOSE, ("age",), 10.0 * np.arange(7)[:, np.newaxis])
    data = align("mice", phenotypes(), kinship(), own)
    assert data.covariates.column("age").tolist() == [10, 50, 0, 30, 60, 40]
    with pytest.raises(DataError, match=r"covar\.csv: each individual must have one row: “a” has"):
        align("mice", phenotypes(), kinship(), of_individuals(("a", "c", "d", "a")))
    with pytest.raises(DataError, match="each individual must have one row: “c” has 3"):
        align("mice", phenotypes(("c", "a", "b", "d")), kinship(), own)


def test_a_kinship_has_one_row_for_each():
    twice = Table("K.csv", ("a", "b", "c", "a"), ("a", "b", "c", "d"), K)
    with pytest.raises(DataError, match=r"K\.csv: each individual must have one row: “a” has 2, "):
        align("mice", phenotypes(), twice)
    with pytest.raises(DataError, match="each individual must have one row"):
        phenotypes().select(("a", "c"))


def test_a_record_without_a_value_leaves_by_itself():
    values = np.array([1.0, np.nan, 3.0, 4.0, np.nan, 6.0, 7.0])[:, np.newaxis]
    data = align("mice", Table("pheno.csv", WHOSE, ("y",), values), kinship())
    with pytest.raises(DataError, match="at least 3 individuals"):
        align("mice", phenotypes(("c", "c", "d", "d")), kinship())
    problem = data.problem("y")
    assert problem.ids == ("a", "c", "c", "c")
    assert [label for label, _ in problem.dropped] == ["a", "d"]
    assert (problem.n, problem.individuals) == (4, 2)
    np.testing.assert_array_equal(problem.of, [0, 1, 1, 1])
    np.testing.assert_array_equal(problem.K, problem.relationship[np.ix_(problem.of, problem.of)])
    whole = align("mice", phenotypes(), kinship()).problem("y")
    assert whole.kinship_fingerprint != problem.kinship_fingerprint


def test_what_is_left_may_be_one_record_of_each():
    values = np.array([1.0, 2.0, 3.0, np.nan, 5.0, np.nan, np.nan])[:, np.newaxis]
    problem = align("mice", Table("pheno.csv", WHOSE, ("y",), values), kinship()).problem("y")
    assert problem.ids == ("a", "c", "d")
    assert problem.of is None
    np.testing.assert_array_equal(problem.K, K[np.ix_([0, 2, 3], [0, 2, 3])])


def test_the_fit_is_that_of_the_matrix_written_out():
    rng = np.random.default_rng(1)
    whose = tuple(rng.choice(IDS, 30))
    table = Table("pheno.csv", whose, ("y",), rng.normal(size=(30, 1)))
    problem = align("mice", table, kinship()).problem("y")
    short = fit_lmm(problem.y, problem.X, problem.decomposed())
    whole = fit_lmm(problem.y, problem.X, problem.K)
    assert short.h2 == pytest.approx(whole.h2, abs=1e-9)
    assert short.loglik == pytest.approx(whole.loglik, abs=1e-9)


def test_too_many_records_are_not_written_out(monkeypatch):
    monkeypatch.setattr(records, "MOST_EXPANDED", 5)
    data = align("mice", phenotypes(), kinship())
    with pytest.raises(DataError, match=r"up to 5 records can be .* are 6 records of 3 "):
        _ = data.kinship
    assert data.problem("y").decomposed().n == 6


def test_they_are_checked_as_what_they_are(monkeypatch):
    rng = np.random.default_rng(2)
    ids = tuple(f"m{i}" for i in range(30))
    families = np.kron(np.eye(10), 0.5 + 0.5 * np.eye(3))
    whose = tuple(rng.choice(ids, 90))
    table = Table("pheno.csv", whose, ("y",), rng.normal(size=(90, 1)))
    square = KinshipMatrix("K.csv", ids, families)
    report = check_dataset(table, square)
    (finding,) = report.of("ids_records")
    assert finding.severity == "note"
    assert finding.found.startswith("There are 90 records of ")
    assert not report.of("kinship_clones")
    assert report.of("power_expected")
    monkeypatch.setattr("lmm_data.checks.report.MOST_EXPANDED", 50)
    report = check_dataset(table, square)
    (finding,) = report.of("records_many")
    assert "there are 90 records" in finding.found.lower()
    assert not report.of("power_expected")


def text(name, ids, **columns):
    return TextTable(name, ids, tuple(columns), tuple(columns.values()))


def test_columns_of_the_phenotypes_beside_covariates_are_those_of_records():
    pheno = text("p", ("a", "b", "a"), y=("1", "2", "3"), age=("5", "6", "7"))
    alone = beside(None, pheno, ["age"])
    assert (alone.ids, alone.column("age")) == (pheno.ids, ("5", "6", "7"))
    both = beside(text("c", ("a", "q"), sex=("0", "1")), pheno, ["age"])
    assert both.name == "c"
    assert both.ids == pheno.ids
    assert both.column("sex") == ("0", "NA", "0")
    assert both.column("age") == ("5", "6", "7")
    once = text("p", ("a", "b"), z=("1", "2"))
    plain = beside(text("c", ("b", "q", "a"), sex=("0", "1", "1")), once, ["z"])
    assert plain.column("z") == ("2", "NA", "1")


def test_the_files_of_a_dataset_make_it_again():
    data = align("mice", phenotypes(), kinship(), of_individuals())
    files = dataset_files(data)
    assert files["kinship.csv"].decode().splitlines()[0].split(",")[1:] == ["a", "c", "d"]
    assert len(files["pheno.csv"].decode().splitlines()) == 7


def test_how_many_in_words():
    assert records_words(1607, 469) == "1,607 records of 469 individuals"
    assert records_words(12, 12) == "12 individuals"
