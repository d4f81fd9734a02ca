"""“Shrinkage”: a lesson about the data at hand, from records to predictions; pure."""

from functools import lru_cache

import numpy as np

from lmm_app.fit.families import families_of, kept_of
from lmm_app.fit.predictions import FORMULA
from lmm_app.fit.view import View
from lmm_app.lessons.scene import SUPPOSED, Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import found, trait_of
from lmm_core import wls
from lmm_core.arrays import Ints
from lmm_core.errors import count

# Shares that differ by less are alike for the eye.
ALIKE = 0.005
LEAD = (
    "A record is partly chance. So the best guess of what was inherited lies nearer to what "
    "relatives show. On the data that are open, with an arrow for each individual."
)


@lru_cache(maxsize=8)
def _families(view: View) -> Ints:
    return families_of(view.problem.K)


@lru_cache(maxsize=16)
def kept(view: View, h2: float) -> tuple[float, float]:
    """How much predictions at an h keep of what lies between families, and within them."""
    rotated = view.reml.rotated
    at = wls(rotated, h2)
    values = rotated.values
    w = 1.0 if rotated.eigen.weights is None else np.sqrt(rotated.eigen.weights)
    left = rotated.directions.back(at.residuals[:, np.newaxis])[:, 0] / w
    factors = np.divide(
        h2 * values, h2 * values + 1.0 - h2, out=np.zeros(len(values)), where=values > 0.0
    )
    predicted = rotated.directions.back((factors * at.residuals)[:, np.newaxis])[:, 0] / w
    return kept_of(left, predicted, _families(view))


def asks(scene: Scene) -> bool:
    """Whether there are families to compare, with something left to predict."""
    if scene.view.reml.rotated.exact:
        return False
    return bool(np.isfinite(kept(scene.view, scene.asked_h)).all()) and _several(scene) > 1


def _several(scene: Scene) -> int:
    """How many families have more than one member."""
    return int(np.count_nonzero(np.bincount(_families(scene.view)) > 1))


def _answer(scene: Scene) -> str:
    between, within = kept(scene.view, scene.asked_h)
    if abs(between - within) < ALIKE:
        return "same"
    return "within" if within < between else "between"


def _idea(scene: Scene) -> str:
    words = (
        f"A record of {trait_of(scene)} is not what was inherited. Part of it is chance and "
        "surroundings. So a record far above the mean says: what was inherited is probably above "
        "the mean as well, but less far.\n\n"
        "Each ring is a **residual**: the record minus what the covariates explain. From it an "
        "arrow goes to the best **prediction** of what was inherited. It gets shorter as h grows, "
        "because a larger h makes records more trustworthy. Relatives count too: they share genes, "
        "so their records say something about each other."
    )
    alone = (
        " A diamond has no record at all. It is predicted from its relatives alone."
        if scene.view.problem.dropped
        else ""
    )
    if not asks(scene):
        return f"{words}{alone}\n\nHere there are no families to compare, so nothing is asked."
    return f"{words}{alone}\n\nThe thick line is the mean residual of a family."


def _start(scene: Scene) -> str:
    if scene.estimated:
        return f"Here ĥ = {found(scene)}."
    if scene.status == "unbounded":
        return f"{scene.method} has no highest point here, so this is at h = {SUPPOSED:.2f}."
    return f"These data cannot tell h, so this is at h = {SUPPOSED:.2f}."


def _core(scene: Scene, guess: Guess) -> str:
    between, within = kept(scene.view, scene.asked_h)
    start, answer = _start(scene), _answer(scene)
    if answer == "same":
        if scene.asked_h == 0.0:
            return (
                f"Both shrink alike: nothing is kept of either. {start} At h = 0 no record says "
                "what was inherited, and every prediction is 0. Drag h to see what another h would "
                "predict."
            )
        if within > 1.0 - ALIKE:
            return (
                f"Neither shrinks at all. {start} At h = 1 the record is what was "
                "inherited, and every prediction is the residual itself. Drag h to see another h."
            )
        return f"Both shrink alike. {start} Of either, the predictions keep {_percent(within)}."
    kept_words = (
        f"{start} Of the differences within families the predictions keep {_percent(within)}, and "
        f"of those between the {count(_several(scene), 'family', 'families')} "
        f"{_percent(between)}."
    )
    if answer == "between":
        return (
            f"Those between families shrink more. {kept_words} That is unusual. Drag h, and it "
            "changes."
        )
    return (
        f"Those within a family shrink more. {kept_words} The mean of a family rests on several "
        f"records. What sets one {scene.unit} apart from it rests mostly on its own. So "
        "predictions move towards the mean of the family: this is called regression to the mean."
    )


def _hint(scene: Scene, guess: Guess) -> str:
    return {
        "between": "The mean of a family rests on several records, and chance averages out in it.",
        "within": "Look at the arrows at the ends of a family, and at how far its mean moves.",
        "same": "That is so only where every record is worth as much as a mean of several.",
    }[str(guess)]


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    between, within = kept(scene.view, scene.asked_h)
    start = {
        "within": "Those within a family",
        "between": "Those between families",
        "same": "Both shrink alike",
    }[_answer(scene)]
    return (
        f"{start}: the predictions keep {_percent(within)} of the differences within families, "
        f"and {_percent(between)} of those between them."
    )


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}%".replace("-", "−")


SHRINKAGE = Step(
    name="shrinkage",
    title="Shrinkage",
    idea=_idea,
    formula=lambda scene: FORMULA,
    question=Question(
        prompt=lambda scene: (
            "Predictions differ less than records do. Which differences shrink more: those between "
            "families, or those within a family?"
        ),
        options={
            "between": "those between families",
            "within": "those within a family",
            "same": "both alike",
        },
        judge=lambda scene, guess: guess == _answer(scene),
        core=_core,
        hint=_hint,
    ),
    code="""from lmm_core import blup, fit_lmm

fit = fit_lmm(y, X, K)
found = blup(fit)
print(found.u, found.reliability)""",
    asks=asks,
)
