"""Large texts by Arrow's reader, in a tenth of the time that Python takes to cut their lines."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_data.readers.naming import Column
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import MISSING_CODES

# Whatever else stands in a text is for readers that can say what is wrong with it.
_PLAIN = b"0123456789.eE+-\t\n"
# Below so many bytes, loading Arrow takes longer than all the rest.
FEWEST = 1 << 20


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
    table = _table(data, "\t", columns, "double")
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
    blanks = [sign for sign in " \t" if sign != separator and sign in text]
    if not text.isascii() or _is_uneven(text, separator, blanks):
        return None
    table = _table(text.encode(), separator, width, "string")
    if table is None:
        return None
    from pyarrow import compute

    parts = [column.combine_chunks() for column in table.columns]
    if any(part.offset for part in parts):
        return None
    if blanks:
        parts = [compute.utf8_trim(part, characters=" \t") for part in parts]
    codes = _texts_of(sorted(MISSING_CODES))
    return [_column(part, codes) for part in parts]


def _table(data: bytes, separator: str, columns: int, kind: str) -> Any | None:
    """Text as a table of Arrow's with so many columns of this type; None if it is none."""
    try:
        import pyarrow as pa
        from pyarrow import csv
    except ImportError:
        return None
    names = [str(k) for k in range(columns)]
    options = csv.ConvertOptions(
        column_types=dict.fromkeys(names, kind), null_values=[], strings_can_be_null=False
    )
    try:
        return csv.read_csv(
            pa.py_buffer(data),
            read_options=csv.ReadOptions(
                use_threads=False, column_names=names, block_size=len(data) + 1
            ),
            parse_options=csv.ParseOptions(
                delimiter=separator, quote_char=False, ignore_empty_lines=kind == "double"
            ),
            convert_options=options,
        )
    except pa.ArrowInvalid:
        return None


def _is_uneven(text: str, separator: str, blanks: list[str]) -> bool:
    """Whether white space separates and some of it is more than one space."""
    if separator != " ":
        return False
    odd = ("  ", "\n ", " \n")
    return bool(blanks) or text[0] == " " or text[-1] == " " or any(sign in text for sign in odd)


def floats_of(numbers: Any) -> Floats:
    """An array of Arrow's float64, NaN where missing; by its bytes, for the reason below."""
    known, values = numbers.buffers()
    start, stop = numbers.offset, numbers.offset + len(numbers)
    made: Floats = np.frombuffer(values or b"", np.float64)[start:stop]
    if not numbers.null_count:
        return made
    bits = np.unpackbits(np.frombuffer(known, np.uint8), bitorder="little")[start:stop]
    return np.where(bits == 1, made, np.nan)


def _texts_of(words: Sequence[str]) -> Any:
    """Words as Arrow has them; by their bytes.

    What is handed over, or asked for, as an object of Python loads pandas, to learn what it is.
    """
    import pyarrow as pa

    written = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, written)]).astype(np.int32)
    held = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(written))]
    return pa.Array.from_buffers(pa.string(), len(written), held)


def _column(part: Any, codes: Any) -> Column:
    """Entries as numbers, if they are that beside the codes, otherwise as they are written."""
    import pyarrow as pa
    from pyarrow import compute

    met: Counter[str] = Counter()
    try:
        values = floats_of(part.cast(pa.float64()))
    except pa.ArrowInvalid:
        values = None
    if values is None or not np.isfinite(values).all():
        missing = compute.is_in(part, value_set=codes)
        try:
            values = floats_of(_without(part, missing).cast(pa.float64()))
        except pa.ArrowInvalid:
            return tuple(part.to_pylist())
        met.update(compute.filter(part, missing).to_pylist())
        if len(values) - int(np.isfinite(values).sum()) > met.total():
            return tuple(part.to_pylist())
    if len(met) and met.total() == len(values):
        # Of a column without any number nobody wants the numbers.
        return tuple(part.to_pylist())
    return NumberColumn(
        read_only(values),
        lambda start, stop: part.slice(start, stop - start).to_pylist(),
        met,
        _pointed(part),
        part.nbytes,
    )


def _without(part: Any, missing: Any) -> Any:
    """The entries, none where this is true; by their bytes, too."""
    import pyarrow as pa
    from pyarrow import compute

    _, offsets, signs = part.buffers()
    known = compute.invert(missing).buffers()[1]
    return pa.Array.from_buffers(pa.string(), len(part), [known, offsets, signs])


def _pointed(part: Any) -> bool:
    """Whether a point stands in some entry, looked up in all of their signs at once."""
    _, offsets, signs = part.buffers()
    if signs is None:
        return False
    places = np.frombuffer(offsets, np.int32)[part.offset : part.offset + len(part) + 1]
    return b"." in signs.to_pybytes()[places[0] : places[-1]]
