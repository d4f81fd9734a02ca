"""A statement on what may be compared, and the numbers that all rules say alike; pure."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lmm_app.compare.ask import Plan
from lmm_app.compare.pair import Pair
from lmm_app.fit.text import literal

Mark = Literal["yes", "no", "note"]
# Log-likelihoods that differ by less are equal to the three decimals that are shown.
EQUAL = 5e-4
COMMON = "Only individuals that both have"
OFFER = f"Above, “{COMMON}” fits both to the same ones."


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence on what may be compared, or not, or on what to keep in mind.

    Attributes:
        mark: `yes` it may be compared, `no` it may not, or a `note`.
        rule: the sentence.
        reason: why, and the number if there is one.
    """

    mark: Mark
    rule: str
    reason: str

    @property
    def words(self) -> str:
        """Both, the rule in bold."""
        return f"**{self.rule}** {self.reason}".rstrip()


def height(value: float, decimals: int = 3) -> str:
    """A log-likelihood, or a difference of two."""
    if not np.isfinite(value):
        return "–" if np.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text.removeprefix("−") if float(text.replace(",", "").replace("−", "-")) == 0 else text


def heights(pair: Pair) -> str:
    """Both log-likelihoods, in commas, to follow what they are called; empty if one has none."""
    values = [side.fit.loglik for side in pair.sides]
    if not np.isfinite(values).all():
        return ""
    return f", {height(values[0])} and {height(values[1])},"


def degrees(df: int) -> str:
    """So many degrees of freedom."""
    return f"{df:,} degree{'s' * (df != 1)} of freedom"


def who(plan: Plan) -> str:
    """Who has a value in one fit and none in the other."""
    parts = [
        f"{len(ids):,} only in {name} ({names(ids)})"
        for name, ids in (("A", plan.only_a), ("B", plan.only_b))
        if ids
    ]
    if not parts:
        return "Both have the same individuals."
    words = " and ".join(parts)
    if plan.same_individuals:
        return f"Left out for a missing value: {words}."
    return f"A has {plan.a.n:,} and B {plan.b.n:,}: {words}."


def names(ids: tuple[str, ...], most: int = 3) -> str:
    """A few ids."""
    more = len(ids) - most
    shown = literal(", ".join(ids[:most]))
    return f"{shown} and {more:,} more" if more > 0 else shown
