"""How sure?: every sentence is what the samples say, by the status of the data."""

import re

import numpy as np
import pytest

from lmm_app.sure import words
from lmm_app.sure.board import frame_of
from lmm_app.sure.distribution import TAIL
from lmm_core.certainty import Interval, interval_h2
from lmm_core.summary import h_words, per_cent
from tests.distributions import distribution_of, resampled
from tests.odd_views import view


@pytest.fixture(scope="module")
def samples():
    return distribution_of(view("interior"))


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("h2", [0.06, 0.5, 0.96])
def test_what_is_said_of_a_true_h_is_so(samples, method, h2):
    estimates = resampled(view("interior"), method, h2)
    said = words.frame_words(samples, method, frame_of(h2))
    assert said.startswith(f"If the true h is {h2:.2f}, {method}’s ĥ is {estimates.mean():.2f} on")
    assert f"Its standard deviation is {estimates.std():.2f}." in said
    bias = re.search(r"average, ([\d.]+) too (high|low)\.", said)
    off = round(round(estimates.mean(), 2) - h2, 2)
    assert (bias is None) == (off == 0.0)
    if bias:
        assert (1 if bias[2] == "high" else -1) * float(bias[1]) == pytest.approx(off)
    for end in (0, 1):
        share = (estimates == end).mean()
        assert bool(re.search(rf"exactly {end}[,.]", said)) == (share > 0.0)
        if share > 0.0:
            assert per_cent(share).lower() in said.lower()
    seen = view("interior").fit(method).h2
    tails = (estimates <= seen).mean(), (estimates >= seen).mean()
    how = f"as low as {seen:.2f}: " if tails[0] < tails[1] else f"{seen:.2f} or more: "
    assert how in said
    assert ("unusual, less than 2.5%" in said) == (min(tails) < TAIL)
    assert said.endswith((": not unusual.", ": unusual, less than 2.5%."))
    other = "ML" if method == "REML" else "REML"
    beside = resampled(view("interior"), other, h2)
    assert f"{other}’s is {beside.mean():.2f} on average" in said


@pytest.mark.parametrize(
    ("kind", "seen"), [("lower boundary", 0), ("upper boundary", 1)], ids=["lower", "upper"]
)
def test_an_estimate_at_an_end_is_compared_with_those_at_that_end(kind, seen):
    samples = distribution_of(view(kind), draws=1000)
    side = samples.sides["REML"]
    share = side.at_zero if seen == 0 else side.at_one
    for frame in (0, 25, 50):
        said = words.frame_words(samples, "REML", frame)
        rare = share[frame] < TAIL
        unusual = "unusual, less than 2.5%" if rare else "not unusual"
        assert said.endswith(f"The ĥ of {seen} that the data gave is then {unusual}.")


@pytest.mark.parametrize("h2", [0.06, 0.5, 0.96])
def test_how_often_the_estimate_is_near_is_counted(samples, h2):
    estimates = resampled(view("interior"), "REML", h2)
    said = words.headline(samples, "REML", frame_of(h2))
    share = (np.abs(estimates - h2) < 0.1).mean()
    assert said.startswith(f"**If the true h is {h2:.2f}, REML’s ĥ has a standard deviation of ")
    assert f"deviation of {estimates.std():.2f}.** " in said
    assert said.endswith(f"In {per_cent(share)} of the samples it lies within 0.1 of the truth.")


def test_a_small_spread_is_not_said_to_be_none():
    # Every sample puts h near 1 there, but none at the same h.
    samples = distribution_of(view("two hills"), draws=400)
    frame = frame_of(1.0)
    sd = float(samples.sides["REML"].sd[frame])
    assert 0.0 < sd < 0.005
    assert f"standard deviation of {h_words(sd)}.**" in words.headline(samples, "REML", frame)
    assert f"Its standard deviation is {h_words(sd)}." in words.frame_words(samples, "REML", frame)


def test_who_is_sampled_is_said():
    shown = view("tiny")
    one, two, four = (distribution_of(shown, copies, draws=50) for copies in (1, 2, 4))
    assert words.about(one) == words.CAPTION
    assert "The 24 individuals are those of the data and one more such set, not" in words.about(two)
    assert "and 3 more such sets, not related to them" in words.about(four)
    assert words.headline(four, "REML", 15).startswith("**With 48 individuals and a true h of 0.30")
    assert words.question(four, "REML").startswith("Suppose 48 individuals gave ĥ = 0.93.")
    side = four.sides["REML"]
    said = words.feedback(shown, four, "REML", side.interval, None, None)[1]
    # The exact interval is of the data, and these are not the data.
    assert "This would be the 95% tails interval" in said
    assert "exact" not in said


def test_shares_are_said_as_they_are():
    said = [words.tail_percent(x) for x in (0.0, 0.0004, 0.0234, 0.5, 0.956, 0.9994, 1.0)]
    assert said == ["none", "less than 0.1%", "2.3%", "50%", "95.6%", "more than 99.9%", "all"]
    # What is called less than 2.5% is not written as 2.5%.
    assert words.tail_percent(0.0248) == "2.48%"
    assert words.tail_percent(0.0250) == "2.5%"
    assert words.of_samples("none") == words.of_samples("0%") == "No sample"
    assert words.of_samples("less than 1%") == "Less than 1% of the samples"


def test_the_question_asks_only_for_what_can_be_done():
    for kind, up, down in (
        ("interior", True, True),
        ("lower boundary", True, False),
        ("upper boundary", False, True),
    ):
        shown = view(kind)
        asked = words.question(distribution_of(shown, draws=50), "REML")
        assert asked.startswith(f"The data gave ĥ = {h_words(shown.reml.h2)}. Drag the true h ")
        assert ("up until" in asked, "down until" in asked) == (up, down)


def test_feedback_depends_on_the_guess(samples):
    shown, tails = view("interior"), samples.sides["REML"].interval
    right, order = words.right_guess(tails), list(words.GUESSES)
    ends = [Interval(0.1, 0.1 + wide, 0.95, "tails", 0.0) for wide in (0.1, 0.3, 0.8)]
    assert [words.right_guess(one) for one in ends] == order
    for guess in words.GUESSES:
        judged, said = words.feedback(shown, samples, "REML", tails, None, guess)
        assert judged == (guess == right)
        low, high = h_words(tails.lower), h_words(tails.upper)
        core = f"It is {float(high) - float(low):.2f} wide: from {low} to {high}. "
        assert f"{core}This is the 95% tails interval (simulated, ± " in said
        less = order.index(guess) < order.index(right)
        hint = f"Not quite. The estimate says {'less' if less else 'more'} about h than you thought"
        assert said.startswith("Correct. " if judged else hint)
    judged, said = words.feedback(shown, samples, "REML", tails, None, None)
    assert judged is None
    assert said.startswith("It is ")


def test_a_width_is_that_of_the_ends_as_they_are_written():
    assert words.width(Interval(0.3751, 0.7449, 0.95, "tails", 0.0)) == "0.36"
    assert words.width(Interval(0.9931, 0.99621, 0.95, "tails", 0.0)) == "0.006"
    assert words.width(Interval(0.0, 1.0, 0.95, "tails", 0.0)) == "1.00"


def test_an_interval_that_ends_at_an_end_says_why(samples):
    shown = view("tiny")
    tiny = distribution_of(shown)
    tails = tiny.sides["REML"].interval
    assert tuple(tails) == (0.0, 1.0)
    said = words.feedback(shown, tiny, "REML", tails, None, None)[1]
    assert "(simulated). It goes to 0 and to 1, because even h = 0 and h = 1 give such an" in said
    shown, wide = view("interior"), Interval(0.0, 0.8, 0.95, "tails", 0.003)
    said = words.feedback(shown, samples, "REML", wide, None, None)[1]
    assert "It goes to 0, because even h = 0 gives such an estimate in at least 2.5%" in said
    # That of an estimate of 0 begins there, which needs no reason.
    shown = view("lower boundary")
    low = distribution_of(shown, draws=1000)
    tails = low.sides["REML"].interval
    assert tails.lower == 0.0
    assert "It goes to 0" not in words.feedback(shown, low, "REML", tails, None, None)[1]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("interior", "It uses the whole curve, the tails ĥ alone."),
        ("lower boundary", "It also uses how steeply the curve falls from 0. The tails see ĥ = 0"),
        ("upper boundary", "It also uses how steeply the curve rises towards 1. The tails see"),
        ("two hills", "It sees both hills of the curve, while the tails ask only how often"),
    ],
)
def test_both_intervals_stand_beside_each_other_with_the_reason_that_they_differ(kind, reason):
    shown = view(kind)
    method = "ML" if kind == "two hills" else "REML"
    samples = distribution_of(shown)
    exact = interval_h2(shown.fit(method), method="exact", draws=1000)
    start = f"The exact interval of the other pages is {h_words(exact.lower)} to "
    start += f"{h_words(exact.upper)}."
    middle = 0.5 * (exact.lower + exact.upper)
    far = Interval(middle, middle, 0.95, "tails", 0.0)
    assert words.beside(shown, samples, method, far, exact).startswith(f"{start} {reason}")
    same = words.beside(shown, samples, method, exact, exact)
    assert same == f"{start} It uses the whole curve, not ĥ alone, and here that changes little."


def test_how_often_a_true_h_gives_the_end_is_that_of_its_samples():
    shown = view("lower boundary")
    samples = distribution_of(shown)
    exact = Interval(0.0, 0.31, 0.95, "exact", 0.0)
    tails = Interval(0.0, 0.9, 0.95, "tails", 0.0)
    said = words.beside(shown, samples, "REML", tails, exact)
    share = float((resampled(shown, "REML", 0.31) == 0.0).mean())
    found = re.search(r"with a true h of 0\.31, (\d+)% of samples give ĥ = 0\.$", said)
    assert abs(int(found[1]) / 100 - share) < 0.02
