"""“What would such data look like?”: its answer is that of the kinship at hand, with its chance."""

import re

import numpy as np
import pytest

from lmm_app.lessons.draws import (
    DRAWS,
    OTHERS,
    asks,
    drawn,
    in_brief,
    numbers,
    told,
)
from lmm_app.lessons.relatives import likeness, relatives
from lmm_app.lessons.tour.pairs import residual_pairs
from lmm_app.lessons.tour.wording import two
from tests.app.tour.scenes import lesson, mice, odd

QUESTION = DRAWS.question


def test_every_guess_is_answered_in_plain_sentences(scene):
    texts = [DRAWS.idea(scene), DRAWS.formula(scene)]
    assert asks(scene) or "nothing is asked" in texts[0]
    if asks(scene):
        assert QUESTION.right(scene) in QUESTION.options
        for guess in (*QUESTION.options, None):
            said = QUESTION.feedback(scene, guess)
            start = {"right": "Correct.", "wrong": "Not quite.", "none": ""}
            assert said.startswith(start[QUESTION.outcome(scene, guess)])
            assert "nan" not in said.lower().replace("covariance", "")
            texts.append(said)
        texts.append(in_brief(scene))
    for text in [texts[0], *texts[2:]]:
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            assert len(sentence.split()) <= 34, sentence


def test_relatives_come_together_in_nearly_every_draw_and_not_where_none_are_close():
    for scene in (mice(), lesson("full_sibs"), lesson("intercross"), lesson("inbred_strains")):
        assert QUESTION.right(scene) == "alike"
        assert told(scene.view, scene.asked_h).rises == OTHERS
    assert QUESTION.right(lesson("unrelated")) == "nothing"
    assert told(odd("tiny", "REML").view, 0.5).rises >= 0.9 * OTHERS


def test_clones_are_the_same_at_the_end():
    view = lesson("inbred_strains").view
    close = relatives(view)
    y = drawn(view, 1.0, numbers(view)[:, :1])[:, 0]
    np.testing.assert_allclose(y[close.first], y[close.second], atol=1e-9)
    low, high = told(view, 0.5).mean
    assert abs(low) < 0.01 < 0.99 < high < 1.01


def test_what_is_said_is_what_is_drawn():
    view, said = mice().view, QUESTION.core(mice(), None)
    z = numbers(view)[:, :1]
    (r0, s0), (r1, s1) = (likeness(view, drawn(view, h, z)) for h in (0.0, 1.0))
    assert f"goes from {two(r0[0])} at h = 0 to {two(r1[0])} at h = 1" in said
    assert f"at h = 1 is {two(s1[0] / s0[0])} times that at h = 0" in said
    # r of the data is that of the first step of the tour.
    own = residual_pairs(view).close.r
    assert told(view, mice().asked_h).own == pytest.approx(own)
    assert f"The r of your data, {two(own)}, lies between" in said


def test_nine_in_ten_draws_lie_between_the_numbers_that_are_said():
    scene = mice()
    at = told(scene.view, scene.asked_h)
    z = np.random.default_rng(99).standard_normal((scene.n, 1000))
    r = likeness(scene.view, drawn(scene.view, scene.asked_h, z))[0]
    assert 0.85 < np.mean((r >= at.around[0]) & (r <= at.around[1])) < 0.95


def test_the_lines_of_the_package_run():
    problem = lesson("small_sample").view.problem
    exec(DRAWS.code, {"y": problem.y, "X": problem.X, "K": problem.K, "print": lambda one: None})
