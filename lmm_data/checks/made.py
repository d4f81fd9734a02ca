"""Traits that were made of something: ranks, counts, ratios, and what is left of a covariate."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import in_digits, some
from lmm_data.checks.finding import Finding, column_of
from lmm_data.tables import Table
from lmm_data.transforms import rank_normal

# Fewer values may be anything.
ENOUGH = 20
# Correlation with the normal scores of its own ranks: that of a normal sample of 500 is 0.999.
SCORES = 0.999999
# Whole numbers that begin so low and are skewed so much are counts.
LOW, SKEWED = 3.0, 0.5
# Columns that are divided by each other, rows that are tried first, and relative rounding.
COLUMNS, TRIED, ROUNDED = 30, 12, 2e-3
# The chance that a trait and covariates that were not taken off it are as nearly uncorrelated.
CHANCE = 3e-4


def check_made(y: Floats, where: str) -> Iterator[Finding]:
    """Whether the values are ranks, their normal scores, counts or proportions.

    Args:
        y: without gaps, of more than two levels.
        where: the file and column.
    """
    if y.size < ENOUGH:
        return
    levels, sizes = np.unique(y, return_counts=True)
    as_rank = np.array_equal(levels, np.cumsum(sizes) - 0.5 * (sizes - 1))
    scores = float(np.corrcoef(y, rank_normal(y))[0, 1])
    if as_rank or scores > SCORES:
        yield Finding(
            "phenotype_rank",
            "note",
            where,
            "Ranks",
            f"They are the ranks from 1 to {y.size:,}."
            if as_rank
            else "They are the normal scores of ranks.",
            "The distances between the individuals are gone, and h is that of the order.",
            "Fit the values as they were measured beside it, if there are any.",
            value=scores,
        )
        return
    whole = bool((y == np.round(y)).all())
    u = (y - y.mean()) / max(float(y.std()), 1e-300)
    skew = float(np.mean(u**3))
    if whole and 0.0 <= y.min() <= LOW and skew > SKEWED and levels.size > LOW:
        yield Finding(
            "phenotype_count",
            "note",
            where,
            "Counts",
            f"Whole numbers from {in_digits(y.min())} to {in_digits(y.max())}, on average "
            f"{in_digits(float(y.mean()))}.",
            "Large counts vary more than small ones, where the model takes all errors for alike.",
            "Try the square root or the logarithm of the count plus one; a model for counts is "
            "not offered.",
            value=float(y.mean()),
        )
        return
    if not whole and y.min() >= 0.0 and y.max() <= 1.0 and np.ptp(y) > 0.2:
        yield Finding(
            "phenotype_ratio",
            "note",
            where,
            "A proportion",
            f"All values lie from {in_digits(y.min())} to {in_digits(y.max())}.",
            "Near 0 and 1 a proportion can hardly vary, where the model takes all errors for "
            "alike.",
            "Try the log odds if values come near an end.",
            value=float(y.mean()),
        )


def check_ratios(table: Table, columns: Sequence[str]) -> Iterator[Finding]:
    """Traits that are one column of the table divided by another."""
    names = [name for name in columns if name in table.columns][:COLUMNS]
    if len(names) < 3:
        return
    V = np.column_stack([table.column(name) for name in names])
    whole = V[np.isfinite(V).all(axis=1) & (V != 0.0).all(axis=1)]
    if len(whole) < TRIED:
        return
    few = whole[:TRIED]
    for a, b in combinations(range(len(names)), 2):
        for above, below in ((a, b), (b, a)):
            for c, name in enumerate(names):
                if c in (a, b) or not _is_ratio(few[:, c], few[:, above], few[:, below]):
                    continue
                if not _is_ratio(whole[:, c], whole[:, above], whole[:, below]):
                    continue
                # Of a product, each factor is a ratio; the one that varies most is the product.
                yield Finding(
                    "phenotype_ratio",
                    "note",
                    column_of(table.name, name),
                    "A ratio",
                    f"It is {some([names[above]])} divided by {some([names[below]])}, or in "
                    "proportion to that.",
                    "Genes of either move it, and h is that of neither.",
                    f"Fit {some([names[above]])} with {some([names[below]])} as a covariate "
                    "instead.",
                    value=1.0,
                    column=name,
                )


def _is_ratio(y: Floats, above: Floats, below: Floats) -> bool:
    quotient = y / (above / below)
    middle = float(np.median(quotient))
    if middle == 0.0 or float(np.ptp(y)) <= 1e-3 * float(np.abs(y).max()):
        return False
    # A column that hardly varies divides nothing.
    varies = min(float(np.ptp(x)) / float(np.abs(x).max()) for x in (above, below)) > 0.05
    return varies and bool((np.abs(quotient / middle - 1.0) <= ROUNDED).all())


def check_corrected(
    y: Floats, X: Floats, names: Sequence[str], where: str, tests: int = 1
) -> Iterator[Finding]:
    """Whether y is what a regression on these covariates left: uncorrelated beyond chance.

    Args:
        y: without gaps, shape (n,).
        X: covariates of the same individuals, without the intercept, shape (n, c).
        names: of its columns.
        where: the file and column.
        tests: how many traits are looked at, which is as many chances.
    """
    from scipy.special import betainc

    n = y.size
    # Of coarse values some are uncorrelated exactly by chance.
    if n < ENOUGH or 2 * np.unique(y).size < n:
        return
    centred = y - y.mean()
    size = float(np.linalg.norm(centred))
    Z = X - X.mean(axis=0)
    length = np.linalg.norm(Z, axis=0)
    varies = length > 1e-9 * (1.0 + np.abs(X).max(axis=0, initial=0.0))
    Z, kept = Z[:, varies] / length[varies], [x for x, v in zip(names, varies, strict=True) if v]
    if not kept or size == 0.0:
        return
    r2 = (Z.T @ (centred / size)) ** 2
    chances = betainc(0.5, 0.5 * (n - 2), np.minimum(r2, 1.0))
    gone = [
        name for name, p in zip(kept, chances, strict=True) if p <= CHANCE / (tests * len(kept))
    ]
    together = float(betainc(0.5 * len(kept), 0.5 * (n - 1 - len(kept)), min(float(r2.sum()), 1.0)))
    if not gone and len(kept) > 1 and together <= CHANCE / tests:
        gone = kept
    if not gone:
        return
    yield Finding(
        "phenotype_corrected",
        "warning",
        where,
        "Corrected for a covariate already",
        f"Its correlation with {some(gone, 3)} is {in_digits(float(np.sqrt(r2.max())), 2)}; that "
        "of values nothing was taken off would hardly ever be as small.",
        "A coefficient of 0 is then no result, and what covariates share with the kinship was "
        "taken off the trait before.",
        "Fit the trait as it was measured, with the covariates in the model; else leave them out.",
        value=float(np.sqrt(r2.max())),
    )
