"""Tables changed as was decided: categories spread out, traits transformed, rows left out."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_core.errors import DataError, some
from lmm_data.categories import level_columns, levels_of
from lmm_data.readers.naming import Column
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.reading import KinshipMatrix, TextTable
from lmm_data.transforms import log_transform, rank_normal

TRANSFORMS: Mapping[str, tuple[str, Callable[[Floats], Floats]]] = MappingProxyType(
    {
        "log": ("the natural logarithm", log_transform),
        "rank": ("the normal scores of the ranks", rank_normal),
    }
)
"""By code: what the new trait is, in words, and the function."""

_MISSING = "NA"
_BY_PLACE = re.compile(r"column\d+")


def spread(table: TextTable, columns: Collection[str]) -> TextTable:
    """The table with 0 and 1 for each level of a category but the first, in the column's place.

    Args:
        table: with ids.
        columns: those to replace; `sex` becomes `sex=male`.

    Raises:
        DataError: no such column, or one with fewer than two levels.
    """
    for column in columns:
        table.column(column)
    table = _settled(table)
    entries: dict[str, Column] = {}
    for column in table.columns:
        if column in columns:
            levels = levels_of(table, column)
            for level, name in enumerate(level_columns(column, levels.names), start=1):
                entries[name] = tuple(
                    _MISSING if index < 0 else str(int(index == level)) for index in levels.places
                )
        else:
            entries[column] = table.column(column)
    return _with(table, entries)


def transformed(
    table: TextTable, transforms: Sequence[tuple[str, str]], ids: Collection[str]
) -> TextTable:
    """The table with a column more for each transform, called `log(weight)` or `rank(weight)`.

    Args:
        table: with ids.
        transforms: (column, code of `TRANSFORMS`).
        ids: the individuals that are fitted, among whom the ranks are; the others are missing.

    Raises:
        DataError: no such column or transform, or a column that is not numbers.
        DesignError: the logarithm of values that are not positive.
    """
    table = _settled(table)
    present = np.array([label in ids for label in table.ids or ()], dtype=bool)
    entries = dict(zip(table.columns, table.entries, strict=True))
    for column, code in transforms:
        if code not in TRANSFORMS:
            raise DataError(
                f"there is no transform “{code}”", remedy=f"choose from {some(TRANSFORMS)}"
            )
        values = table.numbers([column]).values[:, 0].copy()
        values[~present] = np.nan
        entries[f"{code}({column})"] = _written(TRANSFORMS[code][1](values))
    return _with(table, entries)


def beside(
    covariates: TextTable | None, phenotypes: TextTable, columns: Sequence[str]
) -> TextTable:
    """The covariates with columns of the phenotypes, for the individuals of the covariates.

    Where individuals have several records, a row for each record: covariates of the individual
    are repeated, and missing for one who has none.

    Raises:
        DataError: no such column, or one that the covariates have too.
    """
    added = {column: phenotypes.column(column) for column in columns}
    if covariates is None:
        return _with(phenotypes, added)
    again = [column for column in columns if column in covariates.columns]
    if again:
        raise DataError(
            "each covariate must have its own name",
            f"{some(again)} is in {covariates.name} and in {phenotypes.name}",
            "take it from one of them",
        )
    missing = covariates.missing | phenotypes.missing
    base, further = covariates, added
    own = dict(zip(covariates.columns, covariates.entries, strict=True))
    if phenotypes.repeats and covariates.ids != phenotypes.ids:
        base = replace(phenotypes, name=covariates.name)
        own = dict(zip(own, covariates.entries_of(base.ids or (), _MISSING), strict=True))
    else:
        looked_up = _with(phenotypes, added).entries_of(base.ids or (), _MISSING)
        further = dict(zip(added, looked_up, strict=True))
    joined = _with(base, own | further)
    categories = (covariates.categories | phenotypes.categories) & {*joined.columns}
    return replace(joined, missing=joined.missing | missing, categories=categories)


def merged(tables: Sequence[TextTable], what: str = "covariate") -> TextTable:
    """Tables side by side, joined by id; who is not in one of them lacks its values.

    Where one has several rows of an individual, all rows are records, those of this table.

    Args:
        tables: one or more.
        what: their columns are, in a word.

    Raises:
        DataError: a table without ids, a column that two of them have, or two tables with other
            records.
    """
    first, *others = tables
    if not others:
        return first
    unnamed = [table.name for table in tables if table.ids is None]
    if unnamed:
        raise DataError(
            "several files of traits or covariates are joined by id",
            f"there are none in {some(unnamed)}",
            "put the ids into the first column, or all columns into one file",
        )
    entries: dict[str, Column] = {}
    origin: dict[str, str] = {}
    categories = set()
    of_records = next((table.ids for table in tables if table.repeats), None)
    everyone = dict.fromkeys(label for table in tables for label in table.ids or ())
    ids = tuple(everyone) if of_records is None else of_records
    for table in tables:
        for own, written in zip(table.columns, table.entries_of(ids, _MISSING), strict=True):
            column = own
            if column in entries and _BY_PLACE.fullmatch(column):
                column = f"{what}{len(entries) + 1}"
            if column in entries:
                raise DataError(
                    f"each {what} must have its own name",
                    f"“{column}” is in {origin[column]} and in {table.name}",
                    "rename one of them, or leave one file out",
                )
            entries[column] = written
            origin[column] = table.name
            if own in table.categories:
                categories.add(column)
    missing = frozenset().union(*(table.missing for table in tables)) | {_MISSING}
    name = " and ".join(table.name for table in tables)
    columns, columns_of = tuple(entries), tuple(entries.values())
    return TextTable(name, ids, columns, columns_of, missing, frozenset(categories))


def together(tables: Sequence[TextTable]) -> TextTable:
    """Traits of several files side by side, joined by id.

    A name that two files have, or none, becomes the name of the file: see `called`.

    Raises:
        DataError: a table without ids, names that stay alike, or several rows of one id: which
            of them belongs to which row of the other file is not known.
    """
    repeating = [table.name for table in tables if table.repeats]
    if repeating:
        raise DataError(
            "traits of several files are joined by id, a row for each individual",
            f"individuals have several rows in {some(repeating)}",
            "put all traits into one file",
        )
    made = [
        replace(table, columns=columns)
        for table, columns in zip(tables, called(tables), strict=True)
    ]
    return merged(made, "trait")


def called(tables: Sequence[TextTable]) -> list[tuple[str, ...]]:
    """What the traits of several files are called beside each other.

    >>> ys = [TextTable(name, ("a",), ("y",), (("1",),)) for name in ("2023.csv", "2024.csv")]
    >>> called(ys)
    [('2023',), ('2024',)]
    """
    times = Counter(column for table in tables for column in table.columns)
    made = []
    for table in tables:
        stem = PurePosixPath(table.name.removesuffix(".gz")).stem
        single = len(table.columns) == 1
        columns = [
            (stem if single else f"{column} of {stem}")
            if times[column] > 1 or _BY_PLACE.fullmatch(column)
            else column
            for column in table.columns
        ]
        made.append(tuple(columns))
    return made


def renamed(covariates: TextTable, phenotypes: TextTable) -> TextTable:
    """The covariates, those without a name called unlike the traits without a name.

    Readers call a column without a name by its place, in both files alike.
    """
    if not any(map(_BY_PLACE.fullmatch, set(covariates.columns) & set(phenotypes.columns))):
        return covariates
    names = [
        f"covariate{index}" if _BY_PLACE.fullmatch(column) else column
        for index, column in enumerate(covariates.columns, start=1)
    ]
    renaming = dict(zip(covariates.columns, names, strict=True))
    categories = frozenset(renaming[column] for column in covariates.categories)
    return replace(covariates, columns=tuple(names), categories=categories)


def rows_without(table: TextTable, ids: Collection[str]) -> TextTable:
    """The table without the rows of some individuals."""
    keep = [label not in ids for label in table.ids or ()]
    return replace(
        table,
        ids=_kept(table.ids or (), keep),
        entries=tuple(_kept(written, keep) for written in table.entries),
    )


def kinship_without(kinship: KinshipMatrix, ids: Collection[str]) -> KinshipMatrix:
    """The kinship without the rows and columns of some individuals; itself if it has none."""
    keep = [label not in ids for label in kinship.ids or ()]
    if all(keep):
        return kinship
    chosen = np.array(keep, dtype=bool)
    values = read_only(kinship.values[np.ix_(chosen, chosen)])
    return replace(kinship, ids=_kept(kinship.ids or (), keep), values=values)


def _kept(entries: Sequence[str], keep: Sequence[bool]) -> tuple[str, ...]:
    return tuple(entry for entry, kept in zip(entries, keep, strict=True) if kept)


def _written(values: Floats) -> tuple[str, ...]:
    """Numbers as text that is read as the same numbers."""
    return tuple(_MISSING if np.isnan(value) else repr(float(value)) for value in values)


def _settled(table: TextTable) -> TextTable:
    """The table with NA where a code of its own stands, so that new numbers may be such codes."""
    own = table.missing - MISSING_CODES
    if not own:
        return table
    entries = tuple(
        tuple(_MISSING if entry in own else entry for entry in column) for column in table.entries
    )
    return replace(table, entries=entries, missing=table.missing - own)


def _with(table: TextTable, entries: Mapping[str, Column]) -> TextTable:
    missing = table.missing | {_MISSING}
    return replace(table, columns=tuple(entries), entries=tuple(entries.values()), missing=missing)
