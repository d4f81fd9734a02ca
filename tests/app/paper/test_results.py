"""The JSON document of both fits: strict, complete, and equal to the fits."""

import json
import platform
import re
from dataclasses import asdict
from importlib.metadata import version

import numpy as np
import pytest

from lmm_app.fit.view import build_view
from lmm_app.paper.results import ESTIMATES, results
from lmm_app.sources.opened import Sample, Simulation, open_source
from lmm_core import LMMFit, decompose, se_h2
from tests.odd_views import KINDS, view


@pytest.fixture(scope="module")
def tiny():
    return open_source(Sample("tiny12"))


def refuse(token):
    raise AssertionError(f"{token} is not JSON")


def read(text):
    return json.loads(text, parse_constant=refuse)


def numbers(values):
    return np.array(values, dtype=float)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_every_fit_gives_strict_json_equal_to_it(kind, method, tiny):
    shown = view(kind)
    document = read(results(tiny, shown, method))
    assert document["shown"] == method
    for name in ("ML", "REML"):
        fit, record = shown.fit(name), document["fits"][name]
        for field in ESTIMATES:
            value = getattr(fit, field)
            if isinstance(value, (str, bool, int)):
                assert record[field] == value
                continue
            values = numbers(value)
            expected = np.where(np.isfinite(values), values, np.nan)
            np.testing.assert_array_equal(numbers(record[field]), expected)
        assert record["maxima"] == [asdict(maximum) for maximum in fit.maxima]
        assert [step["h2"] for step in record["trace"]] == [step.h2 for step in fit.trace]
        assert [step["procedure"] for step in record["trace"]] == [s.procedure for s in fit.trace]
        np.testing.assert_array_equal(numbers(record["se_h2"]), se_h2(fit))
        interval = shown.methods[name].interval
        assert record["interval"] == (asdict(interval) if interval else None)
        loglik = shown.profile(name).loglik
        np.testing.assert_array_equal(
            numbers(document["profile"][f"loglik_{name}"]),
            np.where(np.isfinite(loglik), loglik, np.nan),
        )
    np.testing.assert_array_equal(document["profile"]["h2"], shown.profile("ML").h2)
    aliased = document["data"]["aliased"]
    assert aliased == (["double"] if kind == "aliased" else aliased)


def test_no_field_of_a_fit_is_forgotten():
    # The rest are the data, which are beside the document, and what the document gives apart.
    fields = set(LMMFit.__dataclass_fields__)
    assert fields - set(ESTIMATES) == {
        "maxima",
        "trace",
        "rotated",
    }
    # What follows from other fields is a property, and is in the document too.
    derived = {name for name in vars(LMMFit) if isinstance(vars(LMMFit)[name], property)}
    assert derived - set(ESTIMATES) == {"eigen"}


def test_it_says_whose_data_they_are_and_who_was_left_out():
    opened = open_source(Sample("mouse_hs300"))
    problem = opened.dataset.problem("CD8", ("sex",))
    data = read(results(opened, build_view(problem, decompose(problem.K)), "REML"))["data"]
    assert data["name"] == "297 heterogeneous-stock mice"
    assert "Valdar" in data["about"]
    assert (data["trait"], data["columns"]) == ("CD8", ["intercept", "sex"])
    assert tuple(data["ids"]) == problem.ids
    assert [(who["id"], who["reason"]) for who in data["dropped"]] == list(problem.dropped)
    assert len(data["dropped"]) == 14
    assert data["sha256"] == problem.fingerprint
    np.testing.assert_allclose(data["mean_diagonal_of_K"], np.trace(problem.K) / 283, rtol=1e-12)


def test_a_simulation_says_its_seed_and_its_true_h():
    opened = open_source(Simulation(population="families", n=20, h2=0.3, seed=41))
    problem = opened.dataset.problem("trait", ())
    data = read(results(opened, build_view(problem, decompose(problem.K)), "ML"))["data"]
    assert data["true_h2"] == 0.3
    assert data["about"].endswith("simulated with h = 0.3 and seed 41.")


def test_it_says_what_computed_it(tiny):
    versions = read(results(tiny, view("tiny"), "ML"))["versions"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", versions.pop("lmm_core"))
    assert versions == {
        "numpy": np.__version__,
        "scipy": version("scipy"),
        "python": platform.python_version(),
    }
