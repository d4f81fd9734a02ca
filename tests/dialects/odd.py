"""Tables that are no plain ones: on their side, with units, with limits, a trait a file."""

from tests.dialects.draft import Draft, Sheet
from tests.dialects.text import Style, matrix, table

ODD = {
    "a table on its side": 40,
    "units in the entries": 40,
    "a limit among the values": 20,
    "a trait a file": 30,
}
"""How many cases there are of each."""
SIGNS = {
    "words around the table": 48,
    "signs around the entries": 48,
    "codes for missing": 40,
}
"""Likewise, of what is left out of a text and of what is asked about."""


def odd(way: str, d: Draft) -> None:
    """One of `ODD` or `SIGNS`, the kinship in plain CSV."""
    d.people({"words": 0.6, "permuted": 0.2, "padded": 0.2})
    d.other_labels, d.expect, d.positions = d.labels, "fit", False
    d.features = [f for f in d.features if "spelled" not in f and "no ids" not in f]
    d.arguments = [a for a in d.arguments if a != "--same-order"]
    d.measure(["small", "other"] if way == "a trait a file" else ["small"])
    d.relate("realised")
    ids = d.ids(d.pheno.rows)
    written: list[bytes] = []
    if way == "a table on its side":
        rows = [["trait", *ids], *([name, *column] for name, column in d.pheno.columns.items())]
        written = [Style(sep=d.choose((",", "\t"))).lines(rows)]
    elif way == "units in the entries":
        unit = d.choose((" g", "cm", " %", " mg/l"))
        d.pheno.columns[d.trait] = list(d.pheno.columns[d.trait])
        cells = [
            None if c is None else f"{Style().number(c)}{unit}" for c in d.pheno.columns[d.trait]
        ]
        shown = Sheet(d.pheno.rows, {d.trait: cells})
        written = [table(shown, ids, Style())]
    elif way == "a limit among the values":
        d.expect = "stop"
        cells = list(d.pheno.columns[d.trait])
        cells[int(d.rng.integers(len(cells)))] = d.choose(("<0.05", "> 30", "≥12"))
        written = [table(Sheet(d.pheno.rows, {d.trait: cells}), ids, Style())]
    elif way == "words around the table":
        written = [_with_words(d, table(d.pheno, ids, Style(sep=d.choose((",", "\t", ";")))))]
    elif way == "signs around the entries":
        written = [_with_signs(d, table(d.pheno, ids, Style()))]
    elif way == "codes for missing":
        d.expect = "stop"
        cells = list(d.pheno.columns[d.trait])
        code = d.choose(("-9", "-99", "-999", "9999", "99999"))
        for k in d.rng.permutation(len(cells))[:3]:
            cells[int(k)] = code
        written = [table(Sheet(d.pheno.rows, {d.trait: cells}), ids, Style())]
    else:
        d.arguments += ["--trait", d.trait]
        for name, column in d.pheno.columns.items():
            written.append(table(Sheet(d.pheno.rows, {name: column}), ids, Style()))
    for place, content in enumerate(written):
        d.give("phenotypes", f"pheno{place or ''}.txt", content)
    if len(written) > 1:
        _by_option(d)
    d.give("kinship", "kinship.csv", matrix(d.K, d.ids(d.relatives), Style()))


def _with_words(d: Draft, content: bytes) -> bytes:
    """Titles, units and notes, and the names again, around a table or within."""
    head, *rows = content.decode().splitlines()
    sep = next(sign for sign in "\t;," if sign in head)
    above, below = [], []
    if d.chance(0.5, "a title"):
        above = ["Weights of all of them in the spring", *[""] * d.choose((0, 1))]
        above[0] += sep * head.count(sep) * d.choose((0, 1))
    if d.chance(0.5, "units"):
        rows.insert(0, sep.join(["", *["(g)"] * head.count(sep)]))
    if d.chance(0.5, "the names again"):
        rows.insert(len(rows) // 2, head)
    if d.chance(0.5, "a note") or not above:
        below = [*d.choose(([""], [])), "* of whom nothing else is known to us"]
    return "\n".join([*above, head, *rows, *below, ""]).encode()


def _with_signs(d: Draft, content: bytes) -> bytes:
    """Ids between single quotes or as a spreadsheet's texts, exponents of Fortran, bare UTF-16."""
    head, *rows = content.decode().splitlines()
    form = d.choose(("'{}'", "'{}", '="{}"', '"=""{}"""', "{}"))
    cells = [row.split(",") for row in rows]
    if form == "{}":
        cells = [[row[0], *map(_fortran, row[1:])] for row in cells]
    text = "\n".join([head, *(",".join([form.format(row[0]), *row[1:]]) for row in cells), ""])
    return text.encode(d.choose(("utf-8", "utf-16-le", "utf-16-be")))


def _fortran(entry: str) -> str:
    try:
        return f"{float(entry):.16E}".replace("E", "D")
    except ValueError:
        return entry


def _by_option(d: Draft) -> None:
    """Files of one role are named by its option: bare, they would be a question."""
    d.arguments += ["--pheno", *(name for _, name in d.named)]
    d.named.clear()
