"""Text of every make as phenotypes, and what is no text."""

import gzip

from lmm_data.preparation.preparing import Choices
from tests.bad_inputs import (
    IDS,
    PHENO,
    SEX,
    Case,
    N,
    Y,
    bad_cell,
    covar,
    lines,
    pheno,
    table,
    zipped,
)

COMMAS = [str(y).replace(".", ",") for y in Y]


def rewritten(label, value):
    """The weights, ids and values written otherwise."""
    rows = [(label.format(who), value.format(y)) for who, y in zip(IDS, Y, strict=True)]
    return lines([("id", "weight"), *rows]).encode()


DIALECTS = {
    "semicolons": Case(pheno(table(separator=";")), same=True),
    "tabs": Case(pheno(table(separator="\t")), same=True),
    "spaces": Case(pheno(table(separator="  ")), same=True),
    "bars": Case(pheno(table(separator="|"))),
    "quotes": Case(
        pheno(
            lines(
                [('"id"', '"weight"'), *((f'"{a}"', f'"{b}"') for a, b in zip(IDS, Y, strict=True))]
            ).encode()
        ),
        same=True,
    ),
    "a quote that is not closed": Case(
        pheno(PHENO.replace(b"m07", b'"m07')),
        refused={
            "pheno.csv": "pheno.csv: quotes must come in pairs around an entry: in line 8 "
            "they do not (unexpected end of data); close the quote or take it "
            "off"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "decimal commas": Case(
        pheno(table({"weight": COMMAS}, separator=";")),
        notes=("“weight”: the commas are decimal, “16,51” is read as 16.51",),
        same=True,
    ),
    "decimal commas between commas": Case(
        pheno(table({"weight": COMMAS})),
        refused={
            "pheno.csv": "pheno.csv: every line must have as many entries as the first: "
            "line 2 (“m01”) has 3 entries, line 1 has 2; look for a decimal comma, or "
            "a comma inside a name"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "thousands": Case(
        pheno(table({"weight": [f"1,{k:03d}" for k in range(N)]}, separator=";")),
        notes=(
            "“weight”: the comma in “1,000” is read as decimal; if it sets "
            "thousands apart, say so with --decimal .",
        ),
        codes=("phenotype_sorted",),
    ),
    "no header": Case(
        pheno(table(header=False)),
        notes=(
            "the first line, “m01 16.51”, is taken for values: there is no "
            "header, and the columns are named by their place",
        ),
        same=True,
    ),
    "no ids": Case(
        pheno(lines([("weight",), *((y,) for y in Y)]).encode()),
        notes=("no column is taken for ids: say whose rows they are",),
        problem="individuals must have ids, because files are joined by id: there "
        "are none in pheno.csv; put them into the first column, or, if its "
        "rows are in the same order as those of kinship.csv, say so",
        codes=("ids_by_position",),
    ),
    "no ids, the same order": Case(
        pheno(lines([("weight",), *((y,) for y in Y)]).encode()),
        choices=Choices(same_order=True),
        notes=("no column is taken for ids: say whose rows they are",),
        same=True,
    ),
    "a byte order mark": Case(pheno(b"\xef\xbb\xbf" + PHENO), same=True),
    "CR LF": Case(pheno(PHENO.replace(b"\n", b"\r\n")), same=True),
    "CR": Case(pheno(PHENO.replace(b"\n", b"\r")), same=True),
    "UTF-16": Case(
        pheno(PHENO.decode().encode("utf-16")),
        notes=("the text is UTF-16, as “Unicode text” of a spreadsheet is",),
        same=True,
    ),
    "UTF-16 without its mark": Case(
        pheno(PHENO.decode().encode("utf-16-le")),
        notes=("the text is UTF-16, as “Unicode text” of a spreadsheet is",),
        same=True,
    ),
    "UTF-16 the other way round": Case(pheno(PHENO.decode().encode("utf-16-be")), same=True),
    "zero bytes": Case(
        pheno(PHENO.replace(b"m07", b"m\x0007")),
        refused={
            "pheno.csv": "pheno.csv cannot be read: the file must be text, not binary: line "
            "8 holds the byte 0x00; save it as “CSV UTF-8”"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "Windows-1252": Case(
        pheno(table({"größe": Y}).decode().encode("cp1252")),
        notes=(
            "the text is not UTF-8 and is read as Windows-1252: look whether "
            "line 1 is right, “id,größe”",
        ),
        same=True,
    ),
    "an emoji": Case(pheno(table({"🐭": Y})), same=True),
    "a line of sep=": Case(pheno(b"sep=,\n" + PHENO), same=True),
    "comments and blank lines": Case(
        pheno(b"# mice of 2006\n\n" + PHENO + b"\n\n"),
        notes=("left out as comments: 1 line with # in front, from line 1",),
        same=True,
    ),
    "a title above the header": Case(
        pheno(b"Weights of the mice,\n" + PHENO),
        notes=("left out above the table: “line 1: Weights of the mice,”",),
        same=True,
    ),
    "titles, units and notes": Case(
        pheno(
            b"Weights of the mice\n% Lab 3, spring\n\n"
            + PHENO.replace(b"\n", b"\n,(g)\n", 1)
            + b"* dead, at three weeks\n\nSource: our own\n"
        ),
        notes=(
            "left out above the table: “line 1: Weights of the mice”, “line 2: % Lab 3, spring”",
            "left out below the names, their units: “line 5: ,(g)”",
            "left out below the table: “line 66: * dead, at three weeks”, “line 68: "
            "Source: our own”",
        ),
        same=True,
    ),
    "two files, one below the other": Case(
        pheno(PHENO.replace(b"m31", b"id,weight\nm31")),
        notes=("left out where the names stand again: “line 32: id,weight”",),
        same=True,
    ),
    "the same individuals again, below the same names": Case(
        pheno(PHENO + table({"weight": [round(y + 1 + k % 5 / 4, 2) for k, y in enumerate(Y)]})),
        problem=bad_cell(61, "id", "weight"),
        codes=("phenotype_entries",),
    ),
    "around covariates of words": Case(
        covar(
            b"Sexes\n"
            + table({"sex": [("F", "M")[x] for x in SEX]}).replace(b"m31,", b"id, sex\nm31,")
            + b"\n* M is male, F female\n"
        ),
        notes=(
            "left out above the table: “line 1: Sexes”",
            "left out where the names stand again: “line 33: id, sex”",
            "left out below the table: “line 65: * M is male, F female”",
        ),
        same=True,
    ),
    "another header below": Case(
        pheno(PHENO.replace(b"m31", b"id,length\nm31")),
        problem="pheno.csv: every entry of a trait must be a number: row 31 (“id”), column "
        "“weight” holds “length”; correct it, or write NA if it is missing",
        codes=("phenotype_entries",),
    ),
    "a word below R’s header": Case(
        pheno(PHENO.replace(b"id,weight\nm01,16.51", b"weight\nm01,dead").replace(b",", b" ")),
        problem=bad_cell(1, "m01", "dead"),
        codes=("phenotype_entries",),
    ),
    "single quotes": Case(
        pheno(rewritten("'{}'", "{}")),
        notes=("entries stand between single quotes, which are left out",),
        same=True,
    ),
    "a spreadsheet’s apostrophe": Case(
        pheno(rewritten("'{}", "{}")),
        notes=("entries begin with a single quote, a spreadsheet’s mark of a text: left out",),
        same=True,
    ),
    "a spreadsheet’s texts": Case(pheno(rewritten('="{}"', "{}")), same=True),
    "a spreadsheet’s texts, quoted": Case(
        pheno(rewritten('"=""{}"""', "{}")),
        notes=("entries such as =“…”, texts of a spreadsheet, are read without their signs",),
        same=True,
    ),
    "Fortran’s exponents": Case(
        pheno(rewritten("{}", "{:.6E}").replace(b"E+", b"D+")),
        notes=("exponents such as D-03, as Fortran writes them, are read as E-03",),
        same=True,
    ),
    "compressed": Case(pheno(gzip.compress(PHENO, mtime=0), "pheno.csv.gz"), same=True),
    "compressed and cut off": Case(
        pheno(gzip.compress(PHENO, mtime=0)[:-20], "pheno.csv.gz"),
        refused={
            "pheno.csv.gz": "pheno.csv.gz: the gzip-compressed file is damaged or cut off: "
            "Compressed file ended before the end-of-stream marker was "
            "reached; fetch it again"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "an empty file": Case(
        pheno(b""),
        refused={
            "pheno.csv": "pheno.csv cannot be read: the file must hold text: it is empty; "
            "check that it was saved"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "white space alone": Case(
        pheno(b" \n\t\n"),
        refused={
            "pheno.csv": "pheno.csv cannot be read: the file must hold text: it is empty; "
            "check that it was saved"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a header alone": Case(
        pheno(b"id,weight\n"),
        refused={
            "pheno.csv": "pheno.csv: the file must hold rows: there are none below its "
            "header; check that all of it was saved"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "one row": Case(
        pheno(b"id,weight\nm01,20.5\n"),
        problem="at least 3 individuals must be in every file: 1 id is shared; "
        "kinship.csv has “m01”, “m02”, “m03” and 57 more; pheno.csv has "
        "“m01”; covar.csv has “m01”, “m02”, “m03” and 57 more; write the "
        "same ids in each file",
        codes=("phenotype_few",),
    ),
    "lines of different lengths": Case(
        pheno(PHENO.replace(b"m07", b"m07,9,9")),
        refused={
            "pheno.csv": "pheno.csv: every line must have as many entries as the first: "
            "line 8 (“m07”) has 4 entries, line 1 has 2; look for a decimal comma, or "
            "a comma inside a name"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a line cut off": Case(
        pheno(PHENO.replace(f"m07,{Y[6]}".encode(), b"m07")),
        refused={
            "pheno.csv": "pheno.csv: every line must have as many entries as the first: "
            "line 8 (“m07”) has 1 entry, line 1 has 2; look for a decimal comma, or "
            "a comma inside a name"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a line of 200,000 characters": Case(
        pheno(PHENO + b"m99," + b"9" * 200_000 + b"\n"),
        problem=bad_cell(61, "m99", "9" * 40),
        codes=("phenotype_entries",),
    ),
    "10,000 columns": Case(pheno(table({f"t{k}": Y for k in range(10_000)})), checked=False),
    "a spreadsheet": Case(
        pheno(zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"}), "pheno.xlsx"),
        refused={
            "pheno.xlsx": "pheno.xlsx: the workbook must be whole: it is damaged, or a sheet of it "
            "is too large to open; open it in a spreadsheet, and save the sheet as “CSV UTF-8”"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "an old spreadsheet": Case(
        pheno(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "pheno.xls"),
        refused={
            "pheno.xls": "pheno.xls: the workbook must be whole: it is damaged, or a sheet of it "
            "is too large to open; open it in a spreadsheet, and save the sheet as “CSV UTF-8”"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a PDF": Case(
        pheno(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pheno.pdf"),
        refused={"pheno.pdf": "pheno.pdf cannot be read: a PDF document; export the table as CSV"},
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a pickle": Case(
        pheno(b"\x80\x04\x95\x0b\x00\x00\x00]\x94(K\x01e.", "pheno.pkl"),
        refused={
            "pheno.pkl": "pheno.pkl cannot be read: a Python pickle, which may run any "
            "program; export it as CSV"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a web page": Case(
        pheno(b"<!DOCTYPE html>\n<html><body>404</body></html>\n"),
        refused={
            "pheno.csv": "pheno.csv cannot be read: a web page; fetch the file itself, by "
            "the page’s download link; if the page is the table, open it in a spreadsheet and "
            "save it as .xlsx"
        },
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "JSON": Case(
        pheno(b'{"id": ["m01"], "weight": [20.5]}\n', "pheno.json"),
        refused={"pheno.json": "pheno.json cannot be read: JSON, not a table; export it as CSV"},
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
    "a picture": Case(
        pheno(b"\x89PNG\r\n\x1a\n" + bytes(64), "pheno.png"),
        refused={"pheno.png": "pheno.png cannot be read: a picture; look for the file of numbers"},
        lacks=("phenotypes", "kinship.csv", "covar.csv"),
        codes=None,
    ),
}
