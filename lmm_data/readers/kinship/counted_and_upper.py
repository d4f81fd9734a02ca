"""Kinships in text that are turned first: TASSEL's, whose first line counts; upper triangles."""

from dataclasses import replace
from io import BytesIO

import numpy as np

from lmm_core.arrays import read_only
from lmm_core.errors import DataError
from lmm_core.progress import Progress
from lmm_data.readers.content import MAX_BYTES, name_of
from lmm_data.readers.kinship.text import DiagonalError, read_kinship_text, read_opened
from lmm_data.readers.reading import Reading, Source
from lmm_data.readers.text.dialect import dialect_of, open_text, split


class _Named(BytesIO):
    def __init__(self, name: str, text: str) -> None:
        super().__init__(text.encode())
        self.name = name


def read_tassel(source: Source, *, decimal: str = "", progress: Progress | None = None) -> Reading:
    """TASSEL's kinship: the number of individuals, then a line for each, its id and its row.

    Arguments and errors are those of `read_kinship_text`; another number of lines than the first
    says is one more.

    References:
        https://bitbucket.org/tasseladmin/tassel-5-source/wiki/UserManual/Load/Load
    """
    name = name_of(source, "the kinship")
    opened = open_text(source, name, None, MAX_BYTES)
    lines = [line for line in opened.lines if line.strip()]
    first, rest = lines[0].strip(), lines[1:]
    if not first.isdecimal() or int(first) != len(rest) or not rest:
        raise DataError(
            "a kinship of TASSEL must have as many lines as its first line says, and at least one",
            f"it says {first[:20]}, and {len(rest):,} follow",
            "export it again",
            where=name,
        )
    # Without the first line the rest may be told to be written otherwise.
    separator, hashed, _ = dialect_of(rest)
    below = opened._replace(lines=rest, separator=separator, hashed=hashed)
    reading = read_opened(below, name, decimal=decimal, progress=progress)
    return replace(reading, format=f"TASSEL’s kinship, {reading.format}")


def read_upper(source: Source, *, decimal: str = "", progress: Progress | None = None) -> Reading:
    """An upper triangle with its diagonal: each line is shorter by one than the line above.

    Args:
        source: with a header of ids or without, ids in the first column or without. From its end
            to its start it is a lower triangle, and is read as that.
        decimal, progress: as for `read_kinship_text`, whose errors these are too.
    """
    name = name_of(source, "the kinship")
    opened = open_text(source, name, None, MAX_BYTES)
    rows = [split(line, opened.separator) for line in opened.lines if line.strip()]
    rows = [[entry.strip() for entry in row] for row in rows]
    header = rows.pop(0) if len(rows) > 1 and len(rows[0]) <= len(rows[1]) else []
    labels = len(rows[-1]) - 1
    widths = [len(row) - labels for row in rows]
    n = len(rows)
    if widths != [*range(n, 0, -1)]:
        wrong = next(k for k in range(n) if widths[k] != n - k)
        raise DataError(
            "each line of an upper triangle must be shorter by one than the line above",
            f"row {wrong + 1} of {n} has {widths[wrong]} values, and {n - wrong} are wanted",
            "give the whole square",
            where=name,
        )
    turned = [[*row[:labels], *row[labels:][::-1]] for row in rows[::-1]]
    if header:
        turned.insert(0, [*[""] * labels, *header[-n:][::-1]])
    try:
        reading = read_kinship_text(
            _Named(name, "\n".join(["\t".join(row) for row in turned] + [""])),
            decimal=decimal,
            progress=progress,
        )
    except DiagonalError as error:
        raise DataError(
            "each line of an upper triangle must begin with an individual with itself",
            error.found,
            error.remedy,
            where=name,
        ) from None
    kinship = reading.kinship
    assert kinship is not None
    ids = kinship.ids and kinship.ids[::-1]
    values = read_only(np.ascontiguousarray(kinship.values[::-1, ::-1]))
    return replace(
        reading,
        format=reading.format.replace("a lower triangle", "an upper triangle"),
        kinship=replace(kinship, ids=ids, values=values),
        candidates=tuple(replace(one, ids=one.ids[::-1]) for one in reading.candidates),
    )
