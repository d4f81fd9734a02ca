"""Texts of other programs that are not read, named for what they are, with the way on."""

from typing import TypeAlias

from lmm_data.readers.content import Foreign
from lmm_data.readers.numeric import as_number

Rows: TypeAlias = list[list[str]]

_STARTS: tuple[tuple[str, str, str], ...] = (
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
    if low.endswith(".dist") and all(as_number(e) == as_number(e) for e in rows[-1]):
        return Foreign(
            "PLINK’s distances as counts of alleles",
            "write shares instead, by plink --distance square ibs, or relationships, by --make-rel",
        )
    return None
