"""Beyond the ends: the answer is that of the data at hand, and its numbers those of dense V."""

import re

import numpy as np
import pytest

from lmm_app.lessons.beyond import BEYOND, OPTIONS, asks, in_brief, pair_words, reach, refusal
from lmm_app.live.beyond import beyond_board, frames, start_of
from tests.app.tour.scenes import LESSONS, ODD, lesson, mice, odd

QUESTION = BEYOND.question
SCENES = {
    "mice": mice,
    **{f"{name} {method}": lambda one=(name, method): odd(*one) for name, method in ODD},
    **{f"{name} {method}": lambda one=(name, method): lesson(*one) for name, method in LESSONS},
}


@pytest.fixture(params=SCENES)
def scene(request):
    return SCENES[request.param]()


def test_every_guess_is_answered_in_plain_sentences(scene):
    texts = [BEYOND.idea(scene)]
    assert BEYOND.formula(scene)
    assert asks(scene) == ("Here nothing is asked" not in texts[0])
    if asks(scene):
        texts += [QUESTION.prompt(scene), in_brief(scene)]
        assert QUESTION.right(scene) in OPTIONS
        for guess in (*OPTIONS, None):
            said = QUESTION.feedback(scene, guess)
            start = {"right": "Correct.", "wrong": "Not quite. Then", "none": "**"}
            assert said.replace("The curve is", "**").startswith(
                start[QUESTION.outcome(scene, guess)]
            )
            texts.append(said)
    for text in texts:
        assert "nan" not in text.lower()
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            assert len(sentence.split()) <= 36, sentence


def test_the_answer_is_where_the_curve_is_highest(scene):
    if not asks(scene):
        return
    profile, (top, best) = reach(scene.view, scene.method)
    if not np.isfinite(top):
        return
    low, high = max(profile.lower, -20.0), min(profile.upper, 20.0)
    # By ML it rises again at the very ends, which is no hill.
    at = low + (high - low) * np.linspace(0.02, 0.98, 2001)
    heights = profile.log_likelihood(at)
    peak = at[int(heights.argmax())]
    if heights.max() < best - 1e-3 or abs(peak - top) > 0.1:
        assert not low + 0.02 * (high - low) <= top <= low + 0.98 * (high - low) or (
            heights.max() <= best + 1e-9
        )
        return
    side = "below" if peak < 0.0 else "above" if peak > 1.0 else "inside"
    assert QUESTION.right(scene) == side or min(abs(peak), abs(peak - 1.0)) < 0.02


def test_at_an_end_the_top_lies_outside_and_two_sibs_are_said_with_their_correlation():
    assert QUESTION.right(mice()) == "inside"
    for name, side in (("boundary_zero", "below"), ("boundary_one", "above")):
        scene = lesson(name)
        assert QUESTION.right(scene) == side
        top = reach(scene.view, scene.method)[1][0]
        # Sibs of kinship a half and self-kinship 1.
        said = pair_words(scene, top)
        assert f"correlation of {0.5 * top:.2g}".replace("-", "−") in said
        assert said in QUESTION.core(scene, None)
        assert "It is an answer, not an error." in QUESTION.core(scene, None)


def test_the_hand_reaches_the_ends_of_v_and_rests_at_the_estimate(scene):
    if not asks(scene):
        assert refusal(scene)
        return
    profile, _ = reach(scene.view, scene.method)
    for revealed in (False, True):
        at = frames(scene, revealed=revealed)
        assert (np.diff(at) > 0.0).all()
        assert at[int(start_of(scene, revealed=revealed))] == scene.fit.h2
        assert profile.lower < at[0]
        assert at[-1] < profile.upper or at[-1] == 1.0 == scene.fit.h2
        board = beyond_board(scene, revealed=revealed)
        assert len(board["said"]) == len(at)
        if not revealed:
            assert at[0] >= 0.0
            assert at[-1] <= 1.0
            assert not any(one["look"] == "outside" for one in board["charts"][0]["series"])
    line = board["charts"][1]["series"][1]["y"].reshape(len(at), 2)
    values = scene.fit.rotated.eigen.values
    np.testing.assert_allclose(line[:, 1], at * values[-1] + 1.0 - at, rtol=1e-5, atol=1e-5)


def test_the_lines_of_python_run(capsys):
    problem = lesson("boundary_zero").view.problem
    exec(BEYOND.code, {"y": problem.y, "X": problem.X, "K": problem.K})
    top = reach(lesson("boundary_zero").view, "REML")[1][0]
    assert f"{top:.6f}" in capsys.readouterr().out
