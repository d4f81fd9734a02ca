"""“Which panel holds your data?”: the data at hand among nineteen draws from their model; pure."""

from collections.abc import Mapping
from functools import lru_cache
from math import isnan

from lmm_app.fit.text import number
from lmm_app.lessons import panels
from lmm_app.lessons.draws import FEWEST
from lmm_app.lessons.panels import NAMES, PANELS, Lineup
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess, Question, Step
from lmm_app.lessons.tour.wording import found, trait_of
from lmm_core.summary import h_words

LEAD = (
    "The best test of a model that the eye can do: the data that are open, among nineteen draws "
    "from the model that was fitted to them. Can you pick them out?"
)
# What a code of a panel is made of: the turn, and its number from 1.
APART = "."
# A number so many times that of any draw is far out.
FAR = 2.0


def asks(scene: Scene) -> bool:
    """Whether there is a model to draw from, and something left to look at."""
    rotated = scene.view.reml.rotated
    return not rotated.exact and rotated.n >= rotated.rank + FEWEST


def lineup_of(scene: Scene) -> Lineup:
    """The panels that are shown."""
    return panels.lineup(scene.view, scene.method, scene.asked_h, scene.turn)


def code(scene: Scene, panel: int) -> str:
    """The code of a panel, by its number from 1."""
    return f"{scene.turn}{APART}{panel}"


def turn_in(guess: Guess) -> int:
    """The turn that a guess belongs to; 0 for none."""
    start = str(guess or "").partition(APART)[0]
    return int(start) if start.isdecimal() and len(start) < 5 else 0


def _offered(scene: Scene) -> Mapping[str, str]:
    return {code(scene, k): str(k) for k in range(1, PANELS + 1)}


def _right(scene: Scene) -> str:
    return code(scene, lineup_of(scene).place + 1)


def _idea(scene: Scene) -> str:
    words = (
        "A model that fits well draws data like yours. So here yours stand among nineteen draws, "
        "as a suspect stands in a line-up. Can you not tell them apart? Then the eye finds nothing "
        "wrong with the model. If you can, your data have something that the model has not: a "
        "skewed trait, an outlier, a spread that kinship does not explain.\n\n"
        f"**Bell curve**: each dot is one {scene.unit}, with {trait_of(scene)} freed from what "
        "covariates explain and relatives share. Where the model is right, dots keep near the "
        "line.\n\n"
        "**Along λ**: each dot is a rotated residual, in units of what h expects of it. λ is large "
        "for sums of relatives, small for their differences. Where the model is right, about 95 of "
        "100 lie between the lines, on the left as on the right.\n\n"
        "A pick at random is right 1 time in 20. And only the first pick counts: whoever has seen "
        "the panel of the data knows it again."
    )
    if asks(scene):
        return words
    return (
        f"{words}\n\nHere the covariates leave nothing to look at, so nothing is drawn and nothing "
        "is asked."
    )


def _formula(scene: Scene) -> str:
    return (
        f"All twenty are treated alike: fitted by {scene.method}, each with its own ĥ and β̂. With "
        "D = diag(ĥλ + 1 − ĥ), what is left is s = D^(−½)(ỹ − X̃β̂), over its root mean square. "
        "Along λ shows s against √λ. The bell curve shows Us, which is V^(−½)(y − Xβ̂) but for its "
        "size, sorted, against Φ⁻¹((i − ⅜)/(n + ¼)). A draw is U√(hλ + 1 − h)z: b and v do not "
        "matter, for each panel is fitted by itself.\n\n"
        "Bend away from the line is 1 − r of the bell curve’s dots. Change of spread along λ is r "
        "of |s| and √λ. "
        "If the model is right, a number is the largest of twenty 1 time in 20, whatever it "
        "measures, and one of the four is at most 1 time in 5. A trait of exponential shape is "
        "nearly always the most skewed of its twenty.\n\n"
        "In a class each can be shown other panels. If k of m pick right, p is the chance that a "
        "binomial count of m with chance 1/20 reaches k: 3 of 10 give p = 0.012 (Buja and others "
        "2009, Phil Trans R Soc A 367:4361, and Majumder and others 2013, JASA 108:942)."
    )


@lru_cache(maxsize=16)
def first_in(shown: Lineup) -> tuple[str, ...]:
    """The numbers in which the data at hand have the largest of all."""
    return tuple(name for name in _measured(shown) if shown.rank(name) == 1)


def _measured(shown: Lineup) -> list[str]:
    """The numbers that every panel has."""
    return [name for name in NAMES if not any(isnan(one.numbers[name]) for one in shown.panels)]


def _numbers(shown: Lineup) -> str:
    """Where the data at hand stand in every number."""
    first = first_in(shown)
    if not first:
        places = ", ".join(f"{NAMES[name]} {shown.rank(name)}" for name in _measured(shown))
        return (
            f"None of its numbers is the largest of the twenty. By size their places are: {places}."
        )
    told = " and ".join(
        f"the {'' if name == 'farthest' else 'largest '}{NAMES[name]} "
        f"({number(abs(shown.own.numbers[name]), 2)}; in draws at most "
        f"{number(shown.most_of_others(name), 2)})"
        for name in first
    )
    return f"Of the twenty it has {told}."


def _model(scene: Scene) -> str:
    h = scene.asked_h
    if scene.estimated:
        kin = " There relatives are no more alike than strangers." if h == 0.0 else ""
        return f"The draws are from ĥ = {found(scene)}.{kin}"
    return f"These data have no estimate by {scene.method}, so the draws are from h = {h_words(h)}."


def _core(scene: Scene, guess: Guess) -> str:
    shown = lineup_of(scene)
    start = f"Your data are in panel {shown.place + 1}. {_numbers(shown)} {_model(scene)}"
    return f"{start} {_verdict(scene, guess)}"


def _verdict(scene: Scene, guess: Guess) -> str:
    shown = lineup_of(scene)
    stands = first_in(shown)
    far = any(abs(shown.own.numbers[name]) > FAR * shown.most_of_others(name) for name in stands)
    right = guess is not None and guess == _right(scene)
    if scene.turn and guess is not None:
        return (
            "You had seen your data before, so this pick says little. Let somebody else pick, who "
            "has not."
        )
    if right and stands:
        return (
            "The eye may have seen that. A right pick comes 1 time in 20 by chance alone, so it "
            "speaks against the model as p = 0.05 does."
        )
    if right:
        return (
            "A right pick comes 1 time in 20 by chance alone, and no number stands out. Either it "
            "was luck, or the eye saw what none of them measures, such as a trait of few values."
        )
    if far:
        return "So look at it again. That is more than twice as much as in any draw."
    if stands:
        return (
            "So look at it again. By chance alone one of the four numbers is the largest at most "
            "1 time in 5, so it may be where the model fails."
        )
    return (
        "So your data could pass for a draw. That does not prove the model, but here nothing "
        "speaks against it."
    )


def _hint(scene: Scene, guess: Guess) -> str:
    picked = str(guess).partition(APART)[2]
    return f"Panel {picked} was drawn from the model."


def in_brief(scene: Scene) -> str:
    """The answer for a projector."""
    shown = lineup_of(scene)
    return f"**Panel {shown.place + 1}.** {_numbers(shown)}"


LINEUP = Step(
    name="lineup",
    title="Which panel holds your data?",
    idea=_idea,
    formula=_formula,
    question=Question(
        prompt=lambda scene: (
            "Nineteen panels were drawn from the model, one holds your data. Which one looks least "
            "like the others?"
        ),
        options={},
        judge=lambda scene, guess: guess == _right(scene),
        core=_core,
        hint=_hint,
        offered=_offered,
    ),
    code="""import numpy as np
from lmm_core import fit_lmm

def left(y):
    fit = fit_lmm(y, X, K)
    U, d = fit.eigen.vectors, fit.h2 * fit.eigen.values + 1 - fit.h2
    return U @ (U.T @ (y - X @ fit.beta) / np.sqrt(d))

fit, rng = fit_lmm(y, X, K), np.random.default_rng()
d = fit.h2 * fit.eigen.values + 1 - fit.h2
panels = [fit.eigen.vectors @ (np.sqrt(d) * rng.normal(size=len(y))) for _ in range(19)]
panels.insert(rng.integers(20), y)
print([np.sort(left(one)) for one in panels])""",
    asks=asks,
)
