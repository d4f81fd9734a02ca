"""What any reader takes and returns: a source; what it was taken for, and what is in it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import BinaryIO, Literal, TypeAlias

import numpy as np

from lmm_core.arrays import LARGEST, Brief, Floats, locked
from lmm_core.errors import DataError, signed, some
from lmm_data.pedigree import PedigreeTable
from lmm_data.readers.naming import Candidate, Column, NamedBy, Sheet
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import MISSING_CODES, USUAL_CODES, as_number, numbers_of
from lmm_data.tables import GenotypeTable, Table, no_column, require_one_row, require_unique

Kind: TypeAlias = Literal["table", "kinship", "genotypes"]
Source: TypeAlias = str | PathLike[str] | bytes | BinaryIO

SUSPECTED_CODES = (-9, -99, -999, -9999, -99999, -999999, -(1 << 31), 999, 9999, 99999, 999999)
"""Numbers that stand for missing in some files, PLINK's -9 first: suspected, never assumed.

-2147483648 is what R keeps in the place of a missing whole number.
"""

_ASK = "if it means missing, say so"
_ENOUGH = 50  # columns with a suspicion: more of them tell nothing new
_DIGITS = frozenset("0123456789")
_SPELLINGS = {
    code: frozenset([str(code), *(f"{code}.{'0' * digits}" for digits in range(7))])
    for code in SUSPECTED_CODES
}
_SPELT = frozenset().union(*_SPELLINGS.values())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TextTable(Brief):
    """Entries as they were written, with a name for every column.

    A reader keeps the text: which columns are numbers, categories or a mistake is for the checks
    to find and for the user to see.

    Attributes:
        name: what to call the table in a message.
        ids: whose row each of the n is, stripped text, or None where the file carries none; an
            id in several rows has several records.
        columns: the c column names, unique.
        entries: c tuples of n stripped entries, the missing codes as they were written; a column
            of numbers may be a `NumberColumn` instead, whose text is made when it is asked for.
        missing: entries that are taken for missing.
        categories: columns that hold categories, as the file itself says, and be they numbers.

    Raises:
        DataError: columns of different lengths, a column name that is given twice.
    """

    name: str
    ids: tuple[str, ...] | None
    columns: tuple[str, ...]
    entries: tuple[Column, ...]
    missing: frozenset[str] = MISSING_CODES
    categories: frozenset[str] = frozenset()
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        require_unique(self.columns, self.name, "column", "name")
        lengths = {len(entries) for entries in self.entries}
        if self.ids is not None:
            lengths.add(len(self.ids))
        if len(self.entries) != len(self.columns) or len(lengths) > 1:
            raise DataError(
                f"{len(self.columns)} columns must be as many tuples of entries, one for each row",
                f"there are {len(self.entries)}, of {sorted(lengths)} entries",
                where=self.name,
            )
        indices = {column: index for index, column in enumerate(self.columns)}
        object.__setattr__(self, "_places", indices)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.entries[0]) if self.entries else len(self.ids or ())

    @property
    def repeats(self) -> bool:
        """Whether an individual has several rows."""
        return self.ids is not None and len(set(self.ids)) < len(self.ids)

    def column(self, column: str) -> Column:
        """The entries of one column, or a DataError that lists the columns."""
        if column not in self._places:
            raise no_column(self.name, column, self.columns)
        return self.entries[self._places[column]]

    def is_numeric(self, column: str) -> bool:
        """Whether every entry of a column is a finite number or missing."""
        return self.parsed(column) is not None

    def parsed(self, column: str) -> Floats | None:
        """One column as numbers, shape (n,), NaN where missing, or None if it is not numeric."""
        entries = self.column(column)
        if isinstance(entries, NumberColumn):
            return entries.parsed(self.missing)
        values = numbers_of(entries, self.missing)
        if values is None:
            return None
        # What was written as NaN or as an infinity is no number; what is missing is known.
        odd = np.flatnonzero(~np.isfinite(values)).tolist()
        return None if any(entries[row] not in self.missing for row in odd) else values

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
            raise DataError(f"{self.name} carries no ids", remedy="say whose rows they are")
        chosen, values = [], []
        for column in self.columns if columns is None else columns:
            parsed = self.parsed(column)
            if parsed is not None:
                chosen.append(column)
                values.append(parsed)
            elif columns is not None:
                row, entry = self.not_numbers(column)[0]
                raise DataError(
                    "entries must be numbers",
                    f"row “{self.ids[row]}”, column “{column}” holds “{entry[:40]}”",
                    "code categories as 0 and 1, missing values as NA, and use a point for "
                    "decimals",
                    where=self.name,
                )
        table = np.column_stack(values) if values else np.empty((len(self.ids), 0))
        return Table(self.name, self.ids, tuple(chosen), table)

    def entries_of(self, ids: Sequence[str], absent: str) -> tuple[Column, ...]:
        """The entries of each column for these ids, those of an id without a row as given.

        Raises:
            DataError: an individual has several rows, and these are not the ids of all rows:
                which row is meant is not known.
        """
        if tuple(ids) == self.ids:
            return self.entries
        require_one_row(self.ids or (), self.name)
        row = {label: i for i, label in enumerate(self.ids or ())}
        rows = [row.get(label) for label in ids]
        return tuple(
            tuple(absent if i is None else column[i] for i in rows)
            for column in map(tuple, self.entries)
        )

    def with_ids(self, ids: Sequence[str]) -> "TextTable":
        """The same rows, named."""
        if len(ids) != self.n:
            raise DataError(f"{self.name} has {self.n} rows", f"{len(ids)} ids cannot name them")
        return replace(self, ids=tuple(str(label).strip() for label in ids))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KinshipMatrix(Brief):
    """A square matrix as it was read; whether it is a kinship is for the checks to say.

    Attributes:
        name: what to call it in a message.
        ids: the n individuals, or None where the file carries none.
        values: read-only, shape (n, n), NaN where missing; not made symmetric.
        scale: 1 for a relationship matrix; 2 for kinship coefficients such as KING's, which are
            half of a relationship. `values` are as in the file.
        inverse: whether the format says that these are of the inverse of a relationship.
    """

    name: str
    ids: tuple[str, ...] | None
    values: Floats
    scale: float = 1.0
    inverse: bool = False

    def __post_init__(self) -> None:
        values = locked(np.asarray(self.values, dtype=np.float64))
        if values.ndim != 2 or values.shape[0] != values.shape[1]:
            raise DataError(
                "kinship must be square",
                f"it has the shape {values.shape}",
                "the rows and the columns are the same individuals",
                where=self.name,
            )
        if self.ids is not None and len(self.ids) != values.shape[0]:
            raise DataError(
                f"{len(self.ids)} ids cannot name the rows of a kinship of {values.shape[0]}",
                "the file of ids belongs to another matrix",
                "give its own",
                where=self.name,
            )
        object.__setattr__(self, "values", values)

    @property
    def n(self) -> int:
        """Number of individuals."""
        return int(self.values.shape[0])

    def table(self) -> Table:
        """The matrix as a table whose columns are its rows, or a DataError if it has no ids."""
        if self.ids is None:
            raise DataError(f"{self.name} carries no ids", remedy="say whose rows they are")
        return Table(self.name, self.ids, self.ids, self.values)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """An entry of a column that may stand for missing, or is a formula.

    Attributes:
        column: its name.
        statement: what stands there, in words.
        advice: what to do if it is so.
        apart: whether it lies apart from all else in the column, and is not only common there.
    """

    column: str
    statement: str
    advice: str
    apart: bool = True

    @property
    def sentence(self) -> str:
        """The statement and the advice."""
        return f"{self.statement}: {self.advice}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reading(Brief):
    """A file, or files that belong together, as read.

    Attributes:
        name: the file's name, for messages.
        kind: whether it holds a table, a kinship or genotypes.
        format: in words, such as "comma-separated text, a header, ids in the first column".
        notes: what was found out and not said by the file, each a sentence for the reader: the
            separator, the header, the missing codes met, -9 as a suspicion, what was left out.
        table, kinship, genotypes: what it holds; the one of `kind` is there, unless a fam file
            has no phenotypes, and a `table` may come with genotypes, as its phenotypes do.
        pedigree: in the place of a kinship, which is made of it for those with records.
        covariates: a second table, where a format has one, as R/qtl2's has.
        named_by: by what individuals are named, of a file that gives a family and an individual
            for each: by the individual alone, or by both where that repeats; "" for others.
        sheet: a table with all of its columns, where which of them name the rows may be decided
            anew beside other files.
        candidates: the ways in which a kinship, or genotypes, may name its rows, where there are
            several or where they may only count.
        unnamed: of genotypes, whether no file names their individuals, so that their ids are
            only places.
        either_way: of genotypes, whether their individuals may be what they have for markers.
        loco: in the place of a kinship, one for each chromosome, without its markers.
    """

    name: str
    kind: Kind
    format: str
    notes: tuple[str, ...] = ()
    table: TextTable | None = None
    kinship: KinshipMatrix | None = None
    genotypes: GenotypeTable | None = None
    pedigree: PedigreeTable | None = None
    covariates: TextTable | None = None
    named_by: NamedBy = ""
    sheet: Sheet | None = None
    candidates: tuple[Candidate, ...] = ()
    unnamed: bool = False
    either_way: bool = False
    loco: tuple[tuple[str, KinshipMatrix], ...] = ()

    @property
    def part(self) -> TextTable | KinshipMatrix | PedigreeTable | GenotypeTable | None:
        """What it holds of its kind; None of a fam file that gives sexes alone."""
        kinship = self.kinship or self.pedigree or (self.loco[0][1] if self.loco else None)
        return {"table": self.table, "kinship": kinship, "genotypes": self.genotypes}[self.kind]


def codes_in(codes: Iterable[str], columns: Iterable[Sequence[str]]) -> frozenset[str]:
    """The codes of missing values, and whatever in the columns is the same number."""
    found = {code.strip() for code in codes}
    numbers = {number for number in map(as_number, found) if np.isfinite(number)}
    if numbers:
        for column in columns:
            if isinstance(column, NumberColumn):
                found.update(column[row] for row in column.at(numbers))
            else:
                found.update(entry for entry in set(column) if as_number(entry) in numbers)
    return frozenset(found)


def missing_met(table: TextTable) -> tuple[tuple[str, int], ...]:
    """The missing codes that occur in a table, with how often, the most frequent first."""
    met: Counter[str] = Counter()
    for entries in table.entries:
        if isinstance(entries, NumberColumn):
            met.update(entries.met(table.missing))
            continue
        for code in table.missing.intersection(entries):
            met[code] += entries.count(code)
    return tuple(sorted(met.items(), key=lambda item: (-item[1], item[0])))


def unusual(met: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """A sentence on each missing code that was met and not everybody knows, such as #N/A."""
    return tuple(
        f"“{code}” stands {_times(times)} and is taken for missing"
        for code, times in met
        if code in MISSING_CODES and code not in USUAL_CODES
    )


def suspicions(table: TextTable) -> tuple[str, ...]:
    """Sentences on entries that may stand for missing values, and on formulas."""
    return tuple(
        found[0].sentence + _likewise([suspicion.column for suspicion in found[1:]])
        for found in suspected(table).values()
    )


def suspected(table: TextTable) -> dict[str, list[Suspicion]]:
    """By the entry that may stand for missing: the columns it is in, each with what is odd.

    A number is suspected if it is one of `SUSPECTED_CODES` and lies apart from the rest of its
    column; a word, if it is the only one among numbers. Formulas are under "=".
    """
    met: dict[str, list[Suspicion]] = {}
    for column, entries in zip(table.columns, table.entries, strict=True):
        if isinstance(entries, NumberColumn) and not entries.at(SUSPECTED_CODES):
            continue
        distinct = set(entries) - table.missing
        for code, spellings in () if _SPELT.isdisjoint(distinct) else _SPELLINGS.items():
            enough = len(met.get(str(code), ())) >= _ENOUGH
            if not enough and not spellings.isdisjoint(distinct):
                why, apart = _stands_apart(code, table.parsed(column))
                if why:
                    times = _times(sum(entries.count(spelling) for spelling in spellings))
                    said = f"{signed(str(code))} stands {times} in “{column}” and {why}"
                    met.setdefault(str(code), []).append(Suspicion(column, said, _ASK, apart))
        # A number ends in a digit: no need to parse each one here.
        words = [entry for entry in distinct if entry[-1:] not in _DIGITS]
        if len(words) == 1 and len(distinct) > 2 and not np.isfinite(as_number(words[0])):
            if all(np.isfinite(as_number(entry)) for entry in distinct.difference(words)):
                shown, times = words[0][:40], _times(entries.count(words[0]))
                said = f"“{shown}” stands {times} in “{column}” and all else is numbers"
                met.setdefault(words[0], []).append(Suspicion(column, said, _ASK))
        formulas = [e for e in entries if e[:1] == "="] if "=" in "".join(distinct) else []
        if formulas:
            shown, times = formulas[0][:40], _times(len(formulas))
            said = f"a formula stands {times} in “{column}”, “{shown}”"
            met.setdefault("=", []).append(Suspicion(column, said, "save values instead"))
    return met


def _likewise(columns: Sequence[str]) -> str:
    if len(columns) >= _ENOUGH - 1:
        return "; likewise in many more columns"
    return f"; likewise {some(columns)}" if columns else ""


def _stands_apart(code: int, values: Floats | None) -> tuple[str, bool]:
    """Why a number may be a code in its column, "" if not, and whether it lies apart there."""
    if values is None:
        return "", False
    others = values[(values != code) & ~np.isnan(values)]
    if not others.size or np.abs(others).max() > LARGEST:
        return "", False
    if code < 0 and others.min() >= 0:
        return "no other value is negative", True
    if np.abs(others - code).min() > np.ptp(others) / 2:
        return "no other value is near it", True
    times = int((values == code).sum())
    most = int(np.unique(others, return_counts=True)[1].max()) if times > 3 else times
    return (f"no other value more than {_times(most)}" if times >= 3 * most else ""), False


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
