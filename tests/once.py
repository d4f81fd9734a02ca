"""What takes seconds to make, made once for all tests, also of processes that run side by side."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.wheel import Installed, build_wheel, install


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first who asks for it has made, while the others wait.

    Args:
        factory: of the temporary folders of the run.
        name: of the folder.
        make: fills it.
    """
    base = factory.getbasetemp()
    # The folder of each of several processes lies in that of all.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, made = shared / name, shared / f"{name}-made"
    with (shared / f"{name}-lock").open("w") as lock:
        # Let go of with the file, and with a process that dies.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


@dataclass(frozen=True)
class Site:
    """The folder that `lmm site` wrote, and the names of the files in the order in which it did."""

    folder: Path
    names: list[str]


def written_site(factory: pytest.TempPathFactory) -> Site:
    """What `lmm site` writes, in a process of its own."""

    def make(folder: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "lmm_cli", "site", str(folder / "lesson")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        (folder / "told").write_text(done.stdout, encoding="utf-8")

    folder = once(factory, "site", make)
    return Site(folder / "lesson", (folder / "told").read_text(encoding="utf-8").split())


def installed_wheel(factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own."""
    folder = once(
        factory, "wheel", lambda folder: install(build_wheel(folder), folder / "environment")
    )
    (wheel,) = folder.glob("*.whl")
    return Installed(wheel, folder / "environment")
