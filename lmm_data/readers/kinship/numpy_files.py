"""Kinship matrices in NumPy's files; nothing in them is evaluated or unpickled."""

import io
import math
import re
from collections import Counter
from tokenize import TokenError
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.format import (
    dtype_to_descr,
    read_array_header_1_0,
    read_array_header_2_0,
    read_magic,
)

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, some
from lmm_data.readers.archive import open_archive
from lmm_data.readers.genotypes.plink_tables import Names, contents, require_room
from lmm_data.readers.kinship.plink2 import as_floats, kinship_reading
from lmm_data.readers.reading import Reading, Source

ZIP = b"PK"
KINSHIP_NAMES = ("k", "kinship", "grm")
ID_NAMES = ("ids", "samples")
MAX_HEADER = 10_000

_WHOLE = {f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8)}
_NUMBERS = {"f2", "f4", "f8", "b1"} | _WHOLE
_WORDS = {"c": "complex numbers", "U": "text", "S": "text"}


class _Header(NamedTuple):
    """What an array's header declares, whose size is that of what follows from `offset` on."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    offset: int

    @property
    def kind(self) -> str:
        """Such as f8, whatever the byte order."""
        return f"{self.dtype.kind}{self.dtype.itemsize}"

    @property
    def held(self) -> str:
        """What the array holds, in words."""
        return _WORDS.get(self.dtype.kind, f"the type {self.kind}")


def read_numpy(source: Source) -> Reading:
    """A kinship in a `.npy` or `.npz` file.

    Args:
        source: a square of real numbers of any type, byte order and memory order. In an npz it
            is called `K`, `kinship` or `grm`, or is the only square there; an array `ids` or
            `samples`, of text or whole numbers, names its rows.

    Returns:
        A kinship, without ids where the file has none.

    Raises:
        DataError: anything else. Objects are never loaded, and sizes are compared with those of
            the file before memory is taken.

    References:
        https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    """
    found, data = contents(source, "the array")
    if data.startswith(ZIP):
        return _read_npz(data, found)
    header = _header(data, found)
    return kinship_reading(found, _square(header, data, found), Names(), f"npy, {_type(header)}")


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
    ids: tuple[str, ...] = ()
    for label in members:
        if label.casefold() in ID_NAMES and not ids:
            ids = _ids(archive[members[label]], f"{name}, array “{label}”", len(values))
    return kinship_reading(name, values, Names(ids, notes), f"npz, {_type(header)}")


def _square(header: _Header, data: bytes, name: str) -> Floats:
    if header.kind not in _NUMBERS:
        raise DataError(
            "a kinship must be real numbers of at most 8 bytes",
            f"the array holds {header.held}",
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
    values = as_floats(data, header.dtype.str, header.offset)
    return values.reshape(header.shape, order="F" if header.fortran else "C")


def _ids(whole: bytes, name: str, n: int) -> tuple[str, ...]:
    header = _header(whole, name)
    text = header.dtype.kind in "US"
    if not (text or header.kind in _WHOLE) or header.shape != (n,):
        raise DataError(
            f"the ids must be text, one for each of the {n} individuals",
            f"the array holds {header.held} in the shape {header.shape}",
            "save them as np.array(ids, dtype=str)",
            where=name,
        )
    body = whole[header.offset :]
    if not text:
        ids = [str(label) for label in np.frombuffer(body, header.dtype).tolist()]
    else:
        # Not by NumPy, which fails on text that is none.
        size = header.dtype.itemsize
        coding = "utf-8"
        if header.dtype.kind == "U":
            coding = "utf-32-be" if header.dtype.str[0] == ">" else "utf-32-le"
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
    file = io.BytesIO(data)
    try:
        version = read_magic(file)
        if version not in ((1, 0), (2, 0), (3, 0)):
            raise ValueError(version)
        # The third differs from the second in the names of fields alone.
        read = read_array_header_1_0 if version == (1, 0) else read_array_header_2_0
        shape, fortran, dtype = read(file, max_header_size=MAX_HEADER)
        if min(shape, default=0) < 0:
            raise ValueError(shape)
    # NumPy evaluates the header as a literal, which in odd text may end in any of these.
    except (ValueError, TypeError, SyntaxError, TokenError, RecursionError, MemoryError):
        header = data[10:90].decode("latin-1").strip()
        raise DataError(
            "the file must begin as NumPy’s arrays do",
            f"it begins with {data[:8].hex(' ') or 'nothing'}" + f" and “{header}”" * bool(header),
            "save the matrix with np.save or np.savez",
            where=name,
        ) from None
    if dtype.kind in "OVMm":
        # With the quotation marks of any sentence.
        descr = re.sub(r"'([^']*)'", r"“\1”", repr(dtype_to_descr(dtype)))
        raise DataError(
            "the array must hold plain numbers",
            f"its type is {descr[:60]}, and records and Python objects are never loaded",
            "save it with K.astype(float)",
            where=name,
        )
    offset, wanted = file.tell(), math.prod(shape) * dtype.itemsize
    if wanted != len(data) - offset:
        raise DataError(
            "the array must be as long as it declares",
            f"{shape} of {dtype.itemsize} bytes each are {wanted:,} bytes, and "
            f"{len(data) - offset:,} follow",
            "fetch or save it again",
            where=name,
        )
    return _Header(shape, fortran, dtype, offset)


def _is_square(data: bytes, name: str) -> bool:
    try:
        shape = _header(data, name).shape
    except DataError:
        return False
    return len(shape) == 2 and shape[0] == shape[1]


def _type(header: _Header) -> str:
    return f"{header.dtype.name}, {'columns' if header.fortran else 'rows'} first"
