"""What is said of a class: how many are in, what they guessed, and what they found; pure."""

from collections.abc import Sequence

import numpy as np

from lmm_app.room.rooms import Estimate, Tally
from lmm_app.room.theory import Theory
from lmm_core.summary import h_words

# Of 95% intervals so many miss the true h, and of so many it can be said.
MISSED, MANY = 0.05, 20
ABOUT = (
    "Everyone in this room has data of their own, all made with the same true h, which you are to "
    "find. First guess it, then estimate it; hand both in, and watch the projector."
)
QUESTION = "Each of you has data of your own, all made with one true h. Guess it, then estimate it."
PRIVATE = "No name is asked for. The numbers are deleted when the room closes."


def counted(count: int, one: str, many: str = "") -> str:
    """A number of things: “no guesses”, “1 guess”, “2 guesses”."""
    return f"{count or 'no'} {one if count == 1 else many or f'{one}s'}"


def tally_words(tally: Tally) -> str:
    """How far the class is."""
    who = {0: "Nobody is", 1: "1 student is"}.get(tally.seats, f"{tally.seats} students are")
    return (
        f"{who} in, with {counted(tally.guesses, 'guess', 'guesses')} and "
        f"{counted(tally.estimates, 'estimate')}."
    )


def estimates_in(tally: Tally) -> str:
    """How many estimates are in."""
    return f"{counted(tally.estimates, 'estimate').capitalize()} of {tally.seats} so far."


def guesses_words(guesses: Sequence[float]) -> str:
    """What was guessed."""
    count = len(guesses)
    if count == 0:
        return "No guess is in yet."
    if count == 1:
        return f"One guess: {h_words(guesses[0])}."
    low, high = min(guesses), max(guesses)
    if low == high:
        return f"{'Both' if count == 2 else f'All {count}'} guesses are {h_words(low)}."
    mean = f"They are {h_words(float(np.mean(guesses)))} on average."
    return f"{count} guesses, from {h_words(low)} to {h_words(high)}. {mean}"


def missed_words(found: Sequence[Estimate], true_h2: float) -> str:
    """How many intervals miss the true h, and how many are expected to."""
    count = len(found)
    missed = sum(not one.holds(true_h2) for one in found)
    if count == 0:
        return "No estimate is in yet."
    if count == 1:
        return f"The only interval {'misses' if missed else 'contains'} the true h."
    who = {0: "None", 1: "1"}.get(missed, f"{missed}")
    said = f"{who} of {count} intervals {'misses' if missed < 2 else 'miss'} the true h"
    if not 0.0 < true_h2 < 1.0:
        return f"{said}; at an end of the scale few do."
    expected = _about(MISSED * count) if count >= MANY else "1 in 20"
    return f"{said}; at 95% you would expect {expected}."


def estimates_words(found: Sequence[Estimate], theory: Theory) -> str:
    """What was found, beside what theory says."""
    true = f"The true h is {h_words(theory.h2)}."
    mean, sd = h_words(theory.mean), h_words(theory.sd)
    values = [one.h2 for one in found]
    if not values:
        return f"{true} In theory ĥ is {mean} on average, with a standard deviation of {sd}."
    if len(values) == 1:
        return f"{true} The only ĥ is {h_words(values[0])}; in theory it is {mean} on average."
    found_mean, found_sd = float(np.mean(values)), float(np.std(values, ddof=1))
    return (
        f"{true} The estimates have mean {h_words(found_mean)} and standard deviation "
        f"{h_words(found_sd)}; in theory {mean} and {sd}."
    )


def own_words(found: Estimate) -> str:
    """What one has estimated."""
    return (
        f"{found.method}’s ĥ is **{h_words(found.h2)}**, and its 95% interval is "
        f"**{h_words(found.lower)}** to **{h_words(found.upper)}**."
    )


def verdict_words(found: Estimate, true_h2: float) -> str:
    """What has come of it, once the true h is shown."""
    ends = f"{h_words(found.lower)} to {h_words(found.upper)}"
    if found.holds(true_h2):
        return f"The true h is {h_words(true_h2)}. Your interval, {ends}, contains it."
    return (
        f"The true h is {h_words(true_h2)}. Your interval, {ends}, misses it. Nothing went wrong: "
        "about 1 in 20 does."
    )


def _about(expected: float) -> str:
    """A number of intervals that are expected: whole, or between two."""
    if expected == round(expected):
        return f"{expected:.0f}"
    if expected % 1.0 == 0.5:
        return f"{int(expected)} or {int(expected) + 1}"
    return f"about {expected:.0f}"
