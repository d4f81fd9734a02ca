"""Two scales of K: the same model in other numbers, or, centred, another kinship; pure."""

from collections.abc import Iterator

import numpy as np

from lmm_app.compare.pair import Pair, finds, has_top
from lmm_app.compare.rules.statement import EQUAL, Statement, height
from lmm_app.fit.text import number, with_ends
from lmm_app.fit.verdict import ends, share_of, with_interval
from lmm_core import log_likelihood
from lmm_core.scales import h2_on_scale
from lmm_core.summary import per_cent

# Of h, at which two curves are compared.
PLACES = 21
TO = ", to four digits"
# Estimates as two searches find them agree to this.
SAME_H = 1e-6


def rules(pair: Pair) -> Iterator[Statement]:
    """What may be compared when K is another one."""
    factor = pair.plan.factor
    if factor is None:
        yield from _centred(pair)
    elif factor == 1.0:
        centred = pair.plan.ask.which == "centred"
        what = "K is centred already." if centred else f"K’s diagonal averages 1 already{TO}."
        yield Statement("yes", "Both are the same fit.", f"{what} Nothing changes.")
    else:
        yield from _heights(pair)
        yield _law(pair, factor)
        if pair.a.estimated and pair.b.estimated:
            yield _share(pair, factor)


def times(factor: float) -> str:
    """A factor to four digits, without zeros at its end."""
    text = number(factor, 4)
    return text.rstrip("0").removesuffix(".") if "." in text and "×" not in text else text


def _heights(pair: Pair) -> Iterator[Statement]:
    a, b = (side.fit.loglik for side in pair.sides)
    if not (np.isfinite(a) and np.isfinite(b)):
        return
    if abs(a - b) < EQUAL:
        yield Statement(
            "yes",
            "Both are the same model, and no data can tell them apart.",
            f"The log-likelihoods are equal: {height(a)} and {height(b)}.",
        )
        return
    yield Statement(
        "note",
        "Both are the same model, but here the numbers differ.",
        f"The log-likelihoods, {height(a)} and {height(b)}, should be equal. They differ by "
        f"{number(abs(a - b), 2)}, more than rounding.",
    )


def _law(pair: Pair, factor: float) -> Statement:
    a, b = pair.sides
    c = times(factor)
    rule = f"K is multiplied by {c}, and h becomes h/(h + {c}(1 − h))."
    if not (a.fit.maxima and b.fit.maxima):
        return Statement("yes", rule, "Here there is no ĥ to follow it.")
    h2, low, high = (h2_on_scale(h, factor) for h in (a.fit.h2, *ends(a.view, a.method)))
    hill = "" if a.estimated else " These are the highest finite hills."
    return Statement(
        "yes",
        rule,
        f"So {with_interval(a.view, a.method)} becomes {with_ends(h2, low, high)}, "
        f"and the fit of B finds {with_interval(b.view, b.method)}.{hill}",
    )


def _shares(pair: Pair) -> list[str]:
    return [per_cent(share_of(side.fit, side.fit.h2)) for side in pair.sides]


def _share(pair: Pair, factor: float) -> Statement:
    a, b = _shares(pair)
    said = f"{a} of an average individual’s variance follows kinship in both."
    if a != b:
        said = f"It is {a} in A and {b} in B, which differ by rounding."
    return Statement(
        "yes",
        "The share of the variance is the same.",
        f"{said} β and σ²\\_e are the same too, and σ²\\_g is divided by {times(factor)}.",
    )


def _centred(pair: Pair) -> Iterator[Statement]:
    yield Statement(
        "note",
        "Centred, K is another kinship, not K times a number.",
        "What all individuals have in common is taken out of it.",
    )
    yield _by_ml(pair) if pair.a.method == "ML" else _by_reml(pair)
    if pair.a.estimated and pair.b.estimated:
        a, b = _shares(pair)
        kappas = [number(side.fit.eigen.mean_diagonal, 3) for side in pair.sides]
        yield Statement(
            "note",
            "The share of the variance is not of the same variance.",
            f"K’s diagonal averages {kappas[0]} in A and {kappas[1]} in B. So the share of an "
            f"average individual’s variance is {a} in A and {b} in B. B does not count what all "
            "individuals have in common.",
        )


def _by_reml(pair: Pair) -> Statement:
    grid = np.linspace(0.0, 1.0, PLACES)[:-1]
    one, other = (log_likelihood(side.fit.rotated, grid, reml=True) for side in pair.sides)
    gap = float(np.abs(one - other).max()) if np.isfinite([one, other]).all() else 0.0
    if gap >= EQUAL:
        return Statement(
            "note",
            "REML should not tell the two apart, but here the numbers differ.",
            f"The log-likelihoods differ by up to {number(gap, 2)}, more than rounding.",
        )
    return Statement(
        "yes",
        "REML cannot tell the two apart.",
        "With the intercept among the covariates, its weighted sums leave out what all have in "
        f"common. So at every h the log-likelihood is the same{_at_top(pair)}.",
    )


def _at_top(pair: Pair) -> str:
    a, b = pair.sides
    if not (a.estimated and b.estimated):
        return ""
    same = ". ĥ and v are the same too" * (abs(a.fit.h2 - b.fit.h2) <= SAME_H)
    return f": {height(a.fit.loglik)} and {height(b.fit.loglik)} at the top{same}"


def _by_ml(pair: Pair) -> Statement:
    a, b = pair.sides
    if a.estimated and b.estimated:
        return Statement(
            "yes",
            "ML’s log-likelihoods may be set side by side: both are of the same "
            f"{a.fit.n:,} values.",
            f"They are {height(a.fit.loglik)} and {height(b.fit.loglik)}. Neither model is a case "
            "of the other, so there is no likelihood ratio test.",
        )
    each = ". ".join(f"{side.name}: {finds(side.view, 'ML')}" for side in pair.sides)
    reml = " REML has them." if all(has_top(side.view.reml) for side in pair.sides) else ""
    return Statement("no", "ML gives no two highest points to compare.", f"{each}.{reml}")
