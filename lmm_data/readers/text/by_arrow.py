"""Large texts by Arrow's reader, in a tenth of the time that Python takes to cut their lines."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_data.readers.naming import Column
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.text.cells import Cells
from lmm_data.readers.text.dialect import are_values

# Whatever else stands in a text is for readers that can say what is wrong with it.
_PLAIN = b"0123456789.eE+-\t\n"
# Below so many bytes, loading Arrow takes longer than all the rest.
FEWEST = 1 << 20
_NUMBERS, _TEXT = "double", "string"
# What is a number in so many lines mostly is one in all of them.
_FEW = 8


def plain_numbers(data: bytes, columns: int) -> Floats | None:
    """The numbers between tabs and ends of lines, to the nearest float64, shape (lines, columns).

    Args:
        data: text; lines without anything are passed over.
        columns: in each line.

    Returns:
        None where it is to be read otherwise: a file below a megabyte, another sign than those
        of digits, lines of other lengths, an entry that is no number, or no pyarrow.
    """
    if len(data) < FEWEST:
        return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if data.translate(None, _PLAIN):
        return None
    table = _table(data, "\t", [_NUMBERS] * columns, ())
    if table is None:
        return None
    return np.column_stack([floats_of(column.combine_chunks()) for column in table.columns])


def columns_of(lines: Sequence[str], separator: str, width: int) -> list[Column] | None:
    """The entries of lines by column, those of numbers as a `NumberColumn`.

    Args:
        lines: each with so many entries, none quoted, none empty; the first too.
        separator: one sign.
        width: how many entries a line has.

    Returns:
        The same as cutting each line and stripping each entry would make; None where it is to be
        done so: signs beyond ASCII, spaces that are hard to tell apart, a line of another length,
        or no pyarrow.
    """
    text = "\n".join(lines)
    blanks = "".join(sign for sign in " \t" if sign != separator and sign in text)
    if not text.isascii() or _is_uneven(text, separator, blanks):
        return None
    if blanks:
        text = _without_edges(text, separator, blanks)
    codes, data = sorted(MISSING_CODES), text.encode()
    first = zip(*(line.split(separator) for line in lines[:_FEW]), strict=False)
    kinds = [_NUMBERS if _are_numbers(column) else _TEXT for column in first]
    table = _table(data, separator, kinds, codes)
    if table is None:
        table = _table(data, separator, [_TEXT] * width, codes)
    del data
    if table is None:
        return None
    cells = Cells(text, separator, width)
    return [_column(column.chunk(0), cells, j) for j, column in enumerate(table.columns)]


def _table(data: bytes, separator: str, kinds: Sequence[str], codes: Sequence[str]) -> Any | None:
    """Text as a table of Arrow's with columns of these types, null at a code; None if it is none.

    Without codes, lines without anything are passed over.
    """
    try:
        import pyarrow as pa
        from pyarrow import csv
    except ImportError:
        return None
    names = [str(k) for k in range(len(kinds))]
    options = csv.ConvertOptions(
        column_types=dict(zip(names, kinds, strict=True)),
        null_values=codes,
        strings_can_be_null=True,
    )
    try:
        return csv.read_csv(
            pa.py_buffer(data),
            read_options=csv.ReadOptions(
                use_threads=False, column_names=names, block_size=len(data) + 1
            ),
            parse_options=csv.ParseOptions(
                delimiter=separator, quote_char=False, ignore_empty_lines=not codes
            ),
            convert_options=options,
        )
    except pa.ArrowInvalid:
        return None


def _is_uneven(text: str, separator: str, blanks: str) -> bool:
    """Whether white space separates and some of it is more than one space."""
    if separator != " ":
        return False
    odd = ("  ", "\n ", " \n")
    return bool(blanks) or text[0] == " " or text[-1] == " " or any(sign in text for sign in odd)


def _without_edges(text: str, separator: str, blanks: str) -> str:
    """The text without blanks at the ends of its entries."""
    text = text.strip(blanks)
    pairs = [(blank, mark) for blank in blanks for mark in (separator, "\n")]
    if not any(a + b in text or b + a in text for a, b in pairs):
        return text
    # A single one behind each separator is common, and replaced faster than by a pattern.
    text = text.replace(f"{separator} ", separator)
    mark = f"[{re.escape(separator)}\n]"
    text = re.sub(f"(?<={mark})[{blanks}]+", "", text)
    return re.sub(f"(?<![{blanks}])[{blanks}]++(?={mark})", "", text)


def floats_of(numbers: Any) -> Floats:
    """An array of Arrow's float64, NaN where missing; by its bytes.

    What is handed over, or asked for, as an object of Python loads pandas, to learn what it is.
    """
    known, values = numbers.buffers()
    start, stop = numbers.offset, numbers.offset + len(numbers)
    made: Floats = np.frombuffer(values or b"", np.float64)[start:stop]
    if not numbers.null_count:
        return made
    bits = np.unpackbits(np.frombuffer(known, np.uint8), bitorder="little")[start:stop]
    return np.where(bits == 1, made, np.nan)


def _column(part: Any, cells: Cells, j: int) -> Column:
    """Entries as numbers, if they are that beside the codes, otherwise as they are written."""
    import pyarrow as pa

    n, missing = len(part), part.null_count
    try:
        values = floats_of(part if pa.types.is_float64(part.type) else part.cast(pa.float64()))
    except pa.ArrowInvalid:
        values = None
    # Of a column without any number nobody wants the numbers.
    if values is None or missing == n or np.count_nonzero(np.isfinite(values)) < n - missing:
        written = cells(j, 0, n) if missing or values is not None else part.to_pylist()
        return tuple(written)
    codes = cells.count(j, np.flatnonzero(np.isnan(values))) if missing else None
    pointed = partial(cells.is_pointed, j)
    return NumberColumn(read_only(values), partial(cells, j), codes, pointed, cells.behind + 4 * n)


def _are_numbers(entries: Sequence[str]) -> bool:
    return are_values(entries) and not MISSING_CODES.issuperset(entries)
