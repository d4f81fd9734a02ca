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
from lmm_core.errors import DataError
from lmm_core.tables import GenotypeTable, Table, some

MAGIC = b"\x6c\x1b"
SNP_MAJOR = b"\x01"
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
    centimorgans = _numbers([row[2:3] for row in bim], ["centimorgans"], f"{prefix.name}.bim")
    base_pairs = _numbers([row[3:4] for row in bim], ["position"], f"{prefix.name}.bim")
    genotypes = GenotypeTable(
        name=bed.name,
        ids=ids,
        markers=tuple(row[1] for row in bim),
        chromosome=tuple(row[0] for row in bim),
        position=np.where(base_pairs > 0, base_pairs, np.nan)[:, 0],
        position_cm=centimorgans[:, 0] if centimorgans.any() else np.full(len(bim), np.nan),
        counts=read_only(_counts(bed, len(fam), len(bim))),
    )
    names = tuple(f"pheno{k + 1}" for k in range(len(fam[0]) - FAM_COLUMNS + 1))
    values = _numbers([row[FAM_COLUMNS - 1 :] for row in fam], names, f"{prefix.name}.fam", ids)
    return genotypes, Table(f"{prefix.name}.fam", ids, names, read_only(values))


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
        f"{prefix.name}: PLINK data are three files, .bed, .bim and .fam: there is neither "
        f"{plain.name} nor {packed.name}; put the three side by side"
    )


def _damaged(file: Path, error: Exception) -> DataError:
    return DataError(f"{file.name}: the file cannot be read: {error}; fetch it again")


def _rows(file: Path, width: int) -> list[list[str]]:
    """The fields of each line, at least `width` of them and as many in each line."""
    try:
        data = file.read_bytes()
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _damaged(file, error) from None
    rows = [fields for line in text.splitlines() if (fields := line.split())]
    if not rows:
        raise DataError(f"{file.name}: the file must have one line for each entry: it is empty")
    for i, row in enumerate(rows):
        if len(row) < width or len(row) != len(rows[0]):
            raise DataError(
                f"{file.name}: every line must have the same {width} or more fields: line {i + 1} "
                f"has {len(row)}, the first {len(rows[0])}; write missing entries as NA"
            )
    return rows


def _individuals(fam: list[list[str]], name: str) -> tuple[str, ...]:
    ids = tuple(row[1] for row in fam)
    if len(set(ids)) < len(ids):
        twice = [label for label, times in Counter(ids).items() if times > 1]
        raise DataError(
            f"{name}: the IIDs in column 2 must be unique: {some(twice)} repeated; write FID_IID "
            "there if the two together are"
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
                where = f"row '{ids[i]}'" if ids else f"line {i + 1}"
                raise DataError(
                    f"{name}: entries must be numbers or NA: {where}, column '{columns[j]}' holds "
                    f"'{text}'; write NA for a missing value"
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
    from bed_reader import open_bed

    with bed.open("rb") as file:
        head = file.read(3)
    if head[:2] != MAGIC or head[2:] != SNP_MAJOR:
        raise DataError(
            f"{name}: a bed file must begin with the bytes 6c 1b 01: these are "
            f"{head.hex(' ') or 'none'}; convert it with PLINK 1.9 or later, --make-bed"
        )
    size, expected = bed.stat().st_size, 3 + m * math.ceil(n / 4)
    if size != expected:
        raise DataError(
            f"{name}: the bed file must hold {n} individuals (fam) x {m} markers (bim), that is "
            f"{expected} bytes: it has {size}; use the three files of one data set"
        )
    # The metadata were read above: bed-reader would want fam files of six columns.
    with open_bed(bed, iid_count=n, sid_count=m) as opened:
        counts: NDArray[Any] = opened.read(dtype="int8")
    return counts
