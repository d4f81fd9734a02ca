"""What is chosen and guessed, noted down for a file that is made when it is asked for.

A download is made outside of any run, where Streamlit's state cannot be read; and a run of one
fragment does not draw the sidebar again, so that what its button had been given would be old.
Hence one record for each session, which its runs keep up to date and its button reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.steps import Guess
from lmm_app.lessons.tour import TOUR
from lmm_app.live.hand import DECIMALS
from lmm_app.sources.opened import RANGES

_NOTED = "noted"
# What Streamlit binds to the URL, by page, "" for every page: only the state is up to date.
BOUND: Mapping[str, tuple[str, ...]] = {
    "": ("trait", "covariates", "method"),
    "explore": ("look", "against", "between"),
    "scan": (
        "scan_n",
        "scan_generations",
        "scan_pairs",
        "scan_qtl",
        "scan_effect",
        "scan_h",
        "scan_loco",
    ),
}
SURE, SCAN, TRAITS = "sure", "scan", "traits"
# By lesson, the answer that was chosen on its card and whether the right one has been seen.
_LESSONS = "lesson_answers"


@dataclass(slots=True)
class Noted:
    """What saved work says beside the files."""

    page: str = "explore"
    words: tuple[tuple[str, str], ...] = ()
    rest: dict[str, str] = field(default_factory=dict)
    guesses: dict[str, tuple[Guess, bool]] = field(default_factory=dict)


def noted() -> Noted:
    """The record of this session; the same object as long as it lasts."""
    record: Noted = st.session_state.setdefault(_NOTED, Noted())
    return record


def of_lesson(name: str) -> tuple[str | None, bool]:
    """The answer that was chosen on the card of a lesson, and whether the right one was seen."""
    found: tuple[str | None, bool] = st.session_state.get(_LESSONS, {}).get(name, (None, False))
    return found


def keep_lesson(name: str, guess: str | None, *, seen: bool) -> None:
    """Keep what was chosen on the card of a lesson, and whether the right answer was seen."""
    st.session_state.setdefault(_LESSONS, {})[name] = (guess, seen)


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
    words = {name: st.query_params.get_all(name) for name in st.query_params}
    bound = [*BOUND[""], *BOUND.get(record.page, ())]
    if state.get("data") == "simulate":
        bound += RANGES
    for name in bound:
        if state.get(name) is not None:
            words[name] = _in_link(state[name])
    record.words = tuple((name, value) for name, values in words.items() for value in values)
    record.guesses = _guesses()


def _in_link(value: Any) -> list[str]:
    """A value as Streamlit would have it in the URL; nothing chosen is an empty word."""
    if isinstance(value, list | tuple):
        return [word for one in value for word in _in_link(one)] or [""]
    if isinstance(value, bool):
        return [str(value).lower()]
    return [f"{value:g}" if isinstance(value, float) else str(value)]


def _guesses() -> dict[str, tuple[Guess, bool]]:
    state = st.session_state
    made = state.get("guesses", {})
    found: dict[str, tuple[Guess, bool]] = {
        f"tour {step.name}": (
            made.get(f"guess_{step.name}"),
            bool(state.get(f"seen_{step.name}", False)),
        )
        for step in TOUR
    }
    # Every look into the state of a session costs; this one is for all lessons.
    lessons = state.get(_LESSONS, {})
    found |= {f"lesson {name}": lessons.get(name, (None, False)) for name in PRESETS}
    found[SURE] = (state.get("sure_guess_kept"), bool(state.get("sure_seen", False)))
    believed = "".join(state.get("scan_believed", ()))
    found[SCAN] = (believed or None, bool(state.get("scan_seen", False)))
    found[TRAITS] = (state.get("traits_guess_kept"), bool(state.get("traits_seen", False)))
    return {where: guessed for where, guessed in found.items() if guessed != (None, False)}


def take_up(rest: Mapping[str, str], guesses: Mapping[str, tuple[Guess, bool]]) -> None:
    """Put what was noted into the state of a session that is empty.

    Args:
        rest: what pages keep that are not open, by names in links.
        guesses: by where they were made; those that no page offers are left out.
    """
    state = st.session_state
    for name, decimals in (("h", DECIMALS), ("suppose", 2)):
        if (value := _share(rest.get(name), decimals)) is not None:
            state[name] = value
    if rest.get("step") in [step.name for step in TOUR]:
        state["step"] = rest["step"]
    made = state.setdefault("guesses", {})
    for step in TOUR:
        guess, seen = guesses.get(f"tour {step.name}", (None, False))
        options = step.question.options
        # Where there are none, h itself is guessed.
        if guess in options if options else isinstance(guess, float):
            made[f"guess_{step.name}"] = guess
        if seen:
            state[f"seen_{step.name}"] = True
    for name, preset in PRESETS.items():
        guess, seen = guesses.get(f"lesson {name}", (None, False))
        known = guess if isinstance(guess, str) and guess in preset.options else None
        keep_lesson(name, known, seen=seen)
    guess, seen = guesses.get(SURE, (None, False))
    if guess is not None:
        # Of the options of a list, Streamlit itself sees to it that it is one.
        state["sure_guess_kept"] = guess
    if seen:
        state["sure_seen"] = True
    believed, seen = guesses.get(SCAN, (None, False))
    if isinstance(believed, str):
        state["scan_believed"] = list(believed)
    if seen:
        state["scan_seen"] = True
    guess, seen = guesses.get(TRAITS, (None, False))
    if isinstance(guess, str):
        state["traits_guess_kept"] = guess
    if seen:
        state["traits_seen"] = True


def _share(text: str | None, decimals: int) -> float | None:
    try:
        value = round(float(text or ""), decimals)
    except (ValueError, OverflowError):
        return None
    return value if 0.0 <= value <= 1.0 else None
