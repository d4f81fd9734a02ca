"""Two fits, how each is called, and what each found in words for every status; pure."""

from dataclasses import dataclass

from lmm_app.compare.ask import SCALES, Plan
from lmm_app.fit.verdict import ends, with_interval
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
    return (with_it, without) if plan.out else (without, with_it)


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
    """From A to B, what becomes of ĥ; empty where one of them has none."""
    a, b = pair.sides
    if not (a.estimated and b.estimated):
        return ""
    kind, up = pair.plan.ask.kind, b.fit.h2 > a.fit.h2
    one, other = (with_interval(side.view, side.method) for side in pair.sides)
    moved, by = abs(b.fit.h2 - a.fit.h2), by_how_much(abs(b.fit.h2 - a.fit.h2))
    same = kind in ("covariate", "scales")
    if same:
        start = f"From A to B, ĥ goes from {one} to {other}."
        words = f"{start} It {'rises' if up else 'falls'} by {by}"
    else:
        start = f"ĥ is {one} in A and {other} in B."
        words = f"{start} B’s is {by} {'higher' if up else 'lower'}"
    if moved < SAME:
        return f"{start} It stays where it is." if same else f"{start} There is no difference."
    if kind == "scales" and pair.plan.factor is not None:
        return f"{words}, by the scale of K alone."
    hill = " The two tops are on different hills." if _other_hill(pair) else ""
    width = max(high - low for low, high in (ends(side.view, side.method) for side in pair.sides))
    if moved <= LITTLE * width:
        return f"{words}, which is little beside an interval that is {width:.2f} wide.{hill}"
    return f"{words}. The wider interval is {width:.2f} wide.{hill}"


def by_how_much(moved: float) -> str:
    """How far ĥ moved."""
    if moved < 1e-3:
        return "less than 0.001"
    return f"{moved:.2f}" if moved >= 0.01 else f"{moved:.3f}"


def _other_hill(pair: Pair) -> bool:
    """Whether one curve of a trait has a hill nearer to the other’s top than its own top is."""
    return pair.plan.ask.kind != "traits" and any(
        min(abs(hill.h2 - other.fit.h2) for hill in one.fit.maxima) < abs(one.fit.h2 - other.fit.h2)
        for one, other in (pair.sides, pair.sides[::-1])
    )
