"""The command line in this process: its exit code, and what it printed."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lmm_cli.entry import main
from tests.places import ROOT

TINY = ROOT / "sample_data" / "tiny12"
MICE = ROOT / "sample_data" / "mouse_hs300"
TINY_FILES = [str(TINY / name) for name in ("pheno.csv", "kinship.csv", "covar.csv")]
MICE_FILES = [str(MICE / name) for name in ("pheno.csv", "kinship.csv", "covar.csv")]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        def refuse(word):
            raise AssertionError(f"{word} is no JSON")

        return json.loads(self.out, parse_constant=refuse)

    @property
    def words(self):
        """What was printed, without line breaks."""
        return " ".join(self.out.split())


class Shell:
    """Runs commands; each must end without a mistake of the program's own, and legibly."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        captured = self._capsys.readouterr()
        assert code != 3, captured.err
        assert "Traceback" not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)


def write(folder: Path, **files: str | bytes) -> list[str]:
    """Files by the names of their keywords, `pheno` for pheno.csv, and their paths."""
    paths = []
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(str(path))
    return paths


@contextmanager
def ctrl_c_is_heard() -> Iterator[None]:
    """Programs started here hear Ctrl-C, even where the tests were started not to.

    Under `nohup`, or in a shell's background, SIGINT is ignored, and what is started inherits it.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
