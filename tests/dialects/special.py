"""Files of which nobody should make a number, or none without a question."""

import numpy as np

from tests.dialects.draft import Draft, Sheet
from tests.dialects.text import Style, matrix, table

WAYS = (
    "an inverse relationship",
    "an upper triangle",
    "bars between the entries",
    "two files of covariates",
    "two files of phenotypes",
    # What is above may be read or asked about; of what is below nothing can be made.
    "a kinship without a column",
    "a kinship with a word in it",
    "a trait of words",
    "covariates of other individuals",
    "covariates that are an image",
    "phenotypes that are empty",
    "a column that is not there",
)


def special(way: str, d: Draft) -> None:
    """An odd or broken set of files, one of `WAYS`, all else in plain CSV."""
    d.people({"words": 0.7, "integers": 0.3})
    d.other_labels, d.expect = d.labels, "fit"
    d.features = [f for f in d.features if "spelled" not in f]
    d.expect = "either" if way in WAYS[:5] else "stop"
    d.measure(["small"])
    d.relate("pedigree" if way == "an inverse relationship" else "realised")
    style = Style(sep="|" if way == "bars between the entries" else ",")
    sheet = d.pheno
    if way == "a trait of words":
        sheet = Sheet(sheet.rows, {**sheet.columns, "coat": ["tan", "roan"] * len(sheet.rows)})
        d.arguments += ["--trait", "coat"]
    if way == "a column that is not there":
        d.arguments += [d.choose(("--trait", "--use")), "wieght"]
    content = table(sheet, d.ids(sheet.rows), style)
    if way == "phenotypes that are empty":
        content = content.partition(b"\n")[0] + b"\n"
    d.give("phenotypes", "pheno.csv", content)
    if way == "two files of phenotypes":
        d.give("phenotypes", "pheno2.csv", table(sheet, d.ids(sheet.rows), style))
    _covariates(d, way)
    d.give("kinship", "kinship.csv", _kinship(d, way))


def _covariates(d: Draft, way: str) -> None:
    if "covariates" not in way:
        return
    rows = d.rows()
    if way == "covariates that are an image":
        d.give("covariates", "covar.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
        return
    ids = d.ids(rows)
    if way == "covariates of other individuals":
        ids = [f"other{k}" for k in rows]
    names = ["sex", "age"] if way == "two files of covariates" else ["age"]
    d.covar = Sheet(rows, {name: d.covariate(name, rows) for name in names})
    for place, (name, column) in enumerate(d.covar.columns.items()):
        content = table(Sheet(rows, {name: column}), ids, Style())
        d.give("covariates", f"covar{place or ''}.csv", content)


def _kinship(d: Draft, way: str) -> bytes:
    ids, style = d.ids(d.relatives), Style()
    if way == "an inverse relationship":
        # Of full sibs: whole and half numbers, rounded as programs write them.
        return matrix(np.round(np.linalg.inv(d.K), 12) + 0.0, ids, style)
    if way == "an upper triangle":
        rows = [[ids[i], *[""] * i, *d.K[i, i:].tolist()] for i in range(len(ids))]
        return style.lines([["id", *ids], *rows])
    if way == "a kinship without a column":
        return matrix(d.K[:, :-1], [*ids], style)
    content = matrix(d.K, ids, style)
    if way == "a kinship with a word in it":
        lines = content.split(b"\n")
        lines[4] = lines[4].rpartition(b",")[0] + b",close"
        content = b"\n".join(lines)
    return content
