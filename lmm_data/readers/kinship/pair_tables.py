"""Tables with a line for each pair of individuals: KING's, PLINK's and pcrelate's."""

import re
from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, Ints
from lmm_core.errors import DataError, in_digits, some
from lmm_data.readers.content import MAX_BYTES
from lmm_data.readers.genotypes.plink_tables import (
    Names,
    contents,
    fields,
    named,
    require_room,
)
from lmm_data.readers.kinship.plink2 import (
    OWN_KINSHIP,
    king_reading,
    kinship_reading,
    noting,
    numbers,
)
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import Reading, Source

IDS = (("iid1", "id1"), ("iid2", "id2"))
VALUES = ("kinship", "propibd", "pi_hat", "kin")
"""Columns of the value, by which the program is known: KING's two, PLINK's and pcrelate's."""
_IS_ID = re.compile("[fi]?id[12]")
# The mean value with oneself from which coefficients must be relationships: between ½ and 1.
_RELATED = 0.75


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of pairs: FID and IID of everybody, the places of both of each, its value."""

    column: str
    people: list[tuple[str, str]]
    first: Ints
    second: Ints
    values: Floats


def is_pair_table(header: set[str]) -> bool:
    """Whether a header, in lower case, is that of a table of pairs with a known value."""
    if not all(header & {*labels} for labels in IDS):
        return False
    return bool(header & {*VALUES}) or _is_behind_families(header)


def _is_behind_families(header: set[str]) -> bool:
    """Whether FID1, IID1, FID2 and IID2 are followed by one more column, whatever its name."""
    return len(header) == 5 and {"fid1", "fid2"} < header


def read_kin0(source: Source, within: Source | None = None) -> Reading:
    """A table of pairs: KING's `.kin0`, `.kin`, both, `.seg`; PLINK's `.genome`; pcrelate's.

    Args:
        source: a header, and a line a pair, with the columns `IID1`, `IID2` (KING: `ID1`, `ID2`),
            `FID1`, `FID2` or `FID` where there are any, and a value: `KINSHIP` (KING, PLINK 2)
            and `kin` (pcrelate) are coefficients, half of a relationship; `PropIBD` (KING) and
            `PI_HAT` (PLINK) are relationships. Behind families any one column is a relationship.
        within: KING's `.kin`, the pairs within families, of which `.kin0` has none.

    Returns:
        A kinship with `scale` 2 for coefficients. An individual with itself, of which none of
        these programs speaks, is one that is not inbred, with a note; where a table speaks of
        all, coefficients near 1 are relationships. A pair without a line is missing,
        as a filter leaves out the distant ones; but 0 in KING's list of relatives, and in
        PLINK's if it leaves out at least half of the pairs.

    Raises:
        DataError: a column that is not there, a pair with two values, an entry that is not a
            number, a line with itself of some individuals and not of others.

    References:
        Manichaikul et al. 2010, Bioinformatics 26:2867; Purcell et al. 2007, AJHG 81:559;
        Conomos et al. 2016, AJHG 98:127.
    """
    found, data = contents(source, "the pairs")
    tables = [_pairs(data, found)]
    if within is not None:
        called, more = contents(within, "the pairs within families")
        tables.append(_pairs(more, called))
        if tables[1].column != tables[0].column:
            raise DataError(
                "the two tables of pairs must hold the same value",
                f"{found} has “{tables[0].column}”, {called} “{tables[1].column}”",
                "use the two files of one run",
                where=called,
            )
    people = list(dict.fromkeys(person for table in tables for person in table.people))
    row = {person: k for k, person in enumerate(people)}
    who, n = named(people, found), len(people)
    require_room(8 * n * n, found)
    places = [
        np.array([row[person] for person in table.people], dtype=np.int64) for table in tables
    ]
    i = np.concatenate([at[table.first] for at, table in zip(places, tables, strict=True)])
    j = np.concatenate([at[table.second] for at, table in zip(places, tables, strict=True)])
    entries = np.concatenate([table.values for table in tables])
    _require_once(i, j, entries, who.ids, found)
    values, given = np.full((n, n), np.nan), np.zeros((n, n), dtype=bool)
    values[i, j] = values[j, i] = entries
    given[i, j] = given[j, i] = True
    return _reading(tables[0].column, found, values, given, who, within is not None)


def _reading(
    column: str, name: str, values: Floats, given: NDArray[np.bool_], who: Names, both: bool
) -> Reading:
    n = len(values)
    whole = _has_own(given, who.ids, name)
    pairs = n * (n - 1) // 2
    unlisted = pairs - int(np.tril(given, -1).sum())
    listed_alone = column == "propibd" or (column == "pi_hat" and 2 * unlisted >= pairs)
    if unlisted and listed_alone:
        off = ~given
        np.fill_diagonal(off, False)
        values[off] = 0.0
        who = noting(
            who,
            f"{unlisted:,} of {pairs:,} pairs are not in {name}, a list of relatives: they are 0",
        )
    elif unlisted:
        who = noting(
            who,
            f"{unlisted} of {pairs} pairs are not in {name}, as --king-table-filter "
            "leaves out the distant ones: a kinship needs all of them",
        )
    if not column or (whole and np.trace(values) > _RELATED * n):
        # Of coefficients the value with oneself is ½ and more, of relationships 1 and more.
        who = noting(
            who,
            f"{name}: the values are read as relationships, in which 1 is the value with oneself "
            "of one who is not inbred; coefficients of inbred lines must be doubled "
            "(--double-kinship)",
        )
        return kinship_reading(name, values, who, "relationships, a table of pairs")
    if column == "kinship":
        words = (
            "KING coefficients, tables of pairs" if both else "KING coefficients, a table of pairs"
        )
        return king_reading(name, values, who, words)
    own = 1.0
    if column == "kin":
        own = OWN_KINSHIP
        who = noting(who, "kin is a coefficient of kinship, half of a relationship: it is doubled")
    if not whole:
        values[np.diag_indices(n)] = own
        who = noting(
            who,
            f"{name} says nothing of an individual with itself: {in_digits(own)} is put there, "
            "that of one who is not inbred",
        )
    words = {
        "propibd": "KING’s segments of identity by descent, a list of relatives",
        "pi_hat": "PLINK’s shares of identity by descent (PI_HAT), a table of pairs",
        "kin": "kinship of pcrelate, a table of pairs",
    }[column]
    if column == "pi_hat":
        who = noting(
            who,
            "PI_HAT is never below 0, though unrelated pairs scatter around it: the matrix need "
            "not be positive semi-definite",
        )
    return kinship_reading(name, values, who, words, scale=2.0 if column == "kin" else 1.0)


def _has_own(given: NDArray[np.bool_], ids: tuple[str, ...], name: str) -> bool:
    """Whether the table has a line of each individual with itself; a DataError if of some."""
    own = np.diagonal(given)
    if own.any() and not own.all():
        lacking = [label for label, there in zip(ids, own, strict=True) if not there]
        raise DataError(
            "each individual must have a line with itself, or none of them",
            f"there is none for {some(lacking)}",
            "add these lines, or leave out the others",
            where=name,
        )
    return bool(own.all())


def _require_once(i: Ints, j: Ints, entries: Floats, ids: tuple[str, ...], name: str) -> None:
    places, times = np.unique(np.maximum(i, j) * len(ids) + np.minimum(i, j), return_counts=True)
    if (times > 1).any():
        a, b = divmod(int(places[times.argmax()]), len(ids))
        given = entries[(np.maximum(i, j) == a) & (np.minimum(i, j) == b)]
        alike = (
            "" if np.ptp(given) == 0 else f", as {in_digits(given[0])} and {in_digits(given[1])}"
        )
        raise DataError(
            "each pair must be given once",
            f"“{ids[b]}” with “{ids[a]}” is given {times.max()} times{alike}",
            "keep one of them",
            where=name,
        )


def _pairs(data: bytes, name: str) -> _Table:
    """The lines of a table of pairs."""
    commas = b"," in data.partition(b"\n")[0]
    lines = fields(data, name, most=MAX_BYTES, most_lines=MAX_BYTES // 16, commas=commas)
    _, first = next(lines, (0, []))
    header = [label.strip('"') for label in first]
    place = {label.lstrip("#").casefold(): k for k, label in enumerate(header)}
    one, two, value = (
        next((place[label] for label in labels if label in place), None)
        for labels in (*IDS, VALUES)
    )
    plain = value is None and _is_behind_families({*place})
    if plain:
        value = next(k for label, k in place.items() if not _IS_ID.fullmatch(label))
    if one is None or two is None or value is None:
        raise DataError(
            "a table of pairs must have the columns IID1, IID2 and KINSHIP",
            f"the first line is “{' '.join(header)[:60]}”",
            "write it with plink2 --make-king-table",
            where=name,
        )
    family_one = place.get("fid1", place.get("fid"))
    family_two = place.get("fid2", place.get("fid"))
    row: dict[tuple[str, str], int] = {}
    i, j, found = array("q"), array("q"), array("d")
    for line, entries in lines:
        if len(entries) == len(header) + 1 and first[0][:1] == '"':
            # R's write.table gives the names of its rows no header.
            entries = entries[1:]
        if len(entries) != len(header):
            raise DataError(
                f"every line must have as many fields as the header, {len(header)}",
                f"line {line} has {len(entries)}",
                "fetch the file again",
                where=name,
            )
        a = "" if family_one is None else entries[family_one].strip('"'), entries[one].strip('"')
        b = "" if family_two is None else entries[family_two].strip('"'), entries[two].strip('"')
        # PLINK 2 lists a newcomer with all before it: the second comes first in its files.
        j.append(row.setdefault(b, len(row)))
        i.append(row.setdefault(a, len(row)))
        number = as_number(entries[value])
        if number != number:
            number = float(numbers([entries[value]], name, line)[0])
        found.append(number)
        require_room(8 * len(row) ** 2, name)
    if not row:
        raise DataError("the file must hold a line for each pair", "there are none", where=name)
    column = "" if plain else header[value].lstrip("#").casefold()
    return _Table(column, list(row), np.array(i), np.array(j), np.array(found))
