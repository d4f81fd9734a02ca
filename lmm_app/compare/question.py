"""The question before the numbers: where will ĥ go with the covariate in or out? pure."""

from lmm_app.compare.pair import ALIKE, SAME, Pair, by_how_much
from lmm_app.fit.text import literal
from lmm_app.lessons.steps import OUTCOMES, said

OPTIONS = {
    "rise": "ĥ will rise",
    "fall": "ĥ will fall",
    "stay": f"it will hardly change: by less than {ALIKE}",
}


def asked(pair: Pair) -> bool:
    """Whether there is something to predict: a covariate, and an estimate on both sides."""
    return pair.plan.ask.kind == "covariate" and pair.a.estimated and pair.b.estimated


def prompt(pair: Pair) -> str:
    """The question."""
    ask = pair.plan.ask
    name = literal(ask.which)
    does = f"Take {name} out" if pair.plan.out else f"Put {name} in"
    return f"**{does}: will ĥ rise or fall?**"


def answer(pair: Pair) -> str:
    """The option that holds."""
    moved = pair.b.fit.h2 - pair.a.fit.h2
    return "stay" if abs(moved) < ALIKE else "rise" if moved > 0.0 else "fall"


def feedback(pair: Pair, guess: str | None) -> tuple[bool | None, str]:
    """Whether a guess is right, None without one, and what is said of it."""
    right, moved = answer(pair), pair.b.fit.h2 - pair.a.fit.h2
    core = f"ĥ {'rises' if moved > 0.0 else 'falls'} by {by_how_much(abs(moved))}"
    if abs(moved) < SAME:
        core = "ĥ stays where it is"
    elif right == "stay":
        core += f", less than {ALIKE}"
    judged = None if guess is None else guess == right
    return judged, said(OUTCOMES[judged], "", f"{core}.")
