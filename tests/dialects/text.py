"""Tables and matrices as text: separators, marks, quotes, and where the ids stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.dialects.draft import Cell, Sheet


@dataclass(frozen=True)
class Style:
    """How cells become text.

    Attributes:
        quote: "never", "words" (as R does), "all", or "needed".
        form: of numbers, such as ".18e"; the shortest by default.
        point_zero: whether whole numbers have a .0, as those of a column of floats in pandas.
    """

    sep: str = ","
    decimal: str = "."
    thousands: str = ""
    missing: str = "NA"
    quote: str = "needed"
    form: str = ""
    point_zero: bool = False
    end: str = "\n"
    encoding: str = "utf-8"

    def number(self, value: float) -> str:
        text = format(value, self.form) if self.form else repr(float(value))
        if not self.form and not self.point_zero:
            text = text.removesuffix(".0")
        whole, dot, rest = text.partition(".")
        if self.thousands and abs(value) >= 1000:
            whole = f"{int(whole):,}".replace(",", self.thousands)
        return whole + (self.decimal if dot else "") + rest

    def cell(self, cell: Cell) -> str:
        if cell is None:
            return self.missing
        if isinstance(cell, str):
            return self._quoted(cell, self.quote in ("words", "all"))
        return self._quoted(self.number(cell), self.quote == "all")

    def _quoted(self, text: str, asked: bool) -> str:
        needed = self.quote != "never" and (self.sep in text or '"' in text)
        return '"' + text.replace('"', '""') + '"' if asked or needed else text

    def lines(self, rows: Sequence[Sequence[Cell]], above: Sequence[str] = ()) -> bytes:
        """Rows of cells as a file, after lines that are no rows."""
        made = [*above, *(self.sep.join(map(self.cell, row)) for row in rows)]
        return (self.end.join(made) + self.end).encode(self.encoding)


def table(
    sheet: Sheet,
    ids: Sequence[str],
    style: Style,
    left: str = "id",
    name: str = "id",
    families: Sequence[str] = (),
    above: Sequence[str] = (),
) -> bytes:
    """A table of traits or covariates.

    Args:
        left: what is on the left of the columns: "id", a column called `name`; "middle", that
            column after the first of the others; "row names", ids without a name in the header;
            "short", the same with a header of one name less; "numbers", "zero numbers" or
            "short numbers", the places of the rows, then the ids; "bare numbers", these alone;
            "families", FID and IID, called by `name`, "FID IID" for example; "none".
            " headerless" after one of them leaves the header out.
        families: the FID of each row.
    """
    bare = left.removesuffix(" headerless")
    columns = list(sheet.columns.values())
    head: list[Cell] = list(sheet.columns)
    start = 0 if bare == "zero numbers" else 1
    rows = []
    for place, label in enumerate(ids):
        cells: list[Cell] = [column[place] for column in columns]
        number = str(start + place)
        rows.append(
            {
                "middle": [cells[0], label, *cells[1:]],
                "row names": [label, *cells],
                "short": [label, *cells],
                "numbers": [number, label, *cells],
                "zero numbers": [number, label, *cells],
                "short numbers": [number, label, *cells],
                "bare numbers": [number, *cells],
                "families": [families[place] if families else "", label, *cells],
                "none": cells,
            }.get(bare, [label, *cells])
        )
    header = {
        "middle": [*head[:1], name, *head[1:]],
        "row names": ["", *head],
        "short": head,
        "numbers": ["", name, *head],
        "zero numbers": ["", name, *head],
        "short numbers": [name, *head],
        "bare numbers": ["", *head],
        "families": [*name.split(), *head],
        "none": head,
    }.get(bare, [name, *head])
    return style.lines(rows if bare != left else [header, *rows], above)


def matrix(
    K: np.ndarray,
    ids: Sequence[str],
    style: Style,
    margins: str = "both",
    name: str = "id",
    families: Sequence[str] = (),
) -> bytes:
    """A kinship.

    Args:
        margins: where the ids are: "both", "header", "rows", "short" (a header of one name
            less), "mangled" (R's X before what begins with a digit), "families" (FID and IID
            before each row, with a header of the ids), "none", "generic" (R's V1, V2, …), or
            "lower" and "lower bare" for the lower triangle, with and without ids, or "pairs",
            "pairs bare" (without a header) and "relatives" (only pairs above 0).
    """
    values = K.tolist()
    n = len(ids)
    if margins in ("pairs", "pairs bare", "relatives"):
        pairs: list[list[Cell]] = [
            [ids[i], ids[j], values[i][j]]
            for i in range(n)
            for j in range(i + 1)
            if margins != "relatives" or values[i][j]
        ]
        return style.lines(pairs if margins == "pairs bare" else [["id1", "id2", "r"], *pairs])
    if margins.startswith("lower"):
        bare = margins == "lower bare"
        return style.lines([[*([] if bare else [ids[i]]), *values[i][: i + 1]] for i in range(n)])
    if margins == "generic":
        numbers = [str(k + 1) for k in range(n)]
        header: list[Cell] = ["", *(f"V{k + 1}" for k in range(n))]
        return style.lines([header, *([numbers[i], *values[i]] for i in range(n))])
    if margins == "families":
        rows = [[families[i], ids[i], *values[i]] for i in range(n)]
        return style.lines([["FID", "IID", *ids], *rows])
    named = [[ids[i], *values[i]] if margins != "header" else values[i] for i in range(n)]
    labels = [_as_r_writes(label) for label in ids]
    return style.lines(
        {
            "none": values,
            "rows": named,
            "header": [list(ids), *named],
            "short": [list(ids), *named],
            "mangled": [["", *labels], *named],
        }.get(margins, [[name, *ids], *named])
    )


def _as_r_writes(label: str) -> str:
    """A name as R's `make.names` changes it."""
    changed = re.sub(r"[^\w.]", ".", label)
    return changed if re.match(r"[^\W\d_]|\.(?!\d)", changed) else f"X{changed}"
