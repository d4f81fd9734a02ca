"""Tables whose header says what each column is: .sample, .psam, TASSEL's."""

from tests.dialects.draft import Cell, Draft, Sheet
from tests.dialects.text import Style, matrix, table

DECLARED = {".sample": 50, ".psam": 50, "TASSEL": 40}
"""How many cases there are of each."""


def declared(form: str, d: Draft) -> None:
    """One of `DECLARED`, with covariates in it, and the kinship in plain CSV."""
    d.people({"words": 0.5, "integers": 0.15, "permuted": 0.15, "padded": 0.2})
    d.other_labels, d.expect, d.positions = d.labels, "fit", False
    d.features = [f for f in d.features if "spelled" not in f and "no ids" not in f]
    d.arguments = [a for a in d.arguments if a != "--same-order"]
    d.measure(["small", "other"][: 1 + d.chance(0.5)])
    d.pheno.columns = {_word(name): column for name, column in d.pheno.columns.items()}
    d.trait = next(iter(d.pheno.columns))
    d.arguments += ["--trait", d.trait]
    d.relate(d.pick("kinship", {"pedigree": 0.5, "realised": 0.5}))
    {".sample": _sample, ".psam": _psam, "TASSEL": _tassel}[form](d)
    d.give("kinship", "kinship.csv", matrix(d.K, d.ids(d.relatives), Style()))


def _word(name: str) -> str:
    return name.replace(" ", "_").replace("(", "").replace(")", "")


def _sample(d: Draft) -> None:
    """Oxford's: all covariates that it declares are in the model."""
    rows = d.pheno.rows
    style = Style(sep=" ")
    head = ["ID_1", "ID_2", "missing"]
    kinds = ["0", "0", "0"]
    beside: dict[str, list[Cell]] = {}
    if d.chance(0.5, "a covariate"):
        beside["age"] = d.covariate("age", rows)
        kinds.append("C")
    if d.chance(0.4, "a category"):
        levels = d.covariate("batch", rows)
        if d.chance(0.5, "categories as numbers"):
            order = sorted({*levels}, key=str)
            levels = [str(1 + order.index(level)) for level in levels]
        beside["batch"] = levels
        kinds.append("D")
    d.covar = Sheet(rows, beside) if beside else None
    lines: list[list[Cell]] = [[*head, *beside, *d.pheno.columns]]
    lines.append([*kinds, *["P"] * len(d.pheno.columns)])
    same = d.chance(0.6, "ID_1 as ID_2")
    for k, who in enumerate(rows):
        label = d.labels[who]
        cells: list[Cell] = [label if same else d.family_labels[who], label, "0"]
        columns = [*beside.values(), *d.pheno.columns.values()]
        lines.append([*cells, *(column[k] for column in columns)])
    d.give("phenotypes", "study.sample", style.lines(lines))


def _psam(d: Draft) -> None:
    """PLINK 2's: sex is a covariate if it is asked for."""
    rows = d.pheno.rows
    families = d.chance(0.5, "FID")
    parents = d.chance(0.3, "parents")
    head = ["#FID", "IID"] if families else ["#IID"]
    head += ["PAT", "MAT"] * parents
    sexes = d.covariate("sex", rows)
    order = sorted({*sexes}, key=str)
    codes = d.choose(("12", "MF"))
    style = Style(sep="\t", missing=d.choose(("NA", "-9", "nan")))
    lines: list[list[Cell]] = [[*head, "SEX", *d.pheno.columns]]
    for k, who in enumerate(rows):
        cells: list[Cell] = [*[d.family_labels[who]] * families, d.labels[who]]
        cells += ["0", "0"] * parents
        cells.append(codes[order.index(sexes[k])])
        lines.append([*cells, *(column[k] for column in d.pheno.columns.values())])
    if d.chance(0.5, "sex is used"):
        d.covar = Sheet(rows, {"sex": sexes})
        d.arguments += ["--use", "sex"]
    d.give("phenotypes", "study.psam", style.lines(lines))


def _tassel(d: Draft) -> None:
    """TASSEL 5 below <Phenotype>, TASSEL 3 below <Trait>, each with covariates apart."""
    rows, ids = d.pheno.rows, d.ids(d.pheno.rows)
    fifth = d.chance(0.6, "<Phenotype>")
    style = Style(sep="\t", missing="NaN" if fifth else "-999")
    beside: dict[str, list[Cell]] = {}
    kinds = []
    if fifth and d.chance(0.4, "a covariate"):
        beside["age"] = d.covariate("age", rows)
        kinds.append("covariate")
    if fifth and d.chance(0.4, "a factor"):
        beside["batch"] = d.covariate("batch", rows)
        kinds.append("factor")
    d.covar = Sheet(rows, beside) if beside else None
    kinds = ["taxa", *kinds, *["data"] * len(d.pheno.columns)]
    above = ["<Phenotype>", "\t".join(kinds)] if fifth else []
    sheet = Sheet(rows, {**beside, **d.pheno.columns})
    name = "Taxa" if fifth else "<Trait>"
    d.give("phenotypes", "traits.txt", table(sheet, ids, style, name=name, above=above))
