"""The comma-separated files of an R/qtl2 data set, in the dress that its control file describes."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief
from lmm_core.errors import DataError, some
from lmm_data.readers.reading import TextTable
from lmm_data.readers.rqtl2.control import Control, in_utf8
from lmm_data.tables import rows_of, unique_names

UNKNOWN = -1
_LINE_END = re.compile("\r\n|\n|\r")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Folder(Brief):
    """The files of a data set and how their text is to be read.

    Attributes:
        files: their contents by path.
        control: what the control file says.
        separator: between the entries of a line.
        comment: what a comment at the start of a file begins with; empty if nothing does.
        missing: entries that are missing; an empty one always is.
    """

    files: Mapping[str, bytes]
    control: Control
    separator: str
    comment: str
    missing: frozenset[str]

    def names(self, key: str) -> tuple[str, ...]:
        """The paths of the files that a key of the control file names; none if it is absent."""
        return tuple(self.path(name, key) for name in self.control.texts(key))

    def path(self, name: str, key: str) -> str:
        """The path of a file that is named relative to the control file."""
        wanted = normpath(join(dirname(self.control.name), name.replace("\\", "/")))
        if wanted in self.files:
            return wanted
        # Files that were picked one by one have lost their folders.
        same = [path for path in self.files if basename(path) == basename(wanted)]
        if len(same) == 1:
            return same[0]
        others = [path for path in self.files if path != self.control.name]
        raise DataError(
            f"“{key}” names the file “{name:.60}”, which is not there",
            f"there is {some(others, 6) or 'no other file'}",
            "add it, or correct its name",
            where=self.control.name,
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Codes(Brief):
    """Genotypes as numbers.

    Attributes:
        name: of the file, or of the first of several.
        ids, markers: what the rows and columns of `values` are.
        values: int8, shape (n, m): 0 missing, -1 not explained by the control file.
        strange: the first entry that is not explained, by what it holds.
    """

    name: str
    ids: tuple[str, ...]
    markers: tuple[str, ...]
    values: NDArray[np.int8]
    strange: tuple[str, ...]


def open_folder(files: Mapping[str, bytes], control: Control) -> Folder:
    """The files, with the separator and the codes that the control file sets or leaves out."""
    separator = control.text("sep", ",").replace("\\t", "\t")
    if len(separator) != 1 or separator in '"\r\n':
        raise DataError(
            "“sep” must be one sign, such as a comma",
            f"it is “{separator:.40}”",
            where=control.name,
        )
    missing = control.texts("na.strings") or ("NA",)
    return Folder(
        files=files,
        control=control,
        separator=separator,
        comment=control.text("comment.char", "#"),
        missing=frozenset({"", *(entry.strip() for entry in missing)}),
    )


def read_text(folder: Folder, key: str) -> TextTable | None:
    """The table of a key: individuals by columns, markers by columns for a map; None if absent."""
    paths = folder.names(key)
    if not paths:
        return None
    transposed = folder.control.flag(f"{key}_transposed")
    tables = [_text(folder, path, transposed) for path in paths]
    if len(tables) == 1:
        return tables[0]
    # Maps are cut by chromosome, one below the other; other tables lie side by side.
    if key in ("gmap", "pmap"):
        entries = tuple(
            tuple(entry for table in tables for entry in table.entries[i])
            for i in range(min(len(table.columns) for table in tables))
        )
        ids = unique_names([i for table in tables for i in table.ids or ()], paths[0], "row")
        return TextTable(paths[0], ids, tables[0].columns[: len(entries)], entries, folder.missing)
    ids = tuple(dict.fromkeys(label for table in tables for label in table.ids or ()))
    columns = unique_names([c for table in tables for c in table.columns], paths[0], "column")
    joined = tuple(entries for table in tables for entries in table.entries_of(ids, ""))
    return TextTable(paths[0], ids, columns, joined, folder.missing)


def read_file(folder: Folder, path: str) -> TextTable:
    """A table that is not transposed, whatever the control file says of others."""
    return _text(folder, path, transposed=False)


def read_codes(folder: Folder, key: str, meaning: Mapping[str, int]) -> Codes:
    """The genotypes of a key, the files of several chromosomes side by side."""
    lookup = _Lookup(meaning, folder.missing)
    parts = []
    for path in folder.names(key):
        columns, labels, rows = _rows(folder, path, lookup.codes)
        values = np.array(rows)
        if folder.control.flag(f"{key}_transposed"):
            parts.append((path, columns, labels, values.T))
        else:
            parts.append((path, labels, columns, values))
    name = parts[0][0]
    ids = tuple(dict.fromkeys(label for _, part, _, _ in parts for label in part))
    markers = unique_names([label for _, _, part, _ in parts for label in part], name, "column")
    joined = np.zeros((len(ids), len(markers)), dtype=np.int8)
    start = 0
    for _, part_ids, part_markers, values in parts:
        joined[rows_of(ids, part_ids, name), start : start + len(part_markers)] = values
        start += len(part_markers)
    return Codes(name, ids, markers, joined, tuple(lookup.strange))


class _Lookup(dict[str, int]):
    """The code of each entry; what an entry is that was not met before is found out once."""

    def __init__(self, meaning: Mapping[str, int], missing: frozenset[str]) -> None:
        super().__init__({**meaning, **dict.fromkeys(missing, 0)})
        self.strange: list[str] = []

    def __missing__(self, entry: str) -> int:
        stripped = entry.strip()
        if stripped not in self:
            self.strange.append(stripped)
            self[stripped] = UNKNOWN
        self[entry] = self[stripped]
        return self[entry]

    def codes(self, row: list[str]) -> NDArray[np.int8]:
        """The codes of a row."""
        return np.fromiter(map(self.__getitem__, row), np.int8, len(row))


def _text(folder: Folder, path: str, transposed: bool) -> TextTable:
    columns, labels, rows = _rows(folder, path, lambda row: tuple(entry.strip() for entry in row))
    if transposed:
        return TextTable(path, columns, labels, tuple(rows), folder.missing)
    entries = tuple(zip(*rows, strict=True))
    return TextTable(path, labels, columns, entries, folder.missing)


def _rows(
    folder: Folder, path: str, convert: Callable[[list[str]], Any]
) -> tuple[tuple[str, ...], tuple[str, ...], list[Any]]:
    """The header without its first entry, the first entry of each row, and the rest converted."""
    text = in_utf8(folder.files[path], path, "save it as “CSV UTF-8”")
    remarks, body = _without_remarks(text, folder.comment)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=folder.separator)
    header: list[str] | None = None
    labels, rows = [], []
    try:
        for row in reader:
            if not row or not any(row):
                continue
            if header is None:
                header = row
            elif len(row) == len(header):
                labels.append(row[0])
                rows.append(convert(row[1:]))
            else:
                raise DataError(
                    "every row must have as many entries as the header",
                    f"line {reader.line_num + len(remarks)} (id “{row[0].strip():.40}”) has "
                    f"{len(row)}, the header {len(header)}",
                    "look for a missing or an extra separator",
                    where=path,
                )
    except csv.Error as error:
        raise DataError(
            f"line {reader.line_num + len(remarks)} cannot be read",
            str(error),
            "look for a quote that is not closed",
            where=path,
        ) from None
    if header is None or len(header) < 2 or not rows:
        raise DataError(
            "the file must hold a header of two or more columns and rows below it",
            f"it has {len(header or ())} columns and {len(rows)} rows",
            f"the separator is “{folder.separator}”, as the control file’s “sep” sets it",
            where=path,
        )
    for what, found in (("nrow", len(rows)), ("ncol", len(header))):
        _require_announced(remarks, what, found, path)
    return unique_names(header[1:], path, "column"), unique_names(labels, path, "row"), rows


def _without_remarks(text: str, comment: str) -> tuple[list[str], str]:
    """The comments that a file begins with, and what follows them."""
    remarks, start = [], 0
    while comment and text.startswith(comment, start):
        end = _LINE_END.search(text, start)
        stop = end.start() if end else len(text)
        remarks.append(text[start + len(comment) : stop].strip())
        start = end.end() if end else len(text)
    return remarks, text[start:]


def _require_announced(remarks: Sequence[str], what: str, found: int, path: str) -> None:
    """An error if a comment such as `# nrow 284` says otherwise."""
    for remark in remarks:
        said = re.fullmatch(rf"{what}\s+(\d{{1,12}})", remark)
        if said and int(said[1]) != found:
            raise DataError(
                f"the file must be as large as its comment “{what} {said[1]}” says",
                f"it has {found}",
                "fetch it again, or correct the comment",
                where=path,
            )
