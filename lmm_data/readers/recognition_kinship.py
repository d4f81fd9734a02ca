"""Kinships of other programs, told by their first lines: for `lmm_data.readers.recognition`."""

from itertools import pairwise
from typing import NamedTuple

from lmm_data.readers.kinship.pair_tables import is_pair_table
from lmm_data.readers.numeric import as_number
from lmm_data.readers.recognition_foreign import Rows
from lmm_data.readers.text.dialect import is_value

MATRIX_MARKET = "%%matrixmarket"


class Known(NamedTuple):
    """What a text is, the code of its reader, and by what that is known."""

    words: str
    reader: str
    why: str


def kinship_in_lines(low: str, text: str, rows: Rows) -> Known | None:
    """A kinship in a form of its own, by the name and the first lines of a text.

    Args:
        low: the file's name in lower case, without `.gz`.
        text: its first lines.
        rows: their entries.
    """
    if text.lstrip()[: len(MATRIX_MARKET)].lower() == MATRIX_MARKET:
        return Known("a matrix in MatrixMarket’s form", "matrix-market", "its first line says so")
    if not rows:
        return None
    header = {entry.lstrip("#").casefold() for entry in rows[0]}
    # Two ids and a value alone are a list of pairs, with a line of each individual with itself.
    if is_pair_table(header) and len(rows[0]) > 3:
        return Known("a table of pairs", "kin0", "its header says so")
    for ending, words, reader in (
        (".mibs", "PLINK’s similarities by state", "mibs"),
        (".mdist", "PLINK’s distances by state", "mdist"),
    ):
        if low.endswith(ending) and all(map(is_value, rows[-1])):
            return Known(words, reader, "its name and its numbers say so")
    if len(rows[0]) == 1 and rows[0][0].isdecimal() and len(rows) > 2:
        n = int(rows[0][0])
        if n > 1 and all(len(row) == n + 1 for row in rows[1:]):
            why = "its first line says how many individuals follow"
            return Known("a kinship of TASSEL", "tassel", why)
    return _upper(rows)


def _upper(rows: Rows) -> Known | None:
    """An upper triangle, with a header or without."""
    below = rows[1:] if len(rows) > 1 and len(rows[0]) <= len(rows[1]) else rows
    widths = [len(row) for row in below]
    if len(widths) < 3 or not all(a == b + 1 for a, b in pairwise(widths)):
        return None
    numbers = all(as_number(row[-1]) == as_number(row[-1]) for row in below)
    if not numbers or widths[-1] < 1:
        return None
    why = "each line is shorter by one than the line above"
    return Known("an upper triangle", "upper", why)
