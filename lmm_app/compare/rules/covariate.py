"""A covariate in or out: the likelihood ratio by ML, why not by REML, and the test of β; pure."""

from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from lmm_app.compare.pair import Pair, Side, finds, has_top
from lmm_app.compare.rules.statement import EQUAL, OFFER, Statement, degrees, height, heights
from lmm_app.fit.chance import p_words
from lmm_app.fit.text import literal, number, plus_minus
from lmm_core import LMMError, LMMFit, coefficient_tests
from lmm_core.certainty import likelihood_ratio_test, wald_test

# With fewer degrees of freedom, or more coefficients as a share of the individuals, p by χ² is
# noticeably too small.
FEW = 100
MANY = 0.05


def rules(pair: Pair) -> Iterator[Statement]:
    """What may be compared when a column comes in or goes out."""
    full, null = ordered(pair)
    if not pair.plan.same_individuals:
        yield Statement(
            "no",
            "The log-likelihoods must not be compared: the individuals differ.",
            f"A likelihood is that of its own data. {OFFER}",
        )
        yield from _coefficient(pair, full)
        return
    if full.fit.p == null.fit.p:
        yield _combination(pair, full)
        return
    if pair.plan.ask.method != "ML":
        yield _restricted(pair, full, null)
    yield _ratio(pair, full, null)
    yield from _care(full, null)
    yield from _coefficient(pair, full)
    if pair.a.estimated and pair.b.estimated:
        name = literal(pair.plan.ask.which)
        yield Statement(
            "yes",
            "ĥ may be set side by side, but it is not of the same variance.",
            f"With {name}, v is what is left once {name} is accounted for. Without it, v holds "
            f"what {name} explains too.",
        )


def ordered(pair: Pair) -> tuple[Side, Side]:
    """The side that has the column, and the one that does not."""
    return pair.sides if pair.plan.out else (pair.b, pair.a)


def _combination(pair: Pair, full: Side) -> Statement:
    a, b = pair.sides
    name, p = literal(pair.plan.ask.which), full.fit.p
    gap = abs(a.fit.loglik - b.fit.loglik)
    equal = (
        f" The log-likelihoods{heights(pair)} are equal, and there is nothing to test."
        if gap < EQUAL
        else ""
    )
    return Statement(
        "yes",
        "Both are the same model.",
        f"{name} is a combination of the other columns: with it or without it, {p} column"
        f"{'s are' if p != 1 else ' is'} independent.{equal} Which of them gets the coefficient "
        "depends on their order.",
    )


def _restricted(pair: Pair, full: Side, null: Side) -> Statement:
    name, n = literal(pair.plan.ask.which), full.fit.n
    return Statement(
        "no",
        f"REML’s log-likelihoods{heights(pair)} must not be compared.",
        "REML is the likelihood of the n − p weighted sums that the covariates cannot explain. "
        f"Without {name} there are {n - null.fit.p:,} of them, with it {n - full.fit.p:,}, and "
        "these are other sums. So they are likelihoods of different data.",
    )


def _ratio(pair: Pair, full: Side, null: Side) -> Statement:
    name = literal(pair.plan.ask.which)
    large, small = full.view.ml, null.view.ml
    lacking = [
        f"{word} {name}: {finds(side.view, 'ML')}."
        for word, side in (("With", full), ("Without", null))
        if not has_top(side.view.ml)
    ]
    if lacking:
        return Statement(
            "no",
            "There is no likelihood ratio by ML.",
            f"It needs a highest point of both curves. {' '.join(lacking)}",
        )
    test = likelihood_ratio_test(large, small)
    gain = 2.0 * test.df - test.statistic
    better = "with" if gain < 0.0 else "without"
    aic = (
        "AIC is the same with and without it."
        if abs(gain) < 5e-3
        else f"AIC is {height(abs(gain), 2)} lower {better} it: lower is better."
    )
    start = "ML’s log-likelihoods may be compared"
    return Statement(
        "yes",
        f"{start}: both are of the same {large.n:,} values.",
        f"With {name} it is {height(large.loglik)}, without it {height(small.loglik)}. Twice the "
        f"difference is {height(test.statistic, 2)}, by χ² with {degrees(test.df)} "
        f"{p_words(test.p_value)}. {aic}",
    )


def _coefficient(pair: Pair, full: Side) -> Iterator[Statement]:
    """The test of the coefficient, or of several, by REML; nothing where there is none to test."""
    name = literal(pair.plan.ask.which)
    fit, names = full.view.reml, full.view.problem.columns
    columns = [names.index(column) for column in pair.plan.differs]
    columns = [column for column in columns if column in fit.rotated.kept]
    if not has_top(fit) or not columns:
        return
    at = f"At REML’s {finds(full.view, 'REML')}"
    if len(columns) > 1:
        # At ĥ = 1 a null space of K leaves a coefficient no error.
        with suppress(LMMError):
            wald = wald_test(fit, columns)
            yield Statement(
                "yes",
                f"The {len(columns)} coefficients of {name} have a test of their own.",
                f"{at}, Wald’s χ² is {number(wald.statistic, 3)} with {degrees(wald.df)}, and "
                f"{p_words(wald.p_value)}. The test takes ĥ and v for the truth.",
            )
        return
    tests, column = coefficient_tests(fit), columns[0]
    t, se = float(tests.t[column]), float(tests.se[column])
    if not (np.isfinite(t) and se > 0.0):
        return
    b, p = plus_minus(float(tests.beta[column]), se), p_words(float(tests.p_value[column]))
    yield Statement(
        "yes",
        f"The coefficient of {name} has a test of its own.",
        f"{at}, β is {b}, and t = {number(t, 3)} with {degrees(tests.df)} gives {p}. The test "
        "takes ĥ for the truth.",
    )


def _care(full: Side, null: Side) -> Iterator[Statement]:
    """What to keep in mind of the ratio, where there is one."""
    fits: dict[str, LMMFit] = {"with it": full.view.ml, "without it": null.view.ml}
    if not all(map(has_top, fits.values())):
        return
    for end, kind in ((0, "lower_boundary"), (1, "upper_boundary")):
        where = [words for words, fit in fits.items() if fit.status == kind]
        if where:
            yield Statement(
                "note",
                f"By ML ĥ is {end} {' and '.join(where)}.",
                "χ² is worked out for a true h between 0 and 1, so p is a guide here.",
            )
    hills = [words for words, fit in fits.items() if len(fit.maxima) > 1]
    if hills:
        yield Statement(
            "note",
            f"ML’s curve has more than one hill {' and '.join(hills)}.",
            "The ratio takes the highest point of each curve, and these may be on different hills.",
        )
    n, p = full.fit.n, full.fit.p
    if n - p < FEW or p > MANY * n:
        yield Statement(
            "note",
            f"χ² is for many individuals and few coefficients: here n is {n:,} and p is {p}.",
            "Otherwise p by χ² tends to be too small. The t test allows for n − p.",
        )
