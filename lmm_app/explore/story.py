"""The question that the page opens with, and what each h answers; pure.

With a covariate it is whether the trait changes with it, from ordinary regression at h = 0 to the
mixed model at ĥ; without one, how much of the trait follows kinship.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from lmm_app.fit.chance import p_between
from lmm_app.fit.effect import LEVEL, STEPS, effect_at
from lmm_app.fit.text import literal, number
from lmm_app.fit.verdict import ends, share_of, verdict
from lmm_app.fit.view import View
from lmm_app.live.effect import effect_board, effect_words, plain
from lmm_app.session.links import Linked
from lmm_app.sources.opened import Sample
from lmm_core.summary import h_words
from lmm_data.readers.genotypes.plink import read_fam
from lmm_data.samples import sample_folder


@dataclass(frozen=True, slots=True)
class Story:
    """The question and its answers in words.

    Attributes:
        heading: the question.
        lead: why it is one.
        column: place of the covariate among the columns of X, None without one.
        turn: what to say once the slider has been at ĥ.
        words: what the picture needs besides.
    """

    heading: str
    lead: str
    column: int | None
    turn: str
    words: Mapping[str, str]


def story_of(view: View, method: str, column: int | None, source: Linked | None) -> Story:
    """The question about a fit, about one of its covariates if it has any."""
    if column is None:
        return _about_h(view, method)
    trait, name = literal(view.problem.trait), literal(view.problem.columns[column])
    heading, turn = _asked(view, trait, column), _turn(view, method, column, name)
    lead = (
        f"Ordinary regression treats these {view.problem.n:,} individuals as independent. "
        "Relatives may not be."
    )
    # A picture shows names as they are, and would show the marks for Markdown too.
    axis = f"effect of {view.problem.columns[column]} on {view.problem.trait}"
    words = axis, "no effect", "No clear effect."
    if source == Sample("mouse_hs300") and view.problem.columns[column] == "sex":
        heading = f"Do male and female mice differ in {trait}?"
        lead = (
            f"These {view.problem.n:,} mice come from 22 families. Relatives resemble each "
            "other; ordinary regression ignores it."
        )
        axis = f"{view.problem.trait}: males minus females"
        words = axis, "no difference", "No clear difference."
        if view.problem.trait == "CD8" and view.fit(method).maxima:
            b, _, n = over_all_mice()
            turn = (
                "Here we know the answer: the study had already removed the effect of sex from "
                f"CD8, so hardly any difference should be left. Over its {n:,} mice the means "
                f"differ by {number(b, 1)}."
            )
    turn = f"{turn} {_cross(view, method, column)}".strip()
    return Story(heading, lead, column, turn, effect_words(view, method, *words))


def _asked(view: View, trait: str, column: int) -> str:
    """The question about a covariate: of two groups whether they differ."""
    name, values = view.problem.columns[column], np.unique(view.problem.X[:, column])
    if values.size != 2:
        return f"Does {trait} change with {literal(name)}?"
    category, is_level, level = name.partition("=")
    if is_level and set(values) == {0.0, 1.0}:
        levels = [one for one in view.problem.columns if one.startswith(f"{category}=")]
        # Each of several levels is compared with the one that has no column.
        rest = "the rest" if len(levels) == 1 else f"the reference {literal(category)}"
        return f"Does {trait} of {literal(category)} {literal(level)} differ from that of {rest}?"
    low, high = (f"{value:g}".replace("-", "−") for value in values)
    return f"Does {trait} differ between {literal(name)} {low} and {literal(name)} {high}?"


def story_board(view: View, method: str, story: Story) -> dict[str, Any]:
    """The estimate with its bar over the slider of h, and the profile under it."""
    return effect_board(view, method, story.column, story.words, plain(story.turn))


def _about_h(view: View, method: str) -> Story:
    trait, fit = literal(view.problem.trait), view.fit(method)
    turn = "The curve below shows how well each h explains the data."
    if view.reml.rotated.exact:
        turn = ""
    if fit.status == "unbounded" and fit.maxima:
        turn += (
            " The band is around the highest finite hill: it holds every h within 1.92 of its top."
        )
    elif fit.maxima:
        turn += (
            " The band goes from the first h within 1.92 of the top to the last."
            if len(fit.maxima) > 1
            else " The band holds every h within 1.92 of the top."
        )
    return Story(
        heading=f"How much of {trait} follows kinship?",
        lead="Relatives share genes. If genes matter for the trait, relatives resemble each other "
        "more than strangers do.",
        column=None,
        turn=turn,
        words={"home": plain(verdict(view, method)), "zero": "", "yes": "", "no": ""},
    )


def _turn(view: View, method: str, column: int, name: str) -> str:
    """What the mixed model changes, by what both say."""
    fit, rotated = view.fit(method), view.reml.rotated
    if not fit.maxima:
        return ""
    before, after = (effect_at(rotated, column, h) for h in (0.0, fit.h2))
    p0, p1 = before.p, after.p
    if fit.h2 == 0.0:
        return ""
    if p0 < LEVEL <= p1:
        return f"With kinship in the model, the effect of {name} is no longer clear."
    if p1 < LEVEL <= p0:
        return f"With kinship in the model, the effect of {name} becomes clear."
    if p0 < LEVEL:
        first, last = number(before.b, 2), number(after.b, 2)
        moves = f"goes from {first} to {last}" if first != last else f"hardly moves: it is {last}"
        return f"Both models find an effect of {name}. The estimate {moves}."
    return f"Neither model finds a clear effect of {name}."


def _cross(view: View, method: str, column: int) -> str:
    """Where p passes 0.05, and whether that is inside the interval of h."""
    fit, rotated = view.fit(method), view.reml.rotated
    if not fit.maxima or fit.status == "unbounded":
        return ""
    low, high = ends(view, method)
    h = np.linspace(0.0, 1.0, STEPS)[:-1]
    p = np.array([effect_at(rotated, column, float(one)).p for one in h])
    crossed = np.flatnonzero((p[1:] < LEVEL) != (p[:-1] < LEVEL))
    if share_of(fit, high) - share_of(fit, low) > 0.5:
        inside = (h >= low) & (h <= high)
        return (
            f"These data say little about h. For h from {h_words(low)} to {h_words(high)}, "
            f"{p_between(float(p[inside].min()), float(p[inside].max()))}."
        )
    if crossed.size != 1:
        return ""
    at = float(h[crossed[0] + 1])
    where = "inside" if low <= at <= high else "outside"
    return f"p crosses 0.05 at h = {h_words(at)}. This h lies {where} the interval of h."


@cache
def over_all_mice() -> tuple[float, float, int]:
    """CD8 of males less that of females over all mice of the study, its error, and how many."""
    fam = read_fam(sample_folder() / "mouse_hs1940.fam.gz")
    assert fam.table is not None
    assert fam.covariates is not None
    y = fam.table.numbers().values[:, 0]
    sex = fam.covariates.numbers().values[:, 0]
    measured = ~np.isnan(y)
    y, male = y[measured], sex[measured] == sex.max()
    groups = [y[male], y[~male]]
    b = float(groups[0].mean() - groups[1].mean())
    pooled = sum(float(((one - one.mean()) ** 2).sum()) for one in groups) / (y.size - 2)
    se = float(np.sqrt(pooled * sum(1.0 / one.size for one in groups)))
    return b, se, int(y.size)
