"""PLINK 1 binary genotypes (bed, bim, fam), with GEMMA's extra phenotype columns."""

import io
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, read_only
from lmm_core.errors import DataError
from lmm_data.readers.case_control import knows_controls, on_controls, without_zeros
from lmm_data.readers.genotypes.plink_tables import (
    MAX_FIELDS,
    MAX_LINE_LENGTH,
    MAX_LINES,
    contents,
    fields,
    named,
    require_room,
    require_text,
    with_minus_nine,
)
from lmm_data.readers.numeric import numbers_of
from lmm_data.readers.reading import Reading, Source, TextTable
from lmm_data.tables import GenotypeTable, Table

HEADER = b"\x6c\x1b\x01"
"""What a bed file begins with: two bytes that name it, and one for a marker after the other."""
FAM_COLUMNS = 6
BIM_COLUMNS = 6
# What stands in the third and the fourth, and for a place that is not known.
PLACES, NO_PLACE = ("centimorgans", "position"), frozenset({"NA"})
LINES_AT_ONCE = 4096
# And so many characters of lines that are cut together.
PIECE = 1 << 18


def read_plink(path: str | PathLike[str]) -> tuple[GenotypeTable, Table]:
    """Genotypes and phenotypes of the files `X.bed`, `X.bim` and `X.fam`, as numbers.

    Args:
        path: the prefix `X`, or the path of the bed file. Each of the three may be
            gzip-compressed (`X.bed.gz`).

    Returns:
        What `read_plink_files` makes of them, the phenotypes as numbers.

    Raises:
        DataError: a file is missing, as `read_plink_files`, or a phenotype that is no number.
    """
    bed, bim, fam = side_by_side(path)
    reading = read_plink_files(bed, bim, fam)
    genotypes, table = reading.genotypes, reading.table
    assert genotypes is not None
    ids = genotypes.ids
    nothing = Table(genotypes.name, ids, (), np.empty((len(ids), 0)))
    return genotypes, nothing if table is None else table.numbers(table.columns)


def read_plink_files(bed: Source, bim: Source, fam: Source) -> Reading:
    """Genotypes, phenotypes and sex of the three files, given as bytes, open files or paths.

    Args:
        bed, bim, fam: each may be gzip-compressed. bed-reader wants a path: the bed file is
            written into a temporary folder, removed before this returns.

    Returns:
        The counts of allele 1 (bim column 5), with -127 where missing, and the phenotypes as
        text, -9 where missing: the columns of the fam file from the sixth on, named `pheno1`,
        `pheno2`, … as GEMMA's `-n` counts them, or none if all are -9, as PLINK writes them where
        there are none. Individuals are named by IID, or FID_IID where IIDs repeat. The covariates
        are `sex`, 0 for females and 1 for males, if the fam file knows any. A position of 0 or
        less is unknown; centimorgans are unknown if all of them are 0.

    Raises:
        DataError: a file is damaged, rows of different lengths, a position that is no number,
            or a bed file whose size does not fit the other two.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#bed
    """
    called, data = contents(bed, "the bed file")
    markers = read_bim(*contents(bim, "the bim file"))
    people, fam_name = fam_rows(fam)
    n, m = len(people), len(markers.names)
    require_room(n * m, called)
    ids, of_people = of_fam(people, fam_name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "genotypes.bed"
        try:
            file.write_bytes(data)
        except OSError as error:
            raise DataError(
                "the file cannot be read", str(error), "fetch it again", where=called
            ) from None
        require_bed(file, called, n, m)
        counts = read_bed(file, called, n, m)
    genotypes = GenotypeTable(
        name=called,
        ids=ids,
        markers=markers.names,
        chromosome=markers.chromosome,
        position=markers.position,
        position_cm=markers.position_cm,
        counts=read_only(counts),
        allele1=markers.allele1,
        allele0=markers.allele0,
    )
    return replace(
        of_people,
        name=called,
        kind="genotypes",
        format="PLINK 1 genotypes (bed, bim, fam), counts of allele 1",
        genotypes=genotypes,
    )


def read_fam(fam: Source) -> Reading:
    """Phenotypes and sex of a fam file alone, without its genotypes.

    The table and the covariates are those of `read_plink_files`.

    Raises:
        DataError: lines of fewer than six fields or of different lengths, no phenotypes.
    """
    people, called = fam_rows(fam)
    reading = of_fam(people, called)[1]
    if reading.table is None:
        raise DataError(
            f"{called} has no phenotypes", "each is −9 or NA", "add a file of phenotypes"
        )
    return reading


def read_fam_sex(fam: Source) -> TextTable | None:
    """The sex in a fam file alone, as `read_plink_files` has it; None if nobody's is known."""
    return of_fam(*fam_rows(fam))[1].covariates


class Bim(NamedTuple):
    """The columns of a bim file; positions in base pairs and in centimorgans, NaN if unknown."""

    chromosome: tuple[str, ...]
    names: tuple[str, ...]
    position: Floats
    position_cm: Floats
    allele1: tuple[str, ...]
    allele0: tuple[str, ...]


def read_bim(name: str, data: bytes) -> Bim:
    """The markers in the text of a bim file, some lines at a time: there may be millions."""
    texts: list[list[str]] = [[], [], [], []]
    numbers: list[list[Floats]] = [[], []]
    # What repeats from line to line, such as a chromosome, is held once.
    held: dict[str, str] = {}
    for lines, rows in equally_wide_parts(data, BIM_COLUMNS, name):
        columns = list(zip(*rows, strict=True))
        for text, place in zip(texts, (0, 1, 4, 5), strict=True):
            entries = columns[place]
            text.extend(entries if place == 1 else map(held.setdefault, entries, entries))
        for values, place, called in zip(numbers, (2, 3), PLACES, strict=True):
            found = numbers_of(columns[place], NO_PLACE)
            if found is None:
                each = zip(columns[place], lines, strict=True)
                found = np.array([_number(entry, called, line, name) for entry, line in each])
            values.append(found)
    chromosome, names, allele1, allele0 = map(tuple, texts)
    centimorgans, base_pairs = map(np.concatenate, numbers)
    return Bim(
        chromosome,
        names,
        read_only(np.where(base_pairs > 0, base_pairs, np.nan)),
        read_only(np.where(centimorgans.any(), centimorgans, np.nan)),
        allele1,
        allele0,
    )


def fam_rows(fam: Source) -> tuple[list[list[str]], str]:
    """The fields of each individual in a fam file, and what to call it."""
    called, data = contents(fam, "the fam file")
    return [row for _, row in equally_wide(data, FAM_COLUMNS, called)], called


def side_by_side(path: str | PathLike[str]) -> list[Path]:
    """The bed, the bim and the fam file, each perhaps compressed."""
    prefix = str(Path(path)).removesuffix(".gz").removesuffix(".bed")
    found = []
    for kind in ("bed", "bim", "fam"):
        plain, packed = Path(f"{prefix}.{kind}"), Path(f"{prefix}.{kind}.gz")
        if not plain.is_file() and not packed.is_file():
            raise DataError(
                "PLINK data are three files, .bed, .bim and .fam",
                f"there is neither {plain.name} nor {packed.name}",
                "put the three side by side",
                where=Path(prefix).name,
            )
        found.append(plain if plain.is_file() else packed)
    return found


def equally_wide(data: bytes, width: int, name: str) -> Iterator[tuple[int, list[str]]]:
    """Number and fields of each line, at least `width` of them and as many in each line."""
    first = 0
    for line, row in fields(data, name):
        first = first or len(row)
        if len(row) < width or len(row) != first:
            raise DataError(
                f"every line must have the same {width} or more fields",
                f"line {line} has {len(row)}, the first {first}",
                "write missing entries as NA",
                where=name,
            )
        yield line, row
    if not first:
        raise DataError(
            "the file must have one line for each entry",
            "it is empty",
            "check that it was saved",
            where=name,
        )


def equally_wide_parts(
    data: bytes, width: int, name: str
) -> Iterator[tuple[Sequence[int], Sequence[list[str]]]]:
    """What `equally_wide` yields, numbers and fields of some thousand lines at a time.

    Where all lines of a part are alike they are cut together, in a fifth of the time; the first
    part in which they are not, and all after it, are read line by line.
    """
    require_text(data, name)
    done = first = 0
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig")
    with suppress(UnicodeDecodeError):
        while lines := text.readlines(PIECE):
            rows = list(map(str.split, lines))
            first = first or len(rows[0])
            number = done + len(rows)
            room = number <= MAX_LINES and number * first <= MAX_FIELDS
            alike = first >= width and set(map(len, rows)) == {first}
            if not room or not alike or max(map(len, lines)) >= MAX_LINE_LENGTH:
                break
            yield range(done + 1, number + 1), rows
            done = number
        else:
            if done:
                return
    rest = (one for one in equally_wide(data, width, name) if one[0] > done)
    while some := list(islice(rest, LINES_AT_ONCE)):
        yield tuple(zip(*some, strict=True))  # type: ignore[misc]


def _number(text: str, column: str, line: int, name: str) -> float:
    try:
        return math.nan if text == "NA" else float(text)
    except ValueError:
        raise DataError(
            "entries must be numbers or NA",
            f"line {line}, column “{column}” holds “{text}”",
            "write NA for a missing value",
            where=name,
        ) from None


def of_fam(people: list[list[str]], name: str) -> tuple[tuple[str, ...], Reading]:
    """Ids; phenotypes if there are any, and sex if any is known, of the columns of a fam file."""
    who = named([(row[0], row[1]) for row in people], name)
    entries = tuple(zip(*(row[FAM_COLUMNS - 1 :] for row in people), strict=True))
    names = tuple(f"pheno{k + 1}" for k in range(len(entries)))
    table: TextTable | None
    told = names[:1] if entries and knows_controls(entries[0]) else ()
    # What stands behind column 6 is GEMMA's, to which 0 is a number.
    entries = (without_zeros(entries[0]), *entries[1:]) if told else entries
    table, more = with_minus_nine(TextTable(name, who.ids, names, entries))
    more = (*more, *on_controls(told))
    sex, said = _sex(people, who.ids, name)
    if all(entry in ("-9", "NA") for column in entries for entry in column):
        table, more, said = None, (), (*said, f"{name} has no phenotypes: each is −9 or NA")
    return who.ids, Reading(
        name=name,
        kind="table",
        format="PLINK’s individuals (.fam), their phenotypes from column 6 on",
        notes=(*who.notes, *more, *said),
        table=table,
        covariates=sex,
        named_by=who.named_by,
    )


def _sex(
    fam: list[list[str]], ids: tuple[str, ...], name: str
) -> tuple[TextTable | None, tuple[str, ...]]:
    """Column 5 as a covariate, and a note on its coding; None if nobody's sex is known."""
    codes = {"1": "1", "2": "0"}
    entries = tuple(codes.get(row[4], "NA") for row in fam)
    if set(entries) == {"NA"}:
        return None, ()
    note = f"sex is column 5 of {name}, 1 for males and 0 for females"
    return TextTable(name, ids, ("sex",), (entries,)), (note,)


def read_bed(
    bed: Path, name: str, n: int, m: int, block: tuple[slice, slice] = (slice(None), slice(None))
) -> NDArray[np.int8]:
    """A block of the counts of allele 1 in a file of n individuals and m markers, -127 missing."""
    try:
        from bed_reader import open_bed
    except ImportError:
        raise DataError(
            "PLINK’s genotypes are read with the package bed-reader, which is not there",
            remedy="pip install bed-reader",
            where=name,
        ) from None
    # The metadata are read elsewhere: bed-reader would want fam files of six columns.
    with open_bed(bed, iid_count=n, sid_count=m) as opened:
        counts: NDArray[np.int8] = opened.read(index=block, dtype="int8")
    return counts


def bed_size(n: int, m: int) -> int:
    """Bytes of a bed file."""
    return len(HEADER) + m * math.ceil(n / 4)


def require_bed(bed: Path, name: str, n: int, m: int) -> None:
    """See that a bed file, called `name`, is one, and has n individuals and m markers."""
    with bed.open("rb") as file:
        head = file.read(3)
    if head != HEADER:
        raise DataError(
            "a bed file must begin with the bytes 6c 1b 01",
            f"these are {head.hex(' ') or 'none'}",
            "convert it with PLINK 1.9 or later, --make-bed",
            where=name,
        )
    size, expected = bed.stat().st_size, bed_size(n, m)
    if size != expected:
        raise DataError(
            f"the bed file must hold {n} individuals (fam) x {m} markers (bim), that is "
            f"{expected} bytes",
            f"it has {size}",
            "use the three files of one data set",
            where=name,
        )
