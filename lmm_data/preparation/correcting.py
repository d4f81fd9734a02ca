"""Which correction is meant: of an entry by its place in a table, or by an id and a column."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lmm_core.errors import DataError, some
from lmm_data.readers.corrections import COLUMNS, Correction, say_which
from lmm_data.readers.opening import Outcome
from lmm_data.readers.text.dialect import decode, separator_of


class Listed(NamedTuple):
    """What a file of corrections asks for.

    Attributes:
        made: the corrections that fit.
        refused: why others do not, each with the file and its line.
    """

    made: tuple[Correction, ...]
    refused: tuple[DataError, ...]


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
    """Corrections as a file in CSV, to be given again beside the files themselves."""
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
    """The corrections that a file lists, all of which fit.

    Raises:
        DataError: as `corrections_in`, and the first of what it refuses.
    """
    listed = corrections_in(name, content, outcomes)
    for error in listed.refused:
        raise error
    return listed.made


def corrections_in(name: str, content: bytes, outcomes: Sequence[Outcome]) -> Listed:
    """The corrections that a file lists, and why others do not fit these files.

    Args:
        name: of the file.
        content: a header and a line for each correction, with the columns `column` and `value`,
            and `id`, or `file` and `line`, for the row; `file` beside `id` says in which of
            several files. Where `was` is given, the entry must be that.
        outcomes: the files that are corrected, read, with nothing corrected in them.

    Returns:
        Refused is what names a file or an entry that is not there, or several, or one that is
        not what it was, or is listed before as something else.

    Raises:
        DataError: other columns, or no text.
    """
    text, _ = decode(content, name)
    lines = [line for line in text.split("\n") if line.strip()]
    rows = list(csv.DictReader(lines, delimiter=separator_of(lines[:30]) if lines else ","))
    head = {(key or "").strip().casefold() for key in (rows[0] if rows else ())}
    if not say_which(head):
        raise DataError(
            "a file of corrections must have the columns id, column and value",
            f"it has {some(sorted(head), 12)}" if head else "it has no lines below a header",
            f"begin it with “{','.join(COLUMNS)}”, of which file, line and was may be left out",
            where=name,
        )
    made: dict[tuple[str, int, int], Correction] = {}
    refused = []
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
            before = made.setdefault(one.place, one)
            if before.now != one.now:
                raise DataError(
                    "an entry must be corrected to one value",
                    f"{one.where} is “{before.now[:40]}” in a line above and “{one.now[:40]}”",
                    "leave one of them out",
                )
        except DataError as error:
            where = f"{name}, line {place}"
            refused.append(DataError(error.rule, error.found, error.remedy, where=where))
    return Listed(tuple(made.values()), tuple(refused))


def _listed(outcomes: Sequence[Outcome], row: Mapping[str, str]) -> Correction:
    """The correction that a line of a file means."""
    file, line, column = row.get("file", ""), row.get("line", ""), row["column"]
    names = [outcome.name for outcome in outcomes]
    if file and file not in names:
        raise DataError(
            f"the file that is corrected, “{file[:60]}”, must be there",
            f"there are {some(names)}" if names else "there is none",
            "give it too, by that name, and the corrections again",
        )
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
