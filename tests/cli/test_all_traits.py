"""fit --all-traits: each row is the fit of a trait, and what was done survives an interruption."""

import csv
import fcntl
import importlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from lmm_cli import keeping
from lmm_core import fit_lmm, interval_h2
from lmm_core.simulate.families import full_sib_families
from lmm_data.written import numbers_csv
from tests.cli_helpers import ROOT, Shell, ctrl_c_is_heard

fit_module = importlib.import_module("lmm_core.many.blocks")
NUMBERS = ("h2", "sigma2_g", "sigma2_e", "loglik")


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def make_data(n, m, seed=1):
    """K, X without its intercept, and traits, the first of which lacks the individual 2."""
    rng = np.random.default_rng(seed)
    K = full_sib_families(n // 5, 5).K
    root = np.linalg.cholesky(K)
    X = np.column_stack([rng.integers(0, 2, n).astype(float), rng.standard_normal(n)])
    Y = root @ rng.standard_normal((n, m)) * rng.uniform(0, 1.5, m) + rng.standard_normal((n, m))
    Y[2, 0] = np.nan
    return K, X, Y


def write_data(folder, K, X, Y):
    ids = [f"id{i}" for i in range(len(K))]
    traits = [f"t{j}" for j in range(Y.shape[1])]
    tables = {
        "pheno.csv": numbers_csv(ids, traits, Y),
        "kinship.csv": numbers_csv(ids, ids, K),
        "covar.csv": numbers_csv(ids, ["sex", "age"], X),
    }
    for name, text in tables.items():
        (folder / name).write_text(text)
    return [folder / name for name in tables]


def rows_of(path):
    with path.open() as file:
        return list(csv.DictReader(file))


@pytest.fixture
def small(tmp_path):
    return write_data(tmp_path, *make_data(40, 30))


@pytest.mark.parametrize("method", [[], ["--ml"]], ids=["REML", "ML"])
def test_each_row_is_the_fit_of_a_trait(shell, tmp_path, method):
    K, X, Y = make_data(40, 30)
    X[7, 1] = np.nan
    Y[:, 4] = 5.0
    files = write_data(tmp_path, K, X, Y)
    out = tmp_path / "results.csv"
    ran = shell("fit", "--all-traits", *files, "--level", "0.9", "--out", out, *method)
    assert ran.code == 0
    assert "30 traits of 39 individuals" in ran.words
    # A long path is broken where the line ends.
    assert f"Writtento{out}" in "".join(ran.out.split())
    rows = rows_of(out)
    assert [row["trait"] for row in rows] == [f"t{j}" for j in range(30)]
    assert not (tmp_path / "results.csv.part").exists()
    design = np.column_stack([np.ones(40), X])
    for j, row in enumerate(rows):
        keep = ~np.isnan(Y[:, j]) & ~np.isnan(X).any(axis=1)
        fit = fit_lmm(Y[keep, j], design[keep], K[np.ix_(keep, keep)], reml=not method)
        assert (int(row["n"]), int(row["p"])) == (fit.n, fit.p) == (39 - (j == 0), 3)
        assert row["status"] == fit.status
        assert int(row["n_maxima"]) == len(fit.maxima)
        if j == 4:
            assert row["status"] == "flat"
            assert row["h2"] == row["lower"] == "NA"
            assert float(row["beta_intercept"]) == pytest.approx(5.0)
            continue
        for name in NUMBERS:
            assert float(row[name]) == pytest.approx(getattr(fit, name), rel=1e-8, abs=1e-9), name
        found = float(row["lower"]), float(row["upper"])
        assert found == pytest.approx(tuple(interval_h2(fit, level=0.9)), abs=1e-8)
        beta = [float(row[f"beta_{name}"]) for name in ("intercept", "sex", "age")]
        np.testing.assert_allclose(beta, fit.beta, atol=1e-8)


def test_json_in_a_file_and_on_the_screen(shell, small, tmp_path):
    out = tmp_path / "results.json"
    assert shell("fit", "--all-traits", *small, "--out", out).code == 0
    ran = shell("fit", "--all-traits", *small, "--json")
    assert ran.json["traits"] == type(ran)(0, out.read_text(), "").json["traits"]
    assert len(ran.json["traits"]) == 30
    assert ran.json["reml"] is True
    assert ran.json["columns"] == ["intercept", "sex", "age"]
    assert {row["n"] for row in ran.json["traits"]} == {39, 40}


def test_without_a_file_the_first_twenty_are_shown(shell, small, tmp_path):
    before = sorted(tmp_path.iterdir())
    ran = shell("fit", "--all-traits", *small)
    assert ran.code == 0
    lines = [line.split()[0] for line in ran.out.splitlines() if line.startswith("t")]
    assert lines == ["trait", *(f"t{j}" for j in range(20))]
    assert "the first 20: “--out results.csv” writes all 30" in ran.words
    assert sorted(tmp_path.iterdir()) == before


def test_a_trait_that_is_a_covariate_is_no_trait(shell, small, tmp_path):
    out = tmp_path / "r.csv"
    assert shell("fit", "--all-traits", *small, "--use", "t3", "sex", "--out", out).code == 0
    rows = rows_of(out)
    assert len(rows) == 29
    assert "t3" not in [row["trait"] for row in rows]
    assert "beta_t3" in rows[0]


def test_what_cannot_be_done_is_refused_and_leaves_nothing(shell, small, tmp_path):
    before = sorted(tmp_path.iterdir())
    for arguments, code, words in (
        (["--trait", "t1"], 2, "both are given; leave one out"),
        (["--out", tmp_path / "r.txt"], 2, "let it end in .csv or .json"),
        (["--out", tmp_path / "r.csv", "--json"], 2, "--json asks for JSON"),
        (["--out", tmp_path / "r.csv", "--use", "height"], 2, "there is no covariate “height”"),
    ):
        ran = shell("fit", "--all-traits", *small, *arguments)
        assert ran.code == code
        assert words in ran.err
    ran = shell("fit", "--all-traits", small[0], "--out", tmp_path / "r.csv")
    assert ran.code == 1
    assert "kinship" in ran.err
    indefinite = tmp_path / "odd.csv"
    ids = [f"id{i}" for i in range(40)]
    indefinite.write_text(numbers_csv(ids, ids, np.eye(40) - 0.5))
    ran = shell(
        "fit", "--all-traits", small[0], "--kinship", indefinite, "--out", tmp_path / "r.csv"
    )
    assert ran.code == 1
    indefinite.unlink()
    assert sorted(tmp_path.iterdir()) == before


class Interrupted:
    """Stops as Ctrl-C does once so many blocks of traits are done, and counts what is fitted."""

    def __init__(self, monkeypatch, after):
        self.fitted, self._left, self._fit = 0, after, fit_module.fit_block
        monkeypatch.setattr(fit_module, "fit_block", self)
        monkeypatch.setattr(fit_module, "_block_size", lambda n: 7)

    def __call__(self, shared, grids, Y, **options):
        if self._left == 0:
            raise KeyboardInterrupt
        self._left -= 1
        self.fitted += Y.shape[1]
        return self._fit(shared, grids, Y, **options)


def interrupted(shell, monkeypatch, files, out, after=2):
    with monkeypatch.context() as patch:
        count = Interrupted(patch, after)
        ran = shell("fit", "--all-traits", *files, "--out", out)
    assert ran.code == 130
    assert not out.exists()
    return ran, count.fitted


def resumed(shell, monkeypatch, files, out, *more):
    with monkeypatch.context() as patch:
        count = Interrupted(patch, -1)
        ran = shell("fit", "--all-traits", *files, "--out", out, *more)
    return ran, count.fitted


def test_what_was_done_is_not_done_again(shell, small, tmp_path, monkeypatch):
    out, whole = tmp_path / "results.csv", tmp_path / "whole.csv"
    ran, first = interrupted(shell, monkeypatch, small, out)
    assert f"14 of 30 traits are kept in {out}.part: the same command goes on" in ran.err
    ran, second = resumed(shell, monkeypatch, small, out)
    assert ran.code == 0
    assert "14 of 30 traits are in" in ran.err
    assert (first, second) == (14, 16)
    resumed(shell, monkeypatch, small, whole)
    assert out.read_bytes() == whole.read_bytes()
    assert not (tmp_path / "results.csv.part").exists()


def test_stopped_again_and_again_it_ends(shell, small, tmp_path, monkeypatch):
    out, whole = tmp_path / "results.csv", tmp_path / "whole.csv"
    said = [interrupted(shell, monkeypatch, small, out, after=1)[0].err for _ in range(4)]
    for kept, err in zip((7, 14, 21, 28), said, strict=True):
        assert f"{kept} of 30 traits are kept" in err
    assert resumed(shell, monkeypatch, small, out)[1] == 2
    resumed(shell, monkeypatch, small, whole)
    assert out.read_bytes() == whole.read_bytes()


def test_stopped_before_anything_is_done_nothing_is_left(shell, small, tmp_path, monkeypatch):
    out = tmp_path / "results.csv"
    ran, fitted = interrupted(shell, monkeypatch, small, out, after=0)
    assert fitted == 0
    assert "kept" not in ran.err
    assert not (tmp_path / "results.csv.part").exists()


@pytest.mark.parametrize("lost", [1, 100, 3000, "all but a line", "in the first", "all", "garbage"])
def test_a_file_that_ends_anywhere_is_gone_on_with(shell, small, tmp_path, monkeypatch, lost):
    out, part, whole = (tmp_path / name for name in ("r.csv", "r.csv.part", "whole.csv"))
    interrupted(shell, monkeypatch, small, out, after=3)
    content = part.read_bytes()
    first = content.index(b"\n") + 1
    second = content.index(b"\n", first) + 1
    cut = {
        "all but a line": content[: second + 10],
        "in the first": content[: first - 5],
        "all": b"",
        "garbage": content[: second + 9] + b"\0" * 400 + b"\n",
    }
    part.write_bytes(cut[lost] if isinstance(lost, str) else content[:-lost])
    ran, fitted = resumed(shell, monkeypatch, small, out)
    assert ran.code == 0
    kept = {1: 14, 100: 14, 3000: 7, "all but a line": 7, "garbage": 7}.get(lost, 0)
    assert fitted >= 30 - 21
    assert fitted == 30 - kept or isinstance(lost, int)
    resumed(shell, monkeypatch, small, whole)
    assert out.read_bytes() == whole.read_bytes()


def test_other_input_is_refused_by_what_changed(shell, small, tmp_path, monkeypatch):
    out, part = tmp_path / "r.csv", tmp_path / "r.csv.part"
    interrupted(shell, monkeypatch, small, out)
    content = part.read_bytes()
    K, X, Y = make_data(40, 30)
    Y[5, 3] += 1e-9
    other = tmp_path / "other"
    other.mkdir()
    for arguments, words in (
        ([*write_data(other, K, X, Y)], "the traits changed"),
        ([*small, "--ml"], "ML or REML changed"),
        ([*small, "--level", "0.9"], "the level changed"),
        ([*small, "--use", "sex"], "the covariates changed"),
        ([*small, "--without", "id3"], "the individuals, the traits, the covariates, the kinship"),
    ):
        ran = shell("fit", "--all-traits", *arguments, "--out", out)
        assert ran.code == 2
        assert words in ran.err
        assert "delete that file to begin anew" in ran.err
        assert part.read_bytes() == content
        assert not out.exists()


@pytest.mark.parametrize("content", [b"my notes\n", b"my notes", b'{"a": 1}\n', b"[1]\n"])
def test_another_kind_of_file_is_not_touched(shell, small, tmp_path, content):
    part = tmp_path / "r.csv.part"
    part.write_bytes(content)
    ran = shell("fit", "--all-traits", *small, "--out", tmp_path / "r.csv")
    assert ran.code == 2
    assert "another kind of file; move it away" in ran.err
    assert part.read_bytes() == content


def test_two_at_a_time_are_refused(shell, small, tmp_path, monkeypatch):
    out, part = tmp_path / "r.csv", tmp_path / "r.csv.part"
    interrupted(shell, monkeypatch, small, out)
    with part.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ran = shell("fit", "--all-traits", *small, "--out", out)
    assert ran.code == 2
    assert "another process is at work on the same file" in ran.err
    assert resumed(shell, monkeypatch, small, out)[1] == 16


def test_a_full_disk_is_told_and_loses_nothing(shell, small, tmp_path, monkeypatch):
    out = tmp_path / "r.csv"
    interrupted(shell, monkeypatch, small, out)

    def full(number):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keeping.os, "fsync", full)
        ran = shell("fit", "--all-traits", *small, "--out", out)
    assert ran.code == 2
    assert "No space left on device" in ran.err
    assert not out.exists()
    assert shell("fit", "--all-traits", *small, "--out", out).code == 0


COMMAND = [sys.executable, "-m", "lmm_cli", "fit", "--all-traits"]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_real_signal_loses_nothing(tmp_path, name):
    """Each trait lacks another individual, so that each takes a decomposition of its own."""
    K, X, Y = make_data(200, 150)
    Y[np.arange(150), np.arange(150)] = np.nan
    files = write_data(tmp_path, K, X, Y)
    out, part = tmp_path / "r.csv", tmp_path / "r.csv.part"
    command = [*COMMAND, *map(str, files), "--out", str(out)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    options = {"cwd": ROOT, "env": environment, "text": True}
    with ctrl_c_is_heard():
        process = subprocess.Popen(command, stderr=subprocess.PIPE, **options)
    for _ in range(3000):
        if part.exists() and part.read_bytes().count(b"\n") > 5:
            break
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=30)
    assert process.returncode == {"SIGINT": 130, "SIGTERM": 143, "SIGKILL": -9}[name]
    assert "lmm: note: the traits have 150 patterns of missing values" in said
    assert "Traceback" not in said
    assert ("goes on with the others" in said) == (name != "SIGKILL")
    assert not out.exists()
    # A line that was being written does not count.
    kept = part.read_bytes().count(b"\n") - 1
    assert 5 <= kept < 150

    done = subprocess.run(command, capture_output=True, check=True, **options)
    assert f"{kept} of 150 traits are in {part} already" in done.stderr
    assert not part.exists()
    rows = rows_of(out)
    assert len(rows) == 150
    for j in (0, kept - 1, kept, 149):
        keep = ~np.isnan(Y[:, j])
        design = np.column_stack([np.ones(200), X])[keep]
        fit = fit_lmm(Y[keep, j], design, K[np.ix_(keep, keep)])
        assert float(rows[j]["h2"]) == pytest.approx(fit.h2, abs=1e-9)
        assert int(rows[j]["n"]) == fit.n
