"""The zip file: what is in it, what its README says of it, what it is called."""

import io
import re
import subprocess
import sys
import zipfile

import pytest

from lmm_app.fit.view import build_view
from lmm_app.paper.archive import archive, archive_name, methods_of, singles
from lmm_app.sources.opened import Opened, Sample, open_source
from lmm_core import decompose
from lmm_data.methods import methods_paragraph
from tests.odd_views import KINDS, view
from tests.places import ROOT

DATA = {"pheno.csv", "covar.csv", "kinship.csv"}
PROGRAMS = {"reproduce.py", "reproduce.R"}
SINGLES = {"results.json", "estimates.csv", "profile.csv", "trace.csv", "rotated.csv"}
WORDS = {"README.txt", "methods.txt"}


@pytest.fixture(scope="module")
def tiny():
    return open_source(Sample("tiny12"))


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        assert zipped.testzip() is None
        return {entry.filename: zipped.read(entry).decode() for entry in zipped.infolist()}


def test_the_readme_names_every_file_and_no_other(tiny):
    for kind in ("tiny", "unbounded"):
        files = members(archive(tiny, view(kind), "REML"))
        expected = DATA | PROGRAMS | SINGLES if kind == "tiny" else DATA - {"covar.csv"}
        assert files.keys() == expected | PROGRAMS | SINGLES | WORDS
        named = set(re.findall(r"\b\w+\.(?:csv|json|py|txt|R)\b", files["README.txt"]))
        assert named == files.keys() - {"README.txt"}


def test_the_files_that_can_be_had_alone_are_those_in_the_zip(tiny):
    files = members(archive(tiny, view("tiny"), "ML"))
    alone = singles(tiny, view("tiny"), "ML")
    assert alone.keys() == SINGLES
    for name, make in alone.items():
        assert make() == files[name]


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_paragraph_on_methods_is_in_it(tiny, kind, method):
    words = members(archive(tiny, view(kind), method))["methods.txt"]
    assert words == f"{methods_of(view(kind), method)}\n"
    found = view(kind).methods[method]
    assert words == f"{methods_paragraph(view(kind).problem, found.fit, found.interval)}\n"
    assert f"({method})" in words


def test_the_same_fit_gives_the_same_bytes(tiny):
    problem = tiny.dataset.problem("weight", ("sex",))
    one, two = (build_view(problem, decompose(problem.K)) for _ in range(2))
    assert archive(tiny, one, "REML") == archive(tiny, two, "REML")
    assert archive(tiny, one, "REML") != archive(tiny, one, "ML")


def test_the_readme_says_what_was_fitted_and_who_was_left_out():
    opened = open_source(Sample("mouse_hs300"))
    problem = opened.dataset.problem("CD8", ("sex",))
    shown = build_view(problem, decompose(problem.K))
    words = members(archive(opened, shown, "ML"))["README.txt"]
    assert words.startswith("CD8 of 297 heterogeneous-stock mice, by ML\n=====")
    assert "283 individuals in the same order in every file; 14 left out for missing" in words
    assert opened.about in words
    assert shown.ml.message in words


@pytest.mark.parametrize(
    ("name", "trait", "expected"),
    [
        ("297 mice", "CD8", "297-mice-CD8-REML.zip"),
        ("../../etc/passwd", "a:b\\c", "etc-passwd-a-b-c-REML.zip"),
        ("雌", "é", "fit-REML.zip"),
        ("x" * 200, "y", f"{'x' * 60}-REML.zip"),
    ],
)
def test_the_name_of_the_zip_suits_every_system(tiny, name, trait, expected):
    class Named:
        dataset = type("Dataset", (), {"name": name})
        problem = type("Problem", (), {"trait": trait})

    assert archive_name(Named, Named, "REML") == expected


def test_nothing_to_take_away_needs_the_interface():
    code = "import sys, lmm_app.paper.archive; print('streamlit' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_any_source_will_do(tiny):
    """Nothing but a name and a sentence is asked of where the data came from."""
    opened = Opened(tiny.dataset, "From a kind of source that nobody has thought of yet.", 0.5)
    files = members(archive(opened, view("tiny"), "REML"))
    assert opened.about in files["README.txt"]
    assert '"true_h2": 0.5' in files["results.json"]
