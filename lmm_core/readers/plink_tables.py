"""PLINK's text, fields between white space and FID and IID first: phenotypes and covariates."""

import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path

from lmm_core.errors import DataError
from lmm_core.readers.csv import Source
from lmm_core.readers.reading import MISSING_CODES, Reading, TextTable, as_number
from lmm_core.tables import some

MAX_BYTES = 1 << 30
"""The most that a file may unpack to, or an array made of it take: 11,585 individuals squared."""

MAX_LINES = 1_000_000
MAX_FIELDS = 1 << 24
# Long enough for a million individuals on a line, short enough to be split.
MAX_LINE_LENGTH = 1 << 24

_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"


def read_plink_table(
    source: Source,
    name: str | None = None,
    *,
    minus_nine_missing: bool = False,
    prefix: str = "pheno",
) -> Reading:
    """A phenotype or covariate file of PLINK 1.9, PLINK 2, GCTA or fastGWA.

    Args:
        source: FID, IID and the columns, between spaces or tabs, with or without a header; after
            a header that begins with `IID` or `#IID` there is no FID. It may be gzip-compressed.
        name: what to call it in messages; the file's name by default.
        minus_nine_missing: whether -9 is missing, as PLINK has it by default. GCTA agrees for
            phenotypes and not for covariates, so it is asked, and suggested by a note.
        prefix: names the columns where there is no header: `pheno1`, `pheno2`, …

    Returns:
        A table of text, its individuals named by IID, or by FID_IID where IIDs repeat.

    Raises:
        DataError: not text, empty, no column beside the ids, lines of different lengths, names
            that repeat.

    >>> read_plink_table(b"FID IID weight\\nF1 m1 7.2\\nF1 m2 NA\\n").table.column("weight")
    ('7.2', 'NA')
    """
    found, data = contents(source, "the table", name)
    lines = list(fields(data, found))
    if not lines:
        raise DataError(f"{found}: the file must hold a line for each individual: it is empty")
    head = [entry.lstrip("#").casefold() for entry in lines[0][1]]
    keys = 0
    while keys < min(3, len(head)) and head[keys] in ("fid", "iid", "sid"):
        keys += 1
    notes: list[str] = []
    if keys and "iid" in head[:keys]:
        header, lines = lines[0][1], lines[1:]
    elif len(lines) > 1 and _is_header(lines[0][1], lines[1][1]):
        keys, header, lines = 2, lines[0][1], lines[1:]
        head = ["fid", "iid"]
        notes.append(
            f"the first line of {found} is taken for a header, and the first two columns for FID "
            "and IID, though they are not called so"
        )
    else:
        keys, header, head = 2, [], ["fid", "iid"]
    width = len(header or lines[0][1])
    if width <= keys or not lines:
        raise DataError(
            f"{found}: FID and IID must be followed by columns, and a header by lines: there are "
            f"{max(width - keys, 0)} columns and {len(lines)} lines of individuals"
        )
    require_width(lines, width, found)
    columns = tuple(header[keys:]) or tuple(f"{prefix}{k + 1}" for k in range(width - keys))
    if len(set(columns)) < len(columns):
        twice = [label for label, times in Counter(columns).items() if times > 1]
        raise DataError(f"{found}: columns must have different names: {some(twice)} repeated")
    iid = head.index("iid")
    fid = head.index("fid") if "fid" in head[:keys] else None
    pairs = [("" if fid is None else row[fid], row[iid]) for _, row in lines]
    ids, more = named(pairs, found)
    entries = tuple(zip(*(row[keys:] for _, row in lines), strict=True))
    table, met, said = text_table(found, ids, columns, entries, minus_nine_missing)
    words = "a header" if header else "no header"
    return Reading(
        name=found,
        kind="table",
        format=f"PLINK's table: {' '.join(head[:keys]).upper()} and columns, {words}",
        notes=(*notes, *more, *said),
        table=table,
        missing_met=met,
    )


def text_table(
    name: str,
    ids: tuple[str, ...] | None,
    columns: tuple[str, ...],
    entries: tuple[tuple[str, ...], ...],
    minus_nine_missing: bool = False,
) -> tuple[TextTable, tuple[tuple[str, int], ...], tuple[str, ...]]:
    """The table, the missing codes met in it, and a note about -9 where that is a number."""
    counts = Counter(entry for column in entries for entry in column)
    nines = [entry for entry in counts if entry.startswith("-9") and as_number(entry) == -9]
    missing = frozenset(MISSING_CODES) | frozenset(nines if minus_nine_missing else ())
    notes = []
    if nines and not minus_nine_missing:
        where = [
            label for label, column in zip(columns, entries, strict=True) if {*nines} & {*column}
        ]
        times = sum(counts[entry] for entry in nines)
        notes.append(
            f"-9 stands {times} time{'s' if times > 1 else ''} in {some(where)} of {name}: PLINK "
            "takes it for missing, here it is a number unless you say otherwise"
        )
    met = tuple((code, counts[code]) for code in counts if code in missing)
    return TextTable(name, ids, columns, entries, missing), met, tuple(notes)


def individuals(source: Source, otherwise: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The individuals of an `.id` file and what to say of their names.

    Each line has an FID and an IID, or an IID alone; a header such as `#FID IID` or `#IID` may
    say which.
    """
    name, data = contents(source, otherwise)
    lines = list(fields(data, name))
    head = [entry.lstrip("#").casefold() for entry in lines[0][1]] if lines else []
    if head and head[0] in ("fid", "iid") and "iid" in head:
        lines = lines[1:]
    elif head:
        head = ["fid", "iid"] if len(head) > 1 else ["iid"]
    if not lines:
        raise DataError(f"{name}: the file must hold a line for each individual: it is empty")
    require_width(lines, len(head), name)
    iid = head.index("iid")
    return named([(row[0] if iid else "", row[iid]) for _, row in lines], name)


def optional_individuals(
    source: Source | None,
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """`individuals`, or None and no notes where there is no such file."""
    return (None, ()) if source is None else individuals(source, "the ids")


def named(pairs: Sequence[tuple[str, str]], name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names for pairs of FID and IID: the IIDs if they differ, else FID_IID and a note."""
    ids = tuple(iid for _, iid in pairs)
    if len(set(ids)) == len(ids):
        return ids, ()
    twice = some(label for label, times in Counter(ids).items() if times > 1)
    ids = tuple(f"{fid}_{iid}" for fid, iid in pairs)
    if len(set(ids)) < len(ids) or not all(fid for fid, _ in pairs):
        again = next(label for label, times in Counter(pairs).most_common(1))
        raise DataError(
            f"{name}: each individual must have its own FID and IID: "
            f"'{' '.join(again).strip()}' is given more than once; rename or leave out one"
        )
    return ids, (
        f"the IIDs of {name} repeat ({twice}): individuals are named FID_IID, and must be so in "
        "the other files",
    )


def contents(source: Source, otherwise: str, name: str | None = None) -> tuple[str, bytes]:
    """What a file is called and its bytes, decompressed if they are gzip's."""
    if isinstance(source, bytes):
        name, data = name or otherwise, source
    elif isinstance(source, (str, PathLike)):
        name = name or Path(source).name
        try:
            data = Path(source).read_bytes()
        except (OSError, ValueError) as error:
            raise DataError(
                f"{name}: the file cannot be read: {getattr(error, 'strerror', error)}; check the "
                "path"
            ) from None
    else:
        label = getattr(source, "name", None)
        name = name or (Path(label).name if isinstance(label, (str, PathLike)) else otherwise)
        data = source.read()
    if data.startswith(_ZSTANDARD):
        raise DataError(
            f"{name}: Zstandard compression is not read here: decompress it with "
            "plink2 --zst-decompress, or write it without zs"
        )
    return name, _unpacked(data, name) if data.startswith(_GZIP) else data


def _unpacked(data: bytes, name: str) -> bytes:
    unpacked = io.BytesIO()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            while part := packed.read(1 << 20):
                unpacked.write(part)
                require_room(unpacked.tell(), name)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{name}: the file cannot be read: {error}; fetch it again") from None
    return unpacked.getvalue()


def require_room(size: int, name: str) -> None:
    """A DataError if so many bytes are more than is ever allocated for one file."""
    if size > MAX_BYTES:
        raise DataError(
            f"{name}: at most {MAX_BYTES / 2**20:,.0f} MiB are read: this needs more; leave out "
            "individuals or markers"
        )


def fields(
    data: bytes,
    name: str,
    *,
    most: int | None = None,
    most_lines: int | None = None,
    commas: bool = False,
) -> Iterator[tuple[int, list[str]]]:
    """Number and fields of each line that is not blank.

    Args:
        most: fields in all, 2^24 by default, so that a small file that unpacks to a large one
            ends in a message.
        most_lines: a million by default.
        commas: whether a comma separates fields too.
    """
    left = MAX_FIELDS if most is None else most
    most_lines = MAX_LINES if most_lines is None else most_lines
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig")
    number = 0
    try:
        while line := text.readline(MAX_LINE_LENGTH):
            number += 1
            found = (line.replace(",", " ") if commas else line).split()
            left -= len(found)
            if number > most_lines or left < 0 or len(line) == MAX_LINE_LENGTH:
                raise DataError(
                    f"{name}: there is more in this file than is read here, by line {number}; "
                    "leave out individuals, columns or markers"
                )
            if found:
                yield number, found
    except UnicodeDecodeError as error:
        raise DataError(
            f"{name}: the file must be UTF-8 text: after line {number} it holds the byte "
            f"0x{error.object[error.start]:02x}; a spreadsheet or a binary file is read otherwise"
        ) from None


def require_width(lines: list[tuple[int, list[str]]], width: int, name: str) -> None:
    """A DataError that names the first line of another number of fields."""
    for number, row in lines:
        if len(row) != width:
            raise DataError(
                f"{name}: every line must have {width} fields, as the first has: line {number} "
                f"has {len(row)}; write missing entries as NA, and no spaces inside a name"
            )


def _is_header(first: list[str], second: list[str]) -> bool:
    """Whether no entry of the first line is a number, and one below it is."""
    words = [entry not in MISSING_CODES and as_number(entry) != as_number(entry) for entry in first]
    numbers = [as_number(entry) == as_number(entry) for entry in second]
    return len(first) == len(second) and all(words[2:]) and any(numbers[2:])
