"""Relationships and kinship coefficients as PLINK 1.9, PLINK 2 and KING write them."""

from array import array

import numpy as np

from lmm_core.arrays import Floats, Ints, read_only
from lmm_core.errors import DataError
from lmm_data.readers.content import MAX_BYTES
from lmm_data.readers.genotypes.plink_tables import (
    Names,
    contents,
    fields,
    individuals,
    named,
    require_lines,
    require_room,
)
from lmm_data.readers.numeric import as_number, numbers_of
from lmm_data.readers.reading import KinshipMatrix, Reading, Source

OWN_KINSHIP = 0.5
"""The coefficient of an individual with itself where it is not inbred; what PLINK 2 writes."""

MAX_ROWS = 1 << 14
"""Of a matrix in text; one of 8 bytes an entry would take 2 GB."""


def read_rel(matrix: Source, ids: Source | None = None) -> Reading:
    """A relationship matrix in text, of `plink --make-rel`: `.rel` with `.rel.id`.

    Args:
        matrix: a square, a square whose upper right is zeros (`square0`) or the lower triangle
            with its diagonal (`triangle`), gzip-compressed or not.
        ids: the individuals, FID and IID; without them the kinship has none.

    Raises:
        DataError: rows that make neither shape, an entry that is not a number or infinite, a
            file of ids with another number of individuals.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#rel
    """
    found, data = contents(matrix, "the relationships")
    who = individuals(ids)
    values, shape = text_matrix(data, found, who.ids)
    return kinship_reading(found, values, who, f"PLINK relationships, text, {shape}")


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
    return _king_reading(found, values, who, f"KING coefficients, text, {shape}")


def read_king_bin(matrix: Source, ids: Source) -> Reading:
    """Binary KING-robust coefficients, `.king.bin` with `.king.id`; else as `read_king`."""
    found, data = contents(matrix, "the coefficients")
    who = individuals(ids)
    values, shape = binary_matrix(data, found, len(who.ids), diagonal=False)
    return _king_reading(found, values, who, f"KING coefficients, {shape}")


def read_kin0(source: Source) -> Reading:
    """A table of pairs with KING's coefficient: `.kin0` of PLINK 2 or KING, or KING's `.kin`.

    Args:
        source: a header, and a line a pair, with the columns `IID1`, `IID2` (KING: `ID1`, `ID2`)
            and `KINSHIP`, and `FID1`, `FID2` or `FID` where there are any.

    Returns:
        As `read_king`. Pairs that are not in the table, as after `--king-table-filter`, are
        missing, with a note.

    Raises:
        DataError: a column that is not there, a pair that is given twice or is an individual
            with itself, an entry that is not a number.
    """
    found, data = contents(source, "the pairs")
    people, i, j, coefficients = _pairs(data, found)
    who = named(people, found)
    n = len(who.ids)
    places, times = np.unique(np.maximum(i, j) * n + np.minimum(i, j), return_counts=True)
    if (times > 1).any():
        a, b = divmod(int(places[times.argmax()]), n)
        raise DataError(
            "each pair must be given once",
            f"“{who.ids[b]}” with “{who.ids[a]}” is given {times.max()} times",
            "keep one of them",
            where=found,
        )
    values = np.full((n, n), np.nan)
    values[i, j] = values[j, i] = coefficients
    unlisted = n * (n - 1) // 2 - len(coefficients)
    if unlisted:
        who = noting(
            who,
            f"{unlisted} of {n * (n - 1) // 2} pairs are not in {found}, as --king-table-filter "
            "leaves out the distant ones: a kinship needs all of them",
        )
    return _king_reading(found, values, who, "KING coefficients, a table of pairs")


def _pairs(data: bytes, name: str) -> tuple[list[tuple[str, str]], Ints, Ints, Floats]:
    """FID and IID of everybody in a table of pairs; places of both of a pair, its coefficient."""
    lines = fields(data, name, most=MAX_BYTES, most_lines=MAX_BYTES // 16)
    _, header = next(lines, (0, []))
    place = {label.lstrip("#").casefold(): k for k, label in enumerate(header)}
    one, two, value = (
        next((place[label] for label in labels if label in place), None)
        for labels in (("iid1", "id1"), ("iid2", "id2"), ("kinship",))
    )
    if one is None or two is None or value is None:
        raise DataError(
            "a table of pairs must have the columns IID1, IID2 and KINSHIP",
            f"the first line is “{' '.join(header)[:60]}”",
            "write it with plink2 --make-king-table",
            where=name,
        )
    family_one = place.get("fid1", place.get("fid"))
    family_two = place.get("fid2", place.get("fid"))
    row: dict[tuple[str, str], int] = {}
    i, j, coefficients = array("q"), array("q"), array("d")
    for line, entries in lines:
        if len(entries) != len(header):
            raise DataError(
                f"every line must have as many fields as the header, {len(header)}",
                f"line {line} has {len(entries)}",
                "fetch the file again",
                where=name,
            )
        first = "" if family_one is None else entries[family_one], entries[one]
        second = "" if family_two is None else entries[family_two], entries[two]
        if first == second:
            raise DataError(
                "a pair must be two individuals",
                f"line {line} is “{' '.join(first).strip()}” with itself",
                "leave it out",
                where=name,
            )
        # PLINK 2 lists a newcomer with all before it: the second comes first in its files.
        j.append(row.setdefault(second, len(row)))
        i.append(row.setdefault(first, len(row)))
        number = as_number(entries[value])
        if number != number:
            number = float(numbers([entries[value]], name, line)[0])
        coefficients.append(number)
        require_room(8 * len(row) ** 2, name)
    if not row:
        raise DataError("the file must hold a line for each pair", "there are none", where=name)
    return list(row), np.array(i), np.array(j), np.array(coefficients)


def text_matrix(
    data: bytes, name: str, ids: tuple[str, ...] = (), *, diagonal: bool = True
) -> tuple[Floats, str]:
    """A matrix written as a square or as its lower triangle, and which of the two it was.

    Args:
        ids: the individuals, if they are known, to check the size.
        diagonal: whether a triangle holds its diagonal; otherwise that is NaN.
    """
    rows = [
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


def _king_reading(name: str, values: Floats, who: Names, words: str) -> Reading:
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
