"""The cells of a sheet: what each is as text, exactly; and what a spreadsheet did to them."""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

Cell: TypeAlias = str | float | int | bool | tuple[str, str]

_WHOLE = 1e15
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells of a sheet that hold something.

    Attributes:
        rows: by the index of the row, from 0, the cells by the index of their column.
        merged: ranges that are one cell: first row, first column, last row, last column.
    """

    rows: dict[int, dict[int, Cell]]
    merged: tuple[tuple[int, int, int, int], ...] = ()

    @classmethod
    def placed(cls, rows: list[list[Any]], about: dict[str, Any]) -> "Cells":
        """The rows of a sheet as its library gives them, which may begin at the first cell."""
        top, left = about["first"]
        top = 0 if len(rows) > about["height"] else top
        left = left if rows and len(rows[0]) == about["width"] else 0
        found: dict[int, dict[int, Cell]] = {}
        for r, row in enumerate(rows, top):
            # White space alone is nothing, too.
            there = {
                c: cell for c, cell in enumerate(row, left) if type(cell) is not str or cell.strip()
            }
            if there:
                found[r] = there
        merged = tuple((a[0], a[1], b[0], b[1]) for a, b in about["merged"])
        return cls(found, merged)


def is_date(cell: Cell | None) -> bool:
    """Whether a cell holds a date or a time."""
    return isinstance(cell, tuple)


def is_numeric(cell: Cell | None) -> bool:
    """Whether a cell holds a number."""
    return type(cell) is float or type(cell) is int


def text_of(cell: Cell) -> str:
    """What a cell holds, a number to its last digit.

    >>> text_of(0.1), text_of(12.0), text_of(1.002), text_of(True), text_of(("date", "2026-09-02"))
    ('0.1', '12', '1.002', 'TRUE', '2026-09-02')
    """
    if type(cell) is float:
        if cell.is_integer() and -_WHOLE < cell < _WHOLE:
            return str(int(cell))
        return repr(cell)
    if isinstance(cell, str):
        return _SPACE.sub(" ", cell).strip() if "\n" in cell or "\t" in cell else cell.strip()
    if isinstance(cell, tuple):
        return cell[1]
    if isinstance(cell, bool):
        return str(cell).upper()
    return text_of(float(cell))


def place_of(row: int, column: int) -> str:
    """What a spreadsheet calls a cell, by its indices from 0.

    >>> place_of(0, 0), place_of(6, 27)
    ('A1', 'AB7')
    """
    return f"{letters_of(column)}{row + 1}"


def letters_of(column: int) -> str:
    """What a spreadsheet calls a column, by its index from 0."""
    letters, left = "", column + 1
    while left:
        left, place = divmod(left - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
