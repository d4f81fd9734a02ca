"""PLINK 1 binary genotypes (bed, bim, fam), with GEMMA's extra phenotype columns."""

import gzip
import math
import shutil
import tempfile
import zlib
from collections import Counter
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, read_only
from lmm_core.errors import DataError, some
from lmm_data.readers.genotypes.plink_tables import (
    contents,
    fields,
    named,
    require_room,
    with_minus_nine,
)
from lmm_data.readers.naming import NamedBy
from lmm_data.readers.reading import Reading, Source, TextTable, missing_met
from lmm_data.tables import GenotypeTable, Table

HEADER = b"\x6c\x1b\x01"
"""What a bed file begins with: two bytes that name it, and one for a marker after the other."""
FAM_COLUMNS = 6
BIM_COLUMNS = 6


def read_plink(path: str | PathLike[str]) -> tuple[GenotypeTable, Table]:
    """Genotypes and phenotypes of the files `X.bed`, `X.bim` and `X.fam`.

    Args:
        path: the prefix `X`, or the path of the bed file. Each of the three may be
            gzip-compressed (`X.bed.gz`), which bed-reader cannot read: the bed file is then
            decompressed into a temporary folder, removed before this returns.

    Returns:
        The counts of allele 1 (bim column 5), with -127 where missing, and the phenotypes: the
        columns of the fam file from the sixth on, named `pheno1`, `pheno2`, … as GEMMA's `-n`
        counts them. Individuals are named by their IID, fam column 2.

        Only `NA` is a missing phenotype. PLINK and GEMMA also take -9 for one, but a trait may
        have that value: here it stays the number -9, never dropped in silence. A position of 0
        or less is unknown; centimorgans are unknown if all of them are 0.

    Raises:
        DataError: a file is missing or damaged, rows of different lengths, an entry that is not
            a number, IIDs that repeat, or a bed file whose size does not fit the other two.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#bed
    """
    prefix = _prefix(path)
    bed = _existing(prefix, "bed")
    fam = _rows(_existing(prefix, "fam"), FAM_COLUMNS)
    bim = _rows(_existing(prefix, "bim"), BIM_COLUMNS)
    ids = _individuals(fam, f"{prefix.name}.fam")
    places = _places(bim, f"{prefix.name}.bim")
    genotypes = _genotypes(bed.name, ids, bim, places, _counts(bed, len(fam), len(bim)))
    names = tuple(f"pheno{k + 1}" for k in range(len(fam[0]) - FAM_COLUMNS + 1))
    values = _numbers([row[FAM_COLUMNS - 1 :] for row in fam], names, f"{prefix.name}.fam", ids)
    return genotypes, Table(f"{prefix.name}.fam", ids, names, read_only(values))


def read_plink_files(
    bed: Source,
    bim: Source,
    fam: Source,
    name: str | None = None,
    *,
    minus_nine_missing: bool = True,
) -> Reading:
    """Genotypes, phenotypes and sex of the three files, given as bytes, open files or paths.

    Args:
        bed, bim, fam: each may be gzip-compressed. bed-reader wants a path: the bed file is
            written into a temporary folder, removed before this returns.
        name: what to call the genotypes in messages; the bed file's name by default.
        minus_nine_missing: whether a phenotype of -9 is missing, as for PLINK and GEMMA.

    Returns:
        What `read_plink` makes of them, but the phenotypes as text, and none if all are -9, as
        PLINK writes them where there are none; individuals are named FID_IID where IIDs repeat.
        The covariates are `sex`, 0 for females and 1 for males, if the fam file knows any.

    Raises:
        DataError: as `read_plink`.
    """
    called, data = contents(bed, "the bed file", name)
    bim_name, bim_data = contents(bim, "the bim file")
    fam_name, fam_data = contents(fam, "the fam file")
    markers = _equally_wide([row for _, row in fields(bim_data, bim_name)], BIM_COLUMNS, bim_name)
    people = _equally_wide([row for _, row in fields(fam_data, fam_name)], FAM_COLUMNS, fam_name)
    require_room(len(people) * len(markers), called)
    ids, named_by, table, sex, notes = _of_fam(people, fam_name, minus_nine_missing)
    places = _places(markers, bim_name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "genotypes.bed"
        try:
            file.write_bytes(data)
        except OSError as error:
            raise _damaged(Path(called), error) from None
        counts = _read_bed(file, called, len(people), len(markers))
    genotypes = _genotypes(called, ids, markers, places, counts)
    return Reading(
        name=called,
        kind="genotypes",
        format="PLINK 1 genotypes (bed, bim, fam), counts of allele 1",
        notes=notes,
        table=table,
        genotypes=genotypes,
        covariates=sex,
        missing_met=missing_met(table) if table else (),
        named_by=named_by,
    )


def read_fam(fam: Source, name: str | None = None, *, minus_nine_missing: bool = True) -> Reading:
    """Phenotypes and sex of a fam file alone, without its genotypes.

    Arguments are those of `read_plink_files`; so are the table and the covariates.

    Raises:
        DataError: lines of fewer than six fields or of different lengths, no phenotypes.
    """
    called, data = contents(fam, "the fam file", name)
    people = _equally_wide([row for _, row in fields(data, called)], FAM_COLUMNS, called)
    _, named_by, table, sex, notes = _of_fam(people, called, minus_nine_missing)
    if table is None:
        raise DataError(
            f"{called} has no phenotypes", "each is −9 or NA", "add a file of phenotypes"
        )
    return Reading(
        name=called,
        kind="table",
        format="PLINK’s individuals (.fam), their phenotypes from column 6 on",
        notes=notes,
        table=table,
        covariates=sex,
        missing_met=missing_met(table),
        named_by=named_by,
    )


def read_fam_sex(fam: Source, name: str | None = None) -> TextTable | None:
    """The sex in a fam file alone, as `read_plink_files` has it; None if nobody's is known."""
    called, data = contents(fam, "the fam file", name)
    people = _equally_wide([row for _, row in fields(data, called)], FAM_COLUMNS, called)
    return _of_fam(people, called, True)[3]


def read_sex(path: str | PathLike[str]) -> Table:
    """The sex of each individual, fam column 5, as a covariate.

    Args:
        path: as for `read_plink`; only the fam file is read.

    Returns:
        One column, `sex`: 0 for females (PLINK's 2), 1 for males (PLINK's 1), NaN otherwise.
    """
    prefix = _prefix(path)
    fam = _rows(_existing(prefix, "fam"), FAM_COLUMNS)
    ids = _individuals(fam, f"{prefix.name}.fam")
    codes = {"1": 1.0, "2": 0.0}
    values = np.array([[codes.get(row[4], np.nan)] for row in fam])
    return Table(f"{prefix.name}.fam", ids, ("sex",), values)


def _prefix(path: str | PathLike[str]) -> Path:
    name = str(Path(path))
    for suffix in (".gz", ".bed"):
        name = name.removesuffix(suffix)
    return Path(name)


def _existing(prefix: Path, kind: str) -> Path:
    plain = Path(f"{prefix}.{kind}")
    packed = Path(f"{prefix}.{kind}.gz")
    for file in (plain, packed):
        if file.is_file():
            return file
    raise DataError(
        "PLINK data are three files, .bed, .bim and .fam",
        f"there is neither {plain.name} nor {packed.name}",
        "put the three side by side",
        where=prefix.name,
    )


def _damaged(file: Path, error: Exception) -> DataError:
    return DataError("the file cannot be read", str(error), "fetch it again", where=file.name)


def _rows(file: Path, width: int) -> list[list[str]]:
    """The fields of each line, at least `width` of them and as many in each line."""
    try:
        data = file.read_bytes()
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _damaged(file, error) from None
    rows = [found for line in text.splitlines() if (found := line.split())]
    return _equally_wide(rows, width, file.name)


def _equally_wide(rows: list[list[str]], width: int, name: str) -> list[list[str]]:
    if not rows:
        raise DataError(
            "the file must have one line for each entry",
            "it is empty",
            "check that it was saved",
            where=name,
        )
    for i, row in enumerate(rows):
        if len(row) < width or len(row) != len(rows[0]):
            raise DataError(
                f"every line must have the same {width} or more fields",
                f"line {i + 1} has {len(row)}, the first {len(rows[0])}",
                "write missing entries as NA",
                where=name,
            )
    return rows


def _places(bim: list[list[str]], name: str) -> tuple[Floats, Floats]:
    """Base pairs and centimorgans of each marker, NaN where unknown."""
    centimorgans = _numbers([row[2:3] for row in bim], ["centimorgans"], name)[:, 0]
    base_pairs = _numbers([row[3:4] for row in bim], ["position"], name)[:, 0]
    return (
        np.where(base_pairs > 0, base_pairs, np.nan),
        centimorgans if centimorgans.any() else np.full(len(bim), np.nan),
    )


def _genotypes(
    name: str,
    ids: tuple[str, ...],
    bim: list[list[str]],
    places: tuple[Floats, Floats],
    counts: NDArray[Any],
) -> GenotypeTable:
    return GenotypeTable(
        name=name,
        ids=ids,
        markers=tuple(row[1] for row in bim),
        chromosome=tuple(row[0] for row in bim),
        position=places[0],
        position_cm=places[1],
        counts=read_only(counts),
    )


def _of_fam(
    people: list[list[str]], name: str, minus_nine_missing: bool
) -> tuple[tuple[str, ...], NamedBy, TextTable | None, TextTable | None, tuple[str, ...]]:
    """Ids and by what, phenotypes if there are any, sex if any is known, and notes."""
    ids, notes, named_by = named([(row[0], row[1]) for row in people], name)
    entries = tuple(zip(*(row[FAM_COLUMNS - 1 :] for row in people), strict=True))
    names = tuple(f"pheno{k + 1}" for k in range(len(entries)))
    table: TextTable | None
    table, more = with_minus_nine(TextTable(name, ids, names, entries), minus_nine_missing)
    sex, said = _sex(people, ids, name)
    if all(entry in ("-9", "NA") for column in entries for entry in column):
        table, said = None, (*said, f"{name} has no phenotypes: each is −9 or NA")
    return ids, named_by, table, sex, (*notes, *(more if table else ()), *said)


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


def _individuals(fam: list[list[str]], name: str) -> tuple[str, ...]:
    ids = tuple(row[1] for row in fam)
    if len(set(ids)) < len(ids):
        twice = [label for label, times in Counter(ids).items() if times > 1]
        raise DataError(
            "the IIDs in column 2 must be unique",
            f"{some(twice)} repeated",
            "write FID_IID there if the two together are",
            where=name,
        )
    return ids


def _numbers(
    rows: list[list[str]],
    columns: list[str] | tuple[str, ...],
    name: str,
    ids: tuple[str, ...] | None = None,
) -> Floats:
    values = np.empty((len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            try:
                values[i, j] = np.nan if text == "NA" else float(text)
            except ValueError:
                where = f"row “{ids[i]}”" if ids else f"line {i + 1}"
                raise DataError(
                    "entries must be numbers or NA",
                    f"{where}, column “{columns[j]}” holds “{text}”",
                    "write NA for a missing value",
                    where=name,
                ) from None
    return values


def _counts(bed: Path, n: int, m: int) -> NDArray[Any]:
    if bed.suffix != ".gz":
        return _read_bed(bed, bed.name, n, m)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / bed.stem
        try:
            with gzip.open(bed) as packed, plain.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(bed, error) from None
        return _read_bed(plain, bed.name, n, m)


def _read_bed(bed: Path, name: str, n: int, m: int) -> NDArray[Any]:
    try:
        from bed_reader import open_bed
    except ImportError:
        raise DataError(
            "PLINK’s genotypes are read with the package bed-reader, which is not there",
            remedy="pip install bed-reader",
            where=name,
        ) from None
    require_bed(bed, name, n, m)
    # The metadata were read above: bed-reader would want fam files of six columns.
    with open_bed(bed, iid_count=n, sid_count=m) as opened:
        counts: NDArray[Any] = opened.read(dtype="int8")
    return counts


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
    size, expected = bed.stat().st_size, 3 + m * math.ceil(n / 4)
    if size != expected:
        raise DataError(
            f"the bed file must hold {n} individuals (fam) x {m} markers (bim), that is "
            f"{expected} bytes",
            f"it has {size}",
            "use the three files of one data set",
            where=name,
        )
