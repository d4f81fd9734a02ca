"""A table of columns, as R and Arrow keep it: numbers stay numbers, and text is made last."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, read_only
from lmm_data.readers.naming import Column
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import LARGEST_WHOLE, in_text

MISSING = "NA"
# As text a number takes about so many signs.
_SIGNS = 18
# A list of pairs or a pedigree is known by all of its lines; of more columns a few rows tell.
_FEW_COLUMNS, _FEW_ROWS = 8, 32
# As much of a text as is looked at to tell what it is.
_LOOKED_AT = 1 << 20
_QUOTED = "\"'#"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Frame(Brief):
    """Columns of a table, of which no text was made yet.

    Attributes:
        names: of the columns, "" for row names.
        columns: stripped entries, those of numbers as a `NumberColumn`.
        write: makes the text of the first rows, however many, as the readers of text take it.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    write: Callable[[int], bytes]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.columns[0])

    @property
    def size(self) -> int:
        """How many bytes its text has, about."""
        return _size(self.columns)

    def head(self) -> tuple[bytes, bool]:
        """Enough of its text to tell what it is, and whether there is more."""
        if len(self.columns) < _FEW_COLUMNS or self.size < 2 * _LOOKED_AT or self.n <= _FEW_ROWS:
            return self.write(self.n), False
        return self.write(_FEW_ROWS), True

    def text(self) -> bytes:
        """All of its text."""
        return self.write(self.n)


def frame_of(
    names: Sequence[str],
    columns: Sequence[Sequence[str | None] | NumberColumn],
    write: Callable[[int], bytes],
    least: int,
) -> Frame | None:
    """Columns as a frame; None if their text is short, or says more than they do.

    Args:
        names, write: as of `Frame`.
        columns: entries, None where missing.
        least: how many bytes of text are worth it.
    """
    numeric = [column for column in columns if isinstance(column, NumberColumn)]
    if len(columns) < 2 or not numeric or not _is_plain(names):
        return None
    made: list[Column] = []
    for column in columns:
        if isinstance(column, NumberColumn):
            made.append(column)
            continue
        words = [MISSING if entry is None else entry.strip() for entry in column]
        if not _is_plain(words):
            return None
        made.append(tuple(words))
    if _size(made) < least or not (names[-1] or any(made[-1])):
        return None
    return Frame(tuple(name.strip() for name in names), tuple(made), write)


def numbers_column(
    values: Floats, texts: Callable[[Floats], list[str | None]] = in_text
) -> NumberColumn | list[str | None]:
    """Numbers as a column, or as their text where some are infinite, or none is there.

    Args:
        values: shape (n,), NaN where missing.
        texts: writes some of them, None for NaN.
    """
    missing = np.isnan(values)
    if not len(values) or missing.all() or np.isinf(values).any():
        return texts(values)
    with np.errstate(invalid="ignore"):  # R’s own NaN
        # Of a zero below zero nothing is left in its text.
        kept = read_only(values + 0.0)

    def written(start: int, stop: int) -> list[str]:
        return [MISSING if text is None else text for text in texts(kept[start:stop])]

    times = int(missing.sum())
    codes = Counter({MISSING: times} if times else {})
    return NumberColumn(kept, written, codes, _pointed(kept[~missing]))


def _pointed(values: Floats) -> bool | None:
    """Whether some number is written with a point; None if only its text can tell."""
    size, parts = np.abs(values), values != np.trunc(values)
    if not parts.any() and size.max() < LARGEST_WHOLE:
        return False
    # Of one with an exponent, as 1e-07 is written, the point may be left out.
    return True if (parts & (size > 1e-3) & (size < LARGEST_WHOLE)).any() else None


def _is_plain(words: Sequence[str]) -> bool:
    """Whether words are written as they are, and read as they are written."""
    text = "".join(words)
    return text.isprintable() and not any(sign in text for sign in _QUOTED)


def _size(columns: Sequence[Column]) -> int:
    return sum(
        _SIGNS * len(column) if isinstance(column, NumberColumn) else sum(map(len, column))
        for column in columns
    )
