"""How the workbooks beside this file were written: `python write.py`, see README.md.

The data are those of `sample_data/tiny12`. Three programs write the same workbook, and openpyxl
writes one with all that people put around a table.
"""

import csv
import datetime
from pathlib import Path

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "sample_data" / "tiny12"
NOTES = [["These are twelve individuals of three families."], ["Measured by two people in spring."]]
MARCH = datetime.date(2026, 3, 1)


def cells(name):
    """A CSV file, its numbers as numbers."""
    with open(DATA / name, encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    return [rows[0], *([row[0], *map(number, row[1:])] for row in rows[1:])]


def number(text):
    return None if text == "NA" else float(text)


SHEETS = {"Traits": cells("pheno.csv"), "K": cells("kinship.csv"), "About": NOTES, "Empty": []}


def openpyxl_tidy(path):
    book = Workbook()
    book.remove(book.active)
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def xlwt_tidy(path):
    book = xlwt.Workbook()
    for name, rows in SHEETS.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is not None:
                    sheet.write(r, c, cell)
    book.save(str(path))


def odfpy_tidy(path):
    book = OpenDocumentSpreadsheet()
    for name, rows in SHEETS.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for cell in row:
                kinds = {str: {"valuetype": "string"}, float: {"valuetype": "float", "value": cell}}
                one = TableCell(**kinds.get(type(cell), {}))
                if cell is not None:
                    one.addElement(P(text=str(cell)))
                line.addElement(one)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    book.save(str(path))


def openpyxl_messy(path):
    book = Workbook()
    sheet = book.active
    sheet.title = "Data 2026"
    sheet["A1"] = "Weights of the spring"
    sheet["A2"] = "by"
    sheet["B2"] = "two people"
    for place, name in (("A4", "animal"), ("B4", "weight (g)"), ("D4", "born"), ("E4", "dose")):
        sheet[place] = name
    sheet["F4"], sheet["B5"], sheet["C5"] = "gene", "first", "second"
    for merged in ("A4:A5", "B4:C4", "D4:D5", "E4:E5", "F4:F5"):
        sheet.merge_cells(merged)
    rows = cells("pheno.csv")[1:]
    for r, (label, value, *_) in enumerate(rows, 6):
        sheet.cell(r, 1, label)
        sheet.cell(r, 2, value)
        sheet.cell(r, 3, f"{value + 1:.3f}" if r % 2 else value + 1)
        sheet.cell(r, 4, datetime.date(2026, 1, r))
        sheet.cell(r, 5, r / 4)
        sheet.cell(r, 6, "Abc1")
    sheet["F7"], sheet["E8"], sheet["E9"] = MARCH, "=E7*2", "#REF!"
    sheet["E9"].data_type = "e"
    sheet.row_dimensions[10].hidden = True
    last = 5 + len(rows)
    sheet.cell(last + 1, 1, "Mean")
    sheet.cell(last + 1, 2, 1.5)
    sheet.cell(last + 3, 1, "* weighed after fasting")
    sheet["I7"] = "see the notebook"
    book.save(path)


if __name__ == "__main__":
    openpyxl_tidy(HERE / "tidy.xlsx")
    xlwt_tidy(HERE / "tidy.xls")
    odfpy_tidy(HERE / "tidy.ods")
    openpyxl_messy(HERE / "messy.xlsx")
