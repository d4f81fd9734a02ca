"""The race: its answer is that of the data at hand, and its sentences true of every kind of fit."""

import re

import numpy as np
import pytest

from lmm_app.lessons.race import (
    FOUR_DIGITS,
    HALFWAY,
    NAMES,
    PATIENCE,
    RACE,
    asks,
    em_goes,
    in_brief,
    lanes,
    refusal,
    rows,
)
from lmm_app.live.race import DRAWN, STARTS, race_board
from lmm_core.certainty import contrasts
from lmm_core.race import run
from tests.app.tour.scenes import lesson, mice

QUESTION = RACE.question


def test_every_guess_is_answered_in_plain_sentences(scene):
    texts = [RACE.idea(scene), RACE.formula(scene)]
    assert asks(scene) or "there is no race" in texts[0]
    if asks(scene):
        options = QUESTION.options_of(scene)
        assert QUESTION.right(scene) in options
        for guess in (*options, None):
            said = QUESTION.feedback(scene, guess)
            start = {"right": "Correct.", "wrong": "Not quite.", "none": ""}
            assert said.startswith(start[QUESTION.outcome(scene, guess)])
            assert "nan" not in said.lower().replace("covariance", "")
            texts.append(said)
        texts.append(in_brief(scene))
    for text in [texts[0], *texts[2:]]:
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            assert len(sentence.split()) <= 34, sentence


def test_steps_are_counted_as_they_are_run(scene):
    if not asks(scene):
        return
    view = scene.view
    pairs = contrasts(view.reml.rotated)
    total = float(np.sum(pairs.z**2)) / pairs.df
    for lane in lanes(view, HALFWAY)[:-1]:
        trace = run(pairs, lane.method, (0.5 * total, 0.5 * total), max_steps=PATIENCE).trace
        near = [abs(step.h2 - view.reml.h2) <= FOUR_DIGITS for step in trace]
        if lane.arrived is None:
            assert not near[-1] or not np.isfinite(trace[-1].loglik)
        else:
            assert all(near[lane.arrived :])
            assert lane.arrived == 0 or not near[lane.arrived - 1]
        assert lane.left == any(not step.inside for step in trace)


def test_em_is_the_last_on_the_mice_and_others_walk_past_an_end():
    assert QUESTION.right(mice()) == "em"
    counted = dict(re.findall(r"(\S+) (\d+)[;.]", in_brief(mice())))
    assert int(counted["EM"]) > 10 * max(int(counted["scoring"]), int(counted["information"]))
    zero = lesson("boundary_zero")
    assert QUESTION.right(zero) == "outside"
    said = QUESTION.core(zero, None)
    assert "Some walk past it. Here ĥ = 0" in said
    em = next(one for one in lanes(zero.view, HALFWAY) if one.method == "em")
    assert ((em.h2 > 0.0) & (em.h2 < 1.0)).all()
    assert f"after {PATIENCE:,} steps it is at h = {em.h2[-1]:.4f}" in said


def test_em_goes_a_fixed_share_of_the_way_that_is_left():
    # The share is 1 less the largest eigenvalue of the Jacobian of a step, at the top.
    view = mice().view
    pairs = contrasts(view.reml.rotated)
    top = np.array([view.reml.sigma2_g, view.reml.sigma2_e])

    def step(at):
        after = run(pairs, "em", tuple(at), max_steps=1).trace[-1]
        return np.array([after.sigma2_g, after.sigma2_e])

    d = 1e-5 * top
    jacobian = np.column_stack(
        [(step(top + e) - step(top - e)) / (2.0 * e.sum()) for e in np.diag(d)]
    )
    expected = 1.0 - np.abs(np.linalg.eigvals(jacobian)).max()
    assert em_goes(view) == pytest.approx(expected, rel=0.02)
    said = QUESTION.core(mice(), None)
    assert said.startswith("EM takes the most.")
    assert f"Each of EM’s last steps goes {100.0 * expected:.2g}% of the way" in said


def test_where_nothing_can_be_run_it_is_said_why():
    flat = lesson("one_family")
    assert not asks(flat)
    assert "Here there is no race: REML has no highest point here." in RACE.idea(flat)
    assert refusal(flat.view) == ""


def test_the_picture_has_every_start_and_ends_where_the_fit_is():
    view = mice().view
    board = race_board(view, revealed=True)
    stands, digits = board["charts"]
    by_name = {one["name"]: one["y"].reshape(-1, DRAWN + 1) for one in stands["series"][3:]}
    assert set(by_name) == set(NAMES.values())
    for name, y in by_name.items():
        assert len(y) == STARTS.size
        if name == "Brent’s method":
            continue
        np.testing.assert_allclose(y[:, 0], STARTS, atol=1e-6)
        if name != "EM":
            np.testing.assert_allclose(y[STARTS.size // 2, -1], view.reml.h2, atol=1e-6)
    gained = {one["name"]: one["y"].reshape(-1, DRAWN + 1) for one in digits["series"]}
    middle = STARTS.size // 2
    # From heights alone h is known to half the digits, by slopes to nearly all.
    assert 7.0 <= gained["Brent’s method"][middle, -1] < 10.0
    assert gained["Newton’s method"][middle, -1] > 11.0
    hidden = race_board(view, revealed=False)
    assert all(
        one["kind"] != "line" or not one.get("moving") for one in hidden["charts"][0]["series"]
    )
    assert hidden["charts"][1]["series"] == []


def test_the_first_steps_in_numbers_are_those_of_the_race():
    table = rows(mice().view, HALFWAY)
    assert [row["step"] for row in table] == [str(k) for k in range(9)]
    assert table[0]["EM: σ²_g"] == table[0]["EM: σ²_e"] == table[0]["Newton’s method: σ²_g"]


def test_the_lines_of_python_run(capsys):
    problem = mice().view.problem
    exec(RACE.code, {"y": problem.y, "X": problem.X, "K": problem.K})
    assert capsys.readouterr().out.count("RaceStep") == 4
