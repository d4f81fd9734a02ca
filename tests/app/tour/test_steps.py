"""The steps of the tour: what they say of right, wrong and no guesses, and what they draw."""

import contextlib
import io
import re
from itertools import pairwise

import numpy as np
import pytest

from lmm_app.fit.view import covariance_picture, picture_order
from lmm_app.lessons.likelihood_steps import LOOKS, brent_looks, reml_letter
from lmm_app.lessons.pairs import residual_pairs
from lmm_app.lessons.steps import Scene
from lmm_app.lessons.tour import TOUR
from lmm_app.live.tour_boards import PICTURES, Stage, tour_board
from lmm_app.sources.sources import Sample, open_source
from lmm_core import decompose, fit_lmm, interval_h2, log_likelihood, rotate
from lmm_core.fit import fit_rotated
from lmm_core.grid import profile_grid
from tests import odd_views
from tests.app_helpers import received

STEPS = [step.name for step in TOUR]


@pytest.fixture(scope="module")
def mice():
    problem = open_source(Sample("mouse_hs300")).dataset.problem("CD8", ("sex",))
    return odd_views.view_of(problem)


def answers(step, scene):
    """Every guess that can be made, with what it is."""
    question = step.question
    guesses = list(question.options) or [0.0, 0.25, 0.5, 0.57, 1.0]
    return {guess: question.outcome(scene, guess) for guess in guesses}


def test_eight_steps_each_with_its_own_name_picture_and_question(mice):
    assert STEPS == [
        "relatives",
        "share",
        "rotation",
        "weights",
        "climb",
        "methods",
        "brent",
        "sure",
    ]
    assert {step.picture for step in TOUR} == set(PICTURES)
    scene = Scene(mice, "REML")
    for step in TOUR:
        assert re.fullmatch("[a-z_]+", step.name)
        assert 60 < len(step.idea(scene)) < 600
        assert step.question.prompt(scene).strip()[-1] in "?.…"
        assert step.notice(scene).endswith(".")


@pytest.mark.parametrize("name", STEPS)
def test_right_wrong_and_no_guess_are_told_apart(mice, name):
    step = TOUR[STEPS.index(name)]
    scene = Scene(mice, "REML")
    outcomes = answers(step, scene)
    assert set(outcomes.values()) == {"right", "wrong"}
    if step.question.options:
        assert list(outcomes.values()).count("right") == 1
    assert step.question.outcome(scene, None) == "none"
    for guess in [*outcomes, None]:
        assert len(step.question.feedback(scene, guess)) > 20


def test_the_answers_are_those_of_the_mice(mice):
    scene = Scene(mice, "REML")
    right = {
        step.name: [guess for guess, outcome in answers(step, scene).items() if outcome == "right"]
        for step in TOUR
    }
    assert right["relatives"] == ["above"]
    assert right["share"] == ["zero"]
    assert right["rotation"] == ["none"]
    assert right["weights"] == ["equal"]
    assert right["climb"] == [0.57]
    assert right["sure"] == ["yes"]
    low, high = interval_h2(mice.reml)
    assert low <= 0.5 <= high
    looks = sum(step.procedure != "boundary" for step in mice.reml.trace)
    assert LOOKS[right["brent"][0]][0] <= looks <= LOOKS[right["brent"][0]][1]


def test_the_classes_of_looks_leave_no_number_out():
    ends = list(LOOKS.values())
    assert ends[0][0] == 0
    assert all(low == before + 1 for (_, before), (low, _) in pairwise(ends))


def test_a_guess_of_h_is_told_how_far_below_the_top_it_is(mice):
    step, scene = TOUR[STEPS.index("climb")], Scene(mice, "REML")
    gap = mice.reml.loglik - log_likelihood(mice.reml.rotated, 0.3)
    words = step.question.feedback(scene, 0.3)
    assert f"{gap:.2f} log-likelihood units lower" in words
    assert "the data speak against it" in words
    assert "cannot tell it from the best" in step.question.feedback(scene, 0.5)
    assert "ĥ = 0.57 (0.39 to 0.73)" in step.question.feedback(scene, None)


def test_which_letter_is_reml_depends_on_the_data():
    letters = {reml_letter(Scene(odd_views.view(kind), "REML")) for kind in odd_views.KINDS}
    assert letters == {"A", "B"}


def test_the_eigenvectors_of_k_are_those_of_v_for_every_h(mice):
    U, values = mice.reml.eigen.vectors, mice.reml.eigen.values
    K, identity = mice.problem.K, np.eye(mice.problem.n)
    for h in (0.0, 0.3, 0.79, 1.0):
        rotated = U.T @ (h * K + (1 - h) * identity) @ U
        assert np.allclose(rotated, np.diag(h * values + 1 - h), atol=1e-12 * mice.problem.n)


def test_the_pairs_are_those_of_ordinary_residuals(mice):
    problem, pairs = mice.problem, residual_pairs(mice)
    X, y = problem.X, problem.y
    residual = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    scaled = residual / np.sqrt(residual @ residual / (problem.n - X.shape[1]))
    first, second = np.triu_indices(problem.n, 1)
    k, product = problem.K[first, second], scaled[first] * scaled[second]
    assert pairs.slope == pytest.approx(np.polyfit(k, product, 1)[0], rel=1e-8)
    assert pairs.count.sum() == k.size
    assert pairs.count @ pairs.product == pytest.approx(product.sum(), rel=1e-8)
    assert (np.diff(pairs.kinship) > 0).all()
    closest = np.argsort(k)[-int(pairs.count[-1]) :]
    assert pairs.kinship[-1] == pytest.approx(k[closest].mean())


@pytest.mark.parametrize("name", STEPS)
def test_the_lines_of_code_run_and_print_numbers(mice, name):
    step, problem = TOUR[STEPS.index(name)], mice.problem
    assert len([line for line in step.code.splitlines() if line.strip()]) <= 7
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(step.code, {"y": problem.y, "X": problem.X, "K": problem.K})
    assert re.search(r"\d", printed.getvalue())
    if name == "sure":
        fit = fit_lmm(problem.y, problem.X, problem.K)
        assert f"{fit.h2}" in printed.getvalue()
    if name == "brent":
        assert f"{mice.methods['REML'].plain.x}" in printed.getvalue()


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("kind", odd_views.KINDS)
def test_every_step_has_words_and_a_picture_for_every_kind_of_fit(kind, method):
    view = odd_views.view(kind)
    scene = Scene(view, method)
    order = picture_order(view.problem.K)
    cells = covariance_picture(view.problem.K, order)
    for step in TOUR:
        for guess in [None, *answers(step, scene)]:
            assert step.question.feedback(scene, guess)
        assert step.idea(scene)
        for revealed in (False, True):
            if step.picture == "methods" and revealed:
                continue
            stage = Stage(scene, order, cells, revealed, 0.3, 0.5, against=lambda: None)
            board = tour_board(step.picture, stage)
            back = received(board)
            assert back["name"] == board["name"]
            assert back["hand"] == board["hand"]


def test_the_truth_and_the_answer_are_not_in_the_picture_before_the_reveal(mice):
    order = picture_order(mice.problem.K)
    cells = covariance_picture(mice.problem.K, order)
    scene = Scene(mice, "REML")
    for step in TOUR[4:7]:
        stage = Stage(scene, order, cells, False, None, 0.5, against=lambda: None)
        show = tour_board(step.picture, stage)["show"]
        assert not show.get("truth")
        assert not show.get("estimate")
        assert not show.get("interval")
        assert not show.get("looks")


def test_brent_takes_as_many_looks_as_are_said(mice):
    scene = Scene(mice, "REML")
    assert brent_looks(scene) == mice.reml.n_eval - 2
    assert TOUR[6].question.feedback(scene, None).startswith(f"{mice.reml.n_eval - 2}, then")


def test_reml_adds_half_the_log_determinant_of_the_covariance_of_beta(mice):
    rotated = mice.reml.rotated
    grid = profile_grid(rotated)[1:-1:7]
    gap = log_likelihood(rotated, grid) - log_likelihood(rotated, grid, reml=False)
    K, X, y = mice.problem.K, mice.problem.X, mice.problem.y
    logs = []
    for h in grid:
        V = h * K + (1 - h) * np.eye(len(y))
        inverse = np.linalg.inv(V)
        information = X.T @ inverse @ X
        beta = np.linalg.solve(information, X.T @ inverse @ y)
        rss = (y - X @ beta) @ inverse @ (y - X @ beta)
        logs.append(0.5 * np.linalg.slogdet(rss * np.linalg.inv(information))[1])
    assert np.ptp(gap - np.array(logs)) < 1e-8


def test_ml_puts_v_too_low_on_average_and_reml_does_not():
    K, rng = odd_views.sibs(15, 4), np.random.default_rng(3)
    X = np.column_stack([np.ones(60), rng.standard_normal((60, 8))])
    root = np.linalg.cholesky(0.5 * K + 0.5 * np.eye(60))
    eigen = decompose(K)
    found = []
    for _ in range(200):
        rotated = rotate(eigen, root @ rng.standard_normal(60), X)
        found.append([fit_rotated(rotated, reml=reml).sigma2 for reml in (False, True)])
    ml, reml = np.mean(found, axis=0)
    error = np.std(found, axis=0)[1] / np.sqrt(200)
    assert ml < 1.0 - 4 * error
    assert abs(reml - 1.0) < 3 * error
