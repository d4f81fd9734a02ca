"""Numbers out of text and as text: what is one, and what is taken for missing."""

import sys
from collections.abc import Sequence

import numpy as np

from lmm_core.arrays import Floats

USUAL_CODES = ("", "NA", "NaN", "nan", ".", "-", "N/A")
"""Entries that everybody takes for missing."""

ERROR_CODES = (
    *("#N/A", "#NV", "#N/D", "#SAKNAS!", "#I/T", "#ND"),
    *("#VALUE!", "#WERT!", "#VALEUR!", "#VALORE!", "#VALOR!", "#VÄRDEFEL!", "#WAARDE!"),
    *("#DIV/0!", "#¡DIV/0!", "#DEEL/0!", "#DIVISION/0!", "#NULL!", "#NUM!", "#ZAHL!", "#NOMBRE!"),
    *("#REF!", "#BEZUG!", "#RIF!", "#¡REF!", "#REFERENS!", "#NAME?", "#NOM?", "#NOME?", "#NAMN?"),
    *("#OGILTIGT!", "#OGILTIG!", "#CALC!", "#SPILL!", "#GETTING_DATA"),
)
"""What a spreadsheet writes where a formula has no value, in the languages that it speaks."""

MISSING_CODES = frozenset(
    [
        *USUAL_CODES,
        *ERROR_CODES,
        *("<NA>", "None", "NULL", "null", "NaT", "n/a", "-nan", "-NaN", "NAN", "1.#QNAN"),
        *("-1.#IND", "#N/A N/A", "\\N"),
        *(f".{letter}" for letter in "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ]
)
"""Entries that are taken for missing; what else a column holds is text or a number.

The further ones are those of pandas, of databases, of C, and of SAS and Stata, which tell reasons
by a letter; a reader says that it met them.
"""


KEPT_DIGITS = 15
"""So many digits of a number a spreadsheet keeps."""
# Of a round number, such as 10 and sixteen zeros, nothing is lost.
_OWN_DIGITS = 12

LARGEST_WHOLE = 1e15
"""A whole number below it is written without a point and without an exponent."""


def as_number(entry: str) -> float:
    """The number that an entry is, NaN if it is none; infinities stay what they are."""
    try:
        # float() takes 1_000 for a number, which no other program does.
        return float("nan" if "_" in entry else entry)
    except ValueError:
        return float("nan")


def numbers_of(entries: Sequence[str], missing: frozenset[str] = MISSING_CODES) -> Floats | None:
    """Entries as numbers, shape (n,), NaN where missing; None if one is neither.

    Args:
        entries: infinities among them stay what they are, and so does NaN however it is spelled.
        missing: the codes.

    >>> numbers_of(["7.26", "NA"]), numbers_of(["7,26"])
    (array([7.26,  nan]), None)
    """
    # All at once: entry by entry takes three times as long.
    if not missing.isdisjoint(entries):
        entries = ["nan" if entry in missing else entry for entry in entries]
    try:
        values = np.array(list(map(float, entries)), dtype=np.float64)
    except ValueError:
        return None
    return None if "_" in "".join(entries) else values


def in_text(values: Floats) -> list[str | None]:
    """Numbers as text of which Python makes the same numbers, None for NaN.

    >>> in_text(np.array([0.1, -12.0, 1e-7, np.nan]))
    ['0.1', '-12', '1e-07', None]
    """
    size = np.abs(values)
    arrow = sys.modules.get("pyarrow")
    if arrow is None or np.any((size > 0.0) & (size < 1e-4) | (size >= 1e10)):
        made: list[str | None] = list(map(repr, values.tolist()))
    else:
        # The same digits in a third of the time; what has an exponent is written otherwise. By
        # its bytes: a list or an array that is handed over loads pandas, to ask it what that is.
        held = [None, arrow.py_buffer(np.ascontiguousarray(values))]
        numbers = arrow.Array.from_buffers(arrow.float64(), len(values), held)
        made = numbers.cast(arrow.string()).to_pylist()
    with np.errstate(invalid="ignore"):  # R’s own NaN
        whole = np.flatnonzero((size < LARGEST_WHOLE) & (values == np.trunc(values)))
    for place, number in zip(whole.tolist(), values[whole].astype(np.int64).tolist(), strict=True):
        made[place] = str(number)
    for place in np.flatnonzero(np.isnan(values)).tolist():
        made[place] = None
    return made


def is_cut(digits: str) -> bool:
    """Whether a number of more than 15 digits ends in zeros from the 16th on, and is not round.

    >>> is_cut("982000123456789000"), is_cut("982000123456789012"), is_cut("1000000000000000")
    (True, False, False)
    """
    own = digits.rstrip("0")
    return len(digits) > KEPT_DIGITS >= len(own) >= _OWN_DIGITS
