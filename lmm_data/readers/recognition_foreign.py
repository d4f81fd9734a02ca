"""Texts of other programs that are not read, named for what they are, with the way on."""

import re
from itertools import pairwise
from typing import TypeAlias

from lmm_data.readers.content import Foreign
from lmm_data.readers.numeric import as_number

Rows: TypeAlias = list[list[str]]

_RELATIONSHIPS = "write relationships instead, with PLINK’s --make-rel or --make-grm-bin"
_STARTS: tuple[tuple[str, str, str], ...] = (
    (
        "%%matrixmarket",
        "a matrix in MatrixMarket’s form",
        "write it as a square with ids, or as a list of pairs with ids, row by row",
    ),
    (
        "<phenotype>",
        "phenotypes of TASSEL",
        "delete the line <Phenotype> and the line of kinds below it, and Taxa names the ids",
    ),
    ("<trait>", "phenotypes of TASSEL", "put Taxa in the place of <Trait>, with a tab behind it"),
    ("<numeric>", "numeric genotypes of TASSEL", "export them as PLINK, and --make-bed them"),
)


def foreign_start(text: str) -> Foreign | None:
    """What a text is that says so in its first line."""
    first = text.lstrip().split("\n", 1)[0].strip().lower()
    return next((Foreign(*found) for start, *found in _STARTS if first.startswith(start)), None)


def foreign_table(low: str, rows: Rows) -> Foreign | None:
    """What a text is, by its name and its first rows.

    Args:
        low: the file's name in lower case, without `.gz`.
        rows: the entries of the first lines.
    """
    if not rows:
        return None
    if re.search(r"\.(mibs|mdist|dist)$", low):
        what = "similarities" if low.endswith(".mibs") else "distances"
        return Foreign(f"PLINK’s {what} of identity by state, no relationships", _RELATIONSHIPS)
    if len(rows[0]) == 1 and rows[0][0].isdecimal() and len(rows) > 2:
        n = int(rows[0][0])
        if n > 1 and all(len(row) == n + 1 for row in rows[1:]):
            return Foreign(
                "a kinship of TASSEL, with the number of individuals in its first line",
                "delete that line, and it is read",
            )
    widths = [len(row) for row in rows]
    if len(widths) > 3 and all(a == b + 1 for a, b in pairwise(widths)):
        if widths[-1] > 0 and all(as_number(row[-1]) == as_number(row[-1]) for row in rows[1:]):
            return Foreign(
                "an upper triangle: each line is shorter by one than the line above",
                "give the lower triangle with the diagonal, or the whole square",
            )
    return None
