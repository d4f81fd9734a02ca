"""What lies in a file of several objects, such as a workspace of R: each is a file of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from lmm_core.arrays import Brief
from lmm_core.errors import DataError
from lmm_data.readers.content import MEGABYTE
from lmm_data.readers.frames import Frame, frame_of
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.reading import Reading
from lmm_data.readers.text import by_arrow
from lmm_data.readers.text.dialect import SEPARATORS

MOST_BYTES = 320 * MEGABYTE
"""The most bytes of a table as text."""

_TAB = "\t"
_TEXT = f"{SEPARATORS[_TAB]} text"
_LOOKED_AT = "\t\r\n\v\f\"#'"
_BLANKS = str.maketrans("\t\r\n\v\f", "     ")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Member(Brief):
    """An object of a file: one of `content`, `frame`, `reading` and `refusal` is there.

    Attributes:
        words: what it is, such as "a data frame of R".
        content: it as a file that is recognised like any other: a table as `tabbed` writes it.
        frame: in the place of this text, a large table of which it is not made yet.
        reading: what is in it, where no text is needed for that.
        refusal: why it cannot be read.
        notes: what was left out of it.
    """

    words: str
    content: bytes = b""
    reading: Reading | None = None
    refusal: DataError | None = None
    notes: tuple[str, ...] = ()
    frame: Frame | None = None

    def written(self) -> "Member":
        """The same with its text."""
        if self.frame is None:
            return self
        return replace(self, content=self.frame.text(), frame=None)

    def read_as(self, reading: Reading) -> Reading:
        """The reading of its content, said to be of what it is and not of text."""
        format_ = reading.format.replace(_TEXT, self.words).replace("one column", self.words)
        sheet = reading.sheet
        if sheet is not None:
            before = sheet.before.replace(_TEXT, self.words).replace("one column", self.words)
            sheet = replace(sheet, before=before)
        return replace(reading, format=format_, sheet=sheet, notes=(*self.notes, *reading.notes))


def tabular(
    words: str,
    names: Sequence[str],
    columns: Sequence[Sequence[str | None] | NumberColumn],
    notes: tuple[str, ...] = (),
) -> Member:
    """A table as an object of a file, a large one without its text.

    Args:
        words, notes: as of `Member`.
        names, columns: as of `tabbed`.
    """
    frame = frame_of(names, columns, partial(_written, names, columns), by_arrow.FEWEST)
    if frame is not None:
        return Member(words, notes=notes, frame=frame)
    return Member(words, tabbed(names, columns), notes=notes)


def _written(
    names: Sequence[str], columns: Sequence[Sequence[str | None] | NumberColumn], rows: int
) -> bytes:
    return tabbed(names, [column[:rows] for column in columns])


def tabbed(names: Sequence[str], columns: Sequence[Sequence[str | None] | NumberColumn]) -> bytes:
    """Columns with their names as text between tabs, as the readers of text take it.

    Args:
        names: one for each column; "" for row names.
        columns: entries, None where missing.

    Raises:
        DataError: too large as text.
    """
    size = sum(sum(map(len, filter(None, column))) for column in columns)
    if size > MOST_BYTES:
        raise DataError(
            f"a table may have {MOST_BYTES // MEGABYTE} MB as text",
            f"this one has {size / MEGABYTE:,.0f} MB",
            "leave out what is not needed",
        )
    written = [_column(column) for column in columns]
    rows = [_TAB.join(row) for row in zip(*written, strict=True)]
    return "\n".join([_TAB.join(map(_entry, names)), *rows, ""]).encode()


def _column(entries: Sequence[str | None]) -> Sequence[str]:
    """The entries as they are written; most columns hold nothing that needs a look, as one text."""
    known = ["NA" if entry is None else entry for entry in entries]
    text = "".join(known)
    return list(map(_entry, known)) if any(sign in text for sign in _LOOKED_AT) else known


def _entry(entry: str) -> str:
    if entry.isalnum() or entry in MISSING_CODES:
        return entry
    entry = entry.translate(_BLANKS)
    if '"' in entry or entry[:1] in ("#", "'"):
        doubled = entry.replace('"', '""')
        return f'"{doubled}"'
    return entry
