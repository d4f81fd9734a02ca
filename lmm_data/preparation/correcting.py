"""Which correction is meant: of an entry by its place in a table, or by an id and a column."""

from collections.abc import Sequence

from lmm_core.errors import DataError, some
from lmm_data.readers.corrections import Correction
from lmm_data.readers.opening import Outcome


def correction_of(outcome: Outcome, row: int, column: int, now: str) -> Correction:
    """What is done to an entry of a table, by the indices of its row and its column."""
    sheet = outcome.sheet
    assert sheet is not None
    was, where = sheet.columns[column][row], sheet.label(column)
    ids = outcome.ids
    if len(ids) == len(sheet.lines) and ids[row] != was:
        where = f"{where} of {ids[row]}"
    # White space within an entry would not come back from every separator.
    return Correction(outcome.name, sheet.lines[row], column + 1, where, was, " ".join(now.split()))


def correction_named(outcomes: Sequence[Outcome], entry: str, now: str) -> Correction:
    """The correction of the one entry that an id and a column name.

    Args:
        outcomes: the files, read.
        entry: `ID:COLUMN`; of two files that have such an entry, `FILE:ID:COLUMN`.
        now: what it is to be.

    Raises:
        DataError: there is no such entry, or there are several.
    """
    found = [
        correction_of(outcome, row, column, now)
        for outcome in outcomes
        for row, column in _places(outcome, entry)
    ]
    if len(found) == 1:
        return found[0]
    rule = f"an entry that is corrected must be one of a table, and “{entry}” must name it"
    if not found:
        tables = [one.name for one in outcomes if one.sheet is not None and one.sheet.lines]
        raise DataError(
            rule,
            f"in {some(tables)} no column has such an entry of such an id" if tables else "",
            "write it ID:COLUMN, both as they stand in the file",
        )
    files = list(dict.fromkeys(one.file for one in found))
    if len(files) > 1:
        raise DataError(rule, f"{some(files)} have one", f"write {files[0]}:{entry}")
    lines = some([str(one.line) for one in found])
    raise DataError(
        rule, f"that id has several records, in lines {lines}", "correct the file itself"
    )


def _places(outcome: Outcome, entry: str) -> list[tuple[int, int]]:
    """Row and column of what an entry may mean in a file; ids and names may have colons too."""
    sheet, ids = outcome.sheet, outcome.ids
    if sheet is None or len(ids) != len(sheet.lines):
        return []
    labels = [sheet.label(j) for j in range(len(sheet.columns))]
    own = [entry, entry.removeprefix(f"{outcome.name}:")]
    return [
        (row, labels.index(column))
        for text in dict.fromkeys(own)
        for cut in (k for k, sign in enumerate(text) if sign == ":")
        if (column := text[cut + 1 :]) in labels
        for row, label in enumerate(ids)
        if label == text[:cut]
    ]
