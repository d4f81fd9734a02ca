"""The objects in a file of R as the library rdata parses them, within limits: no code is run.

rdata takes a file at its word. What it would do with a file that lies about a length, or that is
made to fill a memory, is stopped here, and strings of which there are many are kept once.
"""

import bz2
import lzma
import re
import zlib
from functools import cache
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lmm_core.errors import DataError
from lmm_data.readers.content import HARMLESS, MEGABYTE, gunzip, too_dense, too_large

MOST_BYTES = 320 * MEGABYTE
"""The most bytes that a file of R may unpack to: the kinship of 6,000 individuals has 288 MB."""

MOST_OBJECTS = 300_000
"""The most objects in a file, strings that repeat counted once: each takes about a kilobyte."""

MOST_ENTRIES = 20_000_000
"""The most entries of words and lists in a file."""

_RATIO = 200.0
_CHUNK = MEGABYTE
_ENOUGH = 64
_WORKSPACE = b"RDX"
_XDR = (b"X\n\x00\x00\x00\x02", b"X\n\x00\x00\x00\x03")
# A form, the version that wrote it and the least that reads it, each on a line.
_ASCII = re.compile(rb"(RDA[23]\n)?A\r?\n[23]\r?\n\d{6}\r?\n\d{6}\r?\n")
_NATIVE = (b"RDB2\n", b"RDB3\n", b"B\n")
_CHAR, _LIST, _NILVALUE, _TYPE = 9, 2, 254, 0xFF
_ATTRIBUTES, _TAG = 1 << 9, 1 << 10


class BrokenError(ValueError):
    """A file that is not what it says, in words."""


BROKEN = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError),
    *(OverflowError, NotImplementedError),
)
"""What is raised, here and in rdata, where the parts of a file do not fit each other."""


def in_words(error: Exception) -> str:
    """What a file of R is not, for a sentence."""
    return str(error) if isinstance(error, BrokenError) else "its parts do not fit each other"


def is_r(content: bytes) -> bool:
    """Whether a file begins as those of R do, however it is compressed."""
    start = content[:_ENOUGH]
    reader = _decompressor(content)
    try:
        if reader is not None:
            start = reader.decompress(content[:MEGABYTE], _ENOUGH)
        elif content.startswith(b"\x1f\x8b"):
            start = zlib.decompressobj(wbits=31).decompress(content[:MEGABYTE], _ENOUGH)
    except (OSError, EOFError, lzma.LZMAError, zlib.error):
        return False
    return start.startswith((*_XDR, _WORKSPACE, *_NATIVE)) or bool(_ASCII.match(start))


def parse(content: bytes, name: str) -> tuple[Any, bool]:
    """What rdata makes of a file, and whether it is a workspace (.RData) with named objects.

    Args:
        content: as stored, in whichever way R compressed it.
        name: of the file, for messages.

    Raises:
        DataError: rdata is not there; a form that is not read; damaged, or beyond the limits.
    """
    data = unpacked(content, name)
    ascii_ = _ASCII.match(data)
    if ascii_ or data.startswith(_NATIVE):
        how = "text (ascii = TRUE)" if ascii_ else "this machine’s own form"
        raise DataError(
            "a file of R must be in binary, as saveRDS and save write it",
            f"this one is in {how}",
            "save it again without asking for that",
            where=name,
        )
    workspace = data.startswith(_WORKSPACE)
    try:
        parser = _parser_class()(data, 7 if workspace else 2)
        parsed = parser.parse_all().object
        if parser.place != len(data):
            raise BrokenError("bytes follow the last object")
    except DataError as error:
        raise DataError(error.rule, error.found, error.remedy, where=name) from None
    except RecursionError:
        damaged(name, "objects lie inside each other too deeply")
    except BROKEN as error:
        damaged(name, in_words(error))
    return parsed, workspace


def unpacked(content: bytes, name: str, limit: int = MOST_BYTES) -> bytes:
    """The bytes of a file that R compressed by gzip, bzip2 or xz, or the same bytes.

    Raises:
        DataError: damaged, cut off, or larger than the limits.
    """
    reader = _decompressor(content)
    if reader is None:
        data = gunzip(content, name, limit, _RATIO)
        if len(data) > limit:
            too_large(name, limit)
        return data
    made, given = bytearray(), content
    try:
        while not reader.eof:
            made += reader.decompress(given, _CHUNK)
            given = b""
            if len(made) > limit:
                too_large(name, limit)
            if len(made) > max(HARMLESS, _RATIO * len(content)):
                too_dense(name, _RATIO)
            if reader.needs_input and not reader.eof:
                raise EOFError("it ends too early")
    except (OSError, EOFError, lzma.LZMAError, MemoryError) as error:
        raise DataError(
            "the compressed file is damaged or cut off", str(error), "fetch it again", where=name
        ) from None
    return bytes(made)


def _decompressor(content: bytes) -> bz2.BZ2Decompressor | lzma.LZMADecompressor | None:
    if content.startswith(b"BZh"):
        return bz2.BZ2Decompressor()
    if content.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor(memlimit=256 * MEGABYTE)
    return None


def damaged(name: str, why: str) -> NoReturn:
    raise DataError(
        "a file of R must hold what it says",
        why[:120],
        "save it again with saveRDS, or write a CSV file by write.csv",
        where=name,
    ) from None


def _too_many(what: str) -> DataError:
    return DataError(
        f"a file of R may hold {what}",
        "this one holds more",
        "save the tables and the kinship alone",
    )


@cache
def _parser_class() -> Any:
    """rdata's parser of R's binary form with limits; made when a first file of R comes."""
    try:
        from rdata.parser import RObject, RObjectInfo, RObjectType
        from rdata.parser._xdr import ParserXDR
    except ImportError:
        raise DataError(
            "files of R are read by the library rdata",
            "it is not installed",
            "install it with “pip install rdata”, or write a CSV file from R, by write.csv",
        ) from None

    from lmm_data.readers.r.compact import CONSTRUCTORS

    nothing = RObject(
        info=RObjectInfo(RObjectType.NILVALUE, False, False, False, 0, 0),
        value=None,
        attributes=None,
    )

    class Bounded(ParserXDR):  # type: ignore[misc, unused-ignore]
        """Reads where rdata reads, and counts; the bytes are not copied first."""

        def __init__(self, data: bytes, place: int) -> None:
            self.expand_altrep = True
            self.altrep_constructor_dict = CONSTRUCTORS
            self.data = data
            self.place = place
            self.objects = self.entries = 0
            self.strings: dict[tuple[int, bytes | None], Any] = {}

        def _take(self, size: int) -> int:
            """Where the next bytes begin, if there are so many."""
            start, self.place = self.place, self.place + size
            if size < 0 or self.place > len(self.data):
                raise BrokenError("it ends before a vector does that it declares")
            return start

        def parse_int(self) -> int:
            start = self._take(4)
            return int.from_bytes(self.data[start : start + 4], "big", signed=True)

        def parse_string(self, length: int) -> bytes:
            start = self._take(length)
            return self.data[start : start + length]

        def _parse_array_values(self, dtype: Any, length: int) -> NDArray[Any]:
            kind = np.dtype(dtype)
            if length < 0:
                raise BrokenError("a vector has more entries than are read, or less than none")
            start = self._take(length * kind.itemsize)
            found = np.frombuffer(self.data, kind.newbyteorder(">"), length, start)
            with np.errstate(invalid="ignore"):
                return found.astype(kind)

        def _parse_vector_value(self, references: Any, bytecode: Any = None) -> list[Any]:
            length = self.parse_int()
            if length < 0 or 4 * length > len(self.data) - self.place:
                raise BrokenError("it ends before a vector does that it declares")
            self.entries += length
            if self.entries > MOST_ENTRIES:
                raise _too_many(f"{MOST_ENTRIES:,} entries of words and lists")
            return [self.parse_R_object(references, bytecode) for _ in range(length)]

        def parse_R_object(  # noqa: N802
            self, reference_list: Any = None, bytecode_rep_list: Any = None, info_int: Any = None
        ) -> Any:
            if reference_list is None:
                reference_list = []
            if info_int is None and bytecode_rep_list is None:
                flags = int.from_bytes(self.data[self.place : self.place + 4], "big")
                kind = flags & _TYPE
                if kind == _CHAR and not flags & _ATTRIBUTES:
                    return self._string(flags)
                if kind == _NILVALUE:
                    self._take(4)
                    return nothing
                if kind == _LIST:
                    return self._pairs(reference_list)
            self._count()
            return super().parse_R_object(reference_list, bytecode_rep_list, info_int)

        def _count(self) -> None:
            self.objects += 1
            if self.objects > MOST_OBJECTS:
                raise _too_many(f"{MOST_OBJECTS:,} objects")

        def _string(self, flags: int) -> Any:
            self._take(4)
            length = self.parse_int()
            value = None if length == -1 else self.parse_string(length)
            known = self.strings.get((flags, value))
            if known is None:
                self._count()
                info = RObjectInfo(RObjectType.CHAR, False, False, False, flags >> 12 & 0xFFFF, 0)
                known = RObject(info=info, value=value, attributes=None)
                self.strings[(flags, value)] = known
            return known

        def _pairs(self, references: Any) -> Any:
            """A list of pairs, one after the other: a workspace is one, of any length."""
            cells = []
            while int.from_bytes(self.data[self.place : self.place + 4], "big") & _TYPE == _LIST:
                self._count()
                flags = self.parse_int()
                attributes = self.parse_R_object(references) if flags & _ATTRIBUTES else None
                tag = self.parse_R_object(references) if flags & _TAG else None
                cells.append((attributes, tag, self.parse_R_object(references)))
            made = self.parse_R_object(references)
            for attributes, tag, value in reversed(cells):
                info = RObjectInfo(
                    RObjectType.LIST, False, attributes is not None, tag is not None, 0, 0
                )
                made = RObject(info=info, value=(value, made), attributes=attributes, tag=tag)
            return made

    return Bounded
