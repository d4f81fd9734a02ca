"""Imports go one way, also through others; the core stays light, and no file outgrows reading."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.places import ROOT

PACKAGES = ("lmm_core", "lmm_data", "lmm_cli", "lmm_app")
# What each package may import of the others.
BELOW = {
    "lmm_core": (),
    "lmm_data": ("lmm_core",),
    "lmm_cli": ("lmm_core", "lmm_data"),
    "lmm_app": ("lmm_core", "lmm_data"),
}
FILES = {name: sorted((ROOT / name).rglob("*.py")) for name in PACKAGES}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for files in FILES.values()
    for path in files
}
# The pipeline in the order of the post; each stage may import those before it.
STAGES = [
    "kinship",
    "records",
    "coordinates",
    "rotation",
    "least_squares",
    "limit",
    "likelihood",
    "grid",
    "slope",
    "brent",
    "fit",
]
FOUNDATIONS = {"errors", "arrays", "genotypes", "verdict", "progress"}
# In the app each room may import those of the rows before its own, and a page no other page.
ROOMS = (
    ("glossary",),
    ("fit", "figures", "genome"),
    ("lessons",),
    ("live", "sources"),
    ("paper",),
    ("session",),
    ("plotted",),
    ("room",),
    (
        *("explore", "tour", "cards", "sure", "compare", "traits", "scan", "data"),
        *("published", "lecturer"),
    ),
    ("handout", "site"),
    ("shell",),
    ("start",),
)
# What is drawn in the browser, or on paper, needs nothing of plotly's.
DRAWN_IN_THE_BROWSER = (
    *("live", "paper", "room", "tour", "cards", "sure", "compare", "scan", "handout", "site"),
)
# No caches and no session: what these compute can be tested without a page.
PURE = ("glossary", "fit", "genome", "lessons", "sources", "paper", "handout")


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
            names.update(
                f"{module}.{alias.name}"
                for alias in node.names
                if f"{module}.{alias.name}" in MODULES
            )
    return names


@cache
def reached(module):
    """Every module that is imported by importing one, the packages that it lies in included."""
    found, left = set(), [module]
    while left:
        name = left.pop()
        if name in found:
            continue
        found.add(name)
        parts = name.split(".")
        left += [".".join(parts[:k]) for k in range(1, len(parts))]
        if name in MODULES:
            left += imports(MODULES[name])
    return found


def of(names, package):
    return {name for name in names if name == package or name.startswith(package + ".")}


def room_of(module):
    return module.split(".")[1] if module.count(".") else ""


def rank(room):
    return next(k for k, row in enumerate(ROOMS) if room in row)


def test_imports_are_seen():
    assert "lmm_core.limit" in imports(ROOT / "lmm_core" / "likelihood.py")
    assert "scipy" in imports(ROOT / "lmm_core" / "dense.py")
    # Through others, and by the package that a module lies in.
    assert "lmm_core.kinship" in reached("lmm_core.fit")
    assert "plotly.graph_objects" in reached("lmm_app.traits.page")
    assert "streamlit" in reached("lmm_app.shell.pages")


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_reaches_only_those_below(package):
    others = [*PACKAGES, "app", "tests", "benchmarks", "docs"]
    if package != "lmm_app":
        others += ["streamlit", "plotly", "matplotlib", "pandas"]
    for module in MODULES:
        if module.split(".")[0] != package:
            continue
        for other in others:
            if other not in (package, *BELOW[package]):
                assert not of(reached(module), other), (module, other)


def test_each_room_of_the_app_reaches_only_those_before_it():
    for module in of(MODULES, "lmm_app"):
        if not room_of(module):
            continue
        for other in of(reached(module), "lmm_app"):
            here, there = room_of(module), room_of(other)
            if there and there != here:
                assert rank(there) < rank(here), (module, other)


def test_every_folder_of_the_app_has_its_place():
    rooms = {room_of(module) for module in of(MODULES, "lmm_app")} - {""}
    assert rooms == {room for row in ROOMS for room in row}


def at_once(module):
    """What is loaded when a module is: not what its functions import when they are called."""
    found, left = set(), [module]
    while left:
        name = left.pop()
        if name in found or name not in MODULES:
            found.add(name)
            continue
        found.add(name)
        tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Import):
                left += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                left += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def test_the_first_page_is_drawn_without_plotly():
    for module in ("lmm_app.shell.pages", "lmm_app.explore.page"):
        assert "lmm_app.live.component" in at_once("lmm_app.explore.page")
        assert not of(at_once(module), "plotly"), module


@pytest.mark.parametrize("room", DRAWN_IN_THE_BROWSER)
def test_what_is_drawn_in_the_browser_needs_no_plotly(room):
    modules = of(MODULES, f"lmm_app.{room}")
    assert modules
    for module in modules:
        assert not of(reached(module), "plotly"), module


@pytest.mark.parametrize("room", PURE)
def test_what_is_computed_needs_no_page(room):
    for module in of(MODULES, f"lmm_app.{room}"):
        assert not of(reached(module), "streamlit"), module


def test_pictures_know_no_streamlit():
    boards = of(MODULES, "lmm_app.live") - {"lmm_app.live.component"}
    pages = [
        module
        for room in ("data", "scan", "sure", "traits", "explore", "room")
        for module in of(MODULES, f"lmm_app.{room}")
        if module.rpartition(".")[2]
        in ("boards", "words", "gallery", "material", "figure", "forest")
    ]
    assert len(pages) > 6
    for module in [*boards, *pages]:
        assert not of(imports(MODULES[module]), "streamlit"), module


def test_entry_imports_the_app_only():
    assert imports(ROOT / "app.py") == {"lmm_app.shell.pages"}


def test_the_oracle_shares_nothing_with_what_it_checks():
    dense = of(imports(ROOT / "lmm_core" / "dense.py"), "lmm_core")
    assert dense == {"lmm_core.errors"}
    for path in FILES["lmm_core"]:
        if path.name != "__init__.py":
            assert not of(imports(path), "lmm_core.dense"), path


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_imports_a_later_one(stage):
    found = {
        name.split(".")[1]
        for name in of(imports(ROOT / "lmm_core" / f"{stage}.py"), "lmm_core")
        if "." in name
    }
    earlier = set(STAGES[: STAGES.index(stage)])
    # `summary` puts a fit in words.
    allowed = earlier | FOUNDATIONS | ({"summary"} if stage == "fit" else set())
    assert found <= allowed
    assert not of(imports(ROOT / "lmm_core" / "verdict.py"), "lmm_core")


def test_the_front_of_the_core_names_its_stages_in_their_order():
    text = ast.get_docstring(ast.parse((ROOT / "lmm_core" / "__init__.py").read_text("utf-8")))
    listed = [line.split("`")[1] for line in text.splitlines() if line[:1].isdigit()]
    assert len(listed) == 8
    places = [STAGES.index(name.removesuffix(".py")) for name in listed]
    assert places == sorted(places)
    for number, name in enumerate(listed, 1):
        opening = ast.get_docstring(ast.parse((ROOT / "lmm_core" / name).read_text("utf-8")))
        assert opening.startswith(f"{number}. "), name


def test_the_core_is_small_enough_to_read():
    unread = {"__pycache__", "py.typed"}
    assert len([path for path in (ROOT / "lmm_core").iterdir() if path.name not in unread]) <= 29
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in FILES["lmm_core"])
    assert lines <= 11465


@pytest.mark.parametrize("package", ["lmm_core", "lmm_data"])
def test_no_module_has_the_name_of_a_public_function(package):
    functions = {
        node.name
        for path in [*FILES["lmm_core"], *FILES["lmm_data"]]
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    modules = {name.rpartition(".")[2] for name in of(MODULES, package)}
    assert not functions & modules


def test_names_that_could_be_modules_are_functions():
    code = (
        "import lmm_core.certainty, lmm_core.many, lmm_core.scan, lmm_data.preparation.preparing\n"
        "from lmm_core import blup, dense_fit, fit_lmm, rlrt, rotate, scan_markers, wls\n"
        "from lmm_core.certainty import contrasts\n"
        "from lmm_core.many import bootstrap, fit_traits\n"
        "assert all(map(callable, (blup, rlrt, wls, contrasts, bootstrap, fit_traits)))\n"
        "assert callable(lmm_core.wls) and callable(lmm_core.blup) and callable(lmm_core.rlrt)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


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
    own = [path for files in FILES.values() for path in files]
    files = tracked or [*own, *sorted((ROOT / "tests").rglob("*.py"))]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in files
        if path.exists()
    }
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_tests_mirror_the_packages():
    for folder, package in (("core", "lmm_core"), ("data", "lmm_data"), ("app", "lmm_app")):
        for path in (ROOT / "tests" / folder).rglob("test_*.py"):
            inside = path.parent.relative_to(ROOT / "tests" / folder)
            assert (ROOT / package / inside).is_dir(), path
    assert Path(ROOT / "tests" / "cli").is_dir()
