"""What the tables of one person hold, whichever program writes them; and usual mistakes in them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tests.dialects.case import compressed
from tests.dialects.draft import Cell, Draft, Sheet
from tests.dialects.text import Style, matrix, table

ID_KINDS = {
    "words": 0.40,
    "integers": 0.11,
    "permuted": 0.09,
    "padded": 0.07,
    "counting": 0.06,
    "exponents": 0.06,
    "scientific": 0.03,
    "dates": 0.03,
    "spaces": 0.04,
    "signs": 0.03,
    "accents": 0.03,
    "cases": 0.02,
    "hashes": 0.03,
}
ID_NAMES = ("id", "id", "ID", "IID", "mouse", "sample", "line", "animal_id", "ecotype", "ear tag")
ID_NAMES += ("who", "Tier", "FID", "taxa")
MARGINS = {
    "both": 0.50,
    "short": 0.08,
    "rows": 0.10,
    "header": 0.08,
    "lower": 0.07,
    "pairs": 0.05,
    "pairs bare": 0.04,
    "relatives": 0.04,
    "families": 0.04,
}
_SETS = (("sex",), ("age",), ("sex", "age"), ("batch", "dose"), ("age", "dose"), ("sex", "batch"))
_REMARKS = ("ok", "ok", "seen, twice", "late", "-", "ear tag lost")


def phenotypes(d: Draft, repeats: float = 0.0, header: bool = True, large: float = 0.25) -> None:
    """One to three traits, columns beside them, and which is fitted."""
    main = d.pick("trait", {"small": 0.5, "signed": 0.25, "large": large})
    further = ["other", "third"][: int(d.rng.choice(3, p=[0.5, 0.3, 0.2]))]
    kinds = [main, *further]
    if header and d.chance(0.3):
        kinds = kinds[::-1]
    d.measure(kinds, repeats=repeats)
    names = list(d.pheno.columns)
    d.trait = names[kinds.index(main)]
    if header and d.chance(0.12, "a column of remarks"):
        d.pheno.columns["remark"] = [d.choose(_REMARKS) for _ in d.pheno.rows]
    cages = header and d.chance(0.08, "a column of cages before the trait")
    if cages:
        cage: list[Cell] = [float(d.study.family[who] // 2 + 1) for who in d.pheno.rows]
        d.pheno.columns = {"cage": cage, **d.pheno.columns}
    if header and (cages or len(names) > 1 or d.chance(0.4)):
        d.arguments += ["--trait", d.trait]
        if d.chance(0.025, "a bad cell in the trait", "stop"):
            _spoil(d, d.trait)
        elif len(names) > 1 and d.chance(0.05, "a bad cell in another trait"):
            _spoil(d, next(name for name in names if name != d.trait))


def covariates(d: Draft, odds: Mapping[str, float], words: bool = True) -> Sheet | None:
    """A table of covariates, or columns of the phenotypes that are used as such, or neither."""
    way = d.pick("covariates", odds)
    if not way:
        return None
    names = list(d.choose_set([s for s in _SETS if words or not {"sex", "batch"} & {*s}]))
    if way == "many":
        names = [f"score{k}" for k in range(1, min(12, d.study.n // 3) + 1)]
    if {"sex", "batch"} & {*names}:
        d.mark("covariates of words")
    if way == "columns":
        for name in names:
            d.pheno.columns[name] = d.covariate(name, d.pheno.rows)
        d.used = names
        d.arguments += ["--use", *names]
        return None
    rows = d.rows()
    sheet = Sheet(rows, {name: d.covariate(name, rows) for name in names})
    if d.chance(0.15, "missing covariates"):
        d.blank(sheet, names[0])
    d.covar = sheet
    return sheet


def broken(d: Draft, content: bytes, sheet: Sheet, style: Style) -> bytes:
    """The file of covariates now and then with what nobody should read."""
    end, mark = style.end.encode(), style.sep.encode()
    lines = content.split(end)
    if style.encoding not in ("utf-16", "utf-8-sig") and len(sheet.columns) > 1:
        if d.chance(0.04, "a line of the covariates cut off", "stop"):
            lines[5] = lines[5].rpartition(mark)[0]
        elif d.chance(0.04, "an id twice among the covariates", "stop"):
            lines.insert(-1, lines[5])
    return end.join(lines)


def kinship(
    d: Draft,
    style: Style,
    names: Sequence[str],
    margins: Mapping[str, float] = MARGINS,
) -> None:
    """A file of kinship, with ids unless they are what the case is about."""
    kind = d.pick("kinship", {"pedigree": 0.5, "realised": 0.5})
    d.relate(kind)
    ids = d.ids(d.relatives)
    if d.positions and "no ids in the kinship" in d.features:
        way = d.pick("matrix", {"none": 0.5, "generic": 0.3, "lower bare": 0.2})
        # Where ids do count the rows, places are ids as well.
        if way == "generic" and d.kind == "counting":
            d.features.remove("matrix: generic")
            way = d.pick("matrix", {"none": 1})
    else:
        odds = dict(margins)
        if kind != "pedigree":
            odds.pop("relatives", None)
        if d.kind in ("counting", "permuted"):
            odds.pop("mangled", None)
        way = d.pick("matrix", odds)
    if d.kind == "hashes":
        d.mark("ids with #", "either")
    content = matrix(d.K, ids, style, way, families=d.families(d.relatives))
    name, content = compressed(d, content, d.choose(names))
    d.give("kinship", name, content)


def lacking(d: Draft) -> str:
    """Which file has no ids, if one has none; written down."""
    if not d.positions:
        return ""
    odds = {"the kinship": 0.6, "the phenotypes": 0.25, "every file": 0.15}
    way = d.pick("without ids", odds)
    if way != "the phenotypes":
        d.mark("no ids in the kinship")
    return way


def without_ids(d: Draft, way: str, left: str) -> str:
    """Where the ids of a table stand, given which file has none."""
    if way not in ("the phenotypes", "every file"):
        return left
    odds = {"none": 0.6, "bare numbers": 0.4}
    if d.kind in ("counting", "permuted"):
        odds.pop("bare numbers")
    return d.pick("table", odds)


def put_table(
    d: Draft, role: str, sheet: Sheet, style: Style, left: str, name: str, names: Sequence[str]
) -> None:
    """A table of phenotypes or covariates as a file."""
    pheno = role == "phenotypes"
    ids = d.other_ids(sheet.rows) if pheno else d.ids(sheet.rows)
    above = []
    if style.sep != " " and not left.endswith("headerless") and style.encoding == "utf-8":
        if d.chance(0.02, "lines of comments"):
            above = ["# measured in spring", "# by two people"]
        elif pheno and d.chance(0.015, "a title above the names", "either"):
            above = ["Experiment 12"]
    content = table(sheet, ids, style, left, name, d.families(sheet.rows), above)
    if not pheno:
        content = broken(d, content, sheet, style)
    if style.encoding == "utf-8" and d.chance(0.03, "blank lines"):
        content += style.end.encode() * 2
    label, content = compressed(d, content, d.choose(names))
    d.give(role, label, content)


def quoting(d: Draft, style: Style, left: str, *sheets: Sheet | None) -> Style:
    """The style with quotes where a name or an entry would be cut otherwise."""
    words = [*d.labels]
    for sheet in filter(None, sheets):
        words += sheet.columns
        words += [cell for column in sheet.columns.values() for cell in column if cell is not None]
    if style.quote == "never" and any(style.sep in str(word) for word in words):
        return replace(style, quote="words")
    return style


def _spoil(d: Draft, name: str) -> None:
    row = int(d.rng.integers(len(d.pheno.rows)))
    d.pheno.columns[name][row] = d.choose(("21.37*", "18..2", "dead?", "3,1,4", "ca. 20"))
