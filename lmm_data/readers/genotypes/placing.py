"""Genotypes that do not say where their markers lie, with a file beside them that does."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_core.errors import DataError, LMMError, count, some
from lmm_data.readers.genotypes.lines import lines_of
from lmm_data.readers.genotypes.marker_places import (
    Place,
    columns_of,
    nowhere,
    read_places,
    two_places,
)
from lmm_data.readers.reading import Reading, Source
from lmm_data.readers.text.dialect import separator_of, split
from lmm_data.tables import GenotypeTable

# So many lines are looked at for names.
_LOOKED_AT = 4096
_LONG, _SHORT = 1 << 20, 200
# Without a header and a name that says so, so much of a file must be names of the markers.
_SHARED = 0.5
_SAYS_SO = 1e-9

HEADER, LINES = "header", "lines"


def with_places(read: Callable[[Source], Reading]) -> Callable[..., Reading]:
    """A reader of genotypes that also takes files of where their markers lie."""

    def read_with(source: Source, *files: Source | None) -> Reading:
        reading = read(source)
        for file in files:
            reading = reading if file is None else _placed(reading, file)
        return reading

    return read_with


def _placed(reading: Reading, file: Source) -> Reading:
    """The genotypes with their markers placed, and how many are in one of the files only.

    Raises:
        DataError: no marker is in both, or one has another place than the genotypes say.
    """
    table = reading.genotypes
    if table is None:
        return reading
    name = getattr(file, "name", "the map")
    wanted = {*table.markers, *map(_plain, table.markers)}
    places, others = read_places(file, wanted)
    known = [_found(marker, places) for marker in table.markers]
    absent = [marker for marker, key in zip(table.markers, known, strict=True) if key is None]
    if len(absent) == len(known):
        raise DataError(
            "a map must be of the markers that were genotyped",
            f"none is in both: it has {some(others, 3)}, and {table.name} {some(table.markers, 3)}",
            "write their names alike, or leave it out",
            where=name,
        )
    made, differ = [], 0
    for k, (marker, key) in enumerate(zip(table.markers, known, strict=True)):
        own = Place(table.chromosome[k], float(table.position[k]), float(table.position_cm[k]))
        if key is None:
            made.append(own)
            continue
        if not own.agrees(places[key]):
            raise two_places(marker, own, places[key], name, "that file")
        made.append(own.beside(places[key]))
        differ += _other_alleles(table, k, made[-1].alleles)
    used = {key for key in known if key is not None}
    notes = [note for note in reading.notes if note != nowhere(table.name)]
    notes.append(
        f"{name} says where {len(known) - len(absent):,} of the {count(len(known), 'marker')} lie"
    )
    if absent:
        notes.append(f"not in {name}, so that nobody says where they lie: {_many(absent)}")
    unused = [*others, *(marker for marker in places if marker not in used)]
    if unused:
        notes.append(f"only in {name}, and without a genotype: {_many(unused)}")
    if differ:
        notes.append(
            f"{name} does not have the allele that {table.name} counts of "
            f"{count(differ, 'marker')}: look whether both are of the same study"
        )
    return replace(reading, notes=tuple(notes), genotypes=_at(table, made))


def _at(table: GenotypeTable, places: Sequence[Place]) -> GenotypeTable:
    allele0 = list(table.allele0 or ["NA"] * len(places))
    for k, (counted, place) in enumerate(zip(table.allele1, places, strict=False)):
        if allele0[k] == "NA" and counted in place.alleles:
            one, two = place.alleles
            allele0[k] = two if counted == one else one
    return replace(
        table,
        chromosome=tuple(place.chromosome for place in places),
        position=_column(place.position for place in places),
        position_cm=_column(place.centimorgans for place in places),
        allele0=tuple(allele0) if {*allele0} != {"NA"} else table.allele0,
    )


def _column(values: Iterator[float]) -> Floats:
    return read_only(np.fromiter(values, dtype=np.float64))


def _many(markers: Sequence[str]) -> str:
    return f"{count(len(markers), 'marker')}, {some(markers, 4)}"


def _found(marker: str, places: Collection[str]) -> str | None:
    """The name of a marker among the places; PLINK adds the counted allele to it, as in rs1_A."""
    if marker in places:
        return marker
    return plain if (plain := _plain(marker)) in places else None


def _plain(marker: str) -> str:
    return marker.rpartition("_")[0]


def _other_alleles(table: GenotypeTable, k: int, alleles: Sequence[str]) -> bool:
    counted = table.allele1[k] if table.allele1 else "NA"
    return bool(alleles) and "0" not in alleles and counted not in ("NA", *alleles)


def share_of_places(source: Source, markers: Collection[str], *, told: bool) -> float:
    """How much of a file are places of these markers, 0 if it is no file of places.

    Args:
        source: a file of text.
        markers: what may be names of markers in a file of genotypes.
        told: whether the file's name or its columns say that it is one; a header does, too.

    Returns:
        A share; above 0 of a file that says what it is, whatever it shares.
    """
    try:
        _, lines = lines_of(source, "the map")
        sample = [text.lstrip("#") for _, text in islice(lines, _LOOKED_AT)]
    except LMMError:
        return 0.0
    separator = separator_of(sample[:30]) if sample else ","
    rows = [[entry.strip() for entry in split(text, separator)] for text in sample]
    columns = columns_of(rows[:30])
    if columns is None:
        return 0.0
    body = [row for row in rows[columns.headed :] if len(row) > columns.marker]
    share = sum(row[columns.marker] in markers for row in body) / max(len(body), 1)
    if columns.headed or told:
        return share + _SAYS_SO
    return share if share >= _SHARED else 0.0


def beside_genotypes(
    places: Mapping[str, tuple[Source, bool]], genotypes: Mapping[str, tuple[Source, str]]
) -> dict[str, str]:
    """To which file of genotypes each file of places belongs: the one that shares most of it.

    Args:
        places: files that may be some, by name, each with whether its format says so.
        genotypes: files that do not say where their markers lie, by name, each with what certainly
            names markers: `HEADER`, `LINES`, or "".

    Returns:
        The name of the genotypes by that of the places: of those that share as much, the one that
        is called alike. A file that says nowhere what it is counts only if it has what certainly
        are markers: individuals have numbers beside them, too. One that says it and shares none
        is beside genotypes that no other has.
    """
    made: dict[str, str] = {}
    strange: dict[str, str] = {}
    for name, (source, told) in places.items():
        told = told or name.lower().removesuffix(".gz").endswith((".map", ".bim"))
        shares = {
            one: share_of_places(source, _names(content, headed=where == HEADER), told=told)
            for one, (content, where) in genotypes.items()
            if told or where or _is_headed(source)
        }
        best = max(shares, key=lambda one: (shares[one], _alike(one, name)), default="")
        if best and shares[best] > 0:
            (made if shares[best] > _SAYS_SO else strange)[name] = best
    return made | {name: one for name, one in strange.items() if one not in made.values()}


def _alike(one: str, other: str) -> int:
    """How many signs two names begin with in common."""
    differ = (k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))


def _is_headed(source: Source) -> bool:
    try:
        _, lines = lines_of(source, "the map")
        sample = [text.lstrip("#") for _, text in islice(lines, 30)]
    except LMMError:
        return False
    separator = separator_of(sample) if sample else ","
    columns = columns_of([split(text, separator) for text in sample])
    return columns is not None and columns.headed


def _names(source: Source, *, headed: bool) -> frozenset[str]:
    """What may be names of markers in genotypes: the first line, and the first column with it."""
    found: set[str] = set()
    separator = ""
    try:
        for _, text in islice(lines_of(source, "the genotypes")[1], 1 if headed else _LOOKED_AT):
            first, separator = not separator, separator or separator_of([text[:_LONG]])
            entries = split(text[:_LONG] if first else text[:_SHORT], separator)
            found.update(entry.strip().strip('"') for entry in (entries if first else entries[:2]))
    except LMMError:
        return frozenset()
    return frozenset(found | set(map(_plain, found)))
