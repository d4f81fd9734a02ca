"""Answers for other programs: strict JSON, and what computed them."""

import json
import platform
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lmm_core.written import strict_json

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def as_json(document: dict[str, object]) -> str:
    """The document as text in ASCII, which every terminal and pipe takes."""
    return json.dumps(strict_json(document), allow_nan=False, indent=1) + "\n"


def versions() -> dict[str, str]:
    """What computed the numbers."""
    return {
        "lmm_core": _own_version(),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
        "python": platform.python_version(),
    }


def _own_version() -> str:
    # Beside its sources it need not be installed.
    if _PROJECT.is_file():
        return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    try:
        return version("lmm-core")
    except PackageNotFoundError:
        return "unknown"
