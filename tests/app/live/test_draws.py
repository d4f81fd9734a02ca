"""Draws in the browser: their numbers are those of the model written out, at every h."""

import json
import shutil
import subprocess
from functools import cache

import numpy as np
import pytest

from lmm_app.fit.view import View, build_view
from lmm_app.lessons.draws import COLUMNS, drawn, numbers, total_variance
from lmm_app.lessons.relatives import likeness, relatives
from lmm_app.lessons.scene import Scene
from lmm_app.live.draws import draw_part, drawn_at, draws_board, few_roots, start_of
from lmm_app.live.twin import twin_source
from lmm_core import decompose
from tests import builders, odd_views
from tests.app.tour.scenes import lesson, mice, odd
from tests.app_helpers import received

NODE = shutil.which("node")
H = (0.0, 1e-7, 0.02, 0.3, 0.5, 0.77, 0.99, 1.0 - 1e-9, 1.0)
CASES = [*builders.KINDS, "weights"]
MIXTURE = np.array([0.6, -0.48, 0.64])


@cache
def view_of(case) -> View:
    kind = case if case in builders.KINDS else "families"
    y, X, K = builders.problem(kind, 40, 2, 0.5, seed=len(case))
    problem = odd_views.make_problem(y, K, {"x": X[:, 1]})
    w = np.random.default_rng(0).uniform(0.5, 4.0, 40) if case == "weights" else None
    return build_view(problem, decompose(problem.K, weights=w))


def written_out(view, h2, z, total):
    """By the root of V from SciPy, with v and the covariates taken out by the textbook."""
    eigen, K = view.reml.eigen, view.problem.K
    w = np.ones(len(K)) if eigen.weights is None else eigen.weights
    scaled = np.sqrt(np.outer(w, w)) * K
    U = np.linalg.eigh(scaled)[1]
    turn = np.sign(np.sum(U * eigen.vectors, axis=0))
    # Where eigenvalues repeat any basis will do: that of the fit is taken, and it is one.
    same = np.allclose(U * turn, eigen.vectors, atol=1e-6)
    U = U * turn if same else eigen.vectors
    np.testing.assert_allclose(U.T @ scaled @ U, np.diag(eigen.values), atol=1e-8)
    v = total / (h2 * np.diagonal(K).mean() + 1.0 - h2)
    y = (U @ (np.sqrt(np.maximum(v * (h2 * eigen.values + 1.0 - h2), 0.0)) * z)) / np.sqrt(w)
    X = view.problem.X
    return y - X @ np.linalg.lstsq(X, y, rcond=None)[0]


@pytest.mark.parametrize("case", CASES)
def test_a_few_roots_draw_what_the_model_draws(case):
    view = view_of(case)
    part = draw_part(view, 2.5)
    z = numbers(view) @ MIXTURE
    for h2 in H:
        expected = written_out(view, h2, z, 2.5)
        size = max(np.abs(expected).max(), 1.0)
        np.testing.assert_allclose(drawn_at(part, MIXTURE, h2), expected, atol=1e-9 * size)
        own = drawn(view, h2, z[:, np.newaxis], 2.5)[:, 0]
        np.testing.assert_allclose(own, expected, atol=1e-9 * size)


@pytest.mark.parametrize("case", CASES)
def test_draws_have_the_variance_of_the_model(case):
    view = view_of(case)
    n, K, weights = 40, view.problem.K, view.reml.eigen.weights
    X = view.problem.X
    left = np.eye(n) - X @ np.linalg.pinv(X)
    noise = np.eye(n) if weights is None else np.diag(1.0 / weights)
    for h2 in (0.0, 0.4, 1.0):
        every = drawn(view, h2, np.eye(n), 3.0)
        v = 3.0 / (h2 * np.diagonal(K).mean() + 1.0 - h2)
        V = v * (h2 * K + (1.0 - h2) * noise)
        np.testing.assert_allclose(every @ every.T, left @ V @ left, atol=1e-8)


def test_a_spectrum_of_many_eigenvalues_needs_few_of_them():
    values = np.concatenate([np.zeros(3), np.exp(np.linspace(np.log(1e-3), np.log(100.0), 800))])
    chosen, weights = few_roots(values)
    assert len(chosen) < 50
    for h2 in H:
        roots = np.sqrt(h2 * values + 1.0 - h2)
        np.testing.assert_allclose(weights @ roots[chosen], roots, atol=1e-9)


def test_the_variance_of_the_average_individual_is_that_of_the_fit():
    for scene in (mice(), lesson("half_scale"), odd("interior", "ML")):
        fit, kappa = scene.fit, np.diagonal(scene.view.problem.K).mean()
        total = total_variance(scene.view, scene.method, fit.h2)
        assert total == pytest.approx(fit.sigma2 * (fit.h2 * kappa + 1.0 - fit.h2), rel=1e-6)
    assert total_variance(odd("flat: constant", "REML").view, "REML", 0.5) == 1.0


@pytest.mark.skipif(NODE is None, reason="there is no Node")
def test_the_browser_draws_the_same(tmp_path):
    parts = [draw_part(view_of(case), 2.5) for case in CASES]
    plain = [
        {name: one.tolist() if isinstance(one, np.ndarray) else one for name, one in part.items()}
        for part in parts
    ]
    (tmp_path / "parts.json").write_text(json.dumps([plain, H, MIXTURE.tolist()]))
    (tmp_path / "draw.mjs").write_text(twin_source("draw"))
    (tmp_path / "run.mjs").write_text("""
import { draw, mixed, turned } from "./draw.mjs"; import fs from "fs";
const [parts, hs, c] = JSON.parse(fs.readFileSync("parts.json"));
const rows = parts.map((one) => {
  const part = { ...one, lambdas: Float64Array.from(one.lambdas), mix: Float64Array.from(one.mix) };
  const own = mixed(part, c);
  return hs.map((h) => [...draw(part, own, h, new Float64Array(40))]);
});
const turns = [c];
for (let k = 0; k < 40; k++) turns.push(turned(turns.at(-1)));
fs.writeFileSync("rows.json", JSON.stringify([rows, turns]));
""")
    subprocess.run([NODE, "run.mjs"], cwd=tmp_path, check=True)
    rows, turns = json.loads((tmp_path / "rows.json").read_text())
    for case, part, own in zip(CASES, parts, rows, strict=True):
        for h2, found in zip(H, own, strict=True):
            expected = drawn_at(part, MIXTURE, h2)
            size = max(np.abs(expected).max(), 1.0)
            np.testing.assert_allclose(found, expected, atol=1e-9 * size, err_msg=case)
    # New numbers: of length 1, and at right angles to those before.
    turns = np.array(turns)
    np.testing.assert_allclose(np.sum(turns**2, axis=1), 1.0)
    np.testing.assert_allclose(np.sum(turns[1:] * turns[:-1], axis=1), 0.0, atol=1e-12)
    assert np.ptp(turns, axis=0).min() > 1.0


def test_the_board_has_relatives_side_by_side_and_the_pairs_of_the_data():
    scene = mice()
    board = received(draws_board(scene, revealed=True))
    sent, close = board["draws"], relatives(scene.view)
    ids = list(scene.view.problem.ids)
    order = [ids.index(label) for label in sent["ids"]["of"]]
    assert sorted(order) == list(range(len(ids)))
    first, second = np.array(order)[sent["pairs"]].reshape(2, -1)
    np.testing.assert_array_equal(first, close.first)
    np.testing.assert_array_equal(second, close.second)
    assert sent["many"] == close.many == 798
    # What is drawn is what is said of it.
    left = np.empty(len(ids))
    left[order] = drawn_at(sent["draw"], np.eye(COLUMNS)[0], 0.0)
    z = numbers(scene.view)[:, :1]
    r, _ = likeness(scene.view, left[:, np.newaxis])
    assert r[0] == pytest.approx(likeness(scene.view, drawn(scene.view, 0.0, z))[0][0])
    for h2 in H:
        assert np.abs(drawn_at(sent["draw"], np.eye(COLUMNS)[1], h2)).max() < sent["reach"]
    assert board["show"]["slider"]
    assert start_of(scene, revealed=True) == scene.asked_h == scene.fit.h2
    before = received(draws_board(scene, revealed=False))
    assert not before["show"]["slider"]
    assert start_of(scene, revealed=False) == 0.0


def test_every_kind_of_data_can_be_drawn():
    for kind in odd_views.KINDS:
        scene = Scene(odd_views.view(kind), "REML")
        board = received(draws_board(scene, revealed=True))["draws"]
        for h2 in H:
            assert np.isfinite(drawn_at(board["draw"], np.eye(COLUMNS)[0], h2)).all(), kind
