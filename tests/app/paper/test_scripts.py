"""The programs in the zip: run where it was unpacked, they print what the page shows."""

import io
import os
import re
import subprocess
import sys
import zipfile
from functools import cache

import numpy as np
import pytest

from lmm_app.fit import text
from lmm_app.fit.view import build_view
from lmm_app.paper.archive import archive
from lmm_app.paper.scripts import reproduce_python, reproduce_r, title_of
from lmm_app.sources.sources import Opened, Sample, Simulation, open_source
from lmm_core import decompose
from lmm_core.conventions import log_likelihood_as
from lmm_data.dataset import align
from lmm_data.tables import Table
from tests.odd_views import sibs, view
from tests.places import ROOT

METHODS = ("ML", "REML")
# The same sums by another number of threads are rounded otherwise: 5e-15 was seen.
SAME = 1e-10
NUMBERS = ("h2", "sigma2_g", "sigma2_e", "sigma2", "loglik")
# A name on the screen, and how many digits are shown.
SHOWN = {
    "h": ("h2", 4),
    "σ²<sub>g</sub> = v·h": ("sigma2_g", 4),
    "σ²<sub>e</sub> = v·(1−h)": ("sigma2_e", 4),
    "v": ("sigma2", 4),
    "log-likelihood": ("loglik", 7),
}
HOSTILE = '"""\nimport os\x00 {x} \\ é'


def _fitted(opened: Opened, trait, covariates):
    problem = opened.dataset.problem(trait, covariates)
    return opened, build_view(problem, decompose(problem.K))


def _odd_names():
    ids = ("a,b", 'say "hi"', "Zoë 雌", "=1+2", "-5", "+x", "@x", "001", "NA", "id", "l\nl", "t\tu")
    rng = np.random.default_rng(6)
    y, x = rng.standard_normal((2, 12))
    y[8] = np.nan
    data = align(
        HOSTILE,
        Table("pheno.csv", ids, ('=HYPERLINK("x"),y',), y[:, np.newaxis]),
        Table("kinship.csv", ids, ids, sibs(4, 3)),
        Table("covar.csv", ids, ("-age {x} %d: é",), x[:, np.newaxis]),
    )
    return _fitted(
        Opened(data, f"About {HOSTILE}"), data.traits.columns[0], data.covariates.columns
    )


def _odd(kind):
    return open_source(Sample("tiny12")), view(kind)


CASES = {
    "mice, 14 values missing": lambda: _fitted(open_source(Sample("mouse_hs300")), "CD8", ("sex",)),
    "mice, sex deselected": lambda: _fitted(open_source(Sample("mouse_hs300")), "MCH", ()),
    "tiny12": lambda: _fitted(open_source(Sample("tiny12")), "weight", ("sex",)),
    "simulation": lambda: _fitted(open_source(Simulation(n=60, seed=3, qtl=2)), "trait", ("sex",)),
    "odd names": _odd_names,
    "two hills": lambda: _odd("two hills"),
    "unbounded": lambda: _odd("unbounded"),
    "unbounded, no maximum": lambda: _odd("unbounded, no maximum"),
    "flat": lambda: _odd("flat: K = I"),
    "flat, no variance": lambda: _odd("flat: constant"),
    "aliased": lambda: _odd("aliased"),
}


@cache
def case(name):
    return CASES[name]()


def run(folder):
    done = subprocess.run(
        [sys.executable, "-W", "error", "reproduce.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    assert done.returncode == 0
    return done.stdout.decode()


def unpack(name, method, folder):
    with zipfile.ZipFile(io.BytesIO(archive(*case(name), method))) as zipped:
        zipped.extractall(folder)
    return folder


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CASES)
def test_the_python_program_prints_the_numbers_of_the_page(name, method, tmp_path):
    shown = case(name)[1]
    fit, problem = shown.fit(method), shown.problem
    out = run(unpack(name, method, tmp_path))
    assert out.startswith(f"{problem.trait} by {method}: {fit.message}\n")

    printed = dict(re.findall(r"^(\w+) +(\S+)$", out, re.MULTILINE))
    for field in NUMBERS:
        np.testing.assert_allclose(float(printed[field]), getattr(fit, field), rtol=SAME)
    for field in ("n", "p", "status", "n_eval"):
        assert printed[field] == str(getattr(fit, field))
    cells = {row: by[METHODS.index(method)] for row, *by in text.estimates(shown)}
    for row, (field, digits) in SHOWN.items():
        assert text.number(float(printed[field]), digits) == cells[row]
    assert cells["evaluations"] == printed["n_eval"]

    for j, column in enumerate(problem.columns):
        line = re.search(rf"^beta {re.escape(column)}: (\S+), standard error (\S+)$", out, re.M)
        beta, se = map(float, line.groups())
        np.testing.assert_allclose(beta, fit.beta[j], rtol=SAME, atol=1e-14)
        np.testing.assert_allclose(se, fit.se_beta[j], rtol=SAME)
        assert text.plus_minus(beta, se) == cells[f"β {text._plain(column)}"]
    gap = re.search(r"^largest relative difference from the page: (\S+)$", out, re.MULTILINE)
    assert float(gap[1]) < SAME


def test_a_changed_value_is_a_difference_from_the_page(tmp_path):
    folder = unpack("tiny12", "REML", tmp_path)
    file = folder / "pheno.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("7.26", "7.27"), encoding="utf-8")
    assert float(run(folder).split()[-1]) > 1e-5


@pytest.mark.parametrize("name", ["mice, 14 values missing", "aliased", "two hills"])
@pytest.mark.parametrize("method", METHODS)
def test_what_r_says_to_add_to_lmmlite_is_what_it_lacks(name, method):
    opened, shown = case(name)
    fit, program = shown.fit(method), reproduce_r(opened, shown, method)
    settings = {"log": np.log, "pi": np.pi, "n": fit.n, "p": fit.p}
    settings["m"] = fit.n - fit.p if fit.reml else fit.n
    added = re.search(rf"^#   {method}: +(.+)$", program, re.MULTILINE)[1]
    computed = re.search(r"^  constant <- (.+)$", program, re.MULTILINE)[1]
    for formula in (added, computed):
        value = eval(formula, {"__builtins__": {}}, settings)
        np.testing.assert_allclose(value, fit.loglik - log_likelihood_as(fit, "lmmlite"), rtol=1e-9)


@pytest.mark.parametrize("make", [reproduce_python, reproduce_r])
def test_a_program_differs_by_method_and_by_whether_there_are_covariates(make):
    with_sex, without = case("tiny12"), case("mice, sex deselected")
    for method, other in (METHODS, METHODS[::-1]):
        assert make(*with_sex, method) != make(*with_sex, other)
        assert 'covar.csv"' in make(*with_sex, method)
        assert "covar.csv" not in make(*without, method)
    assert "\nreml <- TRUE " in reproduce_r(*with_sex, "REML")
    assert "\nreml <- FALSE " in reproduce_r(*with_sex, "ML")


@pytest.mark.parametrize("make", [reproduce_python, reproduce_r])
def test_names_from_a_file_stay_in_the_first_line(make):
    opened, shown = case("odd names")
    first, rest = make(opened, shown, "ML").split("\n", 1)
    assert first == f"# {title_of(opened, shown, 'ML')}"
    assert first.isprintable()
    # The rest has nothing of this dataset: it is that of any other with a covariate.
    assert rest == make(*case("tiny12"), "ML").split("\n", 1)[1]


def test_r_opens_and_closes_what_it_opens_and_calls_lmmlite_by_its_names():
    program = reproduce_r(*case("tiny12"), "REML")
    code = re.sub(r"#.*|\"[^\"]*\"", "", program)
    for left, right in ("()", "{}", "[]"):
        assert code.count(left) == code.count(right) > 5
    assert "lmmlite::eigen_rotation(K, y, X)" in program
    assert "lmmlite::fitLMM(e$Kva, e$y, e$X, reml = reml)" in program
    assert {*re.findall(r"out\$(\w+)", program)} == {"hsq", "sigmasq", "loglik"}
    assert max(map(len, program.splitlines())) <= 100
