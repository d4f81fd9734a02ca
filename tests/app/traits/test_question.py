"""The question about all traits: which it is, who is right, and what is said, all computed."""

from dataclasses import replace

import numpy as np
import pytest

from lmm_app.sources.opened import Sample, open_source
from lmm_app.traits import question, words
from lmm_app.traits.fits import AllTraits, fit_all
from lmm_core import decompose
from lmm_core.many.fits import empty
from lmm_core.summary import h_words


def made(h2, lower=None):
    """Traits with these estimates, whose intervals begin there."""
    h2 = np.asarray(h2, dtype=float)
    lower = h2 - 0.1 if lower is None else np.asarray(lower, dtype=float)
    fits = replace(empty(h2.size, 1, reml=True), h2=h2, lower=lower, upper=h2 + 0.2)
    return AllTraits(tuple(f"t{k}" for k in range(h2.size)), fits, ("intercept",), 9, 0, 1)


@pytest.fixture(scope="module")
def many():
    opened = open_source(Sample("many_traits"))
    data = opened.dataset
    fitted = fit_all(
        data, ("sex",), decompose(data.kinship), reml=True, progress=lambda share: None
    )
    return fitted, opened.true_h2_of_traits


def test_which_question_is_asked_depends_on_what_is_known():
    few, enough = made(np.full(19, 0.5)), made(np.full(20, 0.5))
    truth = np.full(20, 0.4)
    assert question.asked(enough, truth) == "highest"
    # Of nineteen the ten highest are most, and what is known answers the other question.
    assert question.asked(few, truth[:19]) is None
    assert question.asked(enough, None) == question.asked(few, None) == "zero"
    assert question.asked(made([0.5]), None) is None
    assert question.asked(made([0.5, np.nan]), None) is None


def test_the_ten_highest_of_the_sample_are_too_high_on_average(many):
    fitted, truth = many
    h2, known = fitted.fits.h2, np.array(truth)
    top = np.argsort(-h2)[:10]
    assert set(question.highest(fitted)) == set(top)
    found, true = h2[top].mean(), known[top].mean()
    assert found - true > question.SAME
    high = int((h2[top] > known[top]).sum())
    said = question.feedback("highest", fitted, truth, None)[1]
    assert said == (
        f"Lower: their ĥ average {found:.2f}, their true h {true:.2f}. {high} of the ten estimates "
        f"are too high. {question.CURSE}"
    )
    for guess in question.HIGHEST:
        right, said = question.feedback("highest", fitted, truth, guess)
        assert right == (guess == "lower")
        assert said.startswith("Correct. Lower" if right else "Not quite. These ten were chosen")


@pytest.mark.parametrize(
    ("off", "right", "start"),
    [(0.1, "lower", "Lower"), (-0.1, "higher", "Higher"), (0.01, "same", "About the same")],
)
def test_the_winners_curse_is_told_only_where_it_struck(off, right, start):
    fitted = made(np.linspace(0.3, 0.7, 30))
    said = question.feedback("highest", fitted, fitted.fits.h2 - off, None)[1]
    assert said.startswith(f"{start}: their ĥ average ")
    assert ("curse" in said) == (right == "lower")
    for guess in question.HIGHEST:
        judged, said = question.feedback("highest", fitted, fitted.fits.h2 - off, guess)
        assert judged == (guess == right)
        assert ("chance helped" in said) == (right == "lower" and guess != right)


def test_the_intervals_that_leave_out_zero_are_counted():
    fitted = made([0.5, 0.2, 0.0, np.nan], [0.3, 0.0, 0.0, np.nan])
    right, said = question.feedback("zero", fitted, None, "1")
    assert right is True
    assert said == "Correct. 1 of 3: t0. If no trait followed kinship, about 1 in 40 would."
    right, said = question.feedback("zero", fitted, None, "2")
    assert right is False
    assert said.startswith("Not quite. An interval leaves out 0 if all of its bar lies above 0. 1")
    assert question.feedback("zero", fitted, None, None) == (
        None,
        "1 of 3: t0. If no trait followed kinship, about 1 in 40 would.",
    )
    none = made([0.1, 0.0], [0.0, 0.0])
    assert question.feedback("zero", none, None, None)[1].startswith("None of 2. If no trait")
    assert question.question("zero", fitted).endswith("Count them, then reveal.")


def test_of_many_intervals_a_count_may_be_a_little_off(many):
    fitted, _ = many
    count = int((fitted.fits.lower > 0.0).sum())
    assert question.question("zero", fitted).startswith("How many of these 200 intervals")
    for off, right in ((0, True), (10, True), (11, False), (-11, False)):
        assert question.feedback("zero", fitted, None, f"{count + off}")[0] is right
    said = question.feedback("zero", fitted, None, None)[1]
    assert said == f"{count} of 200. If no trait followed kinship, about 5 of 200 would."


def test_without_inheritance_about_one_interval_in_forty_leaves_out_zero():
    # What the sentence rests on: half of 5%, by a rule for large samples.
    from lmm_core import fit_traits
    from lmm_core.simulate.families import full_sib_families

    families = full_sib_families(60, 5)
    Y = np.random.default_rng(5).standard_normal((300, 2000))
    fits = fit_traits(Y, np.ones((300, 1)), families.K, level=0.95)
    share = (fits.lower > 0.0).mean()
    # Three standard errors of a share of 2,000.
    assert share == pytest.approx(1 / question.ONE_IN, abs=3 * np.sqrt(0.025 * 0.975 / 2000))


def test_the_estimates_named_are_those_of_the_table(many):
    fitted, _ = many
    k = int(question.highest(fitted)[0])
    assert words.estimate(fitted.fits, k).startswith(h_words(float(fitted.fits.h2[k])))
