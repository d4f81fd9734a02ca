"""Two fits, how each is called, and what each found in words for every status; pure."""

from dataclasses import dataclass

from lmm_app.compare.ask import SCALES, Plan
from lmm_app.fit.text import literal, number
from lmm_app.fit.verdict import with_interval
from lmm_app.fit.view import MethodView, View
from lmm_core import LMMFit

# Estimates that differ by less are called alike: the interval of one is hardly ever narrower.
ALIKE = 0.02
# A change of less than this share of the wider interval is little beside it.
LITTLE = 0.25
# Two searches find the same top to this.
SAME = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two fits: `A` or `B`, what it is in a few words, both methods, the chosen one."""

    name: str
    label: str
    view: View
    method: str

    @property
    def fit(self) -> LMMFit:
        return self.view.fit(self.method)

    @property
    def found(self) -> MethodView:
        return self.view.methods[self.method]

    @property
    def estimated(self) -> bool:
        """Whether there is an ĥ that is the highest point of its curve."""
        return has_top(self.fit)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Both sides, and the plan that they were fitted by."""

    plan: Plan
    a: Side
    b: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.a, self.b


def has_top(fit: LMMFit) -> bool:
    """Whether a curve has a highest point."""
    return bool(fit.maxima) and fit.status != "unbounded"


def pair_of(plan: Plan, a: View, b: View) -> Pair:
    """The two sides of a plan, from the views of its problems."""
    labels = _labels(plan)
    sides = (
        Side(name, label, view, method)
        for name, label, view, method in zip("AB", labels, (a, b), plan.methods, strict=True)
    )
    return Pair(plan, *sides)


def _labels(plan: Plan) -> tuple[str, str]:
    ask = plan.ask
    if ask.kind == "methods":
        return plan.methods
    if ask.kind == "traits":
        return ask.trait, ask.which
    if ask.kind == "scales":
        scale = next(words for name, words in SCALES.items() if name == ask.which)
        return "K as given", f"K with {scale}" if ask.which == "unit" else f"K {scale}"
    with_it, without = f"with {ask.which}", f"without {ask.which}"
    return (with_it, without) if ask.which in ask.covariates else (without, with_it)


def finds(view: View, method: str) -> str:
    """What a fit says of h, to follow a name: for every status."""
    fit = view.fit(method)
    if has_top(fit):
        return f"ĥ = {with_interval(view, method)}"
    if fit.status == "flat":
        return "no h fits better than another"
    if not fit.maxima:
        return "the curve rises without end as h nears 1"
    return (
        "the curve rises without end as h nears 1, and its highest finite hill is at "
        f"{with_interval(view, method)}"
    )


def change(pair: Pair) -> str:
    """From A to B, what becomes of ĥ."""
    a, b = pair.sides
    if not (a.estimated and b.estimated):
        return " ".join(
            f"{side.name}, {literal(side.label)}: {finds(side.view, side.method)}."
            for side in pair.sides
        )
    start = (
        f"From A to B, ĥ goes from {with_interval(a.view, a.method)} to "
        f"{with_interval(b.view, b.method)}."
    )
    moved = b.fit.h2 - a.fit.h2
    if abs(moved) < SAME:
        return f"{start} It does not change."
    words = f"{start} It {'rises' if moved > 0.0 else 'falls'} by {number(abs(moved), 2)}"
    if pair.plan.ask.kind == "scales" and pair.plan.factor is not None:
        return f"{words}, by the scale of K alone."
    width = max(
        side.found.interval.upper - side.found.interval.lower
        for side in pair.sides
        if side.found.interval is not None
    )
    if abs(moved) <= LITTLE * width:
        return f"{words}, which is little beside an interval that is {width:.2f} wide."
    return f"{words}. The wider interval is {width:.2f} wide."
