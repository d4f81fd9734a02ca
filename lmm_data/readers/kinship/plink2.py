"""Relationships and kinship coefficients as PLINK 1.9, PLINK 2 and KING write them."""

from collections.abc import Sequence

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_core.errors import DataError
from lmm_data.readers.content import MAX_BYTES
from lmm_data.readers.genotypes.plink_tables import (
    Names,
    contents,
    fields,
    individuals,
    require_lines,
    require_room,
)
from lmm_data.readers.numeric import numbers_of
from lmm_data.readers.reading import KinshipMatrix, Reading, Source
from lmm_data.readers.text.by_arrow import FEWEST, plain_numbers

OWN_KINSHIP = 0.5
"""The coefficient of an individual with itself where it is not inbred; what PLINK 2 writes."""

MAX_ROWS = 1 << 14
"""Of a matrix in text; one of 8 bytes an entry would take 2 GB."""


def read_rel(
    matrix: Source, ids: Source | None = None, *, words: str = "PLINK relationships"
) -> Reading:
    """A relationship matrix in text, of `plink --make-rel`: `.rel` with `.rel.id`.

    Args:
        matrix: a square, a square whose upper right is zeros (`square0`) or the lower triangle
            with its diagonal (`triangle`), gzip-compressed or not.
        ids: the individuals, FID and IID; without them the kinship has none.
        words: what it is: LDAK's `.grm.raw` with its `.grm.id` is a square of the same form.

    Raises:
        DataError: rows that make neither shape, an entry that is not a number or infinite, a
            file of ids with another number of individuals.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#rel
    """
    found, data = contents(matrix, "the relationships")
    who = individuals(ids)
    values, shape = text_matrix(data, found, who.ids)
    return kinship_reading(found, values, who, f"{words}, text, {shape}")


def read_rel_bin(matrix: Source, ids: Source) -> Reading:
    """A binary relationship matrix, `.rel.bin` with `.rel.id`: float64 (`bin`) or float32 (`bin4`).

    Arguments and errors are those of `read_rel`; the ids tell the shape, which the numbers alone
    do not.
    """
    found, data = contents(matrix, "the relationships")
    who = individuals(ids)
    values, shape = binary_matrix(data, found, len(who.ids))
    return kinship_reading(found, values, who, f"PLINK relationships, {shape}")


def read_king(matrix: Source, ids: Source | None = None) -> Reading:
    """KING-robust kinship coefficients in text, of `plink2 --make-king`: `.king` with `.king.id`.

    Args:
        matrix: a square, a square whose upper right is zeros, or the lower triangle **without**
            its diagonal, as PLINK 2 writes it by default.
        ids: as for `read_rel`.

    Returns:
        A kinship with `scale` 2; a diagonal that the file lacks is 0.5, with a note.

    Raises:
        DataError: as `read_rel`.

    References:
        Manichaikul et al. 2010, Bioinformatics 26:2867.
    """
    found, data = contents(matrix, "the coefficients")
    who = individuals(ids)
    values, shape = text_matrix(data, found, who.ids, diagonal=False)
    return king_reading(found, values, who, f"KING coefficients, text, {shape}")


def read_king_bin(matrix: Source, ids: Source) -> Reading:
    """Binary KING-robust coefficients, `.king.bin` with `.king.id`; else as `read_king`."""
    found, data = contents(matrix, "the coefficients")
    who = individuals(ids)
    values, shape = binary_matrix(data, found, len(who.ids), diagonal=False)
    return king_reading(found, values, who, f"KING coefficients, {shape}")


def text_matrix(
    data: bytes, name: str, ids: tuple[str, ...] = (), *, diagonal: bool = True
) -> tuple[Floats, str]:
    """A matrix written as a square or as its lower triangle, and which of the two it was.

    Args:
        ids: the individuals, if they are known, to check the size.
        diagonal: whether a triangle holds its diagonal; otherwise that is NaN.
    """
    rows = _plain_rows(data) or [
        numbers(entries, name, line)
        for line, entries in fields(data, name, most=MAX_BYTES // 8, most_lines=MAX_ROWS)
    ]
    n, lengths = len(rows), [len(row) for row in rows]
    require_lines(rows, "individual", name)
    # A single number is a matrix of one individual, or the one pair of two.
    if lengths == [n] * n and (diagonal or n > 1):
        values, shape = _filled(np.array(rows))
    elif lengths == [*range(1, n + 1)]:
        n += not diagonal
        require_room(8 * n * n, name)
        values, shape = unfolded(np.concatenate(rows), n, diagonal=diagonal), "lower triangle"
    else:
        wrong = next(k for k in range(n) if lengths[k] != (n if lengths[0] == n else k + 1))
        raise DataError(
            "the rows must make a square or a lower triangle",
            f"row {wrong + 1} of {n} has {lengths[wrong]} entries, a square has {n} there and "
            f"a triangle {wrong + 1}",
            "write the matrix again, whole and without names",
            where=name,
        )
    if ids and len(ids) != n:
        raise DataError(
            "the matrix must have a row for each individual of its file of ids",
            f"it has {n} individuals, the ids are {len(ids)}",
            "use the two files of one run",
            where=name,
        )
    return values, shape


def _plain_rows(data: bytes) -> list[Floats] | None:
    """The numbers of each line, if there is nothing else; None if it must be read line by line."""
    # PLINK ends some lines with a tab, others not.
    counts = [len(line.split()) for line in data.splitlines()] if len(data) >= FEWEST else []
    if not 0 < len(counts) <= MAX_ROWS or not all(counts) or 8 * sum(counts) > MAX_BYTES:
        return None
    flat = plain_numbers(data.replace(b"\t", b"\n"), 1)
    if flat is None or len(flat) != sum(counts):
        return None
    return np.split(flat[:, 0], np.cumsum(counts)[:-1])


def plain_block(lines: Sequence[str], separator: str, width: int) -> Floats | None:
    """Lines with so many numbers each, one separator between two; None of any others."""
    if any(line.count(separator) != width - 1 for line in lines):
        return None
    # One number below the other: of many columns each takes time of its own.
    flat = plain_numbers("\n".join(lines).replace(separator, "\n").encode(), 1)
    # An empty entry is passed over.
    return None if flat is None or len(flat) != len(lines) * width else flat.reshape(-1, width)


def binary_matrix(data: bytes, name: str, n: int, *, diagonal: bool = True) -> tuple[Floats, str]:
    """A matrix of n individuals in binary, its size telling a square or a triangle, 8 or 4 bytes.

    Arguments and results are those of `text_matrix`.
    """
    require_room(8 * n * n, name)
    below = n * (n + 1) // 2 if diagonal else n * (n - 1) // 2
    for size in (8, 4):
        if len(data) == size * n * n:
            values, shape = _filled(as_floats(data, f"<f{size}").reshape(n, n))
            return values, f"float{8 * size}, {shape}"
        if len(data) == size * below:
            values = unfolded(as_floats(data, f"<f{size}"), n, diagonal=diagonal)
            return values, f"float{8 * size}, lower triangle"
    raise DataError(
        f"a matrix of {n} individuals must have {8 * n * n} or {4 * n * n} bytes as a square, "
        f"{8 * below} or {4 * below} as a triangle",
        f"it has {len(data)}",
        "use the file of ids of the same run",
        where=name,
    )


def unfolded(entries: Floats, n: int, *, diagonal: bool = True) -> Floats:
    """The symmetric (n, n) of which these are the lower triangle, row by row."""
    values = np.full((n, n), np.nan)
    start = 0
    for i in range(n):
        width = i + 1 if diagonal else i
        values[i, :width] = values[:width, i] = entries[start : start + width]
        start += width
    return values


def _filled(values: Floats) -> tuple[Floats, str]:
    """A square as it is, or mirrored if its upper right is nothing but zeros."""
    if np.triu(values, 1).any() or not np.tril(values, -1).any():
        return values, "square"
    return values + np.tril(values, -1).T, "square with zeros in the upper right"


def as_floats(data: bytes, dtype: str, offset: int = 0) -> Floats:
    """Numbers in binary as float64."""
    # The cast of a signalling NaN warns.
    with np.errstate(invalid="ignore"):
        values: Floats = np.frombuffer(data, dtype, offset=offset).astype(np.float64)
    return values


def numbers(entries: list[str], name: str, line: int, before: int = 0) -> Floats:
    """The numbers on one line, NaN where missing; `before` other entries stand to their left."""
    values = numbers_of(entries)
    if values is None:
        place = next(k for k, entry in enumerate(entries) if numbers_of([entry]) is None)
        raise DataError(
            "entries must be numbers",
            f"line {line}, entry {before + place + 1} is “{entries[place][:40]}”",
            "write missing values as NA, and a point for decimals",
            where=name,
        )
    return values


def kinship_reading(
    name: str, values: Floats, who: Names, words: str, scale: float = 1.0
) -> Reading:
    """The reading of a kinship, with notes on what is missing in it, and where ids are.

    Raises:
        DataError: an infinite entry.
    """
    if values.size == 0:
        raise DataError("a kinship must have individuals", "there are none", where=name)
    missing = missing_entries(
        name, values, who.ids, "make the matrix again, without markers that do not vary"
    )
    notes = who.notes + missing
    if not who.ids:
        notes += (
            f"{name} is read without ids: they must come from another file, in the same order",
        )
    kinship = KinshipMatrix(name, who.ids or None, read_only(np.ascontiguousarray(values)), scale)
    return Reading(name, "kinship", words, notes, kinship=kinship, named_by=who.named_by)


def missing_entries(
    name: str, values: Floats, ids: tuple[str, ...] | None, remedy: str
) -> tuple[str, ...]:
    """A note on the entries that are missing, if any are; a DataError if one is infinite."""
    if np.isinf(values).any():
        i, j = (int(k) for k in np.argwhere(np.isinf(values))[0])
        found = f"{_pair(ids, i, j)} is {values[i, j]}"
        raise DataError("entries must be finite", found, remedy, where=name)
    missing = np.isnan(values)
    if not missing.any():
        return ()
    i, j = (int(k) for k in np.argwhere(missing)[0])
    return (
        f"{int(missing.sum()):,} of the {values.size:,} entries of {name} are missing, the first "
        f"that of {_pair(ids, i, j)}",
    )


def noting(who: Names, *notes: str) -> Names:
    """The same individuals, with more notes."""
    return who._replace(notes=who.notes + notes)


def _pair(ids: tuple[str, ...] | None, i: int, j: int) -> str:
    if not ids:
        return f"row {i + 1}, column {j + 1}"
    return f"“{ids[i]}” with " + ("itself" if i == j else f"“{ids[j]}”")


def king_reading(name: str, values: Floats, who: Names, words: str) -> Reading:
    own = np.isnan(np.diagonal(values))
    if own.any():
        values[own, own] = OWN_KINSHIP
        who = noting(
            who,
            f"{name} says nothing of an individual with itself: {OWN_KINSHIP} is put there, that "
            "of one who is not inbred",
        )
    below = values[np.tril_indices(len(values), -1)]
    notes = (
        "KING’s numbers are coefficients of kinship, half of a relationship: doubled, they are one",
        "KING estimates each pair by itself: the coefficient is negative for "
        f"{int((below < 0).sum())} of {below.size} pairs, and the matrix need not be positive "
        "semi-definite",
    )
    who = who._replace(notes=notes + who.notes)
    return kinship_reading(name, values, who, words, scale=2.0)
