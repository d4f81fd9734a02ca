"""Nearly two hundred bad or odd uploads: the exact sentence or the exact findings for each."""

import numpy as np
import pytest

from lmm_core import LMMError, fit_lmm
from lmm_data.checks import check_dataset
from lmm_data.preparation.preparing import Choices, prepare
from tests.bad_archives import ARCHIVES
from tests.bad_binaries import BINARIES
from tests.bad_dialects import DIALECTS
from tests.bad_genotypes import GENOTYPES
from tests.bad_ids import WHO
from tests.bad_inputs import CLEAN
from tests.bad_matrices import LISTS, MATRICES
from tests.bad_values import VALUES

TABLES = (DIALECTS, VALUES, WHO, MATRICES, LISTS, BINARIES, GENOTYPES, ARCHIVES)
CASES = {name: case for table in TABLES for name, case in table.items()}


def findings(prepared):
    """Codes of the errors and warnings, or None if there is nothing to check."""
    if prepared.phenotypes is None or prepared.kinship is None:
        return None
    report = check_dataset(prepared.phenotypes, prepared.kinship, prepared.covariates)
    codes = {finding.code for finding in report.findings if finding.severity != "note"}
    assert (report.verdict == "fit for use") == (not codes)
    return tuple(sorted(codes))


def numbers(dataset):
    arrays = (dataset.kinship, dataset.traits.values, dataset.covariates.values)
    return tuple(array.tobytes() for array in arrays)


def test_the_clean_files_are_fit_for_use():
    prepared = prepare(CLEAN)
    assert prepared.problem == ""
    assert findings(prepared) == ()


@pytest.mark.parametrize("name", CASES)
def test_what_becomes_of(name):
    case = CASES[name]
    prepared = prepare(case.files, case.choices)
    outcomes = prepared.outcomes
    assert {one.group.name: one.error for one in outcomes if one.error} == case.refused
    noted = {note for one in outcomes if one.reading for note in one.reading.notes}
    assert noted.issuperset(case.notes)
    unread = [one for one in outcomes if one.error]
    if unread:
        # What was named is used, or nothing is fitted.
        assert unread[0].refusal.statement in prepared.problem
        assert prepared.problem.endswith(f"leave {unread[0].group.name} out")
        assert prepared.dataset is None
        return
    assert prepared.problem == case.why
    assert (prepared.dataset is None) == bool(case.why)
    if case.checked:
        assert findings(prepared) == case.codes
    if case.same:
        assert numbers(prepared.dataset) == numbers(prepare(CLEAN).dataset)


def test_the_table_is_no_list_of_one_thing():
    assert sum(map(len, TABLES)) == len(CASES) >= 150
    said = {sentence for case in CASES.values() for sentence in case.refused.values()}
    said |= {case.why for case in CASES.values()}
    codes = {code for case in CASES.values() for code in case.codes or ()}
    assert len(said) >= 60
    assert len(codes) >= 30


def test_every_sentence_has_a_remedy():
    """The rule and what was found, a semicolon, and what to do."""
    for case in CASES.values():
        for sentence in [*case.refused.values(), *[case.why] * bool(case.why)]:
            rule, _, remedy = sentence.replace(". ", "; ").rpartition("; ")
            assert len(rule) > 20, sentence
            assert len(remedy) > 5, sentence
            assert len(sentence) < 700, sentence


def test_equal_numbers_are_told_from_others():
    """That `same` can fail."""
    dataset = prepare(CLEAN).dataset
    changed = np.array(dataset.kinship)
    changed[0, 0] = np.nextafter(changed[0, 0], 2.0)
    assert changed.tobytes() != dataset.kinship.tobytes()


@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_numbers_that_cannot_be_squared_are_refused_by_a_fit(size):
    dataset = prepare(CLEAN).dataset
    problem = dataset.problem("weight", ("sex",))
    with pytest.raises(LMMError, match=r"^y must be (above|below) .* use another unit$"):
        fit_lmm(size * problem.y, problem.X, problem.K)
    with pytest.raises(LMMError, match=r"^X must be below 10¹⁵⁰ .* use another unit$"):
        fit_lmm(problem.y, 1e200 * problem.X, problem.K)
    with pytest.raises(LMMError, match=r"^kinship must be below 10¹⁵⁰ in size"):
        fit_lmm(problem.y, problem.X, 1e200 * problem.K)
    # A hundred orders of magnitude are no trouble, and change nothing but the unit.
    fit, other = (fit_lmm(y, problem.X, problem.K) for y in (problem.y, 1e100 * problem.y))
    assert other.h2 == pytest.approx(fit.h2, abs=1e-9)


def test_a_covariate_that_cannot_be_squared_is_an_error_if_it_is_in_the_model():
    prepared = prepare(CASES["a covariate of 1e200"].files)
    files = prepared.phenotypes, prepared.kinship, prepared.covariates
    severities = {
        use: check_dataset(*files, use=use).of("covariate_unit")[0].severity
        for use in (("dose",), ("sex",), None)
    }
    assert severities == {("dose",): "error", ("sex",): "warning", None: "error"}


def test_distances_are_called_so():
    for name, said in (("distances", True), ("one minus the distances", False)):
        prepared = prepare(CASES[name].files)
        (finding,) = check_dataset(prepared.phenotypes, prepared.kinship).of("kinship_indefinite")
        assert ("as in distances" in finding.found) == said


def test_a_pedigree_without_its_diagonal_is_not_taken_for_rounded():
    """Entries of one digit, such as 0 and 0.5, are what they are."""
    prepared = prepare(CASES["zeros on the diagonal"].files)
    report = check_dataset(prepared.phenotypes, prepared.kinship)
    assert report.verdict == "not usable"
    assert "write the diagonal" in report.of("kinship_indefinite")[0].remedy


def test_distances_are_no_kinship_with_their_negative_eigenvalues_set_to_zero():
    prepared = prepare(CASES["distances"].files, Choices(clip=True))
    assert "not a covariance: each individual has 0 with itself" in prepared.problem
