"""A table of columns, as R and Arrow keep it: numbers stay numbers, and text is made last."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, read_only
from lmm_data.readers.naming import Column
from lmm_data.readers.number_column import FIRST, NumberColumn
from lmm_data.readers.numeric import LARGEST_WHOLE, in_text

MISSING = "NA"
# As text a number takes about so many signs.
_SIGNS = 18
# A list of pairs or a pedigree is known by all of its lines; of more columns a few rows tell.
_FEW_COLUMNS, _FEW_ROWS = 8, FIRST
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
        lines: of this text, where each row stands, from 1; none where that is below the names.
        notes: what the text does not show, in sentences.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    write: Callable[[int], bytes]
    lines: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

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
        _write_first(self.columns)
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


def numbers_column(values: Floats, missing: str = MISSING) -> NumberColumn | list[str | None]:
    """Numbers as a column, or as their text where some are infinite, or none is there.

    Args:
        values: shape (n,), NaN where missing.
        missing: the code that stands there.
    """
    finite = int(np.isfinite(values).sum())
    times = len(values) - finite
    if not finite or (times and times > np.count_nonzero(np.isnan(values))):
        return in_text(values)
    with np.errstate(invalid="ignore"):  # R’s own NaN
        # Of a zero below zero nothing is left in its text.
        kept = read_only(values + 0.0)
    codes = Counter({missing: times}) if times else None
    texts = _InText(kept, missing)
    return NumberColumn(kept, texts, codes, texts.is_pointed)


class _InText:
    """The text of numbers.

    Attributes:
        values: shape (n,), NaN where missing.
        missing: the text of those.
        first: the text of the first of them, if it is made; [] if it is not.
    """

    __slots__ = ("first", "missing", "values")

    def __init__(self, values: Floats, missing: str) -> None:
        self.values, self.missing = values, missing
        self.first: list[str] = []

    def __call__(self, start: int, stop: int) -> list[str]:
        if stop <= len(self.first):
            return self.first[start:stop]
        texts = in_text(self.values[start:stop])
        return [self.missing if text is None else text for text in texts]

    def is_pointed(self) -> bool:
        """Whether a point stands in some text."""
        known = self.values[~np.isnan(self.values)]
        if (known == np.trunc(known)).all() and np.abs(known).max() < LARGEST_WHOLE:
            return False
        # Of a number with an exponent, as 1e-07 is written, the point may be left out.
        return any("." in text for text in self(0, len(self.values)))


def _write_first(columns: Sequence[Column]) -> None:
    """Make the text of the first numbers of all columns, at once: of each alone it takes long."""
    found = [c.texts for c in columns if isinstance(c, NumberColumn)]
    texts = [one for one in found if isinstance(one, _InText)]
    if texts:
        first = np.array([one.values[:FIRST] for one in texts])
        written = _InText(first.ravel(), texts[0].missing)(0, first.size)
        for k, one in enumerate(texts):
            one.first = written[k * first.shape[1] : (k + 1) * first.shape[1]]


def _is_plain(words: Sequence[str]) -> bool:
    """Whether words are written as they are, and read as they are written."""
    text = "".join(words)
    return text.isprintable() and not any(sign in text for sign in _QUOTED)


def _size(columns: Sequence[Column]) -> int:
    return sum(
        _SIGNS * len(column) if isinstance(column, NumberColumn) else sum(map(len, column))
        for column in columns
    )
