"""Kinship matrices from text: a square, its lower triangle, or a list of pairs."""

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_core.errors import DataError
from lmm_core.readers.archive import MAX_BYTES, MEGABYTE, content_of, gunzip, name_of
from lmm_core.readers.dialect import (
    DECIMAL_COMMA,
    ID_NAMES,
    SEPARATORS,
    THOUSANDS,
    as_separator,
    count_of,
    decode,
    drop_comments,
    hash_header,
    is_number,
    is_value,
    plain_name,
    sample_of,
    separator_of,
    split,
)
from lmm_core.readers.labels import joined, require_ids
from lmm_core.readers.reading import MISSING_CODES, KinshipMatrix, Reading, Source, as_number
from lmm_core.tables import some

Progress: TypeAlias = Callable[[float], None]
Line: TypeAlias = tuple[int, str]

_SMALL = 4
_FORMS = (
    "give a square, its lower triangle with the diagonal, or lines of two ids and their value"
)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the lines are to be cut: n rows with `labels` entries of ids before the values."""

    form: Literal["square", "lower", "pairs"]
    header: bool
    labels: int
    n: int


class _Lines:
    """The lines with entries, and how to cut them."""

    def __init__(self, lines: list[Line], separator: str, name: str) -> None:
        self.lines = lines
        self.separator = separator
        self.name = name
        self.size = sum(len(line) for _, line in lines)
        ends = {line.rstrip(" ")[-1:] for _, line in (lines[min(1, len(lines) - 1)], lines[-1])}
        # GEMMA ends each line with a tab; the rows of a padded triangle do not all.
        self.tail = separator != " " and ends == {separator}
        entries = [e.strip() for _, line in lines[:_SMALL] for e in self.cut(line)]
        written = [e for e in entries if DECIMAL_COMMA.fullmatch(e)]
        points = any("." in e and is_number(e) for e in entries)
        self.decimal = not points and any(not THOUSANDS.fullmatch(e) for e in written)

    def cut(self, line: str) -> list[str]:
        """The entries of a line, which may have spaces around them."""
        fields = split(line, self.separator)
        if self.tail and len(fields) > 1 and not fields[-1].strip():
            fields.pop()
        return fields

    def values(self, fields: list[str], number: int, before: int) -> list[float]:
        """The entries as numbers, NaN where missing; `before` of them stand to their left."""
        if self.decimal:
            fields = [field.replace(",", ".") for field in fields]
        try:
            if "_" not in "".join(fields):
                return list(map(float, fields))
        except ValueError:
            pass
        return [
            self._value(field.strip(), number, before + place)
            for place, field in enumerate(fields, 1)
        ]

    def _value(self, entry: str, number: int, column: int) -> float:
        if entry in MISSING_CODES:
            return float("nan")
        value = as_number(entry)
        if np.isnan(value):
            raise DataError(
                f"{self.name}: entries must be numbers: line {number}, entry {column} is "
                f"'{entry[:40]}'; write missing values as NA, and a point for decimals"
            )
        return value

    def require_width(self, fields: Sequence[str], width: int, number: int) -> None:
        if len(fields) != width:
            raise DataError(
                f"{self.name}: line {number} must have {count_of(width, 'entry')}: it has "
                f"{len(fields)}; look for what is missing or too many there"
            )


def read_kinship_text(
    source: Source,
    name: str | None = None,
    *,
    separator: str | None = None,
    absent: Literal["zero", "error"] | None = None,
    progress: Progress | None = None,
    limit: int = MAX_BYTES,
) -> Reading:
    """A kinship matrix from text, its form and its dialect detected.

    Args:
        source: as for `read_delimited`. It may be a square, with ids in the first column, in
            the first two (FID and IID), in the header in any order, in both, or without ids, as
            GEMMA's `cXX.txt`; the lower triangle with its diagonal, row by row; a square of
            which one triangle is blank or zero; or lines of two ids and their value.
        name: what to call the kinship in messages; the file's name by default.
        separator: one character; a space stands for any white space.
        absent: what a pair is that a list of pairs leaves out. By default 0 if the list leaves
            out at least half of the pairs and holds positive values only, as lists of relatives
            do, and an error if it does not: a few pairs missing from a whole list are a mistake.
        progress: called with the fraction that is read, from 0 to 1.
        limit: the most bytes, packed, unpacked, and of the matrix.

    Returns:
        The values as in the file, one triangle mirrored where the other is not given; not
        otherwise made symmetric, and not scaled.

    Raises:
        DataError: not text, not square, an entry that is no number, ids that are given twice or
            differ between rows and header, pairs that are missing or contradict each other.

    >>> reading = read_kinship_text(b"id,b,a\\na,0.5,1\\nb,2,0.5\\n")
    >>> reading.kinship.ids, reading.kinship.values.tolist()
    (('a', 'b'), [[1.0, 0.5], [0.5, 2.0]])
    """
    name = name or name_of(source, "the kinship")
    lines, notes = _lines(source, name, separator, limit)
    layout = _layout(lines)
    if layout.n**2 * 8 > limit:
        raise DataError(
            f"{name}: a kinship may take {limit // MEGABYTE:,} MB of memory: that of {layout.n:,} "
            "individuals takes more; leave out individuals"
        )
    if lines.decimal:
        notes.append("the commas are decimal and are read as points")
    ids: tuple[str, ...] | None
    if layout.form == "pairs":
        ids, values = _read_pairs(lines, layout, absent, limit, notes, progress)
        words = "lines of two ids and their value"
    else:
        labels, values = _read_rows(lines, layout, progress)
        ids, values, words = _named(lines, layout, labels, values, notes)
    ...
