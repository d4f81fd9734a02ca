"""Shrinkage in the browser: its numbers are those of `blup`, for everyone and at every h."""

import json
import shutil
import subprocess
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from lmm_app.fit.families import families_of, kept_of
from lmm_app.live.shrinkage import (
    Everyone,
    about,
    few_factors,
    predicted_at,
    prediction_part,
    shrinkage_board,
)
from lmm_app.live.twin import twin_problem, twin_source
from lmm_core import blup, decompose, fit_rotated, rotate, wls
from lmm_core.records import decompose_records
from tests import builders, twin
from tests.app_helpers import received

NODE = shutil.which("node")
# Nearer to 1 `blup` itself multiplies rounding by 1/(1 - h) where the kinship is singular.
H = (0.0, 1e-7, 0.02, 0.3, 0.5, 0.77, 0.99, 1.0 - 1e-5)
CASES = [*builders.KINDS, "records", "weights", "records with weights"]


@cache
def everyone(case):
    """A fit of some of the individuals of a kinship: 30 of 40, in an order of their own."""
    rng = np.random.default_rng(len(case))
    kind = case if case in builders.KINDS else "families"
    K = np.asarray(builders.kinship(kind, 40, rng))
    recorded = rng.permutation(40)[:30]
    of = np.sort(rng.integers(0, 30, 70)) if "records" in case else np.arange(30)
    recorded = recorded[np.unique(of)]
    of = np.unique(of, return_inverse=True)[1]
    X = np.column_stack([np.ones(of.size), rng.normal(size=(of.size, 2))])
    u = np.linalg.cholesky(K + 1e-9 * np.eye(40)) @ rng.normal(size=40)
    y = 3.0 + u[recorded][of] + rng.normal(size=of.size)
    w = rng.uniform(0.5, 4.0, of.size) if "weights" in case else None
    known = K[np.ix_(recorded, recorded)]
    if "records" in case:
        eigen = decompose_records(known, of, weights=w)
    else:
        eigen = decompose(known, weights=w)
    fit = fit_rotated(rotate(eigen, y, X))
    ids = tuple(f"i{k}" for k in range(40))
    return Everyone(ids, K, recorded, fit, "height"), y, X, of, w


def by_blup(who, h2):
    return blup(who.fit, h2=h2, K=who.K, recorded=who.recorded).u


@pytest.mark.parametrize("case", CASES)
def test_a_few_factors_give_the_predictions_of_everyone(case):
    who, y, X, of, w = everyone(case)
    part = prediction_part(who)
    assert len(part["lambdas"]) <= len(who.fit.eigen.values)
    for h2 in H:
        residuals, predictions = predicted_at(who, part, h2)
        expected = by_blup(who, h2)
        size = np.abs(y - y.mean()).max()
        np.testing.assert_allclose(predictions, expected, atol=1e-9 * size)
        # A residual is what the covariates leave of the mean of an individual's records.
        e = y - X @ wls(who.fit.rotated, h2).beta
        w_or_1 = np.ones(len(y)) if w is None else w
        mean = np.bincount(of, w_or_1 * e) / np.bincount(of, w_or_1)
        np.testing.assert_allclose(residuals[who.recorded], mean, atol=1e-9 * size)
        alone = np.setdiff1d(np.arange(40), who.recorded)
        assert np.isnan(residuals[alone]).all()
        assert np.isfinite(predictions).all()


def test_where_two_eigenvalues_are_all_there_are_two_numbers_are_sent():
    K = np.kron(np.eye(8), 0.5 + 0.5 * np.eye(5))
    chosen, weights = few_factors(decompose(K).values)
    assert len(chosen) == 2
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    # Eigenvalues of 0 keep nothing, and have no part in it.
    _, weights = few_factors(np.array([0.0, 0.0, 1.0, 3.0]))
    assert not weights[:2].any()


def test_a_spectrum_of_many_eigenvalues_needs_few_of_them():
    values = np.exp(np.linspace(np.log(1e-6), np.log(300.0), 800))
    chosen, weights = few_factors(values)
    assert len(chosen) < 80
    for h2 in (1e-4, 0.3, 0.9, 0.9999):
        kept = h2 * values / (h2 * values + 1.0 - h2)
        np.testing.assert_allclose(weights @ kept[chosen], kept, atol=1e-10)


@pytest.mark.skipif(NODE is None, reason="there is no Node")
def test_the_browser_agrees_with_blup(tmp_path):
    problems = []
    for case in CASES:
        who = everyone(case)[0]
        fit_part = json.loads(twin.as_json([who.fit.rotated], H))[0]
        part = {name: array.tolist() for name, array in prediction_part(who).items()}
        problems.append({**fit_part, "predict": part})
    text = json.dumps(problems).replace("NaN", "null")
    (tmp_path / "problems.json").write_text(text)
    for name in ("twin", "predict"):
        (tmp_path / f"{name}.mjs").write_text(twin_source(name))
    (tmp_path / "run.mjs").write_text("""
import { weighted } from "./twin.mjs"; import { predict } from "./predict.mjs"; import fs from "fs";
const floats = (array) => Float64Array.from(array, (one) => one === null ? NaN : one);
const rows = JSON.parse(fs.readFileSync("problems.json")).map((one) => {
  const problem = { ...one };
  for (const name of ["values", "residual", "basis", "offset", "toBeta"])
    problem[name] = floats(one[name]);
  const part = {};
  for (const [name, array] of Object.entries(one.predict)) part[name] = floats(array);
  const count = part.residual.length;
  return one.h.map((h) => {
    const into = { residuals: new Float64Array(count), predictions: new Float64Array(count) };
    predict(part, weighted(problem, h), into);
    return [...into.predictions];
  });
});
fs.writeFileSync("rows.json", JSON.stringify(rows));
""")
    subprocess.run([NODE, "run.mjs"], cwd=tmp_path, check=True)
    for case, rows in zip(CASES, json.loads((tmp_path / "rows.json").read_text()), strict=True):
        who, y, *_ = everyone(case)
        for h2, own in zip(H, rows, strict=True):
            size = np.abs(y - y.mean()).max()
            np.testing.assert_allclose(own, by_blup(who, h2), atol=1e-9 * size, err_msg=case)


def test_the_board_has_everyone_once_family_by_family():
    who = everyone("families")[0]
    board = received(shrinkage_board(who, "REML"))
    sent, part = board["shrink"], prediction_part(who)
    assert sorted(sent["ids"]) == sorted(who.ids)
    order = [who.ids.index(label) for label in sent["ids"]]
    family = families_of(who.K)[order]
    starts = sent["starts"]
    assert (starts[0], starts[-1]) == (0, 40)
    for first, end in pairwise(starts):
        assert len(set(family[first:end])) == 1
        # Those without a record stand last in their family.
        alone = np.isnan(sent["predict"]["residual"][first:end])
        assert (np.diff(alone.astype(int)) >= 0).all()
    assert len(set(family)) == len(starts) - 1
    np.testing.assert_array_equal(sent["predict"]["residual"], part["residual"][order])
    # Every mark is on the axis, at every h that can be had.
    for h2 in H:
        for marks in predicted_at(who, part, h2):
            assert np.nanmin(marks) > sent["lo"]
            assert np.nanmax(marks) < sent["hi"]
    assert board["fit"]["twin"]["n"] == twin_problem(who.fit.rotated)["n"]
    before = received(shrinkage_board(who, "REML", arrows=False))
    assert not before["show"]["slider"]
    assert not before["shrink"]["arrows"]


def test_families_are_found_by_kinship_alone():
    sibs = np.kron(np.eye(4), 0.5 + 0.5 * np.eye(3))
    half_sibs = np.kron(np.eye(2), 0.25 + 0.75 * np.eye(2))
    cousins = np.array([[1.0, 0.125], [0.125, 1.0]])
    K = np.zeros((18, 18))
    K[:12, :12], K[12:16, 12:16], K[16:, 16:] = sibs, half_sibs, cousins
    shuffled = np.random.default_rng(1).permutation(18)
    family = families_of(K[np.ix_(shuffled, shuffled)])
    found = {frozenset(shuffled[family == one].tolist()) for one in set(family)}
    wanted = {frozenset(range(k, k + 3)) for k in range(0, 12, 3)}
    assert found == wanted | {frozenset({12, 13}), frozenset({14, 15})} | {
        frozenset({16}),
        frozenset({17}),
    }
    # On another scale of K they are the same.
    np.testing.assert_array_equal(families_of(7.0 * K), families_of(K))


def test_what_is_kept_is_the_factor_of_each_eigenvalue():
    # For full sibs means have λ = ½ + ½·5 and differences ½.
    K = np.kron(np.eye(30), 0.5 + 0.5 * np.eye(5))
    rng = np.random.default_rng(3)
    y = np.linalg.cholesky(K) @ rng.normal(size=150) + rng.normal(size=150)
    fit = fit_rotated(rotate(decompose(K), y))
    for h2 in (0.2, 0.5, 0.9):
        u, e = blup(fit, h2=h2).u, y - y.mean()
        between, within = kept_of(e, u, np.repeat(np.arange(30), 5))
        assert between == pytest.approx(3.0 * h2 / (3.0 * h2 + 1.0 - h2))
        assert within == pytest.approx(0.5 * h2 / (0.5 * h2 + 1.0 - h2))
    assert np.isnan(kept_of(e, u, np.arange(150))[1])


def test_who_is_drawn_is_said():
    who = everyone("families")[0]
    assert about(who) == "30 individuals have a record of height, and 10 more have none."
