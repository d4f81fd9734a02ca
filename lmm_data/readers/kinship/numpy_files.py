"""Kinship matrices in NumPy's files; nothing in them is evaluated or unpickled."""

import math
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, some
from lmm_data.readers.archive import open_archive
from lmm_data.readers.genotypes.plink_tables import contents, require_room
from lmm_data.readers.kinship.plink2 import as_floats, kinship_reading
from lmm_data.readers.reading import Reading, Source

MAGIC = b"\x93NUMPY"
ZIP = b"PK"
KINSHIP_NAMES = ("k", "kinship", "grm")
ID_NAMES = ("ids", "samples")
MAX_HEADER = 10_000

# No two repeats meet that match the same characters: blanks would be split in n^3 ways.
_HEADER = re.compile(
    r"\{\s*'descr'\s*:(?P<descr>.*?),\s*'fortran_order'\s*:\s*(?P<fortran>True|False)\s*,"
    r"\s*'shape'\s*:\s*\((?P<shape>[^()]*)\)[\s,]*\}\s*"
)
_PLAIN = re.compile(r"'(?P<order>[<>|=]?)(?P<kind>[A-Za-z])(?P<size>[0-9]{1,9})'")
_WHOLE = {f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)}
_NUMBERS = {"f2", "f4", "f8", "b1"} | _WHOLE
_WORDS = {"c": "complex numbers", "U": "text", "S": "text", "M": "dates", "m": "spans of time"}


@dataclass(frozen=True, slots=True)
class _Header:
    """What an array's header declares; the sizes agree with those of the file."""

    dtype: str
    kind: str
    size: int
    shape: tuple[int, ...]
    fortran: bool
    offset: int


def read_numpy(source: Source, name: str | None = None) -> Reading:
    """A kinship in a `.npy` or `.npz` file.

    Args:
        source: a square of real numbers of any type, byte order and memory order. In an npz it
            is called `K`, `kinship` or `grm`, or is the only square there; an array `ids` or
            `samples`, of text or whole numbers, names its rows.
        name: what to call it in messages; the file's name by default.

    Returns:
        A kinship, without ids where the file has none.

    Raises:
        DataError: anything else. Objects are never loaded, and sizes are compared with those of
            the file before memory is taken.

    References:
        https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    """
    found, data = contents(source, "the array", name)
    if data.startswith(ZIP):
        return _read_npz(data, found)
    header = _header(data, found)
    return kinship_reading(found, _square(header, data, found), None, f"npy, {_type(header)}")


def _read_npz(data: bytes, name: str) -> Reading:
    archive = open_archive(data, name)
    members = {path.removesuffix(".npy"): path for path in archive}
    chosen = [label for label in members if label.casefold() in KINSHIP_NAMES]
    notes: tuple[str, ...] = ()
    if not chosen:
        chosen = [label for label, path in members.items() if _is_square(archive[path], name)]
        notes = tuple(f"the array “{label}” of {name} is taken for the kinship" for label in chosen)
    if len(chosen) != 1:
        raise DataError(
            "one array must be the kinship, called K, kinship or grm",
            f"there is {some(chosen or members, 12)}",
            "save it with np.savez(file, K=K, ids=ids)",
            where=name,
        )
    called, whole = f"{name}, array “{chosen[0]}”", archive[members[chosen[0]]]
    header = _header(whole, called)
    values = _square(header, whole, called)
    ids = None
    for label in members:
        if label.casefold() in ID_NAMES and ids is None:
            ids = _ids(archive[members[label]], f"{name}, array “{label}”", len(values))
    return kinship_reading(name, values, ids, f"npz, {_type(header)}", notes)


def _square(header: _Header, data: bytes, name: str) -> Floats:
    kind = f"{header.kind}{header.size}"
    if kind not in _NUMBERS:
        raise DataError(
            "a kinship must be real numbers of at most 8 bytes",
            f"the array holds {_WORDS.get(header.kind, f'the type {kind}')}",
            "save it with K.astype(float)",
            where=name,
        )
    if len(header.shape) != 2 or header.shape[0] != header.shape[1] or not header.shape[0]:
        raise DataError(
            "a kinship must be square",
            f"the array has the shape {header.shape}",
            "save the matrix of individuals by individuals alone",
            where=name,
        )
    require_room(8 * header.shape[0] ** 2, name)
    values = as_floats(data, header.dtype, header.offset)
    return values.reshape(header.shape, order="F" if header.fortran else "C")


def _ids(whole: bytes, name: str, n: int) -> tuple[str, ...]:
    header = _header(whole, name)
    text = header.kind in "US"
    if not (text or f"{header.kind}{header.size}" in _WHOLE) or header.shape != (n,):
        raise DataError(
            f"the ids must be text, one for each of the {n} individuals",
            "the array holds "
            f"{_WORDS.get(header.kind, f'the type {header.kind}{header.size}')} in the shape "
            f"{header.shape}",
            "save them as np.array(ids, dtype=str)",
            where=name,
        )
    body = whole[header.offset :]
    if not text:
        ids = [str(label) for label in np.frombuffer(body, header.dtype).tolist()]
    else:
        # Not by NumPy, which fails on text that is none.
        size = len(body) // n
        coding = "utf-8"
        if header.kind == "U":
            coding = "utf-32-be" if header.dtype[0] == ">" else "utf-32-le"
        try:
            ids = [body[k * size : (k + 1) * size].decode(coding).strip("\0 ") for k in range(n)]
        except UnicodeDecodeError as error:
            raise DataError(
                "the ids must be text",
                f"byte {error.start} of one is not",
                "save them as np.array(ids, dtype=str)",
                where=name,
            ) from None
    twice = [label for label, times in Counter(ids).items() if times > 1]
    if twice or "" in ids:
        raise DataError(
            "each individual must have its own id",
            f"{some(twice or [''])} {'more than once' if twice else 'is empty'}",
            "rename or leave out",
            where=name,
        )
    return tuple(ids)


def _header(data: bytes, name: str) -> _Header:
    """What an array declares of itself, if that fits its length."""
    length_bytes = 2 if data[6:7] == b"\x01" else 4
    offset = 8 + length_bytes + int.from_bytes(data[8 : 8 + length_bytes], "little")
    text = data[8 + length_bytes : offset].decode("latin-1") if offset <= MAX_HEADER else ""
    found = _HEADER.fullmatch(text)
    if not data.startswith(MAGIC) or data[6:7] not in (b"\1", b"\2", b"\3") or not found:
        raise DataError(
            "the file must begin as NumPy’s arrays do",
            f"it begins with {data[:8].hex(' ') or 'nothing'}",
            "save the matrix with np.save or np.savez",
            where=name,
        )
    descr = found["descr"].strip()
    plain = _PLAIN.fullmatch(descr)
    if not plain or plain["kind"] in "OV":
        raise DataError(
            "the array must hold plain numbers",
            f"its type is {_quoted(descr[:60])}, and records and Python objects are never loaded",
            "save it with K.astype(float)",
            where=name,
        )
    entries = [entry.strip().removesuffix("L") for entry in found["shape"].split(",")]
    sides = [entry for entry in entries if entry]
    if not all(re.fullmatch("[0-9]{1,18}", entry) for entry in sides) or len(sides) > 32:
        raise DataError(
            "an array must have a shape",
            f"this one declares ({found['shape'][:60]})",
            "save it again with np.save",
            where=name,
        )
    shape = tuple(int(entry) for entry in sides)
    size = int(plain["size"]) * (4 if plain["kind"] == "U" else 1)
    wanted = math.prod(shape) * size
    if wanted != len(data) - offset:
        raise DataError(
            "the array must be as long as it declares",
            f"{shape} of {size} bytes each are {wanted:,} bytes, and "
            f"{max(len(data) - offset, 0):,} follow",
            "fetch or save it again",
            where=name,
        )
    order = plain["order"].replace("|", "").replace("=", "")
    return _Header(
        dtype=f"{order or '<'}{plain['kind']}{plain['size']}",
        kind=plain["kind"],
        size=int(plain["size"]),
        shape=shape,
        fortran=found["fortran"] == "True",
        offset=offset,
    )


def _is_square(data: bytes, name: str) -> bool:
    try:
        shape = _header(data, name).shape
    except DataError:
        return False
    return len(shape) == 2 and shape[0] == shape[1]


def _type(header: _Header) -> str:
    return f"{np.dtype(header.dtype).name}, {'columns' if header.fortran else 'rows'} first"


def _quoted(descr: str) -> str:
    """A type as NumPy writes it, the quotation marks as in any sentence."""
    return re.sub(r"'([^']*)'", r"“\1”", descr)
