"""What people write around a table in a text: titles, units, notes; left out as in a workbook."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from lmm_core.errors import some
from lmm_data.readers.naming import Column
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.text.dialect import ID_NAMES, like_number, plain_name, split

# So many lines at each end are looked at, so many below the header, and so many columns.
_LINES, _BELOW, _COLUMNS = 12, 12, 20
# Words of a title or a note, not of a name.
_SENTENCE = 3
_SIGNS, _COMMENTS = "*†‡", "%!/;"
_UNITS = frozenset("unit units einheit einheiten unite unites unidad unidades unita".split())
_WORD = re.compile(r"[^\W\d_]|[%°µ]")


def without_surroundings(lines: list[str], separator: str) -> list[str]:
    """Empty the lines around a table with a header, in place, and say which.

    Titles above the names, a row of units below them, notes behind the last row, and the names
    where they stand again. Only around a header that holds no numbers, above columns that do or
    behind a name of ids, and only what can be no row; all else stays for the reader to refuse.

    Args:
        lines: comments among them are empty.
        separator: of their entries.
    """
    places = [k for k, line in enumerate(lines) if line and not line.isspace()]
    if len(places) < 4 or _stands_alone(lines, separator, places):
        return []
    looked = places[: _LINES + _BELOW] + places[-_LINES:]
    # A quoted entry may run over lines.
    if any(lines[k].count('"') % 2 for k in looked):
        return []
    rows = {k: _entries(lines[k], separator) for k in looked}
    body = places[: _LINES + _BELOW]
    width = Counter(len(_filled(rows[k])) for k in body).most_common(1)[0][0]
    head = _header([(k, rows[k]) for k in body], width)
    if head is None:
        return []
    start = places.index(head)
    notes: list[str] = []

    def leave_out(where: str, which: Sequence[int]) -> None:
        if which:
            said = [f"line {k + 1}: {lines[k].strip()[:60]}" for k in which]
            notes.append(f"left out {where}: {some(said, 4)}")
        for k in which:
            lines[k] = ""

    names = rows[head]
    first = (names[0], f'"{names[0]}"')
    again = [
        k
        for k in places[start + 1 :]
        if lines[k].startswith(first) and _entries(lines[k], separator) == names
    ]
    if _measured_again(lines, separator, places[start:], again, names):
        again = []
    numeric = _numeric([rows[k] for k in body[start + 1 :] if k not in again and k in rows], width)
    below = next((k for k in places[start + 1 :] if k not in again), head)
    units = [below] if below in rows and _is_units(rows[below], numeric) else []
    end = []
    for before, k in zip(reversed(places[:-1]), reversed(places[-_LINES:]), strict=False):
        if k <= below or not _is_note(rows[k], width, apart=k - before > 1):
            break
        end.append(k)
    leave_out("above the table", places[:start])
    leave_out("below the names, their units", units)
    leave_out("where the names stand again", again)
    leave_out("below the table", end[::-1])
    return notes


def _stands_alone(lines: list[str], separator: str, places: list[int]) -> bool:
    """Whether nothing can stand around a table, told by three lines, as most are.

    The first row is somebody's and holds a number, and so does the last, and no line begins as the
    header does.
    """
    names, row, last = (_entries(lines[places[k]], separator) for k in (0, 1, -1))
    first = (names[0], f'"{names[0]}"')
    return (
        names[0] != ""
        and row[0] != ""
        and plain_name(row[0]) not in _UNITS
        and any(map(like_number, row))
        and any(map(like_number, last))
        and not any(lines[k].startswith(first) for k in places[1:])
    )


def _measured_again(
    lines: list[str], separator: str, places: list[int], again: list[int], names: list[str]
) -> bool:
    """Whether an individual stands below several of the headers: of other years, or traits."""
    called = [plain_name(label) for label in names]
    at = next((j for j, label in enumerate(called) if label in ID_NAMES), 0)
    seen: set[str] = set()
    block: set[str] = set()
    for k in places if again else ():
        if k in again:
            seen |= block
            block = set()
        elif len(row := _entries(lines[k], separator)) > at:
            block.add(row[at])
            if row[at] in seen:
                return True
    return False


def stands_alone(names: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether nothing can stand around a table, by its names and its columns of numbers.

    Its first row is somebody's and holds a number, and so does its last; of some numbers there is
    a name, so that no row is that of the names.
    """
    label = columns[0][0]
    if not label or plain_name(label) in _UNITS:
        return False
    named = (column for name, column in zip(names, columns, strict=True) if name)
    numbers = [column.values for column in named if isinstance(column, NumberColumn)]
    return all(any(values[k] == values[k] for values in numbers) for k in (0, -1))


def _entries(line: str, separator: str) -> list[str]:
    return [entry.strip() for entry in split(line, separator)]


def _filled(row: list[str]) -> list[str]:
    """The entries without empty ones behind the last."""
    while row and not row[-1]:
        row = row[:-1]
    return row


def _header(rows: Sequence[tuple[int, list[str]]], width: int) -> int | None:
    """The line of the names: the first that names all columns, of which some hold numbers."""
    for at, (place, row) in enumerate(rows[:_LINES]):
        words = _filled(row)
        if any(map(like_number, words)):
            return None
        if not words:
            continue
        named = words[0][:1] not in _COMMENTS and MISSING_CODES.isdisjoint(words)
        # A title may have as many commas as the table.
        named = named and not (_is_sentence(words) and _has_names(rows[at + 1 : _LINES], width))
        if named and len(words) == width > 1:
            below = [other for _, other in rows[at + 1 :] if other != row]
            pairs = pairwise(rows[: at + 1])
            of_ids = plain_name(words[0]) in ID_NAMES
            titles = all(
                _is_title(one, width, of_ids or after - k > 1) for (k, one), (after, _) in pairs
            )
            return place if titles and (of_ids or _numeric(below, width)) else None
    return None


def _has_names(rows: Sequence[tuple[int, list[str]]], width: int) -> bool:
    """Whether names of all columns stand below, with one of ids before them."""
    for _, row in rows:
        words = _filled(row)
        if any(map(like_number, words)):
            return False
        if len(words) == width and plain_name(words[0]) in ID_NAMES:
            return True
    return False


def _is_sentence(words: Sequence[str]) -> bool:
    return any(len(entry.split()) >= _SENTENCE for entry in words)


def _numeric(rows: Sequence[list[str]], width: int) -> list[int]:
    """The columns behind the first that hold numbers, but perhaps in the first row or the last."""
    inside = [row for row in rows[1:] if len(row) >= width]
    return [
        j
        for j in range(1, min(width, _COLUMNS))
        if sum(like_number(row[j]) for row in inside) > 1
        and all(like_number(row[j]) or row[j] in MISSING_CODES for row in inside)
    ]


def _is_title(row: list[str], width: int, sure: bool) -> bool:
    words = [entry for entry in row if entry]
    if row[0][:1] in tuple(_COMMENTS):
        return True
    if len(row) == width - 1 and not sure and row[0][:1].isalnum():
        # It may be a header of R's, and a word be the fault of the first row.
        return _is_sentence(words)
    return (
        len(words) == 1
        or (sure and _is_sentence(words))
        or len(row) != width
        or 2 * len(words) <= width
    )


def _is_units(row: list[str], numeric: Sequence[int]) -> bool:
    """Whether a row says nothing of an individual, and words of each column of numbers."""
    if row[0] and plain_name(row[0]) not in _UNITS:
        return False
    return bool(numeric) and all(
        j < len(row) and row[j] not in MISSING_CODES and _WORD.search(row[j]) for j in numeric
    )


def _is_note(row: list[str], width: int, *, apart: bool) -> bool:
    """Whether a row is a sentence, or stands apart, and holds no numbers of its own."""
    words = [entry for entry in row if entry]
    whole = len(row) == width
    signed = row[0][:1] in tuple(_SIGNS) and MISSING_CODES.isdisjoint(words)
    if any(map(like_number, words)) or (whole and len(words) > 1 and not signed):
        return False
    sentence = len(" ".join(words).split()) >= _SENTENCE
    # An individual of whom nothing is known has a row as long as the others.
    return signed or apart or (sentence and not whole)
