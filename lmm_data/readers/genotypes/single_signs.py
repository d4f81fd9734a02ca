"""Rows of genotypes in which every entry is one sign, or a usual word for missing, at once."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT

# Entries of more than one sign, the longest first, and the signs by which they are replaced here.
_MISSING, _MINUS = "?", "!"
_WORDS = (("NaN", _MISSING), ("NA", _MISSING), ("NN", _MISSING), ("--", _MISSING))
_NUMBERS = (("-9", _MISSING), ("-1", _MINUS))
# No byte of a count that is met: -2.
_UNKNOWN = 254


class SingleSigns:
    """A row by the bytes of its text, in a small part of the time of cutting it into entries.

    Args:
        whole: what entries mean, -127 for missing; of longer ones the usual words alone are known.
    """

    def __init__(self, whole: Mapping[str, int]) -> None:
        self._words = [pair for pair in (*_WORDS, *_NUMBERS) if pair[0] in whole or pair[1] == "!"]
        meaning = dict.fromkeys(range(256), _UNKNOWN)
        for entry, value in (*whole.items(), (_MISSING, MISSING_COUNT), (_MINUS, -1)):
            if len(entry) == 1 and entry.isascii():
                meaning[ord(entry)] = value % 256
        self._meaning = bytes(meaning.values())
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
            # A sign that is nowhere is looked for much faster than a word.
            if word[0] in marked:
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
        meant = signs[1::2].tobytes().translate(self._meaning)
        return None if _UNKNOWN in meant else np.frombuffer(meant, dtype=np.int8)
