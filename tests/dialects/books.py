"""Workbooks of every kind, one table a sheet, with what people put around it."""

from collections.abc import Callable, Sequence

from tests.books import ods, xls, xlsb
from tests.dialects.draft import Cell, Draft
from tests.dialects.text import Style, matrix
from tests.workbooks import xlsx

_WRITE: dict[str, Callable[[list[list[Cell]]], bytes]] = {
    "xlsx": xlsx,
    "xls": xls,
    "xlsb": xlsb,
    "ods": ods,
}
BOOKS = {"xlsx": 90, "xls": 40, "xlsb": 40, "ods": 40}
"""How many cases there are of each."""


def workbook(kind: str, d: Draft) -> None:
    """One of `BOOKS`."""
    d.people({"words": 0.5, "permuted": 0.15, "padded": 0.15, "integers": 0.1, "accents": 0.1})
    d.other_labels, d.expect, d.positions = d.labels, "fit", False
    d.features = [f for f in d.features if "spelled" not in f and "no ids" not in f]
    d.arguments = [a for a in d.arguments if a != "--same-order"]
    d.measure(["small", "other"][: 1 + d.chance(0.4)])
    d.arguments += ["--trait", d.trait]
    d.relate(d.pick("kinship", {"pedigree": 0.5, "realised": 0.5}))
    rows = d.pheno.rows
    if d.chance(0.3, "a covariate beside"):
        d.pheno.columns["dose"] = d.covariate("dose", rows)
        d.used = ["dose"]
        d.arguments += ["--use", "dose"]
    d.give("phenotypes", f"pheno.{kind}", _WRITE[kind](_sheet(d)))
    labels = d.ids(d.relatives)
    if d.chance(0.3, "the kinship too"):
        square: list[list[Cell]] = [["", *labels]]
        square += [[label, *row] for label, row in zip(labels, d.K.tolist(), strict=True)]
        d.give("kinship", f"kinship.{kind}", _WRITE[kind](square))
    else:
        d.give("kinship", "kinship.csv", matrix(d.K, labels, Style()))


def _sheet(d: Draft) -> list[list[Cell]]:
    names, ids = list(d.pheno.columns), d.ids(d.pheno.rows)
    columns = [list(column) for column in d.pheno.columns.values()]
    if d.chance(0.2, "numbers as text"):
        columns = [[_text(c) if k % 3 == 0 else c for k, c in enumerate(col)] for col in columns]
    if d.chance(0.15, "missing as words"):
        columns = [["NA" if c is None else c for c in column] for column in columns]
    numbers = d.kind in ("permuted", "integers") and d.chance(0.6, "ids as numbers")
    head: list[Cell] = [d.choose(("id", "mouse", "ID")), *names]
    rows = [head, *_body(ids, columns, numbers)]
    if d.chance(0.2, "a title above the names"):
        rows = [["Experiment 12"], [], *rows]
    if d.chance(0.2, "a note below"):
        rows = [*rows, [], ["* measured by two people"]]
    if d.chance(0.15, "a note beside"):
        rows[3] = [*rows[3], None, "see the notebook"]
    if d.chance(0.15, "an empty row"):
        rows.insert(len(rows) // 2, [])
    if d.chance(0.15, "a mean below"):
        means: list[Cell] = [sum(c for c in col if isinstance(c, float)) / 9 for col in columns]
        rows.append(["Mean", *means])
    if d.chance(0.15, "an empty column on the left"):
        rows = [[None, *row] if row else row for row in rows]
    if d.chance(0.06, "a remark in a cell of the trait", "stop"):
        place = next(k for k, row in enumerate(rows) if ids[4] in map(_name, row))
        rows[place][[_name(c) for c in rows[place]].index(ids[4]) + 1] = "died"
    return rows


def _body(ids: Sequence[str], columns: list[list[Cell]], numbers: bool) -> list[list[Cell]]:
    return [
        [float(label) if numbers else label, *cells]
        for label, *cells in zip(ids, *columns, strict=True)
    ]


def _name(cell: Cell) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _text(cell: Cell) -> Cell:
    return cell if cell is None or isinstance(cell, str) else Style().number(cell)
