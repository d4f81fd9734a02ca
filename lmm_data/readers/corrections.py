"""Entries of a text that somebody corrected: the file stays as it was given, and both are known."""

import csv
import io
from collections.abc import Collection, Sequence
from typing import NamedTuple

from lmm_core.errors import DataError
from lmm_data.readers.content import gunzip
from lmm_data.readers.spreadsheet.workbook import SheetText
from lmm_data.readers.text.dialect import decode, open_text, split

COLUMNS = ("file", "line", "id", "column", "was", "value")
"""Of a file of corrections, which the page writes, and the page and the command line read."""


class Correction(NamedTuple):
    """One entry, as it was and as it is now.

    Attributes:
        file: the name of its file.
        line, column: where it stands there, from 1; of a sheet these are its row and the place
            among the columns of its table.
        where: whose row and which column that is, in words.
        was, now: its text.
    """

    file: str
    line: int
    column: int
    where: str
    was: str
    now: str

    @property
    def words(self) -> str:
        """What was done, as a clause.

        >>> Correction("y.csv", 6, 2, "weight of m5", "2l.3", "21.3").words
        'y.csv, line 6, weight of m5: “2l.3” was corrected to “21.3”'
        """
        return (
            f"{self.file}, line {self.line}, {self.where}: “{self.was}” was corrected to "
            f"“{self.now}”"
        )

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it stands: of each place there is one correction."""
        return self.file, self.line, self.column


def lists_corrections(header: Sequence[str]) -> bool:
    """Whether these are the names of the columns of a file of corrections, and of nothing else.

    A table of measurements may have the columns id and value, and even one called column, but then
    others too.

    >>> lists_corrections(["id", "column", "value"]), lists_corrections(["id", "value", "sex"])
    (True, False)
    """
    names = [entry.strip().casefold() for entry in header]
    return say_which(names) and set(names) <= set(COLUMNS) and len(set(names)) == len(names)


def say_which(names: Collection[str]) -> bool:
    """Whether columns of these names, in lower case, say which entry is to be what."""
    there = set(names)
    return {"column", "value"} <= there and ({"id"} <= there or {"file", "line"} <= there)


def with_correction(made: Sequence[Correction], new: Correction) -> tuple[Correction, ...]:
    """The corrections with one more, in the place of an older one of the same entry.

    What becomes again what it was is corrected no more.
    """
    before = next((one for one in made if one.place == new.place), None)
    if before is not None:
        new = new._replace(was=before.was)
    others = tuple(one for one in made if one.place != new.place)
    return others if new.was == new.now else (*others, new)


def corrected(name: str, content: bytes, corrections: Sequence[Correction]) -> bytes:
    """A text with its entries as they were corrected.

    Args:
        name: of the file, for messages.
        content: as it was given, compressed or not.
        corrections: of this file; without any the content is returned as it is.

    Raises:
        DataError: not text, or an entry that is not what was corrected.
    """
    if not corrections:
        return content
    separator = open_text(bytes(content), name, None, 1 << 30).separator
    lines = decode(gunzip(content, name), name)[0].split("\n")
    for one in corrections:
        there = 1 <= one.line <= len(lines)
        entries = [e.strip() for e in split(lines[one.line - 1], separator)] if there else []
        # Empty entries at the end of a line may be left out.
        entries += [""] * (one.column - len(entries))
        if entries[one.column - 1] != one.was:
            raise DataError(
                "an entry that was corrected must be in the file",
                f"line {one.line}, {one.where}, was “{one.was[:40]}” and is "
                f"“{entries[one.column - 1][:40]}”",
                "take the correction back",
                where=name,
            )
        entries[one.column - 1] = one.now or ("NA" if separator == " " else "")
        lines[one.line - 1] = _line(entries, separator)
    text = "\n".join(lines).encode()
    return content.with_text(text) if isinstance(content, SheetText) else text


def _line(entries: Sequence[str], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="").writerow(entries)
    return out.getvalue()
