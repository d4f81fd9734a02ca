"""Kinship matrices in NumPy's files, read without unpickling anything."""

import io
import math
import re
import struct
import zipfile
import zlib

import numpy as np
from numpy.typing import NDArray
from typing import Any

from lmm_core.errors import DataError
from lmm_core.readers.csv import Source
from lmm_core.readers.plink2 import kinship_reading
from lmm_core.readers.plink_tables import contents, require_room
from lmm_core.readers.reading import Reading
from lmm_core.tables import some

MAGIC = b"\x93NUMPY"
ZIP = b"PK"
KINSHIP_NAMES = ("K", "kinship", "grm")
ID_NAMES = ("ids", "samples")
MAX_HEADER = 10_000

# The whole of what NumPy writes for a plain array; nothing is evaluated.
_HEADER = re.compile(
    r"\{\s*'descr'\s*:\s*'(?P<descr>[<>|=]?[A-Za-z?][0-9]*)'\s*,"
    r"\s*'fortran_order'\s*:\s*(?P<fortran>True|False)\s*,"
    r"\s*'shape'\s*:\s*\((?P<shape>[0-9,\sL-]*)\)\s*,?\s*\}\s*"
)
_KINDS = {
    "O": "Python objects",
    "c": "complex numbers",
    "V": "records",
    "S": "text",
    "U": "text",
    "M": "dates",
    "m": "spans of time",
}


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
        DataError: anything else; objects and pickles are never loaded, and sizes are compared
            with those of the file before memory is taken.

    References:
        https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
    """
    found, data = contents(source, "the array", name)
    if data.startswith(ZIP):
        return _read_npz(data, found)
    values = _square(parsed(data, found), found)
    return kinship_reading(found, values, None, "NumPy array (npy)")


def _read_npz(data: bytes, name: str) -> Reading:
    # What zipfile raises over damaged archives is a list without an end.
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    except (zipfile.BadZipFile, *_DAMAGE) as error:
        raise _damaged(name, error) from None
    ...
