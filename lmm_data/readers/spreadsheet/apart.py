"""A workbook opened by python-calamine in a process of its own, run by its path: no imports here.

    python -I -S apart.py FOLDER

where FOLDER holds the library: to look for the other packages that are installed takes longer.

What a workbook makes of its few bytes is known only once it is open: two cells may span a sheet
of 17 thousand million. So it is opened apart, where memory and time have limits, and nothing
happens to the program that asked if they are exceeded. The workbook comes by standard input; what
is in it goes to standard output, each piece behind its length as `marshal` writes it: a dictionary
for each sheet, and for some of its rows after the others a list with a pair for each column, the
numbers in eight bytes each, NaN where there is none, and what else stands there, by its place; or
a pair that says why there is none.
"""

from __future__ import annotations

import marshal
import sys
from array import array
from io import BytesIO

# The module takes its time to load, and is for who reads this.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MEMORY = 1 << 30
SECONDS = 120
MAX_CELLS = 5_000_000
# So many cells are handed on at a time: the memory of the last is taken again.
_AT_ONCE = 1 << 14
_NAN = float("nan")
_ATTRIBUTE = rb"""\s%s\s*=\s*["']([^"']*)["']"""
# Of cells that are named in a note, the first.
_NAMED = 50
# A sign that stands in so many places is not rare.
_RARE = 1 << 12


def main() -> None:
    """Read a workbook, write its sheets."""
    _limit()
    out = sys.stdout.buffer
    try:
        _write(sys.stdin.buffer.read(), out)
    except MemoryError:
        _put(("memory", ""), out)
    except Exception as error:  # whatever a broken file makes a library raise
        known = {"PasswordError": "password", "_TooLargeError": "cells"}
        kind = known.get(type(error).__name__, "damaged")
        _put((kind, str(error)), out)


class _TooLargeError(Exception):
    pass


def _limit() -> None:
    try:
        import resource
    except ImportError:  # on Windows
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        try:
            resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
        except (ValueError, OSError):  # macOS has no limit on memory
            continue


def _write(content: bytes, out: Any) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    seen = 0
    unseen = _unseen(content) if content[:2] == b"PK" else {}
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(about.name)
        seen += sheet.height * sheet.width
        if seen > MAX_CELLS:
            raise _TooLargeError(f"{seen:,}")
        first = sheet.start or (0, 0)
        _put(
            {
                "name": about.name,
                "hidden": about.visible != SheetVisibleEnum.Visible,
                "first": first,
                "height": sheet.height,
                "width": sheet.width,
                "merged": [list(map(list, one)) for one in sheet.merged_cell_ranges or ()],
                **unseen.get(about.name, {}),
            },
            out,
        )
        rows: list[list[Any]] = []
        for row in sheet.iter_rows() if sheet.width else ():
            rows.append(row)
            if len(rows) * len(row) >= _AT_ONCE:
                _put(list(map(_parted, zip(*rows, strict=True))), out)
                rows = []
        if rows:
            _put(list(map(_parted, zip(*rows, strict=True))), out)


def _put(found: Any, out: Any) -> None:
    """Its length in eight bytes, and what it is as `marshal` writes it."""
    written = marshal.dumps(found)
    out.write(len(written).to_bytes(8, "little") + written)


def _parted(column: tuple[Any, ...]) -> tuple[bytes, dict[int, Any]]:
    """The numbers of a column, NaN where there is none, and its other cells by their places."""
    numbers = list(column)
    places = [k for k, cell in enumerate(column) if type(cell) is not float or cell != cell]
    others = {}
    for k in places:
        numbers[k] = _NAN
        # White space alone is nothing, too.
        if type(column[k]) is not str or column[k].strip():
            others[k] = _plain(column[k])
    return array("d", numbers).tobytes(), others


def _plain(cell: Any) -> Any:
    """A cell as a number, a text or a truth; a date as a pair that says so."""
    if isinstance(cell, (str, float, bool, int)):
        return cell
    text = cell.isoformat(" ") if hasattr(cell, "hour") and hasattr(cell, "year") else str(cell)
    return ("date", text)


def _unseen(content: bytes) -> dict[str, dict[str, Any]]:
    """What the library does not tell of the sheets of an .xlsx file, by their names.

    Cells that hold an error, formulas that nobody has computed yet, and how many rows are hidden.
    """
    import re
    import zipfile

    found: dict[str, dict[str, Any]] = {}
    archive = zipfile.ZipFile(BytesIO(content))
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return found
    book = archive.read("xl/workbook.xml")
    relations = archive.read("xl/_rels/workbook.xml.rels")
    target = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", relations):
        where = _attribute(tag, b"Target").lstrip("/").removeprefix("xl/")
        target[_attribute(tag, b"Id")] = f"xl/{where}"
    for tag in re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", book):
        part = target.get(_attribute(tag, rb"\w+:id"), "")
        if part in names:
            found[_attribute(tag, b"name")] = _of_part(archive.read(part))
    return found


def _of_part(xml: bytes) -> dict[str, Any]:
    import re

    errors: list[tuple[str, str]] = []
    bare: list[str] = []
    if _stands(b't="e"', 3, xml):
        cells = re.finditer(
            rb"""<(?:\w+:)?c\s([^>]*\bt="e"[^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<""",
            xml,
            re.DOTALL,
        )
        errors = [(_attribute(b" " + one[1], b"r"), _text(one[2])) for one in cells]
    if (_stands(b"<f", 1, xml) or _stands(b":f", 1, xml)) and re.search(rb"<(?:\w+:)?f[\s>/]", xml):
        cells = re.finditer(
            rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
            rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>",
            xml,
        )
        bare = [_attribute(b" " + one[1], b"r") for one in cells if b't="str"' not in one[1]]
    hidden = 0
    if _stands(b"hidden=", 0, xml):
        hidden = len(re.findall(rb"""<(?:\w+:)?row\s[^>]*\bhidden=["'](?:1|true)""", xml))
    return {
        "errors": errors[:_NAMED],
        "error_count": len(errors),
        "bare": bare[:_NAMED],
        "bare_count": len(bare),
        "hidden_rows": hidden,
    }


def _stands(signs: bytes, rare: int, xml: bytes) -> bool:
    """Whether signs stand somewhere: one of them that is rare is found in less time than all."""
    place = -1
    for _ in range(_RARE):
        place = xml.find(signs[rare : rare + 1], place + 1)
        if place < 0:
            return False
        if place >= rare and xml.startswith(signs, place - rare):
            return True
    return signs in xml[max(place - rare, 0) :]


def _attribute(tag: bytes, name: bytes) -> str:
    import re

    found = re.search(_ATTRIBUTE % name, tag)
    return _text(found[1]) if found else ""


def _text(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    if "&" not in text:
        return text
    from html import unescape

    return unescape(text)


if __name__ == "__main__":
    sys.path.append(sys.argv[1])
    main()
