"""Tables as R, pandas, spreadsheets and people write them."""

from dataclasses import replace

from tests.dialects.common import (
    ID_KINDS,
    ID_NAMES,
    MARGINS,
    covariates,
    kinship,
    lacking,
    phenotypes,
    put_table,
    quoting,
    without_ids,
)
from tests.dialects.draft import Draft
from tests.dialects.text import Style

_PHENO = ("pheno.csv", "phenotypes.txt", "traits.csv")
_COVAR = ("covar.csv", "covariates.txt", "covar_R.csv")
_KINSHIP = ("kinship.csv", "K.txt", "kinship_matrix.csv", "grm.txt")
_COVARIATES = {"": 0.45, "a file": 0.37, "columns": 0.10, "many": 0.08}


def r(d: Draft) -> None:
    """R: write.csv, write.csv2 and write.table, with and without row names and quotes."""
    d.people(ID_KINDS, positions=0.08)
    call = d.pick(
        "call",
        {"write.csv": 0.42, "write.csv2": 0.12, "write.table": 0.22, "write.table, tabs": 0.24},
    )
    sep = {"write.csv": ",", "write.csv2": ";", "write.table": " "}.get(call, "\t")
    style = Style(sep=sep, decimal="," if call == "write.csv2" else ".", quote="words")
    if d.chance(0.3, "quote=FALSE"):
        style = replace(style, quote="never")
    odds = {"id": 0.3, "numbers": 0.32, "row names": 0.25, "id headerless": 0.07, "middle": 0.06}
    if call.startswith("write.table"):
        odds |= {"short": 0.25, "short numbers": 0.25, "numbers": 0.05, "row names": 0.05}
    margins = {**MARGINS, "mangled": 0.08}
    if call.startswith("write.table"):
        margins["short"] = 0.3
    _put(d, style, odds, margins, ("id", "id", *ID_NAMES))


def pandas(d: Draft) -> None:
    """pandas: to_csv with and without the index, missing values as nothing."""
    d.people(ID_KINDS, positions=0.08)
    style = Style(
        sep=d.choose((",", ",", ",", "\t")),
        missing=d.pick(
            "missing code", {"": 0.6, "NA": 0.15, "NaN": 0.15, "<NA>": 0.05, "nan": 0.1}
        ),
        point_zero=bool(d.rng.random() < 0.7),
    )
    if d.chance(0.04, "decimal comma between commas"):
        style = replace(style, sep=",", decimal=",")
    odds = {"id": 0.4, "zero numbers": 0.33, "row names": 0.17, "id headerless": 0.05}
    _put(d, style, {**odds, "middle": 0.05}, MARGINS, ID_NAMES, form=".18e")


LANGUAGES = {
    "English": (",", ".", ",", "#N/A"),
    "German": (";", ",", ".", "#NV"),
    "French": (";", ",", "\u202f", "#N/A"),
    "Italian": (";", ",", ".", "#N/D"),
    "Swedish": (";", ",", "\xa0", "#SAKNAS!"),
}
"""What separates a list, decimals and thousands, and what stands for what is not there."""


def excel(language: str, d: Draft) -> None:
    """A spreadsheet saved as CSV or as Unicode text, in a country of its own marks."""
    d.people(ID_KINDS, positions=0.04)
    sep, decimal, thousands, absent = LANGUAGES[language]
    saved = d.pick(
        "saved as", {"CSV": 0.35, "CSV UTF-8": 0.35, "Unicode text": 0.2, "with sep=": 0.1}
    )
    encoding = {"CSV": "cp1252", "CSV UTF-8": "utf-8-sig", "Unicode text": "utf-16"}.get(saved)
    style = Style(
        sep="\t" if saved == "Unicode text" else sep,
        decimal=decimal,
        missing=d.pick("missing code", {"": 0.6, "NA": 0.2, absent: 0.2}),
        end="\r\n",
        encoding=encoding or "utf-8-sig",
    )
    if d.chance(0.4, "thousands set apart"):
        style = replace(style, thousands=thousands)
        if encoding == "cp1252" and thousands == "\u202f":
            style = replace(style, thousands="\xa0")
    _put(d, style, {"id": 0.9, "middle": 0.1}, MARGINS, ID_NAMES, large=0.6)


def by_hand(d: Draft) -> None:
    """An editor or a program of one's own."""
    d.people(ID_KINDS, positions=0.08)
    sep = d.pick("separator", {",": 0.3, "\t": 0.3, " ": 0.2, ";": 0.2})
    codes = {"NA": 0.2, ".": 0.15, "-": 0.1, "N/A": 0.1, "NULL": 0.1, "#N/A": 0.05, "None": 0.05}
    style = Style(
        sep=sep,
        missing=d.pick("missing code", {**codes, "-9": 0.06, "-999": 0.04, "?": 0.04, "x": 0.03}),
        end=d.choose(("\n", "\n", "\r\n", "\r")),
        encoding=d.choose(("utf-8", "utf-8", "utf-8-sig")),
    )
    if sep == ";" and d.chance(0.5, "decimal comma"):
        style = replace(style, decimal=",")
    odds = {"id": 0.5, "middle": 0.15, "id headerless": 0.2, "families": 0.15}
    _put(d, style, odds, MARGINS, ID_NAMES)


def _put(
    d: Draft,
    style: Style,
    odds: dict[str, float],
    margins: dict[str, float],
    names: tuple[str, ...],
    form: str = "",
    large: float = 0.25,
) -> None:
    """Phenotypes, covariates and kinship as files of one style."""
    lacks = lacking(d)
    left = without_ids(d, lacks, d.pick("table", odds))
    headed = not left.endswith("headerless")
    repeats = 0.09 if left in ("id", "numbers", "zero numbers", "middle") else 0.0
    phenotypes(d, repeats, headed, large)
    ways = dict(_COVARIATES)
    if not headed:
        del ways["columns"]
    sheet = covariates(d, ways)
    style = quoting(d, style, left, d.pheno, sheet)
    if style.sep == " " and not style.missing:
        style = replace(style, missing="NA")
    _doubt(d, style)
    name = "FID IID" if left == "families" else d.choose(names)
    put_table(d, "phenotypes", d.pheno, style, left, name, _PHENO)
    if sheet is not None:
        put_table(d, "covariates", sheet, style, left, name, _COVAR)
    if form and d.chance(0.4, "numpy.savetxt"):
        style = replace(style, form=form)
    if style.encoding != "utf-8" and d.chance(0.25, "a kinship of another make"):
        style = Style()
    kinship(d, style, _KINSHIP, margins)


def _doubt(d: Draft, style: Style) -> None:
    """What a person would ask about the numbers as they are written."""
    large = [
        value
        for sheet in filter(None, (d.pheno, d.covar))
        for column in sheet.columns.values()
        for value in column
        if isinstance(value, float) and abs(value) >= 1000
    ]
    if style.thousands in (",", ".") and large and all(v == int(v) for v in large):
        d.mark("thousands without decimals", "either")
    elif style.thousands and large:
        d.mark("thousands")
    if style.missing in ("-9", "-999", "?", "x") and "missing values" in d.features:
        d.mark("a code of one's own", "either")
