"""CSV files of a fit: what is read back is what was fitted, and spreadsheets compute nothing."""

import csv
import io

import numpy as np
import pytest

from lmm_app.paper import tables
from lmm_core import log_likelihood, se_h2, wls
from lmm_data.readers.text.csv import read_kinship, read_table
from tests.odd_views import KINDS, make_problem, sibs, view, view_of

MAKERS = (tables.estimates, tables.profile, tables.trace, tables.rotated)
# Names as people and programs give them.
NAMES = (
    "a,b",
    'say "hi"',
    "Zoë 雌",
    "=1+2",
    "-5",
    "+x",
    "@x",
    "001",
    "NA",
    "id",
    "two\nlines",
    "t\tu",
)


def rows_of(text):
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert all(len(row) == len(header) for row in rows)
    return header, rows


def column(text, name):
    header, rows = rows_of(text)
    return np.array([float(row[header.index(name)].replace("NA", "nan")) for row in rows])


def test_the_data_of_a_fit_are_read_back_bit_for_bit():
    rng = np.random.default_rng(3)
    y = rng.standard_normal(12) * 10.0 ** rng.integers(-300, 300, 12)
    y[:3] = -0.0, 5e-324, 0.1 + 0.2
    Z = rng.standard_normal((12, 40))
    problem = make_problem(y, Z @ Z.T / 3, {"x": rng.standard_normal(12), "third": Z[:, 0] / 3})
    assert read_table(tables.phenotype(problem).encode()).values.tobytes() == problem.y.tobytes()
    back = read_table(tables.covariates(problem).encode())
    assert (back.ids, back.columns) == (problem.ids, ("x", "third"))
    assert back.values.tobytes() == problem.X[:, 1:].tobytes()
    assert read_kinship(tables.kinship(problem).encode()).values.tobytes() == problem.K.tobytes()


def test_without_covariates_there_is_no_file_of_them():
    assert tables.covariates(make_problem(np.arange(12.0), sibs(4, 3))) is None


@pytest.mark.parametrize("name", NAMES)
def test_every_name_comes_back_and_none_is_a_formula(name):
    text = tables.csv_text(("id", name), [(name, 0.5)])
    (_, header), [(label, value)] = rows_of(text)
    assert header == label
    assert header.strip() == name
    assert not header.startswith(("=", "+", "-", "@"))
    assert value == "0.5"
    back = read_table(text.encode())
    assert (back.ids, back.columns) == ((name,), (name,))


def test_numbers_are_numbers_even_if_negative_and_what_is_none_is_na():
    values = (-0.5, 1e-300, np.float64(0.1), np.nan, np.inf, -np.inf, 3)
    assert tables.csv_text("abcdefg", [values]).splitlines()[1] == "-0.5,1e-300,0.1,NA,Inf,-Inf,3"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_every_fit_gives_tables_that_can_be_read(kind, make):
    text = make(view(kind))
    assert rows_of(text)[1] or make is tables.trace
    assert "nan" not in text
    assert "None" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize("kind", KINDS)
def test_the_estimates_are_those_of_the_fits(kind):
    shown = view(kind)
    header, rows = rows_of(tables.estimates(shown))
    assert header == ["estimate", "ML", "REML"]
    found = {name: values for name, *values in rows}
    for place, method in enumerate(("ML", "REML")):
        fit, interval = shown.fit(method), shown.methods[method].interval
        expected = {name: getattr(fit, name) for name in ("h2", "sigma2", "loglik", "n", "p")}
        expected |= {"sigma2_g": fit.sigma2_g, "sigma2_e": fit.sigma2_e, "se h2": se_h2(fit)}
        expected |= {"n_eval": fit.n_eval}
        expected["h2 95% lower"] = interval.lower if interval else np.nan
        expected["h2 95% upper"] = interval.upper if interval else np.nan
        for j, name in enumerate(shown.problem.columns):
            expected |= {f"beta {name}": fit.beta[j], f"se beta {name}": fit.se_beta[j]}
        values = {
            name: float(cells[place].replace("NA", "nan"))
            for name, cells in found.items()
            if name != "status"
        }
        assert values.keys() == expected.keys()
        np.testing.assert_array_equal(list(values.values()), [expected[name] for name in values])
        assert found["status"][place] == fit.status


def test_the_profile_is_the_one_that_is_drawn():
    shown = view("two hills")
    text = tables.profile(shown)
    grid = column(text, "h2")
    np.testing.assert_array_equal(grid, shown.profile("ML").h2)
    for method in ("ML", "REML"):
        values = column(text, f"loglik {method}")
        np.testing.assert_array_equal(
            values, log_likelihood(shown.reml.rotated, grid, reml=method == "REML")
        )
    assert tables.profile(view("unbounded")).splitlines()[-1].startswith("1.0,Inf,-")


def test_the_trace_has_every_evaluation_of_both_searches():
    shown = view("interior")
    header, rows = rows_of(tables.trace(shown))
    steps = [(method, step) for method in ("ML", "REML") for step in shown.fit(method).trace]
    assert len(rows) == len(steps) > 10
    for row, (method, step) in zip(rows, steps, strict=True):
        cells = dict(zip(header, row, strict=True))
        assert (cells["method"], cells["procedure"]) == (method, step.procedure)
        assert [
            float(cells[name]) for name in ("evaluation", "h2", "loglik", "lower", "upper")
        ] == [step.iteration, step.h2, step.loglik, step.lower, step.upper]
        assert [float(cells["best h2"]), float(cells["best loglik"])] == [
            step.best_h2,
            step.best_loglik,
        ]


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_weighted_least_squares_on_the_rotated_file_gives_beta(method):
    shown = view("interior")
    text, fit = tables.rotated(shown), shown.fit(method)
    w, y = column(text, f"weight {method}"), column(text, "rotated y")
    X = np.column_stack([column(text, f"rotated {name}") for name in ("intercept", "sex")])
    np.testing.assert_allclose(
        np.linalg.solve(X.T @ (w[:, np.newaxis] * X), X.T @ (w * y)), fit.beta, rtol=1e-10
    )
    np.testing.assert_array_equal(w, wls(fit.rotated, fit.h2).weights)
    eigenvalues = column(text, "eigenvalue")
    np.testing.assert_allclose(w, 1 / (fit.h2 * eigenvalues + 1 - fit.h2), rtol=1e-12)


def test_a_column_without_a_coefficient_is_not_among_the_rotated():
    header, _ = rows_of(tables.rotated(view("aliased")))
    assert header[3:] == ["rotated y", "rotated intercept", "rotated line"]


def test_weights_without_an_estimate_or_without_an_end_are_said_so():
    assert set(rows_of(tables.rotated(view("flat: K = I")))[1][0][1:3]) == {"NA"}
    line = np.array([-2.0, -1.0, 0.0, 1.0, 2.0, 0.0])
    singular = view_of(make_problem(10 * line, np.outer(line, line) + 1e-3 * (np.eye(6) - 1 / 6)))
    assert singular.reml.h2 == 1.0
    assert rows_of(tables.rotated(singular))[1][0][1:3] == ["NA", "Inf"]
