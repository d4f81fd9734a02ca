"""What is wrong or odd about one covariate by itself."""

from collections.abc import Iterator

import numpy as np

from lmm_core.arrays import LARGEST, Floats
from lmm_core.errors import count, in_digits, some
from lmm_data.categories import is_called_category
from lmm_data.checks.distribution import all_alike
from lmm_data.checks.finding import Finding, Severity, beyond, column_of, labels_or_rows
from lmm_data.checks.phenotype_checks import EXACT
from lmm_data.missing_values import missing_codes
from lmm_data.readers.reading import TextTable
from lmm_data.tables import Table

# Text columns with more levels than this are names, not categories.
LEVELS = 20
# Whole numbers of so many levels may be categories.
FEWEST, MOST = 3, 12
# Losing more than this share of the individuals to one column is worth a warning.
LOSS = 0.1


def check_column_entries(table: TextTable, column: str, wanted: bool) -> Iterator[Finding]:
    """Entries that are not numbers: mistakes, categories or names.

    Args:
        table: as it was read.
        column: one of its columns.
        wanted: whether it is asked for in the model, which it cannot be as it is.
    """
    severity: Severity = "error" if wanted else "warning"
    wrong = table.not_numbers(column)
    if not wrong:
        return
    where = column_of(table.name, column)
    entries = table.column(column)
    filled = [entry for entry in entries if entry not in table.missing]
    levels = sorted(set(filled))
    # A level such as 1 among levels such as 1a is a name too.
    if len(wrong) < 0.5 * len(filled):
        names = labels_or_rows(table.ids, table.n)
        row, entry = wrong[0]
        yield Finding(
            "covariate_entries",
            severity,
            where,
            "Entries that are not numbers",
            f"{count(len(wrong), 'entry is', 'entries are')} not: the first is "
            f"“{entry[:20]}” in row {row + 1}.",
            "The column cannot be used while they are in it.",
            "Correct them, or write NA.",
            tuple(names[row] for row, _ in wrong),
            float(len(wrong)),
        )
        return
    if len(levels) < 2:
        yield _constant(where, f"“{levels[0][:20]}”")
        return
    if len(levels) > LEVELS or 2 * len(levels) > len(filled):
        yield Finding(
            "covariate_names",
            "error" if wanted else "note",
            where,
            "Names, not categories",
            f"{count(len(levels), 'different entry', 'different entries')} in "
            f"{count(len(filled), 'row')}.",
            "A column for each would use up the individuals.",
            "Leave it out of the model.",
            value=float(len(levels)),
        )
        return
    yield Finding(
        "covariate_text",
        "error" if wanted else "note",
        where,
        "Categories",
        f"{count(len(levels), 'level')}: {some(levels, 6)}.",
        "The model needs numbers: one column of 0 and 1 for each level but the first.",
        f"Use the columns {some([f'{column}={level}' for level in levels[1:]], 4)} (one_hot).",
        value=float(len(levels)),
    )


def check_column(table: Table, column: str, wanted: bool = False) -> Iterator[Finding]:
    """A column of numbers: constant, with gaps or codes, or of a few levels.

    Args:
        table: of numbers.
        column: one of its columns.
        wanted: whether it is asked for in the model.
    """
    where = column_of(table.name, column)
    x = table.column(column)
    there = ~np.isnan(x)
    if not there.all():
        yield _missing(where, table.ids, ~there)
    values = x[there]
    if values.size == 0:
        yield _constant(where, "missing")
        return
    size = float(np.abs(values).max())
    if size > LARGEST:
        yield beyond("covariate_unit", "error" if wanted else "warning", where, size)
        return
    if all_alike(values):
        if values[0] == 1.0:
            yield Finding(
                "covariate_intercept",
                "note",
                where,
                "An intercept",
                "Every entry is 1.",
                "The model has an intercept already, so this adds nothing.",
                "Leave it out.",
                value=1.0,
            )
            return
        yield _constant(where, in_digits(float(values[0]), EXACT))
        return
    for code, size in missing_codes(values):
        if code == 0.0:
            continue
        yield Finding(
            "covariate_code",
            "warning",
            where,
            f"{in_digits(code, EXACT)} may mean missing",
            f"{in_digits(code, EXACT)} occurs {count(size, 'time')}, far from all other values.",
            "Taken for a number, it decides the coefficient.",
            "Write NA if it stands for a missing value.",
            tuple(table.ids[i] for i in np.flatnonzero(x == code)),
            code,
        )
    yield from _levels(where, column, values)


def _levels(where: str, column: str, values: Floats) -> Iterator[Finding]:
    """Whole numbers that may be categories; of batches and the like, 101, 205 and 307 too."""
    levels = np.unique(values)
    if levels.size < FEWEST or (levels % 1.0 != 0.0).any():
        return
    called = is_called_category(column)
    most = min(LEVELS, values.size // 2) if called else MOST
    if levels.size > most or not (called or (np.diff(levels) == 1.0).all()):
        return
    yield Finding(
        "covariate_levels",
        "note",
        where,
        "Whole numbers of a few levels",
        f"{count(levels.size, 'level')}, from {in_digits(levels[0], EXACT)} to "
        f"{in_digits(levels[-1], EXACT)}.",
        "One slope is fitted, as if the numbers were a measure.",
        "If they are categories, such as batches, use a column of 0 and 1 for each level "
        f"(--factor {column}).",
        value=float(levels.size),
    )


def _constant(where: str, what: str) -> Finding:
    return Finding(
        "covariate_constant",
        "warning",
        where,
        "The same for all",
        f"Every entry is {what}.",
        "It cannot explain any difference, and is the intercept again.",
        "Leave it out.",
    )


def _missing(where: str, ids: tuple[str, ...], gone: Floats) -> Finding:
    share = float(gone.mean())
    return Finding(
        "covariate_missing",
        "warning" if share > LOSS else "note",
        where,
        "Missing values",
        f"{int(gone.sum()):,} of {count(gone.size, 'individual')} ({share:.0%}) have no value.",
        "With this column in the model, they are left out of the fit.",
        "Fill them in where they are known; otherwise weigh the column against the individuals.",
        tuple(ids[i] for i in np.flatnonzero(gone)),
        share,
    )


def explained(x: Floats, others: Floats) -> float:
    """Share of the variance of x that the columns of `others` and an intercept explain."""
    x = x - x.mean()
    Z = others - others.mean(axis=0)
    Q, _ = np.linalg.qr(Z)
    return float(np.sum((Q.T @ x) ** 2) / max(float(x @ x), 1e-300))
