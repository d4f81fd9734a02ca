"""Rows of genotypes in which every entry is one sign, or a usual word for missing, at once."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT

# Entries of more than one sign, the longest first, and the signs by which they are replaced here.
_MISSING, _MINUS = "?", "!"
_WORDS = (("NaN", _MISSING), ("NA", _MISSING), ("NN", _MISSING), ("--", _MISSING))
_NUMBERS = (("-9", _MISSING), ("-1", _MINUS))
# No number that is met.
_UNKNOWN = -2


class SingleSigns:
    """A row by the bytes of its text, in a small part of the time of cutting it into entries.

    Args:
        whole: what entries mean, -127 for missing; of longer ones the usual words alone are known.
    """

    def __init__(self, whole: Mapping[str, int]) -> None:
        self._words = [pair for pair in (*_WORDS, *_NUMBERS) if pair[0] in whole or pair[1] == "!"]
        self._meaning = np.full(128, _UNKNOWN, dtype=np.int8)
        for entry, value in whole.items():
            if len(entry) == 1 and entry.isascii():
                self._meaning[ord(entry)] = value
        self._meaning[[ord(_MISSING), ord(_MINUS)]] = MISSING_COUNT, -1
        self._empty = "" in whole

    def row(self, text: str, separator: str) -> NDArray[np.int8] | None:
        """The counts of a row of text, shape (entries,); None if it must be cut into entries.

        Args:
            text: the entries without anything before or after them; -1 is -1 here.
            separator: one sign between each two.

        >>> SingleSigns({"0": 0, "1": 1, "2": 2, "NA": -127}).row("0,2,NA,-1,1", ",")
        array([   0,    2, -127,   -1,    1], dtype=int8)
        """
        if not text or not text.isascii() or _MISSING in text or _MINUS in text:
            return None
        marked = separator + text
        for word, sign in self._words:
            marked = marked.replace(separator + word, separator + sign)
        if separator != " " and self._empty:
            if 2 * separator in marked:
                # Twice, as what is replaced does not overlap.
                for _ in range(2):
                    marked = marked.replace(2 * separator, separator + _MISSING + separator)
            if marked.endswith(separator):
                marked += _MISSING
        signs = np.frombuffer(marked.encode("ascii"), dtype=np.uint8)
        if signs.size % 2 or not (signs[::2] == ord(separator)).all():
            return None
        counts: NDArray[np.int8] = self._meaning[signs[1::2]]
        return None if (counts == _UNKNOWN).any() else counts
