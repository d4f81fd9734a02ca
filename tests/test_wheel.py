"""The wheel works from anywhere: with its scripts, styles, samples and settings, and alone."""

import ast
import json
import tomllib
import zipfile
from email.parser import Parser

import pytest

from tests.once import installed_wheel
from tests.places import REFERENCE, ROOT, SAMPLES

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
# What NumPy and SciPy alone leave out.
MORE = ("streamlit", "plotly", "PIL", "pandas", "yaml", "bed_reader", "joblib")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return installed_wheel(tmp_path_factory)


@pytest.fixture(scope="module")
def packed(installed):
    with zipfile.ZipFile(installed.wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def all_of(extra):
    """What an extra brings, with the extras that it names."""
    found = set()
    for one in EXTRAS[extra]:
        if one.startswith(f"{PROJECT['name']}["):
            found |= all_of(one.partition("[")[2].removesuffix("]"))
        else:
            found.add(one)
    return found


def test_requirements_are_what_the_page_needs():
    listed = (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
    assert set(listed) == {*PROJECT["dependencies"], *all_of("app")}
    assert all_of("all") == set().union(*map(all_of, EXTRAS))
    assert {one.partition(">")[0] for one in PROJECT["dependencies"]} == {"numpy", "scipy"}


def test_everything_that_the_packages_open_is_packed(packed):
    own = [
        path.relative_to(ROOT).as_posix()
        for package in ("lmm_core", "lmm_data", "lmm_cli", "lmm_app")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert {"lmm_app/live/live.css", "lmm_app/live/js/board.js", "lmm_core/py.typed"} <= set(own)
    assert {"lmm_app/paper/reproduce.py", "lmm_app/paper/reproduce.R"} <= set(own)
    assert set(own) <= packed.keys()
    for path in SAMPLES.rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            assert packed[f"lmm_data/sample_data/{path.relative_to(SAMPLES)}"] == path.read_bytes()
    settings = packed["lmm_app/start/.streamlit/config.toml"]
    assert settings == (ROOT / ".streamlit" / "config.toml").read_bytes()
    assert not [name for name in packed if name.startswith(("tests", "docs", "benchmarks"))]


def test_both_ways_of_starting_run_the_same_script():
    scripts = [ROOT / "app.py", ROOT / "lmm_app" / "start" / "app.py"]
    one, other = (ast.parse(path.read_text(encoding="utf-8")).body[1:] for path in scripts)
    assert [ast.unparse(line) for line in one] == [ast.unparse(line) for line in other]


def test_the_metadata_say_whose_it_is_and_what_it_needs(packed):
    name = next(name for name in packed if name.endswith(".dist-info/METADATA"))
    metadata = Parser().parsestr(packed[name].decode())
    assert metadata["License-Expression"] == "MIT AND GPL-3.0-or-later AND CC-BY-4.0"
    held = metadata.get_all("License-File")
    assert {"LICENSE", "sample_data/GPL-3.0.txt"} <= set(held)
    folder = name.partition("/")[0]
    assert packed[f"{folder}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert set(metadata.get_all("Provides-Extra")) == set(EXTRAS)
    assert metadata["Version"] == PROJECT["version"]


def test_a_fit_from_another_folder(installed, tmp_path):
    code = "import lmm_data.samples as s, lmm_core; print(s.sample_folder(), lmm_core.__version__)"
    folder, version = installed.run("python", "-c", code, cwd=tmp_path).stdout.split()
    assert folder.startswith(str(installed.folder))
    assert version == PROJECT["version"]
    files = [f"{folder}/tiny12/{name}.csv" for name in ("pheno", "kinship", "covar")]
    done = installed.run("lmm", "fit", *files, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    (dense,) = (
        found["dense_gls"]
        for found in json.loads((REFERENCE / "fits.json").read_text("utf-8"))
        if (found["dataset"], found["trait"], found["method"]) == ("tiny12", "weight", "REML")
    )
    assert answer["versions"]["lmm_core"] == PROJECT["version"]
    assert answer["fit"]["h2"] == pytest.approx(dense["h2"], abs=1e-7)


def test_numpy_and_scipy_are_enough_for_a_fit(installed, tmp_path):
    def lmm(*arguments):
        code = (
            f"import sys; sys.modules.update(dict.fromkeys({MORE!r}))\n"
            f"from lmm_cli.entry import main; sys.exit(main({list(map(str, arguments))!r}))"
        )
        return installed.run("python", "-c", code, cwd=tmp_path)

    for arguments in (
        ("simulate", "--n", 60, "--out", "made"),
        ("fit", "made/pheno.csv", "made/kinship.csv"),
        ("check", "made/pheno.csv", "made/kinship.csv"),
    ):
        done = lmm(*arguments)
        assert done.returncode == 0, done.stderr
    page = lmm("app")
    assert page.returncode == 2
    assert "pip install 'lmm-watched[app]'" in page.stderr
