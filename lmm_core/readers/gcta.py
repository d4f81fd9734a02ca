"""Genetic relationship matrices as GCTA, PLINK 1.9 and PLINK 2 write them: GRMs."""

import io
import math
from collections.abc import Iterator
from itertools import islice

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError
from lmm_core.readers.csv import Source
from lmm_core.readers.plink2 import as_floats, kinship_reading, numbers, unfolded
from lmm_core.readers.plink_tables import contents, individuals, require_room
from lmm_core.readers.reading import Reading

ENTRY = "<f4"
LINES_AT_ONCE = 1 << 17


def read_grm_bin(
    grm: Source, ids: Source | None = None, counts: Source | None = None, name: str | None = None
) -> Reading:
    """A binary GRM: `X.grm.bin` with `X.grm.id` and perhaps `X.grm.N.bin`.

    Args:
        grm: the lower triangle with its diagonal, row by row, as little-endian float32.
        ids: FID and IID, a line an individual; without them the kinship has none.
        counts: the number of markers behind each entry, in the form of `grm`, or a single number
            for all, as GCTA writes it if told to.
        name: what to call the GRM in messages; the file's name by default.

    Returns:
        A kinship on the scale of a relationship, its diagonal near 1. Where `counts` is 0 the
        pair shares no marker, and its entry is missing.

    Raises:
        DataError: sizes that do not agree, counts in the place of the GRM, an infinite entry.

    References:
        Yang et al. 2011, AJHG 88:76.
    """
    found, data = contents(grm, "the GRM", name)
    labels, notes = individuals(ids, "the ids") if ids is not None else (None, ())
    n = _individuals(len(data) / 4, len(labels) if labels is not None else None, found, "bytes", 4)
    entries = as_floats(data, ENTRY)
    shared = None
    if counts is not None:
        counted, numbers_of = contents(counts, "the numbers of markers")
        if len(numbers_of) not in (4, len(data)):
            raise DataError(
                f"{counted}: there must be as many numbers of markers as entries of {found}, "
                f"{len(data)} bytes: it has {len(numbers_of)}; use the files of one run"
            )
        shared = np.broadcast_to(as_floats(numbers_of, ENTRY), entries.shape)
    return _reading(found, entries, shared, labels, n, "GCTA's GRM, binary", notes)


def read_grm_gz(grm: Source, ids: Source | None = None, name: str | None = None) -> Reading:
    """A GRM in text: `X.grm.gz`, or `X.grm` of PLINK 2, with `X.grm.id`.

    Args:
        grm: a line for each pair in the lower triangle and each individual, `i j N value`, with
            i and j the places in `ids` counted from 1, N the number of markers; gzip-compressed
            or not, the lines in any order.
        ids: as for `read_grm_bin`.

    Returns:
        As `read_grm_bin`.

    Raises:
        DataError: lines that are not the whole triangle, an entry that is not a number, or that
            is infinite.
    """
    found, data = contents(grm, "the GRM", name)
    labels, notes = individuals(ids, "the ids") if ids is not None else (None, ())
    data = data.rstrip()
    lines = data.count(b"\n") + 1 if data else 0
    n = _individuals(lines, len(labels) if labels is not None else None, found, "lines", 1)
    entries, shared = np.full(lines, np.nan), np.full(lines, np.nan)
    listed = np.zeros(lines, dtype=bool)
    for block in _blocks(data, found):
        i, j = np.maximum(block[:, 0], block[:, 1]), np.minimum(block[:, 0], block[:, 1])
        wrong = ~((j >= 1) & (i <= n) & (i == np.floor(i)) & (j == np.floor(j)))
        if wrong.any():
            first = block[wrong.argmax()]
            raise DataError(
                f"{found}: i and j must be places in the file of ids, from 1 to {n}: a line has "
                f"{first[0]:g} and {first[1]:g}; use the two files of one run"
            )
        place = (i * (i - 1) / 2 + j - 1).astype(np.int64)
        listed[place] = True
        shared[place], entries[place] = block[:, 2], block[:, 3]
    if not listed.all():
        absent = int(np.argmin(listed))
        i_absent = (math.isqrt(8 * absent + 1) - 1) // 2
        raise DataError(
            f"{found}: each pair must be given once: there is no line for "
            f"{i_absent + 1} {absent - i_absent * (i_absent + 1) // 2 + 1}; fetch the file again"
        )
    return _reading(found, entries, shared, labels, n, "GCTA's GRM, text", notes)
