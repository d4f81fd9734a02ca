"""What may be compared of two fits, and what may not: plain sentences with their reasons; pure."""

from lmm_app.compare.pair import Pair
from lmm_app.compare.rules import covariate, methods, scales, traits
from lmm_app.compare.rules.statement import Statement

_RULES = {
    "covariate": covariate.rules,
    "methods": methods.rules,
    "traits": traits.rules,
    "scales": scales.rules,
}


def rules(pair: Pair) -> list[Statement]:
    """What may be compared of a pair, and what may not, in the order in which it is asked."""
    return [*_RULES[pair.plan.ask.kind](pair)]
