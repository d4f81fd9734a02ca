"""What is chosen and guessed, noted down for a file that is made when it is asked for.

A download is made outside of any run, where Streamlit's state cannot be read; and a run of one
fragment does not draw the sidebar again, so that what its button had been given would be old.
Hence one record for each session, which its runs keep up to date and its button reads.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import streamlit as st

from lmm_app.lessons.alone import ALONE, saved_as
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.steps import Guess, Guessed
from lmm_app.lessons.tour import TOUR
from lmm_app.sources.opened import RANGES

_NOTED = "noted"
NOTHING: Guessed = (None, False)
# What Streamlit binds to the URL, by page: only the state is up to date. And, under "" for every
# page, what is said of the model also where it is the usual one.
BOUND: Mapping[str, tuple[str, ...]] = {
    "": ("trait", "method"),
    "explore": ("between", "against", "look"),
    "lessons": tuple(name for one in ALONE.values() for name in one.bound),
    "scan": tuple(
        f"scan_{name}" for name in ("n", "generations", "pairs", "qtl", "effect", "h", "loco")
    ),
    "traits": ("map_loco",),
}
# Words of a link that open a room of a class: they are of one hour, and no one else's.
OF_A_ROOM = ("code", "seat", "key")
SURE, SCAN, TRAITS, TWO = "sure", "scan", "traits", "two"
# Where guesses are made that are saved, and the options, None where the page itself knows them.
OFFERED: Mapping[str, Collection[str] | None] = MappingProxyType(
    {
        **{f"tour {step.name}": step.question.options for step in TOUR},
        **{saved_as(name): preset.options for name, preset in PRESETS.items()},
        **{name: options for one in ALONE.values() for name, options in one.guesses.items()},
        **dict.fromkeys((SURE, SCAN, TRAITS)),
    }
)


@dataclass(slots=True)
class Noted:
    """What saved work says beside the files.

    Attributes:
        page, words, rest: the page, its link, and what other pages keep.
        guesses: by where they were made, each with whether the answer was seen.
    """

    page: str = "explore"
    words: tuple[tuple[str, str], ...] = ()
    rest: dict[str, str] = field(default_factory=dict)
    guesses: Mapping[str, Guessed] = field(default_factory=dict)

    @property
    def made(self) -> dict[str, Guessed]:
        """The guesses that are worth saving."""
        return {
            where: guessed
            for where, guessed in self.guesses.items()
            if where in OFFERED and guessed != NOTHING
        }


def noted() -> Noted:
    """The record of this session; the same object as long as it lasts."""
    record: Noted = st.session_state.setdefault(_NOTED, Noted())
    return record


def knows(where: str) -> bool:
    """Whether anything has been noted of a question."""
    return where in noted().guesses


def guess_of(where: str) -> Guessed:
    """What was guessed, and whether the answer was seen."""
    return noted().guesses.get(where, NOTHING)


def keep_guess(where: str, guess: Guess, *, seen: bool) -> None:
    """Note a guess, and whether the answer was seen."""
    record = noted()
    if record.guesses.get(where) != (guess, seen):
        # Another one, and not the same changed: a download may be reading it.
        record.guesses = {**record.guesses, where: (guess, seen)}


def note(page: str | None = None, left: tuple[tuple[str, str], ...] = ()) -> None:
    """Bring the record up to date.

    Args:
        page: the address of the page that is open; None for the one noted before.
        left: what was chosen on the explore page, for when another one is open.
    """
    record, state = noted(), st.session_state
    if page is not None:
        record.page = page
        kept = {
            "explore": ("h", dict(left).get("h")),
            "tour": ("step", state.get("step")),
            SURE: ("suppose", state.get("suppose")),
        }
        # Of the page itself the link says it, and is newer.
        beside = [pair for where, pair in kept.items() if where != page]
        record.rest = {name: str(value) for name, value in beside if value is not None}
    words = {
        name: st.query_params.get_all(name) for name in st.query_params if name not in OF_A_ROOM
    }
    bound = [*BOUND[""], *BOUND.get(record.page, ())]
    if state.get("data") == "simulate":
        bound += RANGES
    for name in bound:
        if state.get(name) is not None:
            words[name] = in_link(state[name])
    record.words = tuple((name, value) for name, values in words.items() for value in values)


def in_link(value: Any) -> list[str]:
    """A value as Streamlit would have it in the URL; nothing chosen is an empty word."""
    if isinstance(value, list | tuple):
        return [word for one in value for word in in_link(one)] or [""]
    if isinstance(value, bool):
        return [str(value).lower()]
    return [f"{value:g}" if isinstance(value, float) else str(value)]


def take_up(guesses: Mapping[str, Guessed]) -> None:
    """Note guesses by where they were made; those that no page offers are left out."""
    for where, (guess, seen) in guesses.items():
        if where in OFFERED:
            keep_guess(where, guess if _is_offered(where, guess) else None, seen=seen)


def _is_offered(where: str, guess: Guess) -> bool:
    options = OFFERED[where]
    if options:
        return guess in options
    # A step of the tour without options asks for h itself.
    return isinstance(guess, str if options is None else float)
