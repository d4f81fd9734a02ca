"""Imports go one way, the core stays light, and no file grows past reading."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.places import ROOT

CORE = sorted((ROOT / "lmm_core").rglob("*.py"))
APP = sorted((ROOT / "lmm_app").rglob("*.py"))
SCRIPTS = [
    path for kind in ("js", "css") for path in (ROOT / "lmm_app" / "live").rglob(f"*.{kind}")
]
# Each stage may import those before it.
STAGES = ["kinship", "rotation", "wls", "limit", "likelihood", "brent", "fit"]
FOUNDATIONS = {"errors", "arrays"}


@cache
def imports(path):
    """Every module that a file imports, anywhere in it, by its full name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names.add(module)
            # `from package import module` imports the module too, where there is one.
            for alias in node.names:
                inner = ROOT / Path(*module.split("."), alias.name)
                if inner.with_suffix(".py").exists() or inner.is_dir():
                    names.add(f"{module}.{alias.name}")
    return names


def imported_from(path, package):
    return {name for name in imports(path) if name == package or name.startswith(package + ".")}


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def test_imports_are_seen():
    assert "lmm_core.limit" in imports(ROOT / "lmm_core" / "likelihood.py")
    assert "scipy" in imports(ROOT / "lmm_core" / "dense.py")


@pytest.mark.parametrize("path", CORE, ids=names(CORE))
def test_core_knows_no_interface(path):
    for package in ("streamlit", "plotly", "matplotlib", "lmm_app", "app", "tests"):
        assert not imported_from(path, package)
    if "readers" not in path.relative_to(ROOT).parts:
        assert not imported_from(path, "pandas")


@pytest.mark.parametrize("path", APP, ids=names(APP))
def test_app_parts_do_not_import_pages(path):
    if "pages" not in path.relative_to(ROOT).parts:
        assert not imported_from(path, "lmm_app.tour")
    assert not imported_from(path, "app")
    assert not imported_from(path, "tests")


@pytest.mark.parametrize("path", APP, ids=names(APP))
def test_figures_boards_and_text_know_no_streamlit(path):
    folder = path.parent.name
    board = folder == "live" and path.name != "component.py"
    if folder in ("diagnosis", "figures", "lessons", "qtl") or board or path.name == "text.py":
        for package in (
            "streamlit",
            "lmm_app.session.keep",
            "lmm_app.session.state",
            "lmm_app.explore.bench",
        ):
            assert not imported_from(path, package)
    # What is drawn in the browser needs nothing of plotly's.
    if folder == "live":
        assert not imported_from(path, "plotly")


def test_entry_imports_the_app_and_streamlit_only():
    packages = {name.split(".")[0] for name in imports(ROOT / "app.py")}
    assert packages - set(sys.stdlib_module_names) <= {"lmm_app", "streamlit"}


def test_the_oracle_shares_nothing_with_what_it_checks():
    dense = imported_from(ROOT / "lmm_core" / "dense.py", "lmm_core")
    assert dense == {"lmm_core.errors"}
    for path in CORE:
        if path.name != "__init__.py":
            assert not imported_from(path, "lmm_core.dense"), path


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_imports_a_later_one(stage):
    found = {
        name.split(".")[1]
        for name in imported_from(ROOT / "lmm_core" / f"{stage}.py", "lmm_core")
        if "." in name
    }
    earlier = set(STAGES[: STAGES.index(stage)])
    # `verdict` holds the words of `fit` and imports nothing.
    allowed = earlier | FOUNDATIONS | ({"verdict"} if stage == "fit" else set())
    assert found <= allowed
    assert not imported_from(ROOT / "lmm_core" / "verdict.py", "lmm_core")


def test_importing_the_core_loads_nothing_heavy():
    heavy = ["streamlit", "plotly", "pandas", "matplotlib", "scipy.stats", "scipy.linalg"]
    code = f"import sys, lmm_core; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_file_is_longer_than_400_lines():
    done = subprocess.run(
        ["git", "ls-files", "*.py", "*.js", "*.css"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    tracked = [ROOT / name for name in done.stdout.splitlines()]
    files = tracked or [*CORE, *APP, *SCRIPTS, *sorted((ROOT / "tests").rglob("*.py"))]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in files
        if path.exists()
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}
