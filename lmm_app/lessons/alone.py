"""The register of lessons that have pages of their own: one entry for each; pure.

The page of all lessons, its courses, what saved work keeps and the static pages follow from it. How
a lesson is drawn is in the module of `lmm_app/cards` that has its name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lmm_app.lessons import beyond, draws, how_many, lineup, race, shrinkage
from lmm_app.lessons.asked import Asked
from lmm_app.lessons.components.words import COMPONENTS
from lmm_app.lessons.how_k import parts
from lmm_app.lessons.moves import cases
from lmm_app.lessons.peak.words import PEAK
from lmm_app.lessons.steps import Step


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """What is known of such a lesson wherever it is named.

    Attributes:
        title: what it is called.
        lead: what it is about, in a sentence or two of Markdown.
        guesses: where its guesses are saved, each with the options; None where only the page knows
            them.
        opens: what the way to it says.
        parts: their names if it has several, each with a static page.
        bound: what Streamlit binds to the URL.
    """

    title: str
    lead: str
    guesses: Mapping[str, Collection[str] | None]
    opens: str = "Open"
    parts: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()


def saved_as(name: str) -> str:
    """Where the guess of a lesson is saved, or that of one of its parts."""
    return f"lesson {name}"


def _about_open(
    step: Step, lead: str, more: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Alone]:
    """About the data that are open; `more` are options that only some data have.

    Without any options the answers are made on the page.
    """
    options = {**step.question.options, **more}
    return {step.name: Alone(step.title, lead, {saved_as(step.name): options or None})}


def _about_genome(asked: Asked[Any], *bound: str) -> dict[str, Alone]:
    saved = {saved_as(asked.name): asked.options}
    return {asked.name: Alone(asked.title, asked.lead, saved, bound=bound)}


# By their names in links and saved work, in the order of the page.
ALONE: Mapping[str, Alone] = MappingProxyType(
    {
        "how_k": Alone(
            parts.TITLE,
            parts.LEAD,
            {saved_as(step.name): step.question.options for step in parts.PARTS.values()},
            "Open the five parts",
            tuple(parts.PARTS),
        ),
        "moves": Alone(
            cases.TITLE,
            cases.LEAD,
            {f"moves {name}": cases.OPTIONS for name in cases.CASES},
            "Open the five cases",
            tuple(cases.CASES),
        ),
        **_about_open(race.RACE, race.LEAD, race.AT_AN_END),
        **_about_open(beyond.BEYOND, beyond.LEAD),
        **_about_open(draws.DRAWS, draws.LEAD),
        **_about_open(lineup.LINEUP, lineup.LEAD),
        **_about_open(shrinkage.SHRINKAGE, shrinkage.LEAD),
        **_about_open(how_many.HOW_MANY, how_many.LEAD),
        **_about_genome(PEAK, "peak_every"),
        **_about_genome(COMPONENTS),
    }
)
