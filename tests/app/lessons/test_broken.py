"""Each broken dataset shows what it is said to show, and its remedy gives the clean answer."""

import ast
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import lmm_data.checks
from lmm_app.lessons.broken import BROKEN, GROUPS
from lmm_core import fit_lmm
from lmm_data.checks import check_dataset
from lmm_data.dataset import align
from lmm_data.preparation.preparing import prepare
from lmm_data.preparation.repairs import repairs_for
from lmm_data.tables import Table
from lmm_data.written import dataset_files
from tests.aligned import check_aligned

NAMES = tuple(BROKEN)
HEALED = [name for name in NAMES if BROKEN[name].repair]
# What makes a finding, and those of which no dataset of the shelf is an example, with the reason.
MAKERS = ("Finding", "beyond")
NOT_SHOWN = {
    "cost_large": "it takes thousands of individuals",
    "records_many": "it takes thousands of records",
    "genotype_large": "it takes thousands of individuals",
    "labels_large": "it takes thousands of individuals",
    "phenotype_absent": "of a column that is asked for at the command line",
    "covariate_absent": "of a column that is asked for at the command line",
    "phenotype_infinite": "no file can say it: “inf” is an entry that is not a number",
    "covariate_text": "of tables given in Python; from files, categories become columns of 0 and 1",
    "kinship_not_square": "of arrays given in Python; a file that is not square is no kinship",
    "kinship_centred": "nothing is wrong: any kinship computed from genotypes is",
    "labels_clear": "nothing is wrong: what is said of most sound data",
    "power_expected": "nothing is wrong: what is said of most sound data",
}
# Nothing in these files is wrong: what goes wrong is asking too much of them, or by ML.
RIGHT_FILES = {"unrelated", "centred_ml", "few_markers", "strains", "founders"}


@cache
def made(name):
    return BROKEN[name].make()


@cache
def opened(name):
    prepared = prepare(made(name).files)
    return prepared, checked(prepared, BROKEN[name].reml)


def checked(prepared, reml=True, traits=None):
    files = prepared.phenotypes, prepared.kinship, prepared.covariates
    return check_dataset(*files, genotypes=prepared.genotypes, traits=traits, reml=reml)


SOUND = {}


def sound_report(sound, content):
    """What is warned of, and whether the power is low; many are broken in the same sound data."""
    if content not in SOUND:
        report = check_aligned(sound)
        SOUND[content] = warned(report), bool(report.of("power_low"))
    return SOUND[content]


def warned(report):
    return tuple(finding.code for finding in report.findings if finding.severity != "note")


def repair_of(name):
    prepared, report = opened(name)
    # Where several have the same code, the first is the one that is offered first.
    return next(one for one in repairs_for(prepared, report) if one.code == BROKEN[name].repair)


def fitted(dataset, trait=""):
    """The fit of a trait, by default the first, with every covariate."""
    problem = dataset.problem(trait or dataset.traits.columns[0], dataset.covariates.columns)
    return problem.ids, fit_lmm(problem.y, problem.X, problem.K)


def without(dataset, ids):
    """The dataset of the others."""
    keep = [label for label in dataset.ids if label not in ids]
    kinship = Table("kinship", dataset.ids, dataset.ids, dataset.kinship)
    traits = dataset.traits.select(keep)
    covariates = dataset.covariates.select(keep)
    return align(dataset.name, traits, kinship, covariates)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_found_and_nothing_else(name):
    broken = BROKEN[name]
    prepared, report = opened(name)
    assert not any(outcome.error for outcome in prepared.outcomes)
    assert sorted(warned(report)) == sorted(broken.codes)
    assert {finding.code for finding in report.findings} >= set(broken.notes)
    assert broken.codes or broken.notes
    assert report.verdict == broken.verdict


@pytest.mark.parametrize("name", NAMES)
def test_the_data_were_sound(name):
    """What is found is what was done to them."""
    sound = made(name).sound
    files = dataset_files(sound)
    warnings, low = sound_report(sound, tuple(files.values()))
    assert warnings == ()
    assert low == (name == "unrelated")
    same = files == made(name).files
    assert same == (name in RIGHT_FILES)


@pytest.mark.parametrize("name", HEALED)
def test_the_remedy_gives_what_the_clean_data_give(name):
    repair, trait = repair_of(name), BROKEN[name].trait
    prepared = prepare(made(name).files, repair.choices)
    assert prepared.problem == ""
    assert warned(checked(prepared, traits=[trait] if trait else None)) == ()
    ids, healed = fitted(prepared.dataset, trait)
    others, clean = fitted(without(made(name).sound, repair.choices.without))
    assert len(ids) == len(others)
    assert healed.status == clean.status
    # Doubling, transforms and the order of rows change the last digits.
    assert healed.h2 == pytest.approx(clean.h2, abs=1e-6)
    assert healed.loglik == pytest.approx(clean.loglik, abs=1e-7)
    np.testing.assert_allclose(healed.beta, clean.beta, rtol=1e-6)


@pytest.mark.parametrize("name", HEALED)
def test_without_the_remedy_the_answer_is_another(name):
    """Or there is none: else there would be nothing to heal."""
    prepared, _ = opened(name)
    if prepared.dataset is None:
        assert ";" in prepared.problem
        return
    _, broken = fitted(prepared.dataset)
    _, clean = fitted(made(name).sound)
    assert broken.h2 != pytest.approx(clean.h2, abs=1e-3)


def test_the_swapped_pair_is_named():
    _, report = opened("swap")
    (finding,) = report.of("labels_swap")
    sound, (prepared, _) = made("swap").sound, opened("swap")
    moved = sound.traits.values[:, 0] != prepared.dataset.traits.values[:, 0]
    assert set(finding.ids) == {sound.ids[i] for i in np.flatnonzero(moved)}
    assert len(finding.ids) == 2


def test_the_clones_are_named():
    _, report = opened("clones")
    (finding,) = report.of("kinship_clones")
    sound, (prepared, _) = made("clones").sound, opened("clones")
    changed = (sound.kinship != prepared.dataset.kinship).sum(axis=0) > sound.n / 2
    assert {sound.ids[i] for i in np.flatnonzero(changed)} < set(finding.ids)
    assert len(finding.ids) == 2


def test_shifted_values_lower_h():
    _, moved = fitted(opened("shift")[0].dataset)
    _, sound = fitted(made("shift").sound)
    assert moved.h2 < sound.h2 - 0.1
    (finding,) = opened("shift")[1].of("labels_shift")
    assert finding.title == "Values 1 row too high"


def test_centred_kinship_goes_wrong_by_ml_alone():
    prepared, _ = opened("centred_ml")
    problem = prepared.dataset.problem("weight")
    assert fit_lmm(problem.y, problem.X, problem.K, reml=False).status == "unbounded"
    assert fit_lmm(problem.y, problem.X, problem.K).status == "interior"
    assert checked(prepared).verdict == "fit for use"


def test_half_the_scale_is_another_h():
    _, half = fitted(opened("half_scale")[0].dataset)
    _, whole = fitted(made("half_scale").sound)
    assert half.h2 > whole.h2 + 0.05
    assert half.loglik == pytest.approx(whole.loglik, abs=1e-6)


def test_an_inverse_that_is_inverted_gives_the_h_of_the_relationships():
    prepared = prepare(made("inverse").files, repair_of("inverse").choices)
    _, healed = fitted(prepared.dataset)
    _, whole = fitted(made("inverse").sound)
    assert fitted(opened("inverse")[0].dataset)[1].h2 == 0.0
    assert healed.h2 == pytest.approx(whole.h2, abs=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_the_words(name):
    broken = BROKEN[name]
    assert re.fullmatch(r"[a-z][a-z_]*", name)
    assert broken.name == name
    assert len(broken.title) <= 45
    assert broken.lesson.endswith(".")
    assert broken.lesson.count(". ") <= 1
    # Either a click, or a sentence that says what to do instead.
    assert bool(broken.repair) != bool(broken.remedy)


def codes_of_the_checks():
    """The codes of all findings, from the code of the checks."""
    found = {f"{kind}_absent" for kind in ("phenotype", "covariate")}
    for path in Path(lmm_data.checks.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            first = None
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS and node.args:
                first = node.args[0]
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                names = [getattr(one, "id", "") for one in node.targets[0].elts]
                first = node.value.elts[0] if names[0] == "code" else None
            if isinstance(first, ast.Constant):
                found.add(first.value)
    return found


def test_every_finding_is_on_the_shelf():
    codes = codes_of_the_checks()
    assert {"ids_copied", "phenotype_unit", "kinship_clones", "cohorts_glued"} <= codes
    shown = {code for broken in BROKEN.values() for code in broken.codes + broken.notes}
    assert shown <= codes
    assert codes - shown == set(NOT_SHOWN)


def test_the_gallery():
    assert sum(map(len, GROUPS.values())) == len(BROKEN)
    assert BROKEN["sexes"].notes == ("labels_wrong",)
    (wrong,) = opened("sexes")[1].of("labels_wrong")
    assert "labels are wrong" in wrong.found
    verdicts = {broken.verdict for broken in BROKEN.values()}
    assert verdicts == {"usable with care", "not usable", "fit for use"}
    assert BROKEN["clones"].files() == made("clones").files
