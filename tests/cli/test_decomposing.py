"""Large kinships on the command line: what they take is said, they are ended, kept and found."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.cli_helpers import MICE, MICE_FILES, Shell, ctrl_c_is_heard
from tests.data.large.kinships import kinship
from tests.ended import ends
from tests.places import ROOT

FIT = ["fit", *MICE_FILES, "--trait", "MCH"]
BEGINS = (
    r"lmm: decomposing the kinship, 288 × 288: about 1 second and 67 MB of memory"
    r"(, of .* that are free)?\n"
)


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


@pytest.fixture
def large(monkeypatch):
    """The mice are large."""
    monkeypatch.setenv("LMM_LARGE", "250")


def test_a_fit_is_the_same_and_says_what_it_takes(shell, large, monkeypatch):
    found = shell(*FIT, "--json")
    assert re.fullmatch(BEGINS, found.err)
    monkeypatch.delenv("LMM_LARGE")
    plain = shell(*FIT, "--json")
    assert plain.err == ""
    for name in ("h2", "sigma2", "loglik"):
        assert found.json["fit"][name] == pytest.approx(plain.json["fit"][name], rel=1e-12)


def test_how_far_it_is_is_told(shell, large):
    told = shell(*FIT, "--progress").err.splitlines()
    begins = next(k for k, line in enumerate(told) if re.fullmatch(BEGINS, f"{line}\n"))
    rest = told[begins + 1 :]
    assert rest[0] == "decomposing 0%"
    assert "decomposing 100%" in rest


@pytest.mark.parametrize("option", ["--cache", "LMM_CACHE"])
def test_the_same_kinship_is_found_again_in_another_file(
    shell, large, tmp_path, monkeypatch, option
):
    cache, copy = tmp_path / "cache", tmp_path / "relatedness.csv"
    copy.write_bytes((MICE / "kinship.csv").read_bytes())
    arguments = [*FIT, "--json"]
    if option == "--cache":
        arguments += ["--cache", cache]
    else:
        monkeypatch.setenv("LMM_CACHE", str(cache))
    first, again = (
        shell(*arguments),
        shell(*(copy if str(one).endswith("kinship.csv") else one for one in arguments)),
    )
    assert re.fullmatch(BEGINS, first.err)
    assert again.err == f"lmm: the decomposition of this kinship is the one kept in {cache}\n"
    assert again.json["fit"]["h2"] == pytest.approx(first.json["fit"]["h2"], rel=1e-12)
    assert len(list(cache.iterdir())) == 1
    # Other individuals have another kinship.
    assert re.search(
        "decomposing the kinship, 287 × 287", shell(*arguments, "--without", "A048022858").err
    )


def test_off_keeps_nothing(shell, large, tmp_path, monkeypatch):
    monkeypatch.setenv("LMM_CACHE", str(tmp_path / "cache"))
    assert shell(*FIT, "--cache", "off").code == 0
    assert not (tmp_path / "cache").exists()


def test_what_does_not_fit_is_said_before_it_is_begun(shell, large, monkeypatch):
    monkeypatch.setenv("LMM_MEMORY_GB", "0.01")
    ran = shell(*FIT)
    assert (ran.code, ran.err) == (1, "")
    assert "No fit: the decomposition of the kinship, 288 × 288, needs 67 MB of memory" in ran.words
    assert "10 MB are free; close other programs" in ran.words
    checked = shell("check", *MICE_FILES, "--trait", "MCH")
    assert checked.code == 1
    assert "needs 67 MB of memory: 10 MB are free" in checked.err


@pytest.mark.parametrize("command", ["check", "all traits", "scan"])
def test_other_commands_say_it_too(shell, large, command):
    arguments = {
        "check": ["check", *MICE_FILES, "--trait", "MCH"],
        "all traits": ["fit", "--all-traits", *MICE_FILES],
        "scan": [
            *("scan", "--geno", ROOT / "sample_data" / "mouse_hs1940.bed.gz", "--trait", "MCH"),
            *("--pheno", MICE / "pheno.csv", "--kinship", MICE / "kinship.csv", "--h2", "null"),
        ],
    }[command]
    ran = shell(*arguments)
    assert ran.code == 0, ran.err
    assert re.search(
        r"lmm: decomposing the kinship, (297|28[78]) × (297|28[78]): about 1 second", ran.err
    )


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_it_is_ended_at_once_and_nothing_is_left(tmp_path, name, code):
    K = kinship(700, markers=900)
    ids = [f"i{i}" for i in range(700)]
    rows = zip(ids, np.random.default_rng(0).standard_normal(700), strict=True)
    (tmp_path / "pheno.csv").write_text("id,y\n" + "".join(f"{i},{y}\n" for i, y in rows))
    np.save(tmp_path / "K.npy", K)
    files = ["--pheno", "pheno.csv", "--kinship", "K.npy", "--same-order", "--cache", "cache"]
    command = [sys.executable, "-m", "lmm_cli", "fit", *files, "--progress"]
    environment = {**os.environ, "LMM_LARGE": "500", "PYTHONPATH": str(ROOT)}
    with ctrl_c_is_heard():
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        )
    said = ""
    while "decomposing 0%" not in said:
        said += process.stderr.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    pids = children.read_text().split() if children.exists() else []
    process.send_signal(getattr(signal, name))
    said += process.communicate(timeout=30)[1]
    assert process.returncode == code
    assert re.search(
        r"lmm: the decomposition of the kinship, 700 × 700, was stopped after \d+ seconds?, at \d+%"
        r": nothing of it is kept\nlmm: stopped\n$",
        said,
    )
    assert "Traceback" not in said
    assert not (tmp_path / "cache").exists()
    assert all(map(ends, pids))
