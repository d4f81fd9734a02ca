"""Steps 5 to 10 of the tour: what they say of each kind of data, number by number."""

import contextlib
import io
import re

import numpy as np
import pytest

from lmm_app.fit.verdict import with_interval
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour import brent as brent_step
from lmm_app.lessons.tour import climb, dice
from lmm_app.live.tour_boards import tour_board
from lmm_core import decompose, fit_lmm, interval_h2, log_likelihood, rotate, wls
from lmm_core.dense import dense_gls
from lmm_core.fit import fit_rotated
from lmm_core.grid import profile_grid
from lmm_core.summary import h_words
from tests import odd_views
from tests.app.tour.scenes import (
    BY_NAME,
    LESSONS,
    STEPS,
    core,
    lesson,
    mice,
    odd,
    right,
    stage,
)


def numbers(words):
    return [
        float(one.replace("−", "-").replace(",", "")) for one in re.findall(r"−?[\d.,]*\d", words)
    ]


# Step 5


def test_a_guess_of_h_is_told_how_far_below_the_top_it_is():
    scene = mice()
    gap = scene.fit.loglik - log_likelihood(scene.fit.rotated, 0.3)
    said = core("climb", scene, 0.3)
    assert said.startswith("Not quite. ")
    assert f"lies {gap:.2f} lower" in said
    assert "the data speak against it" in said
    assert "cannot tell it from the best" in core("climb", scene, 0.45)
    assert core("climb", scene, 0.57).startswith("Correct. ")
    assert "as good as the best" in core("climb", scene, 0.57)
    assert (
        core("climb", scene) == f"The curve is highest at ĥ = {with_interval(scene.view, 'REML')}."
    )


def test_what_is_inside_the_interval_is_what_cannot_be_told_from_the_best():
    for name in ("full_sibs", "two_hills", "small_sample", "boundary_zero", "strong_h"):
        scene = lesson(name)
        low, high = interval_h2(scene.fit)
        for h in np.linspace(0.01, 0.99, 23):
            said = core("climb", scene, float(h))
            against = "speak against" in said or "impossible" in said
            if len(scene.fit.maxima) == 1 and not min(abs(h - low), abs(h - high)) < 0.002:
                assert against != (low <= h <= high), (name, h)


def test_a_curve_without_a_top_says_why():
    said = core("climb", lesson("centred_kinship", "ML"))
    assert "rises without end" in said
    assert "The highest finite hill is at 0.40 (0.14 to 0.68)." in said
    # The cause that is named: a point with λ = 0 that the covariates fit exactly.
    rotated = lesson("centred_kinship", "ML").fit.rotated
    at = wls(rotated, 0.5)
    null = rotated.values <= 1e-10 * rotated.values.max()
    assert null.any()
    assert np.abs(at.residuals[null]).max() < 1e-8


# Step 6


def test_the_dice_are_as_they_are_said_to_be():
    faces = np.array([dice.FACES], dtype=float)
    assert dice.from_own(faces)[0] == pytest.approx(2 / 3)
    assert dice.from_true(faces)[0] == pytest.approx(14.75)
    assert np.var(np.arange(1, 7)) == pytest.approx(dice.TRUE_VARIANCE)
    everything = np.array(np.meshgrid(*[np.arange(1, 7)] * 3)).reshape(3, -1).T.astype(float)
    assert dice.from_own(everything).mean() / 3 == pytest.approx(dice.TRUE_VARIANCE * 2 / 3)
    assert dice.from_own(everything).mean() / 2 == pytest.approx(dice.TRUE_VARIANCE)
    # No number lies closer to three values, in squares, than their own average.
    assert (dice.from_own(everything) <= dice.from_true(everything)).all()
    said = core("methods", mice())
    assert f"Less: {dice.average(3):.2f}." in said
    assert f"the average is {dice.average(2):.2f}, close to the truth" in said
    assert abs(dice.average(2) - dice.TRUE_VARIANCE) < 0.1


@pytest.mark.parametrize("kind", ["interior", "tiny", "two hills", "unbounded", "aliased"])
@pytest.mark.parametrize("h", [0.0, 0.3, 0.9])
def test_at_every_h_mls_variance_is_less_by_the_degrees_of_freedom(kind, h):
    """Both straight from V, and ML's as the core has it after the rotation."""
    problem, rotated = odd(kind, "ML").view.problem, odd(kind, "ML").view.reml.rotated
    n, p = rotated.n, rotated.rank
    ml, reml = (
        dense_gls(problem.y, problem.X[:, rotated.kept], problem.K, h, reml=one).sigma2
        for one in (False, True)
    )
    assert ml == pytest.approx((n - p) / n * reml, rel=1e-9)
    assert ml == pytest.approx(wls(rotated, h).rss / n, rel=1e-7)


def test_what_both_methods_say_of_the_data_is_by_their_status():
    assert "almost no difference" in core("methods", mice())
    assert "take up a part" in core("methods", lesson("many_covariates"))
    assert "both put h at 0" in core("methods", lesson("boundary_zero"))
    assert "both put h at 1" in core("methods", lesson("boundary_one"))
    assert "ML has no highest point. REML has one" in core("methods", lesson("centred_kinship"))
    assert "ML answers 0, and would answer 0 for any trait" in core("methods", lesson("one_family"))


def test_reml_adds_half_the_log_determinant_of_the_covariance_of_beta():
    problem, rotated = mice().view.problem, mice().view.reml.rotated
    grid = profile_grid(rotated)[1:-1:7]
    gap = log_likelihood(rotated, grid) - log_likelihood(rotated, grid, reml=False)
    K, X, y = problem.K, problem.X, problem.y
    logs = []
    for h in grid:
        V = h * K + (1 - h) * np.eye(len(y))
        inverse = np.linalg.inv(V)
        information = X.T @ inverse @ X
        beta = np.linalg.solve(information, X.T @ inverse @ y)
        rss = (y - X @ beta) @ inverse @ (y - X @ beta)
        logs.append(0.5 * np.linalg.slogdet(rss * np.linalg.inv(information))[1])
    assert np.ptp(gap - np.array(logs)) < 1e-8


def test_which_way_mls_h_goes_depends_on_the_covariates():
    """Within families they push it up, of whole families they push it down, on average."""
    K, rng = odd_views.sibs(20, 4), np.random.default_rng(3)
    root, eigen = np.linalg.cholesky(0.5 * K + 0.5 * np.eye(80)), decompose(K)
    family = np.repeat(np.arange(20), 4)
    noise = rng.standard_normal((80, 8))
    within = noise - np.array([noise[family == f].mean(axis=0) for f in family])
    shared = rng.standard_normal((20, 8))[family]
    found = {"within": [], "shared": []}
    for _ in range(120):
        y = root @ rng.standard_normal(80)
        for name, columns in (("within", within), ("shared", shared)):
            rotated = rotate(eigen, y, np.column_stack([np.ones(80), columns]))
            ml, reml = (fit_rotated(rotated, reml=one).h2 for one in (False, True))
            found[name].append(ml - reml)
    for name, sign in (("within", 1), ("shared", -1)):
        gap = np.array(found[name])
        assert sign * gap.mean() > 3 * gap.std() / np.sqrt(len(gap)), name


# Step 7


@pytest.mark.parametrize(("name", "method"), LESSONS)
def test_the_tries_are_counted_as_they_were(name, method):
    scene = lesson(name, method)
    if scene.status == "flat":
        return
    trace = [step for step in scene.fit.trace if step.procedure != "boundary"]
    parabolas = sum(step.procedure == "parabolic" for step in trace)
    said = core("brent", scene)
    assert said.startswith(f"{len(trace)} tries: {len(trace) - parabolas} golden-section cut")
    assert (f"and {parabolas} parabola" in said) == (parabolas > 0)
    low, high = brent_step.CLASSES[right("brent", scene)]
    assert low <= len(trace) <= high
    assert f"{profile_grid(scene.fit.rotated).size} values of h" in BY_NAME["brent"].idea(scene)
    if "about one more correct digit" in said:
        errors = [abs(step.h2 - scene.fit.h2) for step in trace]
        first = next(k for k, step in enumerate(trace) if step.procedure == "parabolic")
        best = int(np.argmin(errors))
        assert 0.6 <= np.log10(errors[first] / errors[best]) / (best - first) <= 1.25


def test_golden_sections_alone_need_twenty_tries():
    trace = lesson("boundary_zero").fit.trace
    inside = [step for step in trace if step.procedure != "boundary"]
    assert len(inside) == brent_step.GOLDEN
    assert {step.procedure for step in inside} == {"initial", "golden"}
    widths = [step.upper - step.lower for step in inside]
    # Each cut keeps 62%.
    assert np.allclose(np.divide(widths[2:], widths[1:-1]), 0.618, atol=0.02)


def test_a_trapped_search_is_told_of():
    said = core("brent", lesson("two_hills"))
    assert "The other hill had a search of its own." in said
    assert "A single search over [0, 1] stops at h = 0.35, on a lower hill." in said
    assert "each of the 2 hills" in BY_NAME["brent"].idea(lesson("two_hills"))


# Steps 8 to 10


def test_the_recap_says_what_came_of_it():
    assert "Here ĥ = 0.57 (0.39 to 0.73), v̂ = 0.709." in BY_NAME["recap"].idea(mice())
    assert "Here ML has no highest point. REML has one" in BY_NAME["recap"].idea(
        lesson("centred_kinship", "ML")
    )
    assert "with a lower hill at 0.35" in BY_NAME["recap"].idea(lesson("two_hills"))


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_both_intervals_are_those_of_the_core(name):
    scene = lesson(name)
    if scene.status == "flat":
        return
    said = core("sure", scene)
    gap = scene.fit.loglik - log_likelihood(scene.fit.rotated, 0.5)
    assert ("so these data are compatible" in said) == (gap <= 1.92)
    assert right("sure", scene) == ("yes" if gap <= 1.92 else "no")
    exact = interval_h2(scene.fit, method="exact")
    found = numbers(said)
    for end in (exact.lower, exact.upper, *interval_h2(scene.fit)):
        assert min(abs(end - one) for one in found) < 0.0051, (said, end)
    agree = max(abs(a - b) for a, b in zip(exact, interval_h2(scene.fit), strict=True)) <= 0.03
    assert ("almost agree" in said) <= agree
    low, high, *shown = (h_words(end) for end in (*interval_h2(scene.fit), *exact))
    if scene.status != "hills" and agree:
        assert ("Here they agree." in said) == ([low, high] == shown)
    assert ("samples set the limit" in said) == (not agree)


def test_an_exact_interval_is_not_promised_where_there_is_none():
    said = core("sure", lesson("centred_kinship", "ML"))
    assert "ML has no exact interval here" in said
    assert "REML has both intervals." in said


def test_the_story_of_the_mice_is_split_as_it_is_told():
    scene = mice()
    words = BY_NAME["next"].idea(scene)
    assert "Ordinary regression found −0.32" in words
    assert "the mixed model −0.12" in words
    assert "each of the 22 families" in words
    said = core("next", scene)
    assert "they make −0.28 of the −0.32" in said
    assert "do not differ clearly (p = 0.61)" in said
    assert "0.39 to 0.73, p = 0.11 or more." in said


def test_other_data_are_asked_whether_p_crosses_its_level():
    scene = lesson("many_covariates")
    assert BY_NAME["next"].question.options_of(scene) == {"yes": "yes", "no": "no"}
    low, high = interval_h2(scene.fit)
    column = 1
    p = []
    for h in np.linspace(low, high, 60):
        at = dense_gls(scene.view.problem.y, scene.view.problem.X, scene.view.problem.K, float(h))
        from scipy.stats import t

        p.append(2 * t.sf(abs(at.beta[column] / at.se_beta[column]), scene.fit.n - scene.fit.p))
    assert (min(p) < 0.05 < max(p)) == (right("next", scene) == "yes")
    assert not BY_NAME["next"].asks(lesson("inbred_strains"))
    assert BY_NAME["next"].heading(lesson("inbred_strains")) == "What next?"


@pytest.mark.parametrize("name", STEPS)
def test_the_lines_of_code_run_and_print_numbers(name):
    step, problem = BY_NAME[name], mice().view.problem
    assert len([line for line in step.code.splitlines() if line.strip()]) <= 7
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(step.code, {"y": problem.y, "X": problem.X, "K": problem.K})
    assert re.search(r"\d", printed.getvalue())
    if name in ("sure", "recap"):
        assert f"{fit_lmm(problem.y, problem.X, problem.K).h2}" in printed.getvalue()
    if name == "brent":
        assert f"{mice().view.methods['REML'].plain.x}" in printed.getvalue()


def test_the_answer_is_not_in_the_picture_before_the_reveal():
    scene = mice()
    for name in ("climb", "brent"):
        show = tour_board(name, stage(scene, revealed=False, true_h2=0.5))["show"]
        for part in ("truth", "estimate", "interval", "looks"):
            assert not show.get(part), (name, part)
    assert tour_board("climb", stage(scene, revealed=False))["show"]["fog"]
    hidden = tour_board("relatives", stage(scene, revealed=False))["charts"][1]
    assert hidden["series"] == []
    assert hidden["veil"] == "?"
    assert "r =" not in hidden["note"] + hidden["alt"].split("closest pairs")[1]
    assert "bars" not in tour_board("sure", stage(scene, revealed=False))
    assert "matrices" not in tour_board("rotation", stage(scene, revealed=False))
    for chart in tour_board("next", stage(scene, revealed=False))["charts"]:
        assert "±" not in chart["note"] + chart["alt"]


def test_climbing_knows_how_far_it_is():
    assert climb.gap_at(mice(), mice().fit.h2) == 0.0
