"""Genetic relationship matrices (GRMs) as GCTA, PLINK 1.9 and PLINK 2 write them."""

import io
import math
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.errors import DataError, in_digits
from lmm_data.readers.genotypes.plink_tables import (
    Names,
    contents,
    individuals,
    require_room,
    require_text,
)
from lmm_data.readers.kinship.plink2 import as_floats, kinship_reading, noting, numbers, unfolded
from lmm_data.readers.reading import Reading, Source
from lmm_data.readers.text.by_arrow import plain_numbers

ENTRY = "<f4"
LINES_AT_ONCE = 1 << 17
# White space below the last line is looked for in so many bytes, before it is in all.
_TAIL = 1 << 12
# A relationship with oneself of 10 takes an inbreeding of 9; a count of markers is larger.
LARGEST_RELATIONSHIP = 10.0


def read_grm_bin(grm: Source, ids: Source | None = None, counts: Source | None = None) -> Reading:
    """A binary GRM: `X.grm.bin` with `X.grm.id` and perhaps `X.grm.N.bin`.

    Args:
        grm: the lower triangle with its diagonal, row by row, as little-endian float32.
        ids: FID and IID, a line an individual; without them the kinship has no ids.
        counts: the number of markers behind each entry, in the form of `grm`.

    Returns:
        A kinship on the scale of a relationship, its diagonal near 1. Where `counts` is 0 the
        pair shares no marker, and its entry is missing.

    Raises:
        DataError: sizes that do not agree, counts in the place of the GRM, an infinite entry.

    References:
        Yang et al. 2011, AJHG 88:76.
    """
    found, data = contents(grm, "the GRM")
    who = individuals(ids)
    n = _individuals(len(data), 4, "bytes", who.ids, found)
    entries, shared = as_floats(data, ENTRY), None
    if counts is not None:
        called, numbers_of = contents(counts, "the numbers of markers")
        if len(numbers_of) != len(data):
            raise DataError(
                f"there must be as many numbers of markers as entries of {found}, {len(data)} "
                "bytes",
                f"it has {len(numbers_of)}",
                "use the files of one run",
                where=called,
            )
        shared = as_floats(numbers_of, ENTRY)
    return _reading(found, entries, shared, who, n, "GCTA’s GRM, binary")


def read_grm_gz(grm: Source, ids: Source | None = None) -> Reading:
    """A GRM in text: `X.grm.gz`, or `X.grm` of PLINK 2, with `X.grm.id`.

    Args:
        grm: a line for each pair in the lower triangle and each individual, `i j N value`, with
            i and j the places in `ids` counted from 1 and N the number of markers;
            gzip-compressed or not, the lines in any order.
        ids: as for `read_grm_bin`.

    Returns:
        As `read_grm_bin`.

    Raises:
        DataError: lines that are not the whole triangle, an entry that is not a number or is
            infinite.
    """
    found, data = contents(grm, "the GRM")
    who = individuals(ids)
    require_text(data, found)
    end = _end(data)
    lines = data.count(b"\n", 0, end) + 1 if end else 0
    n = _individuals(lines, 1, "lines", who.ids, found)
    plain = plain_numbers(data, 4)
    if plain is not None and len(plain) == lines and _are_in_order(plain, n):
        entries, shared = plain[:, 3], plain[:, 2]
    else:
        blocks = _blocks(data[:end], found) if plain is None or len(plain) != lines else [plain]
        entries, shared = _sorted(blocks, lines, n, found)
    return _reading(found, entries, shared, who, n, "GCTA’s GRM, text")


def _end(data: bytes) -> int:
    """Where the last line ends, without the white space below; the text is not copied for it."""
    tail = data[-_TAIL:]
    kept = tail.rstrip()
    return len(data) - len(tail) + len(kept) if kept else len(data.rstrip())


def _are_in_order(block: Floats, n: int) -> bool:
    """Whether i and j are those of the triangle row by row, as every program writes it."""
    places = np.arange(1.0, n + 1.0)
    start = 0
    for width in range(1, n + 1):
        row = block[start : start + width]
        if not ((row[:, 0] == width).all() and (row[:, 1] == places[:width]).all()):
            return False
        start += width
    return True


def _sorted(blocks: Iterable[Floats], lines: int, n: int, name: str) -> tuple[Floats, Floats]:
    """The entries of the triangle row by row, and their numbers of markers, from any order."""
    entries, shared = np.full(lines, np.nan), np.full(lines, np.nan)
    listed = np.zeros(lines, dtype=bool)
    for block in blocks:
        i, j = np.maximum(block[:, 0], block[:, 1]), np.minimum(block[:, 0], block[:, 1])
        with np.errstate(invalid="ignore"):
            right = (j >= 1) & (i <= n) & (i == np.floor(i)) & (j == np.floor(j))
        if not right.all():
            first = block[np.argmin(right)]
            raise DataError(
                f"i and j must be places in the file of ids, from 1 to {n}",
                f"a line has {in_digits(first[0], 6)} and {in_digits(first[1], 6)}",
                "use the two files of one run",
                where=name,
            )
        place = (i * (i - 1) / 2 + j - 1).astype(np.int64)
        listed[place] = True
        shared[place], entries[place] = block[:, 2], block[:, 3]
    if not listed.all():
        row, column = _pair(int(np.argmin(listed)))
        raise DataError(
            "each pair must be given once",
            f"there is no line for {row} {column}",
            "fetch the file again",
            where=name,
        )
    return entries, shared


def _individuals(size: int, each: int, unit: str, ids: tuple[str, ...], name: str) -> int:
    n = len(ids) or (math.isqrt(8 * (size // each) + 1) - 1) // 2
    wanted = each * (n * (n + 1) // 2)
    if size != wanted or n == 0:
        raise DataError(
            "a GRM of n individuals must have n(n + 1)/2 entries",
            f"n = {n} makes {wanted} {unit}, there are {size}",
            "use the GRM and the file of ids of one run",
            where=name,
        )
    require_room(8 * n * n, name)
    return n


def _blocks(data: bytes, name: str) -> Iterator[Floats]:
    """Many lines of `i j N value` at once: shape (lines, 4)."""
    stream = io.BytesIO(data)
    before = 0
    while lines := list(islice(stream, LINES_AT_ONCE)):
        text = [line.decode("latin-1") for line in lines]
        try:
            block = np.loadtxt(text, dtype=np.float64, comments=None, ndmin=2)
        except ValueError:
            block = np.empty((0, 0))
        # loadtxt says less of what is wrong, and knows no NA.
        yield block if block.shape == (len(lines), 4) else _slowly(text, before, name)
        before += len(lines)


def _slowly(lines: list[str], before: int, name: str) -> Floats:
    """The same by Python's own means, or a DataError that says which line cannot be read."""
    block = np.empty((len(lines), 4))
    for row, line in enumerate(lines):
        entries = line.split()
        if len(entries) != 4:
            raise DataError(
                "each line must be i, j, N and the value",
                f"line {before + row + 1} has {len(entries)} entries",
                "fetch the file again",
                where=name,
            )
        block[row] = numbers(entries, name, before + row + 1)
    return block


def _pair(place: int) -> tuple[int, int]:
    """Row and column, counted from 1, of an entry of the lower triangle."""
    row = (math.isqrt(8 * place + 1) - 1) // 2
    return row + 1, place - row * (row + 1) // 2 + 1


def _reading(
    name: str,
    entries: Floats,
    shared: Floats | None,
    who: Names,
    n: int,
    words: str,
) -> Reading:
    if entries.min() > LARGEST_RELATIONSHIP and (entries == np.floor(entries)).all():
        raise DataError(
            "relationships must be around 0 and 1",
            f"these are whole numbers from {entries.min():.0f}, as the numbers of markers in a "
            ".grm.N.bin are",
            "use the .grm.bin",
            where=name,
        )
    if shared is not None and np.isfinite(shared).all():
        alone = shared <= 0
        if alone.any():
            entries = np.where(alone, np.nan, entries)
            who = noting(
                who,
                f"no marker lies behind {int(alone.sum())} of the {alone.size} entries of {name}: "
                "they are missing",
            )
        low, high = shared.min(), shared.max()
        rest = f"{low:.0f} to {high:.0f} markers" if low < high else f"{low:.0f} markers"
        who = noting(who, f"each entry of {name} rests on {rest}")
    return kinship_reading(name, unfolded(entries, n), who, words)
