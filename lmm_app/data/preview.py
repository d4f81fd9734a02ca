"""The first rows of a file, as it was read: HTML tables."""

from collections.abc import Sequence
from html import escape

from lmm_app.fit.table import table
from lmm_app.fit.text import number
from lmm_core.arrays import as_counts
from lmm_data.pedigree import PedigreeTable
from lmm_data.readers.reading import KinshipMatrix, Reading, TextTable
from lmm_data.tables import GenotypeTable

ROWS, COLUMNS = 5, 8


def tables(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Of each thing in a file what is shown, in words, and its first rows."""
    shown: list[tuple[str, str]] = []
    if reading.kinship is not None:
        shown.append(_kinship(reading.kinship))
    if reading.pedigree is not None:
        shown.append(_pedigree(reading.pedigree))
    if reading.genotypes is not None:
        shown.append(_genotypes(reading.genotypes))
    shown += [_table(one) for one in (reading.table, reading.covariates) if one is not None]
    return tuple(shown)


def _table(found: TextTable) -> tuple[str, str]:
    head = found.columns[:COLUMNS]
    rows = [
        [entries[row] or "(empty)" for entries in found.entries[:COLUMNS]]
        for row in range(min(ROWS, found.n))
    ]
    kinds = ["numbers" if found.is_numeric(column) else "text" for column in head]
    return _shown(found.n, len(found.columns)), _html(head, _names(found.ids, ROWS), rows, kinds)


def _kinship(kinship: KinshipMatrix) -> tuple[str, str]:
    columns = min(COLUMNS, kinship.n)
    names = _names(kinship.ids, max(ROWS, COLUMNS))
    rows = [[number(float(x), 6) for x in row[:columns]] for row in kinship.values[:ROWS]]
    return _shown(kinship.n, kinship.n), _html(names[:columns], names, rows, [])


def _pedigree(pedigree: PedigreeTable) -> tuple[str, str]:
    names = ("unknown", *pedigree.ids)
    parents = zip(pedigree.sire[:ROWS] + 1, pedigree.dam[:ROWS] + 1, strict=True)
    rows = [[names[sire], names[dam]] for sire, dam in parents]
    return _shown(pedigree.n, 2), _html(["sire", "dam"], pedigree.ids[:ROWS], rows, [])


def _genotypes(found: GenotypeTable) -> tuple[str, str]:
    counts = as_counts(found.counts[:ROWS, :COLUMNS])
    rows = [[number(float(x), 3) for x in row] for row in counts]
    return _shown(len(found.ids), len(found.markers)), _html(
        [str(name) for name in found.markers[:COLUMNS]], _names(found.ids, ROWS), rows, []
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
    listed = zip(names, rows, strict=False)
    return table(
        ["id", *(f"{escape(cell)}{kind}" for cell, kind in zip(head, said, strict=True))],
        [[escape(name), *(escape(cell[:40]) for cell in row)] for name, row in listed],
        label="First rows",
        style="font-size:0.85rem;white-space:nowrap;font-variant-numeric:tabular-nums",
        columns=("text-align:left", "text-align:right"),
        of_rows=";font-weight:500",
    )
