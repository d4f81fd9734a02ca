"""Matrices of R: plain ones, those of the package Matrix, and whether one is a kinship."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink_tables import Names
from lmm_data.readers.kinship.plink2 import kinship_reading
from lmm_data.readers.r.parsing import BrokenError
from lmm_data.readers.r.values import (
    attributes_of,
    classes,
    dimnames_of,
    kind_of,
    margins,
    matrix,
    numbers,
    shape_of,
    words,
)
from lmm_data.readers.reading import Reading

MOST_CELLS = 6000 * 6000
"""The most cells of a matrix that is written out of few numbers."""

_AT_ONCE = 512


def is_matrix(thing: Any) -> bool:
    """Whether an object is a matrix of numbers, plain or of the package Matrix."""
    if kind_of(thing) == "S4":
        return any(name in _PACKED for name in classes(thing))
    return kind_of(thing) in ("INT", "REAL") and len(shape_of(thing)) == 2


def cells_of(thing: Any) -> tuple[Floats, list[str], list[str]]:
    """The cells of a matrix, the names of its rows, and those of its columns.

    Raises:
        DataError: a matrix that is too large when it is written out.
    """
    if kind_of(thing) != "S4":
        rows, columns = margins(thing)
        return matrix(thing), rows, columns
    slots = attributes_of(thing)
    n, m = (int(size) for size in slots["Dim"].value)
    if n * m > MOST_CELLS or n < 0 or m < 0:
        raise DataError(
            f"a matrix may have {MOST_CELLS:,} cells",
            f"this one has {n:,} × {m:,}",
            "leave out individuals that have no phenotype",
        )
    name = next(name for name in classes(thing) if name in _PACKED)
    values = _PACKED[name](slots, n, m)
    if name[1] in "spo":
        # Of a symmetric matrix one triangle is kept; what stands in the other is nothing.
        for k in range(n):
            if _is_upper(slots):
                values[k, :k] = values[:k, k]
            else:
                values[:k, k] = values[k, :k]
    rows, columns = dimnames_of(slots.get("Dimnames"), 2)
    if name[1] != "g":
        rows = columns = rows or columns
    return values, rows, columns


def as_kinship(thing: Any, name: str) -> Reading | None:
    """A matrix as a kinship, if it is square and symmetric; None if it is a table.

    Its ids are those of its rows, the columns in the same order; where only one margin has
    names, as in tcrossprod of a part, they are of both.

    Raises:
        DataError: ids that differ between rows and columns.
    """
    values, rows, columns = cells_of(thing)
    n = len(values)
    if values.shape != (n, n) or n < 2:
        return None
    if rows and columns and rows != columns:
        if set(rows) != set(columns) or len(set(columns)) < n:
            return None
        place = {label: k for k, label in enumerate(columns)}
        values = values[:, [place[label] for label in rows]]
    # With the same names on both margins it is meant to be one, and what is wrong will be said.
    if not (rows and columns) and not _mirrors(values):
        return None
    ids, words_ = tuple(rows or columns), f"{matrix_words(thing)}, a square"
    if "n_pos" not in attributes_of(thing) or (values.diagonal() == 1.0).all():
        return kinship_reading(name, values, Names(ids), words_)
    # By calc_kinship; scale_kinship's has a diagonal of 1.
    note = (
        "calc_kinship of R/qtl2 made it: it holds coefficients of kinship, half of a relationship, "
        "and is doubled, as R/qtl2 does before it fits"
    )
    return kinship_reading(name, values, Names(ids, (note,)), f"{words_}, of R/qtl2", scale=2.0)


def _mirrors(values: Floats) -> bool:
    return all(
        np.allclose(values[k : k + _AT_ONCE], values[:, k : k + _AT_ONCE].T, equal_nan=True)
        for k in range(0, len(values), _AT_ONCE)
    )


def _is_upper(slots: Mapping[str, Any]) -> bool:
    return (words(slots.get("uplo")) or ["U"])[0] == "U"


def matrix_words(thing: Any) -> str:
    """What a matrix is, in words."""
    if kind_of(thing) == "S4":
        return f"a {classes(thing)[0]} of R"
    return "a matrix of R"


def _full(slots: Mapping[str, Any], n: int, m: int) -> Floats:
    return numbers(slots["x"]).reshape((n, m), order="F")


def _triangle(slots: Mapping[str, Any], n: int, m: int) -> Floats:
    """One triangle, column by column."""
    values, given = np.zeros((n, n)), numbers(slots["x"])
    upper, start = _is_upper(slots), 0
    for column in range(n):
        rows = slice(0, column + 1) if upper else slice(column, n)
        size = column + 1 if upper else n - column
        values[rows, column] = given[start : start + size]
        start += size
    return values


def _by_columns(slots: Mapping[str, Any], n: int, m: int) -> Floats:
    from scipy.sparse import csc_array

    rows, starts = (np.asarray(slots[name].value, dtype=np.int64) for name in "ip")
    given = numbers(slots["x"])
    if starts.size != m + 1 or rows.size != given.size or (np.diff(starts) < 0).any():
        raise BrokenError("the columns of a sparse matrix do not fit its entries")
    if starts[0] != 0 or starts[-1] != rows.size or not ((rows >= 0) & (rows < n)).all():
        raise BrokenError("the rows of a sparse matrix do not fit its size")
    made: Floats = csc_array((given, rows, starts), shape=(n, m)).toarray()
    return made


def _by_places(slots: Mapping[str, Any], n: int, m: int) -> Floats:
    rows, columns = (np.asarray(slots[name].value, dtype=np.int64) for name in "ij")
    if not ((rows >= 0) & (rows < n) & (columns >= 0) & (columns < m)).all():
        raise BrokenError("the places of a sparse matrix do not fit its size")
    values = np.zeros((n, m))
    np.add.at(values, (rows, columns), numbers(slots["x"]))
    return values


def _diagonal(slots: Mapping[str, Any], n: int, m: int) -> Floats:
    unit = (words(slots.get("diag")) or ["N"])[0] == "U"
    return np.diag(np.ones(n) if unit else numbers(slots["x"]))


_PACKED: Mapping[str, Callable[[Mapping[str, Any], int, int], Floats]] = {
    "dgeMatrix": _full,
    **dict.fromkeys(("dsyMatrix", "dpoMatrix", "corMatrix"), _full),
    **dict.fromkeys(("dspMatrix", "dppMatrix"), _triangle),
    **dict.fromkeys(("dgCMatrix", "dsCMatrix"), _by_columns),
    **dict.fromkeys(("dgTMatrix", "dsTMatrix"), _by_places),
    "ddiMatrix": _diagonal,
}
