"""What is wrong or odd about a phenotype: its entries, its shape, its gaps, its outliers."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import LARGEST, Floats, as_numeric
from lmm_core.certainty.prediction import residuals
from lmm_core.errors import DesignError, LMMError, count, in_digits
from lmm_core.fit import LMMFit
from lmm_data.checks.distribution import (
    all_alike,
    check_digits,
    check_distribution,
    check_order,
)
from lmm_data.checks.finding import Finding, beyond, column_of, first_of, labels_or_rows, named
from lmm_data.checks.tails import beyond_tail
from lmm_data.missing_values import missing_codes
from lmm_data.readers.reading import TextTable

# Digits of a number that is named as it stands in a file: 9999 is not 10,000.
EXACT = 12
# Chance that any of n studentised residuals of good fits, of all traits, is called an outlier.
OUTLIER_CHANCE = 0.003
# So much farther a residual is one whatever the tail of the others.
SURELY = 2.0
# Permutations for whether gaps go with kinship, and the chance that they do in any trait.
PERMUTATIONS = 999
RELATED_CHANCE = 0.003
# So many permutations are tried first, by which it may be so likely that no more are needed.
FIRST, SURELY_CHANCE = 100, 0.05
FEW = 20


def check_numbers(table: TextTable, column: str) -> Iterator[Finding]:
    """Entries of a column that are neither numbers nor missing, by row."""
    wrong = table.not_numbers(column)
    if not wrong:
        return
    names = labels_or_rows(table.ids, table.n)
    labels = tuple(names[row] for row, _ in wrong)
    where = column_of(table.name, column)
    entries = table.column(column)
    filled = sum(entry not in table.missing for entry in entries)
    examples = ", ".join(f"“{entry[:20]}” in row {row + 1}" for row, entry in wrong[:3])
    more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    if len(wrong) == filled:
        none = f"None of its {count(filled, 'entry', 'entries')} is a number: {examples}{more}."
        yield _text(where, none, float(len(wrong)))
        return
    one = len(wrong) == 1
    rest = len(wrong) - 1
    others = "" if one else f", nor {'is' if rest == 1 else 'are'} {count(rest, 'other')}"
    commas = all(entry.count(",") == 1 and "." not in entry for _, entry in wrong)
    yield Finding(
        "phenotype_entries",
        "error",
        where,
        "An entry that is not a number" if one else "Entries that are not numbers",
        f"“{wrong[0][1][:20]}” in row {wrong[0][0] + 1} is not a number{others}.",
        "The column cannot be used.",
        "Write decimals with a point."
        if commas
        else f"Correct {'it' if one else 'them'}, or write NA.",
        labels,
        float(len(wrong)),
    )


def check_phenotype(
    name: str,
    values: ArrayLike,
    ids: Sequence[str] | None = None,
    *,
    where: str | None = None,
    columns: int = 1,
) -> tuple[Finding, ...]:
    """A phenotype by itself, in the order of its file.

    Args:
        name: of the trait.
        values: shape (n,), NaN where missing.
        ids: the individuals.
        where: the file and column; the name alone by default.
        columns: p, how many columns the model has, the intercept included.
    """
    try:
        y = as_numeric(values, f"the phenotype {name}").ravel()
    except DesignError as error:
        return (_text(where or name, f"{error.statement}."),)
    where = where or name
    names = labels_or_rows(ids, y.size)
    if np.isinf(y).any():
        return (_infinite(where, tuple(names[i] for i in np.flatnonzero(np.isinf(y)))),)
    size = float(np.nanmax(np.abs(y), initial=0.0))
    if size > LARGEST or 0.0 < size < 1.0 / LARGEST:
        return (beyond("phenotype_unit", "error", where, size),)
    there = ~np.isnan(y)
    m = int(there.sum())
    found = [*_gaps(y, names, where)]
    if m <= max(2, columns + 1):
        return (
            Finding(
                "phenotype_few",
                "error",
                where,
                "Too few values",
                f"{count(m, 'value')} for {count(columns, 'coefficient')}.",
                "Two variances cannot be told apart with less than two values to spare.",
                "Measure more individuals, or leave out covariates.",
                value=float(m),
            ),
            *found,
        )
    y, names = y[there], tuple(names[i] for i in np.flatnonzero(there))
    if all_alike(y):
        return (
            Finding(
                "phenotype_constant",
                "error",
                where,
                "All values are the same",
                f"Each of the {m:,} values is {in_digits(float(y[0]))}.",
                "Without variance there is no share of it to estimate.",
                "Choose another column.",
                value=float(y[0]),
            ),
            *found,
        )
    if m < FEW:
        found.append(
            Finding(
                "phenotype_small",
                "warning",
                where,
                "A small sample",
                f"{count(m, 'value')}.",
                "h will be hardly more than a guess; its exact interval says how much.",
                "Take it as an example, or measure more individuals.",
                value=float(m),
            )
        )
    codes = missing_codes(y)
    for code, size in codes:
        found.append(_code(code, size, y, names, where))
        keep = y != code
        y, names = y[keep], tuple(names[i] for i in np.flatnonzero(keep))
    return (
        *found,
        *check_digits(y, where),
        *check_distribution(y, names, where),
        *check_order(y, where),
    )


def check_gaps(
    values: Floats,
    K: Floats,
    ids: Sequence[str],
    *,
    where: str,
    rng: np.random.Generator,
    traits: int = 1,
) -> Iterator[Finding]:
    """Whether values are missing family by family: a permutation test on the kinship.

    The statistic is the mean kinship among those without a value, each with the sample’s mean
    taken off; permuted, it tells how often chance does as well.

    Args:
        values: of one trait, NaN where missing, shape (n,).
        K: kinship, shape (n, n).
        ids: the individuals.
        where: the file and column.
        rng: randomness of the permutations.
        traits: how many are looked at, which is as many chances to be odd.
    """
    gone = ~np.isfinite(values)
    m = int(gone.sum())
    if min(m, values.size - m) < 5:
        return
    c = gone - gone.mean()
    draws = rng.permuted(np.tile(c, (PERMUTATIONS, 1)), axis=1)
    own = np.diagonal(K)

    def related(rows: Floats) -> Floats:
        """Without everybody's kinship with themselves."""
        total: Floats = np.einsum("ij,ij->i", rows @ K, rows) - np.square(rows) @ own
        return total

    observed = float(related(c[np.newaxis])[0])
    # A few tell of most that it is chance.
    if _exceeded(observed, related(draws[:FIRST])) > SURELY_CHANCE:
        return
    chance = _exceeded(observed, related(draws))
    if chance > RELATED_CHANCE / traits:
        return
    yield Finding(
        "phenotype_gaps_related",
        "warning",
        where,
        "Missing in families",
        f"The {m:,} individuals without a value are more related than chance explains "
        f"(p = {in_digits(chance)}).",
        "Whole families may have been left out for a reason that goes with the trait; h then "
        "describes those that remain.",
        "Find out why they are missing.",
        tuple(label for label, absent in zip(ids, gone, strict=True) if absent),
        chance,
    )


def _exceeded(observed: float, null: Floats) -> float:
    """The chance of a number as large, by the gamma distribution with the moments of a sample.

    So a chance below one in the sample's size can be told.
    """
    from scipy.special import gammaincc

    spread = float(null.std())
    if spread == 0.0:
        return 1.0
    z = (observed - float(null.mean())) / spread
    skew = max(float(np.mean(((null - null.mean()) / spread) ** 3)), 0.01)
    shape = 4.0 / skew**2
    return float(gammaincc(shape, max(shape + z * shape**0.5, 0.0)))


def check_residuals(
    fit: LMMFit, ids: Sequence[str] | None = None, *, where: str = "phenotype", traits: int = 1
) -> Iterator[Finding]:
    """Individuals whom the fitted model cannot believe: studentised residuals.

    Args:
        fit: with an estimate.
        ids: the individuals.
        where: the file and column.
        traits: how many are looked at, which is as many chances to be odd.
    """
    from scipy.special import ndtri

    try:
        t = residuals(fit).studentized
    except LMMError:
        return
    far = float(-ndtri(0.5 * OUTLIER_CHANCE / (fit.n * traits)))
    t = np.nan_to_num(t)
    # Beside the others, of whom those far off say nothing.
    others = max(float(t[np.abs(t) <= far].std()), 1e-300)
    odd = beyond_tail(t / others, np.flatnonzero(np.abs(t) > far), far + SURELY)
    if not odd.size:
        return
    odd = odd[np.argsort(-np.abs(t[odd]), kind="stable")]
    names = labels_or_rows(ids, fit.n)
    labels = tuple(names[i] for i in odd)
    yield Finding(
        "phenotype_residuals",
        "warning",
        where,
        "A value that its relatives do not explain"
        if len(labels) == 1
        else "Values that their relatives do not explain",
        f"{first_of(labels, 'is')} {in_digits(abs(float(t[odd[0]])))} standard deviations from "
        f"what all others predict; {far:.1f} would be rare.",
        "A single such value can move h and the coefficients.",
        "Check the record; compare the fit with and without it.",
        labels,
        float(t[odd[0]]),
    )


def _text(where: str, found: str, value: float | None = None) -> Finding:
    return Finding(
        "phenotype_text",
        "error",
        where,
        "Text, not numbers",
        found,
        "A phenotype must be a number for the model.",
        "Choose another column, or code two categories as 0 and 1.",
        value=value,
    )


def _infinite(where: str, labels: tuple[str, ...]) -> Finding:
    return Finding(
        "phenotype_infinite",
        "error",
        where,
        "An infinite value" if len(labels) == 1 else "Infinite values",
        f"{count(len(labels), 'value is', 'values are')} infinite: {named(labels)}.",
        f"A sum of squares cannot hold {'it' if len(labels) == 1 else 'them'}.",
        f"Write NA if {'it is' if len(labels) == 1 else 'they are'} missing.",
        labels,
        float(len(labels)),
    )


def _gaps(y: Floats, names: tuple[str, ...], where: str) -> Iterator[Finding]:
    gone = np.flatnonzero(~np.isfinite(y))
    if not gone.size:
        return
    share = gone.size / y.size
    labels = tuple(names[i] for i in gone)
    yield Finding(
        "phenotype_missing",
        "warning" if share > 0.5 else "note",
        where,
        "Missing values",
        f"{gone.size:,} of {count(y.size, 'individual')} ({share:.0%}) have no value.",
        "They leave the phenotype, the covariates and the kinship together.",
        "Nothing needs doing if they were not measured.",
        labels,
        share,
    )


def _code(code: float, size: int, y: Floats, names: tuple[str, ...], where: str) -> Finding:
    labels = tuple(names[i] for i in np.flatnonzero(y == code))
    rest = y[y != code]
    return Finding(
        "phenotype_code",
        "warning",
        where,
        f"{in_digits(code, EXACT)} may mean missing",
        f"{in_digits(code, EXACT)} occurs {count(size, 'time')}; all other values lie from "
        f"{in_digits(float(rest.min()))} to {in_digits(float(rest.max()))}.",
        "Taken as a number, it changes the mean, the variance and h.",
        f"If it means “missing”, take {in_digits(code, EXACT)} for missing.",
        labels,
        code,
    )
