"""A workbook as files: each of its sheets as text, with notes on what the text does not show."""

import marshal
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lmm_core.errors import DataError
from lmm_data.readers.archive import Limits, open_archive
from lmm_data.readers.frames import frame_of
from lmm_data.readers.members import Member
from lmm_data.readers.reading import Reading
from lmm_data.readers.spreadsheet.cells import Cells
from lmm_data.readers.spreadsheet.layout import table_of
from lmm_data.readers.text import by_arrow
from lmm_data.readers.text.marks import DecimalMarkError

WORKBOOK = "workbook"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_SHEETS = 200

_APART = Path(__file__).with_name("apart.py")
_SECONDS = 120
# A document holds pictures and other documents, which nobody unpacks here.
_LIMITS = Limits(nested=True)
_NEW = (
    ("xl/workbook.xml", "an Excel workbook (.xlsx)"),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
)
_MACROS = "xl/vbaProject.bin"
_OPEN = b"application/vnd.oasis.opendocument.spreadsheet"
_SAVE = "save the sheet as “CSV UTF-8”"
_REFUSALS = {
    "password": (
        "a workbook must open without a password",
        "this one wants one",
        "save it without",
    ),
    "memory": (
        "a workbook must fit into 1 GB once it is open",
        "this one does not: a few cells far from the others are enough for that",
        f"delete what is far from the table, or {_SAVE}",
    ),
    "cells": (
        "a workbook may have 5 million cells",
        "this one has more between its first and its last",
        f"delete what is far from the table, or {_SAVE}",
    ),
}


class SheetText(bytes):
    """A sheet as tab-separated text in UTF-8, a line for each of its rows.

    Attributes:
        program: which program's workbook it was in, for a sentence.
        notes: what the text does not show, in sentences.
        refusal: why there is no text; None if there is.
        aside: whether it is of no concern to anybody that there is none, as of an empty sheet.
        chosen: whether somebody named this sheet, and not only its workbook.
    """

    program: str
    notes: tuple[str, ...]
    refusal: DataError | None
    aside: bool
    chosen: bool

    def __new__(
        cls,
        text: bytes,
        program: str = "a spreadsheet",
        notes: tuple[str, ...] = (),
        refusal: DataError | None = None,
        *,
        aside: bool = False,
        chosen: bool = False,
    ) -> "SheetText":
        made = super().__new__(cls, text)
        made.program, made.notes, made.refusal = program, notes, refusal
        made.aside, made.chosen = aside, chosen
        return made

    def by_name(self) -> "SheetText":
        """The same, named by somebody."""
        return SheetText(
            self, self.program, self.notes, self.refusal, aside=self.aside, chosen=True
        )

    def with_text(self, text: bytes) -> "SheetText":
        """Another text in the place of this one."""
        return SheetText(
            text, self.program, self.notes, self.refusal, aside=self.aside, chosen=self.chosen
        )


def of_sheet(reading: Reading, content: bytes) -> Reading:
    """The reading of a sheet, said to be one, with notes on what its text does not show."""
    if not isinstance(content, SheetText):
        return reading
    sheet = reading.sheet
    if sheet is not None:
        sheet = replace(sheet, before=_said(sheet.before, content.program))
    words = _said(reading.format, content.program)
    return replace(reading, format=words, notes=(*content.notes, *reading.notes), sheet=sheet)


def _said(words: str, program: str) -> str:
    return words.replace("tab-separated text", program).replace(
        "one column", f"{program}, one column"
    )


@dataclass(frozen=True, slots=True)
class Program:
    """Whose workbook a file is, for a sentence, and whether its errors can be told from nothing."""

    words: str
    tells_errors: bool = True


def program_of(content: bytes) -> Program | None:
    """Whose workbook these bytes are, None if they are none; told by what is in them."""
    if content.startswith(OLD):
        return Program("an old Excel workbook (.xls)", tells_errors=False)
    if content[:4] != b"PK\x03\x04":
        return None
    try:
        archive = open_archive(content, limits=Limits(nested=True, total=1 << 40, single=1 << 40))
        for part, words in _NEW:
            if part in archive:
                macros = _MACROS in archive and part.endswith("xml")
                words = words.replace(".xlsx", ".xlsm") if macros else words
                return Program(words, tells_errors=part.endswith("xml"))
        if "mimetype" in archive and archive["mimetype"].startswith(_OPEN):
            return Program("an OpenDocument spreadsheet (.ods)")
    except DataError:
        return None
    return None


def sheets_of(name: str, content: bytes) -> dict[str, SheetText]:
    """Each sheet of a workbook as text; otherwise as `tables_of`."""
    found = tables_of(name, content)
    return {label: sheet_text(one) for label, one in found.items()}


def sheet_text(sheet: SheetText | Member) -> SheetText:
    """A sheet as text, which may not be made yet."""
    if isinstance(sheet, SheetText):
        return sheet
    assert sheet.frame is not None
    written = sheet.frame.text()
    assert isinstance(written, SheetText)
    return written


def tables_of(name: str, content: bytes) -> dict[str, SheetText | Member]:
    """Each sheet of a workbook by the name of its file, a slash, and its own name.

    Args:
        name: of the workbook's file.
        content: of it.

    Returns:
        Every worksheet, hidden ones too. One without a table, or with two, has a refusal; of a
        large one no text is made.

    Raises:
        DataError: python-calamine is not there; a workbook that is damaged, wants a password, or
            is beyond the limits.
    """
    program = program_of(content) or Program("a spreadsheet")
    if content[:2] == b"PK":
        # What unpacks to too much is refused before anybody unpacks it.
        open_archive(content, name, limits=_LIMITS)
    made: dict[str, SheetText | Member] = {}
    for about, parts in _opened(name, content):
        if len(made) == MOST_SHEETS:
            raise DataError(
                f"a workbook may have {MOST_SHEETS} sheets",
                "this one has more",
                "take those that are needed",
                where=name,
            )
        label = f"{name}/{about['name']}"
        made[label] = _sheet(label, about, parts, program)
    return made


def _sheet(
    label: str, about: dict[str, Any], parts: list[Any], program: Program
) -> SheetText | Member:
    notes = _unseen(about)
    if not program.tells_errors:
        notes.append(
            "an error in a cell of this kind of workbook, such as #N/A, reads as an empty cell"
        )
    if about["hidden"]:
        notes.append("the sheet is hidden in the workbook")
    words = f"a sheet of {program.words}"
    made = partial(SheetText, program=words)
    cells = Cells.placed(parts, about)
    if not cells.order:
        empty = DataError("a sheet must hold a table", "this one is empty", where=label)
        return made(b"", refusal=empty, aside=True)
    try:
        laid = table_of(label, cells)
    except DecimalMarkError as error:
        remedy = "turn these texts into numbers in the spreadsheet"
        return made(b"", refusal=DataError(error.rule, error.found, remedy, where=label))
    except DataError as error:
        return made(b"", refusal=error.anew())
    if laid is None:
        prose = DataError("a sheet must hold a table", "this one holds text alone", where=label)
        return made(b"", refusal=prose, aside=True)
    said = (*laid.notes, *notes)

    def written(rows: int) -> SheetText:
        return made(laid.text(rows).encode(), notes=said)

    frame = frame_of(laid.names, laid.columns, written, by_arrow.FEWEST)
    if frame is None or laid.blank:
        return written(len(laid.rows))
    lines = tuple(r + 1 for r in laid.rows)
    return Member(words, frame=replace(frame, lines=lines, notes=said))


def _unseen(about: dict[str, Any]) -> list[str]:
    """Notes on errors, formulas that were never computed, and hidden rows."""
    notes = []
    if about.get("error_count"):
        place, error = about["errors"][0]
        more = _more(about["error_count"])
        notes.append(f"{place} holds the error “{error}”{more}: taken for missing")
    if about.get("bare_count"):
        more = _more(about["bare_count"])
        notes.append(
            f"{about['bare'][0]} holds a formula without its result{more}, as a program leaves it "
            "that does not compute: taken for missing; open the workbook in a spreadsheet and "
            "save it, and the results are there"
        )
    if about.get("hidden_rows"):
        count = about["hidden_rows"]
        notes.append(
            f"{count:,} row{'s are' if count > 1 else ' is'} hidden in the workbook, by a filter "
            "perhaps, and read like all others"
        )
    return notes


def _more(count: int) -> str:
    if count == 1:
        return ""
    return f", and so {'does' if count == 2 else 'do'} {count - 1:,} more"


def _opened(name: str, content: bytes) -> list[tuple[dict[str, Any], list[Any]]]:
    """The sheets, each with what is known of it and the parts of its rows."""
    library = find_spec("python_calamine")
    if library is None or library.origin is None:
        raise DataError(
            "spreadsheets are read with the package python-calamine, which is not there",
            remedy="pip install python-calamine",
            where=name,
        )
    folder = Path(library.origin).parents[1]
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(_APART), str(folder)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DataError(
            f"a workbook must open in {_SECONDS // 60} minutes",
            "this one does not",
            _SAVE,
            where=name,
        ) from None
    sheets: list[tuple[dict[str, Any], list[Any]]] = []
    given, place = memoryview(done.stdout), 0
    kind, why = "memory" * bool(done.returncode), ""
    while not kind and place < len(given):
        start = place + 8
        place = start + int.from_bytes(given[place:start], "little")
        found = marshal.loads(given[start:place])
        if isinstance(found, tuple):
            kind, why = found
        elif isinstance(found, dict):
            sheets.append((found, []))
        else:
            sheets[-1][1].append(found)
    if kind:
        # The library says so, too, of a sheet in which cells are repeated without end.
        unknown = "detect" in why or not why
        why = "it is damaged, or a sheet of it is too large to open" if unknown else why
        damaged = ("the workbook must be whole", why, f"open it in a spreadsheet, and {_SAVE}")
        rule, what, remedy = _REFUSALS.get(kind, damaged)
        raise DataError(rule, what, remedy, where=name)
    return sheets
