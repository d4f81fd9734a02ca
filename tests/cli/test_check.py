"""The command check: everything that is found, and repairs that are options of the command."""

import shlex

import numpy as np
import pytest

from lmm_cli import check
from lmm_cli.options import arguments_of
from lmm_cli.page import PAGE
from lmm_cli.report import checked
from lmm_core.many import threads
from lmm_data.checks import check_dataset
from lmm_data.preparation.preparing import Choices
from lmm_data.readers.kinship.text import read_kinship_text
from lmm_data.readers.text.csv import read_table
from lmm_data.written import csv_text, numbers_csv
from tests.cli_helpers import MICE_FILES, TINY_FILES, Shell, write

IDS = tuple(f"m{i}" for i in range(1, 61))
SIBS = np.kron(np.eye(10), np.full((6, 6), 0.5)) + 0.5 * np.eye(60)


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def trait(seed=1):
    return np.random.default_rng(seed).standard_normal((60, 1)) + 10.0


def tables(folder, y=None, K=SIBS, ids=IDS, **more):
    y = trait() if y is None else y
    files = {"pheno": numbers_csv(IDS, ("weight",), y), "kinship": numbers_csv(ids, ids, K)}
    return write(folder, **files, **more)


def test_the_findings_are_those_of_the_checks(shell):
    pheno, kinship, covar = MICE_FILES
    report = check_dataset(
        read_table(pheno), read_kinship_text(kinship).kinship, read_table(covar), traits=["CD8"]
    )
    ran = shell("check", *MICE_FILES, "--trait", "CD8", "--json")
    assert ran.code == 0
    found = ran.json["report"]
    assert found["verdict"] == report.verdict
    codes = [finding["code"] for finding in found["findings"]]
    assert codes == [finding.code for finding in report.findings]
    assert "kinship_clones" in codes
    text = shell("check", *MICE_FILES, "--trait", "CD8").words
    for finding in found["findings"]:
        for part in ("title", "found", "meaning", "remedy"):
            assert finding[part] in text
    assert "in every file 297" in text


def test_unless_it_is_named_every_trait_is_looked_at(shell):
    ran = shell("check", *MICE_FILES, "--json").json["report"]
    assert {"pheno.csv, CD8", "pheno.csv, MCH"} <= {f["where"] for f in ran["findings"]}


@pytest.mark.parametrize("json", [False, True])
def test_what_cannot_be_used_exits_with_1(shell, tmp_path, json):
    ran = shell("check", *tables(tmp_path, np.full((60, 1), 7.0)), *["--json"] * json)
    assert ran.code == 1
    if json:
        assert ran.json["report"]["verdict"] == "not usable"
    else:
        assert ran.out.startswith("Verdict: not usable (")


def test_files_that_lack_a_part_are_not_usable_and_the_reason_is_said(shell):
    for paths, missing in ((TINY_FILES[:1], "a kinship"), (TINY_FILES[1:2], "phenotypes")):
        ran = shell("check", *paths)
        assert ran.code == 1
        assert ran.out.startswith("Verdict: not usable")
        assert f"none of these files holds {missing}: " in ran.words
        document = shell("check", *paths, "--json").json
        assert document["report"] is None
        assert missing in document["error"]


def half(folder):
    return tables(folder, K=SIBS / 2)


def respelled(folder):
    return tables(folder, ids=tuple(label.upper() for label in IDS))


def coded(folder):
    y = trait()
    y[[3, 30]] = -99.0
    return tables(folder, y)


def without_ids(folder):
    rows = "\n".join(",".join(map(repr, row)) for row in SIBS.tolist())
    return write(folder, pheno=numbers_csv(IDS, ("weight",), trait()), kinship=f"{rows}\n")


def numbered(folder):
    cages = csv_text(["id", "cage"], [(a, 1 + i % 3) for i, a in enumerate(IDS)])
    return tables(folder, covar=cages)


@pytest.mark.parametrize(
    ("make", "code", "options"),
    [
        (half, "double_kinship", ["--double-kinship"]),
        (respelled, "respell", ["--spelling", "case"]),
        (coded, "missing", ["--missing", "-99"]),
        (without_ids, "same_order", ["--same-order"]),
        (numbered, "factor", ["--factor", "cage"]),
    ],
)
def test_a_repair_is_offered_as_an_option_that_makes_it(shell, tmp_path, make, code, options):
    paths = make(tmp_path)
    repairs = shell("check", *paths, "--json").json["repairs"]
    offered = next(repair for repair in repairs if repair["code"] == code)
    assert offered["options"] == options
    assert shlex.join(options) in shell("check", *paths).words
    repaired = shell("check", *paths, *options, "--json")
    assert repaired.code == 0
    assert code not in [repair["code"] for repair in repaired.json["repairs"]]


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (Choices(), ()),
        (Choices(without=("-5", "-x", "a b")), ("--without", "-5", "a b", "--without=-x")),
        (Choices(missing=("-", "-9.0")), ("--missing", "-9.0", "--missing=-")),
        (Choices(transforms=(("a=b", "log"),)), ("--transform", "a=b=log")),
        (Choices(relationship="standardized"), ("--relationship", "standardized")),
        (
            Choices(same_order=True, double_kinship=True, spelling="x", factors=("sex",)),
            ("--same-order", "--double-kinship", "--spelling", "x", "--factor", "sex"),
        ),
    ],
)
def test_choices_become_options_and_options_the_same_choices(choices, expected):
    from argparse import ArgumentParser

    from lmm_cli.options import add_data_options, choices_of

    assert arguments_of(Choices(), choices) == expected
    parser = ArgumentParser()
    add_data_options(parser)
    back = choices_of(parser.parse_intermixed_args([*expected]))
    assert sorted(back.without) == sorted(choices.without)
    assert sorted(back.missing) == sorted(choices.missing)
    for field in ("same_order", "double_kinship", "spelling", "factors", "transforms"):
        assert getattr(back, field) == getattr(choices, field)
    assert back.relationship == choices.relationship


def test_only_what_is_new_is_an_option():
    before = Choices(missing=("-9",), same_order=True, spelling="case")
    after = Choices(missing=("-9", "-99"), same_order=True, spelling="case", without=("a",))
    assert arguments_of(before, after) == ("--missing", "-99", "--without", "a")


def test_large_data_are_checked_here_in_full(shell, monkeypatch):
    # A machine on which any decomposition takes hours.
    monkeypatch.setattr("lmm_data.checks.cost.trial_seconds", lambda: 1e6)
    ran = shell("check", *TINY_FILES, "--json")
    codes = [finding["code"] for finding in ran.json["report"]["findings"]]
    assert "cost_large" not in codes
    assert shell("fit", *TINY_FILES).code == 0


def test_any_dataset_fits_on_a_page_and_the_rest_is_there_on_request(shell, tmp_path):
    rng = np.random.default_rng(2)
    y = np.exp(rng.normal(size=(60, 40)) * 2.0) * 3.0
    y[rng.random(y.shape) < 0.1] = np.nan
    columns = tuple(f"t{j}" for j in range(40))
    paths = write(
        tmp_path,
        pheno=numbers_csv(IDS, columns, y),
        kinship=numbers_csv(IDS, IDS, SIBS),
    )
    short = shell("check", *paths)
    assert short.out.count("\n") <= PAGE
    assert "--all" in short.out
    long = shell("check", *paths, "--all")
    assert long.out.count("A skewed distribution") >= 20
    gathered = shell("check", *paths, "--json").json["report"]["findings"]
    each = shell("check", *paths, "--json", "--all").json["report"]["findings"]
    skewed = [f for f in gathered if f["code"] == "phenotype_skewed"]
    assert len(skewed) <= 2
    assert sum(len(f["columns"]) or 1 for f in skewed) == sum(
        f["code"] == "phenotype_skewed" for f in each
    )


@pytest.mark.parametrize(("small", "held"), [(12, 1), (11, 0)])
def test_small_data_are_checked_on_one_thread_of_blas(shell, monkeypatch, small, held):
    users = []

    def watched(*args, **how):
        users.append(threads.ONE.users)
        return checked(*args, **how)

    monkeypatch.setattr(check, "SMALL", small)
    monkeypatch.setattr(check, "checked", watched)
    assert shell("check", *TINY_FILES).code == 0
    assert (users, threads.ONE.users) == ([held], 0)
