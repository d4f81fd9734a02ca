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


def odd(way: str, d: Draft) -> None:
    """One of `ODD`, the kinship in plain CSV."""
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
    else:
        d.arguments += ["--trait", d.trait]
        for name, column in d.pheno.columns.items():
            written.append(table(Sheet(d.pheno.rows, {name: column}), ids, Style()))
    for place, content in enumerate(written):
        d.give("phenotypes", f"pheno{place or ''}.txt", content)
    if len(written) > 1:
        _by_option(d)
    d.give("kinship", "kinship.csv", matrix(d.K, d.ids(d.relatives), Style()))


def _by_option(d: Draft) -> None:
    """Files of one role are named by its option: bare, they would be a question."""
    d.arguments += ["--pheno", *(name for _, name in d.named)]
    d.named.clear()
