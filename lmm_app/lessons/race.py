"""“The race”: EM, scoring, average information, Newton and Brent to one top; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmm_app.fit.text import number
from lmm_app.fit.view import View
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import found
from lmm_core import LMMError, log_likelihood, maximize_brent
from lmm_core.arrays import Floats
from lmm_core.certainty import Contrasts, contrasts
from lmm_core.race import METHODS, Race, run
from lmm_core.summary import h_words

BRENT = "brent"
NAMES = {
    "em": "EM",
    "fisher": "Fisher scoring",
    "average": "average information",
    "newton": "Newton’s method",
    BRENT: "Brent’s method",
}
AT_AN_END = {"inside": "all stop at the end", "outside": "some walk past it, out of [0, 1]"}
LEAD = (
    "Other programs climb the same hill in other ways. All start together, on the data that are "
    "open: who is there first, and who never arrives?"
)
# Steps that are drawn, those that are waited for, and how near is there.
DRAWN, PATIENCE = 24, 1000
FOUR_DIGITS = 5e-5
# Digits of h that are drawn at most: more are rounding.
MOST_DIGITS = 12.0
# Where a start is put that nobody chose.
HALFWAY = 0.5


@dataclass(frozen=True, slots=True)
class Lane:
    """One method's way.

    Attributes:
        method: of `NAMES`.
        h2: at the start and after each step, (steps,); outside [0, 1] where a variance is
            negative, NaN where V is not positive definite.
        arrived: after how many steps h has four digits of ĥ for good; None within the steps taken.
        left: whether it was outside [0, 1] on its way.
    """

    method: str
    h2: Floats
    arrived: int | None
    left: bool


@lru_cache(maxsize=4)
def _pairs(view: View) -> tuple[Contrasts, float]:
    """The contrasts, and the variance that a start divides: of the residuals without kinship."""
    pairs = contrasts(view.reml.rotated)
    return pairs, float(np.sum(pairs.z**2)) / pairs.df


@lru_cache(maxsize=128)
def lanes(view: View, start: float, steps: int = PATIENCE) -> tuple[Lane, ...]:
    """All five ways from a start, Brent's last, which has no start but its own.

    Args:
        view: whose REML profile is climbed.
        start: h to begin with, between 0 and 1; the variance of the residuals is divided by it.
        steps: most steps of each.

    Raises:
        LMMError: records of the same individuals, or X fits y without error.
    """
    rotated, best = view.reml.rotated, view.reml.h2
    pairs, total = _pairs(view)
    ways = [
        _lane(run(pairs, method, (total * start, total * (1.0 - start)), max_steps=steps), best)
        for method in METHODS
    ]
    search = maximize_brent(lambda h: log_likelihood(rotated, h), xtol=1e-8)
    h2 = np.array([step.best_h2 for step in search.trace])
    return (*ways, Lane(BRENT, h2, _arrival(h2, best), left=False))


def _lane(race: Race, best: float) -> Lane:
    h2 = np.array([step.h2 if np.isfinite(step.loglik) else np.nan for step in race.trace])
    left = race.ending == "left" or any(not step.inside for step in race.trace)
    return Lane(race.method, h2, None if race.ending == "left" else _arrival(h2, best), left)


def _arrival(h2: Floats, best: float) -> int | None:
    far = np.flatnonzero(~(np.abs(h2 - best) <= FOUR_DIGITS))
    first = int(far[-1]) + 1 if far.size else 0
    return first if first < h2.size else None


def asks(scene: Scene) -> bool:
    """Whether REML has a top to run to, and the race can be run."""
    view = scene.view
    if not view.reml.maxima or view.reml.status in ("flat", "unbounded"):
        return False
    return not refusal(view)


def refusal(view: View) -> str:
    """Why there is no race, "" if there is one."""
    try:
        if not contrasts(view.reml.rotated).df:
            return "the covariates leave nothing over"
        lanes(view, HALFWAY)
    except LMMError as error:
        return str(error)
    return ""


def _at_an_end(scene: Scene) -> bool:
    return scene.view.reml.h2 in (0.0, 1.0)


def _answer(scene: Scene) -> str:
    if _at_an_end(scene):
        return "outside" if any(one.left for one in lanes(scene.view, HALFWAY)) else "inside"
    return max(
        lanes(scene.view, HALFWAY), key=lambda one: PATIENCE if one.arrived is None else one.arrived
    ).method


def _offered(scene: Scene) -> Mapping[str, str]:
    if _at_an_end(scene):
        return AT_AN_END
    return {name: words for name, words in NAMES.items() if name != "fisher"}


def _idea(scene: Scene) -> str:
    words = (
        "Brent’s method needs nothing but the curve: it tries values of h. Other programs move "
        "two variances at once, that of what was inherited and that of the rest.\n\n"
        "**EM** treats what was inherited as data that are missing, and fills it in again and "
        "again. It never goes down, and often hardly goes up. **Newton’s method** looks at slope "
        "and curvature, and jumps to where the top should be. **Fisher scoring** takes the "
        "curvature that is expected, and **average information** the mean of both. That is what "
        "ASReml and GCTA do.\n\n"
        "Drag the start, and all four start anew. Brent’s method has a start of its own."
    )
    if asks(scene):
        return words
    why = refusal(scene.view) or "REML has no highest point here"
    return f"{words}\n\nHere there is no race: {why}."


def _formula(scene: Scene) -> str:
    return (
        "With n − p weighted sums z of variances d = σ²_g μ + σ²_e, free of X, the restricted "
        "log-likelihood is ℓ = −½ Σ (log 2πd + z²/d). Its slopes are −½ Σ a/d + ½ Σ az²/d², with "
        "a = μ for σ²_g and a = 1 for σ²_e. Each step divides them by an information: ½ Σ ab/d² "
        "as it is expected (Fisher), Σ abz²/d³ − ½ Σ ab/d² as it is observed (Newton), and "
        "½ Σ abz²/d³, the average of the two. EM sets σ²_g to σ²_g + (2σ²_g²/q) · slope, with q "
        "effects that are missing. No method has its program’s safeguards here."
    )


def _steps(lane: Lane) -> str:
    if lane.arrived is not None:
        return f"{NAMES[lane.method]} {lane.arrived}"
    if lane.left:
        return f"{NAMES[lane.method]} never"
    return f"{NAMES[lane.method]} more than {PATIENCE:,}"


def _core(scene: Scene, guess: Guess) -> str:
    ways = lanes(scene.view, HALFWAY)
    best = f"Here ĥ = {found(Scene(scene.view, 'REML'))} by REML."
    if _at_an_end(scene):
        out = [NAMES[one.method] for one in ways if one.left]
        em = next(one for one in ways if one.method == "em")
        crawls = (
            f"EM stays inside and crawls: after {em.h2.size - 1:,} steps it is at h = "
            f"{h_words(float(em.h2[-1]), 4)}."
        )
        if not out:
            return f"All stop at the end. {best} {crawls}"
        return (
            f"Some walk past it. {best} The curve still rises there, and nothing tells "
            f"{_listed(out)} that a variance cannot be negative. Their programs have to hold them "
            f"back. {crawls} Brent’s method never leaves [0, 1]."
        )
    last = _answer(scene)
    lost = [NAMES[one.method] for one in ways if one.arrived is None and one.left]
    away = f" On its way out of [0, 1] is lost: {_listed(lost)}." if lost else ""
    counted = "; ".join(_steps(one) for one in ways)
    return (
        f"{_opening(last)} takes the most. {best} Steps to four digits from h = {HALFWAY}: "
        f"{counted}.{away} {_why(scene, last)}"
    )


def em_goes(view: View) -> float:
    """The share of the way to ĥ that EM goes with a step, near ĥ or where it gave up.

    EM converges linearly, by a rate that is the share of the information that is missing
    (Dempster, Laird & Rubin 1977, J R Stat Soc B 39:1, section 3).
    """
    em = next(one for one in lanes(view, HALFWAY) if one.method == "em")
    last = em.h2.size - 1 if em.arrived is None else em.arrived
    before, after = np.abs(em.h2[last - 1 : last + 1] - view.reml.h2)
    return 1.0 - float(after / before)


def _why(scene: Scene, last: str) -> str:
    """Why this one takes the most steps."""
    if last == "em":
        return (
            f"Each of EM’s last steps goes {number(100.0 * em_goes(scene.view), 2)}% of the way "
            "that is left. The others also look at how the curve bends, and so see where its top "
            "must be."
        )
    if last == BRENT:
        return "Brent’s method sees heights alone, and the others slope and curvature as well."
    return "Away from the top, slope and curvature can point past it."


def _opening(method: str) -> str:
    name = NAMES[method]
    return name[0].upper() + name[1:]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _hint(scene: Scene, guess: Guess) -> str:
    if _at_an_end(scene):
        return (
            "Only a method that knows of the end can stop at it."
            if guess == "inside"
            else "Look at where the lines are after a few steps."
        )
    way = next(one for one in lanes(scene.view, HALFWAY) if one.method == guess)
    if way.arrived is None:
        return f"{_opening(way.method)} does not get there at all."
    return f"{_opening(way.method)} takes {way.arrived} steps."


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    if _at_an_end(scene):
        return _core(scene, None).partition(" Their programs")[0]
    return (
        "Steps to four digits: "
        + "; ".join(_steps(one) for one in lanes(scene.view, HALFWAY))
        + "."
    )


def rows(view: View, start: float, upto: int = 8) -> list[dict[str, str]]:
    """The two variances of every method after each of the first steps, as text."""
    pairs, total = _pairs(view)
    ways = {
        method: run(pairs, method, (total * start, total * (1.0 - start)), max_steps=upto).trace
        for method in METHODS
    }
    return [
        {"step": str(k)}
        | {
            f"{NAMES[method]}: {name}": number(value, 5) if k < len(way) else "–"
            for method, way in ways.items()
            for name, value in (
                ("σ²_g", way[min(k, len(way) - 1)].sigma2_g),
                ("σ²_e", way[min(k, len(way) - 1)].sigma2_e),
            )
        }
        for k in range(upto + 1)
    ]


RACE = Step(
    name="race",
    title="The race",
    idea=_idea,
    formula=_formula,
    question=Question(
        prompt=lambda scene: (
            f"Here ĥ lies at the end of the range, at {h_words(scene.view.reml.h2)}. What will the "
            "methods do?"
            if _at_an_end(scene)
            else f"All start at h = {HALFWAY}. Which one takes the most steps to four digits of ĥ?"
        ),
        options=NAMES,
        judge=lambda scene, guess: guess == _answer(scene),
        core=_core,
        hint=_hint,
        offered=_offered,
    ),
    code="""from lmm_core import decompose, rotate
from lmm_core.race import METHODS, run

rotated = rotate(decompose(K), y, X)
for method in METHODS:
    print(run(rotated, method, (0.5, 0.5)).trace[-1])""",
    asks=asks,
)
