"""The answer key of a class: what each student should find; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from lmm_app.fit.text import number
from lmm_app.fit.view import View, build_view
from lmm_app.lessons.presets import PRESETS
from lmm_app.session.links import Linked
from lmm_app.sources.opened import Lesson, open_source
from lmm_core import decompose
from lmm_core.summary import h_words
from lmm_data.dataset import Dataset
from lmm_data.preparation.design import default_model
from lmm_data.written import csv_text

# Of 95% intervals so many miss the true h, and of so many students it can be said.
MISSED, MANY = 0.05, 20
# Where the top of a curve is, by the status of the fit.
TOPS: Mapping[str, str] = MappingProxyType(
    {
        "interior": "between 0 and 1",
        "lower_boundary": "at 0",
        "upper_boundary": "at 1",
        "flat": "none: flat",
        "unbounded": "none: rises without end",
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """What one method finds: ĥ, its 95% interval, and the status; NaN for none."""

    h2: float
    lower: float
    upper: float
    status: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a student should find.

    Attributes:
        reml, ml: by each method.
        true_h2: the h that the data were made with, NaN if they were not made with one.
        holds: whether the answer of the lesson is true of these data; None without a lesson.
    """

    reml: Found
    ml: Found
    true_h2: float
    holds: bool | None


# The student and the seed, None where there is none, and the answer.
Key: TypeAlias = tuple[int | None, int | None, Answer]


def answer(
    source: Linked, trait: str | None = None, covariates: tuple[str, ...] | None = None
) -> Answer:
    """Fit the data of one student.

    Args:
        source: the data, with the student's seed.
        trait: the first one by default.
        covariates: all by default.

    Raises:
        LMMError: data that cannot be made or fitted.
    """
    opened = open_source(source)
    data = opened.dataset
    first, every = data.traits.columns[0], default_model(data)
    asked = (trait or first, every if covariates is None else covariates)
    view = _view(data, *asked)
    holds = None
    if isinstance(source, Lesson):
        # A claim is about the first trait with all covariates.
        usual = view if asked == (first, every) else _view(data, first, every)
        holds = bool(PRESETS[source.name].check(usual))
    return Answer(
        reml=_found(view, "REML"),
        ml=_found(view, "ML"),
        true_h2=np.nan if opened.true_h2 is None else opened.true_h2,
        holds=holds,
    )


def summary(answers: Sequence[Answer]) -> str:
    """What the class will find, in words."""
    found = np.array([one.reml.h2 for one in answers if np.isfinite(one.reml.h2)])
    words = []
    if found.size > 1:
        words.append(
            f"{len(answers):,} students, by REML: ĥ from {h_words(found.min())} to "
            f"{h_words(found.max())}, {h_words(found.mean())} on average."
        )
    elif found.size:
        words.append(f"By REML ĥ is {h_words(found[0])}.")
    true = [one for one in answers if np.isfinite(one.true_h2)]
    if true:
        words.append(_truth(true))
    claims = [one.holds for one in answers if one.holds is not None]
    if claims:
        words.append(f"The answer of the lesson is true of {sum(claims)} of {len(claims)}.")
    return " ".join(words)


def _truth(answers: Sequence[Answer]) -> str:
    """The true h, and how many intervals contain it."""
    true = answers[0].true_h2
    having = [one for one in answers if np.isfinite(one.reml.lower)]
    start = f"The true h is {h_words(true)}"
    if not having:
        return f"{start}. REML cannot tell, and has no interval."
    held = sum(one.reml.lower <= true <= one.reml.upper for one in having)
    without = len(answers) - len(having)
    none = f" {without} have none." if without else ""
    contain = f"{held} of {len(having)} intervals contain it.{none}"
    # At an end of [0, 1] fewer miss it, and of a few no number can be expected.
    if not (0.0 < true < 1.0 and len(having) >= MANY):
        return f"{start}; {contain}"
    return (
        f"{start}; {contain} About {number(MISSED * len(having), 2)} would be expected to miss it."
    )


def key_rows(answers: Sequence[Key]) -> list[dict[str, object]]:
    """The answer key as rows of a table to read."""
    rows = []
    for student, seed, one in answers:
        row: dict[str, object] = {"student": student, "seed": seed}
        row = {name: value for name, value in row.items() if value is not None}
        for name, found in (("REML", one.reml), ("ML", one.ml)):
            row |= {
                f"ĥ {name}": number(found.h2, 3),
                f"95% {name}": interval_words(found),
                f"top {name}": TOPS.get(found.status, found.status),
            }
        row["true h"] = number(one.true_h2, 3)
        if one.holds is not None:
            row["answer true"] = "yes" if one.holds else "no"
        rows.append(row)
    return rows


def interval_words(found: Found) -> str:
    """The ends of an interval, to three decimals."""
    return "–" if np.isnan(found.lower) else f"{found.lower:.3f}–{found.upper:.3f}"


def key_csv(answers: Sequence[Key]) -> str:
    """The answer key as comma-separated text; NA for what there is not."""
    header = ["student", "seed"]
    for method in ("reml", "ml"):
        header += [f"h_{method}", f"lower_{method}", f"upper_{method}", f"status_{method}"]
    rows = []
    for student, seed, one in answers:
        row: list[object] = ["NA" if value is None else value for value in (student, seed)]
        for found in (one.reml, one.ml):
            row += [found.h2, found.lower, found.upper, found.status]
        row += [one.true_h2, "NA" if one.holds is None else ("no", "yes")[one.holds]]
        rows.append(row)
    return csv_text((*header, "true_h", "claim_holds"), rows)


def _view(data: Dataset, trait: str, covariates: tuple[str, ...]) -> View:
    problem = data.problem(trait, covariates)
    return build_view(problem, decompose(problem.K))


def _found(view: View, method: str) -> Found:
    fit, interval = view.fit(method), view.methods[method].interval
    lower, upper = (interval.lower, interval.upper) if interval else (np.nan, np.nan)
    return Found(fit.h2, lower, upper, fit.status)
