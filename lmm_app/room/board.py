"""The picture of a class for the browser: guesses, then estimates over their distribution; pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lmm_app.live.hand import frames_hand
from lmm_app.room import words
from lmm_app.room.rooms import Estimate, Seat
from lmm_app.room.theory import Theory
from lmm_core.summary import h_words

HEIGHT = 560
# Between two guesses that can be told apart.
STEP = 0.05
# An end that fewer of the samples reach, and no estimate, has no place of its own.
SELDOM = 0.005


def guesses_board(seats: Sequence[Seat]) -> dict[str, Any]:
    """The guesses, a dot for each."""
    guessed = [(seat.number, seat.guess) for seat in seats if seat.guess is not None]
    values = [guess for _, guess in guessed]
    said = words.guesses_words(values)
    return _board(
        {
            "numbers": _whole([number for number, _ in guessed]),
            "guesses": np.array(values, dtype=np.float64),
            "step": STEP,
            "alt": f"Guesses of h, a dot for each student. {said}",
        }
    )


def estimates_board(seats: Sequence[Seat], theory: Theory) -> dict[str, Any]:
    """The estimates over the distribution of the estimate, and their intervals below."""
    handed = [(seat.number, seat.estimate, seat.guess) for seat in seats if seat.estimate]
    # Those of the same ĥ, as at 0, by how far their intervals reach.
    handed.sort(key=lambda one: (one[1].h2, one[1].upper, one[0]))
    found = [estimate for _, estimate, _ in handed]
    count = len(found)
    said = words.estimates_words(found, theory)
    missed = words.missed_words(found, theory.h2)
    return _board(
        {
            "numbers": _whole([number for number, _, _ in handed]),
            "guessed": np.array([np.nan if g is None else g for _, _, g in handed]),
            **{name: _values(found, name) for name in ("h2", "lower", "upper")},
            "missed": _whole([not one.holds(theory.h2) for one in found]),
            "method": found[0].method if found else "REML",
            "expected": {
                "bars": np.array(count * theory.shares),
                "zero": count * theory.at_zero,
                "one": count * theory.at_one,
            },
            "zero": theory.at_zero >= SELDOM or any(one.h2 == 0.0 for one in found),
            "one": theory.at_one >= SELDOM or any(one.h2 == 1.0 for one in found),
            "truth": theory.h2,
            "truth_words": f"true h = {h_words(theory.h2)}",
            "alt": f"Estimates of h, a dot for each student, over their distribution in theory; "
            f"below, their 95% intervals. {missed} {said}",
        }
    )


def _board(room: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "room",
        "own": True,
        "hand": frames_hand(["the class"], "the class"),
        "height": HEIGHT,
        "show": {},
        "room": room,
    }


def _values(found: Sequence[Estimate], name: str) -> Any:
    return np.array([getattr(one, name) for one in found], dtype=np.float64)


def _whole(values: Sequence[int]) -> Any:
    return np.array(values, dtype=np.uint16)
