"""Tables from whatever text they were written in: the dialect is found out, and said."""

from dataclasses import replace

from lmm_core.errors import DataError
from lmm_data.readers.content import MAX_BYTES, name_of
from lmm_data.readers.frames import Frame
from lmm_data.readers.naming import Candidate, Column, Sheet, id_words, named_by_place
from lmm_data.readers.reading import Reading, Source, TextTable, missing_met, suspicions, unusual
from lmm_data.readers.text.cutting import LOOKED_AT, Cut, cut, has_header
from lmm_data.readers.text.dialect import SEPARATORS, open_text
from lmm_data.readers.text.id_columns import find_ids
from lmm_data.readers.text.marks import with_points
from lmm_data.readers.text.quantities import without_units
from lmm_data.readers.text.surroundings import stands_alone, without_surroundings


def read_delimited(
    source: Source,
    *,
    separator: str | None = None,
    header: bool | None = None,
    ids: int | str | None = None,
    decimal: str = "",
    limit: int = MAX_BYTES,
) -> Reading:
    """A table of traits or covariates from text, its dialect detected unless it is given.

    Args:
        source: a path, the bytes of the file, or a file open for reading bytes; text in UTF-8,
            or in UTF-16 with a byte order mark, gzip-compressed or not, any line ends, entries
            quoted or not. Blank lines and lines that begin with `#` are skipped, but for a
            header such as PLINK's `#FID IID`.
        separator: one character; a space stands for any white space.
        header: whether the first line holds names.
        ids: 0, 1 or 2, how many columns on the left name the individuals (two are a family and
            an individual), or the name of the column that does.
        decimal: the mark that is decimal, "." or ","; by default all entries together tell.
        limit: the most bytes, packed and unpacked.

    Returns:
        The entries as text, numbers as programs write them: a point for decimals, and nothing
        that sets thousands apart. All that was found out is said in `format` and `notes`.

    Raises:
        DecimalMarkError: the entries leave open which mark is decimal.
        DataError: not text, empty, lines of different lengths, no column beside the ids, ids or
            names that are given twice.

    >>> reading = read_delimited(b"id;weight\\nm1;7,26\\nm2;NA\\n")
    >>> reading.format, reading.table.column("weight")
    ('semicolon-separated text, a header, ids in the first column, “id”', ('7.26', 'NA'))
    """
    name = name_of(source, "the table")
    opened = open_text(source, name, separator, limit, headed=header is not False)
    lines, separator, hashed, comments, notes, packed = opened
    header = True if hashed else header
    if header is not False:
        notes += without_surroundings(lines, separator)
    found = cut(lines, separator, header, name, notes, comments)
    return _read(name, found, separator, notes, ids, decimal, ", gzip-compressed" * packed)


def read_frame(frame: Frame, name: str, ids: int | None = None) -> Reading | None:
    """The table that `read_delimited` would make of the text of a frame, without that text.

    Args:
        frame: its numbers are written with points.
        name: of its file, for messages.
        ids: as for `read_delimited`.

    Returns:
        None if the text may say more than the frame: where its names look like values, and
        where what stands around a table may be in it.

    Raises:
        DataError: as of `read_delimited`.
    """
    columns = list(frame.columns)
    if not stands_alone(frame.names, columns):
        return None
    rows = zip(*(column[:LOOKED_AT] for column in columns), strict=True)
    if not has_header([(1, list(frame.names)), *((0, list(row)) for row in rows)]):
        return None
    places = list(frame.lines or range(2, frame.n + 2))
    reading = _read(name, Cut(list(frame.names), columns, places), "\t", [], ids, ".", "")
    return replace(reading, notes=(*frame.notes, *reading.notes))


def _read(
    name: str,
    cut_: Cut,
    separator: str,
    notes: list[str],
    ids: int | str | None,
    decimal: str,
    after: str,
) -> Reading:
    """A text that was cut into columns, as a table of traits or covariates."""
    names, columns, places = cut_
    headed = bool(names)
    if headed and len(names) == len(columns) - 1:
        names = ["", *names]
        notes.append(
            "the header has one name less than the rows, as R writes it: the ids have none"
        )
    if not headed:
        start = " ".join(column[0][:12] for column in columns[:4])
        notes.append(
            f"the first line, “{start}{' …' * (len(columns) > 4)}”, is taken for values: there is "
            "no header, and the columns are named by their place"
        )
    found, said = find_ids(names, columns, places, name, ids)
    notes.extend(said)
    kept, entries = _name_columns(names, columns, found, name, notes)
    entries = without_units(kept, entries, notes)
    entries = with_points(kept, entries, separator, decimal, notes, name)
    table = TextTable(name, found.ids if found else None, kept, entries)
    notes.extend(unusual(missing_met(table)))
    notes.extend(suspicions(table))
    words = f"{SEPARATORS.get(separator, 'delimited')} text" if len(columns) > 1 else "one column"
    words += f", {'a' if headed else 'no'} header"
    sheet = Sheet(
        tuple(names),
        tuple(columns),
        separator in " \t",
        words,
        after,
        said,
        found,
        tuple(places),
    )
    return Reading(
        name,
        "table",
        f"{words}, {id_words(names, found)}{after}",
        tuple(notes),
        table=table,
        named_by=found.named_by if found else "",
        # What was asked for is not decided anew.
        sheet=sheet if ids is None else None,
    )


def _name_columns(
    names: list[str],
    columns: list[Column],
    found: Candidate | None,
    name: str,
    notes: list[str],
) -> tuple[tuple[str, ...], tuple[Column, ...]]:
    """The columns beside the ids, with their names; what has neither name nor entry is left out."""
    kept: dict[str, Column] = {}
    unnamed = []
    used = found.used if found else ()
    for index, column in enumerate(columns):
        label = names[index] if names else ""
        if index in used or not (label or any(column)):
            continue
        if not label:
            label = f"column{index + 1}"
            unnamed.append(label)
        if label in kept:
            raise DataError(
                "each column must have its own name",
                f"“{label}” is the name of column {names.index(label) + 1} and of column "
                f"{index + 1}",
                "rename one of them",
                where=name,
            )
        kept[label] = column
    if names and len(unnamed) > max(1, len(kept) / 2):
        raise DataError(
            "the first line must name the columns",
            f"{len(unnamed)} of {len(columns)} have no name",
            "delete what stands above the names, such as a title",
            where=name,
        )
    if not kept:
        raise DataError(
            "a column of ids must be followed by other columns",
            "there is none",
            "check the separator, or add the values",
            where=name,
        )
    if names and unnamed:
        notes.append(named_by_place(unnamed))
    return tuple(kept), tuple(kept.values())
