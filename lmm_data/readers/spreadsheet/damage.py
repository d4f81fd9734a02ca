"""What spreadsheets do to cells: dates of names, numbers of ids, text of numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from lmm_core.errors import count, some
from lmm_data.readers.numeric import KEPT_DIGITS, MISSING_CODES, as_number, is_cut
from lmm_data.readers.spreadsheet.cells import (
    Cell,
    Cells,
    is_date,
    is_numeric,
    place_of,
    text_of,
)
from lmm_data.readers.text.dialect import ID_NAMES, plain_name
from lmm_data.readers.text.marks import is_marked, with_points

# The digits that a spreadsheet keeps of a number.
_DIGITS = 1e15
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_ASK = re.compile(r", say so with --decimal [.,]$")


def damage_notes(
    cells: Cells,
    rows: Sequence[int],
    columns: Sequence[int],
    names: Sequence[str],
    header: int,
) -> list[str]:
    """Sentences on cells that are not what somebody wrote there.

    Args:
        cells: of the sheet.
        rows, columns: of its table, by their indices.
        names: of the columns.
        header: the row of the names.
    """
    notes = []
    for c, name in zip(columns, names, strict=True):
        there = list(cells.column(c, rows).items())
        called = f"“{name}”" if name else f"the column of {place_of(header, c)}"
        notes += _dates(called, c, there)
        if c == columns[0] or plain_name(name) in ID_NAMES:
            notes += _numbers_of_ids(called, c, there)
    head = cells.row(header)
    turned = [(header, c) for c in columns if is_date(head.get(c))]
    if turned:
        place, more = place_of(*turned[0]), _more(len(turned))
        date = text_of(head[turned[0][1]])
        notes.append(
            f"{place}, a name in the header{more}, is the date {date}: spreadsheets make dates of "
            "names such as SEPT2, MARCH1 and DEC1"
        )
    return notes


def _dates(called: str, c: int, there: Sequence[tuple[int, Cell]]) -> list[str]:
    dates = [(r, cell) for r, cell in there if is_date(cell)]
    if not dates:
        return []
    place, date = place_of(dates[0][0], c), text_of(dates[0][1])
    if len(dates) == len(there):
        early = date[:2] in ("18", "19") and date < "1905"
        why = ": if they are numbers, the format of the cells is wrong" if early else ""
        return [f"{called} holds dates, such as {date} in {place}, and no numbers{why}"]
    numbers = sum(is_numeric(cell) for _, cell in there)
    if 2 * numbers > len(there):
        made = "of entries such as 5.1, 5-1 and 1/5"
    else:
        made = "of names such as SEPT2, MARCH1, DEC1 and 5-1"
    return [
        f"{place} in {called}{_more(len(dates))} is the date {date}, among "
        f"{'numbers' if 2 * numbers > len(there) else 'words'}: spreadsheets make dates {made}; "
        "look up what was meant, and write it as text"
    ]


def _numbers_of_ids(called: str, c: int, there: Sequence[tuple[int, Cell]]) -> list[str]:
    notes = []
    large = [
        (r, cell)
        for r, cell in there
        if is_numeric(cell) and isinstance(cell, (int, float)) and abs(cell) >= _DIGITS
    ]
    cut = [(r, digits) for r, cell in large if is_cut(digits := _digits(cell))]
    if len(cut) > 1:
        notes.append(_cut(called, c, cut))
        large = [(r, cell) for r, cell in large if not is_cut(_digits(cell))]
    if large:
        notes.append(
            f"{place_of(large[0][0], c)} in {called}{_more(len(large))} is the number "
            f"{text_of(large[0][1])}: spreadsheets make one of ids with an E between digits, as "
            "clones have, and keep 15 digits of it"
        )
    spelt = [(r, cell) for r, cell in there if isinstance(cell, str) and _is_scientific(cell)]
    if spelt and len(spelt) < len(there):
        notes.append(
            f"{place_of(spelt[0][0], c)} in {called}{_more(len(spelt))} holds "
            f"“{text_of(spelt[0][1])}”, as a spreadsheet shows a large number: look up the id"
        )
    numbers = sum(is_numeric(cell) for _, cell in there)
    padded = [r for r, cell in there if isinstance(cell, str) and re.fullmatch(r"0\d+", cell)]
    if numbers and padded:
        notes.append(
            f"{called} holds {count(numbers, 'number')} beside ids with leading zeros, such as "
            f"“{text_of(dict(there)[padded[0]])}” in {place_of(padded[0], c)}: spreadsheets drop "
            "these zeros"
        )
    return notes


def _cut(called: str, c: int, there: Sequence[tuple[int, str]]) -> str:
    """Of ids that are numbers of more digits than a spreadsheet keeps."""
    times = Counter(digits for _, digits in there)
    again = next((digits for digits, often in times.items() if often > 1), None)
    places = [place_of(r, c) for r, digits in there if digits == again]
    twice = f"; “{again}” is in {places[0]} and in {places[1]}" if again else ""
    return (
        f"{place_of(there[0][0], c)} in {called}{_more(len(there))} holds an id of more than "
        f"{KEPT_DIGITS} digits as a number, and all of these, {some(times)}, end in zeros from "
        f"the next digit on: a spreadsheet keeps {KEPT_DIGITS} digits, and individuals that differ "
        f"only behind them have one id now{twice}; enter the ids again as text, from where they "
        "come from"
    )


def _digits(cell: Cell) -> str:
    """A whole number written out, with zeros where its digits are not kept."""
    return f"{Decimal(text_of(cell)):f}".lstrip("-")


def numbers_in_text(
    cells: Cells,
    rows: Sequence[int],
    columns: Sequence[int],
    names: Sequence[str],
    name: str,
) -> tuple[dict[tuple[int, int], str], list[str]]:
    """Numbers that are stored as text, as programs write them, by row and column; and notes.

    Args:
        cells: of the sheet.
        rows, columns: of its table, by their indices.
        names: of the columns.
        name: of the sheet, for messages.

    Raises:
        DecimalMarkError: these texts leave open which mark is decimal.
    """
    texts, chosen = [], []
    for c, label in zip(columns, names, strict=True):
        cells_there = cells.column(c, rows)
        there = [cells_there.get(r, "") for r in rows]
        if not any(isinstance(cell, str) and cell for cell in there):
            continue
        found = [cell for cell in there if isinstance(cell, str) and _is_number(cell)]
        ids = c == columns[0] or plain_name(label) in ID_NAMES
        words = sum(isinstance(cell, str) and not _is_number(cell) for cell in there if cell)
        if found and not ids and 2 * words <= len(there):
            chosen.append(c)
            texts.append(tuple(x.strip() if isinstance(x, str) else "" for x in there))
    if not chosen:
        return {}, []
    changed: dict[tuple[int, int], str] = {}
    labels = [names[columns.index(c)] or place_of(0, c)[:-1] for c in chosen]
    notes: list[str] = []
    turned = with_points(labels, tuple(texts), "\t", "", notes, name)
    said = [_ASK.sub(", turn it into a number in the spreadsheet", note) for note in notes]
    for c, label, entries, texted in zip(chosen, labels, turned, texts, strict=True):
        marked = [r for r, text in zip(rows, texted, strict=True) if _is_number(text)]
        for r, entry in zip(rows, entries, strict=True):
            if entry:
                changed[r, c] = entry
        said.append(
            f"“{label}”: {count(len(marked), 'number is', 'numbers are')} stored as text, the "
            f"first in {place_of(marked[0], c)}, and read as numbers"
        )
    return changed, said


# The same words stand in a column again and again.
@lru_cache(maxsize=1 << 14)
def _is_number(text: Cell) -> bool:
    if not isinstance(text, str):
        return False
    entry = text.strip()
    if entry in MISSING_CODES:
        return False
    return as_number(entry) == as_number(entry) or is_marked(entry, True)


def _is_scientific(text: str) -> bool:
    return _SCIENTIFIC.fullmatch(text.strip()) is not None


def _more(times: int) -> str:
    return f" (and {times - 1} more)" if times > 1 else ""
