"""The programs in the zip: run where it was unpacked, they print what the page shows."""

import ast
import io
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lmm_app.fit import side_by_side, text
from lmm_app.fit.view import build_view
from lmm_app.lessons.presets import PRESETS
from lmm_app.paper.archive import archive
from lmm_app.paper.scripts import METHOD, TITLE, reproduce_python, reproduce_r, title_of
from lmm_app.paper.tables import estimates
from lmm_app.sources.opened import Lesson, Opened, Sample, Simulation, open_source
from lmm_core import fit_lmm
from lmm_core.conventions import log_likelihood_as
from lmm_data.dataset import align
from lmm_data.tables import Table
from tests.odd_views import KINDS, sibs, view

METHODS = ("ML", "REML")
# What the program promises; on these data it is 1e-7 and less.
SAME = 1e-6
HOSTILE = '"""\nimport os\x00 {x} \\ é'


def _fitted(opened: Opened, trait, covariates):
    problem = opened.dataset.problem(trait, covariates)
    return opened, build_view(problem, problem.decomposed())


def _whole(source, trait=0):
    """A trait of a dataset with all its covariates."""
    opened = open_source(source)
    data = opened.dataset
    return _fitted(opened, data.traits.columns[trait], data.covariates.columns)


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


def _records(size=1.0):
    """Up to three records of each individual, in any order, far from 0 and of any size."""
    rng = np.random.default_rng(8)
    K = sibs(8, 3)
    people = tuple(f"p{place}" for place in range(24))
    of = np.sort(rng.integers(0, 24, 50))
    g = np.linalg.cholesky(K) @ rng.standard_normal(24)
    y = size * (1000.0 + g[of] + rng.standard_normal(50))
    ids = tuple(people[place] for place in of)
    data = align(
        "records",
        Table("pheno.csv", ids, ("y",), y[:, np.newaxis]),
        Table("kinship.csv", people, people, K),
        Table("covar.csv", ids, ("age",), rng.normal(30.0, 5.0, (50, 1))),
    )
    return _fitted(Opened(data, "Records."), "y", ("age",))


def _odd(kind):
    return lambda: (open_source(Sample("tiny12")), view(kind))


CASES = {
    "mice, 14 values missing": lambda: _fitted(open_source(Sample("mouse_hs300")), "CD8", ("sex",)),
    "mice, sex deselected": lambda: _fitted(open_source(Sample("mouse_hs300")), "MCH", ()),
    "tiny12": lambda: _whole(Sample("tiny12")),
    "simulation": lambda: _whole(Simulation(n=60, seed=3, qtl=2)),
    "odd names": _odd_names,
    "records": _records,
    "records, in other units": lambda: _records(1e-6),
    **{f"lesson {name}": lambda name=name: _whole(Lesson(name)) for name in PRESETS},
    "lesson outlier, checked": lambda: _whole(Lesson("outlier"), 1),
    **{f"odd, {kind}": _odd(kind) for kind in KINDS},
}
# By both methods they show every status that there is.
SHOW = {"interior", "lower_boundary", "upper_boundary", "flat", "unbounded"}


@cache
def case(name):
    return CASES[name]()


@pytest.fixture(scope="session")
def numpy_alone(tmp_path_factory):
    """A place to import NumPy from, and nothing else that was installed."""
    place = tmp_path_factory.mktemp("numpy alone")
    installed = Path(np.__file__).parents[1]
    for name in ("numpy", "numpy.libs"):
        if (installed / name).exists():
            (place / name).symlink_to(installed / name)
    return place


# -S: without site-packages, and so without SciPy and lmm_core.
ALONE = [sys.executable, "-S", "-s", "-W", "error"]


def run_python(*arguments, folder, imports):
    return subprocess.run(
        [*ALONE, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(imports), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        check=False,
    )


# Runs the program of each folder that it is told as a fork of itself, which has NumPy already.
WARM = """
import os, runpy, sys
import numpy
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.chdir(line.rstrip("\\n"))
        for place, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), place)
        code = 1
        try:
            runpy.run_path("reproduce.py", run_name="__main__")
            code = 0
        except SystemExit as end:
            code = int(end.code)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="session")
def warm(numpy_alone):
    """Run the program of a folder where there is NumPy and nothing else: its code."""
    with subprocess.Popen(
        [*ALONE, "-c", WARM],
        env={"PYTHONPATH": str(numpy_alone), "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def code_of(folder):
            print(folder, file=process.stdin, flush=True)
            return int(process.stdout.readline())

        yield code_of
        process.stdin.close()


def run(folder, warm, code=0):
    assert warm(folder) == code
    assert (folder / "err").read_text() == ""
    return (folder / "out").read_text(encoding="utf-8")


def unpack(name, method, folder):
    with zipfile.ZipFile(io.BytesIO(archive(*case(name), method))) as zipped:
        zipped.extractall(folder)
    return folder


def printed_of(out):
    """What the program printed: a name, and a number or nan for none."""
    rows = re.findall(r"^(.+?) +(none|[-\d.e+]*\d)$", out, re.MULTILINE)
    return {name: np.nan if value == "none" else float(value) for name, value in rows}


def test_where_the_program_runs_there_is_numpy_and_nothing_else(numpy_alone, tmp_path):
    for name in ("scipy", "lmm_core", "streamlit", "pandas"):
        done = run_python("-c", f"import {name}", folder=tmp_path, imports=numpy_alone)
        assert f"No module named '{name}'".encode() in done.stderr
    done = run_python("-c", "import numpy", folder=tmp_path, imports=numpy_alone)
    assert done.returncode == 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CASES)
def test_the_python_program_prints_the_numbers_of_the_page(name, method, warm, tmp_path):
    shown = case(name)[1]
    fit, problem, interval = shown.fit(method), shown.problem, shown.methods[method].interval
    out = run(unpack(name, method, tmp_path), warm)
    assert out.startswith(f"{problem.trait} by {method}, n = {fit.n}, p = {fit.p}")
    assert ("(no h fits better than another)" in out) == (fit.status == "flat")
    assert ("(rises without end near 1)" in out) == (fit.status == "unbounded")

    printed = printed_of(out)
    unit = fit.sigma2 if fit.maxima else 1.0
    ends = (interval.lower, interval.upper) if interval else (np.nan, np.nan)
    loglik = fit.loglik if np.isfinite(fit.loglik) else np.nan
    for row, value, size in (
        ("h", fit.h2, 1.0),
        ("95% from", ends[0], 1.0),
        ("95% to", ends[1], 1.0),
        ("v", fit.sigma2, unit),
        ("v h", fit.sigma2_g, unit),
        ("v (1 - h)", fit.sigma2_e, unit),
        ("log-likelihood", loglik, max(1.0, abs(loglik))),
    ):
        np.testing.assert_allclose(printed[row] / size, value / size, rtol=0, atol=SAME)
    cells = {row: by[METHODS.index(method)] for row, *by in side_by_side.estimates(shown)}
    for j, column in enumerate(problem.columns):
        beta, se = printed[f"b {column}"], printed[f"± {column}"]
        # At h = 1 of a singular K a coefficient may be known without error.
        size = np.fmax(fit.se_beta[j], np.sqrt(unit / (problem.X[:, j] ** 2).sum()))
        np.testing.assert_allclose(beta / size, fit.beta[j] / size, rtol=0, atol=SAME)
        np.testing.assert_allclose(se / size, fit.se_beta[j] / size, rtol=0, atol=SAME)
        if fit.se_beta[j] > 0:
            assert text.plus_minus(beta, se) == cells[f"β {side_by_side._plain(column)}"]
    gap = re.search(r"^These are the numbers of the page: the largest .* is (\S+)\.$", out, re.M)
    assert float(gap[1]) < SAME


def test_the_cases_show_every_status_and_several_hills():
    shown = [case(name)[1].fit(method) for name in CASES for method in METHODS]
    assert {fit.status for fit in shown} == SHOW
    assert max(len(fit.maxima) for fit in shown) > 1
    assert any(fit.rotated.n_null and fit.h2 == 1.0 for fit in shown)


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("pheno.csv", "7.26", "7.27"),
        ("kinship.csv", ",0.5", ",0.4999"),
        ("results.json", '"h2": 0.92', '"h2": 0.93'),
        ("results.json", '"lower": 0.0', '"lower": null'),
        ("results.json", '"status"', '"se_beta": [null, null], "status"'),
    ],
)
def test_what_differs_from_the_page_ends_with_a_code(file, before, after, warm, tmp_path):
    folder = unpack("tiny12", "REML", tmp_path)
    words = (folder / file).read_text(encoding="utf-8")
    assert before in words
    (folder / file).write_text(words.replace(before, after), encoding="utf-8")
    out = run(folder, warm, code=1)
    gap = re.search(r"^NOT the numbers of the page: the largest difference is (\S+)\.$", out, re.M)
    assert not float(gap[1]) <= SAME


def test_a_missing_value_in_the_files_is_left_out(warm, tmp_path):
    folder = unpack("tiny12", "REML", tmp_path)
    file = folder / "covar.csv"
    rows = file.read_text(encoding="utf-8").splitlines()
    rows[1] = f"{rows[1].partition(',')[0]},NA"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    # The page had all twelve, so it differs; what is printed is the fit of eleven.
    out = run(folder, warm, code=1)
    shown = case("tiny12")[1]
    y, X, K = (shown.problem.y[1:], shown.problem.X[1:], shown.problem.K[1:, 1:])
    fit = fit_lmm(y, X, K)
    assert "n = 11, p = 2" in out
    assert printed_of(out)["h"] == pytest.approx(fit.h2, abs=SAME)


def test_other_individuals_among_the_covariates_are_refused(numpy_alone, tmp_path):
    folder = unpack("tiny12", "REML", tmp_path)
    file = folder / "covar.csv"
    head, first, second, *rest = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([head, second, first, *rest]), encoding="utf-8")
    done = run_python("reproduce.py", folder=folder, imports=numpy_alone)
    assert done.returncode == 1
    assert b"the same ids in the same order" in done.stderr
    assert done.stdout == b""


def test_the_other_method_is_a_word_away(numpy_alone, tmp_path):
    folder = unpack("odd, two hills", "REML", tmp_path)
    file = folder / "reproduce.py"
    words = file.read_text(encoding="utf-8")
    file.write_text(words.replace(*METHOD["reproduce.py"]), encoding="utf-8")
    done = run_python("reproduce.py", folder=folder, imports=numpy_alone)
    assert b" by ML, " in done.stdout
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_python_program_is_for_python_3_10_and_imports_numpy_alone():
    program = reproduce_python(*case("tiny12"), "REML")
    tree = ast.parse(program, feature_version=(3, 10))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
             for alias in node.names}  # fmt: skip
    named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    packages = {name.partition(".")[0] for name in named}
    assert packages - set(sys.stdlib_module_names) == {"numpy"}
    assert len(program.splitlines()) <= 200
    # The steps stand in the order of the post.
    steps = [program.index(f"{step}. ") for step in range(1, 5)]
    assert steps == sorted(steps)


@pytest.mark.parametrize("name", ["mice, 14 values missing", "odd, aliased", "odd, two hills"])
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


@pytest.mark.parametrize(
    ("make", "file"), [(reproduce_python, "reproduce.py"), (reproduce_r, "reproduce.R")]
)
def test_a_program_has_a_title_and_a_method_of_its_own(make, file):
    for name in ("tiny12", "odd names", "mice, sex deselected"):
        by = {}
        for method in METHODS:
            first, by[method] = make(*case(name), method).split("\n", 1)
            assert first == f"# {title_of(*case(name), method)}"
            assert first.isprintable()
        reml, ml = METHOD[file]
        assert by["REML"].count(reml) == by["ML"].count(ml) == 1
        # The rest has nothing of this dataset, and nothing else of the method.
        assert by["REML"].replace(reml, ml) == by["ML"]
        assert by["ML"] == make(*case("tiny12"), "ML").split("\n", 1)[1]
        assert TITLE not in by["ML"]


def test_r_opens_and_closes_what_it_opens_and_calls_lmmlite_by_its_names():
    program = reproduce_r(*case("tiny12"), "REML")
    code = re.sub(r"#.*|\"[^\"]*\"", "", program)
    for left, right in ("()", "{}", "[]"):
        assert code.count(left) == code.count(right) > 5
    assert "lmmlite::eigen_rotation(K, y, X)" in program
    assert "lmmlite::fitLMM(e$Kva, e$y, e$X, reml = reml)" in program
    assert {*re.findall(r"out\$(\w+)", program)} == {"hsq", "sigmasq", "loglik"}
    assert max(map(len, program.splitlines())) <= 100


def test_r_compares_itself_with_names_that_the_estimates_have():
    program = reproduce_r(*case("tiny12"), "REML")
    written = re.search(r"names\(mine\) <- c\((.+?)\)\nscale", program, re.DOTALL)[1]
    named = [name for name in re.findall(r'"([^"]+)"', written) if not name.endswith("beta")]
    rows = [row.split(",")[0] for row in estimates(case("tiny12")[1]).splitlines()]
    assert len(named) == 9
    assert {*named, "beta sex", "se beta sex"} <= {*rows}
    assert re.search(r"quit\(status = if \(agree\) 0 else 1\)$", program.rstrip())
