"""Which version this is, and what else computed a number."""

import platform
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

DISTRIBUTION = "lmm-watched"
_PROJECT = Path(__file__).parents[1] / "pyproject.toml"


@cache
def own_version() -> str:
    """The version of this package, as its metadata have it; "unknown" if nobody wrote it down.

    In a checkout its `pyproject.toml` decides, whatever else may be installed beside it.
    """
    if _PROJECT.is_file():
        project = tomllib.loads(_PROJECT.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == DISTRIBUTION:
            return str(project["version"])
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "unknown"


# Looking a package up takes 15 ms, and it does not change.
_installed = cache(version)


def versions() -> dict[str, str]:
    """What computed the numbers, by name."""
    return {
        "lmm_core": own_version(),
        "numpy": _installed("numpy"),
        "scipy": _installed("scipy"),
        "python": platform.python_version(),
    }
