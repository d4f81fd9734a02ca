"""Tables of Parquet and Feather (Arrow) files, by pyarrow, as pandas and others write."""

import json
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lmm_core.arrays import read_only
from lmm_core.errors import DataError, some
from lmm_data.readers.arrow_sizes import unpacked_size
from lmm_data.readers.content import MEGABYTE
from lmm_data.readers.frames import MISSING, numbers_column
from lmm_data.readers.members import Member, tabular
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import in_text
from lmm_data.readers.text.by_arrow import floats_of

PARQUET, FEATHER_1 = b"PAR1", b"FEA1"
MOST_ENTRIES = 20_000_000
_AT_ONCE = 1 << 16
MOST_BYTES = 320 * MEGABYTE
"""The most bytes of a table as it lies in memory."""


@lru_cache(maxsize=1)
def read_parquet(content: bytes, name: str) -> Mapping[str, Member]:
    """The one table of a file, under the name "".

    The columns that pandas keeps as its index come first, as ids do. Sizes are taken from the
    file's own account before anything is unpacked, and again from what comes.

    Raises:
        DataError: pyarrow is not there; damaged, too large, or without a column that can be read.
    """
    try:
        import pyarrow as arrow
    except ImportError:
        raise DataError(
            "Parquet and Feather files are read by the library pyarrow",
            "it is not installed",
            "install it with “pip install pyarrow”, or export a CSV file",
            where=name,
        ) from None
    try:
        what, table = _table(content, name)
        table = _with_index_first(table)
        return {"": _member(table, what, name)}
    except (arrow.ArrowException, OSError, OverflowError, KeyError) as error:
        raise DataError(
            "the file must be as its first and last bytes say, Parquet or Feather",
            str(error),
            "write or fetch it again",
            where=name,
        ) from None


def _table(content: bytes, name: str) -> tuple[str, Any]:
    from pyarrow import BufferReader, Table, concat_tables, ipc, parquet, types

    parts, held, rows = [], 0, 0
    if content.startswith(PARQUET):
        with parquet.ParquetFile(BufferReader(content)) as file:
            about, schema = file.metadata, file.schema_arrow
            _require_room(about.num_rows, about.num_columns, name)
            sizes = [about.row_group(k).total_byte_size for k in range(about.num_row_groups)]
            _require_bytes(sum(sizes), name)
        # Words that repeat stay what they are, a dictionary: a long one is not written out.
        text = [f.name for f in schema if types.is_string(f.type) or types.is_large_string(f.type)]
        source = BufferReader(content)
        with parquet.ParquetFile(source, metadata=about, read_dictionary=text) as file:
            # A column may be more than it says: one part after another.
            for batch in file.iter_batches(_AT_ONCE, use_threads=False):
                parts.append(Table.from_batches([batch]))
                held += parts[-1].nbytes
                _require_bytes(held, name)
            table = concat_tables(parts) if parts else file.schema_arrow.empty_table()
        return "a Parquet table", table
    if content.startswith(FEATHER_1):
        raise DataError(
            "a Feather file must be of version 2, Arrow’s",
            "this one is of version 1",
            "write it again, or as CSV",
            where=name,
        )
    _require_bytes(unpacked_size(content), name)
    one_by_one = ipc.IpcReadOptions(use_threads=False)
    with ipc.open_file(BufferReader(content), options=one_by_one) as file:
        for k in range(file.num_record_batches):
            batch = file.get_batch(k)
            rows, held = rows + batch.num_rows, held + batch.nbytes
            _require_room(rows, batch.num_columns, name)
            _require_bytes(held, name)
            parts.append(batch)
        return "a Feather table", Table.from_batches(parts, file.schema)


def _with_index_first(table: Any) -> Any:
    """The table with the columns that pandas took for its index in front."""
    about = (table.schema.metadata or {}).get(b"pandas")
    if about is None:
        return table
    try:
        index = [one for one in json.loads(about)["index_columns"] if isinstance(one, str)]
    except (ValueError, KeyError, TypeError):
        return table
    index = [one for one in index if one in table.column_names]
    return table.select([*index, *(one for one in table.column_names if one not in index)])


def _member(table: Any, what: str, name: str) -> Member:
    names, columns, others = [], [], []
    for label, column in zip(table.column_names, table.columns, strict=True):
        entries = _numbers(column) or _entries(column)
        if entries is None:
            others.append(label)
            continue
        # The index of pandas without a name.
        names.append("" if label.startswith("__index_level_") else label)
        columns.append(entries)
    if not columns:
        raise DataError(
            "a table must have a column of numbers or of words",
            f"there is none among {some(others)}" if others else "there is none",
            where=name,
        )
    notes: tuple[str, ...] = ()
    if others:
        notes = (f"left out, as columns of lists, structures or bytes: {some(others)}",)
    return tabular(what, names, columns, notes)


def _numbers(column: Any) -> NumberColumn | None:
    """A column of numbers in eight bytes, or of whole ones; None of another."""
    from pyarrow import types

    of = column.type
    if types.is_float64(of):
        made = numbers_column(floats_of(column.combine_chunks()))
        return made if isinstance(made, NumberColumn) else None
    if not types.is_integer(of) or len(column) == column.null_count:
        return None
    whole = column.combine_chunks()
    values = floats_of(whole.cast("float64", safe=False))

    def written(start: int, stop: int) -> list[str]:
        part = whole.slice(start, stop - start).to_pylist()
        return [MISSING if one is None else str(one) for one in part]

    codes = Counter({MISSING: column.null_count} if column.null_count else {})
    return NumberColumn(read_only(values), written, codes, lambda: False, whole.nbytes)


def _entries(column: Any) -> list[str | None] | None:
    """A column as text, None where missing; None of one whose entries are no single values."""
    from pyarrow import compute, types

    of = column.type
    if types.is_dictionary(of):
        column = column.unify_dictionaries().combine_chunks()
        if column.type != of and hasattr(column, "chunks"):
            column = column.chunk(0)
        values = _entries(column.dictionary)
        codes = column.indices.to_pylist()
        return values and [None if code is None else values[code] for code in codes]
    if types.is_null(of):
        return [None] * len(column)
    if types.is_boolean(of):
        return [None if one is None else str(one).upper() for one in column.to_pylist()]
    if types.is_floating(of):
        texts = in_text(column.cast("float64").fill_null(float("nan")).to_numpy())
        if of.bit_width < 64:
            # The shortest text of the number that it is, as 0.1 of four bytes.
            made = column.fill_null(float("nan")).to_numpy()
            texts = [
                None if text is None else text if text.lstrip("-").isdecimal() else str(value)
                for text, value in zip(texts, made, strict=True)
            ]
        return texts
    if types.is_integer(of) or types.is_decimal(of) or types.is_date(of):
        return [None if one is None else str(one) for one in column.to_pylist()]
    if types.is_timestamp(of):
        shown = compute.strftime(column, format="%Y-%m-%d %H:%M:%S").to_pylist()
        return [None if one is None else one.partition(".")[0] for one in shown]
    if types.is_string(of) or types.is_large_string(of) or types.is_string_view(of):
        return list(column.to_pylist())
    return None


def _require_room(rows: int, columns: int, name: str) -> None:
    if rows * columns > MOST_ENTRIES or rows < 0:
        raise DataError(
            f"a table may have {MOST_ENTRIES:,} entries",
            f"this one has {rows:,} rows and {columns:,} columns",
            "leave out what is not needed",
            where=name,
        )


def _require_bytes(size: int, name: str) -> None:
    if size > MOST_BYTES:
        raise DataError(
            f"a table may have {MOST_BYTES // MEGABYTE} MB in memory",
            f"this one has {size / MEGABYTE:,.0f} MB",
            "leave out what is not needed",
            where=name,
        )
