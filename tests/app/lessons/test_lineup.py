"""The lineup: all panels are made alike, so that a pick without knowledge is right 1 in 20."""

import re

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.special import ndtr
from scipy.stats import binom, skew

from lmm_app.lessons.lineup import (
    FAR,
    LINEUP,
    asks,
    code,
    first_in,
    in_brief,
    lineup_of,
    turn_in,
)
from lmm_app.lessons.panels import NAMES, PANELS, lineup, model_draws, panels_of, quantiles
from lmm_app.lessons.scene import Scene
from lmm_app.live.lineup import lineup_board
from tests.app.tour.scenes import lesson, mice, odd
from tests.app_helpers import received, texts_in

QUESTION = LINEUP.question


def test_every_pick_is_answered_in_plain_sentences(scene):
    texts = [LINEUP.idea(scene), LINEUP.formula(scene)]
    assert asks(scene) or "nothing is asked" in texts[0]
    if asks(scene):
        right = QUESTION.right(scene)
        options = QUESTION.options_of(scene)
        assert list(options.values()) == [str(k) for k in range(1, PANELS + 1)]
        wrong = next(one for one in options if one != right)
        for guess in (right, wrong, None):
            said = QUESTION.feedback(scene, guess)
            assert QUESTION.outcome(scene, guess) == (
                "none" if guess is None else "right" if guess == right else "wrong"
            )
            assert f"Your data are in panel {options[right]}." in said
            assert "nan" not in said.lower().replace("covariance", "")
            texts.append(said)
        assert f"Panel {options[wrong]} was drawn from the model." in texts[-2]
        texts.append(in_brief(scene))
    for text in [texts[0], *texts[2:]]:
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            assert len(sentence.split()) <= 48, sentence


def test_a_panel_is_what_the_root_of_v_leaves():
    view = lesson("full_sibs").view
    K, y, X, fit = view.problem.K, view.problem.y, view.problem.X, view.reml
    V = fit.h2 * K + (1.0 - fit.h2) * np.eye(len(K))
    expected = np.linalg.solve(sqrtm(V).real, y - X @ fit.beta)
    expected /= np.sqrt(np.mean(expected**2))
    own = lineup(view, "REML", fit.h2).own
    np.testing.assert_allclose(own.individuals, expected, atol=1e-5)
    assert own.numbers["skewness"] == pytest.approx(skew(expected), abs=1e-5)
    assert own.numbers["farthest"] == pytest.approx(np.abs(expected).max(), abs=1e-5)
    straight = np.corrcoef(np.sort(expected), quantiles(len(K)))[0, 1]
    assert own.numbers["bend"] == pytest.approx(1.0 - straight, abs=1e-6)
    wide = np.corrcoef(np.abs(own.rotated), np.sqrt(view.reml.eigen.values))[0, 1]
    assert own.numbers["widening"] == pytest.approx(wide, abs=1e-8)


def test_all_are_treated_alike_whatever_their_place_unit_and_mean():
    # So under the model any number of theirs is the largest 1 time in 20.
    view = lesson("full_sibs").view
    eigen, X = view.reml.eigen, view.problem.X
    rng = np.random.default_rng(3)
    Y = model_draws(view, 0.5, PANELS, rng)
    order = rng.permutation(PANELS)
    panels = panels_of(eigen, X, Y, reml=True, otherwise=0.5)
    moved = 7.0 + 3.0 * Y[:, order] + X @ rng.normal(size=(X.shape[1], PANELS))
    for k, panel in enumerate(panels_of(eigen, X, moved, reml=True, otherwise=0.5)):
        np.testing.assert_allclose(panel.individuals, panels[order[k]].individuals, atol=1e-5)


def test_the_place_of_the_data_is_as_likely_to_be_any():
    view = odd("tiny", "REML").view
    places = [lineup(view, "REML", 0.5, turn).place for turn in range(60)]
    assert len(set(places)) > 14
    assert [lineup(view, "REML", 0.5, turn).place for turn in range(3)] == places[:3]


def test_a_trait_of_exponential_shape_is_nearly_always_the_most_skewed():
    many = 10
    for view, h2 in ((lesson("full_sibs").view, 0.3), (mice().view, 0.57)):
        rng = np.random.default_rng(1)
        Y = model_draws(view, h2, many * PANELS, rng)
        Y[:, :many] = -np.log1p(-ndtr(Y[:, :many] / Y[:, :many].std(axis=0)))
        X, eigen = view.problem.X, view.reml.eigen
        panels = panels_of(eigen, X, Y, reml=True, otherwise=h2)
        found = np.abs([[one.numbers[name] for name in NAMES] for one in panels])
        for k in range(many):
            draws = found[many + k * (PANELS - 1) : many + (k + 1) * (PANELS - 1)]
            # Its skewness and its bend.
            assert (found[k, [0, 2]] > FAR * draws[:, [0, 2]].max(axis=0)).all()


def test_of_draws_95_of_100_lie_between_the_lines():
    shown = lineup_of(mice())
    inside = [np.abs(one.rotated) < 1.96 for k, one in enumerate(shown.panels) if k != shown.place]
    right = shown.values > np.median(shown.values)
    for side in (right, ~right):
        assert 0.94 < np.mean([one[side] for one in inside]) < 0.96


def test_an_outlier_stands_out_and_is_told_from_chance():
    scene = lesson("outlier")
    assert set(first_in(lineup_of(scene))) == {"skewness", "farthest", "bend"}
    assert "more than twice as much as in any draw" in QUESTION.core(scene, None)
    assert "as p = 0.05 does" in QUESTION.feedback(scene, QUESTION.right(scene))
    again = Scene(scene.view, "REML", turn=1)
    assert "had seen your data before" in QUESTION.feedback(again, code(again, 1))


def test_three_of_ten_picks_have_the_chance_that_is_said():
    assert "3 of 10 give p = 0.012" in LINEUP.formula(mice())
    assert binom.sf(2, 10, 1.0 / PANELS) == pytest.approx(0.0115, abs=1e-4)


def test_a_code_keeps_its_turn():
    again = Scene(mice().view, "REML", turn=3)
    assert [turn_in(one) for one in (code(again, 7), None, "7", "x.7")] == [3, 0, 7, 0]
    assert not set(QUESTION.options_of(again)) & set(QUESTION.options_of(mice()))


def test_nothing_in_the_picture_tells_the_panel_before_the_answer():
    scene = mice()
    shown = lineup_of(scene)
    before = received(lineup_board(scene, revealed=False))["lineup"]
    assert before["right"] is None
    # No word of one panel is of another kind than those of the others.
    kinds = {re.sub(r"[−0-9.]+( × 10[⁻⁰-⁹]+)?", "#", words) for words in before["seen"]["numbers"]}
    assert len(kinds) == 1
    assert not any("your" in words or "data" in words for words in texts_in(before))
    bell, along = before["seen"]["views"]
    m, n = len(bell["x"]), scene.n
    for k, panel in enumerate(shown.panels):
        drawn = bell["y"][k * m : (k + 1) * m]
        assert np.isin(drawn, panel.individuals.astype(np.float32)).all()
        np.testing.assert_allclose(along["y"][k * n : (k + 1) * n], panel.rotated, atol=1e-6)
        # The ends are all there.
        ordered = np.sort(panel.individuals)
        np.testing.assert_allclose(drawn[[0, 1, -2, -1]], ordered[[0, 1, -2, -1]], atol=1e-6)
    assert received(lineup_board(scene, revealed=True))["lineup"]["right"] == shown.place


def test_the_lines_of_the_package_run():
    problem = lesson("small_sample").view.problem
    exec(LINEUP.code, {"y": problem.y, "X": problem.X, "K": problem.K, "print": lambda one: None})
