"""What any reader returns: what the file was taken for, and what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError
from lmm_core.tables import GenotypeTable, Table, locked, some

Kind: TypeAlias = Literal["table", "kinship", "genotypes"]

MISSING_CODES = ("", "NA", "NaN", "nan", ".", "-", "N/A")
"""Entries that are taken for missing; what else a column holds is text or a number."""


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """Entries as they were written, with a name for every column.

    A reader keeps the text: which columns are numbers, categories or a mistake is for the checks
    to find and for the user to see.

    Attributes:
        name: what to call the table in a message.
        ids: the n individuals, stripped text, or None where the file carries none.
        columns: the c column names, unique.
        entries: c tuples of n stripped entries, the missing codes as they were written.
        missing: entries that are taken for missing.
    """

    name: str
    ids: tuple[str, ...] | None
    columns: tuple[str, ...]
    entries: tuple[tuple[str, ...], ...]
    missing: frozenset[str] = frozenset(MISSING_CODES)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.entries[0]) if self.entries else len(self.ids or ())

    def column(self, column: str) -> tuple[str, ...]:
        """The entries of one column, or a DataError that lists the columns."""
        if column not in self.columns:
            raise DataError(
                f"{self.name} has no column '{column}': choose from {some(self.columns, 12)}"
            )
        return self.entries[self.columns.index(column)]

    def is_numeric(self, column: str) -> bool:
        """Whether every entry of a column is a finite number or missing."""
        return not self.not_numbers(column)

    def not_numbers(self, column: str) -> tuple[tuple[int, str], ...]:
        """Row (from 0) and text of each entry that is neither a finite number nor missing."""
        return tuple(
            (row, entry)
            for row, entry in enumerate(self.column(column))
            if entry not in self.missing and not np.isfinite(as_number(entry))
        )

    def numbers(self, columns: Sequence[str] | None = None) -> Table:
        """The columns as numbers, NaN where missing.

        Args:
            columns: which ones; by default all that are numeric.

        Raises:
            DataError: no ids, or an entry that is not a number: its row and column.
        """
        if self.ids is None:
            raise DataError(f"{self.name} carries no ids: say whose rows they are")
        chosen = tuple(columns if columns is not None else filter(self.is_numeric, self.columns))
        for column in chosen:
            wrong = self.not_numbers(column)
            if wrong:
                row, entry = wrong[0]
                raise DataError(
                    f"{self.name}: entries must be numbers: row '{self.ids[row]}', column "
                    f"'{column}' holds '{entry[:40]}'; code categories as 0 and 1, missing values "
                    "as NA, and use a point for decimals"
                )
        values = np.empty((len(self.ids), len(chosen)))
        for place, column in enumerate(chosen):
            values[:, place] = [
                np.nan if entry in self.missing else as_number(entry)
                for entry in self.column(column)
            ]
        return Table(self.name, self.ids, chosen, values)

    def with_ids(self, ids: Sequence[str]) -> "TextTable":
        """The same rows, named."""
        if len(ids) != self.n:
            raise DataError(f"{self.name} has {self.n} rows: {len(ids)} ids cannot name them")
        return replace(self, ids=tuple(str(label).strip() for label in ids))


@dataclass(frozen=True, slots=True, eq=False)
class KinshipMatrix:
    """A square matrix as it was read; whether it is a kinship is for the checks to say.

    Attributes:
        name: what to call it in a message.
        ids: the n individuals, or None where the file carries none.
        values: read-only, shape (n, n), NaN where missing; not made symmetric.
        scale: 1 for a relationship matrix; 2 for kinship coefficients such as KING's, which are
            half of a relationship. `values` are as in the file.
    """

    name: str
    ids: tuple[str, ...] | None
    values: Floats
    scale: float = 1.0

    def __post_init__(self) -> None:
        values = locked(np.asarray(self.values, dtype=np.float64))
        if values.ndim != 2 or values.shape[0] != values.shape[1]:
            raise DataError(
                f"{self.name}: kinship must be square: it has the shape {values.shape}; the rows "
                "and the columns are the same individuals"
            )
        if self.ids is not None and len(self.ids) != values.shape[0]:
            raise DataError(
                f"{self.name}: {len(self.ids)} ids cannot name the rows of a kinship of "
                f"{values.shape[0]}; the file of ids belongs to another matrix"
            )
        object.__setattr__(self, "values", values)

    @property
    def n(self) -> int:
        """Number of individuals."""
        return int(self.values.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A file, or files that belong together, as read.

    Attributes:
        name: the file's name, for messages.
        kind: whether it holds a table, a kinship or genotypes.
        format: in words, such as "comma-separated text, a header, ids in the first column".
        notes: what was found out and not said by the file, each a sentence for the reader: the
            separator, the header, the missing codes met, -9 as a suspicion, what was left out.
        table, kinship, genotypes: what it holds; the one of `kind` is there, and a `table` may
            come with genotypes, as a fam file's phenotypes do.
        covariates: a second table, where a format has one, as R/qtl2's has.
        missing_met: the missing codes that occur, with how often.
    """

    name: str
    kind: Kind
    format: str
    notes: tuple[str, ...] = ()
    table: TextTable | None = None
    kinship: KinshipMatrix | None = None
    genotypes: GenotypeTable | None = None
    covariates: TextTable | None = None
    missing_met: tuple[tuple[str, int], ...] = field(default=())


def as_number(entry: str) -> float:
    """The number that an entry is, NaN if it is none; infinities stay what they are."""
    # float() takes 1_000 for a number, which no other program does.
    if "_" in entry:
        return float("nan")
    try:
        return float(entry)
    except ValueError:
        return float("nan")
