"""Workbooks of one sheet, made of rows without a program for spreadsheets."""

import io
import zipfile

from tests.places import REFERENCE

BOOKS = REFERENCE / "spreadsheets"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>"
)


def xlsx(rows, *, extra="", merged=()):
    """A workbook of one sheet.

    Args:
        rows: of cells: XML if they are bytes, nothing if they are None or "", else what they are.
        extra: XML below the rows.
        merged: ranges of cells.
    """
    lines = []
    for r, row in enumerate(rows, 1):
        cells = []
        for c, cell in enumerate(row):
            place = f'r="{letters(c)}{r}"'
            if isinstance(cell, bytes):
                cells.append(cell.decode().replace("<c", f"<c {place}", 1))
            elif isinstance(cell, str):
                text = cell.replace("&", "&amp;").replace("<", "&lt;")
                cells.append(f'<c {place} t="inlineStr"><is><t>{text}</t></is></c>' * bool(cell))
            elif cell is not None:
                cells.append(f"<c {place}><v>{cell!r}</v></c>")
        lines.append(f'<row r="{r}">{"".join(cells)}</row>')
    spans = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    spans = f"<mergeCells>{spans}</mergeCells>" if spans else ""
    sheet = (
        f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}{extra}</sheetData>{spans}'
        "</worksheet>"
    )
    return framed("messy.xlsx", {"xl/styles.xml": _STYLES, "xl/worksheets/sheet1.xml": sheet})


def framed(name, parts):
    """A workbook of the references with some of its parts exchanged."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(BOOKS / name) as frame,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in frame.namelist():
            # Without a time of its own each entry is from 1980, and the same rows the same bytes.
            entry = zipfile.ZipInfo(part)
            archive.writestr(entry, parts.get(part) or frame.read(part), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def letters(column):
    """What a spreadsheet calls a column, by its index from 0."""
    high, low = divmod(column, 26)
    return (letters(high - 1) if high else "") + chr(ord("A") + low)
