"""“Below zero”: what becomes of K when its negative entries are set to 0; pure."""

from collections.abc import Mapping

from lmm_app.lessons.how_k.own import Fate, floored
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import two
from lmm_core.arrays import Floats
from lmm_core.errors import count, in_digits

OPTIONS: Mapping[str, str] = {
    "stops": "an eigenvalue falls below 0: it stops",
    "goes on": "none falls below 0: it goes on",
    "nothing": "no entry is negative: it stays",
}
HINTS: Mapping[str, str] = {
    "stops": "So it is in the table of eight mice. It depends on who is related to whom.",
    "goes on": "It may. But whether an eigenvalue falls below 0 depends on who is related to whom.",
    "nothing": "So it is where K comes from a pedigree. This one has negative entries.",
}
# A smaller share of the largest eigenvalue is 0.
ROUNDING = 1e-9
# On the shelf of broken datasets: the fit goes on, and the fit stops.
SILENT, STOPPED = "floored", "indefinite"


def _core(scene: Scene, guess: Guess) -> str:
    found = floored(scene.view)
    if found.fate == "nothing":
        return (
            "It stays, for no entry is negative. From a pedigree none can be: who has no common "
            "ancestor shares 0. In the table of eight mice there are 12 such pairs: set them to "
            "0, and look at the eigenvalues."
        )
    lowest, raised = (_smallest(values) for values in found.values[[0, -1]])
    changed = f"{found.negative:,} of {count(found.pairs, 'pair')}"
    if found.fate == "stops":
        return (
            f"The fit stops: the smallest eigenvalue goes from {lowest} to {raised}. A weighted "
            f"sum of {scene.units} would have a negative variance. There was nothing to mend: "
            f"{changed} had a negative entry, and each was as it should be."
        )
    return (
        f"The fit goes on, for the smallest eigenvalue goes from {lowest} to {raised}. It cannot "
        f"know that entries were changed, those of {changed}. {_new_h(scene)}"
    )


def _smallest(values: Floats) -> str:
    return in_digits(0.0 if abs(values[0]) < ROUNDING * values[-1] else float(values[0]), 3)


def _new_h(scene: Scene) -> str:
    fit, before = floored(scene.view).fit, scene.view.reml
    if fit is None or any(
        not one.maxima or one.status in ("flat", "unbounded") for one in (before, fit)
    ):
        return "It is another K all the same."
    old, new = two(before.h2), two(fit.h2)
    if old == new:
        return f"ĥ by REML stays {new} here, as it happens. With other data it moves."
    return f"ĥ by REML goes from {old} to {new}: it is of another K."


FLOOR = Step(
    name="how_k_zero",
    title="Below zero",
    idea=lambda scene: (
        "A negative entry says that two stand on different sides of the mean more than on the same "
        "side. Where the mean has been taken off, every row of K adds up to 0: some must be below."
        "\n\n"
        "Some set such entries to 0, for nobody can share less than nothing. Do so in the table, "
        "and look at the eigenvalues.\n\n"
        "An **eigenvalue** of K is the genetic variance of a weighted sum, in units of σ²_g. Where "
        "two weights have opposite signs, raising their entry lowers that variance. A sum that had "
        "hardly any may fall **below 0**, and no variance can be that."
    ),
    formula=lambda scene: (
        "The eigenvalue of a unit vector w is w′Kw = Σ K_ij w_i w_j. Raising K_ij by d adds "
        "2d·w_i w_j, which is negative where w_i and w_j differ in sign. A K of markers is ZZ′/m, "
        "so w′Kw = |Z′w|²/m ≥ 0 for every w. Once entries are changed one by one, nothing keeps "
        "that. With λ < 0 the variance hλ + 1 − h is negative for large h, and there is no "
        "likelihood."
    ),
    question=Question(
        prompt=lambda scene: (
            "Set all negative entries of the open K to 0. What becomes of the fit?"
        ),
        options=OPTIONS,
        judge=lambda scene, guess: guess == _fate(scene),
        core=_core,
        hint=lambda scene, guess: HINTS[str(guess)],
    ),
    code="""import numpy as np
from lmm_core import LMMError, fit_lmm

raised = np.maximum(K, 0)
print(np.linalg.eigvalsh(K)[0], np.linalg.eigvalsh(raised)[0])
try:
    print(fit_lmm(y, X, raised).h2)
except LMMError as error:
    print(error)""",
)


def _fate(scene: Scene) -> Fate:
    return floored(scene.view).fate


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    first = _core(scene, None).partition(". ")[0]
    return f"{first}. {_new_h(scene) if _fate(scene) == 'goes on' else ''}".strip()
