"""PLINK's text, fields between white space and FID and IID first: phenotypes and covariates."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence, Sized
from dataclasses import replace
from typing import NamedTuple

from lmm_core.errors import DataError, some
from lmm_data.readers.content import MAX_BYTES, content_of, foreign, gunzip, name_of
from lmm_data.readers.minus_nine import CODE, minus_nines, stands_in
from lmm_data.readers.naming import NamedBy
from lmm_data.readers.numeric import MISSING_CODES, as_number
from lmm_data.readers.reading import Reading, Source, TextTable, codes_in

# More strings than these would take gigabytes: what unpacks to so many ends in a message.
MAX_LINES = 1 << 22
MAX_FIELDS = 1 << 24
MAX_LINE_LENGTH = 1 << 24


class Names(NamedTuple):
    """Whose rows there are: () where no file says so; notes on that, and `Reading.named_by`."""

    ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    named_by: NamedBy = ""


_KEYS = ("fid", "iid", "sid")


def read_plink_table(source: Source) -> Reading:
    """A phenotype or covariate file of PLINK 1.9, PLINK 2 or GCTA.

    Args:
        source: FID, IID and the columns, between spaces or tabs, with or without a header; after
            a header that begins with `#IID` or `IID` there is no FID. gzip-compressed or not.

    Returns:
        A table of text, its individuals named by IID, or by FID_IID where IIDs repeat, its
        columns `pheno1`, `pheno2`, … where no header names them. -9 is missing, as it is for
        PLINK unless told otherwise; a note says where it stands.

    Raises:
        DataError: not text, empty, no column beside the ids, lines of different lengths, names
            that repeat.

    >>> read_plink_table(b"FID IID weight\\nF1 m1 7.2\\nF1 m2 NA\\n").table.column("weight")
    ('7.2', 'NA')
    """
    found, data = contents(source, "the table")
    lines = list(fields(data, found))
    require_lines(lines, "individual", found)
    keys, header, notes = _header(lines, found)
    if header:
        lines = lines[1:]
    who = " and ".join(key.upper() for key in keys)
    width = len(header or lines[0][1])
    if not lines or width <= len(keys):
        raise DataError(
            f"{who} must be followed by columns, and a header by lines",
            f"there are {max(width - len(keys), 0)} columns and {len(lines)} lines",
            "write the table again",
            where=found,
        )
    require_width(lines, width, found)
    iid, fid = keys.index("iid"), keys.index("fid") if "fid" in keys else None
    pairs = [("" if fid is None else row[fid], row[iid]) for _, row in lines]
    ids, more, named_by = named(pairs, found)
    columns = header[len(keys) :] or [f"pheno{k + 1}" for k in range(width - len(keys))]
    entries = tuple(zip(*(row[len(keys) :] for _, row in lines), strict=True))
    table, said = with_minus_nine(TextTable(found, ids, tuple(columns), entries))
    return Reading(
        name=found,
        kind="table",
        format=f"PLINK’s table, {'a' if header else 'no'} header, {who} on the left",
        notes=(*notes, *more, *said),
        table=table,
        named_by=named_by,
    )


def with_minus_nine(table: TextTable) -> tuple[TextTable, tuple[str, ...]]:
    """The table, with -9 as a missing code, and a note on where it stands."""
    met = minus_nines(table)
    if not met:
        return table, ()
    coded = replace(table, missing=table.missing | codes_in([CODE], map(table.column, met)))
    note = f"{stands_in(met)} of {table.name} and is missing there, as PLINK writes it"
    return coded, (note,)


def individuals(source: Source | None) -> Names:
    """The individuals of an `.id` file, if there is one.

    Each line has an FID and an IID, or an IID alone; a header such as `#FID IID` or `#IID` may
    say which.
    """
    if source is None:
        return Names()
    name, data = contents(source, "the file of ids")
    lines = list(fields(data, name))
    if lines:
        head = _names(lines[0][1])
        keys = ["fid", "iid"] if len(head) > 1 else ["iid"]
        if head[0] in _KEYS and "iid" in head:
            keys, lines = head, lines[1:]
    require_lines(lines, "individual", name)
    require_width(lines, len(keys), name)
    iid = keys.index("iid")
    return named([(row[0] if iid else "", row[iid]) for _, row in lines], name)


def named(pairs: Sequence[tuple[str, str]], name: str) -> Names:
    """Names for pairs of FID and IID: the IIDs if they differ, else FID_IID and a note.

    The FIDs are "" where there are none.
    """
    ids = tuple(iid for _, iid in pairs)
    if len(set(ids)) == len(ids):
        return Names(ids, (), "IID" if any(fid for fid, _ in pairs) else "")
    repeated = some([label for label, times in Counter(ids).items() if times > 1])
    ids = tuple(f"{fid}_{iid}" for fid, iid in pairs)
    if len(set(ids)) < len(ids) or not all(fid for fid, _ in pairs):
        twice = [label.removeprefix("_") for label, times in Counter(ids).items() if times > 1]
        raise DataError(
            "each individual must have its own FID and IID",
            f"{some(twice)} more than once",
            "rename them or leave them out",
            where=name,
        )
    note = (
        f"the IIDs of {name} repeat, {repeated}: individuals are named FID_IID, as they must be "
        "in the other files"
    )
    return Names(ids, (note,), "FID_IID")


def contents(source: Source, otherwise: str) -> tuple[str, bytes]:
    """What a file is called and its bytes, decompressed if they are gzip's."""
    name = name_of(source, otherwise)
    return name, gunzip(content_of(source, name), name)


def require_room(size: int, name: str, most: int | None = None) -> None:
    """A DataError if an array of so many bytes is more than is made of one file."""
    most = MAX_BYTES if most is None else most
    if size > most:
        raise DataError(
            f"an array of at most {most >> 20:,} MB is made of a file",
            f"this would take {size >> 20:,}",
            "leave out individuals or markers",
            where=name,
        )


def require_text(data: bytes, name: str) -> None:
    """A DataError if the first bytes are those of something else that is known."""
    other = foreign(data)
    if other:
        raise DataError("the file must be text", f"it is {other.what}", other.remedy, where=name)


def fields(
    data: bytes,
    name: str,
    *,
    most: int = MAX_FIELDS,
    most_lines: int = MAX_LINES,
    commas: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """Number and fields of each line that is not blank.

    Args:
        most: the fields in all, and `most_lines` the lines, at which to give up.
        commas: whether a comma separates fields too.
    """
    require_text(data, name)
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig")
    number = 0
    try:
        while line := text.readline(MAX_LINE_LENGTH):
            number += 1
            found = (line.replace(",", " ") if commas else line).split()
            most -= len(found)
            if most < 0 or number > most_lines or len(line) == MAX_LINE_LENGTH:
                raise DataError(
                    "there is more in the file than is read here",
                    f"line {number} goes beyond",
                    "leave out individuals, columns or markers",
                    where=name,
                )
            if found:
                yield number, found
    except UnicodeDecodeError as error:
        raise DataError(
            "the file must be text in UTF-8",
            f"after line {number} it holds the byte 0x{error.object[error.start]:02x}",
            "save it as plain text, or fetch it again",
            where=name,
        ) from None


def require_lines(lines: Sized, each: str, name: str) -> None:
    """A DataError if there is no line, where there must be one for each of these."""
    if not lines:
        raise DataError(
            f"the file must hold a line for each {each}",
            "it is empty",
            "check that it was saved",
            where=name,
        )


def require_width(lines: list[tuple[int, list[str]]], width: int, name: str) -> None:
    """A DataError that names the first line of another number of fields."""
    for number, row in lines:
        if len(row) != width:
            raise DataError(
                f"every line must have as many fields as the first, {width}",
                f"line {number} has {len(row)}",
                "write missing entries as NA, and no spaces in names",
                where=name,
            )


def _names(row: Sequence[str]) -> list[str]:
    return [entry.lstrip("#").casefold() for entry in row]


def _header(
    lines: list[tuple[int, list[str]]], name: str
) -> tuple[list[str], list[str], tuple[str, ...]]:
    """Which columns on the left name individuals, the header or [], and a note on a guess."""
    first = lines[0][1]
    keys = _names(first[:3])
    while keys and keys[-1] not in _KEYS:
        keys.pop()
    if "iid" in keys:
        return keys, first, ()
    below = lines[1][1] if len(lines) > 1 else []
    words = [as_number(entry) != as_number(entry) for entry in first[2:]]
    numbers = [as_number(entry) == as_number(entry) for entry in below[2:]]
    if all(words) and any(numbers) and not set(first[2:]) & set(MISSING_CODES):
        note = (
            f"the first line of {name} holds no number and is taken for a header, the first two "
            "columns for FID and IID"
        )
        return ["fid", "iid"], first, (note,)
    return ["fid", "iid"], [], ()
