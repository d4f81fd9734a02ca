"""Kinship matrices from text: a square, its lower triangle, or a list of pairs."""

from array import array
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, Ints, read_only
from lmm_core.errors import DataError, in_digits, some
from lmm_core.progress import Progress
from lmm_data.readers.content import MAX_BYTES, name_of
from lmm_data.readers.genotypes.plink_tables import require_room
from lmm_data.readers.kinship.layout import DIAGONAL, Layout, Lines, layout_of
from lmm_data.readers.kinship.plink2 import missing_entries, plain_block
from lmm_data.readers.naming import Candidate, NamedBy, counts_rows, id_words, is_made_up
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import KinshipMatrix, Reading, Source
from lmm_data.readers.text.dialect import SEPARATORS, Opened, open_text
from lmm_data.readers.text.id_columns import header_order, joined, require_ids
from lmm_data.readers.text.surroundings import without_surroundings

# Rows that are read at a time, and what numbers are written with.
ROWS = 128
_OF_NUMBERS = b"0123456789.eE+-, \t;|"

Absent: TypeAlias = Literal["zero", "error"]
Ids: TypeAlias = tuple[str, ...]


class DiagonalError(DataError):
    """The entries of a triangle where its diagonal would be cannot be one."""


def read_kinship_text(
    source: Source,
    *,
    absent: Absent | None = None,
    inverse: bool = False,
    own: bool = False,
    decimal: str = "",
    progress: Progress | None = None,
    limit: int = MAX_BYTES,
) -> Reading:
    """A kinship matrix from text, its form and its dialect detected.

    Args:
        source: as for `read_delimited`. It may be a square, with ids in the first column, in
            the first two (FID and IID), in the header in any order, in both, or without ids, as
            GEMMA's `cXX.txt`; the lower triangle with its diagonal, row by row; a square of
            which one triangle is blank or zero; or lines of two ids and their value.
        absent: what a pair is that a list of pairs leaves out. By default 0 if the list leaves
            out at least half of the pairs and holds positive values only, as lists of relatives
            do, and an error if it does not: a few pairs missing from a whole list are a mistake.
        inverse: whether it is of the inverse of a relationship.
        own: whether an individual with itself is 1 where a list of pairs does not say.
        decimal: the mark that is decimal, "." or ","; by default the entries tell.
        progress: called with the fraction that is read, from 0 to 1.
        limit: the most bytes, packed, unpacked, and of the matrix.

    Returns:
        The values as in the file, one triangle mirrored where the other is not given; not
        otherwise made symmetric, and not scaled.

    Raises:
        DataError: not text, not square, an entry that is no number, ids that are given twice or
            differ between rows and header, pairs that are missing or contradict each other.

    >>> reading = read_kinship_text(b"id,b,a\\na,0.5,1\\nb,2,0.5\\n")
    >>> reading.kinship.ids, reading.kinship.values.tolist()
    (('a', 'b'), [[1.0, 0.5], [0.5, 2.0]])
    """
    name = name_of(source, "the kinship")
    opened = open_text(source, name, None, limit)
    opened.notes.extend(without_surroundings(opened.lines, opened.separator))
    return read_opened(
        opened,
        name,
        absent=absent,
        inverse=inverse,
        own=own,
        decimal=decimal,
        progress=progress,
        limit=limit,
    )


def read_opened(
    opened: Opened,
    name: str,
    *,
    absent: Absent | None = None,
    inverse: bool = False,
    own: bool = False,
    decimal: str = "",
    progress: Progress | None = None,
    limit: int = MAX_BYTES,
) -> Reading:
    """A kinship matrix from the lines of a text that has been opened, as `read_kinship_text`."""
    tell = progress or (lambda _: None)
    lines, notes = Lines(opened.lines, opened.separator, name, decimal), opened.notes
    layout = layout_of(lines)
    if lines.decimal:
        notes.append("the commas are decimal and are read as points")
    require_room(8 * layout.n**2, name, limit)
    ids: Ids | None
    named_by: NamedBy = ""
    candidates: tuple[Candidate, ...] = ()
    if layout.form == "pairs":
        ids, values = _read_pairs(lines, layout, absent, own, notes, tell, limit)
        if layout.labels > 2:
            notes.append("the first column only counts the lines")
        words = "lines of two ids and their value"
    else:
        labels, values = _read_numbers(lines, layout, tell) or _read_rows(lines, layout, tell)
        ids, order, where, named_by, candidates = _name_rows(lines, layout, labels, notes)
        if order is not None and order != list(range(layout.n)):
            if layout.form == "lower":
                raise DataError(
                    "the header of a triangle must be in the order of its rows",
                    "it is not",
                    "put the two in one order, or give the whole square",
                    where=name,
                )
            values = values[:, order]
        words = f"{'a lower triangle' if layout.form == 'lower' else 'a square'}, {where}"
        above = ~np.tri(layout.n, dtype=bool)
        if layout.form == "lower":
            values[above] = values.T[above]
            _require_diagonal(values, name)
        else:
            values = _mirrored(values, above, notes)
    notes.extend(missing_entries(name, values, ids, "write NA if it is missing"))
    tell(1.0)
    return Reading(
        name,
        "kinship",
        f"{SEPARATORS.get(lines.separator, 'delimited')} text, {words}"
        + ", gzip-compressed" * opened.packed,
        tuple(notes),
        kinship=KinshipMatrix(name, ids, read_only(values), inverse=inverse),
        named_by=named_by,
        candidates=candidates,
    )


def _read_numbers(lines: Lines, layout: Layout, tell: Progress) -> tuple[list[Ids], Floats] | None:
    """The same as `_read_rows` of a square of plain numbers, in less time; else None."""
    n, rows, separator = layout.n, list(lines.below(layout.header)), lines.separator
    if layout.form != "square" or lines.decimal or len(rows) != n:
        return None
    # Too few characters for that many entries: what is wrong is said line by line.
    if n * n > sum(len(line) for _, line in rows):
        return None
    # A space stands for any white space.
    cut = None if separator == " " else separator
    names, values = [], np.empty((n, n))
    for start in range(0, n, ROWS):
        texts = []
        for _, line in rows[start : start + ROWS]:
            *before, text = line.split(cut, layout.labels)
            if lines.tail:
                text = text.rstrip(" ").removesuffix(separator)
            if not text.strip() or not text.isascii():
                return None
            fields = lines.cut(separator.join(before)) if before else []
            names.append(tuple(field.strip() for field in fields))
            texts.append(text)
        block = plain_block(texts, separator, n)
        if block is None:
            if any(text.encode().translate(None, _OF_NUMBERS) for text in texts):
                return None
            try:
                block = np.loadtxt(texts, delimiter=cut, comments=None, ndmin=2)
            except ValueError:
                return None
        if block.shape != (len(texts), n):
            return None
        values[start : start + ROWS] = block
        tell(start / n)
    if any(len(name) != layout.labels for name in names):
        return None
    return names, values


def _read_rows(lines: Lines, layout: Layout, tell: Progress) -> tuple[list[Ids], Floats]:
    """The ids before each row and the values, NaN above the diagonal of a lower triangle."""
    n, labels = layout.n, layout.labels
    lower = layout.form == "lower"
    if n * n > sum(len(line) + 1 for _, line in lines.below(layout.header)):
        # Too few characters for that many entries: some line is short, and n may be anything.
        for place, (number, line) in enumerate(lines.below(layout.header)):
            lines.require_width(lines.cut(line), labels + (place + 1 if lower else n), number)
    values = np.full((n, n), np.nan)
    names = []
    for place, (number, line) in enumerate(lines.below(layout.header)):
        fields = lines.cut(line)
        width = place + 1 if lower else n
        lines.require_width(fields, labels + width, number)
        names.append(tuple(field.strip() for field in fields[:labels]))
        values[place, :width] = lines.values(fields[labels:], number, labels)
        if place % 64 == 0:
            tell(place / n)
    return names, values


def _name_rows(
    lines: Lines, layout: Layout, labels: list[Ids], notes: list[str]
) -> tuple[Ids | None, list[int] | None, str, NamedBy, tuple[Candidate, ...]]:
    """The ids, the place in the header of each, in what words to say where, and by what.

    And the one candidate, where ids stand on one margin alone: they may only count.
    """
    numbers = [number for number, _ in lines.below(layout.header)]
    ids: Ids | None = None
    where = "no ids"
    named_by: NamedBy = ""
    if layout.labels:
        where = "ids in the first column"
        ids = tuple(label[-1] for label in labels)
        if layout.labels == 2:
            family = tuple(label[0] for label in labels)
            found, said = joined(family, ids, numbers, lines.name)
            ids, where, named_by = found.ids, id_words((), found), found.named_by
            notes.extend(said)
        require_ids(ids, numbers, lines.name)
    if not layout.header:
        if ids is None:
            notes.append("the matrix carries no ids: say whose rows they are")
            return None, None, where, named_by, ()
        return ids, None, where, named_by, _alone("rows", "the first column", ids)
    header = tuple(lines.row(0)[-layout.n :])
    if ids is None:
        if is_made_up(header):
            notes.append(f"the header, {_start_of(header)}, is R’s own: say whose rows they are")
            alone = _alone("header", "the header", header, counted=True)
            return None, None, "no ids", named_by, alone
        order = header_order(header, header, lines.name)[0]
        alone = _alone("header", "the header", header)
        return header, order, "ids in the header", named_by, alone
    if is_made_up(header) and counts_rows(ids):
        notes.append(
            f"the header, {_start_of(header)}, is R’s own, and the first column only counts the "
            "rows: the matrix carries no ids"
        )
        alone = _alone("header", "the header", header, counted=True)
        return None, None, "no ids", named_by, alone
    if counts_rows(ids) and set(ids).isdisjoint(header):
        notes.append("the first column only counts the rows: their ids are those of the header")
        order = header_order(header, header, lines.name)[0]
        return header, order, "ids in the header", "", _alone("header", "the header", header)
    order, note = header_order(ids, header, lines.name)
    notes.extend([note] * bool(note))
    return ids, order, f"{where} and in the header", named_by, ()


def _alone(name: str, words: str, ids: Ids, counted: bool = False) -> tuple[Candidate, ...]:
    return (Candidate(name, words, ids, counts_rows=counted or counts_rows(ids)),)


def _start_of(header: Ids) -> str:
    return ", ".join([*header[:2], "…"])


def _require_diagonal(values: Floats, name: str) -> None:
    """A DataError if the rows of a triangle cannot end on the diagonal, as those of KING do not."""
    own = values.diagonal()
    with np.errstate(invalid="ignore", over="ignore"):
        beyond = values**2 > np.outer(own, own) * (1 + 1e-6)
    if (own < 0).any() or beyond.any():
        raise DiagonalError(
            "each row of a lower triangle must end with an individual with itself",
            "these entries are too small for that, beside the others",
            DIAGONAL,
            where=name,
        )


def _mirrored(values: Floats, above: NDArray[np.bool_], notes: list[str]) -> Floats:
    """The matrix with one triangle mirrored if the other is blank or zero."""
    if len(values) < 2:
        return values
    blank = np.isnan(values)
    for empty, given, word in ((above, above.T, "above"), (above.T, above, "below")):
        if np.array_equal(blank, empty):
            notes.append(f"blank {word} the diagonal: the other triangle is mirrored")
        elif not blank.any() and not values[empty].any() and values[given].any():
            notes.append(f"zeros {word} the diagonal: the other triangle is mirrored")
        else:
            continue
        return np.where(empty, values.T, values)
    return values


def _read_pairs(
    lines: Lines,
    layout: Layout,
    absent: Absent | None,
    own: bool,
    notes: list[str],
    tell: Progress,
    limit: int,
) -> tuple[Ids, Floats]:
    places: dict[str, int] = {}
    found, entries = array("q"), array("d")
    before = layout.labels - 2
    for count, (number, line) in enumerate(lines.below(layout.header)):
        fields = lines.entries(line)
        if len(fields) != before + 3:
            lines.require_width(fields, before + 3, number)
        a, b, entry = fields[before:]
        found.append(places.setdefault(a, len(places)))
        found.append(places.setdefault(b, len(places)))
        value = as_number(entry)
        entries.append(lines.values([entry], number, before + 2)[0] if value != value else value)
        if count % 65536 == 0:
            tell(count / len(lines))
    ids = tuple(places)
    if "" in places:
        raise DataError(
            "each pair must have two ids", "one is blank", "fill it in", where=lines.name
        )
    n = len(ids)
    require_room(8 * n**2, lines.name, limit)
    first, second = np.array(found, dtype=np.int64).reshape(-1, 2).T
    values = np.full((n, n), np.nan)
    given = np.zeros((n, n), dtype=bool)
    given[first, second] = True
    values[first, second] = entries
    _require_agreement(first, second, np.array(entries), values, ids, lines.name)
    mirror = given.T & ~given
    values[mirror] = values.T[mirror]
    given |= mirror
    alone = [ids[i] for i in np.flatnonzero(~given.diagonal())]
    if alone and own:
        rows = np.flatnonzero(~given.diagonal())
        values[rows, rows], given[rows, rows] = 1.0, True
        notes.append(f"put on the diagonal, as was decided: 1 for {some(alone)}")
    elif alone:
        raise DataError(
            "each individual must have a line with itself",
            f"there is none for {some(alone)}",
            "add the diagonal, 1 for a relationship of one who is not inbred, or read it as pairs "
            "in which that is 1",
            where=lines.name,
        )
    if not given.all():
        _fill_absent(values, given, ids, absent, lines.name, notes)
    return ids, values


def _require_agreement(
    first: Ints, second: Ints, entries: Floats, values: Floats, ids: Ids, name: str
) -> None:
    differ = (values[first, second] != entries) & ~np.isnan(entries)
    if differ.any():
        k = int(differ.argmax())
        i, j = first[k], second[k]
        raise DataError(
            "each pair must have one value",
            f"“{ids[i]}” with “{ids[j]}” has {in_digits(entries[k], 10)} and "
            f"{in_digits(values[i, j], 10)}",
            "keep one of them",
            where=name,
        )


def _fill_absent(
    values: Floats,
    given: NDArray[np.bool_],
    ids: Ids,
    absent: Absent | None,
    name: str,
    notes: list[str],
) -> None:
    pairs, missing = given.size - len(ids), given.size - int(given.sum())
    filled = values[given]
    # A list of relatives has no pair below zero; that of an inverse has mostly such pairs.
    negative = int((filled < 0).sum())
    below = 2 * negative > max(filled.size - len(ids), len(ids))
    sparse = 2 * missing >= pairs and (bool((filled > 0).all()) or below)
    if absent == "error" or (absent is None and not sparse):
        i, j = np.argwhere(~given)[0]
        raise DataError(
            "a list of pairs must hold every pair, or only those above 0",
            f"it lacks {missing // 2:,} of {pairs // 2:,}, the first “{ids[i]}” with “{ids[j]}”",
            "add them, or say that what is absent is 0",
            where=name,
        )
    values[~given] = 0.0
    notes.append(
        f"{missing // 2:,} of {pairs // 2:,} pairs are not in the list and are taken for 0, as in "
        "lists of relatives"
    )
