"""What is said of a class holds for nobody, for one, and for many."""

import re

import numpy as np
import pytest

from lmm_app.room import words
from lmm_app.room.rooms import Estimate, Seat, Tally
from lmm_app.room.theory import Theory

THEORY = Theory(0.4, np.full(20, 0.05), 0.0, 0.0, 0.41, 0.12)
HOLDS, MISSES = Estimate(0.5, 0.3, 0.7), Estimate(0.8, 0.6, 0.95)


@pytest.mark.parametrize(
    ("tally", "said"),
    [
        (Tally(0, 0, 0), "Nobody is in, with no guesses and no estimates."),
        (Tally(1, 1, 0), "1 student is in, with 1 guess and no estimates."),
        (Tally(2, 2, 1), "2 students are in, with 2 guesses and 1 estimate."),
        (Tally(60, 58, 41), "60 students are in, with 58 guesses and 41 estimates."),
    ],
)
def test_how_far_a_class_is(tally, said):
    assert words.tally_words(tally) == said


def test_a_tally_counts_what_was_handed_in():
    seats = [Seat("a", 1), Seat("b", 2, 0.4), Seat("c", 3, 0.5, HOLDS), Seat("d", 4, None, MISSES)]
    assert Tally.of(seats) == Tally(4, 2, 2)
    assert Tally.of([]) == Tally(0, 0, 0)
    assert words.estimates_in(Tally(0, 0, 0)) == "No estimates of 0 so far."
    assert words.estimates_in(Tally(4, 2, 1)) == "1 estimate of 4 so far."


@pytest.mark.parametrize(
    ("guesses", "said"),
    [
        ([], "No guess is in yet."),
        ([0.4], "One guess: 0.40."),
        ([0.4, 0.4], "Both guesses are 0.40."),
        ([0.0] * 3, "All 3 guesses are 0."),
        ([0.2, 0.6, 1.0], "3 guesses, from 0.20 to 1. They are 0.60 on average."),
    ],
)
def test_what_was_guessed(guesses, said):
    assert words.guesses_words(guesses) == said


@pytest.mark.parametrize(
    ("count", "missed", "said"),
    [
        (0, 0, "No estimate is in yet."),
        (1, 0, "The only interval contains the true h."),
        (1, 1, "The only interval misses the true h."),
        (2, 0, "None of 2 intervals misses the true h; at 95% you would expect 1 in 20."),
        (19, 1, "1 of 19 intervals misses the true h; at 95% you would expect 1 in 20."),
        (20, 2, "2 of 20 intervals miss the true h; at 95% you would expect 1."),
        (47, 3, "3 of 47 intervals miss the true h; at 95% you would expect about 2."),
        (50, 0, "None of 50 intervals misses the true h; at 95% you would expect 2 or 3."),
        (60, 3, "3 of 60 intervals miss the true h; at 95% you would expect 3."),
        (300, 300, "300 of 300 intervals miss the true h; at 95% you would expect 15."),
    ],
)
def test_how_many_intervals_miss(count, missed, said):
    found = [MISSES] * missed + [HOLDS] * (count - missed)
    assert words.missed_words(found, 0.4) == said


@pytest.mark.parametrize("true", [0.0, 1.0])
def test_at_an_end_no_number_is_expected(true):
    found = [Estimate(true, min(true, 0.8), max(true, 0.2))] * 60
    assert words.missed_words(found, true) == (
        "None of 60 intervals misses the true h; at an end of the scale few do."
    )


def test_what_was_found_stands_beside_theory():
    assert words.estimates_words([], THEORY) == (
        "The true h is 0.40. In theory ĥ is 0.41 on average, with a standard deviation of 0.12."
    )
    assert words.estimates_words([HOLDS], THEORY) == (
        "The true h is 0.40. The only ĥ is 0.50; in theory it is 0.41 on average."
    )
    assert words.estimates_words([HOLDS, MISSES], THEORY) == (
        "The true h is 0.40. The estimates have mean 0.65 and standard deviation 0.21; in theory "
        "0.41 and 0.12."
    )


def test_one_is_told_what_has_come_of_it():
    assert words.own_words(HOLDS) == (
        "REML’s ĥ is **0.50**, and its 95% interval is **0.30** to **0.70**."
    )
    assert words.verdict_words(HOLDS, 0.3).endswith("Your interval, 0.30 to 0.70, contains it.")
    assert "Your interval, 0.60 to 0.95, misses it. Nothing went wrong" in words.verdict_words(
        MISSES, 0.4
    )


def test_the_page_says_what_it_is_in_two_sentences():
    assert len(re.findall(r"[.?!](?= |$)", words.ABOUT)) == 2
