"""Covariates of numbers that are categories, or may be: GCTA's .covar, and by their names."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from lmm_core.errors import DataError, listed, some
from lmm_data.categories import is_called_category
from lmm_data.readers.opening import Outcome
from lmm_data.readers.reading import TextTable
from lmm_data.readers.text.dialect import plain_name

_MOST = 20
_SEX = frozenset(("sex", "gender", "geschlecht", "sexe", "sexo"))


def with_discrete(
    table: TextTable, outcomes: Sequence[Outcome]
) -> tuple[TextTable, tuple[str, ...]]:
    """The covariates of one file, as categories where that is certain, and what to say of them.

    Args:
        table: called as its file.
        outcomes: all files that are used.

    Returns:
        Beside a .qcovar all columns of a .covar are categories, whatever they hold. PLINK's users
        call a file of numbers so too: alone it keeps them, and what GCTA would do is said.
    """
    if not _ends(table.name, ".covar"):
        return table, ()
    if any(_ends(one.group.name, ".qcovar") for one in outcomes):
        note = f"{table.name} stands beside a .qcovar, so its columns are categories, as to GCTA."
        return replace(table, categories=frozenset(table.columns)), (note,)
    if not any(table.is_numeric(c) and _has_levels(table, c) for c in table.columns):
        return table, ()
    return table, (
        f"GCTA takes the numbers in {table.name} for categories. Here they have a slope, unless "
        "you say that they are (--factor).",
    )


def on_numbers(table: TextTable, factors: Collection[str]) -> tuple[str, ...]:
    """A note on numbers that have a slope though they are called as categories are; or none.

    Args:
        table: the covariates before categories are spread out.
        factors: columns that are categories all the same.
    """
    found = [
        column
        for column in table.columns
        if column not in factors
        and column not in table.categories
        and is_called_category(column)
        and _has_levels(table, column)
        and _is_whole(table, column)
        and third_sex(table, column) is None
    ]
    if not found:
        return ()
    return (
        f"{some(found, 6)} of {table.name} {'has' if len(found) == 1 else 'have'} one slope, as "
        f"a measure has: if the numbers are categories, say so (--factor {' '.join(found)}).",
    )


def third_sex(table: TextTable, column: str) -> DataError | None:
    """Why a sex of more than two numbers gets no slope, as 0 for unknown beside 1 and 2 would."""
    if plain_name(column) not in _SEX or not _is_whole(table, column):
        return None
    if not _has_levels(table, column):
        return None
    levels = sorted(set(table.column(column)) - table.missing)
    return DataError(
        "a sex must be one of two numbers, or a category",
        f"column “{column}” holds {listed(levels[:6])}",
        f"write NA for who is of unknown sex, say --factor {column} if they are all sexes, or "
        "leave the column out of the model",
        where=table.name,
    )


def _is_whole(table: TextTable, column: str) -> bool:
    values = table.parsed(column)
    return values is not None and not (values[np.isfinite(values)] % 1.0).any()


def _has_levels(table: TextTable, column: str) -> bool:
    """Whether a column has so few different entries that they may be categories, and over two."""
    levels = set(table.column(column)) - table.missing
    return 2 < len(levels) <= min(_MOST, table.n // 2)


def _ends(name: str, ending: str) -> bool:
    return name.lower().removesuffix(".gz").removesuffix(".txt").endswith(ending)
