"""Workbooks, and tables that are no plain ones: on their side, with units, of other programs."""

from collections.abc import Sequence

from tests.dialects.draft import Cell, Draft, Sheet
from tests.dialects.text import Style, matrix, table
from tests.workbooks import xlsx

ODD = {
    "a workbook": 24,
    "a table on its side": 8,
    "units in the entries": 8,
    "a limit among the values": 8,
    "TASSEL": 8,
    "a trait a file": 8,
}
"""How many cases there are of each."""


def odd(way: str, d: Draft) -> None:
    """One of `ODD`, the kinship in plain CSV but for the workbook."""
    d.people({"words": 0.6, "permuted": 0.2, "padded": 0.2})
    d.other_labels, d.expect, d.positions = d.labels, "fit", False
    d.features = [f for f in d.features if "spelled" not in f and "no ids" not in f]
    d.arguments = [a for a in d.arguments if a != "--same-order"]
    d.measure(["small", "other"] if way == "a trait a file" else ["small"])
    d.relate("realised")
    ids = d.ids(d.pheno.rows)
    if way == "a workbook":
        _workbook(d, ids)
        return
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
    elif way == "TASSEL":
        head = "<Trait>" if d.chance(0.5) else "Taxa"
        style = Style(sep="\t", missing="-999" if head == "<Trait>" else "NaN")
        above = ["<Phenotype>", "taxa\t" + "\t".join(["data"] * len(d.pheno.columns))]
        written = [table(d.pheno, ids, style, name=head, above=above * (head == "Taxa"))]
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


def _workbook(d: Draft, ids: Sequence[str]) -> None:
    names = list(d.pheno.columns)
    columns = [list(column) for column in d.pheno.columns.values()]
    if d.chance(0.3, "numbers as text"):
        columns = [[_text(c) if k % 3 == 0 else c for k, c in enumerate(col)] for col in columns]
    rows: list[list[Cell]] = [["id", *names]]
    numbers = d.kind == "permuted"
    for label, *cells in zip(ids, *columns, strict=True):
        rows.append([float(label) if numbers else label, *cells])
    if d.chance(0.3, "a title above the names"):
        rows = [["Experiment 12"], [], *rows]
    if d.chance(0.3, "a note below"):
        rows = [*rows, [], ["* measured by two people"]]
    d.give("phenotypes", "pheno.xlsx", xlsx(rows))
    labels = d.ids(d.relatives)
    if d.chance(0.5, "the kinship too"):
        square: list[list[Cell]] = [["", *labels]]
        square += [[label, *row] for label, row in zip(labels, d.K.tolist(), strict=True)]
        d.give("kinship", "kinship.xlsx", xlsx(square))
    else:
        d.give("kinship", "kinship.csv", matrix(d.K, labels, Style()))


def _text(cell: Cell) -> Cell:
    return cell if cell is None or isinstance(cell, str) else Style().number(cell)
