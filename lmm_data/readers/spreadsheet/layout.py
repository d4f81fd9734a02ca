"""Where the table of a sheet is: below titles, under a header of one row or more, above notes."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lmm_core.errors import DataError, some
from lmm_data.readers.frames import numbers_column
from lmm_data.readers.naming import Column
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import MISSING_CODES, as_number
from lmm_data.readers.spreadsheet.cells import (
    Cell,
    Cells,
    is_date,
    is_numeric,
    letters_of,
    place_of,
    text_of,
)
from lmm_data.readers.spreadsheet.damage import damage_notes, numbers_in_text
from lmm_data.readers.text.dialect import ID_NAMES, plain_name
from lmm_data.readers.text.marks import is_marked

# A column belongs to a table if so many of its rows have something there.
_SHARE = 0.3
# Words of a title or a note, not of a name.
_SENTENCE = 3
_SUMMARIES = frozenset(
    "mean average avg sd stdev std se sem n total sum median minimum maximum min max variance cv "
    "mittelwert summe moyenne media promedio medel".split()
)
_WITHOUT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Where a table stands, by indices from 0.

    Attributes:
        columns: of the sheet, those that belong to it.
        names: what the header says of each.
        header: the row of the names.
        rows: those below that hold values.
        mixed: columns that hold more than numbers there.
    """

    columns: tuple[int, ...]
    names: tuple[str, ...]
    header: int
    rows: tuple[int, ...]
    mixed: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The table of a sheet.

    Attributes:
        names, columns: of it; of columns of numbers alone no text is made.
        header: the row of the names, from 0.
        rows: those of the entries.
        notes: on what was left out, and what a spreadsheet did to cells.
        blank: whether a row of the table holds nothing, but for what stands beside it.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    header: int
    rows: tuple[int, ...]
    notes: tuple[str, ...]
    blank: bool

    def text(self, rows: int) -> str:
        """So many of the rows as tab-separated text, each line in its place."""
        lines = [""] * (max(self.rows[:rows], default=self.header) + 1)
        lines[self.header] = _line(self.names)
        columns = [column[:rows] for column in self.columns]
        for r, entries in zip(self.rows[:rows], zip(*columns, strict=True), strict=True):
            lines[r] = _line(entries)
        return "\n".join(lines) + "\n"


def table_of(name: str, cells: Cells) -> Laid | None:
    """The table of a sheet, its numbers with all of their digits; None if it holds prose.

    Args:
        name: of the sheet, for messages.
        cells: some.

    Raises:
        DataError: two tables in one sheet.
        DecimalMarkError: numbers that are stored as text, and leave their decimal mark open.
    """
    if _is_prose(cells):
        return None
    notes: list[str] = []
    table = _table_in(cells, name, notes)
    head = cells.row(table.header)
    looked = [
        k
        for k, (c, label) in enumerate(zip(table.columns, table.names, strict=True))
        if k == 0 or c in table.mixed or is_date(head.get(c)) or plain_name(label) in ID_NAMES
    ]
    columns = [table.columns[k] for k in looked]
    names = [table.names[k] for k in looked]
    notes += damage_notes(cells, table.rows, columns, names, table.header)
    turned, said = numbers_in_text(cells, table.rows, columns, names, name)
    notes += said
    texts: dict[int, dict[int, str]] = {}
    for (r, c), text in turned.items():
        texts.setdefault(c, {})[r] = text
    made = tuple(_column(cells, table, c, texts.get(c, {})) for c in table.columns)
    blank = not cells.in_each(table.rows, table.columns)
    return Laid(table.names, made, table.header, table.rows, tuple(notes), blank)


def _column(cells: Cells, table: _Table, c: int, turned: Mapping[int, str]) -> Column:
    """What a column of a table holds, "" where nothing stands, and in some rows other texts."""
    if c not in table.mixed and cells.numbers_alone(c, table.header):
        made = numbers_column(cells.floats(c, table.rows), "")
        return made if isinstance(made, NumberColumn) else tuple(text or "" for text in made)
    there = cells.column(c, table.rows)
    written = {r: text_of(cell) for r, cell in there.items()} | dict(turned)
    return tuple(written.get(r, "") for r in table.rows)


def _is_prose(cells: Cells) -> bool:
    """Whether a sheet holds sentences, one in a row, and no table."""
    if cells.filled.sum(axis=1).max() > 1:
        return False
    every = [cell for r in cells.order for cell in cells.row(r).values()]
    words = [len(cell.split()) for cell in every if isinstance(cell, str)]
    return len(words) == len(every) and sum(words) >= _SENTENCE * len(every) / 2


def _table_in(cells: Cells, name: str, notes: list[str]) -> _Table:
    order = cells.order
    usual = _usual_columns(cells)
    start = 0
    while start < len(order) - 1 and _is_title(cells, order[start], usual):
        start += 1
    _say_left_out("above the table", cells, order[:start], notes)
    first = order[start]
    last, named = _header(cells, first, usual)
    below = [r for r in order if r > last]
    # Of a kinship nearly all columns hold numbers alone: they are looked at once, and no more.
    mixed = cells.mixed(last)
    numeric = {c for c in usual if c not in mixed or _mostly_numbers(cells, below, c)}
    if below and _is_units(cells.row(below[0]), usual, numeric):
        _say_left_out("units below the names", cells, below[:1], notes)
        below = below[1:]
    below = _without_end(cells, below, usual, numeric, notes)
    _refuse_second(cells, below, numeric, name)
    there = cells.columns_in(below)
    filled = numeric | (there - mixed)
    filled |= {c for c in mixed if any(map(is_numeric, cells.column(c, below).values()))}
    columns = sorted({*named, *usual, *filled})
    _refuse_beside(cells, columns, [last, *below], name)
    beside = there.difference(columns)
    if beside:
        aside = [(r, c, cells.row(r)[c]) for r in below for c in sorted(beside & {*cells.row(r)})]
        said = some([f"{place_of(r, c)}: {text_of(cell)[:60]}" for r, c, cell in aside], 4)
        notes.append(f"left out beside the table: {said}")
    columns = [c for c in columns if c in there or c in named]
    if last > first:
        joined = [named[c] for c in columns if c in named]
        notes.append(f"the header has {last - first + 1} rows, and the names are {some(joined, 8)}")
    names = tuple(named.get(c, "") for c in columns)
    return _Table(tuple(columns), names, last, tuple(below), frozenset(mixed))


def _usual_columns(cells: Cells) -> list[int]:
    """The columns in which enough of the rows with several cells have one."""
    many = cells.filled.sum(axis=1)
    several = cells.filled[many > min(1, many.max() - 1)]
    usual = np.flatnonzero(several.sum(axis=0) >= _SHARE * len(several))
    return (usual + cells.left).tolist()


def _is_title(cells: Cells, r: int, usual: Sequence[int]) -> bool:
    """Whether a row above a table holds a title, or a word and what it is."""
    row = cells.row(r)
    if len(usual) < 2 or any(is_numeric(cell) for cell in row.values()):
        return False
    if len(row) == 1:
        (column,) = row
        spans = (m for m in cells.merged if m[0] == m[2] == r and m[1] == column)
        # The name of several columns, and not of all of them.
        return not cells.row(r + 1) or not any(m[3] > column > usual[0] for m in spans)
    return len(row) == 2 and len(usual) > 3 and min(row) <= usual[0]


def _header(cells: Cells, first: int, usual: Sequence[int]) -> tuple[int, dict[int, str]]:
    """The last row of the header that begins in a row, and the name of each column."""
    last = first
    names = _names_in(cells, first)
    if any(is_numeric(cell) for cell in cells.row(first).values()):
        return last, names
    while following := cells.row(last + 1):
        tops = [m for m in cells.merged if m[0] <= last <= m[2] and m[1] in cells.row(m[0])]
        over = [m for m in tops if m[2] > last or (m[3] > m[1] and m[0] == last)]
        words = all(isinstance(cell, str) for cell in following.values())
        # Without merged cells: names below that stand where those above leave gaps.
        gaps = [c for c in usual if c not in names and c in following]
        fills = bool(gaps) and words and not set(following) - set(gaps) - _heads(cells, last)
        if not words or not (over or fills):
            break
        last += 1
        for column, label in _names_in(cells, last).items():
            above = names.get(column, "")
            joined = bool(over) and above and above != label
            names[column] = f"{above} {label}" if joined else label
    return last, names


def _heads(cells: Cells, r: int) -> set[int]:
    """The columns with a name in a row and none in the next column: perhaps of several."""
    row = cells.row(r)
    return {c for c in row if c + 1 not in row}


def _names_in(cells: Cells, r: int) -> dict[int, str]:
    """What a row of the header says of each column, a merged cell of all that it spans."""
    found = {c: text_of(cell) for c, cell in cells.row(r).items()}
    for top, left, bottom, right in cells.merged:
        cell = cells.row(top).get(left) if top <= r <= bottom else None
        if cell is not None:
            found |= dict.fromkeys(range(left, right + 1), text_of(cell))
    return found


def _mostly_numbers(cells: Cells, below: Sequence[int], column: int) -> bool:
    there = cells.column(column, below)
    return 2 * sum(map(is_numeric, there.values())) > len(there)


def _is_word(cell: Cell) -> bool:
    """Whether a cell is text that is neither a number nor a code of what is missing."""
    if not isinstance(cell, str) or cell.strip() in MISSING_CODES:
        return False
    text = cell.strip()
    return not is_marked(text, True) and as_number(text) != as_number(text)


def _is_units(row: dict[int, Cell], usual: Sequence[int], numeric: Set[int]) -> bool:
    """Whether a row says in which units columns of numbers are."""
    if not usual or usual[0] in row or not numeric:
        return False
    return all(map(_is_word, row.values())) and numeric <= {*row}


def _without_end(
    cells: Cells,
    below: list[int],
    usual: Sequence[int],
    numeric: Set[int],
    notes: list[str],
) -> list[int]:
    """The rows without notes and summaries below the table, which are said."""
    kept = list(below)
    while len(kept) > 1 and len(usual) > 1:
        row, apart = cells.row(kept[-1]), kept[-1] - kept[-2] > 1
        start = text_of(row[min(row)])
        sentence = len(start.split()) >= _SENTENCE or apart or start[:1] in "*†‡"
        alone = len(row) == 1 and isinstance(row[min(row)], str) and sentence
        # A title of what follows, or a word and its meaning, apart from the table.
        legend = apart and len(row) == 2 and len(usual) > 2 and all(map(_is_word, row.values()))
        summary = _WITHOUT.sub("", start.casefold()) in _SUMMARIES and bool(numeric & {*row})
        if not (alone or legend or summary):
            break
        kept.pop()
    _say_left_out("below the table", cells, below[len(kept) :], notes)
    return kept


def _say_left_out(where: str, cells: Cells, rows: Sequence[int], notes: list[str]) -> None:
    if not rows:
        return
    said = [f"row {r + 1}: {' | '.join(map(text_of, cells.row(r).values()))[:60]}" for r in rows]
    notes.append(f"left out {where}: {some(said, 4)}")


def _refuse_second(cells: Cells, below: Sequence[int], numeric: Set[int], name: str) -> None:
    """A DataError if names stand again below a row without anything."""
    for before, r in pairwise(below):
        row = cells.row(r) if r - before > 1 else {}
        if len(row) > 1 and all(map(_is_word, row.values())) and numeric & {*row}:
            raise DataError(
                "a sheet must hold one table",
                f"names stand again in row {r + 1}, “{text_of(row[min(row)])[:40]}”",
                "give the second table a sheet of its own",
                where=name,
            )


def _refuse_beside(cells: Cells, columns: Sequence[int], rows: Sequence[int], name: str) -> None:
    """A DataError if an empty column parts a table from another."""
    for left, right in pairwise(columns):
        rest = [c for c in columns if c >= right]
        if right - left > 1 and len(rest) > 1 and left > columns[0]:
            filled = [r for r in rows if not cells.row(r).keys().isdisjoint(rest)]
            gap = letters_of(left + 1)
            raise DataError(
                "a sheet must hold one table",
                f"the empty column {gap} parts {letters_of(columns[0])} to {letters_of(left)} from "
                f"{letters_of(right)} to {letters_of(columns[-1])}, with {len(filled)} rows",
                f"delete column {gap} if it is one table, or give the second a sheet of its own",
                where=name,
            )


def _line(entries: Sequence[str]) -> str:
    alone, joined = len(entries) == 1, "\t".join(entries)
    if not alone and '"' not in joined and _quoted(entries[0], True) == entries[0]:
        return joined
    return "\t".join(_quoted(entry, alone or k == 0) for k, entry in enumerate(entries))


def _quoted(entry: str, first: bool) -> str:
    # A line that begins with # would be a comment, and one without a tab be cut elsewhere.
    if '"' in entry or (first and re.search(r"^#|[,;| ]", entry)):
        return '"' + entry.replace('"', '""') + '"'
    return entry
