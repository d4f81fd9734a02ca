"""The picture of a class: every guess, every estimate, and the distribution that they lie over."""

import numpy as np
import pytest

from lmm_app.room.board import estimates_board, guesses_board
from lmm_app.room.rooms import Estimate, Seat
from lmm_app.room.theory import Theory
from tests.app_helpers import received

SHARES = np.linspace(0.0, 0.08, 20)
THEORY = Theory(0.4, SHARES, 1.0 - SHARES.sum() - 0.001, 0.001, 0.41, 0.12)
SEATS = [
    Seat("a", 1, 0.5, Estimate(0.7, 0.5, 0.9)),
    Seat("b", 2, None, Estimate(0.0, 0.0, 0.45)),
    Seat("c", 3, 0.35),
    Seat("d", 4, 0.0, Estimate(0.0, 0.0, 0.3)),
    Seat("e", 5),
]


def test_each_guess_is_a_dot():
    room = received(guesses_board(SEATS))["room"]
    assert room["numbers"].tolist() == [1, 3, 4]
    assert room["guesses"].tolist() == [0.5, 0.35, 0.0]
    assert room["alt"] == (
        "Guesses of h, a dot for each student. 3 guesses, from 0 to 0.50. They are 0.28 on average."
    )


def test_each_estimate_is_there_with_its_interval_by_its_size():
    room = received(estimates_board(SEATS, THEORY))["room"]
    assert room["numbers"].tolist() == [4, 2, 1]
    assert room["h2"].tolist() == [0.0, 0.0, 0.7]
    assert room["lower"].tolist() == [0.0, 0.0, 0.5]
    assert room["upper"].tolist() == [0.3, 0.45, 0.9]
    assert room["missed"].tolist() == [1, 0, 1]
    np.testing.assert_array_equal(room["guessed"], [0.0, np.nan, 0.5])
    assert (room["truth"], room["truth_words"]) == (0.4, "true h = 0.40")
    assert "2 of 3 intervals miss the true h" in room["alt"]


def test_theory_is_of_as_many_students_and_has_its_spike_at_0():
    room = received(estimates_board(SEATS, THEORY))["room"]
    np.testing.assert_allclose(room["expected"]["bars"], 3 * SHARES)
    total = room["expected"]["bars"].sum() + room["expected"]["zero"] + room["expected"]["one"]
    assert total == pytest.approx(3.0)
    assert room["expected"]["zero"] == pytest.approx(3 * THEORY.at_zero)
    # An end that next to none reach has no place, but for an estimate that does.
    assert (room["zero"], room["one"]) == (True, False)
    at_one = [Seat("f", 6, None, Estimate(1.0, 0.6, 1.0))]
    assert received(estimates_board(at_one, THEORY))["room"]["one"]


@pytest.mark.parametrize("seats", [[], [Seat("a", 1)]])
def test_a_class_that_has_handed_in_nothing_has_a_picture(seats):
    assert received(guesses_board(seats))["room"]["guesses"].size == 0
    room = received(estimates_board(seats, THEORY))["room"]
    assert room["h2"].size == 0
    assert "No estimate is in yet." in room["alt"]
