"""GCTA's .covar: categories beside a .qcovar, and a sentence where it stands alone."""

import numpy as np
import pytest

from lmm_data.preparation.preparing import Choices, prepare
from tests.uploads import square

IDS = "abcdefgh"
K = square(np.eye(8), list(IDS))
LEVELS, AGES, WEIGHTS = "12312312", (31, 42, 35, 40, 38, 29, 33, 44), (1, 4, 2, 7, 3, 9, 5, 6)


def lines(values):
    rows = zip(IDS, values, strict=True)
    return "".join(f"f {label} {value}\n" for label, value in rows).encode()


FILES = {"a.phen": lines(WEIGHTS), "K.csv": K, "a.covar": lines(LEVELS)}
ROLES = (("a.phen", "phenotypes"), ("a.covar", "covariates"), ("a.qcovar", "covariates"))
ALONE = "GCTA takes the numbers in a.covar for categories."


@pytest.mark.parametrize("order", [1, -1])
def test_beside_numbers_a_covar_holds_categories(order):
    files = {**FILES, "a.qcovar": lines(AGES)}
    names = list(files)[::order]
    prepared = prepare({name: files[name] for name in names}, Choices(roles=ROLES))
    covariates = prepared.require_dataset().covariates
    # Whichever file comes first: neither file names its column, and one of them is called anew.
    spread = [name for name in covariates.columns if "=" in name]
    assert [name.partition("=")[2] for name in spread] == ["2", "3"]
    for name, level in zip(spread, "23", strict=True):
        np.testing.assert_array_equal(covariates.column(name), [one == level for one in LEVELS])
    numbers = [name for name in covariates.columns if "=" not in name]
    assert len(numbers) == 1
    np.testing.assert_array_equal(covariates.column(numbers[0]), AGES)
    said = "a.covar stands beside a .qcovar, so its columns are categories, as to GCTA."
    assert said in prepared.notes


def test_alone_it_keeps_its_numbers_and_that_is_said():
    prepared = prepare(FILES, Choices(roles=ROLES[:2]))
    assert prepared.require_dataset().covariates.columns == ("covariate1",)
    assert any(note.startswith(ALONE) for note in prepared.notes)


@pytest.mark.parametrize(
    ("name", "values"),
    [("a.covar", AGES), ("a.covar", "12121212"), ("a.cov", LEVELS), ("a.covar", "MFMFMFMF")],
)
def test_of_other_covariates_nothing_is_said(name, values):
    files = {"a.phen": FILES["a.phen"], "K.csv": K, name: lines(values)}
    prepared = prepare(files, Choices(roles=(ROLES[0], (name, "covariates"))))
    assert prepared.dataset is not None
    assert not any("GCTA" in note for note in prepared.notes)


@pytest.mark.parametrize("levels", ["12312312", "0 1 2 0 1 2 1 1", "11 25 37 11 25 37 11 25"])
def test_numbers_that_are_called_categories_are_named(levels):
    values = levels.split() if " " in levels else levels
    rows = "".join(f"{label},{value}\n" for label, value in zip(IDS, values, strict=True))
    files = {**FILES, "c.csv": f"id,batch\n{rows}".encode()}
    del files["a.covar"]
    roles = (ROLES[0], ("c.csv", "covariates"))
    said = (
        "“batch” of c.csv has one slope, as a measure has: if the numbers are categories, say so "
        "(--factor batch)."
    )
    assert said in prepare(files, Choices(roles=roles)).notes
    done = prepare(files, Choices(roles=roles, factors=("batch",)))
    assert len(done.require_dataset().covariates.columns) == 2
    assert said not in done.notes
    # Not of measures, nor of what is not in the model unless it is asked for.
    for old, new in ((b"batch", b"age"), (b"batch", b"batch size")):
        other = {**files, "c.csv": files["c.csv"].replace(old, new)}
        assert not any("one slope" in note for note in prepare(other, Choices(roles=roles)).notes)
    within = {"p.csv": files["c.csv"].replace(b"batch", b"batch,y").replace(b"\n", b",1\n")}
    within["p.csv"] = within["p.csv"].replace(b"y,1", b"y", 1)
    assert not any("one slope" in note for note in prepare({**within, "K.csv": K}).notes)


@pytest.mark.parametrize(
    ("sexes", "said"), [("12012012", "holds 0, 1 and 2"), ("12912912", "holds 1, 2 and 9")]
)
def test_a_third_sex_is_a_question_and_has_no_slope(sexes, said):
    rows = "".join(f"{who},{sex}\n" for who, sex in zip(IDS, sexes, strict=True))
    files = {"a.phen": FILES["a.phen"], "K.csv": K, "c.csv": f"id,Sex\n{rows}".encode()}
    prepared = prepare(files)
    assert f"column “Sex” {said}" in str(prepared.dataset.terms.refused_covariates["Sex"])
    assert not any("one slope" in note for note in prepared.notes)
    three = prepare(files, Choices(factors=("Sex",))).require_dataset()
    assert len(three.covariates.columns) == 2
