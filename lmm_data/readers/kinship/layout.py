"""How a kinship is laid out in lines of text: its form, its header, its ids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NoReturn

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, count
from lmm_data.readers.kinship.plink2 import numbers
from lmm_data.readers.numeric import MISSING_CODES, as_number, numbers_of
from lmm_data.readers.text.dialect import (
    ID_NAMES,
    entries_of,
    like_number,
    may_name,
    plain_name,
    split,
)
from lmm_data.readers.text.marks import has_decimal_comma, lines_with_commas

DIAGONAL = (
    "write each individual with itself: 1 in a relationship for one who is not inbred, ½ in "
    "coefficients; of distances from 0 to 1 give 1 less each, and 1 with oneself"
)
"""What to do about a matrix that does not say how individuals are related to themselves."""

_MAX_LABELS = 2
_AMBIGUOUS = 4
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines are to be read: n rows, each with `labels` entries of ids before the values."""

    form: Literal["square", "lower", "pairs"]
    header: bool
    labels: int
    n: int


class Lines:
    """The lines that hold entries, with their numbers in the file, and how to cut them."""

    def __init__(self, lines: list[str], separator: str, name: str, decimal: str = "") -> None:
        blank = [not line or line.isspace() for line in lines]
        self.numbers: Sequence[int] = range(1, len(lines) + 1)
        # A list of pairs may have millions of lines, and seldom a blank one but the last.
        while lines and blank[-1]:
            lines.pop()
            blank.pop()
        if any(blank):
            self.numbers = [number for number, empty in enumerate(blank, 1) if not empty]
            lines = [line for line, empty in zip(lines, blank, strict=True) if not empty]
        if not lines:
            raise DataError("the file must hold a matrix", "it holds comments alone", where=name)
        self.lines = lines
        self.separator = separator
        self.name = name
        ends = {line.rstrip(" ")[-1:] for line in (lines[min(1, len(lines) - 1)], lines[-1])}
        # GEMMA ends each line with a tab; of a triangle filled up with blanks, not all do.
        self.tail = separator != " " and ends == {separator}
        self.decimal = decimal == "," or (not decimal and self._has_commas())

    def _has_commas(self) -> bool:
        """Whether commas are decimal; the first may stand far down, below zeros and ones."""
        if self.separator == "," and not any('"' in line for line in self.lines):
            return False
        lines = [*self.lines[:_AMBIGUOUS], *lines_with_commas(self.lines)]
        return has_decimal_comma(entry.strip() for line in lines for entry in self.cut(line))

    def __len__(self) -> int:
        return len(self.lines)

    def cut(self, line: str) -> list[str]:
        """The entries of a line, perhaps with spaces around them."""
        fields = split(line, self.separator)
        if self.tail and len(fields) > 1 and not fields[-1].strip():
            fields.pop()
        return fields

    def below(self, header: bool) -> Iterator[tuple[int, str]]:
        """Number and text of each line, without the header if there is one."""
        return islice(zip(self.numbers, self.lines, strict=False), int(header), None)

    def entries(self, line: str) -> list[str]:
        """The stripped entries of a line."""
        if self.tail or '"' in line:
            return [entry.strip() for entry in self.cut(line)]
        return entries_of(line, self.separator)

    def row(self, place: int) -> list[str]:
        """The stripped entries of the line in this place, from 0."""
        return self.entries(self.lines[place])

    def values(self, fields: list[str], line: int, before: int) -> Floats:
        """Entries as numbers, NaN where missing; `before` other entries stand to their left."""
        if self.decimal:
            fields = [field.replace(",", ".") for field in fields]
        values = numbers_of(fields)
        if values is None:
            values = numbers([field.strip() for field in fields], self.name, line, before)
        return values

    def require_width(self, fields: Sequence[str], width: int, line: int) -> None:
        """A DataError that names the line, if it has another number of entries."""
        if len(fields) != width:
            raise DataError(
                "every row must have as many entries as the matrix has columns",
                f"line {line} has {len(fields)} and not {width}",
                "look for what is missing or too many there",
                where=self.name,
            )


def layout_of(lines: Lines) -> Layout:
    """The form of the matrix, told by the widths of the lines and by what is a name.

    Raises:
        DataError: no form fits.
    """
    first, last = lines.row(0), lines.row(-1)
    second = lines.row(min(1, len(lines) - 1))
    triangle = _triangle(lines, first, second, last)
    if triangle:
        return triangle
    square = _square(lines, first, last)
    if len(first) == len(second) == len(last) == 3 and all(map(_names_one, last[:2])):
        if len(lines) > _AMBIGUOUS or _rather_pairs(lines, square):
            return Layout("pairs", _is_name(first[2]) or "" in first[:2], 2, 0)
    if square is None and counts_lines([first, second, last]) and all(map(_names_one, last[1:3])):
        return Layout("pairs", True, 3, 0)
    if square is None:
        _refuse(lines, first, last)
    return square


def counts_lines(rows: Sequence[Sequence[str]]) -> bool:
    """Whether lines of pairs begin with their number, as melted tables that R or pandas wrote.

    Args:
        rows: the entries of the header and of other lines. The header has one name less, or none
            for the numbers.

    >>> counts_lines([["", "a", "b", "r"], ["1", "m1", "m1", "1.02"], ["2", "m2", "m1", "0.1"]])
    True
    """
    head, *below = rows
    names = [entry for entry in (head if len(head) == 3 else head[1:]) if entry]
    return (
        (len(head) == 3 or (len(head) == 4 and not head[0]))
        and bool(below)
        and all(len(row) == 4 and row[0].isdecimal() for row in below)
        and all(map(_is_name, names[:2]))
        and as_number(below[-1][3]) == as_number(below[-1][3])
    )


def _is_name(entry: str) -> bool:
    return entry not in MISSING_CODES and not like_number(entry)


def _names_one(entry: str) -> bool:
    """Whether an entry can be an id, or FaST-LMM's two words for a family and an individual."""
    return may_name(entry) or _is_pair(entry)


def _is_pair(entry: str) -> bool:
    return " " in entry and all(map(may_name, entry.split()))


def _starts_header(first: list[str]) -> bool:
    corner = plain_name(first[0])
    return (
        _is_name(first[-1])
        or _is_pair(first[-1])
        or not first[0]
        or corner in ID_NAMES
        or corner == "fid"
    )


def _triangle(lines: Lines, first: list[str], second: list[str], last: list[str]) -> Layout | None:
    """The layout of rows that grow by one entry each, or None."""
    count = len(lines)
    _require_diagonal(lines, first, second, last)
    if count > 1 and len(second) == len(first) + 1 and len(last) == len(first) + count - 1:
        labels = len(first) - 1
        if labels <= _MAX_LABELS and not _is_name(first[-1]):
            return Layout("lower", False, labels, count)
    if count > 2 and len(last) == len(second) + count - 2 and _starts_header(first):
        labels = len(second) - 1
        third = lines.row(2)
        n = count - 1
        if labels <= _MAX_LABELS and len(third) == len(second) + 1:
            if len(first) in (n, n + labels) and not _is_name(second[-1]):
                return Layout("lower", True, labels, n)
    return None


def _require_diagonal(lines: Lines, first: list[str], second: list[str], last: list[str]) -> None:
    """A DataError for a triangle whose rows name who is missing on its diagonal.

    So distances are written by R's `print` of a `dist`, by PHYLIP and mothur: 0 with oneself is
    understood. With oneself a relationship is 1 plus the inbreeding, which nobody can guess.
    """
    count, rows = len(lines), [len(first), len(second), len(last)]
    if count < 3:
        return
    which, found = "a lower", ""
    if rows == [1, 2, count] and _is_name(first[0]):
        found = f"the first row is “{first[0][:40]}” alone"
    elif rows == [1, 1, count - 1] and first == [str(count - 1)] and _is_name(second[0]):
        found = f"after the count the first row is “{second[0][:40]}” alone, as PHYLIP’s distances"
    elif rows == [count - 1, 2, count] and all(map(_is_name, first)) and first[0] != second[0]:
        if count > 3 and lines.row(2)[0] == first[2] and second[0] == first[1]:
            found = (
                f"the header begins with “{first[0][:40]}” and the rows with “{second[0][:40]}”, "
                "as R prints distances"
            )
    elif rows == [count, count - 1, 1] and _is_name(last[0]) and _is_name(first[0]):
        which, found = "an upper", f"the last row is “{last[0][:40]}” alone"
    if found:
        raise DataError(
            f"{which} triangle must have its diagonal", found, DIAGONAL, where=lines.name
        )


def _square(lines: Lines, first: list[str], last: list[str]) -> Layout | None:
    """The layout of as many rows as columns, or None."""
    count, width = len(lines), len(last)
    shorter = len(first) == width - 1 and width == count
    header = _starts_header(first) or shorter or (len(first) == width == count - 1)
    n = count - header
    labels = width - n
    if n < 1 or not 0 <= labels <= _MAX_LABELS or len(first) not in (n * header, n + labels):
        return None
    if labels == 0 and _is_name(last[0]):
        return None
    # A matrix of n columns that lost a row is not one with ids such as 0.98; nor is one with a
    # row too many a matrix with a header. A column that is called ids may hold anything.
    called = labels == 1 and len(first) == width and plain_name(first[0]) in ID_NAMES
    if not called and not all(map(_names_one, [*last[:labels], *first[len(first) - n * header :]])):
        return None
    if labels == 2 and not _are_pairs(lines, first if header and len(first) > n else [], header):
        return None
    return Layout("square", header, labels, n)


def _are_pairs(lines: Lines, header: list[str], start: int) -> bool:
    """Whether two columns on the left are FID and IID, and not an id and a value."""
    if header:
        return plain_name(header[0]) == "fid" or plain_name(header[1]) in ("iid", "id")
    rows = [lines.row(place)[:2] for place in range(start, min(len(lines), _SAMPLE))]
    if any(len(row) < 2 for row in rows):
        return False
    family, ids = zip(*rows, strict=True)
    named = all(map(_names_one, ids))
    return named and (len(set(ids)) == len(ids) or len(set(family)) < len(family))


def _rather_pairs(lines: Lines, square: Layout | None) -> bool:
    """Whether a few lines of three entries are pairs, and not a square of two or three."""
    rows = [lines.row(place) for place in range(len(lines))]
    rows = rows[_is_name(rows[0][2]) :]
    if any(len(row) != 3 for row in rows):
        return False
    itself = {row[0] for row in rows if row[0] == row[1]}
    if square is None:
        return bool(itself)
    # A small list of pairs is whole, or taken for a matrix.
    ids = [entry for row in rows for entry in row[:2]]
    if not all(map(_names_one, ids)) or itself != set(ids):
        return False
    values = np.array([[as_number(entry) for entry in row] for row in rows])
    same = values.shape == (3, 3) and np.allclose(values, values.T, equal_nan=False)
    return not same


def _refuse(lines: Lines, first: list[str], last: list[str]) -> NoReturn:
    if len(first) == len(last) == 4 and first[:2] == ["1", "1"] and last[0].isdecimal():
        raise DataError(
            "lines of two places, a number of markers and a value are GCTA’s .grm.gz",
            remedy="give it as one, together with its .grm.id",
            where=lines.name,
        )
    header = _starts_header(first)
    raise DataError(
        "kinship must be square",
        f"{count(len(lines) - header, 'row')} {'below a header ' * header}and {len(last)} "
        "columns, ids included",
        "give a square, its lower triangle with the diagonal, or lines of two ids and their value",
        where=lines.name,
    )
