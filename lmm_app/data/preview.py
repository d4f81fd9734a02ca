"""The first rows of a file, as it was read: HTML tables."""

from collections.abc import Sequence
from html import escape

from lmm_app.fit.text import number
from lmm_core.arrays import as_counts
from lmm_data.readers.reading import KinshipMatrix, Reading, TextTable
from lmm_data.tables import GenotypeTable

ROWS, COLUMNS = 5, 8


def tables(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Of each thing in a file what is shown, in words, and its first rows."""
    shown: list[tuple[str, str]] = []
    if reading.kinship is not None:
        shown.append(_kinship(reading.kinship))
    if reading.genotypes is not None:
        shown.append(_genotypes(reading.genotypes))
    for table in (reading.table, reading.covariates):
        if table is not None:
            shown.append(_table(table))
    return tuple(shown)


def _table(table: TextTable) -> tuple[str, str]:
    head = table.columns[:COLUMNS]
    rows = [
        [entries[row] or "(empty)" for entries in table.entries[:COLUMNS]]
        for row in range(min(ROWS, table.n))
    ]
    kinds = ["numbers" if table.is_numeric(column) else "text" for column in head]
    return _shown(table.n, len(table.columns)), _html(head, _names(table.ids, ROWS), rows, kinds)


def _kinship(kinship: KinshipMatrix) -> tuple[str, str]:
    columns = min(COLUMNS, kinship.n)
    names = _names(kinship.ids, max(ROWS, COLUMNS))
    rows = [[number(float(x), 6) for x in row[:columns]] for row in kinship.values[:ROWS]]
    return _shown(kinship.n, kinship.n), _html(names[:columns], names, rows, [])


def _genotypes(table: GenotypeTable) -> tuple[str, str]:
    counts = as_counts(table.counts[:ROWS, :COLUMNS])
    rows = [[number(float(x), 3) for x in row] for row in counts]
    return _shown(len(table.ids), len(table.markers)), _html(
        [str(name) for name in table.markers[:COLUMNS]], _names(table.ids, ROWS), rows, []
    )


def _names(ids: Sequence[str] | None, most: int) -> list[str]:
    return list(ids[:most]) if ids is not None else [f"row {i + 1}" for i in range(most)]


def _shown(rows: int, columns: int) -> str:
    if rows <= ROWS and columns <= COLUMNS:
        return "All of it."
    return (
        f"The first {min(ROWS, rows)} of {rows:,} rows and {min(COLUMNS, columns)} of "
        f"{columns:,} columns."
    )


def _html(
    head: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]], kinds: Sequence[str]
) -> str:
    said = [f"<br><small>{kind}</small>" for kind in kinds] or [""] * len(head)
    top = "".join(
        f'<th scope="col" style="text-align:right">{escape(cell)}{kind}</th>'
        for cell, kind in zip(head, said, strict=True)
    )
    body = "".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:500">{escape(name)}</th>'
        + "".join(
            '<td style="text-align:right;font-variant-numeric:tabular-nums">'
            f"{escape(cell[:40])}</td>"
            for cell in row
        )
        + "</tr>"
        for name, row in zip(names, rows, strict=False)
    )
    return (
        '<div style="overflow-x:auto" tabindex="0" role="region" aria-label="First rows">'
        '<table style="font-size:0.85rem;white-space:nowrap"><thead><tr>'
        f'<th scope="col" style="text-align:left">id</th>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
