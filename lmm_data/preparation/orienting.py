"""Tables of genotypes that may lie either way, turned as the ids of the other files say."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from lmm_core.errors import DataError
from lmm_data.joining import SPELLINGS
from lmm_data.readers.genotypes.families import named_candidates
from lmm_data.readers.opening import Outcome
from lmm_data.readers.reading import Reading
from lmm_data.tables import GenotypeTable


def oriented(outcomes: Sequence[Outcome]) -> tuple[tuple[Outcome, ...], tuple[str, ...]]:
    """The files with each such table turned if its header has more ids of the others than its rows.

    Of a table without ids the number of rows of the others decides.

    Returns:
        The files, and a sentence on what decided for each table.
    """
    made: list[Outcome] = []
    notes: list[str] = []
    for outcome in outcomes:
        reading = outcome.reading
        others = [o for o in outcomes if o is not outcome and o.reading is not None]
        if reading is None or not reading.either_way or reading.genotypes is None or not others:
            made.append(outcome)
            continue
        try:
            turn, said = _decide(reading, reading.genotypes, others)
        except DataError as refusal:
            made.append(replace(outcome, reading=None, refusal=refusal))
            continue
        if turn:
            other = turned(reading)
            outcome = replace(outcome, reading=other, format=other.format)
        made.append(outcome)
        notes += [said] * bool(said)
    return tuple(made), tuple(notes)


def turned(reading: Reading) -> Reading:
    """The genotypes with individuals for markers, and markers for individuals."""
    table = reading.genotypes
    assert table is not None
    unknown = np.full(table.n, np.nan)
    names = table.ids
    ids = table.markers if not reading.unnamed else tuple(str(k + 1) for k in range(table.m))
    genotypes = GenotypeTable(
        name=table.name,
        ids=ids,
        markers=names,
        chromosome=("0",) * table.n,
        position=unknown,
        position_cm=unknown,
        counts=table.counts.T,
        allele1=table.allele1[:1] * table.n,
        allele0=table.allele0[:1] * table.n,
    )
    ways = ("a row an individual", "a row a marker")
    one, other = ways if ways[0] in reading.format else ways[::-1]
    old, new = f"1 to {table.n} until", f"1 to {table.m} until"
    return replace(
        reading,
        format=reading.format.replace(one, other),
        notes=tuple(note.replace(old, new) for note in reading.notes),
        genotypes=genotypes,
        candidates=() if reading.unnamed else named_candidates(genotypes.ids),
    )


def _decide(reading: Reading, table: GenotypeTable, others: Sequence[Outcome]) -> tuple[bool, str]:
    """Whether to turn a table, and what that was told by."""
    if reading.unnamed:
        rows = {other.n for other in others}
        turn = table.m in rows and table.n not in rows
        n = table.m if turn else table.n
        if n not in rows:
            return False, ""
        return turn, f"{table.name} is taken to have {n} individuals, as many as other files have."
    known = set(_ids(others))
    found = [known.intersection(side) for side in (table.ids, table.markers)]
    if not any(found):
        spell = SPELLINGS["loose"][1]
        known = set(map(spell, known))
        found = [known.intersection(map(spell, side)) for side in (table.ids, table.markers)]
    if not any(found):
        return False, ""
    if 2 * min(map(len, found)) > max(map(len, found)):
        raise DataError(
            "it must be certain whether the rows of genotypes are individuals or markers",
            f"{len(found[0]):,} names of one side and {len(found[1]):,} of the other are ids of "
            "other files",
            "call the markers otherwise, such as m1 for 1",
            where=table.name,
        )
    turn = len(found[1]) > len(found[0])
    side = "columns" if turn == ("a row an individual" in reading.format) else "rows"
    return turn, (
        f"The individuals of {table.name} are its {side}: {len(found[turn]):,} of their ids are "
        "in other files."
    )


def _ids(others: Sequence[Outcome]) -> Iterator[str]:
    """The ids of other files, and whatever else their tables hold."""
    for other in others:
        yield from other.ids
        if other.sheet is not None:
            for column in other.sheet.columns:
                yield from column
