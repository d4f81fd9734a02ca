"""How the command line starts and ends: help, exit codes, and never a traceback."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lmm_core
from lmm_cli import entry
from lmm_cli.command import Answer, Command
from lmm_cli.entry import main
from lmm_data.written import numbers_csv
from tests.cli_helpers import ROOT, TINY_FILES, Shell, ctrl_c_is_heard, write
from tests.once import written_site

NAMES = ("fit", "scan", "check", "simulate", "app", "site")
# A server goes on until it is stopped.
ENDING = NAMES[:4]


@pytest.fixture
def shell(capsys):
    return Shell(capsys)


def help_of(shell, *command):
    ran = shell(*command, "--help")
    assert ran.code == 0
    return ran.out


def examples(text):
    return re.findall(r"^  lmm (.*)$", text, flags=re.M)


def run(*arguments, **settings):
    return subprocess.run(
        [sys.executable, "-m", "lmm_cli", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
        **{"text": True, **settings},
    )


def stand_in(monkeypatch, do):
    """A command `fit` that does something else."""

    def add(parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*")

    commands = (replace(entry.COMMANDS[0], add_options=add, run=lambda options, console: do()),)
    monkeypatch.setattr(entry, "COMMANDS", commands)


@pytest.mark.parametrize("command", [(), *((name,) for name in NAMES)])
def test_help_teaches_the_model_an_example_and_the_exit_codes(shell, command):
    text = " ".join(help_of(shell, *command).split())
    assert "y = Xβ + e, var(e) = v[hK + (1 − h)I]" in text
    assert "exit codes: 0 done; 1 the data cannot be fitted; 2" in text
    assert "130 stopped by Ctrl-C" in text
    assert examples(help_of(shell, *command))


def test_the_help_names_every_command(shell):
    text = help_of(shell)
    for name in NAMES:
        assert re.search(rf"^  {name} +\w+", text, flags=re.M)


@pytest.mark.parametrize("name", ENDING)
def test_the_examples_run_as_they_are_pasted(shell, name, tmp_path, monkeypatch):
    lines = examples(help_of(shell, name))
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    monkeypatch.chdir(tmp_path)
    for line in lines:
        ran = shell(*shlex.split(line))
        assert ran.code == 0, ran.err
        assert ran.out


def test_the_examples_of_the_first_help_are_those_of_the_commands(shell):
    first = examples(help_of(shell))
    assert [line.split()[0] for line in first] == list(NAMES)
    for line in first:
        assert line in examples(help_of(shell, line.split()[0]))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["scann"], "invalid choice: 'scann' (choose from"),
        (["fit"], "a phenotype file and a kinship must be named: no file is"),
        (["fit", "--levle", "0.9", *TINY_FILES], "unrecognized arguments: --levle"),
        (["fit", "--level", "95", *TINY_FILES], "must lie between 0 and 1: it is 95"),
        (["fit", "--level", "nan", *TINY_FILES], "must lie between 0 and 1: it is nan"),
        (["check", "--spelling", "upper", *TINY_FILES], "invalid choice: 'upper'"),
        (["fit", "--transform", "weight", *TINY_FILES], "a trait, = and one of"),
        (["fit", "--transform", "weight=sqrt", *TINY_FILES], "log, rank"),
        (["fit", "no/such.csv"], "no/such.csv: the file cannot be opened: No such file"),
        (["fit", "sample_data"], "sample_data: the file cannot be opened: it is a folder; name"),
        (["fit", "a\0b"], "the file cannot be opened: embedded null byte"),
        (["fit", *TINY_FILES, TINY_FILES[0]], "each file must be named once"),
        (["fit", *TINY_FILES[:2], "--covar", TINY_FILES[0]], "each file must be named once"),
        (["fit", *TINY_FILES, "--out", "no/such/folder/x"], "no folder no/such/folder"),
        (["fit", *TINY_FILES, "--out", "sample_data"], "cannot be written: it is a folder"),
        (["simulate"], "the following arguments are required: --out"),
    ],
)
def test_what_cannot_be_done_as_asked_exits_with_2(shell, arguments, said, monkeypatch):
    monkeypatch.chdir(ROOT)
    ran = shell(*arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
    assert ran.out == ""


def test_a_file_that_may_not_be_read_exits_with_2(shell, monkeypatch):
    def refuse(self, *args, **settings):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    ran = shell("fit", *TINY_FILES)
    assert ran.code == 2
    assert "cannot be opened: Permission denied; check the path" in ran.err


@pytest.mark.parametrize("command", ["fit", "check"])
@pytest.mark.parametrize(
    "junk",
    [b"", b"\0\1\2" * 100, b"\x1f\x8bgzip", b"PK\x03\x04zip", b"\x6c\x1b\x01", b"%PDF-1.4", b"\n"],
    ids=["empty", "binary", "gzip", "zip", "bed", "pdf", "blank"],
)
@pytest.mark.parametrize("place", ["pheno", "kinship", "covar"])
def test_junk_in_any_place_exits_with_1_and_says_what_it_is(shell, tmp_path, command, junk, place):
    texts = {
        name: Path(path).read_bytes()
        for name, path in zip(("pheno", "kinship", "covar"), TINY_FILES, strict=True)
    }
    paths = write(tmp_path, **{**texts, place: junk})
    options = [f"--{Path(path).stem}" for path in paths]
    ran = shell(command, *(part for pair in zip(options, paths, strict=True) for part in pair))
    assert f"{place}.csv" in ran.words
    assert ran.code == 1


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "lmm: stopped"),
        (BrokenPipeError(), 0, ""),
        (MemoryError(), 1, "lmm: error: there is not enough memory"),
        (ZeroDivisionError("by zero"), 3, "a mistake in this program, not in your data"),
    ],
)
def test_whatever_happens_ends_in_a_line(capsys, monkeypatch, error, code, said):
    def fail():
        raise error

    stand_in(monkeypatch, fail)
    assert main(["fit"]) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == bool(said)
    assert "Traceback" not in captured.err


def test_a_mistake_of_the_program_says_where(capsys, monkeypatch):
    stand_in(monkeypatch, lambda: {}["absent"])
    assert main(["fit"]) == 3
    assert re.search(r"KeyError: 'absent', test_entry\.py line \d+", capsys.readouterr().err)


def test_the_code_of_the_answer_is_that_of_the_program(capsys, monkeypatch):
    stand_in(monkeypatch, lambda: Answer("said\n", 1))
    assert main(["fit"]) == 1
    assert capsys.readouterr().out == "said\n"


def test_commands_are_found_by_name_and_described():
    assert [command.name for command in entry.COMMANDS] == list(NAMES)
    assert all(isinstance(command, Command) and command.summary for command in entry.COMMANDS)


def test_it_says_its_version(shell):
    assert shell("--version").out == f"lmm {lmm_core.__version__}\n"


def test_the_examples_name_the_samples_where_they_are(shell, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = [
        word
        for line in examples(help_of(shell, "fit"))
        for word in shlex.split(line)
        if "sample_data/" in word
    ]
    assert paths
    assert all(Path(path).is_file() for path in paths)


def test_a_port_is_no_setting(shell):
    ran = shell("app", "--set", "server.port=9000")
    assert ran.code == 2
    assert "the port has an option of its own: --port" in ran.err
    ran = shell("app", "--set", "port")
    assert "a setting of the server is its name, = and a value: it is “port”" in ran.err


def test_the_program_answers_on_its_own():
    done = run("fit", *TINY_FILES)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Verdict: ")
    assert run("fit", "no/such.csv").returncode == 2


def test_its_start_loads_nothing_heavy():
    heavy = ["pandas", "streamlit", "plotly", "scipy.stats", "scipy.linalg", "lmm_data.checks"]
    code = (
        "import sys; from lmm_cli.entry import main; main(['fit', '--help']);"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_stops_reading_is_no_fault(tmp_path):
    # The ids alone are far more than a pipe holds.
    n = 40
    ids = [f"{i}-{'x' * 5000}" for i in range(n)]
    K = np.kron(np.eye(n // 4), np.full((4, 4), 0.5)) + 0.5 * np.eye(n)
    y = np.random.default_rng(1).standard_normal((n, 1))
    tables = {"pheno": numbers_csv(ids, ["weight"], y), "kinship": numbers_csv(ids, ids, K)}
    paths = write(tmp_path, **tables)
    command = shlex.join([sys.executable, "-m", "lmm_cli", "fit", *paths, "--json"])
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1; echo ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "{\n0\n"
    assert done.stderr == ""


@pytest.mark.parametrize("command", [["--help"], ["fit", *TINY_FILES], ["check", "--help"]])
def test_a_pipe_that_is_closed_from_the_start_is_no_fault(command):
    reading, writing = os.pipe()
    os.close(reading)
    # Only what waits in a buffer is complained about when Python ends.
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "lmm_cli", *command],
            cwd=ROOT,
            stdout=closed,
            env=buffered,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_ctrl_c_ends_with_one_line(tmp_path):
    fifo = tmp_path / "never.csv"
    os.mkfifo(fifo)
    with ctrl_c_is_heard():
        process = subprocess.Popen(
            [sys.executable, "-m", "lmm_cli", "fit", str(fifo)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    with process:
        # Opening the other end waits until the program reads the file.
        with fifo.open("wb"):
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "lmm: stopped\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_every_terminal_can_show_the_answer(encoding):
    settings = {"PYTHONIOENCODING": encoding}
    done = run("fit", *TINY_FILES, env={**os.environ, **settings}, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "weight of 12 individuals, by REML" in done.stdout


def test_the_site_is_written_by_a_process_of_its_own(tmp_path_factory):
    site = written_site(tmp_path_factory)
    assert "index.html" in site.names
    assert sorted(site.names) == sorted(path.name for path in site.folder.iterdir())
