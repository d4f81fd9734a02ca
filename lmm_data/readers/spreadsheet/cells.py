"""The cells of a sheet: what each is as text, exactly; and what a spreadsheet did to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from lmm_core.arrays import Floats, Ints

Cell: TypeAlias = str | float | int | bool | tuple[str, str]

_WHOLE = 1e15
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a sheet, by the indices of their rows and columns from 0.

    Attributes:
        numbers: for each column of some, the n numbers, NaN where a cell holds none.
        others: for each of these columns the cells that hold something else, by their place.
        top, left: the first of these rows and columns.
        merged: ranges that are one cell: first row, first column, last row, last column.
    """

    numbers: Sequence[Floats]
    others: Sequence[dict[int, Cell]]
    top: int = 0
    left: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()

    @classmethod
    def placed(cls, parts: list[Any], about: dict[str, Any]) -> "Cells":
        """The parts of a sheet as its library gives them, which may begin at the first cell.

        The parts are taken from the list, so that none is there twice.
        """
        numbers: list[list[Floats]] = [[] for _ in parts[0]] if parts else []
        others: list[dict[int, Cell]] = [{} for _ in numbers]
        n = 0
        for _ in range(len(parts)):
            for j, (written, cells) in enumerate(parts.pop(0)):
                numbers[j].append(np.frombuffer(written))
                others[j] |= {n + k: cell for k, cell in cells.items()} if n else cells
            n += len(numbers[0][-1])
        top, left = about["first"]
        return cls(
            [np.concatenate(column) for column in numbers],
            others,
            0 if n > about["height"] else top,
            left if len(numbers) == about["width"] else 0,
            tuple((a[0], a[1], b[0], b[1]) for a, b in about["merged"]),
        )

    @cached_property
    def filled(self) -> Any:
        """Where something stands, of these rows and columns, shape (n, columns)."""
        filled = ~np.isnan(np.array(self.numbers))
        for known, others in zip(filled, self.others, strict=True):
            known[list(others)] = True
        return filled.T

    @cached_property
    def order(self) -> list[int]:
        """The rows in which something stands."""
        return (np.flatnonzero(self.filled.any(axis=1)) + self.top).tolist() if self.numbers else []

    def row(self, r: int) -> dict[int, Cell]:
        """The cells of a row by their columns."""
        k = r - self.top
        if not self.numbers or not 0 <= k < len(self.filled):
            return {}
        return {
            self.left + j: self.others[j].get(k, float(self.numbers[j][k]))
            for j in np.flatnonzero(self.filled[k]).tolist()
        }

    def column(self, c: int, rows: Sequence[int]) -> dict[int, Cell]:
        """The cells of a column in these rows, by them."""
        if not 0 <= c - self.left < len(self.numbers):
            return {}
        cells: list[Cell] = list(self.numbers[c - self.left].tolist())
        for k, cell in self.others[c - self.left].items():
            cells[k] = cell
        known, top = self.filled[:, c - self.left].tolist(), self.top
        return {r: cells[r - top] for r in rows if known[r - top]}

    def floats(self, c: int, rows: Sequence[int]) -> Floats:
        """The numbers of a column in these rows, NaN where there is none."""
        if not 0 <= c - self.left < len(self.numbers):
            return np.full(len(rows), np.nan)
        return self.numbers[c - self.left][self._places(rows)]

    def numbers_alone(self, c: int, header: int) -> bool:
        """Whether nothing but numbers stands in a column below a row, and no NaN."""
        others = self.others[c - self.left] if 0 <= c - self.left < len(self.others) else {}
        return all(k + self.top <= header for k in others)

    def in_each(self, rows: Sequence[int], columns: Sequence[int]) -> bool:
        """Whether something stands in each of these rows, in one of these columns."""
        inside = [c - self.left for c in columns if 0 <= c - self.left < len(self.numbers)]
        return bool(self.filled[self._places(rows)][:, inside].any(axis=1).all())

    def columns_in(self, rows: Sequence[int]) -> set[int]:
        """The columns in which something stands in one of these rows."""
        there = self.filled[self._places(rows)].any(axis=0)
        return set((np.flatnonzero(there) + self.left).tolist())

    def mixed(self, last: int) -> set[int]:
        """The columns in which more than numbers stands below a row."""
        return {
            self.left + j
            for j, others in enumerate(self.others)
            if any(k + self.top > last and type(cell) is not float for k, cell in others.items())
        }

    def _places(self, rows: Sequence[int]) -> Ints:
        return np.asarray(rows, dtype=np.int64) - self.top


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
