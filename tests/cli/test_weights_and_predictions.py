"""lmm fit --weights and --predict: how much each record counts, and what everyone's value is."""

import csv

import numpy as np
import pytest

from lmm_core import blup, fit_lmm
from lmm_data.published.entries import shelf
from lmm_data.written import numbers_csv
from tests.cli_helpers import Shell, write

IDS = tuple(f"m{i}" for i in range(1, 25))
SIBS = np.kron(np.eye(6), np.full((4, 4), 0.5)) + 0.5 * np.eye(24)
Y = np.random.default_rng(1).standard_normal(24) + 10.0 + np.repeat([0, 1, 2, 3, 1, 2], 4)
W = np.random.default_rng(2).integers(1, 9, 24).astype(float)


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def files(folder, w=W, y=Y, ids=IDS, covar=False):
    table = {"pheno": numbers_csv(ids, ["weight", "number"], np.column_stack([y, w]))}
    if covar:
        table = {
            "pheno": numbers_csv(ids, ["weight"], y[:, np.newaxis]),
            "covar": numbers_csv(ids, ["age", "number"], np.column_stack([y**2, w])),
        }
    return write(folder, **table, kinship=numbers_csv(IDS, IDS, SIBS))


def rows(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


@pytest.mark.parametrize("covar", [False, True])
def test_weights_are_a_column_and_no_covariate(shell, tmp_path, covar):
    ran = shell("fit", *files(tmp_path, covar=covar), "--weights", "number", "--json")
    X = np.column_stack([np.ones(24), Y**2]) if covar else None
    expected = fit_lmm(Y, X, SIBS, weights=W)
    assert ran.code == 0
    assert ran.json["fit"]["h2"] == expected.h2
    assert ran.json["fit"]["loglik"] == expected.loglik
    assert ran.json["data"]["columns"] == ["intercept", "age"][: 1 + covar]
    assert ran.json["data"]["weights"] == "number"
    said = shell("fit", *files(tmp_path, covar=covar), "--weights", "number", "--methods").out
    assert "weighted by number: the residual variance of weight w is v·(1 − h)/w" in said
    assert "var(e) = v[hK + (1 − h)D]" in said
    assert "D is diagonal with 1/w for the weights w of number" in said
    assert "Multiplied by √w, K from both sides, K was decomposed once" in said
    assert "times that of D over those analysed" in said


def test_a_column_of_known_error_variances_is_named_with_its_inverse(shell, tmp_path):
    ran = shell("fit", *files(tmp_path, 1.0 / W), "--weights", "1/number", "--json")
    assert ran.code == 0
    assert ran.json["fit"]["h2"] == pytest.approx(fit_lmm(Y, None, SIBS, weights=W).h2, abs=1e-9)
    assert ran.json["data"]["weights"] == "1/number"
    assert ran.json["data"]["trait"] == "weight"


def test_who_has_no_weight_is_left_out(shell, tmp_path):
    w = W.copy()
    w[3] = np.nan
    found = shell("fit", *files(tmp_path, w), "--weights", "number", "--json").json
    assert found["data"]["dropped"] == [{"id": "m4", "reason": "number is missing"}]
    keep = np.arange(24) != 3
    expected = fit_lmm(Y[keep], None, SIBS[np.ix_(keep, keep)], weights=W[keep])
    assert found["fit"]["h2"] == expected.h2


def test_weights_that_are_none_are_named(shell, tmp_path):
    w = W.copy()
    w[3] = 0.0
    ran = shell("fit", *files(tmp_path, w), "--weights", "number")
    assert ran.code == 1
    said = " ".join(ran.out.split())
    assert (
        "No fit: column “number”: weights must be positive: 1 of 24 are not, the first, of" in said
    )
    assert "“m4”, is 0; write NA for who has no weight: they are left out" in said
    ran = shell("fit", *files(tmp_path), "--weights", "dose")
    assert ran.code == 1
    assert "no column “dose” for weights: choose from “weight”, “number”" in " ".join(
        ran.out.split()
    )
    ran = shell("fit", *files(tmp_path), "--trait", "number", "--weights", "number")
    assert ran.code == 2
    assert "a trait cannot be its own weight: “number” is the trait" in ran.err


def test_everyone_in_the_kinship_is_predicted(shell, tmp_path):
    there = np.array([i not in (3, 9, 10, 22) for i in range(24)])
    ids = tuple(label for label, has in zip(IDS, there, strict=True) if has)
    out = tmp_path / "u.csv"
    paths = files(tmp_path, W[there], Y[there], ids)
    ran = shell("fit", *paths, "--trait", "weight", "--predict", out)
    assert ran.code == 0
    assert "u.csv: the genetic values of 24 individuals, 4 of them without a record." in " ".join(
        ran.out.split()
    )
    expected = blup(
        fit_lmm(Y[there], None, SIBS[np.ix_(there, there)]), K=SIBS, recorded=np.flatnonzero(there)
    )
    found = rows(out)
    assert list(found) == list(IDS)
    for name, values in (
        ("records", there.astype(float)),
        ("u", expected.u),
        ("standard_error", np.sqrt(expected.prediction_variance)),
        ("reliability", expected.reliability),
    ):
        np.testing.assert_allclose([float(row[name]) for row in found.values()], values, rtol=1e-12)


def test_records_are_counted_and_individuals_predicted(shell, tmp_path):
    of = np.repeat(np.arange(20), 2)
    y = Y[of] + np.random.default_rng(5).standard_normal(40)
    ids = tuple(IDS[i] for i in of)
    out = tmp_path / "u.csv"
    paths = files(tmp_path, np.ones(40), y, ids)
    assert shell("fit", *paths, "--trait", "weight", "--predict", out).code == 0
    found = rows(out)
    assert [row["records"] for row in found.values()] == ["2"] * 20 + ["0"] * 4
    assert len({row["u"] for row in found.values()}) == 21


def test_without_an_estimate_nothing_is_written_and_the_reason_is_said(shell, tmp_path):
    out = tmp_path / "u.csv"
    C = np.eye(24) - 1.0 / 24.0
    paths = write(
        tmp_path,
        pheno=numbers_csv(IDS, ["weight"], np.repeat(np.arange(6.0), 4)[:, np.newaxis]),
        kinship=numbers_csv(IDS, IDS, C @ np.kron(np.eye(6), np.ones((4, 4))) @ C),
    )
    ran = shell("fit", *paths, "--predict", out)
    assert ran.code == 1
    assert "No predictions: " in ran.out
    assert not out.exists()
    for option in (("--predict", out), ("--weights", "number")):
        ran = shell("fit", *files(tmp_path), "--all-traits", *option)
        assert ran.code == 2
        assert f"{option[0]} was given with --all-traits" in ran.err
    ran = shell("fit", *files(tmp_path), "--predict", tmp_path / "no" / "u.csv")
    assert ran.code == 2
    assert "the predictions cannot be written" in ran.err


def test_mrodes_animals_from_files(shell, tmp_path):
    """At the h that the data prefer, 1; the reliability of those without a record is below it."""
    (model,) = next(entry for entry in shelf() if entry.code == "animal_model").models
    for name, content in model.files.items():
        (tmp_path / name).write_bytes(content)
    paths = [tmp_path / name for name in model.files]
    out = tmp_path / "u.csv"
    assert shell("fit", *paths, "--use", "sex", "--predict", out).code == 0
    found = rows(out)
    assert [row["records"] for row in found.values()] == ["0"] * 3 + ["1"] * 5
    assert float(found["a1"]["reliability"]) < float(found["a4"]["reliability"])
