"""Tables that lie on their side, individuals in their columns: told by the ids of other files."""

from collections.abc import Sequence
from dataclasses import replace

from lmm_core.errors import DataError, some
from lmm_data.readers.naming import Candidate, Sheet
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.opening import Outcome
from lmm_data.readers.reading import Reading, missing_met, suspicions, unusual
from lmm_data.readers.text.dialect import like_number

# So much of a header must be ids of other files.
_SHARE = 0.5


def upright(
    outcomes: Sequence[Outcome], asked: Sequence[tuple[str, str]] = ()
) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    """The files, each table with its individuals in the header turned.

    Args:
        outcomes: the files that are joined.
        asked: columns of ids that were asked for: such a table is as it is.

    Returns:
        The files, and a sentence on what decided for each table that is turned.
    """
    known = frozenset(
        label
        for outcome in outcomes
        if outcome.sheet is None and outcome.reading is not None
        for label in _ids(outcome)
    )
    made: list[Outcome] = []
    notes: list[str] = []
    for outcome in outcomes:
        reading, sheet = outcome.reading, outcome.sheet
        free = not any(group in ("", outcome.name) for group, _ in asked)
        if reading is None or sheet is None or not free or not _lies(sheet, known):
            made.append(outcome)
            continue
        try:
            turned, said = _turned(reading, sheet, known)
        except DataError as error:
            made.append(replace(outcome, reading=None, refusal=error.anew()))
            continue
        made.append(replace(outcome, reading=turned, format=turned.format))
        notes.append(said)
    return tuple(made), tuple(notes)


def _ids(outcome: Outcome) -> frozenset[str]:
    candidates = outcome.reading.candidates if outcome.reading else ()
    return frozenset(outcome.ids).union(*(one.members for one in candidates))


def _header(sheet: Sheet) -> tuple[str, ...]:
    """The first line of a table, whether it was taken for names or for values."""
    return sheet.names or tuple(column[0] for column in sheet.columns)


def _lies(sheet: Sheet, known: frozenset[str]) -> bool:
    across = known.intersection(_header(sheet))
    if len(across) < 2 or len(across) <= _SHARE * (len(_header(sheet)) - 1):
        return False
    # By chance a column of numbers holds a few ids that are numbers.
    down = max(len(known.intersection(column)) for column in sheet.columns)
    return 2 * down < len(across)


def _turned(reading: Reading, sheet: Sheet, known: frozenset[str]) -> tuple[Reading, str]:
    table = reading.table
    assert table is not None
    header, start = _header(sheet), 0 if sheet.names else 1
    columns = [
        # The reader may have turned decimal commas into points.
        table.column(sheet.label(j)) if sheet.label(j) in table.columns else column
        for j, column in enumerate(sheet.columns)
    ]
    labels = tuple(columns[0][start:])
    kept = [j for j in range(1, len(columns)) if header[j] in known or _holds_numbers(columns[j])]
    aside = [header[j] for j in range(1, len(columns)) if j not in kept]
    ids = tuple(header[j] for j in kept)
    entries = tuple(zip(*(columns[j][start:] for j in kept), strict=True))
    if "" in labels:
        raise DataError(
            "each row of a table on its side must have its name",
            f"row {labels.index('') + 1} has none",
            "fill it in or delete the row",
            where=table.name,
        )
    made = replace(table, ids=ids, columns=labels, entries=entries)
    name = header[0] or "id"
    alone = Candidate(name, "its header", ids, (0,), True)
    after = f", individuals in its columns{sheet.after}"
    stood = Sheet((name, *labels), (ids, *entries), sheet.spaced, sheet.before, after, (), alone)
    old = {*sheet.notes, *suspicions(table), *unusual(missing_met(table))}
    new = (*unusual(missing_met(made)), *suspicions(made))
    left = (f"left out beside the values: {some(aside)}",) if aside else ()
    notes = (*(note for note in reading.notes if note not in old), *left, *new)
    said = (
        f"{table.name} lies on its side and is turned: {len(known.intersection(ids)):,} of the "
        f"{len(ids):,} names in its header are ids of other files."
    )
    format_ = f"{sheet.before}{after}"
    return replace(reading, table=made, sheet=stood, format=format_, notes=notes, named_by=""), said


def _holds_numbers(column: Sequence[str]) -> bool:
    there = [entry for entry in column if entry not in MISSING_CODES]
    return 2 * sum(map(like_number, there)) > len(there)
