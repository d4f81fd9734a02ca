"""GEMMA's own files: relatedness without ids, and BIMBAM's genotypes, traits and annotation."""

import sys

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import read_only
from lmm_core.errors import DataError, some
from lmm_data.readers.content import MAX_BYTES
from lmm_data.readers.genotypes.collected import UNKNOWN_CHROMOSOME
from lmm_data.readers.genotypes.marker_places import nowhere
from lmm_data.readers.genotypes.plink_tables import (
    Names,
    contents,
    fields,
    require_lines,
    require_width,
)
from lmm_data.readers.kinship.plink2 import kinship_reading, numbers, text_matrix
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import Reading, Source, TextTable, suspicions
from lmm_data.tables import GenotypeTable, require_unique

MARKER_COLUMNS = 3
MAX_KNOWN = 1 << 16


def read_gemma_kinship(source: Source) -> Reading:
    """A relatedness matrix of `gemma -gk`: `X.cXX.txt` (centred) or `X.sXX.txt` (standardised).

    Args:
        source: a square of numbers between tabs or spaces, gzip-compressed or not.

    Returns:
        A kinship without ids. Its rows are **all** individuals of the fam file or of the
        genotypes, in that order, those without a phenotype too.

    Raises:
        DataError: not a square, an entry that is not a number or is infinite.
    """
    found, data = contents(source, "the relatedness")
    values, _ = text_matrix(data, found)
    notes = (
        f"{found} has ten digits and a row for every individual of the fam file, or of the "
        "genotypes, those without a phenotype too",
    )
    words = "GEMMA’s relatedness, a square of text"
    return kinship_reading(found, values, Names(notes=notes), words)


def read_bimbam(source: Source) -> Reading:
    """Mean genotypes in BIMBAM's format, as `gemma -g` reads them.

    Args:
        source: a line for each marker: its name, two alleles and a number from 0 to 2 for each
            individual, between commas, spaces or tabs; `NA` is missing. gzip-compressed or not.

    Returns:
        Genotypes that count the first of the two alleles, of individuals that are called `1` to
        `n`, with a note: the file does not name them. Nor does it say where the markers lie: the
        chromosome is "0" and the position NaN.

    Raises:
        DataError: lines of different lengths, or an entry that is not a number from 0 to 2.
    """
    found, data = contents(source, "the genotypes")
    markers: list[str] = []
    alleles: list[tuple[str, str]] = []
    rows: list[NDArray[np.float32]] = []
    known: dict[str, float] = {}
    n = 0
    for line, entries in fields(data, found, most=MAX_BYTES // 4, commas=True):
        n = n or len(entries) - MARKER_COLUMNS
        if n < 1 or len(entries) != n + MARKER_COLUMNS:
            beside = f", the first {n + MARKER_COLUMNS}" if n > 0 else ""
            raise DataError(
                "every line must be a marker, two alleles and as many genotypes as the first has",
                f"line {line} has {len(entries)} entries{beside}",
                "write missing genotypes as NA",
                where=found,
            )
        markers.append(entries[0])
        alleles.append((sys.intern(entries[1]), sys.intern(entries[2])))
        # As float32 at once: the text takes twelve times the memory.
        rows.append(_dosages(entries[MARKER_COLUMNS:], known, found, line))
    require_lines(rows, "marker", found)
    note = (
        f"{found} names no individuals: they are called 1 to {n} until the fam file or the "
        "phenotypes, in the same order, name them"
    )
    unknown = read_only(np.full(len(markers), np.nan))
    genotypes = GenotypeTable(
        name=found,
        ids=tuple(str(k + 1) for k in range(n)),
        markers=tuple(markers),
        chromosome=(UNKNOWN_CHROMOSOME,) * len(markers),
        position=unknown,
        position_cm=unknown,
        counts=np.array(rows).T,
        allele1=tuple(one for one, _ in alleles),
        allele0=tuple(two for _, two in alleles),
    )
    words = "BIMBAM’s mean genotypes, counts of the first allele"
    notes = (note, nowhere(found))
    return Reading(found, "genotypes", words, notes, genotypes=genotypes, unnamed=True)


def read_bimbam_table(source: Source) -> Reading:
    """Phenotypes (`gemma -p`) or covariates (`gemma -c`): a column each, no ids, no header.

    Args:
        source: a line for each individual, in the order of the genotypes, between commas, spaces
            or tabs; `NA` is missing.

    Returns:
        A table of text without ids, its columns called `pheno1`, `pheno2`, … as GEMMA's `-n`
        counts them.

    Raises:
        DataError: empty, or lines of different lengths.
    """
    found, data = contents(source, "the table")
    lines = list(fields(data, found, commas=True))
    require_lines(lines, "individual", found)
    require_width(lines, len(lines[0][1]), found)
    columns = tuple(f"pheno{k + 1}" for k in range(len(lines[0][1])))
    entries = tuple(zip(*(row for _, row in lines), strict=True))
    table = TextTable(found, None, columns, entries)
    notes = [f"{found} has no ids: its rows are the individuals of the genotypes, in that order"]
    ones = [
        column
        for column, column_entries in zip(columns, entries, strict=True)
        if len(lines) > 1 and all(as_number(entry) == 1 for entry in column_entries)
    ]
    if ones:
        notes.append(
            f"{some(ones)} of {found} is 1 in every row: GEMMA’s intercept, which is there anyway"
        )
    return Reading(
        name=found,
        kind="table",
        format="GEMMA’s table: a column each, no ids, no header",
        notes=(*notes, *suspicions(table)),
        table=table,
    )


def read_bimbam_annotation(source: Source) -> Reading:
    """Where markers lie, as `gemma -a` reads it: a name, a position in base pairs, a chromosome.

    Args:
        source: a line for each marker, between commas, spaces or tabs, no header; a fourth
            column is in centimorgans.

    Returns:
        A table of text whose rows are markers: `position`, `chromosome` and perhaps
        `centimorgans`.

    Raises:
        DataError: lines of other than three or four entries, a marker that repeats.
    """
    found, data = contents(source, "the annotation")
    lines = list(fields(data, found, commas=True))
    if not lines or len(lines[0][1]) not in (3, 4):
        raise DataError(
            "every line must be a marker, its position and its chromosome",
            f"the first has {len(lines[0][1]) if lines else 0} entries",
            "write those three columns",
            where=found,
        )
    require_width(lines, len(lines[0][1]), found)
    columns = ("position", "chromosome", "centimorgans")[: len(lines[0][1]) - 1]
    markers = tuple(row[0] for _, row in lines)
    require_unique(markers, found, "row", "id")
    entries = tuple(zip(*(row[1:] for _, row in lines), strict=True))
    table = TextTable(found, markers, columns, entries)
    return Reading(found, "table", "BIMBAM’s annotation: a row a marker", table=table)


def _dosages(
    entries: list[str], known: dict[str, float], name: str, line: int
) -> NDArray[np.float32]:
    """The numbers on one line; those met before need not be parsed, in a tenth of the time."""
    try:
        return np.fromiter(map(known.__getitem__, entries), np.float32, len(entries))
    except KeyError:
        values = numbers(entries, name, line)
    if len(known) < MAX_KNOWN:
        known.update(zip(entries, values.tolist(), strict=True))
    return values.astype(np.float32)
