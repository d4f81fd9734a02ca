"""Theory and the class agree: 200 classes of 60, fitted as a student's data are."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.lecturer.classroom import FAMILIES
from lmm_app.room import data
from lmm_app.room.rooms import GUESSING, Estimate, Room
from lmm_app.room.theory import DRAWS, draw_estimates, theory_of
from lmm_app.session import keep
from lmm_app.sources.opened import Lesson, Simulation
from lmm_core import LMMError, decompose, rotate
from lmm_core.certainty import contrasts
from lmm_core.many import fit_traits
from lmm_data.preparation.design import default_model

CLASSES, STUDENTS = 200, 60
ALL = CLASSES * STUDENTS
TRUE = 0.35
# A difference of more standard errors than this comes once in 16,000 times by chance.
ERRORS = 4.0
# Kolmogorov and Smirnov's distance of two samples is larger than this times √(1/m + 1/n) once in
# 3,000 times; where many are exactly 0, more rarely.
DISTANCE = 2.1


def room_of(recipe):
    return Room("ACDEFG", recipe, "0123456789abcdef", GUESSING, 0.0)


ROOM = room_of(Simulation("families", 360, TRUE, family_size=6))
AT_ZERO = room_of(Lesson("boundary_zero"))


def designs_of(room):
    return [data.view_of(room, number) for number in range(1, data.DESIGNS + 1)]


def classes_of(room, h2):
    """ĥ and the ends of its interval of every student of all classes, shape (ALL,) each."""
    rng = np.random.default_rng(20)
    found = []
    for view in designs_of(room):
        K, X = view.problem.K, view.problem.X
        values, vectors = np.linalg.eigh(h2 * K + (1.0 - h2) * np.eye(len(K)))
        noise = rng.standard_normal((len(K), ALL // data.DESIGNS))
        Y = 10.0 + vectors @ (np.sqrt(values)[:, np.newaxis] * noise)
        fits = fit_traits(Y, X, view.reml.eigen, level=0.95)
        found.append((fits.h2, fits.lower, fits.upper))
    return np.hstack(found)


@pytest.fixture(scope="module")
def classes():
    return classes_of(ROOM, TRUE)


def pairs_of(room):
    return [contrasts(view.reml.rotated) for view in designs_of(room)]


def distance(some, others):
    """Kolmogorov and Smirnov's, over √(1/m + 1/n)."""
    at = np.concatenate([some, others])
    shares = [np.searchsorted(np.sort(one), at, side="right") / one.size for one in (some, others)]
    return np.abs(np.subtract(*shares)).max() / np.sqrt(1 / some.size + 1 / others.size)


def test_a_student_is_fitted_as_the_classes_of_this_test_are():
    for number in range(1, data.DESIGNS + 1):
        view = data.view_of(ROOM, number)
        found = data.estimate_of(view)
        problem = view.problem
        fits = fit_traits(problem.y[:, np.newaxis], problem.X, problem.K, level=0.95)
        own = (found.h2, found.lower, found.upper)
        np.testing.assert_allclose(own, (fits.h2[0], fits.lower[0], fits.upper[0]), atol=1e-6)
        assert found.method == "REML"


def test_95_of_100_intervals_hold_the_truth(classes):
    _, lower, upper = classes
    held = (lower <= TRUE) & (upper >= TRUE)
    error = np.sqrt(0.95 * 0.05 / ALL)
    assert abs(held.mean() - 0.95) < ERRORS * error
    # What one class sees: how many of 60 miss it, about 3.
    missed = (~held).reshape(data.DESIGNS, CLASSES, -1).sum(axis=(0, 2))
    assert missed.mean() == pytest.approx(3.0, abs=ERRORS * np.sqrt(60 * 0.05 * 0.95 / CLASSES))
    assert missed.var() == pytest.approx(60 * 0.05 * 0.95, rel=ERRORS * np.sqrt(2.0 / CLASSES))
    # The test can fail: of another h they do not hold so many.
    other = (lower <= TRUE + 0.05) & (upper >= TRUE + 0.05)
    assert abs(other.mean() - 0.95) > ERRORS * error


def test_the_estimates_have_the_distribution_that_is_drawn(classes):
    found = classes[0]
    assert distance(found, draw_estimates(pairs_of(ROOM), TRUE)) < DISTANCE
    for wrong in (TRUE - 0.02, TRUE + 0.02):
        assert distance(found, draw_estimates(pairs_of(ROOM), wrong)) > DISTANCE
    theory = theory_of(pairs_of(ROOM), TRUE)
    assert theory.mean == pytest.approx(found.mean(), abs=ERRORS * theory.sd * np.sqrt(2 / DRAWS))
    # The bars: as many in each as are expected, by the chi-square of all that are not rare.
    counts = np.histogram(found[(found > 0.0) & (found < 1.0)], theory.bars, (0.0, 1.0))[0]
    for shares, agree in (
        (theory.shares, True),
        (theory_of(pairs_of(ROOM), TRUE + 0.02).shares, False),
    ):
        often = shares > 0.002
        # The expected counts are of a sample too.
        variance = ALL * shares[often] * (1.0 + ALL / DRAWS)
        square = ((counts[often] - ALL * shares[often]) ** 2 / variance).sum()
        degrees = often.sum()
        assert (square < degrees + ERRORS * np.sqrt(2.0 * degrees)) == agree


def others_of(recipe, numbers):
    """The designs of other seats, without a fit of their data."""
    room = room_of(recipe)
    for number in numbers:
        dataset = keep.opened(data.source_of(room, number)).dataset
        problem = dataset.problem(dataset.traits.columns[0], default_model(dataset))
        yield contrasts(rotate(decompose(problem.K), problem.y, problem.X))


@pytest.mark.parametrize(
    "recipe",
    [
        FAMILIES,
        # Of these each seat has a kinship of its own.
        Simulation("intercross", 120, TRUE),
        Lesson("many_covariates"),
    ],
    ids=("families", "intercross", "covariates"),
)
def test_the_designs_of_five_seats_speak_for_all(recipe):
    h2 = data.true_h2(room_of(recipe))
    some = draw_estimates(list(others_of(recipe, range(1, data.DESIGNS + 1))), h2)
    others = list(others_of(recipe, range(11, 23)))
    assert distance(some, draw_estimates(others, h2)) < DISTANCE
    # Half as many individuals would be seen to be another design.
    half = replace(recipe, n=recipe.n // 2) if isinstance(recipe, Simulation) else None
    if half:
        assert distance(some, draw_estimates(list(others_of(half, range(1, 6))), h2)) > DISTANCE


def test_where_nothing_is_inherited_half_of_them_are_exactly_0():
    found = classes_of(AT_ZERO, 0.0)[0]
    theory = theory_of(pairs_of(AT_ZERO), 0.0)
    at_zero = (found == 0.0).mean()
    error = np.sqrt(0.25 * (1 / ALL + 1 / DRAWS))
    assert abs(theory.at_zero - at_zero) < ERRORS * error
    assert 0.4 < theory.at_zero < 0.6
    assert distance(found, draw_estimates(pairs_of(AT_ZERO), 0.0)) < DISTANCE
    assert abs(theory_of(pairs_of(AT_ZERO), 0.05).at_zero - at_zero) > ERRORS * error
    assert theory.shares.sum() + theory.at_zero + theory.at_one == pytest.approx(1.0)


def test_bars_are_as_wide_as_the_distribution_lets_them_be():
    assert theory_of(pairs_of(ROOM), TRUE).bars == 20
    assert theory_of(pairs_of(AT_ZERO), 0.0).bars == 40
    assert theory_of(pairs_of(AT_ZERO), 0.0).sd > 0.6 / 40


# --- what a room may be made of


def test_each_seat_has_data_of_its_own_with_the_same_truth():
    first, second = data.source_of(ROOM, 1), data.source_of(ROOM, 2)
    assert first.seed != second.seed
    assert replace(first, seed=1) == replace(second, seed=1) == replace(ROOM.recipe, seed=1)
    seeds = {data.source_of(ROOM, number).seed for number in range(1, 301)}
    seeds |= {data.source_of(replace(ROOM, of_class="f" * 16), 1).seed}
    assert len(seeds) == 301
    # So large that nobody finds it by trying.
    assert min(seeds) > 2**32
    assert data.true_h2(ROOM) == TRUE
    assert data.true_h2(AT_ZERO) == 0.0
    assert data.view_of(ROOM, 1).problem.fingerprint != data.view_of(ROOM, 2).problem.fingerprint


@pytest.mark.parametrize(
    ("recipe", "why"),
    [
        (Lesson("two_hills"), "a room needs data with one true h: those of this lesson"),
        (Lesson("boundary_one", 4), "a room needs data with one true h"),
        (Lesson("outlier"), "a room needs data that the model has made: this lesson has a wrong"),
        (Lesson("one_family"), "the estimate of h has no distribution here"),
    ],
)
def test_some_lessons_are_not_for_a_room(recipe, why):
    with pytest.raises(LMMError, match=why):
        data.check_recipe(recipe)


@pytest.mark.parametrize("name", ["full_sibs", "boundary_zero", "half_scale", "strong_h"])
def test_most_lessons_are(name):
    data.check_recipe(Lesson(name))


def test_a_fit_without_an_estimate_hands_in_nothing():
    assert data.estimate_of(data.view_of(room_of(Lesson("one_family")), 1)) is None
    found = data.estimate_of(data.view_of(AT_ZERO, 3))
    assert isinstance(found, Estimate)
    assert found.lower <= found.h2 <= found.upper
