"""Pedigrees in text: an individual, its sire and its dam in each line, in any order."""

from collections.abc import Collection

from lmm_core.errors import DataError, count, some
from lmm_data.pedigree import PedigreeTable
from lmm_data.readers.content import MAX_BYTES, name_of
from lmm_data.readers.kinship.pedigree_columns import (
    UNKNOWN,
    PedigreeColumns,
    columns_by_name,
    columns_by_place,
    is_bare_pedigree,
)
from lmm_data.readers.kinship.pedigree_faults import (
    Parents,
    once_each,
    positions,
    require_sexes,
    require_sound,
)
from lmm_data.readers.naming import Column, NamedBy, label_of
from lmm_data.readers.reading import Reading, Source, TextTable, codes_in
from lmm_data.readers.text.delimited import read_delimited
from lmm_data.readers.text.id_columns import joined


def read_pedigree(
    source: Source,
    *,
    missing: Collection[str] = (),
    limit: int = MAX_BYTES,
) -> Reading:
    """A pedigree from text, its dialect detected as by `read_delimited`.

    Args:
        source: columns of an individual, its sire and its dam by their usual names, such as
            animal, father and mother, or parent1 and parent2 of individuals that can be both;
            without such names the first three, or PLINK's FID, IID, father, mother and sex.
            Lines may come in any order. 0, NA, *, . or nothing stand for an unknown parent.
        missing: further codes of unknown parents.
        limit: the most bytes, packed and unpacked.

    Returns:
        A `pedigree`, and the sex of individuals, if the file has it, as a covariate. Parents
        without a line of their own are founders.

    Raises:
        DataError: whatever `read_delimited` refuses; no such columns; an id twice with different
            parents; an individual that is a sire and a dam, of the other sex, or its own
            ancestor; a parent that is spelled otherwise in its own line; nobody with a parent.

    >>> reading = read_pedigree(b"calf,sire,dam\\nc,a,b\\na,0,0\\n")
    >>> reading.pedigree.ids, reading.pedigree.relationship(["c", "b"]).tolist()
    (('c', 'a', 'b'), [[1.0, 0.5], [0.5, 1.0]])
    """
    name = name_of(source, "the pedigree")
    names, columns, where = _opened(source, name, limit)
    unknown = UNKNOWN | codes_in({"0", *missing}, columns)

    def known(index: int) -> tuple[str, ...]:
        return tuple("" if label in unknown else label for label in columns[index])

    ids, sire, dam = known(where.individual), known(where.sire), known(where.dam)
    rows = tuple(range(1, len(ids) + 1))
    notes: list[str] = []
    named_by: NamedBy = ""
    if where.family is not None and "" not in ids:
        family = columns[where.family]
        found, said = joined(family, ids, list(rows), name)
        notes += said
        named_by = found.named_by
        if named_by == "FID_IID":
            ids = found.ids
            sire, dam = (
                tuple(f"{f}_{p}" if p else "" for f, p in zip(family, column, strict=True))
                for column in (sire, dam)
            )
    parents, note = once_each(Parents(name, ids, sire, dam, rows))
    notes += [note] * bool(note)
    require_sound(parents, sexed=where.sexed)
    sexes = None if where.sex is None else _sexes(columns[where.sex], parents)
    founders = dict.fromkeys(parents.without_line)
    if founders:
        of_own = "has no line of its own and is a founder"
        if len(founders) > 1:
            of_own = "have no line of their own and are founders"
        notes.append(f"{count(len(founders), 'parent')} {of_own}: {some(founders)}")
    everyone = (*parents.ids, *founders)
    index = {label: i for i, label in enumerate(everyone)}
    absent = [-1] * len(founders)
    pedigree = PedigreeTable(
        name,
        everyone,
        positions((*parents.sire, *[""] * len(absent)), index),
        positions((*parents.dam, *[""] * len(absent)), index),
        len(parents.ids),
    )
    labels = [label_of(names, j) for j in (where.individual, where.sire, where.dam)]
    aside = [label_of(names, j) for j in range(len(columns)) if j not in where.used]
    if aside:
        notes.append(f"no part of the pedigree, and left out: {some(aside, 6)}")
    return Reading(
        name,
        "kinship",
        f"a pedigree of {pedigree.n:,}: {', '.join(labels)}",
        tuple(notes),
        pedigree=pedigree,
        covariates=sexes,
        named_by=named_by,
    )


def _opened(
    source: Source, name: str, limit: int
) -> tuple[tuple[str, ...], tuple[Column, ...], PedigreeColumns]:
    """The names of columns, if there is a header, all columns, and which of them are needed."""
    sheet = read_delimited(source, limit=limit).sheet
    assert sheet is not None
    names, columns = sheet.names, sheet.columns
    found = columns_by_name(names)
    if found is not None:
        return names, columns, found
    rows = list(zip(*columns, strict=True))
    if not names and (found := columns_by_name(rows[0])):
        return rows[0], tuple(column[1:] for column in columns), found
    if names and is_bare_pedigree([names, *rows], whole=True):
        # What looked like a header is the first individual.
        columns = tuple((first, *rest) for first, rest in zip(names, columns, strict=True))
        names = ()
    found = columns_by_place(len(columns))
    if found is None:
        raise DataError(
            "a pedigree must have columns of an individual, its sire and its dam",
            f"there {'is one column' if len(columns) == 1 else 'are two columns'}",
            "add the others, called id, sire and dam",
            where=name,
        )
    return names, columns, found


def _sexes(column: Column, parents: Parents) -> TextTable | None:
    """The sex of each individual with a line as a covariate; None if nobody's is known."""
    entries = [column[row - 1] for row in parents.rows]
    of = dict(zip(parents.ids, entries, strict=True))
    # PLINK's 0 is unknown; beside 1 alone it is a sex, unless some sire has it.
    zero = set(entries) - (UNKNOWN - {"0"}) == {"0", "1"}
    zero = zero and all(of.get(sire) != "0" for sire in parents.sire)
    unknown = UNKNOWN - {"0"} if zero else UNKNOWN
    known = ["" if entry in unknown else entry for entry in entries]
    if not any(known):
        return None
    require_sexes(parents, known)
    filled = tuple(entry or "NA" for entry in known)
    return TextTable(parents.name, parents.ids, ("sex",), (filled,))
