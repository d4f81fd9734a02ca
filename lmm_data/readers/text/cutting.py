"""Lines cut into columns, under the names that the first of them may hold."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from lmm_core.errors import DataError, count
from lmm_data.readers.naming import Column, counts_rows
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.text import by_arrow
from lmm_data.readers.text.dialect import ID_NAMES, entries_of, like_number, plain_name

# As of the tables of R and Parquet: each takes some sixty bytes.
_MOST_ENTRIES = 20_000_000
LOOKED_AT = 25
"""Of so many rows it is told whether the first holds names."""

Row: TypeAlias = tuple[int, list[str]]  # line number, from 1, and the stripped entries


class Cut(NamedTuple):
    """A text as columns.

    Attributes:
        names: of the columns, one less as R writes them; none where there is no header.
        columns: the stripped entries of each, as many as there are rows.
        places: the line of each row, from 1.
    """

    names: list[str]
    columns: list[Column]
    places: list[int]


def cut(
    lines: list[str],
    separator: str,
    header: bool | None,
    name: str,
    notes: list[str],
    comments: str = "",
) -> Cut:
    """Lines as columns.

    Args:
        lines: comments among them are empty.
        separator: of their entries.
        header: whether the first line holds names; None to find out.
        name: of the file, for messages.
        notes: to which is added what was left out.
        comments: how many there were, in words; "" for none.

    Raises:
        DataError: too many entries, none, lines of different lengths, a quote that is not closed.
    """
    entries = _count(lines, separator)
    entries = _count(lines, separator)
    if entries > _MOST_ENTRIES:
        raise DataError(
            f"a table of text may have {_MOST_ENTRIES:,} entries",
            f"there are {entries:,}",
            "leave out columns that are not needed, or look whether it is that file",
            where=name,
        )
    quick = _at_once(lines, separator, header)
    if quick is not None:
        return quick
    rows, empty = _rows(lines, separator, name, commented=bool(comments))
    if empty:
        notes.append(f"left out: {count(empty, 'line')} with separators and no entry")
    rows = _of_one_length(rows, separator, lines, name)
    headed = has_header(rows) if header is None else header
    names = rows.pop(0)[1] if headed else []
    if not rows:
        hint = f"; {comments}" if comments else "; check that all of it was saved"
        raise DataError(
            "the file must hold rows", f"there are none below its header{hint}", where=name
        )
    columns: list[Column] = list(zip(*(row for _, row in rows), strict=True))
    return Cut(names, columns, [line for line, _ in rows])


def _at_once(lines: list[str], separator: str, header: bool | None) -> Cut | None:
    """A large text whose lines are all alike, its columns of numbers as such; None of another."""
    if sum(map(len, lines)) < by_arrow.FEWEST or any('"' in line for line in lines):
        return None
    places = [place for place, line in enumerate(lines, 1) if line]
    if len(places) < 2:
        return None
    first = [(place, entries_of(lines[place - 1], separator)) for place in places[:LOOKED_AT]]
    head, width = first[0][1], len(first[1][1])
    if width < 2 or len(head) not in (width, width - 1):
        return None
    if any(len(row) != width for _, row in first[1:]):
        return None
    short = len(head) < width
    # Of one name less between commas, commas may be decimal.
    if short and (separator == "," or header is False):
        return None
    named = has_header(first) if header is None else header
    places = places[named:]
    kept = [lines[place - 1] for place in places]
    if any(map(str.isspace, kept)):
        return None
    columns = by_arrow.columns_of(kept, separator, width)
    if columns is None or not (any(columns[-1]) or (named and head[-1])):
        return None
    empty = [row for row, entry in enumerate(columns[0]) if not entry]
    if any(not any(column[row] for column in columns) for row in empty):
        return None
    if short and plain_name(head[0]) in ID_NAMES and not _numbered(columns[0], columns[1]):
        return None
    return Cut(head if named else [], columns, places)


def _rows(lines: list[str], separator: str, name: str, *, commented: bool) -> tuple[list[Row], int]:
    """The entries of each line that has some, and how many lines hold separators alone."""
    rows: list[Row] = []
    blank: list[Row] = []
    empty = 0
    for number, row in _entries(lines, separator, name):
        if any(row):
            rows.append((number, row))
        elif len(row) > 1:
            empty += 1
        else:
            blank.append((number, [""]))
    if not rows:
        raise DataError(
            "the file must hold a header and rows", "it holds comments alone", where=name
        )
    if not commented and all(len(row) == 1 for _, row in rows):
        # In a single column a blank line is a missing value, and the place of each row counts.
        inside = [one for one in blank if rows[0][0] < one[0] < rows[-1][0]]
        if len(inside) < len(rows) - 1:
            rows = sorted([*rows, *inside])
    return rows, empty


def _count(lines: list[str], separator: str) -> int:
    """How many entries there are, or may be where these are few enough."""
    most = sum(map(len, lines)) + len(lines)
    if most <= _MOST_ENTRIES:
        return most
    most = sum(line.count(separator) for line in lines) + len(lines)
    if separator != " ":
        return most
    most += sum(line.count("\t") for line in lines)
    return most if most <= _MOST_ENTRIES else sum(len(line.split()) for line in lines)


def _entries(lines: list[str], separator: str, name: str) -> Iterator[Row]:
    if not any('"' in line for line in lines):
        for number, line in enumerate(lines, 1):
            yield number, entries_of(line, separator)
        return
    # A quoted entry may run over lines, so the lines are read together.
    spaced = (line.replace("\t", " ").strip() for line in lines) if separator == " " else lines
    reader = csv.reader(
        (f"{line}\n" for line in spaced),
        delimiter=separator,
        skipinitialspace=True,
        strict=True,
    )
    number = 1
    try:
        for row in reader:
            yield number, [entry.strip() for entry in row]
            number = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            "quotes must come in pairs around an entry",
            f"in line {number} they do not ({error})",
            "close the quote or take it off",
            where=name,
        ) from None


def _of_one_length(rows: list[Row], separator: str, lines: list[str], name: str) -> list[Row]:
    """The rows without what separators at the ends add; the first may have one entry less."""
    width = max(_filled(row) for _, row in rows)
    rows = [(line, row[:width]) for line, row in rows]
    first, head = rows[0]
    usual = Counter(len(row) for _, row in rows[1:] or rows).most_common(1)[0][0]
    # Row names that count stand before a column of ids, too.
    called = plain_name(head[0]) in ID_NAMES and not _numbered(
        [row[0] for _, row in rows[1:]], [row[1] for _, row in rows[1:] if len(row) > 1]
    )
    short = len(head) == usual - 1 and not called
    # A decimal comma makes the same picture: R quotes, where it separates by commas.
    if short and (separator != "," or lines[rows[1][0] - 1].startswith('"')):
        head = ["", *head]
    for line, row in rows[1:]:
        if len(row) != len(head):
            # What it is compared to has as many: a header of R has one less.
            like = next((k for k, other in rows if len(other) == len(head)), first)
            hint = {
                ",": "look for a decimal comma, or a comma inside a name",
                " ": "look for a space inside a name, or a missing value that was left out",
            }.get(separator, "look for a separator too many or too few")
            raise DataError(
                "every line must have as many entries as the first",
                f"line {line} (“{row[0][:20]}”) has {len(row)} "
                f"{'entry' if len(row) == 1 else 'entries'}, line {like} has {len(head)}",
                hint,
                where=name,
            )
    return rows


def _numbered(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether numbers of rows stand before the ids: in order, or as R keeps them of chosen rows."""
    if counts_rows(first):
        return True
    return (
        len(set(first)) == len(first) == len(second)
        and all(map(str.isdecimal, first))
        and not any(map(like_number, second))
    )


def _filled(row: list[str]) -> int:
    filled = len(row)
    while filled and not row[filled - 1]:
        filled -= 1
    return filled


def has_header(rows: Sequence[Row]) -> bool:
    """Whether the first line holds names: no numbers where there are numbers below."""
    first, below = rows[0][1], [row for _, row in rows[1:25]]
    if not below:
        return not any(map(like_number, first))
    if len(first) < len(below[0]) or not first[0] or plain_name(first[0]) in ID_NAMES | {"fid"}:
        return True
    codes = [entry for entry in first if entry and entry in MISSING_CODES]
    if len(set(codes)) < len(codes):
        # No two columns are called NA, and an individual may lack two values.
        return False
    numbers = Counter[bool]()
    groups = Counter[bool]()
    for entry, column in zip(first, zip(*below, strict=True), strict=True):
        values = [value for value in column if value not in MISSING_CODES]
        if entry in MISSING_CODES or not values:
            continue
        if all(map(like_number, values)):
            numbers[not like_number(entry)] += 1
        elif len(set(values)) < len(values):
            groups[entry not in values] += 1
    votes = numbers or groups
    if votes:
        return votes[True] >= votes[False]
    # A column of numbers without a name may begin with a missing one.
    return not any(map(like_number, first)) and not set(MISSING_CODES).issuperset(first)
