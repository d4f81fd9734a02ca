"""The content of a file as bytes: unpacked, limited, and what it is by its first bytes."""

import gzip
import io
import struct
import zlib
from os import PathLike
from pathlib import Path
from typing import NamedTuple, NoReturn

from lmm_core.errors import DataError, in_digits
from lmm_data.readers.reading import Source

MEGABYTE = 1 << 20

MAX_BYTES = 1 << 30
"""The most bytes that a file may have, or unpack to."""

# Zeros and ones shrink 1,000 times, harmlessly: a ratio is looked at from this size on.
HARMLESS = 64 * MEGABYTE

_CHUNK = MEGABYTE
# The flag of fields of a program's own in the head of a gzip member.
_MORE = 4

# Where a file is kept there is a page about it, and programs save tables as pages.
_OF_A_PAGE = (
    "fetch the file itself, by the page’s download link; if the page is the table, open it in a "
    "spreadsheet and save it as .xlsx"
)

# First bytes of what is no text, what it is, and the remedy.
_FOREIGN = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet", "save a spreadsheet as “CSV UTF-8”"),
    (b"PK\x05\x06", "an empty zip archive", "check how it was made"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (.xls)", "save it as “CSV UTF-8”"),
    (b"\x1f\x8b", "compressed more than once", "unpack it"),
    (b"BZh", "compressed by bzip2", "unpack it"),
    (b"\xfd7zXZ", "compressed by xz", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", "unpack it"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"Rar!", "a rar archive", "unpack it"),
    (b"\x93NUMPY", "a NumPy array", "read it as one"),
    (b"\x89HDF", "an HDF5 file", "export it as CSV"),
    (b"RDX", "an R workspace", "write a CSV file from R, by write.csv"),
    (b"RDA3", "an R workspace", "write a CSV file from R, by write.csv"),
    (b"X\n\x00\x00", "an R object", "write a CSV file from R, by write.csv"),
    (b"\x80\x02", "a Python pickle, which may run any program", "export it as CSV"),
    (b"\x80\x03", "a Python pickle, which may run any program", "export it as CSV"),
    (b"\x80\x04", "a Python pickle, which may run any program", "export it as CSV"),
    (b"\x80\x05", "a Python pickle, which may run any program", "export it as CSV"),
    (b"\x6c\x1b", "PLINK genotypes (.bed)", "give it together with its .bim and .fam"),
    (b"SQLite", "a database", "export it as CSV"),
    (b"%PDF", "a PDF document", "export the table as CSV"),
    (b"{\\rtf", "a word processor’s document", "save it as plain text"),
    (b"\x89PNG", "a picture", "look for the file of numbers"),
    (b"<!doctype html", "a web page", _OF_A_PAGE),
    (b"<html", "a web page", _OF_A_PAGE),
    (b"<table", "a table of a web page", "open it in a spreadsheet and save it as .xlsx"),
    (b"<?xml", "an XML document", "open it in a spreadsheet, if it is one, and save it as .xlsx"),
)


class Foreign(NamedTuple):
    """What a file is that is no text, and what to do about it."""

    what: str
    remedy: str


def name_of(source: Source, otherwise: str) -> str:
    """The file's name, without its folder, or a word for what has none."""
    if isinstance(source, bytes):
        return otherwise
    label = source if isinstance(source, (str, PathLike)) else getattr(source, "name", None)
    # An unnamed temporary file has its descriptor, an integer, for a name.
    if not isinstance(label, (str, PathLike)):
        return otherwise
    return Path(label).name or otherwise


def content_of(source: Source, name: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a source, as they are stored.

    Raises:
        DataError: it cannot be read, gives text and not bytes, or has more than `limit` bytes.
    """
    try:
        if isinstance(source, bytes):
            content = source
        elif isinstance(source, (str, PathLike)):
            with Path(source).open("rb") as file:
                content = file.read(limit + 1)
        else:
            content = source.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            "the file cannot be read", str(reason), "check the path", where=name
        ) from None
    if not isinstance(content, bytes):
        raise DataError(
            "a file must give bytes",
            f"this one gives {type(content).__name__}",
            "open it with mode “rb”",
            where=name,
        )
    if len(content) > limit:
        too_large(name, limit)
    return content


def gunzip(content: bytes, name: str, limit: int = MAX_BYTES, ratio: float = 200) -> bytes:
    """The bytes unpacked if they are gzip-compressed, otherwise the same bytes.

    Args:
        content: told by its first bytes, never by a name.
        limit: the most bytes that it may unpack to.
        ratio: the most bytes for each packed one, beyond 64 MB.

    Raises:
        DataError: damaged, cut off, or larger than the limits.
    """
    if content[:2] != b"\x1f\x8b":
        return content
    most = min(limit, int(max(HARMLESS, ratio * len(content))))
    alone = _of_one_member(content, most)
    if alone is not None:
        return alone
    unpacked = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            while chunk := file.read(_CHUNK):
                unpacked += chunk
                if len(unpacked) > limit:
                    too_large(name, limit)
                if len(unpacked) > most:
                    too_dense(name, ratio)
    except (OSError, EOFError, zlib.error, struct.error) as error:
        damaged(name, error)
    return bytes(unpacked)


def _of_one_member(content: bytes, most: int) -> bytes | None:
    """What one member unpacks to, in less time; None of several, and where anything is wrong."""
    # It ends with its size; those of bgzip, of which there are many, have more in their heads.
    size = int.from_bytes(content[-4:], "little")
    if size > most or any(flags & _MORE for flags in content[3:4]):
        return None
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        # What a false size leaves out is not unpacked.
        unpacked = member.decompress(content, size + 1)
    except zlib.error:
        return None
    return unpacked if member.eof and not member.unused_data else None


def foreign(content: bytes) -> Foreign | None:
    """What a file is that is no text, or None; told by its first bytes."""
    head = content[:64].lstrip().lower()
    for mark, what, remedy in _FOREIGN:
        if content.startswith(mark) or (mark[:1] == b"<" and head.startswith(mark)):
            return Foreign(what, remedy)
    return None


def damaged(name: str, error: Exception) -> NoReturn:
    """Stop at what cannot be unpacked to its end."""
    raise DataError(
        "the gzip-compressed file is damaged or cut off", str(error), "fetch it again", where=name
    ) from None


def too_large(name: str, limit: int) -> NoReturn:
    size = f"{limit / MEGABYTE:,.0f} MB" if limit >= MEGABYTE else f"{limit:,} bytes"
    raise DataError(
        f"a file may have {size}, unpacked",
        "this one has more",
        "leave out individuals or columns that are not needed",
        where=name,
    )


def too_dense(name: str, ratio: float) -> NoReturn:
    raise DataError(
        f"a file may unpack to {in_digits(ratio, 6)} times its size",
        "this one does to more, as files made to fill a memory do",
        "if it is yours, unpack it first",
        where=name,
    )
