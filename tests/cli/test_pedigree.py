"""A pedigree in the place of a kinship, by the command alone."""

import csv
import re

import numpy as np
import pytest

from lmm_core.pedigree import relationship_among
from tests.cli_helpers import Shell, write
from tests.core.test_pedigree import DAM, SIRE
from tests.data.preparation.test_descent import PEDIGREE, RECORDS
from tests.places import SAMPLES

BIRTH = [SAMPLES / "gryphons" / name for name in ("gryphon.csv", "gryphonped.csv")]
LAYING = [SAMPLES / "gryphons" / name for name in ("gryphonRM.csv", "gryphonped.csv")]


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def test_birth_weights_with_no_more_options(shell):
    ran = shell("fit", *BIRTH, "--trait", "bwt", "--use", "sex")
    assert ran.code == 0
    assert "gryphonped.csv kinship a pedigree of 1,309: id, father, mother" in ran.words
    assert "a pedigree of 1,309, A of the 1,084 with a row in gryphon.csv; one of" in ran.words
    assert "bwt of 854 individuals, by REML" in ran.words
    lines = {line.split("  ")[0]: line.split()[-1] for line in ran.out.splitlines() if line}
    assert lines["sigma2_g, v·h"] == "3.0604"
    assert lines["sigma2_e, v·(1 − h)"] == "2.9384"
    assert re.search(r"b, sex +2.207 +0.162 ", ran.out)
    fit = shell("fit", *BIRTH, "--trait", "bwt", "--use", "sex", "--json").json["fit"]
    found = [f"{fit[name]:.4f}" for name in ("sigma2_g", "sigma2_e", "h2")]
    assert found == ["3.0604", "2.9384", "0.5102"]
    assert [f"{fit[name][1]:.4f}" for name in ("beta", "se_beta")] == ["2.2070", "0.1620"]
    factor = shell("fit", *reversed(BIRTH), "--trait", "bwt", "--factor", "sex", "--json").json
    assert factor["data"]["columns"] == ["intercept", "sex=2"]
    assert factor["fit"]["beta"][1] == pytest.approx(fit["beta"][1], abs=1e-9)
    assert factor["fit"]["sigma2_g"] == pytest.approx(fit["sigma2_g"], abs=1e-7)


def test_a_mother_and_a_year_of_birth_are_no_traits_unless_they_are_named(shell):
    assert shell("fit", *BIRTH, "--json").json["data"]["trait"] == "bwt"
    assert shell("fit", *BIRTH, "--trait", "byear", "--json").json["data"]["trait"] == "byear"


def test_lay_dates_of_females_with_several_records(shell):
    ran = shell("fit", *LAYING, "--trait", "LAYDATE", "--factor", "AGE")
    assert "1,607 records of 469 individuals: each is an observation" in ran.words
    assert "3, 4, 5 and 6 against 2" in ran.words
    fit = shell("fit", *LAYING, "--trait", "LAYDATE", "--factor", "AGE", "--json").json["fit"]
    assert [f"{fit[name]:.4f}" for name in ("sigma2_g", "sigma2_e")] == ["13.9171", "16.8403"]


def test_who_has_no_record_is_predicted_too(shell, tmp_path):
    files, to = write(tmp_path, gain=RECORDS, ped=PEDIGREE), tmp_path / "u.csv"
    ran = shell("fit", *files, "--trait", "gain", "--use", "sex", "--predict", to, "--json")
    rows = {row["id"]: row for row in csv.DictReader(to.read_text("utf-8").splitlines())}
    assert [row["records"] for row in rows.values()] == ["1"] * 5 + ["0"] * 3
    assert ran.json["fit"]["h2"] == pytest.approx(0.5327796, abs=1e-6)
    # By the definition: the covariances with those who have a record, and V.
    K = relationship_among(SIRE, DAM, np.arange(8))
    V = 0.5513556 * K[3:, 3:] + 0.4835105 * np.eye(5)
    X = np.array([[1, 1], [1, 0], [1, 0], [1, 1], [1, 1]])
    y = np.array([2.6, 0.1, 1.0, 3.0, 1.0])
    b = np.linalg.solve(X.T @ np.linalg.solve(V, X), X.T @ np.linalg.solve(V, y))
    u = 0.5513556 * K[:, 3:] @ np.linalg.solve(V, y - X @ b)
    found = [float(rows[str(label)]["u"]) for label in range(1, 9)]
    assert found == pytest.approx(u, abs=1e-5)
    said = shell("fit", *files, "--trait", "gain", "--use", "sex", "--predict", to).words
    assert "a pedigree of 8, A of the 8 with or without a record; none of these" in said


def test_it_is_checked_and_stops_with_the_place(shell, tmp_path):
    checked = shell("check", *write(tmp_path, gain=RECORDS, ped=PEDIGREE))
    assert "ped.csv: a pedigree of 8, A of the 5 with a row in gain.csv" in checked.words
    loop = tmp_path / "loop.csv"
    loop.write_text(BIRTH[1].read_text() + "9001,9002,NA\n9002,9001,NA\n")
    ran = shell("fit", BIRTH[0], loop, "--trait", "bwt")
    assert ran.code == 1
    assert "loop.csv: nobody can be their own ancestor: “9001” (row 1,310) descends" in ran.words
