"""The lesson on shrinkage: its answer is that of the data at hand, whatever they say of h."""

import re

import numpy as np

from lmm_app.fit.families import families_of, kept_of
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.shrinkage import SHRINKAGE, asks, in_brief, kept
from lmm_core import blup, wls
from tests import odd_views
from tests.app.tour.scenes import lesson, mice

QUESTION = SHRINKAGE.question


def test_what_is_kept_is_that_of_the_predictions(scene):
    h2, rotated = scene.asked_h, scene.view.reml.rotated
    if rotated.exact or h2 == 1.0:
        return
    e = rotated.directions.back(wls(rotated, h2).residuals[:, np.newaxis])[:, 0]
    u = blup(scene.fit, h2=h2).u
    expected = kept_of(e, u, families_of(scene.view.problem.K))
    np.testing.assert_allclose(kept(scene.view, h2), expected, atol=1e-9)


def test_every_guess_is_answered_in_plain_sentences(scene):
    texts = [SHRINKAGE.idea(scene), SHRINKAGE.formula(scene)]
    assert asks(scene) or "nothing is asked" in texts[0]
    if asks(scene):
        right = QUESTION.right(scene)
        assert right in QUESTION.options
        for guess in (*QUESTION.options, None):
            said = QUESTION.feedback(scene, guess)
            start = {"right": "Correct.", "wrong": "Not quite.", "none": ""}
            assert said.startswith(start[QUESTION.outcome(scene, guess)])
            assert "nan" not in said.lower()
            texts.append(said)
        texts.append(in_brief(scene))
    for text in [texts[0], *texts[2:]]:
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            assert len(sentence.split()) <= 32, sentence


def test_at_an_end_both_are_alike_and_inside_a_family_shrinks_more():
    zero, one = lesson("boundary_zero"), lesson("boundary_one")
    assert (zero.fit.h2, one.fit.h2) == (0.0, 1.0)
    assert QUESTION.right(zero) == QUESTION.right(one) == "same"
    assert "every prediction is 0" in QUESTION.core(zero, None)
    assert "every prediction is the residual itself" in QUESTION.core(one, None)
    assert QUESTION.right(mice()) == "within"
    between, within = kept(mice().view, mice().fit.h2)
    said = QUESTION.core(mice(), None)
    assert f"within families the predictions keep {100 * within:.0f}%" in said
    assert f"between the 19 families {100 * between:.0f}%" in said


def test_without_families_nothing_is_asked():
    for name in ("unrelated", "one_family"):
        assert not asks(lesson(name))
    rng = np.random.default_rng(0)
    strangers = odd_views.view_of(odd_views.make_problem(rng.normal(size=12), np.eye(12)))
    assert not asks(Scene(strangers, "REML"))
