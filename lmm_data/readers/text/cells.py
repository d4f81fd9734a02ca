"""Entries of a large text by where they stand in it: each is cut out when somebody asks for it."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from lmm_core.arrays import Ints
from lmm_data.readers.number_column import FIRST

# So many signs are looked through at a time.
_AT_ONCE = 1 << 17


class Cells:
    """The entries of a text whose lines are all cut alike.

    Args:
        text: in ASCII, its lines ended by `\\n` but for the last, no blanks around an entry.
        separator: one sign.
        width: how many entries each line has.
    """

    def __init__(self, text: str, separator: str, width: int) -> None:
        self._text, self._separator, self._width = text, separator, width
        self._whole: Ints | None = None
        self._pointed: frozenset[int] | None = None
        end = -1
        for _ in range(FIRST):
            end = text.find("\n", end + 1)
            if end < 0:
                break
        self._start = self._edges(text if end < 0 else text[:end])

    def __call__(self, column: int, start: int, stop: int) -> Sequence[str]:
        """The entries of a column from one row to before another."""
        edges = self._start if stop <= FIRST else self._all
        first, last = start * self._width + column, stop * self._width
        return self._cut(
            edges[first : last : self._width], edges[first + 1 : last + 1 : self._width]
        )

    def count(self, column: int, rows: Ints) -> Counter[str]:
        """How often each entry stands in these rows of a column."""
        places = rows * self._width + column
        before, behind = self._all[places], self._all[places + 1]
        # Mostly nothing stands there.
        if (behind - before == 1).all():
            return Counter({"": len(rows)})
        return Counter(self._cut(before, behind))

    def is_pointed(self, column: int) -> bool:
        """Whether a point stands in some entry of a column."""
        if self._pointed is None:
            points = np.flatnonzero(self._signs(self._text) == ord("."))
            places = np.searchsorted(self._all, points) - 1
            self._pointed = frozenset(np.unique(places % self._width).tolist())
        return column in self._pointed

    @property
    def behind(self) -> int:
        """How many bytes of text a column has, as many as the others."""
        return len(self._text) // self._width

    @property
    def _all(self) -> Ints:
        """Where each entry begins and ends: a separator before it and one behind it."""
        if self._whole is None:
            self._whole = self._edges(self._text)
        return self._whole

    def _edges(self, text: str) -> Ints:
        found = [np.array([-1], np.int32)]
        for start in range(0, len(text), _AT_ONCE):
            signs = self._signs(text[start : start + _AT_ONCE])
            ends = np.flatnonzero((signs == ord(self._separator)) | (signs == ord("\n")))
            found.append((ends + start).astype(np.int32))
        return np.concatenate([*found, np.array([len(text)], np.int32)])

    @staticmethod
    def _signs(text: str) -> Ints:
        return np.frombuffer(text.encode(), np.uint8)

    def _cut(self, before: Ints, behind: Ints) -> list[str]:
        places = map(slice, (before + 1).tolist(), behind.tolist())
        return [self._text[place] for place in places]
