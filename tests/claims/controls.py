"""Negative controls: mistakes on purpose under which the test of a claim has to fail.

`controls.yaml` has each as a line of the program and what it is replaced by. `python -m
tests.claims.controls` runs every test with its mistake and without: one process loads the
libraries, and each run is a fork of it with the mistake in what it imports of the project.
"""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from tests.places import ROOT

FILE = Path(__file__).with_name("controls.yaml")
# Other modules that the tests need, loaded once for all runs.
LIBRARIES = "hypothesis numpy streamlit scipy.linalg scipy.optimize scipy.special scipy.stats"
CORES = 2
# The first failure ends a run, without pytest's own pictures of it, which take longer than it does.
QUICKLY = "-q -x --tb=native -p no:cacheprovider -p no:unraisableexception".split()


@dataclass(frozen=True)
class Control:
    """A mistake in a line of the program, and a test that must see it."""

    says: str
    file: str
    old: str
    new: str
    test: str

    def wrong(self) -> str:
        """The module with the mistake in it.

        Raises:
            ValueError: the line is not there any more.
        """
        path = ROOT / self.file
        source = path.read_text("utf-8") if path.is_file() else ""
        if self.old not in source:
            raise ValueError(f"{self.file} has no {self.old!r}: say anew how “{self.says}”")
        return source.replace(self.old, self.new)


@cache
def controls() -> tuple[Control, ...]:
    return tuple(Control(**one) for one in yaml.safe_load(FILE.read_text("utf-8")))


class Mistaken(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module of the project with one line replaced, everywhere that it stands."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.name = control.file.removesuffix(".py").replace("/", ".")

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        file = ROOT / self.control.file
        return importlib.util.spec_from_file_location(name, file, loader=self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.control.wrong(), self.control.file, "exec"), module.__dict__)


class Attempt:
    """A plugin of pytest: makes the mistake, and notes what the tests raised.

    A mistake must be seen by an assertion, not by a program that has become nonsense.
    """

    def __init__(self, control: Control | None) -> None:
        self.control = control
        self.raised: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self) -> None:
        # Before pytest's own importer, which takes `variance_test.py` for a file of tests.
        if self.control:
            sys.meta_path.insert(0, Mistaken(self.control))

    def pytest_exception_interact(self, call: pytest.CallInfo[None]) -> None:
        if call.excinfo:
            self.raised.append(call.excinfo.type.__name__)


def tried(tests: Sequence[str], control: Control | None = None) -> dict[str, object]:
    """The exit code of pytest for some tests, and what they raised."""
    attempt, printed = Attempt(control), io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = pytest.main([*QUICKLY, *tests], plugins=[attempt])
    return {"code": int(code), "raised": attempt.raised, "printed": printed.getvalue()[-2000:]}


def fork(tests: Sequence[str], control: Control | None = None) -> tuple[int, int]:
    """Start `tried` in a process of its own: its id, and where its answer can be read."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(there, json.dumps(tried(tests, control)).encode())
        finally:
            os._exit(0)
    os.close(there)
    return child, here


def answer(child: int, here: int) -> str:
    with os.fdopen(here) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text or json.dumps({"code": -1, "raised": [], "printed": "the process died"})


def main() -> None:
    """A line of JSON for each control, and a last one for all tests without any mistake."""
    for name in LIBRARIES.split():
        importlib.import_module(name)
    os.chdir(ROOT)
    # Plugins that are found by themselves take as long to load as most of the tests.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # What pytest made of a file of tests is there for the next run, whatever Python was told.
    sys.dont_write_bytecode = False
    work = [([one.test], one) for one in controls()]
    waiting: list[tuple[int, int]] = []
    for tests, control in [*work, (list(dict.fromkeys(one.test for one in controls())), None)]:
        if len(waiting) == CORES:
            print(answer(*waiting.pop(0)), flush=True)
        waiting.append(fork(tests, control))
    for started in waiting:
        print(answer(*started), flush=True)


if __name__ == "__main__":
    main()
