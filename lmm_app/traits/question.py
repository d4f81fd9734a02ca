"""One question about all traits: the ten highest where the truth is known, else what leaves out 0.

Pure, and computed from the fits.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from lmm_app.lessons.steps import OUTCOMES, said
from lmm_app.traits import words
from lmm_app.traits.fits import AllTraits
from lmm_core.arrays import Ints
from lmm_core.summary import h_words

Asked: TypeAlias = Literal["highest", "zero"]

TOP = 10
# Of fewer traits than these the ten highest are most of them.
ENOUGH = 2 * TOP
# Averages that differ by less are the same.
SAME = 0.02
HIGHEST = {"higher": "higher", "lower": "lower", "same": "about the same"}
# So many bars can be counted; of more, this share of them may be missed.
COUNTABLE = 60
NEAR = 0.05
# By how many the interval of a trait with h = 0 begins above 0: half of 5%.
ONE_IN = 40
CURSE = (
    "Whoever comes out on top has usually also had good luck. Statisticians call it the winner’s "
    "curse."
)
CHANCE = "These ten were chosen for being high, and chance helped some of them up."
ALL_ABOVE = "An interval leaves out 0 if all of its bar lies above 0."


def asked(all_traits: AllTraits, true_h2: Sequence[float] | None) -> Asked | None:
    """Which question these traits are good for, None of a single one."""
    m = all_traits.estimated().size
    if true_h2 is not None and m >= ENOUGH:
        return "highest"
    return "zero" if true_h2 is None and m > 1 else None


def question(kind: Asked, all_traits: AllTraits) -> str:
    """What to predict."""
    if kind == "highest":
        return (
            "Take the ten traits with the highest ĥ. Is their true h, on average, higher than "
            "their ĥ, lower, or the same?"
        )
    m = all_traits.estimated().size
    if m > COUNTABLE:
        return f"How many of these {m:,} intervals leave out 0? Write down a guess, then reveal."
    return "How many of these intervals leave out 0? Count them, then reveal."


def feedback(
    kind: Asked, all_traits: AllTraits, true_h2: Sequence[float] | None, guess: str | None
) -> tuple[bool | None, str]:
    """Whether a guess is right, None without one, and what to say.

    Args:
        kind: the question.
        all_traits: the fits.
        true_h2: the h of each trait, where it is known.
        guess: a name of HIGHEST, or a count in digits.
    """
    if kind == "highest":
        assert true_h2 is not None
        best, core = _highest(all_traits, true_h2)
        right, hint = guess == best, CHANCE if best == "lower" else ""
    else:
        those, m = leave_out_zero(all_traits), all_traits.estimated().size
        core, hint = _zero(all_traits, those), ALL_ABOVE
        room = NEAR * m if m > COUNTABLE else 0.0
        right = guess is not None and abs(int(guess) - those.size) <= room
    if guess is None:
        return None, core
    return right, said(OUTCOMES[right], hint, core)


def leave_out_zero(all_traits: AllTraits) -> Ints:
    """Places of the traits whose interval begins above 0."""
    return np.flatnonzero(all_traits.fits.lower > 0.0)


def highest(all_traits: AllTraits) -> Ints:
    """Places of the ten traits with the highest ĥ."""
    places = words.ordered(all_traits, all_traits.estimated(), "h")
    return places[:TOP]


def _highest(all_traits: AllTraits, true_h2: Sequence[float]) -> tuple[str, str]:
    places = highest(all_traits)
    h2, truth = all_traits.fits.h2[places], np.asarray(true_h2)[places]
    found, true = h_words(float(h2.mean())), h_words(float(truth.mean()))
    off = float(h2.mean() - truth.mean())
    right = "same" if abs(off) < SAME else "lower" if off > 0.0 else "higher"
    start = HIGHEST[right].capitalize()
    core = (
        f"{start}: their ĥ average {found}, their true h {true}. {int((h2 > truth).sum())} of the "
        "ten estimates are too high."
    )
    return right, f"{core} {CURSE}" if right == "lower" else core


def _zero(all_traits: AllTraits, those: Ints) -> str:
    m = all_traits.estimated().size
    named = f": {words.names_of(all_traits, those)}" if 0 < those.size <= words.NAMED else ""
    would = f"about 1 in {ONE_IN} would"
    if m >= 2 * ONE_IN:
        would = f"about {round(m / ONE_IN)} of {m:,} would"
    return f"{those.size or 'None'} of {m:,}{named}. If no trait followed kinship, {would}."
