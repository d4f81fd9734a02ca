"""Which columns of a table name its rows: by their name, or by what they look like."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lmm_core.errors import DataError, count, some
from lmm_data.readers.naming import (
    Candidate,
    Column,
    column_words,
    counts_rows,
    is_made_up,
    label_of,
)
from lmm_data.readers.text.dialect import ID_NAMES, is_number, may_name, plain_name
from lmm_data.tables import no_column, other_header

# Ids of so many rows are missing by their form, and not by mistake.
_FILLED_DOWN = 0.2
WEAK_NAMES = frozenset(
    ["line", "strain", "taxa", "accession", "genotype", "name", "rownames", "eartag"]
)
"""Names of what many individuals may share: ids only in the first column."""


def find_ids(
    names: list[str], columns: list[Column], lines: list[int], name: str, asked: int | str | None
) -> tuple[Candidate | None, tuple[str, ...]]:
    """The column or columns of ids, by what is asked, by their name, or by their entries.

    Args:
        names: of the columns, or none if there is no header.
        columns: their entries.
        lines: the line number of each row, for messages.
        name: what to call the table in messages.
        asked: 0, 1 or 2 columns on the left, the name of one column, or None to find out.

    Returns:
        What names the rows, None if nothing does, and notes on that.

    Raises:
        DataError: what is asked is not there, or an id is empty.
    """
    plain = [plain_name(label) for label in names]
    if isinstance(asked, str):
        if asked not in names:
            raise no_column(name, asked, names)
        return _single(names.index(asked), names, columns, lines, name), ()
    if asked is not None and asked not in range(min(3, len(columns))):
        raise DataError(
            "ids must be in 0, 1 or 2 columns beside others",
            f"{asked} of {len(columns)} columns cannot be",
            where=name,
        )
    first = columns[0]
    if asked == 0:
        return None, ()
    if asked == 1:
        return _single(0, names, columns, lines, name), ()
    if asked == 2 or (plain[:1] == ["fid"] and plain[1:2] in (["iid"], ["id"])):
        return joined(columns[0], columns[1], lines, name, names)
    known = [
        j for j, label in enumerate(plain) if label in (ID_NAMES - WEAK_NAMES if j else ID_NAMES)
    ]
    # What only counts the rows, as R's row names do, gives way to a column that is called ids.
    if plain[:1] == [""]:
        known = [*known, 0] if counts_rows(first) else [0, *known]
    for index in known:
        if _all_different(columns[index]):
            return _single(index, names, columns, lines, name), ()
    if known:
        return _single(min(known), names, columns, lines, name), ()
    if not names and _like_pairs(columns):
        found, notes = joined(columns[0], columns[1], lines, name)
        return found, ("the first two columns are taken for FID and IID", *notes)
    if len(columns) > 1 and names_each(first):
        what = "whole numbers" if any(map(is_number, first)) else "no numbers"
        label = f", “{names[0]}”," if names else ""
        note = (
            f"the first column{label} is taken for ids: its entries are {what}, and none is there "
            "twice; if they are values, say that there are no ids"
        )
        return _single(0, names, columns, lines, name), (note,)
    return None, ("no column is taken for ids: say whose rows they are",)


def _single(
    index: int, names: list[str], columns: list[Column], lines: list[int], name: str
) -> Candidate:
    ids = tuple(columns[index])
    _require_filled(ids, lines, name)
    words = column_words(names, index)
    return Candidate(label_of(names, index), words, ids, (index,), False, counts_rows(ids))


def joined(
    family: Column, ids: Column, lines: list[int], name: str, names: Sequence[str] = ()
) -> tuple[Candidate, tuple[str, ...]]:
    """Two columns on the left as IIDs if no two families share one, else as FID_IID and a note."""
    _require_filled(ids, lines, name)
    found = next(ways_of_pair(family, ids, label_of(names, 1), (0, 1)))
    if found.named_by == "IID":
        return found, ()
    return found, ("the same IID is there more than once: the ids are FID_IID",)


def ways_of_pair(
    family: Column, ids: Column, name: str, used: tuple[int, int], by_name: bool = False
) -> Iterator[Candidate]:
    """Individuals by their IID, unless two families share one, and by FID_IID.

    Args:
        family, ids: a family and an individual of it for each row.
        name, used, by_name: as of `Candidate`.
    """
    both = tuple(zip(family, ids, strict=True))
    if len(set(ids)) == len(set(both)):
        yield Candidate(name, "IID", tuple(ids), used, by_name, False, "IID")
    both_ids = tuple(f"{fid}_{iid}" for fid, iid in both)
    yield Candidate(name, "FID_IID", both_ids, used, by_name, False, "FID_IID")


def _like_pairs(columns: list[Column]) -> bool:
    """Whether two columns without names look like FID and IID."""
    if len(columns) < 3:
        return False
    family, ids = columns[:2]
    pairs = set(zip(family, ids, strict=True))
    if len(pairs) < len(ids) or not all(map(may_name, [*family, *ids])):
        return False
    if family == ids or any(map(is_number, family)):
        return family == ids
    words = _all_different(ids) and not any(map(is_number, ids))
    return words or not _all_different(family)


def names_each(column: Column) -> bool:
    """Whether its entries can be ids, a different one in each row."""
    return len(set(column)) == len(column) and all(map(may_name, column))


def _all_different(ids: Column) -> bool:
    return len(set(ids)) == len(ids) and "" not in ids


def header_order(ids: Column, header: Column, name: str) -> tuple[list[int] | None, str]:
    """Which column of a kinship belongs to each row, and a note.

    Args:
        ids: of the rows, unique.
        header: names of the columns: the ids in any order, or as R changes them.

    Returns:
        Index in the header of each id, None if the header says nothing of the ids.

    Raises:
        DataError: the header holds other ids, or one of them twice.
    """
    if set(header) != set(ids):
        if is_made_up(header):
            return None, "the header, V1, V2, …, is R’s own and not read: columns are as the rows"
        if counts_rows(header):
            return None, "the header only counts the columns and is not read: they are as the rows"
    if len(set(header)) < len(header) or "" in header:
        twice = [label for label, times in Counter(header).items() if times > 1 or not label]
        raise DataError(
            "each column must have its own id in the header",
            f"{some(twice)} is blank or there more than once",
            "rename, or leave out the row and the column",
            where=name,
        )
    note = ""
    if set(header) != set(ids):
        changed = tuple(map(_as_r_writes, ids))
        if set(header) != set(changed):
            raise other_header(ids, header, name)
        note = (
            f"R changed ids in the header, as “{ids[0]}” to “{changed[0]}”: those of the rows hold"
        )
        ids = changed
    index = {label: j for j, label in enumerate(header)}
    order = [index[label] for label in ids]
    if not note and order != sorted(order):
        note = "the columns are in another order than the rows and are put in theirs"
    return order, note


# Words that no object of R may be called.
_RESERVED = frozenset(
    "NA NaN NULL Inf TRUE FALSE if else repeat while function for next break in NA_integer_ "
    "NA_real_ NA_character_ NA_complex_".split()
)


def _as_r_writes(label: str) -> str:
    """A name as R's `make.names` changes it, `check.names = TRUE`."""
    if label in _RESERVED:
        return f"{label}."
    changed = re.sub(r"[^\w.]", ".", label)
    return changed if re.match(r"[^\W\d_]|\.(?!\d)", changed) else f"X{changed}"


def require_ids(ids: Column, lines: list[int], name: str) -> None:
    """A DataError that names the lines, if an id is empty or given twice."""
    _require_filled(ids, lines, name)
    seen: dict[str, int] = {}
    for label, line in zip(ids, lines, strict=True):
        if seen.setdefault(label, line) != line:
            more = len(ids) - len(set(ids)) - 1
            others = f" ({count(more, 'more such line')})" if more else ""
            raise DataError(
                "each row must have its own id",
                f"“{label}” occurs twice, in lines {seen[label]} and {line}{others}",
                "keep one row and its column, or give the other its own id",
                where=name,
            )


def _require_filled(ids: Column, lines: list[int], name: str) -> None:
    if "" in ids:
        empty = sum(not label for label in ids)
        found, remedy = f"line {lines[ids.index('')]} has none", "fill it in or delete the line"
        if ids[0] and empty > max(1, _FILLED_DOWN * len(ids)):
            # As in the merged cells of a spreadsheet.
            found = f"line {lines[ids.index('')]} and {empty - 1:,} more have none"
            remedy = "if an id stands for the rows below it too, write it into each of them"
        raise DataError("each row must have its id", found, remedy, where=name)
