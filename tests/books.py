"""Workbooks of .xls, .xlsb and .ods, made of rows without a program for spreadsheets.

Each holds one sheet of texts and numbers: as much of its format as that takes.
"""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ods(rows, name="Sheet1"):
    """OpenDocument's spreadsheet of one sheet."""
    lines = []
    for row in rows:
        cells = []
        for cell in row:
            if cell is None or cell == "":
                cells.append("<table:table-cell/>")
            elif isinstance(cell, str):
                text = f"<text:p>{escape(cell)}</text:p>"
                cells.append(
                    f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
                )
            else:
                value = f'office:value-type="float" office:value="{cell!r}"'
                cells.append(
                    f"<table:table-cell {value}><text:p>{cell:.2f}</text:p></table:table-cell>"
                )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body>'
        f'<office:spreadsheet><table:table table:name="{name}">{"".join(lines)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:'
        f'xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type='
        f'"{kind}"/></manifest:manifest>'
    )
    return _zip({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def xls(rows, name="Sheet1"):
    """Excel 97's workbook: records of BIFF8 in a compound file."""
    bof = struct.pack("<HHIIHHII", 0x809, 16, 0x0600 | (5 << 16), 0, 0, 0, 0, 0)
    bof = struct.pack("<HHHHHHII", 0x809, 16, 0x0600, 5, 0x0DBB, 1996, 0x41, 6)
    sheet = struct.pack("<HHHHHHII", 0x809, 16, 0x0600, 0x10, 0x0DBB, 1996, 0x41, 6)
    height, width = len(rows), max(map(len, rows), default=0)
    sheet += struct.pack("<HHIIHHH", 0x200, 14, 0, height, 0, width, 0)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                sheet += struct.pack("<HHHHH", 0x204, 6 + len(text), r, c, 0) + text
            else:
                sheet += struct.pack("<HHHHHd", 0x203, 14, r, c, 0, cell)
    sheet += struct.pack("<HH", 0x0A, 0)
    label = name.encode("latin-1")
    about = struct.pack("<BBBB", 0, 0, len(label), 0) + label
    end = struct.pack("<HH", 0x0A, 0)
    start = len(bof) + 4 + 4 + len(about) + len(end)
    bound = struct.pack("<HHI", 0x85, 4 + len(about), start) + about
    return _compound(bof + bound + end + sheet)


def _compound(stream):
    """A compound file with one stream, Workbook, of 4,096 bytes at least."""
    stream += b"\0" * max(0, 4096 - len(stream))
    stream += b"\0" * (-len(stream) % _SECTOR)
    size = len(stream) // _SECTOR
    fats = 1
    while fats * (_SECTOR // 4) < size + 1 + fats:
        fats += 1
    fat = [*range(1, size), _END, _END, *[_FAT] * fats]
    fat += [_FREE] * (fats * (_SECTOR // 4) - len(fat))
    root = _entry("Root Entry", 5, child=1, start=_END, size=0)
    book = _entry("Workbook", 2, start=0, size=len(stream))
    folder = root + book + _entry("", 0) * 2
    places = [size + 1 + k for k in range(fats)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, fats, size, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *places, *[_FREE] * (109 - fats))
    return head + stream + folder + struct.pack(f"<{len(fat)}I", *fat)


def _entry(name, kind, child=_FREE, start=0, size=0):
    label = name.encode("utf-16-le")
    return (
        label.ljust(64, b"\0")
        + struct.pack("<HBB", len(label) + 2 if name else 0, kind, 1)
        + struct.pack("<III", _FREE, _FREE, child)
        + bytes(16 + 4 + 8 + 8)
        + struct.pack("<IQ", start, size)
    )


def xlsb(rows, name="Sheet1"):
    """Excel's binary workbook: records of BIFF12 in a zip archive."""
    bounds = struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(map(len, rows), default=1) - 1)
    parts = _record(0x81) + _record(0x94, bounds) + _record(0x91)
    for r, row in enumerate(rows):
        parts += _record(0, struct.pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0))
        for c, cell in enumerate(row):
            at = struct.pack("<II", c, 0)
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                parts += _record(6, at + _wide(cell))
            else:
                parts += _record(5, at + struct.pack("<d", cell))
    parts += _record(0x92) + _record(0x82)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name)
    book = _record(0x83) + _record(0x8F) + _record(0x9C, bundle) + _record(0x90) + _record(0x84)
    spaces = "http://schemas.openxmlformats.org"
    office = f"{spaces}/officeDocument/2006/relationships"
    relation = '<?xml version="1.0"?><Relationships xmlns="' + spaces
    relation += '/package/2006/relationships"><Relationship Id="rId1" Type="{}" Target="{}"/>'
    relation += "</Relationships>"
    types = (
        f'<?xml version="1.0"?><Types xmlns="{spaces}/package/2006/content-types"><Default '
        'Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/></Types>'
    )
    return _zip(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relation.format(f"{office}/officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relation.format(
                f"{office}/worksheet", "worksheets/sheet1.bin"
            ),
            "xl/worksheets/sheet1.bin": parts,
        }
    )


def _record(kind, content=b""):
    head = bytes([kind]) if kind < 0x80 else bytes([kind, 1])
    size, length = b"", len(content)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + content


def _wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _zip(parts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # Without a time of its own each entry is from 1980.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
