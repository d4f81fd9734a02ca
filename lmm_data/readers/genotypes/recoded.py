"""Genotypes as PLINK recodes them: .raw, a row an individual, and .traw, a row a marker."""

import re
from dataclasses import replace

from lmm_core.errors import DataError, some
from lmm_data.readers.genotypes.collected import Collected, Counts, Markers, Parsed
from lmm_data.readers.genotypes.families import named_candidates
from lmm_data.readers.genotypes.lines import lines_of
from lmm_data.readers.genotypes.marker_places import nowhere
from lmm_data.readers.genotypes.plink import FAM_COLUMNS, of_fam
from lmm_data.readers.numeric import MISSING_CODES, as_number
from lmm_data.readers.reading import Reading, Source

TRAW_COLUMNS = 6
"""CHR, SNP, (C)M, POS, COUNTED and ALT."""

# rs1_A, and with --recode A include-alt rs1_A(/G).
_COUNTED = re.compile(r"(.+)_([^_(]+)(?:\(/(.+)\))?")
_HETEROZYGOUS = "_HET"


def read_raw(source: Source) -> Reading:
    """The genotypes of `plink --recode A`, or the additive columns of `--recode AD`.

    Args:
        source: FID, IID, PAT, MAT, SEX, PHENOTYPE and a column of counts for each marker, called
            by the marker and the allele that is counted, as rs1_A, between spaces or tabs.

    Returns:
        Counts of that allele, the phenotype and the sex, as of a fam file.

    Raises:
        DataError: another header, lines of other lengths, an entry that is no number from 0 to 2.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#raw
    """
    found, lines = lines_of(source, "the genotypes")
    _, first = next(lines, (1, ""))
    header = first.split()
    heads = [head.lstrip("#").upper() for head in header[:FAM_COLUMNS]]
    if heads != ["FID", "IID", "PAT", "MAT", "SEX", "PHENOTYPE"] or len(header) == FAM_COLUMNS:
        raise DataError(
            "the header must be FID IID PAT MAT SEX PHENOTYPE, and markers",
            f"it is {first[:60]}",
            "write it by plink --recode A",
            where=found,
        )
    columns = header[FAM_COLUMNS:]
    dominant = [j for j in range(1, len(columns)) if _is_heterozygous(columns[j - 1], columns[j])]
    drop = set(dominant)
    markers = Markers(found)
    for j, column in enumerate(columns):
        if j not in drop:
            parts = _COUNTED.fullmatch(column)
            name, counted, other = parts.groups() if parts else (column, None, None)
            markers.add(name, alleles=(counted or "NA", other or "NA"))
    counts, parsed = Counts(found, len(markers.names)), Parsed(found, MISSING_CODES)
    people: list[list[str]] = []
    kept = [j for j in range(len(columns)) if j not in drop]
    for line, text in lines:
        entries = text.split()
        if len(entries) != len(header):
            raise _other_width(line, len(entries), len(header), found)
        people.append(entries[:FAM_COLUMNS])
        row = entries[FAM_COLUMNS:]
        counts.append(parsed.row([row[j] for j in kept] if drop else row, line))
    if not people:
        raise DataError(
            "the header must be followed by lines", "there is none", "export it again", where=found
        )
    ids, of_people = of_fam(people, found)
    notes = [*of_people.notes, nowhere(found)]
    if drop:
        notes.append(f"the columns {some([columns[j] for j in dominant])} of {found} are not used")
    return replace(
        of_people,
        kind="genotypes",
        format="PLINK’s .raw, counts of the allele after _ in each column’s name",
        notes=tuple(notes),
        genotypes=markers.table(ids, counts.rows()),
    )


def read_traw(source: Source) -> Reading:
    """The genotypes of `plink --recode A-transpose`.

    Args:
        source: CHR, SNP, (C)M, POS, COUNTED, ALT and a column for each individual, called FID_IID
            or IID, a row a marker.

    Returns:
        Counts of the allele in COUNTED, fractions as well.

    Raises:
        DataError: as of `read_raw`.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#traw
    """
    found, lines = lines_of(source, "the genotypes")
    _, first = next(lines, (1, ""))
    separator = "\t" if "\t" in first else None
    header = first.split(separator)
    ids = tuple(label.strip() for label in header[TRAW_COLUMNS:])
    if [head.lstrip("#").upper() for head in header[4:TRAW_COLUMNS]] != ["COUNTED", "ALT"]:
        raise DataError(
            "the header must be CHR SNP (C)M POS COUNTED ALT, and individuals",
            f"it is {first[:60]}",
            "write it by plink --recode A-transpose",
            where=found,
        )
    made, parsed = Collected(found, len(ids)), Parsed(found, MISSING_CODES)
    for line, text in lines:
        entries = text.split(separator)
        if len(entries) != len(header):
            raise _other_width(line, len(entries), len(header), found)
        chromosome, marker, centimorgans, position, counted, other = entries[:TRAW_COLUMNS]
        made.add(marker, chromosome, as_number(position), as_number(centimorgans), (counted, other))
        made.counts.append(parsed.row(entries[TRAW_COLUMNS:], line))
    table = made.of(ids)
    return Reading(
        found,
        "genotypes",
        "PLINK’s .traw, counts of the allele in COUNTED",
        genotypes=table,
        candidates=named_candidates(table.ids),
    )


def _is_heterozygous(before: str, column: str) -> bool:
    """Whether a column of `--recode AD` says who is heterozygous, beside the counts before it."""
    parts = _COUNTED.fullmatch(before)
    return parts is not None and column == f"{parts[1]}{_HETEROZYGOUS}"


def _other_width(line: int, width: int, expected: int, name: str) -> DataError:
    return DataError(
        f"every line must have as many fields as the header, {expected:,}",
        f"line {line} has {width:,}",
        "write missing entries as NA, and no spaces in names",
        where=name,
    )
