"""In which ways a file may name its rows: every one is kept until the other files are seen."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from lmm_core.arrays import Brief
from lmm_core.errors import DataError, some
from lmm_data.readers.numeric import MISSING_CODES

if TYPE_CHECKING:
    from lmm_data.readers.reading import Reading

NamedBy: TypeAlias = Literal["", "IID", "FID_IID"]
# A tuple of entries, or a `NumberColumn`.
Column: TypeAlias = Sequence[str]

_GENERIC = re.compile(r"[VX](\d+)")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Candidate(Brief):
    """One way in which a file may name its rows.

    Attributes:
        name: by which it can be asked for: a column's name, or "rows" or "header" of a matrix.
        words: what it is, for a sentence: "column “id”".
        ids: of the n rows, none of them empty.
        used: indices of the columns that then hold ids and no values.
        by_name: whether the file says that these are ids, by the name of the column.
        counts_rows: whether they are 1 to n or 0 to n - 1 in the order of the rows, and stand
            on no other margin.
        named_by: as of `Reading`.
        members: the different ids.
    """

    name: str
    words: str
    ids: tuple[str, ...]
    used: tuple[int, ...] = ()
    by_name: bool = False
    counts_rows: bool = False
    named_by: NamedBy = ""
    members: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "members", frozenset(self.ids))

    @property
    def unique(self) -> bool:
        """Whether no two rows have the same id."""
        return len(self.members) == len(self.ids)

    @property
    def in_words(self) -> bool:
        """Whether some id is more than a number or a missing value, as 007 and 1-2 are."""
        return not all(_NUMBER.fullmatch(label) or label in MISSING_CODES for label in self.members)

    @property
    def in_fractions(self) -> bool:
        """Whether some id is a number with a part behind its point, as what is measured has."""
        return not self.in_words and any("." in label for label in self.members)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sheet(Brief):
    """A table as it stands in its file, before it is decided which columns name the rows.

    Attributes:
        names: of all columns, "" where the header has none; none at all without a header.
        columns: the entries of each as they were written.
        spaced: whether white space separates them, as in PLINK's, GCTA's and FaST-LMM's files.
        before, after: what `Reading.format` says before and after the words on the ids.
        notes: those of the reading that speak of the ids.
        alone: what names the rows as far as this file can tell; None if nothing does.
        lines: of the file, where each row stands, from 1; none if that is not known.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    spaced: bool
    before: str
    after: str
    notes: tuple[str, ...] = ()
    alone: Candidate | None = None
    lines: tuple[int, ...] = ()

    def label(self, index: int) -> str:
        """What a column is called: by its place where it has no name."""
        return label_of(self.names, index)

    def values_at(self, named: Candidate | None, aside: Collection[int] = ()) -> list[int]:
        """Indices of the columns of values, which name no rows and have a name or an entry."""
        used = {*(named.used if named else ()), *aside}
        return [
            j
            for j, column in enumerate(self.columns)
            if j not in used and not (self.names and not self.names[j] and not any(column))
        ]


def counts_rows(ids: Sequence[str]) -> bool:
    """Whether entries only count the rows, from 1 or from 0.

    >>> counts_rows(("1", "2", "3")), counts_rows(("0", "1")), counts_rows(("2", "1"))
    (True, True, False)
    """
    if not ids or ids[0] not in ("0", "1"):
        return False
    start = int(ids[0])
    return all(label == str(index) for index, label in enumerate(ids, start))


def is_made_up(header: Sequence[str]) -> bool:
    """Whether the names of columns are those that R makes up: V1, V2, … or X1, X2, ….

    >>> is_made_up(("V1", "V2")), is_made_up(("X1", "X2")), is_made_up(("X2", "X1"))
    (True, True, False)
    """
    found = [_GENERIC.fullmatch(label) for label in header]
    letters = {label[0] for label in header if label}
    return len(letters) == 1 and all(
        match is not None and match[1] == str(index) for index, match in enumerate(found, 1)
    )


def named_by_place(labels: Collection[str]) -> str:
    """The note on columns whose name is only their place."""
    return f"without a name in the header, and named by its place: {some(labels)}"


def _of_place(sheet: Sheet, columns: Collection[str]) -> tuple[str, ...]:
    unnamed = [
        sheet.label(index)
        for index, name in enumerate(sheet.names)
        if not name and sheet.label(index) in columns
    ]
    return (named_by_place(unnamed),) if unnamed else ()


def label_of(names: Sequence[str], index: int) -> str:
    """What a column is called: by its place where it has no name."""
    return (names[index] if names else "") or f"column{index + 1}"


def column_words(names: Sequence[str], index: int) -> str:
    """A column in words: by its name, or by its place."""
    if names and names[index]:
        return f"column “{names[index]}”"
    return "the first column" if index == 0 else f"column {index + 1}"


def id_words(names: Sequence[str], candidate: Candidate | None) -> str:
    """What `Reading.format` says of the ids of a table."""
    if candidate is None:
        return "no ids"
    if candidate.named_by:
        first = tuple(candidate.used) == (0, 1)
        return f"family and individual ids{' in the first two columns' * first}"
    index = candidate.used[0]
    label = names[index] if names else ""
    return f"ids in {column_words((), index)}" + (f", “{label}”" if label else "")


def renamed(
    reading: "Reading", candidate: Candidate | None, aside: Collection[int] = ()
) -> "Reading":
    """The reading of a table with its rows named in another way, or by nothing.

    Args:
        reading: with a `sheet`.
        candidate: of it.
        aside: indices of further columns that hold no values.

    Raises:
        DataError: two of the other columns have the same name.
    """
    from lmm_data.readers.reading import suspicions

    sheet, table = reading.sheet, reading.table
    assert sheet is not None
    assert table is not None
    kept: dict[str, Column] = {}
    for index in sheet.values_at(candidate, aside):
        label = sheet.label(index)
        if label in kept:
            raise DataError(
                "each column must have its own name",
                f"{some([label])} is the name of more than one",
                "rename one of them",
                where=table.name,
            )
        # The reader may have turned decimal commas into points.
        kept[label] = table.column(label) if label in table.columns else sheet.columns[index]
    made = replace(
        table,
        ids=candidate.ids if candidate else None,
        columns=tuple(kept),
        entries=tuple(kept.values()),
    )
    old = {*suspicions(table), *_of_place(sheet, table.columns)}
    new = (*_of_place(sheet, made.columns), *suspicions(made))
    rest = [n for n in reading.notes if n not in old and n not in sheet.notes and n not in new]
    return replace(
        reading,
        table=made,
        format=f"{sheet.before}, {id_words(sheet.names, candidate)}{sheet.after}",
        notes=(*rest, *new),
        named_by=candidate.named_by if candidate else "",
    )
