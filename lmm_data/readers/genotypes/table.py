"""Tables of genotypes, of 0, 1 and 2 or of letters: individuals in the rows, or in the columns."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import read_only
from lmm_core.errors import DataError
from lmm_data.readers.genotypes.collected import Markers
from lmm_data.readers.genotypes.families import named_candidates
from lmm_data.readers.genotypes.lines import lines_of
from lmm_data.readers.genotypes.marker_places import (
    CENTIMORGANS,
    CHROMOSOME,
    MARKER_NAMES,
    POSITION,
    nowhere,
)
from lmm_data.readers.genotypes.plink_tables import named
from lmm_data.readers.genotypes.table_entries import LETTERS, Entries, is_entry, kind_of
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import Reading, Source, TextTable
from lmm_data.readers.text.candidates import ROW_NUMBERS
from lmm_data.readers.text.dialect import ID_NAMES, plain_name, separator_of

_LOOKED_AT = 30
_SHORT = 1 << 16
_LONG = 1 << 23
_FEW = 12

_ALLELES = frozenset({"alleles", "allele", "ref", "alt", "a1", "a2", "allele1", "allele2"})
_ABOUT_MARKERS = CHROMOSOME | POSITION | CENTIMORGANS | _ALLELES | {"strand", "type"}
_PERSON = re.compile(r"(sex|gender)$")


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the entries of a table begin.

    Attributes:
        header: the names of all columns; none at all without a header.
        left: how many columns stand before the genotypes.
        marker_rows: whether a header says that rows are markers; None if it says neither.
    """

    header: tuple[str, ...]
    left: int
    marker_rows: bool | None


def read_genotype_table(source: Source) -> Reading:
    """Genotypes in text, a row an individual and a column a marker, or the other way round.

    Args:
        source: counts of an allele from 0 to 2, or -1, 0 and 1, or letters: AA, AG and GG, A/G,
            one letter for a homozygote, A, H and B for two parents and what is between them.
            Between tabs, commas, semicolons or spaces; a header and ids on the left, or neither.

    Returns:
        Counts of what is counted in the file; of letters those of the rarer allele, and of
        parents those of B. Which way round it lies is told by a column that only individuals or
        only markers have, in letters by which way no more than two alleles meet, and otherwise by
        the ids of the other files (`Reading.either_way`).

    Raises:
        DataError: lines of other lengths, entries that are no genotypes.
    """
    found, numbered = lines_of(source, "the genotypes")
    lines = _without_comments(numbered)
    first = _first(lines)
    if not first:
        raise DataError("the file must hold lines", "there is none", where=found)
    cut = _Cut([text for _, text in first])
    shape = shape_of([cut(text) for _, text in first])
    entries = Entries(found, _kind(cut, shape, first, found))
    left: list[list[str]] = []
    width = 0
    for line, text in chain(first[bool(shape.header) :], lines):
        ids, rest = cut.apart(text, shape.left)
        row: list[str] | NDArray[np.int8] | None = entries.at_once(rest, cut.separator)
        if row is None:
            every = cut(text)
            ids, row = every[: shape.left], every[shape.left :]
        wide = len(ids) + len(row)
        width = width or wide
        if wide != width:
            raise DataError(
                f"every line must have as many entries as the first, {width:,}",
                f"line {line} has {wide:,}",
                "write missing genotypes as NA",
                where=found,
            )
        left.append(ids)
        entries.append(row, line)
    if not left or width == shape.left:
        raise DataError(
            "genotypes must stand below the header and beside the ids",
            f"there are {len(left)} lines and {max(width - shape.left, 0)} columns",
            "write the table again",
            where=found,
        )
    return _reading(found, shape, left, entries)


def _first(lines: Iterator[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines that are looked at: thirty, or two if they are very long."""
    first: list[tuple[int, str]] = []
    signs = 0
    for line in lines:
        first.append(line)
        signs += len(line[1])
        if len(first) == _LOOKED_AT or (len(first) > 1 and signs > _LONG):
            break
    return first


def shape_of(rows: Sequence[Sequence[str]], most: int = sys.maxsize) -> Shape:
    """Where the genotypes of a table begin, by its first rows.

    Args:
        rows: entries.
        most: columns before the genotypes: of more it does not matter how many.
    """
    top = list(rows[0])
    below = rows[1:] or rows
    headed = len(rows) > 1 and (
        not _are_entries(top[1:] or top) or _are_names(top[1:], below[0][1:])
    )
    short = headed and len(top) == len(below[0]) - 1
    header = (("", *top) if short else tuple(top)) if headed else ()
    plain = [plain_name(label) for label in header]
    body = below if headed else rows
    width = min(map(len, body))
    about = sum(name in _ABOUT_MARKERS for name in plain)
    left = 0
    for j in range(width):
        if not _are_entries([row[j] for row in body]):
            left = j + 1
            if left > most:
                break
        elif left <= j and j > 8 + about:
            break
    if headed and left == 0 and (short or plain[0] in ID_NAMES | MARKER_NAMES or not plain[0]):
        left = 1
    elif headed and left == 0 and len({row[0] for row in body}) == len(body) > 3:
        left = 1
    while left < len(plain) and (plain[left] in _ABOUT_MARKERS or _PERSON.match(plain[left])):
        left += 1
    marker_rows: bool | None = None
    if {"fid", "iid"} & set(plain[:2]) or any(map(_PERSON.match, plain[:left])):
        marker_rows = False
    elif about and set(plain[1:left]) & _ABOUT_MARKERS:
        marker_rows = True
    return Shape(header, left, marker_rows)


def _are_entries(entries: Sequence[str]) -> bool:
    """Whether most are genotypes: one that is none is a mistake, to be named with its place."""
    return 2 * sum(map(is_entry, entries)) > len(entries)


def _are_names(top: Sequence[str], below: Sequence[str]) -> bool:
    """Whether entries that might be genotypes, as 11 and 12 may, all differ and those below do not.

    Fractions may all differ.
    """
    return len(top) > _FEW and len({*top}) == len(top) and 2 * len({*below}) < len(below)


class _Cut:
    """Cuts the lines of a table into entries, by what separates the first of them."""

    def __init__(self, sample: list[str]) -> None:
        short = [text for text in sample if len(text) < _SHORT] or sample[:2]
        self.separator = separator_of(short)

    def __call__(self, text: str) -> list[str]:
        text = _unquoted(text)
        if self.separator == " ":
            return text.split()
        text = text.rstrip("\r\n")
        entries = text.split(self.separator)
        # Without white space anywhere, none need be looked at.
        return entries if text.split(None, 1) == [text] else [entry.strip() for entry in entries]

    def apart(self, text: str, left: int) -> tuple[list[str], str]:
        """The entries on the left, and the others as text; no text if there are no others."""
        text = _unquoted(text)
        if self.separator == " ":
            parts = text.rstrip().split(None, left)
        else:
            parts = text.rstrip("\r\n").split(self.separator, left)
        if len(parts) <= left:
            return [], ""
        return [entry.strip() for entry in parts[:left]], parts[left]


def _unquoted(text: str) -> str:
    return text.replace('"', "") if '"' in text else text


def _without_comments(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines but those with ## in front, and the # of a header taken off."""
    for line, text in lines:
        if not text.startswith("##"):
            yield line, text.removeprefix("#")


def _kind(cut: _Cut, shape: Shape, first: Sequence[tuple[int, str]], name: str) -> str:
    sample = [entry for _, text in first[bool(shape.header) :] for entry in cut(text)[shape.left :]]
    kind = kind_of(sample)
    if not kind:
        odd = next((entry for entry in sample if not is_entry(entry)), "numbers and letters")
        raise DataError(
            "a table of genotypes must hold 0, 1 and 2, or letters such as AA, AG and GG",
            f"it holds “{odd[:40]}”",
            "look whether it is that file",
            where=name,
        )
    return kind


def _reading(name: str, shape: Shape, left: list[list[str]], entries: Entries) -> Reading:
    shape, left = _without_row_numbers(shape, left)
    labels, table = _labels(shape, left, name)
    across = shape.header[shape.left :]
    marker_rows = shape.marker_rows
    if table is not None:
        marker_rows = False
    if marker_rows is None and entries.kind == LETTERS:
        marker_rows = entries.markers_by_row()
    # Individuals differ, and what differs on one side alone is theirs.
    rows_differ = not labels or len(set(labels)) == len(labels)
    columns_differ = not across or (len(set(across)) == len(across) and "" not in across)
    either_way = marker_rows is None and rows_differ and columns_differ
    if marker_rows is None:
        hint = plain_name(shape.header[0]) if shape.header else ""
        marker_rows = hint in MARKER_NAMES if rows_differ and columns_differ else columns_differ
    rows = labels or tuple(str(k + 1) for k in range(len(left)))
    columns = across or tuple(str(k + 1) for k in range(entries.width))
    ids, names = (columns, rows) if marker_rows else (rows, columns)
    coded = entries.coded(marker_rows, names)
    places = _places(shape, left, len(rows)) if shape.marker_rows else None
    markers = Markers(name)
    for k in coded.places:
        where = places[k] if places else ("0", np.nan, np.nan)
        markers.add(names[k], *where, coded.alleles[k])
    genotypes = markers.table(ids, read_only(coded.counts))
    unnamed = not (across if marker_rows else labels)
    notes = [*coded.notes]
    if unnamed:
        notes.append(
            f"{name} names no individuals: they are called 1 to {len(ids)} until the phenotypes, "
            "in the same order, name them"
        )
    if places is None:
        notes.append(nowhere(name))
    way = "a row a marker" if marker_rows else "a row an individual"
    return Reading(
        name=name,
        kind="genotypes",
        format=f"genotypes in text, {way}, {coded.words}",
        notes=tuple(notes),
        genotypes=genotypes,
        table=table,
        candidates=() if unnamed else named_candidates(genotypes.ids),
        unnamed=unnamed,
        either_way=either_way and entries.turns,
    )


def _without_row_numbers(shape: Shape, left: list[list[str]]) -> tuple[Shape, list[list[str]]]:
    """The same without a first column that numbers the rows, where names stand beside it.

    As R writes them, in a file whose header has an entry less; of chosen rows they have gaps, and
    are in any order.
    """
    if shape.left < 2 or not shape.header or plain_name(shape.header[0]) not in ROW_NUMBERS:
        return shape, left
    numbers, beside = ([row[j] for row in left] for j in (0, 1))
    if not all(map(str.isdecimal, numbers)) or any(
        len(set(entries)) < len(entries) for entries in (numbers, beside)
    ):
        return shape, left
    # Of two columns of numbers the first may be the ids.
    if all(map(str.isdecimal, beside)) and plain_name(shape.header[1]) not in ID_NAMES:
        return shape, left
    if plain_name(shape.header[1]) in CHROMOSOME | POSITION | CENTIMORGANS:
        return shape, left
    shorter = replace(shape, header=shape.header[1:], left=shape.left - 1)
    return shorter, [row[1:] for row in left]


def _labels(
    shape: Shape, left: list[list[str]], name: str
) -> tuple[tuple[str, ...], TextTable | None]:
    """What names the rows, and traits that stand beside the ids."""
    if not shape.left:
        return (), None
    plain = [plain_name(label) for label in shape.header[: shape.left]]
    if shape.marker_rows:
        own = next((j for j, label in enumerate(plain) if label not in _ABOUT_MARKERS), 0)
        return tuple(row[own] for row in left), None
    if plain[:2] == ["fid", "iid"] or (not plain and shape.left == 2):
        pairs = [(row[0], row[1]) for row in left]
        ids, used = named(pairs, name).ids, 2
    else:
        ids, used = tuple(row[0] for row in left), 1
    if shape.left == used:
        return ids, None
    if not plain:
        raise DataError(
            "what stands before the genotypes must be called by a header",
            f"there are {shape.left} columns without one",
            "write id for the first, and names above the others",
            where=name,
        )
    columns = shape.header[used : shape.left]
    values = tuple(zip(*(row[used:] for row in left), strict=True))
    return ids, TextTable(name, ids, columns, values)


def _places(shape: Shape, left: list[list[str]], m: int) -> list[tuple[str, float, float]] | None:
    """Chromosome, base pairs and centimorgans of each row, where there are such columns."""
    plain = [plain_name(label) for label in shape.header[: shape.left]]

    def column(names: frozenset[str], absent: str) -> list[str]:
        at = next((j for j, label in enumerate(plain) if label in names), None)
        return [absent] * m if at is None else [row[at] for row in left]

    if not {*plain} & (CHROMOSOME | POSITION | CENTIMORGANS):
        return None
    chromosomes = column(CHROMOSOME, "0")
    positions, centimorgans = column(POSITION, "NA"), column(CENTIMORGANS, "NA")
    return [(chromosomes[k], as_number(positions[k]), as_number(centimorgans[k])) for k in range(m)]
