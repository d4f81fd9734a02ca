"""Two traits: other data, estimates that may be set side by side, and what a test needs; pure."""

from collections.abc import Iterator

from lmm_app.compare.pair import Pair, finds
from lmm_app.compare.rules.statement import OFFER, Statement, heights
from lmm_app.fit.text import literal
from lmm_app.fit.verdict import ends
from lmm_core.summary import h_words


def rules(pair: Pair) -> Iterator[Statement]:
    """What may be compared of two traits."""
    a, b = pair.sides
    both, own = heights(pair), literal(a.label)
    yield Statement(
        "no",
        f"The log-likelihoods{both} must not be compared: they are of different data.",
        f"Measured in another unit, {own} itself would have another log-likelihood." * bool(both),
    )
    each = ". ".join(f"{literal(side.label)}: {finds(side.view, side.method)}" for side in (a, b))
    if not pair.plan.same_individuals:
        yield Statement(
            "no", "The individuals differ too, so not only the trait can move ĥ.", OFFER
        )
    elif a.estimated and b.estimated:
        yield Statement(
            "yes",
            "ĥ may be set side by side: same individuals, same kinship, same covariates.",
            f"{each}.",
        )
    else:
        yield Statement("no", "There are not two estimates of h to compare.", f"{each}.")
    if a.estimated and b.estimated:
        yield Statement(
            "no",
            "This is no test that both have the same h.",
            f"{_overlap(pair)} Both estimates rest on the same kinship, so their errors may be "
            "related. A test needs both traits in one model, with their covariance (a bivariate "
            "model). This program does not do it.",
        )
    yield Statement(
        "note",
        "v, its two parts and β are in the unit of each trait.",
        "The share of the variance has no unit.",
    )


def _overlap(pair: Pair) -> str:
    (low, high), (first, last) = (ends(side.view, side.method) for side in pair.sides)
    left, right = max(low, first), min(high, last)
    if left <= right:
        return (
            f"The intervals overlap, from {h_words(left)} to {h_words(right)}, but that does not "
            "show that h is equal."
        )
    return (
        f"The intervals do not overlap: one ends at {h_words(right)}, the other begins at "
        f"{h_words(left)}. But each is made for its own h, not for the difference."
    )
