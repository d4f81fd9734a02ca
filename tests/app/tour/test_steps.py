"""The steps of the tour: what they say of each kind of data and of each guess, number by number."""

import re

import numpy as np
import pytest

from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.tour import TOUR, place_of, rotation, steps_of, weights
from lmm_app.lessons.tour.twelve import twelve
from lmm_app.lessons.tour.undecided import UNDECIDED
from lmm_app.live.tour_boards import PICTURES, tour_board
from lmm_app.live.tour_charts import pair_charts
from lmm_core import log_likelihood
from lmm_core.dense import dense_gls
from tests.app.tour.scenes import (
    BY_NAME,
    LESSONS,
    METHODS,
    ODD,
    SIMULATED,
    STEPS,
    core,
    guesses,
    lesson,
    mice,
    odd,
    right,
    stage,
)
from tests.app_helpers import received
from tests.odd_views import make_problem, view_of


def test_ten_steps_in_the_order_of_the_post():
    assert STEPS == [
        "relatives",
        "share",
        "rotation",
        "weights",
        "climb",
        "methods",
        "brent",
        "recap",
        "sure",
        "next",
    ]
    every = [*TOUR, *steps_of(odd("flat: one family", "REML"))]
    assert {step.name for step in every} == set(PICTURES)


def test_data_that_cannot_tell_h_have_one_honest_step_in_place_of_four():
    scene = lesson("one_family")
    names = [step.name for step in steps_of(scene)]
    assert names == ["relatives", "share", "rotation", "weights", "flat", "methods", "next"]
    # A link to a step that they lack opens the one in its place, and the other way round.
    for lost in ("climb", "brent", "recap", "sure"):
        assert names[place_of(lost, scene)] == "flat"
    assert STEPS[place_of("flat", mice())] == "climb"
    assert place_of("fly", scene) == 0
    # By ML there is an answer, 0, and so there are all steps.
    assert steps_of(lesson("one_family", "ML")) == TOUR


def test_the_answers_are_those_of_the_mice():
    scene = mice()
    assert {name: right(name, scene) for name in STEPS} == {
        "relatives": "up",
        "share": "product",
        "rotation": "no",
        "weights": "right",
        "climb": None,
        "methods": "less",
        "brent": "few",
        "recap": "decomposition",
        "sure": "yes",
        "next": "between",
    }


@pytest.mark.parametrize(("kind", "method"), ODD)
def test_every_kind_of_fit_has_words_and_a_picture_for_every_step(kind, method):
    scene = odd(kind, method)
    for step in steps_of(scene):
        texts = [step.idea(scene), step.formula(scene), step.heading(scene)]
        if step.asks(scene):
            texts.append(step.question.prompt(scene))
            outcomes = {
                guess: step.question.outcome(scene, guess) for guess in guesses(step, scene)
            }
            offered = step.question.options_of(scene)
            if offered:
                # Each question has one right answer, whatever the data.
                assert list(outcomes.values()).count("right") == 1, step.name
                assert outcomes[step.question.right(scene)] == "right"
            for guess, outcome in outcomes.items():
                said = step.question.feedback(scene, guess)
                start = {"right": "Correct. ", "wrong": "Not quite. ", "none": ""}[outcome]
                assert said.startswith(start)
                assert said.endswith(step.question.core(scene, guess))
                texts.append(said)
        for text in texts:
            assert text.strip()
            assert not re.search(r"\bnan\b|None|inf\b|\{|\}| {2}|\.\.(?!\.)", text), (
                step.name,
                text,
            )
        for revealed in (False, True):
            board = tour_board(step.name, stage(scene, revealed=revealed, guess=0.3))
            back = received(board)
            assert back["name"] == board["name"]
            assert back["hand"] == board["hand"]


@pytest.mark.parametrize(("name", "method"), LESSONS)
def test_an_estimate_is_never_said_without_its_interval(name, method):
    scene = lesson(name, method)
    for step in steps_of(scene):
        words = step.question.feedback(scene, None) if step.asks(scene) else ""
        for text in (words, step.idea(scene), step.formula(scene)):
            for said in re.finditer(r"ĥ = (?=\d)", text):
                rest = text[said.end() :]
                if step.name == "recap" and scene.status == "hills":
                    assert "95% interval" in rest
                    continue
                # An end is named as such where samples are counted that reach it.
                interval, end = r"[\d.]+ \([\d.]+ to [\d.]+\)", r"[01](?: alone|\.(?!\d))"
                assert re.match(f"{interval}|{end}", rest), (step.name, text)


# Step 1


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_relatives_are_said_to_be_alike_only_where_a_test_says_so(name):
    scene = lesson(name)
    said, p = core("relatives", scene), scene.p_of_no_variance()
    trusted = "The errors of relatives are not independent" in said
    r = float(re.search(r"r = (−?\d\.\d+)", said).group(1).replace("−", "-"))
    if p is None:
        assert not trusted
        assert "nothing to compare" in said
    else:
        assert trusted == (p < 0.05 and r >= 0.145)
        assert ("more resemblance than chance" in said) == (
            p < 0.05 and abs(r) < 0.155 and not trusted
        )
    assert "p = 0.00 " not in said


def test_nothing_inherited_is_not_called_dependence():
    # The finding that a negative slope made of independent errors "not independent".
    said = core("relatives", lesson("boundary_zero"))
    assert "do not show that relatives resemble each other" in said
    assert lesson("boundary_zero").p_of_no_variance() == 1.0


def test_haseman_elston_is_the_line_through_all_pairs():
    scene = mice()
    y, X, K = scene.view.problem.y, scene.view.problem.X, scene.view.problem.K
    e = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    i, j = np.triu_indices(len(y), 1)
    s2 = e @ e / (len(y) - 2)
    slope = np.polyfit(K[i, j], e[i] * e[j] / s2, 1)[0]
    said = BY_NAME["relatives"].formula(scene)
    assert f"Its slope, {slope:.2f}," in said
    assert f"REML gives {scene.fit.sigma2_g / s2:.2f}." in said
    assert (e[i] * e[j]).sum() / (s2 * i.size) == pytest.approx(-1 / (len(y) - 1), rel=0.05)


# Steps 2 and 3


def test_the_cells_of_the_twelve_are_as_the_question_says():
    K = twelve().problem.K
    assert np.unique(K).tolist() == [0.0, 0.5, 1.0]
    for h in (0.2, 0.6):
        V = h * K + (1 - h) * np.eye(12)
        assert np.allclose(np.unique(V.round(12)), [0, h / 2, 1])
    assert BY_NAME["share"].question.options["product"] == "0.30"
    assert "0.60 × ½ = 0.30" in core("share", mice())
    assert "0.60 × 1 + 0.40 = 1" in core("share", mice())


def test_only_a_kinship_on_another_scale_is_told_about():
    assert "percentage" not in core("share", mice())
    scene = lesson("half_scale")
    assert "averages 0.500." in core("share", scene)
    assert scene.view.reml.eigen.mean_diagonal == pytest.approx(0.5)


def test_the_eigenvectors_of_k_are_those_of_v_for_every_h():
    view = mice().view
    U, values = view.reml.eigen.vectors, view.reml.eigen.values
    K, identity = view.problem.K, np.eye(view.problem.n)
    for h in (0.0, 0.3, 0.79, 1.0):
        rotated = U.T @ (h * K + (1 - h) * identity) @ U
        assert np.allclose(rotated, np.diag(h * values + 1 - h), atol=1e-12 * view.problem.n)


def test_sums_and_differences_of_sibs_have_the_variances_that_are_said():
    values = np.linalg.eigvalsh(twelve().problem.K)
    assert np.allclose(values, [0.5] * 9 + [2.5] * 3)
    two = np.linalg.eigvalsh([[1, 0.5], [0.5, 1]])
    assert np.allclose(two, [0.5, 1.5])
    h = 0.6
    # 1 + 1.5h and 1 − 0.5h of the twelve; 1 ± h/2 of two.
    assert np.allclose(h * np.unique(values.round(9)) + 1 - h, [1 - 0.5 * h, 1 + 1.5 * h])
    assert np.allclose(h * two + 1 - h, [1 - h / 2, 1 + h / 2])
    family = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    assert np.allclose(np.abs(np.linalg.eigh(family)[1][:, -1]), 0.5)


@pytest.mark.parametrize("kind", ["flat: K = I", "flat: K = 2I", "K = 0"])
def test_where_all_eigenvalues_are_one_no_rotation_is_needed(kind):
    scene = odd(kind, "REML")
    assert rotation.all_alike(scene)
    assert "no rotation is needed" in core("rotation", scene)
    assert right("weights", scene) == "same"
    assert "the right" not in BY_NAME["weights"].idea(scene)


def test_one_pair_is_one_and_where_nothing_is_left_there_is_no_cloud():
    one = Scene(
        view_of(make_problem([1.0, 1.2, 3.1, 2.0], two_sibs())), "REML", simulated=SIMULATED
    )
    said = core("relatives", one)
    assert "With 1 pair, r itself is uncertain." in said
    assert "1 pairs" not in said + str(pair_charts(one, revealed=True))
    assert core("relatives", odd("flat: constant", "REML")).startswith("There is no cloud: ")
    (chart,) = pair_charts(odd("flat: one family", "REML"), revealed=True)
    assert chart["note"].startswith("66 pairs, r = ")


def two_sibs():
    """Two sibs and two strangers."""
    K = np.eye(4)
    K[0, 1] = K[1, 0] = 0.5
    return K


def test_of_a_trait_that_is_fitted_exactly_nothing_is_left_at_any_h():
    scene = odd("flat: constant", "REML")
    assert UNDECIDED.idea(scene).startswith("All values of trait are the same. Nothing is left")
    assert "copy" not in UNDECIDED.idea(scene)
    assert "ℓ is infinite at every h" in UNDECIDED.formula(scene)
    assert [log_likelihood(scene.view.reml.rotated, h) for h in (0.0, 0.5, 1.0)] == [np.inf] * 3
    assert "n − p values" in UNDECIDED.formula(odd("flat: n = 3, p = 2", "REML"))


# Step 4


@pytest.mark.parametrize("method", METHODS)
def test_the_points_outside_the_band_are_counted_from_the_dense_fit(method):
    scene = mice(method)
    problem, h = scene.view.problem, scene.fit.h2
    U, values = np.linalg.eigh(problem.K)[1], np.linalg.eigvalsh(problem.K)
    at = dense_gls(problem.y, problem.X, problem.K, h, reml=method == "REML")
    r = U.T @ (problem.y - problem.X @ at.beta)
    d = h * values + 1 - h
    v = (r**2 / d).sum() / (len(r) - (2 if method == "REML" else 0))
    outside = int((np.abs(r) > 1.96 * np.sqrt(v * d)).sum())
    assert weights.outside(scene, h) == outside
    said = core("weights", scene)
    assert f"{outside} of 283 points lie outside; about 14 would be expected." in said
    assert "from 2.0, at λ = 1.3" in said
    assert "down to 0.077, at λ = 25" in said


def test_each_status_has_its_own_band():
    assert "a band of equal width" in core("weights", lesson("boundary_zero"))
    assert "the most open band" in core("weights", lesson("boundary_one"))
    assert "two bands fit almost equally well" in core("weights", lesson("two_hills"))
    assert core("weights", lesson("centred_kinship", "ML")).endswith("every weight is 1.")
