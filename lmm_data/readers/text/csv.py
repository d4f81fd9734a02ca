"""Tables and kinship matrices from comma-separated text."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np

from lmm_core.arrays import read_only
from lmm_core.errors import DataError
from lmm_data.tables import Table, as_kinship_table

Source: TypeAlias = str | PathLike[str] | bytes | BinaryIO

MISSING = frozenset({"", "NA", "NaN", "."})

_OTHER_MARKS = (("\t", "it holds tabs"), (";", "it holds semicolons"), (" ", "it holds spaces"))


def read_table(source: Source, name: str | None = None) -> Table:
    """A table of numbers: ids in the first column, column names in the header.

    Args:
        source: a path, the bytes of the file, or a file open for reading bytes. The text is
            UTF-8, with or without a byte order mark, with any line ends; entries may be quoted.
        name: what to call the table in messages; the file's name by default.

    Returns:
        The values as written, to the nearest float64; `NA`, `NaN`, `.` and an
        empty entry are NaN. Ids are stripped text: `001` stays `001`. Blank lines are skipped.

    Raises:
        DataError: no such file, not UTF-8, empty, no rows or no column beside the ids, rows of
            different lengths, ids or column names that are empty or repeated, or an entry that
            is not a finite number.

    >>> read_table(b"id,weight\\n001,7.26\\n002,NA\\n").values
    array([[7.26],
           [ nan]])
    """
    name = name or _name_of(source, "the table")
    rows = _rows(_text(source, name), name)
    header = _header(rows, name)
    ids, values = [], []
    for line, row in rows:
        if len(row) != len(header):
            raise DataError(
                "every row must have as many entries as the header",
                f"line {line} (id “{row[0].strip()}”) has {len(row)}, the header {len(header)}",
                "look for a missing or an extra comma, and give the ids a header of their own",
                where=name,
            )
        ids.append(row[0])
        # As arrays at once: the text of a large matrix takes ten times the memory.
        values.append(np.array(_numbers(row, header, name)))
    if not ids:
        raise DataError("the file must hold rows below its header", "there are none", where=name)
    return Table(name, tuple(ids), tuple(header[1:]), read_only(np.array(values)))


def read_kinship(source: Source, name: str | None = None) -> Table:
    """A kinship matrix: square, ids in the first column and the same ids in the header.

    The columns may be in another order than the rows and are then put in the rows' order.
    Arguments and the rules for the text are those of `read_table`.

    Returns:
        A table with `columns == ids`, symmetric to 1e-8 of its largest entry.

    Raises:
        DataError: whatever `read_table` refuses; not square, header ids that are not the row
            ids, a missing entry, not symmetric.
    """
    return as_kinship_table(read_table(source, name or _name_of(source, "the kinship")))


def _name_of(source: Source, otherwise: str) -> str:
    if isinstance(source, bytes):
        return otherwise
    label = source if isinstance(source, (str, PathLike)) else getattr(source, "name", None)
    # An unnamed temporary file has its descriptor, an integer, for a name.
    return Path(label).name if isinstance(label, (str, PathLike)) else otherwise


def _text(source: Source, name: str) -> str:
    if isinstance(source, (str, PathLike)):
        try:
            data = Path(source).read_bytes()
        except OSError as error:
            raise DataError(
                "the file cannot be read",
                error.strerror or str(error),
                "check the path",
                where=name,
            ) from None
    else:
        data = source if isinstance(source, bytes) else source.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            "the text must be UTF-8",
            f"byte {error.start} is 0x{data[error.start]:02x}",
            "save it as “CSV UTF-8”, and not as a spreadsheet or a compressed file",
            where=name,
        ) from None


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and entries of each line that is not blank."""
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in lines:
            if row and (len(row) > 1 or row[0].strip()):
                yield lines.line_num, row
    except csv.Error as error:
        raise DataError(
            "the text must be comma-separated",
            f"line {lines.line_num}: {error}",
            "look for a quote that is not closed",
            where=name,
        ) from None


def _header(rows: Iterator[tuple[int, list[str]]], name: str) -> list[str]:
    header = [entry.strip() for entry in next(rows, (0, []))[1]]
    if not header:
        raise DataError(
            "the file must hold a header and rows",
            "it is empty",
            "check that it was saved",
            where=name,
        )
    if len(header) < 2:
        found = next((f"; {what}" for mark, what in _OTHER_MARKS if mark in header[0]), "")
        raise DataError(
            "a column of ids must be followed by columns of numbers",
            f"the header is “{header[0][:60]}”{found}",
            "separate the columns by commas",
            where=name,
        )
    return header


def _numbers(row: Sequence[str], header: Sequence[str], name: str) -> list[float]:
    # float() takes 1_000 for a number, which no other program does.
    if not any("_" in entry for entry in row[1:]):
        try:
            return [float(entry) for entry in row[1:]]
        except ValueError:
            pass
    return [
        _number(entry.strip(), row[0].strip(), column, name)
        for column, entry in zip(header[1:], row[1:], strict=True)
    ]


def _number(text: str, label: str, column: str, name: str) -> float:
    if text in MISSING:
        return math.nan
    try:
        return float(text.replace("_", "?"))
    except ValueError:
        raise DataError(
            "entries must be numbers",
            f"row “{label}”, column “{column}” holds “{text[:40]}”",
            "code categories as 0 and 1, missing values as NA, and use a point for decimals",
            where=name,
        ) from None
