"""Values with ids: what every reader returns, and what is joined by id afterwards."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT as MISSING_COUNT
from lmm_core.arrays import Brief, Floats, as_counts, locked, read_only
from lmm_core.errors import DataError, in_digits, some
from lmm_core.kinship import SYMMETRY_TOLERANCE, largest_asymmetry

_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table(Brief):
    """Numbers with a name for every row and every column.

    Attributes:
        name: what to call the table in a message, for example its file name.
        ids: whose row each of the n is, compared as stripped text, never as numbers; an id in
            several rows has several records.
        columns: the c column names, unique; there may be none.
        values: read-only float64, shape (n, c), NaN where missing, never infinite.

    Raises:
        DataError: shapes that disagree, an id or a column name that is empty, a column name that
            is given twice, an infinite value.

    >>> Table("pheno.csv", ("m1", "m2"), ("weight",), np.array([[7.2], [5.4]])).column("weight")
    array([7.2, 5.4])
    """

    name: str
    ids: tuple[str, ...]
    columns: tuple[str, ...]
    values: Floats

    def __post_init__(self) -> None:
        ids = _filled(self.ids, self.name, "row", "id")
        columns = unique_names(self.columns, self.name, "column", "name")
        values = locked(np.asarray(self.values, dtype=np.float64))
        if values.shape != (len(ids), len(columns)):
            raise DataError(
                "values must be rows by columns",
                f"{len(ids)} ids and {len(columns)} column names, but an array of shape "
                f"{values.shape}",
                where=self.name,
            )
        infinite = np.isinf(values)
        if infinite.any():
            row, column = np.argwhere(infinite)[0]
            raise DataError(
                "values must be finite or missing",
                f"row “{ids[row]}”, column “{columns[column]}” holds {values[row, column]}",
                "write NA if it is missing",
                where=self.name,
            )
        object.__setattr__(self, "ids", ids)
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "values", values)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.ids)

    @property
    def repeats(self) -> bool:
        """Whether an individual has several rows."""
        return len(set(self.ids)) < len(self.ids)

    def column(self, column: str) -> Floats:
        """The values of one column, shape (n,), or a DataError that lists the columns."""
        if column not in self.columns:
            raise no_column(self.name, column, self.columns)
        return self.values[:, self.columns.index(column)]

    def design(self, columns: Sequence[str]) -> Floats:
        """An intercept and these columns, shape (n, 1 + c), NaN where missing."""
        return np.column_stack([np.ones(self.n), *(self.column(column) for column in columns)])

    def select(self, ids: Sequence[str]) -> "Table":
        """The row of each of these ids, in this order; the table itself if that changes nothing.

        Args:
            ids: of this table; one that is there twice gets its row twice.

        Raises:
            DataError: an id without a row, or with several.
        """
        if tuple(ids) == self.ids:
            return self
        rows = rows_of(self.ids, ids, self.name)
        require_one_row(self.ids, self.name)
        return self.take(rows)

    def take(self, rows: Sequence[int]) -> "Table":
        """The rows of these indices, in this order."""
        ids = tuple(self.ids[i] for i in rows)
        return Table(self.name, ids, self.columns, read_only(self.values[list(rows)]))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GenotypeTable(Brief):
    """Allele counts with ids, and where on the genome each marker lies.

    Attributes:
        name: what to call the table in a message.
        ids: the n individuals, unique.
        markers: the m marker names; they may repeat, as `.` does in many PLINK files.
        chromosome: the chromosome of each marker, as text, length m.
        position: in base pairs, shape (m,), NaN where unknown.
        position_cm: in centimorgans, shape (m,), NaN where unknown.
        counts: read-only, shape (n, m). int8 with -127 for missing if every count is 0, 1 or
            2 (a quarter of the memory), otherwise float32 with NaN for missing. The values
            decide, not the type they come in; `dosages` is the same for both.
        allele1, allele0: of each marker, the allele that is counted and the other; none where
            no file names them.

    Raises:
        DataError: shapes that disagree, an id that is empty or given twice, a count
            outside [0, 2].
    """

    name: str
    ids: tuple[str, ...]
    markers: tuple[str, ...]
    chromosome: tuple[str, ...]
    position: Floats
    position_cm: Floats
    counts: NDArray[Any]
    allele1: tuple[str, ...] = ()
    allele0: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ids = unique_names(self.ids, self.name, "row", "id")
        markers = tuple(map(str, self.markers))
        n, m = len(ids), len(markers)
        position = locked(np.asarray(self.position, dtype=np.float64))
        position_cm = locked(np.asarray(self.position_cm, dtype=np.float64))
        counts = np.asarray(self.counts)
        if counts.shape != (n, m):
            raise DataError(
                "counts must be individuals by markers",
                f"{n} ids and {m} markers, but an array of shape {counts.shape}",
                where=self.name,
            )
        if not len(self.chromosome) == position.size == position_cm.size == m:
            raise DataError(
                f"each of the {m} markers needs a chromosome and a position",
                f"there are {len(self.chromosome)} chromosomes, {position.size} positions in "
                f"base pairs and {position_cm.size} in centimorgans",
                where=self.name,
            )
        if not {len(self.allele1), len(self.allele0)} <= {0, m}:
            raise DataError(
                f"alleles must be named for each of the {m} markers, or for none",
                f"there are {len(self.allele1)} and {len(self.allele0)}",
                where=self.name,
            )
        object.__setattr__(self, "ids", ids)
        object.__setattr__(self, "markers", markers)
        object.__setattr__(self, "chromosome", tuple(map(str, self.chromosome)))
        object.__setattr__(self, "position", position)
        object.__setattr__(self, "position_cm", position_cm)
        object.__setattr__(self, "counts", _as_counts(counts, self.name, ids, markers))

    @property
    def n(self) -> int:
        """Number of individuals."""
        return len(self.ids)

    @property
    def m(self) -> int:
        """Number of markers."""
        return len(self.markers)

    @property
    def shape(self) -> tuple[int, ...]:
        """Individuals, markers."""
        return self.counts.shape

    def __getitem__(self, key: tuple[slice, slice], /) -> NDArray[np.generic]:
        """A block of the counts, as `lmm_core.genotypes.Genotypes` hands them out."""
        return self.counts[key]

    def without(self, ids: Sequence[str]) -> "GenotypeTable":
        """The genotypes of all others; the table itself if it has none of the ids."""
        out = set(ids).intersection(self.ids)
        if not out:
            return self
        kept = [i for i, label in enumerate(self.ids) if label not in out]
        names = tuple(self.ids[i] for i in kept)
        return replace(self, ids=names, counts=read_only(self.counts[kept]))

    def dosages(self, ids: Sequence[str] | None = None) -> Floats:
        """The counts as float64 with NaN for missing, shape (n, m).

        Args:
            ids: individuals to take, in this order; all of them by default.
        """
        counts = self.counts
        if ids is not None:
            counts = counts[rows_of(self.ids, ids, self.name)]
        return as_counts(counts)


def rows_of(ids: Sequence[str], wanted: Sequence[str], name: str) -> list[int]:
    """The row of each wanted id among the ids of a table, or a DataError on those without one."""
    row = {label: i for i, label in enumerate(ids)}
    absent = [label for label in wanted if label not in row]
    if absent:
        raise DataError(f"{name} has no row for {some(absent)}")
    return [row[label] for label in wanted]


def as_kinship_table(table: Table) -> Table:
    """The table as a kinship: columns in the order of the rows, checked.

    Args:
        table: square, its column names being its ids in any order.

    Returns:
        The table with `columns == ids`; the table itself if that is how it came.

    Raises:
        DataError: an id with several rows, not square, column names that are not the ids, missing
            entries, or an asymmetry above 1e-8 times the largest entry. Whether it is positive
            semi-definite is left to `lmm_core.kinship.decompose`.
    """
    require_one_row(table.ids, table.name)
    n, width = table.values.shape
    if n != width:
        raise DataError(
            "kinship must be square",
            f"{n} rows x {width} columns",
            "the rows and the columns are the same individuals, ids in the first column and "
            "in the header",
            where=table.name,
        )
    if table.columns != table.ids:
        table = _reorder_columns(table)
    missing = np.isnan(table.values)
    if missing.any():
        i, j = np.argwhere(missing)[0]
        raise DataError(
            "kinship must have no missing entries",
            f"{int(missing.sum())} are, the first in row “{table.ids[i]}”, column “{table.ids[j]}”",
            "leave out individuals without genotypes, row and column",
            where=table.name,
        )
    gap, i, j = largest_asymmetry(table.values)
    if gap > SYMMETRY_TOLERANCE * np.abs(table.values).max():
        raise DataError(
            "kinship must be symmetric",
            f"“{table.ids[i]}” with “{table.ids[j]}” is {in_digits(table.values[i, j], 10)} but "
            f"“{table.ids[j]}” with “{table.ids[i]}” is {in_digits(table.values[j, i], 10)}, a "
            f"difference of {in_digits(gap)}",
            "make the two equal",
            where=table.name,
        )
    return table


def require_one_row(ids: Sequence[str], name: str) -> None:
    """A DataError that names the rows of the file `name`, if an individual has several."""
    if len(set(ids)) == len(ids):
        return
    times = Counter(ids)
    first = next(label for label in times if times[label] > 1)
    rows = [row for row, label in enumerate(ids, 1) if label == first]
    more = sum(count > 1 for count in times.values()) - 1
    others = f" (and {more} more have several)" if more else ""
    raise DataError(
        "each individual must have one row",
        f"“{first}” has {len(rows)}, the first two are rows {rows[0]} and {rows[1]}{others}",
        "keep the row that holds; several records of one individual belong among the phenotypes",
        where=name,
    )


def no_column(name: str, column: str, columns: Sequence[str]) -> DataError:
    """That a table has no such column, with those that it has."""
    return DataError(f"{name} has no column “{column}”", remedy=f"choose from {some(columns, 12)}")


def other_header(ids: Sequence[str], header: Sequence[str], name: str) -> DataError:
    """That the header of a kinship holds other ids than its rows."""
    rows, columns = set(ids), set(header)
    only_rows = [label for label in ids if label not in columns]
    only_header = [label for label in header if label not in rows]
    hint = ""
    if all(label[:1] == "X" and label[1:] in rows for label in only_header):
        hint = "; R put the X before them: read and write the matrix with check.names = FALSE"
    return DataError(
        "the header must hold the ids of the rows",
        f"{some(only_header)} in the header only, {some(only_rows)} in the rows only",
        f"write the same ids in both{hint}",
        where=name,
    )


def _reorder_columns(table: Table) -> Table:
    if set(table.ids) != set(table.columns):
        raise other_header(table.ids, table.columns, table.name)
    values = table.values[:, rows_of(table.columns, table.ids, table.name)]
    return Table(table.name, table.ids, table.ids, read_only(np.ascontiguousarray(values)))


def require_unique(labels: tuple[str, ...], table: str, kind: str, what: str) -> None:
    """A DataError that names the first, if a label is there twice."""
    if len(set(labels)) < len(labels):
        twice = {label: times for label, times in Counter(labels).items() if times > 1}
        first, times = next(iter(twice.items()))
        more = f" (and {len(twice) - 1} more are repeated)" if len(twice) > 1 else ""
        raise DataError(
            f"each {kind} must have its own {what}",
            f"“{first[:40]}” is given {times} times{more}",
            "keep one of them or rename",
            where=table,
        )


def unique_names(
    labels: Iterable[str], table: str, kind: str, what: str = "name"
) -> tuple[str, ...]:
    """The labels, stripped, or a DataError if one of them is empty or there twice."""
    names = _filled(labels, table, kind, what)
    require_unique(names, table, kind, what)
    return names


def _filled(labels: Iterable[str], table: str, kind: str, what: str) -> tuple[str, ...]:
    names = tuple(str(label).strip() for label in labels)
    if "" in names:
        raise DataError(
            f"each {kind} must have its {what}",
            f"{kind} {names.index('') + 1} has none",
            f"fill it in or delete the {kind}",
            where=table,
        )
    return names


def _as_counts(
    counts: NDArray[Any], name: str, ids: tuple[str, ...], markers: tuple[str, ...]
) -> NDArray[Any]:
    # By blocks of markers: what is looked at would take the memory of the counts several times.
    step = max(1, _BLOCK // max(len(ids), 1))
    whole = True
    for start in range(0, len(markers), step):
        block = counts[:, start : start + step]
        missing = _missing(block)
        # Below 0 is above 127 without a sign: one comparison for two.
        bytewise = counts.dtype == np.int8
        valid = missing | (block.view(np.uint8) <= 2 if bytewise else (block >= 0) & (block <= 2))
        if not valid.all():
            i, j = np.argwhere(~valid)[0]
            raise DataError(
                "counts must be from 0 to 2, the copies of one allele",
                f"“{ids[i]}” has {block[i, j]} at marker “{markers[start + j]}”",
                "write missing genotypes as missing",
                where=name,
            )
        whole = whole and (bytewise or bool((missing | (block == np.floor(block))).all()))
    if counts.dtype == np.int8:
        return locked(counts)
    missing = _missing(counts)
    if whole:
        return read_only(np.where(missing, MISSING_COUNT, counts).astype(np.int8))
    return read_only(np.where(missing, np.nan, counts).astype(np.float32))


def _missing(counts: NDArray[Any]) -> NDArray[np.bool_]:
    missing: NDArray[np.bool_] = counts == MISSING_COUNT
    return missing | np.isnan(counts) if counts.dtype.kind == "f" else missing
