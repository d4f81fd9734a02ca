"""Data frames, matrices and vectors of R as tables with a name for every column."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from lmm_core.errors import DataError, some
from lmm_data.readers.frames import numbers_column
from lmm_data.readers.members import Member, tabular
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.r.matrices import cells_of, is_matrix, matrix_words
from lmm_data.readers.r.values import (
    as_words,
    attributes_of,
    classes,
    kind_of,
    margins,
    names_of,
    numbers,
    shape_of,
    words,
)

FEW = 3
"""A vector of fewer entries is a setting, and no data."""

MOST_ENTRIES = 20_000_000
"""The most entries of a table: as text each takes some sixty bytes."""

Entries: TypeAlias = Sequence[str | None] | NumberColumn
"""Of a column: as text, None where missing, or as numbers."""

# Classes of numbers that stand for something else.
_NO_NUMBERS = frozenset(["factor", "Date", "POSIXct"])


def is_frame(thing: Any) -> bool:
    """Whether an object is a data frame, a tibble or a data.table."""
    return kind_of(thing) == "VEC" and "data.frame" in classes(thing)


def as_table(thing: Any) -> Member | None:
    """A data frame, a matrix of numbers or words, or a vector with names as a table.

    Returns:
        None of what is none of these, or only a setting.

    Raises:
        DataError: columns of different lengths, or too many entries.
    """
    if is_frame(thing):
        return _frame(thing)
    if is_matrix(thing):
        values, rows, columns = cells_of(thing)
        _require_room(values.size)
        return _with_rows(matrix_words(thing), rows, columns, list(map(numbers_column, values.T)))
    made = as_words(thing) if kind_of(thing) in ("LGL", "INT", "REAL", "STR") else None
    if made is None:
        return None
    shape = shape_of(thing)
    if len(shape) == 2:
        rows, columns = margins(thing)
        n = shape[0]
        _require_room(len(made))
        cells = [made[k * n : (k + 1) * n] for k in range(shape[1])]
        return _with_rows("a matrix of R", rows, columns, cells)
    names = names_of(thing)
    if len(shape) < 2 and len(names) == len(made) >= FEW:
        _require_room(len(made))
        return _with_rows("a vector of R with names", names, ["value"], [made])
    return None


def columns_of(frame: Any) -> tuple[list[str], list[Entries], list[str]]:
    """The names and the entries of a frame's columns, and the names of those that hold others."""
    names: list[str] = []
    columns: list[Entries] = []
    others: list[str] = []
    for label, column in zip(names_of(frame), frame.value, strict=True):
        made, shape = _entries(column), shape_of(column)
        if made is None or len(shape) > 2:
            others.append(label)
        elif len(shape) == 2:
            n, inner = shape[0], margins(column)[1] or [str(k + 1) for k in range(shape[1])]
            names += [f"{label}.{one}" for one in inner]
            columns += [made[k * n : (k + 1) * n] for k in range(shape[1])]
        else:
            names.append(label)
            columns.append(made)
    return names, columns, others


def _entries(column: Any) -> Entries | None:
    """The entries of a column, those of numbers as such; None of what has none."""
    if kind_of(column) in ("INT", "REAL") and _NO_NUMBERS.isdisjoint(classes(column)):
        if len(shape_of(column)) < 2:
            return numbers_column(numbers(column))
    return as_words(column) if kind_of(column) in ("LGL", "INT", "REAL", "STR") else None


def _frame(frame: Any) -> Member:
    what = "a data frame of R"
    of = classes(frame)
    for name, words_ in (("tbl_df", "a tibble of R"), ("data.table", "a data.table of R")):
        what = words_ if name in of else what
    names, columns, others = columns_of(frame)
    _require_room(sum(map(len, columns)))
    notes: tuple[str, ...] = ()
    if others:
        notes = (f"left out, as columns of lists or other objects: {some(others)}",)
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise DataError(
            "the columns of a data frame must be of one length", f"they have {sorted(lengths)}"
        )
    if not columns:
        raise DataError("a data frame must have columns", "there are none that can be read")
    return _with_rows(what, _row_names(frame, lengths.pop()), names, columns, notes)


def _row_names(frame: Any, n: int) -> list[str]:
    """The names of the rows; none where R only counts them."""
    given = attributes_of(frame).get("row.names")
    if given is None:
        return []
    if kind_of(given) == "STR":
        return [word or "NA" for word in words(given)]
    # Of a part of a frame they are the places in the whole.
    counted = np.ma.filled(given.value.astype(np.int64), -1).tolist()
    return [] if len(counted) != n or counted == [*range(1, n + 1)] else list(map(str, counted))


def _with_rows(
    what: str,
    rows: list[str],
    names: list[str],
    columns: Sequence[Entries],
    notes: tuple[str, ...] = (),
) -> Member:
    if not names:
        names = [f"V{k + 1}" for k in range(len(columns))]
    if rows:
        return tabular(what, ["", *names], [list(rows), *columns], notes)
    return tabular(what, names, columns, notes)


def _require_room(count: int) -> None:
    if count > MOST_ENTRIES:
        raise DataError(
            f"a table of R may have {MOST_ENTRIES:,} entries",
            f"this one has {count:,}",
            "save the columns that are needed",
        )
