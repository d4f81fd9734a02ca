"""The wheel, built from this checkout and installed where nothing of the checkout is seen."""

import os
import site
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from tests.places import ROOT


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and with this one's other packages beside it."""

    wheel: Path
    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.programs / "python"

    def run(self, *command: object, cwd: Path, **settings: object):
        """A program of the environment, run in a folder that is not the checkout."""
        return subprocess.run(
            [self.programs / str(command[0]), *map(str, command[1:])],
            cwd=cwd,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            **settings,
        )

    def environment(self) -> dict[str, str]:
        """Without what would lead back to the checkout."""
        return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def build_wheel(folder: Path) -> Path:
    """The wheel of the checkout as it is, by the installed setuptools: nothing is fetched."""
    source = folder / "source"
    # Built elsewhere, so that two test processes do not share a build folder.
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in names:
        path = ROOT / name
        if path.is_file() and not name.startswith(("tests/", "docs/", "benchmarks/")):
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Installed:
    """The wheel in an environment of its own; what it needs is taken from this one."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    made = Installed(wheel, folder)
    _pip("--python", made.python, "install", "--no-deps", "--no-index", wheel)
    (packages,) = folder.glob("lib/*/site-packages")
    # A path here is searched last, and the checkout's own entry in that folder is not read.
    (packages / "beside.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return made


def _pip(*arguments: object) -> None:
    quiet = ["--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", *map(str, arguments), *quiet]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
