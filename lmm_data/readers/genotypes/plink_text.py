"""PLINK genotypes as letters: ped and map, a row an individual; tped and tfam, a row a marker."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import read_only
from lmm_core.errors import DataError, count
from lmm_data.readers.genotypes.calls import NO_ALLELE, Book, Coded, Pair, left_out, pair_of
from lmm_data.readers.genotypes.collected import MAX_COUNTS, Collected, Markers
from lmm_data.readers.genotypes.lines import lines_of
from lmm_data.readers.genotypes.plink import FAM_COLUMNS, equally_wide, fam_rows, of_fam
from lmm_data.readers.genotypes.plink_tables import contents, require_room
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import Reading, Source

TPED_COLUMNS = 4
# Markers that are decoded at once: what a row of the codes is copied for.
_TOGETHER = 256
_WORDS = "counts of the rarer allele"


def read_ped(ped: Source, places: Source) -> Reading:
    """Genotypes of `X.ped` and `X.map`.

    Args:
        ped: FID, IID, father, mother, sex, phenotype and two alleles for each marker, between
            spaces or tabs, letters or numbers, 0 missing; or both alleles in one, as AG.
        places: chromosome, marker, perhaps centimorgans, base pairs, a line for each marker.

    Returns:
        Counts of the rarer allele, of two as frequent the later in the alphabet, and phenotypes
        and sex as of a fam file. A genotype of which one allele is missing is. Markers of more
        than two alleles, and those with a negative position, as PLINK has it, are left out.

    Raises:
        DataError: lines of other lengths than the map says.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#ped
    """
    found, lines = lines_of(ped, "the genotypes")
    markers, map_name = _map(places)
    m = len(markers)
    book, rows, people = Book(found), [], []
    for line, text in lines:
        if text.startswith("#"):
            continue
        entries = text.split()
        people.append(entries[:FAM_COLUMNS])
        rows.append(book.codes(_genotypes(entries, FAM_COLUMNS, m, found, line, map_name), line))
        require_room(len(rows) * rows[-1].nbytes, found, MAX_COUNTS)
    if not people:
        raise DataError(
            "the file must hold a line for each individual", "there is none", where=found
        )
    codes = np.array(rows)
    del rows
    made = Markers(found)
    kept: list[NDArray[np.int8]] = []
    several: list[str] = []
    negative = 0
    for marker, coded in zip(markers, each_coded(book, codes, found), strict=True):
        position = as_number(marker[3])
        if position < 0:
            negative += 1
        elif coded is None:
            several.append(marker[1])
        else:
            made.add(marker[1], marker[0], position, as_number(marker[2]), coded[1:])
            kept.append(coded.counts)
    ids, of_people = of_fam(people, found)
    notes = [*of_people.notes, *left_out(several, m, found)]
    if negative:
        notes.append(
            f"left out, as PLINK does: {count(negative, 'marker')} of {map_name} with a "
            "negative position"
        )
    counts = np.array(kept, dtype=np.int8).reshape(-1, len(people)).T
    return replace(
        of_people,
        kind="genotypes",
        format=f"PLINK’s .ped and .map, {_WORDS}",
        notes=tuple(notes),
        genotypes=made.table(ids, read_only(counts)),
    )


def read_tped(tped: Source, tfam: Source) -> Reading:
    """Genotypes of `X.tped` and `X.tfam`, as `read_ped` otherwise.

    Args:
        tped: chromosome, marker, centimorgans, base pairs and two alleles for each individual.
        tfam: as a fam file.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#tped
    """
    people, fam_name = fam_rows(tfam)
    found, lines = lines_of(tped, "the genotypes")
    ids, of_people = of_fam(people, fam_name)
    book, made = Book(found), Collected(found, len(people))
    several: list[str] = []
    total = negative = 0
    for line, text in lines:
        entries = text.split()
        genotypes = _genotypes(entries, TPED_COLUMNS, len(people), found, line, fam_name)
        chromosome, marker, centimorgans, position = entries[:TPED_COLUMNS]
        total += 1
        if as_number(position) < 0:
            negative += 1
            continue
        (coded,) = each_coded(book, book.codes(genotypes, line)[:, np.newaxis], found)
        if coded is None:
            several.append(marker)
            continue
        made.add(marker, chromosome, as_number(position), as_number(centimorgans), coded[1:])
        made.counts.append(coded.counts)
    notes = [*of_people.notes, *left_out(several, total, found)]
    if negative:
        notes.append(
            f"left out, as PLINK does: {count(negative, 'marker')} of {found} with a "
            "negative position"
        )
    return replace(
        of_people,
        name=found,
        kind="genotypes",
        format=f"PLINK’s .tped and .tfam, {_WORDS}",
        notes=tuple(notes),
        genotypes=made.of(ids),
    )


def each_coded(book: Book, codes: NDArray[Any], name: str) -> Iterator[Coded | None]:
    """Each marker, a column of the codes, as counts; None if it has more than two alleles."""
    try:
        alleles = book.alleles(_pair)
    except ValueError as error:
        raise DataError(
            "genotypes must be two alleles, letters or numbers",
            f"there is “{error.args[0][:40]}”",
            "look whether the columns are those of the format",
            where=name,
        ) from None
    for start in range(0, codes.shape[1], _TOGETHER):
        yield from map(alleles.coded, codes[:, start : start + _TOGETHER].T.copy())


def _pair(entry: object) -> Pair:
    if isinstance(entry, tuple):
        return None if not NO_ALLELE.isdisjoint(entry) else (entry[0], entry[1])
    return pair_of(str(entry))


def _genotypes(
    entries: list[str], before: int, wanted: int, name: str, line: int, other: str
) -> Sequence[object]:
    """The genotypes of a line, as pairs of alleles or in one word each."""
    width = len(entries) - before
    if width == 2 * wanted:
        return list(zip(entries[before::2], entries[before + 1 :: 2], strict=True))
    if width == wanted > 0:
        return entries[before:]
    raise DataError(
        f"a line must have {before} columns and two alleles for each of the {wanted:,} lines of "
        f"{other}",
        f"line {line} has {len(entries):,} columns",
        "use the files of one data set",
        where=name,
    )


def _map(places: Source) -> tuple[list[list[str]], str]:
    """Chromosome, name, centimorgans and base pairs of each marker, as they are written."""
    name, data = contents(places, "the map")
    rows = [row for _, row in equally_wide(data, 3, name)]
    if len(rows[0]) > 4:
        raise DataError(
            "a map must have the columns chromosome, marker, centimorgans and base pairs",
            f"it has {len(rows[0])}",
            "write it by plink --recode",
            where=name,
        )
    rows = [row if len(row) == 4 else [row[0], row[1], "0", row[2]] for row in rows]
    for line, row in enumerate(rows, 1):
        if np.isnan(as_number(row[3])):
            raise DataError(
                "positions must be numbers",
                f"line {line} has “{row[3][:40]}”",
                "write 0 if it is unknown",
                where=name,
            )
    return rows, name
