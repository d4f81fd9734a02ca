"""The kinship of a pedigree: A of those with records, whoever else is in it."""

from collections.abc import Sequence

import numpy as np

from lmm_core.errors import DataError, LMMError, in_digits, listed
from lmm_core.pedigree import MOST_AT_ONCE
from lmm_data.joining import SPELLINGS
from lmm_data.pedigree import PedigreeTable
from lmm_data.readers.kinship.pedigree_columns import columns_by_name
from lmm_data.readers.opening import Outcome
from lmm_data.readers.reading import KinshipMatrix, TextTable

# So many are shown of a pedigree that shares no id.
_SHOWN = 50


def kinship_of(
    pedigree: PedigreeTable, phenotypes: TextTable, everyone: bool = False
) -> tuple[KinshipMatrix, str]:
    """A of those who have phenotypes, and a sentence on it.

    Args:
        pedigree: of any size; those without phenotypes only count as ancestors.
        phenotypes: whose ids are in the pedigree, or would be under another spelling, which the
            join is to find; of as many rows without ids as the pedigree has lines, A is of these.
        everyone: whether A is of all that are in the pedigree, where that fits into memory.

    Raises:
        DataError: more relationships than fit into memory.
    """
    if everyone and pedigree.n <= MOST_AT_ONCE:
        ids, whose = pedigree.ids, "or without a record"
    elif phenotypes.ids is None and phenotypes.n == pedigree.lines:
        ids, whose = pedigree.ids[: pedigree.lines], "a line of their own"
    else:
        ids = _sharing(pedigree.ids, phenotypes.ids or ())
        whose = f"a row in {phenotypes.name}"
    try:
        A = pedigree.relationship(ids)
    except LMMError as error:
        raise DataError(error.rule, error.found, error.remedy, where=pedigree.name) from None
    inbred = np.diagonal(A) - 1.0
    many, most = int((inbred > 0).sum()), in_digits(float(inbred.max()))
    of_these = {
        0: "none of these is inbred",
        1: f"one of these is inbred, with F = {most}",
    }.get(many, f"{many:,} of these are inbred, F up to {most}")
    note = f"{pedigree.name}: a pedigree of {pedigree.n:,}, A of the {len(ids):,} with {whose}"
    return KinshipMatrix(pedigree.name, ids, A), f"{note}; {of_these}."


def on_parents(phenotypes: TextTable | None) -> str:
    """The way on, if phenotypes hold the parents of their individuals."""
    columns = ("id", *phenotypes.columns) if phenotypes else ()
    found = columns_by_name(columns)
    if found is None:
        return ""
    parents = listed([f"“{columns[found.sire]}”", f"“{columns[found.dam]}”"])
    return f". For A of its columns {parents}, write these and the ids into a file of their own"


def _sharing(ids: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The ids that are known, or nearly; the first ones where none is."""
    there = set(known)
    left = there.difference(ids)
    near: set[str] = set()
    if left:
        others = [label for label in ids if label not in there]
        for _, spelling in SPELLINGS.values():
            spelled = {spelling(label) for label in left}
            near.update(label for label in others if spelling(label) in spelled)
    return tuple(label for label in ids if label in there or label in near) or tuple(ids[:_SHOWN])


def require_one_kinship(outcome: Outcome | None) -> None:
    """A DataError if a file holds a kinship for each chromosome, which only a scan can use."""
    reading = outcome.reading if outcome else None
    if reading is not None and reading.loco:
        raise DataError(
            "a fit takes one kinship",
            f"there is one for each of {len(reading.loco)} chromosomes, without its markers",
            "give that of all markers; a scan takes these, by --loco --kinship",
            where=reading.name,
        )
