"""Which correction is meant: of an entry by its place in a table, or by an id and a column."""

import csv
import io
from collections.abc import Mapping, Sequence

from lmm_core.errors import DataError, some
from lmm_data.readers.corrections import Correction
from lmm_data.readers.opening import Outcome
from lmm_data.readers.text.dialect import decode, separator_of

COLUMNS = ("file", "line", "id", "column", "was", "value")
"""Of a file of corrections, which the page writes and the command line reads."""


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


def corrections_text(outcomes: Sequence[Outcome], made: Sequence[Correction]) -> str:
    """Corrections as a file in CSV, to be given to the command line beside the files themselves."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    sheets = {one.name: one for one in outcomes if one.sheet is not None}
    for one in made:
        outcome, label, column = sheets.get(one.file), "", one.where
        # What stands in no table any more is told all the same, in words.
        if outcome is not None and outcome.sheet is not None and one.line in outcome.sheet.lines:
            row = outcome.sheet.lines.index(one.line)
            label = outcome.ids[row] if len(outcome.ids) == len(outcome.sheet.lines) else ""
            column = outcome.sheet.label(one.column - 1)
        writer.writerow([one.file, one.line, label, column, one.was, one.now])
    return out.getvalue()


def corrections_of(
    name: str, content: bytes, outcomes: Sequence[Outcome]
) -> tuple[Correction, ...]:
    """The corrections that a file lists.

    Args:
        name: of the file.
        content: a header and a line for each correction, with the columns `column` and `value`,
            and `id`, or `file` and `line`, for the row; `file` beside `id` says in which of
            several files. Where `was` is given, the entry must be that.
        outcomes: the files that are corrected, read.

    Raises:
        DataError: other columns, an entry that is not there or is not what it was, or several.
    """
    text, _ = decode(content, name)
    lines = [line for line in text.split("\n") if line.strip()]
    rows = list(csv.DictReader(lines, delimiter=separator_of(lines[:30]) if lines else ","))
    head = {(key or "").strip().casefold() for key in (rows[0] if rows else ())}
    if not {"column", "value"} <= head or not ({"id"} <= head or {"file", "line"} <= head):
        raise DataError(
            "a file of corrections must have the columns id, column and value",
            f"it has {some(sorted(head), 12)}" if head else "it has no lines below a header",
            f"begin it with “{','.join(COLUMNS)}”, of which file, line and was may be left out",
            where=name,
        )
    made = []
    for place, found in enumerate(rows, 2):
        row = {
            (key or "").strip().casefold(): str(text or "").strip() for key, text in found.items()
        }
        try:
            one = _listed(outcomes, row)
            if row.get("was", one.was) != one.was:
                raise DataError(
                    "an entry that is corrected must be what it was",
                    f"{one.where} was “{row['was'][:40]}” and is “{one.was[:40]}”",
                    "look whether these are the same files",
                )
        except DataError as error:
            raise DataError(
                error.rule, error.found, error.remedy, where=f"{name}, line {place}"
            ) from None
        made.append(one)
    return tuple(made)


def _listed(outcomes: Sequence[Outcome], row: Mapping[str, str]) -> Correction:
    """The correction that a line of a file means."""
    file, line, column = row.get("file", ""), row.get("line", ""), row["column"]
    if not (file and line):
        entry = f"{row.get('id', '')}:{column}"
        return correction_named(outcomes, f"{file}:{entry}" if file else entry, row["value"])
    for outcome in outcomes:
        sheet = outcome.sheet
        if outcome.name != file or sheet is None or not line.isdecimal():
            continue
        labels = [sheet.label(j) for j in range(len(sheet.columns))]
        if int(line) in sheet.lines and labels.count(column) == 1:
            at = sheet.lines.index(int(line)), labels.index(column)
            return correction_of(outcome, *at, row["value"])
    raise DataError(
        "an entry that is corrected must be one of a table",
        f"there is no line “{line}” with one column “{column}” in {file}",
        "look whether it is that file",
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
