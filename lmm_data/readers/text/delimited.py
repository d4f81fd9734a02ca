"""Tables from whatever text they were written in: the dialect is found out, and said."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from lmm_core.errors import DataError, count
from lmm_data.readers.content import MAX_BYTES, name_of
from lmm_data.readers.naming import (
    Candidate,
    Column,
    Sheet,
    counts_rows,
    id_words,
    named_by_place,
)
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.reading import Reading, Source, TextTable, missing_met, suspicions, unusual
from lmm_data.readers.text.dialect import (
    ID_NAMES,
    SEPARATORS,
    entries_of,
    like_number,
    open_text,
    plain_name,
)
from lmm_data.readers.text.id_columns import find_ids
from lmm_data.readers.text.marks import with_points
from lmm_data.readers.text.quantities import without_units

# As of the tables of R and Parquet: each takes some sixty bytes.
_MOST_ENTRIES = 20_000_000

Row: TypeAlias = tuple[int, list[str]]  # line number, from 1, and the stripped entries


def read_delimited(
    source: Source,
    *,
    separator: str | None = None,
    header: bool | None = None,
    ids: int | str | None = None,
    decimal: str = "",
    limit: int = MAX_BYTES,
) -> Reading:
    """A table of traits or covariates from text, its dialect detected unless it is given.

    Args:
        source: a path, the bytes of the file, or a file open for reading bytes; text in UTF-8,
            or in UTF-16 with a byte order mark, gzip-compressed or not, any line ends, entries
            quoted or not. Blank lines and lines that begin with `#` are skipped, but for a
            header such as PLINK's `#FID IID`.
        separator: one character; a space stands for any white space.
        header: whether the first line holds names.
        ids: 0, 1 or 2, how many columns on the left name the individuals (two are a family and
            an individual), or the name of the column that does.
        decimal: the mark that is decimal, "." or ","; by default all entries together tell.
        limit: the most bytes, packed and unpacked.

    Returns:
        The entries as text, numbers as programs write them: a point for decimals, and nothing
        that sets thousands apart. All that was found out is said in `format` and `notes`.

    Raises:
        DecimalMarkError: the entries leave open which mark is decimal.
        DataError: not text, empty, lines of different lengths, no column beside the ids, ids or
            names that are given twice.

    >>> reading = read_delimited(b"id;weight\\nm1;7,26\\nm2;NA\\n")
    >>> reading.format, reading.table.column("weight")
    ('semicolon-separated text, a header, ids in the first column, “id”', ('7.26', 'NA'))
    """
    name = name_of(source, "the table")
    opened = open_text(source, name, separator, limit, headed=header is not False)
    lines, separator, hashed, comments, notes, packed = opened
    header = True if hashed else header
    rows, empty = _rows(lines, separator, name, commented=bool(comments))
    if empty:
        notes.append(f"left out: {count(empty, 'line')} with separators and no entry")
    rows = _of_one_length(rows, separator, lines, name)
    has_header = _has_header(rows) if header is None else header
    names = rows.pop(0)[1] if has_header else []
    if not rows:
        hint = f"; {comments}" if comments else "; check that all of it was saved"
        raise DataError(
            "the file must hold rows", f"there are none below its header{hint}", where=name
        )
    columns = list(zip(*(row for _, row in rows), strict=True))
    if has_header and len(names) == len(columns) - 1:
        names = ["", *names]
        notes.append(
            "the header has one name less than the rows, as R writes it: the ids have none"
        )
    if not has_header:
        start = " ".join(entry[:12] for entry in rows[0][1][:4])
        notes.append(
            f"the first line, “{start}{' …' * (len(columns) > 4)}”, is taken for values: there is "
            "no header, and the columns are named by their place"
        )
    found, said = find_ids(names, columns, [line for line, _ in rows], name, ids)
    notes.extend(said)
    kept, entries = _name_columns(names, columns, found, name, notes)
    entries = without_units(kept, entries, notes)
    entries = with_points(kept, entries, separator, decimal, notes, name)
    table = TextTable(name, found.ids if found else None, kept, entries)
    notes.extend(unusual(missing_met(table)))
    notes.extend(suspicions(table))
    words = f"{SEPARATORS.get(separator, 'delimited')} text" if len(columns) > 1 else "one column"
    words += f", {'a' if has_header else 'no'} header"
    compressed = ", gzip-compressed" * packed
    sheet = Sheet(
        tuple(names),
        tuple(columns),
        separator in " \t",
        words,
        compressed,
        said,
        found,
        tuple(line for line, _ in rows),
    )
    return Reading(
        name,
        "table",
        f"{words}, {id_words(names, found)}{compressed}",
        tuple(notes),
        table=table,
        named_by=found.named_by if found else "",
        # What was asked for is not decided anew.
        sheet=sheet if ids is None else None,
    )


def _rows(lines: list[str], separator: str, name: str, *, commented: bool) -> tuple[list[Row], int]:
    """The entries of each line that has some, and how many lines hold separators alone."""
    entries = _count(lines, separator)
    if entries > _MOST_ENTRIES:
        raise DataError(
            f"a table of text may have {_MOST_ENTRIES:,} entries",
            f"there are {entries:,}",
            "leave out columns that are not needed, or look whether it is that file",
            where=name,
        )
    rows: list[Row] = []
    blank: list[Row] = []
    empty = 0
    for number, row in _entries(lines, separator, name):
        if any(row):
            rows.append((number, row))
        elif len(row) > 1:
            empty += 1
        else:
            blank.append((number, [""]))
    if not rows:
        raise DataError(
            "the file must hold a header and rows", "it holds comments alone", where=name
        )
    if not commented and all(len(row) == 1 for _, row in rows):
        # In a single column a blank line is a missing value, and the place of each row counts.
        inside = [one for one in blank if rows[0][0] < one[0] < rows[-1][0]]
        if len(inside) < len(rows) - 1:
            rows = sorted([*rows, *inside])
    return rows, empty


def _count(lines: list[str], separator: str) -> int:
    """How many entries there are; white space is counted as it is only if it may be too much."""
    most = sum(line.count(separator) for line in lines) + len(lines)
    if separator != " ":
        return most
    most += sum(line.count("\t") for line in lines)
    return most if most <= _MOST_ENTRIES else sum(len(line.split()) for line in lines)


def _entries(lines: list[str], separator: str, name: str) -> Iterator[Row]:
    if not any('"' in line for line in lines):
        for number, line in enumerate(lines, 1):
            yield number, entries_of(line, separator)
        return
    # A quoted entry may run over lines, so the lines are read together.
    spaced = (line.replace("\t", " ").strip() for line in lines) if separator == " " else lines
    reader = csv.reader(
        (f"{line}\n" for line in spaced),
        delimiter=separator,
        skipinitialspace=True,
        strict=True,
    )
    number = 1
    try:
        for row in reader:
            yield number, [entry.strip() for entry in row]
            number = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            "quotes must come in pairs around an entry",
            f"in line {number} they do not ({error})",
            "close the quote or take it off",
            where=name,
        ) from None


def _of_one_length(rows: list[Row], separator: str, lines: list[str], name: str) -> list[Row]:
    """The rows without what separators at the ends add; the first may have one entry less."""
    width = max(_filled(row) for _, row in rows)
    rows = [(line, row[:width]) for line, row in rows]
    first, head = rows[0]
    usual = Counter(len(row) for _, row in rows[1:] or rows).most_common(1)[0][0]
    # Row names that count stand before a column of ids, too.
    called = plain_name(head[0]) in ID_NAMES and not _numbered(rows[1:])
    short = len(head) == usual - 1 and not called
    # A decimal comma makes the same picture: R quotes, where it separates by commas.
    if short and (separator != "," or lines[rows[1][0] - 1].startswith('"')):
        head = ["", *head]
    for line, row in rows[1:]:
        if len(row) != len(head):
            hint = {
                ",": "look for a decimal comma, or a comma inside a name",
                " ": "look for a space inside a name, or a missing value that was left out",
            }.get(separator, "look for a separator too many or too few")
            raise DataError(
                "every line must have as many entries as the first",
                f"line {line} (“{row[0][:20]}”) has {len(row)} "
                f"{'entry' if len(row) == 1 else 'entries'}, line {first} has {len(rows[0][1])}",
                hint,
                where=name,
            )
    return rows


def _numbered(rows: list[Row]) -> bool:
    """Whether numbers of rows stand before the ids: in order, or as R keeps them of chosen rows."""
    first = [row[0] for _, row in rows]
    if counts_rows(first):
        return True
    second = [row[1] for _, row in rows if len(row) > 1]
    return (
        len(set(first)) == len(first) == len(second)
        and all(map(str.isdecimal, first))
        and not any(map(like_number, second))
    )


def _filled(row: list[str]) -> int:
    filled = len(row)
    while filled and not row[filled - 1]:
        filled -= 1
    return filled


def _has_header(rows: Sequence[Row]) -> bool:
    """Whether the first line holds names: no numbers where there are numbers below."""
    first, below = rows[0][1], [row for _, row in rows[1:25]]
    if not below:
        return not any(map(like_number, first))
    if len(first) < len(below[0]) or not first[0] or plain_name(first[0]) in ID_NAMES | {"fid"}:
        return True
    codes = [entry for entry in first if entry and entry in MISSING_CODES]
    if len(set(codes)) < len(codes):
        # No two columns are called NA, and an individual may lack two values.
        return False
    numbers = Counter[bool]()
    groups = Counter[bool]()
    for entry, column in zip(first, zip(*below, strict=True), strict=True):
        values = [value for value in column if value not in MISSING_CODES]
        if entry in MISSING_CODES or not values:
            continue
        if all(map(like_number, values)):
            numbers[not like_number(entry)] += 1
        elif len(set(values)) < len(values):
            groups[entry not in values] += 1
    votes = numbers or groups
    if votes:
        return votes[True] >= votes[False]
    # A column of numbers without a name may begin with a missing one.
    return not any(map(like_number, first)) and not set(MISSING_CODES).issuperset(first)


def _name_columns(
    names: list[str],
    columns: list[Column],
    found: Candidate | None,
    name: str,
    notes: list[str],
) -> tuple[tuple[str, ...], tuple[Column, ...]]:
    """The columns beside the ids, with their names; what has neither name nor entry is left out."""
    kept: dict[str, Column] = {}
    unnamed = []
    used = found.used if found else ()
    for index, column in enumerate(columns):
        label = names[index] if names else ""
        if index in used or not (label or any(column)):
            continue
        if not label:
            label = f"column{index + 1}"
            unnamed.append(label)
        if label in kept:
            raise DataError(
                "each column must have its own name",
                f"“{label}” is the name of column {names.index(label) + 1} and of column "
                f"{index + 1}",
                "rename one of them",
                where=name,
            )
        kept[label] = column
    if names and len(unnamed) > max(1, len(kept) / 2):
        raise DataError(
            "the first line must name the columns",
            f"{len(unnamed)} of {len(columns)} have no name",
            "delete what stands above the names, such as a title",
            where=name,
        )
    if not kept:
        raise DataError(
            "a column of ids must be followed by other columns",
            "there is none",
            "check the separator, or add the values",
            where=name,
        )
    if names and unnamed:
        notes.append(named_by_place(unnamed))
    return tuple(kept), tuple(kept.values())
