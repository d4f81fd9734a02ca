"""The answer key of a class: what each student should find; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmm_app.fit.text import number
from lmm_app.fit.view import View, build_view
from lmm_app.lessons.presets import PRESETS
from lmm_app.paper.tables import table
from lmm_app.session.links import Linked, seed_of
from lmm_app.sources.sources import Lesson, Sample, open_source
from lmm_core import decompose
from lmm_data.dataset import Dataset
from lmm_data.preparation.design import default_model


@dataclass(frozen=True, slots=True)
class Found:
    """What one method finds: ĥ, its 95% interval, and the status; NaN for none."""

    h2: float
    lower: float
    upper: float
    status: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a student with this seed should find.

    Attributes:
        seed: None for a sample.
        reml, ml: by each method.
        true_h2: the h that the data were made with, NaN if they were not made with one.
        holds: whether the claim of the lesson is true of these data; None without a lesson.
    """

    seed: int | None
    reml: Found
    ml: Found
    true_h2: float
    holds: bool | None


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
        seed=None if isinstance(source, Sample) else seed_of(source),
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
            f"ĥ by REML goes from {number(found.min(), 3)} to {number(found.max(), 3)}, "
            f"{number(found.mean(), 3)} on average."
        )
    elif found.size:
        words.append(f"ĥ by REML is {number(found[0], 3)}.")
    true = [one for one in answers if np.isfinite(one.true_h2)]
    if true:
        having = [one for one in true if np.isfinite(one.reml.lower)]
        held = sum(one.reml.lower <= one.true_h2 <= one.reml.upper for one in having)
        without = len(true) - len(having)
        words.append(
            f"The true h is {number(true[0].true_h2, 3)}; the 95% interval by REML holds it for "
            f"{held} of {len(having)}{f'; {without} without one' if without else ''}."
            if having
            else f"The true h is {number(true[0].true_h2, 3)}; REML cannot tell, and has no "
            "interval."
        )
    claims = [one.holds for one in answers if one.holds is not None]
    if claims:
        words.append(f"The claim of the lesson holds for {sum(claims)} of {len(claims)}.")
    return " ".join(words)


def key_rows(answers: Sequence[Answer], first: int) -> list[dict[str, object]]:
    """The answer key as rows of a table to read."""
    rows = []
    for one in answers:
        row: dict[str, object] = {}
        if one.seed is not None:
            row |= {"student": one.seed - first + 1, "seed": one.seed}
        for name, found in (("REML", one.reml), ("ML", one.ml)):
            row |= {
                f"ĥ {name}": number(found.h2, 3),
                f"95% {name}": interval_words(found),
                f"status {name}": found.status.replace("_", " "),
            }
        row["true h"] = number(one.true_h2, 3)
        if one.holds is not None:
            row["claim holds"] = "yes" if one.holds else "no"
        rows.append(row)
    return rows


def interval_words(found: Found) -> str:
    """The ends of an interval, to three decimals."""
    return "–" if np.isnan(found.lower) else f"{found.lower:.3f} to {found.upper:.3f}"


def key_csv(answers: Sequence[Answer], first: int) -> str:
    """The answer key as comma-separated text; NA for what there is not."""
    header = ["student", "seed"]
    for method in ("reml", "ml"):
        header += [f"h_{method}", f"lower_{method}", f"upper_{method}", f"status_{method}"]
    rows = []
    for one in answers:
        row: list[object] = ["NA", "NA"]
        if one.seed is not None:
            row = [one.seed - first + 1, one.seed]
        for found in (one.reml, one.ml):
            row += [found.h2, found.lower, found.upper, found.status]
        row += [one.true_h2, "NA" if one.holds is None else ("no", "yes")[one.holds]]
        rows.append(row)
    return table((*header, "true_h", "claim_holds"), rows)


def _view(data: Dataset, trait: str, covariates: tuple[str, ...]) -> View:
    problem = data.problem(trait, covariates)
    return build_view(problem, decompose(problem.K))


def _found(view: View, method: str) -> Found:
    fit, interval = view.fit(method), view.methods[method].interval
    lower, upper = (interval.lower, interval.upper) if interval else (np.nan, np.nan)
    return Found(fit.h2, lower, upper, fit.status)
