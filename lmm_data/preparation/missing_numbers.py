"""Columns with numbers that are hardly values: not fitted before somebody says what they are."""

from collections.abc import Collection, Iterator

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, count, in_digits, listed
from lmm_data.missing_values import asked_about
from lmm_data.readers.reading import TextTable
from lmm_data.tables import Table

# As many digits as a code has: 9999 is not 10,000.
_EXACT = 12


def codes_refusals(traits: Table, kept: Collection[str]) -> dict[str, DataError]:
    """By the name of a trait, why it is not fitted before somebody says what a number in it is."""
    found = {
        column: codes_refusal(traits.name, column, values, kept, "choose another trait")
        for column, values in zip(traits.columns, traits.values.T, strict=True)
    }
    return {column: refusal for column, refusal in found.items() if refusal}


def codes_refusal(
    name: str, column: str, values: Floats, kept: Collection[str], way_on: str
) -> DataError | None:
    """Why a column is not fitted before somebody says what a number in it is; None of others.

    Args:
        name: of the file.
        column: one of numbers.
        values: its numbers, NaN where missing.
        kept: numbers that are said to be values.
        way_on: what to do if the column is not wanted.
    """
    codes = asked_about(values, kept)
    if not codes:
        return None
    rest = values[~np.isnan(values) & ~np.isin(values, [code for code, _ in codes])]
    first, *others = [f"{in_digits(code, _EXACT)} {_times(size)}" for code, size in codes]
    stand = listed([first.replace(" ", " stands ", 1), *others])
    options = " ".join(f"{code:.{_EXACT}g}" for code, _ in codes)
    means, are = (
        ("it means", "it is a value") if len(codes) == 1 else ("they mean", "they are values")
    )
    return DataError(
        "it must be said whether a number is a value or means “missing”",
        f"{stand} in “{column}”, and all else lies from {in_digits(float(rest.min()))} to "
        f"{in_digits(float(rest.max()))}",
        f"say --missing {options} if {means} “missing”, --not-missing {options} if {are}, or "
        f"{way_on}",
        where=name,
    )


def asked_of(table: TextTable, kept: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each column of numbers and each number in it that is asked about, as an option takes it."""
    for column in table.columns:
        values = table.parsed(column)
        for code, _ in () if values is None else asked_about(values, kept):
            yield column, f"{code:.{_EXACT}g}"


def _times(size: int) -> str:
    return {1: "once", 2: "twice"}.get(size, count(size, "time"))
