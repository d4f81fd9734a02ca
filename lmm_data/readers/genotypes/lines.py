"""Lines of a text that may be larger than memory: unpacked piece by piece, within limits."""

import gzip
import io
import struct
import zlib
from collections.abc import Iterator

from lmm_core.errors import DataError
from lmm_data.readers.content import HARMLESS, content_of, damaged, name_of, too_dense, too_large
from lmm_data.readers.genotypes.plink_tables import require_text
from lmm_data.readers.reading import Source

PIECE = 1 << 22
# The longest line: a hundred thousand individuals with all that a caller says of each.
MAX_LINE = 1 << 26
# Cut apart, an entry takes some sixty bytes, however short it is.
MAX_ENTRIES = 1 << 22
# Nothing of what is unpacked stays but the counts, so it may be more than a memory holds.
MAX_UNPACKED = 1 << 34
MAX_RATIO = 200


def pieces_of(source: Source, otherwise: str) -> tuple[str, Iterator[bytes]]:
    """What a file is called, and its bytes in pieces of whole lines, each ended by `\\n`.

    Args:
        source: text, gzip-compressed or not, in one member or, as bgzip does, in many.
        otherwise: what to call it if it has no name.

    Raises:
        DataError: while the pieces are taken: not text, damaged, or a line of more than 64 MB.
    """
    name = name_of(source, otherwise)
    return name, _pieces(content_of(source, name), name)


def lines_of(source: Source, otherwise: str) -> tuple[str, Iterator[tuple[int, str]]]:
    """What a file is called, and the number, from 1, and the text of each line that is not blank.

    Raises:
        DataError: as of `pieces_of`, not UTF-8, or a line of more than four million entries.
    """
    name, pieces = pieces_of(source, otherwise)
    return name, _lines(pieces, name)


def _lines(pieces: Iterator[bytes], name: str) -> Iterator[tuple[int, str]]:
    number = 0
    for piece in pieces:
        try:
            text = piece.decode("utf-8-sig" if number == 0 else "utf-8")
        except UnicodeDecodeError as error:
            broken = number + piece.count(b"\n", 0, error.start) + 1
            raise DataError(
                "the file must be text in UTF-8",
                f"line {broken} holds the byte 0x{piece[error.start]:02x}",
                "save it as plain text, or fetch it again",
                where=name,
            ) from None
        for line in text.removesuffix("\n").split("\n"):
            number += 1
            # A shorter line has fewer entries in any case.
            if len(line) > 2 * MAX_ENTRIES and sum(map(line.count, "\t,; ")) >= MAX_ENTRIES:
                raise DataError(
                    f"a line may have {MAX_ENTRIES:,} entries",
                    f"line {number} has more",
                    "leave out individuals or markers, or look whether it is that file",
                    where=name,
                )
            if line and not line.isspace():
                yield number, line


def _pieces(content: bytes, name: str) -> Iterator[bytes]:
    file: io.BufferedIOBase | gzip.GzipFile = io.BytesIO(content)
    if content[:2] == b"\x1f\x8b":
        file = gzip.GzipFile(fileobj=io.BytesIO(content))
    kept, total = b"", 0
    try:
        while chunk := file.read(PIECE):
            if not total:
                require_text(chunk, name)
            total += len(chunk)
            if total > MAX_UNPACKED:
                too_large(name, MAX_UNPACKED)
            if total > max(HARMLESS, MAX_RATIO * len(content)):
                too_dense(name, MAX_RATIO)
            cut = chunk.rfind(b"\n") + 1
            if len(kept) + len(chunk) > MAX_LINE + PIECE:
                raise DataError(
                    f"a line may have {MAX_LINE >> 20} MB",
                    "one has more",
                    "leave out individuals or markers, or look whether it is that file",
                    where=name,
                )
            if cut:
                yield _plain(kept + chunk[:cut])
                kept = chunk[cut:]
            else:
                kept += chunk
    except (OSError, EOFError, zlib.error, struct.error) as error:
        damaged(name, error)
    if kept:
        yield _plain(kept + b"\n")


def _plain(piece: bytes) -> bytes:
    """The piece with its lines ended as on Unix."""
    return piece.replace(b"\r\n", b"\n") if b"\r" in piece else piece
