"""PLINK 1 genotypes left on disk: blocks of markers are read as they are asked for."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.errors import DataError, some
from lmm_data.readers.genotypes.plink import BIM_COLUMNS, FAM_COLUMNS, HEADER, require_bed
from lmm_data.readers.genotypes.plink_tables import fields, named

# What each pair of bits counts of allele 1, from the lowest: 2, missing, 1, 0.
_COUNTS = np.array([2.0, np.nan, 1.0, 0.0])
# The four counts of every byte.
_OF_BYTE = np.stack([_COUNTS[(np.arange(256) >> shift) & 3] for shift in (0, 2, 4, 6)], axis=1)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BedGenotypes(Brief):
    """Genotypes of a bed file by blocks, as a scan takes them; none are held.

    Attributes:
        path: of the bed file.
        ids: the individuals that were chosen, in the order that was chosen.
        markers, chromosome: names and chromosomes of the m markers, as text.
        position: in base pairs, NaN where unknown, shape (m,).
        allele1, allele0: the allele that is counted, and the other; bim columns 5 and 6.
        rows: places of the chosen individuals in the file, (n,).
        n_file: individuals in the file.
    """

    path: Path
    ids: tuple[str, ...]
    markers: tuple[str, ...]
    chromosome: tuple[str, ...]
    position: Floats
    allele1: tuple[str, ...]
    allele0: tuple[str, ...]
    rows: Ints
    n_file: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Individuals, markers."""
        return len(self.ids), len(self.markers)

    def __getitem__(self, key: tuple[slice, slice], /) -> NDArray[np.generic]:
        """Counts of allele 1, NaN where missing, of a block; only its markers are read.

        Raises:
            DataError: the file has become shorter, or cannot be read any more.
        """
        start, stop, _ = key[1].indices(len(self.markers))
        width = math.ceil(self.n_file / 4)
        count = max(stop - start, 0)
        try:
            with self.path.open("rb") as file:
                file.seek(len(HEADER) + start * width)
                packed = np.fromfile(file, dtype=np.uint8, count=count * width)
        except OSError as error:
            raise DataError(
                "the file cannot be read any more",
                error.strerror or str(error),
                "leave it where it is until all is done",
                where=self.path.name,
            ) from None
        if packed.size < count * width:
            raise DataError(
                "the file has become shorter while it was read",
                remedy="leave it as it is until all is done",
                where=self.path.name,
            )
        counts = _OF_BYTE[packed.reshape(count, width)].reshape(count, 4 * width)
        rows = self.rows[key[0]]
        if rows.size != self.n_file or not np.array_equal(rows, np.arange(self.n_file)):
            counts = counts[:, rows]
        else:
            counts = counts[:, : self.n_file]
        block: NDArray[np.generic] = counts.T
        return block

    def choose(self, ids: Sequence[str]) -> "BedGenotypes":
        """The same markers for some individuals, in the order given, or for their records.

        Raises:
            DataError: an id that is not there.
        """
        place = dict(zip(self.ids, self.rows.tolist(), strict=True))
        if absent := [label for label in ids if label not in place]:
            raise DataError(
                f"{self.path.name} has no individual {some(absent)}", remedy="choose others"
            )
        rows = np.array([place[label] for label in ids], dtype=np.int64)
        return replace(self, ids=tuple(ids), rows=read_only(rows))


def open_bed_genotypes(path: str | PathLike[str]) -> BedGenotypes:
    """The genotypes of `X.bed` with `X.bim` and `X.fam` beside it, all individuals.

    Args:
        path: of the bed file, not compressed: blocks are read where they lie.

    Returns:
        Genotypes that a scan can take; individuals are named by IID, or by FID_IID where IIDs
        repeat.

    Raises:
        DataError: a file is missing, damaged or compressed, or the three do not fit.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#bed
    """
    bed = Path(path)
    if bed.suffix == ".gz":
        raise DataError(
            "genotypes that are read from the disk by blocks must not be compressed",
            "these are, by gzip",
            f"decompress them: gunzip {bed.name}",
            where=bed.name,
        )
    fam, bim = bed.with_suffix(".fam"), bed.with_suffix(".bim")
    for file in (bed, fam, bim):
        if not file.is_file():
            raise DataError(
                "PLINK data are three files, .bed, .bim and .fam",
                f"there is no {file.name}",
                "put the three side by side",
                where=file.name,
            )
    (families, individuals), _ = _columns(fam, FAM_COLUMNS, (0, 1))
    (chromosome, markers, allele1, allele0), position = _columns(
        bim, BIM_COLUMNS, (0, 1, 4, 5), number=3
    )
    ids, _, _ = named(list(zip(families, individuals, strict=True)), fam.name)
    require_bed(bed, bed.name, len(ids), len(markers))
    return BedGenotypes(
        path=bed,
        ids=ids,
        markers=markers,
        chromosome=chromosome,
        position=read_only(np.where(position > 0, position, np.nan)),
        allele1=allele1,
        allele0=allele0,
        rows=read_only(np.arange(len(ids))),
        n_file=len(ids),
    )


def _columns(
    file: Path, width: int, texts: tuple[int, ...], number: int | None = None
) -> tuple[list[tuple[str, ...]], Floats]:
    """Some columns as text and one as numbers, line by line: there may be millions."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DataError(
            "the file cannot be read", error.strerror or str(error), "check it", where=file.name
        ) from None
    columns: list[list[str]] = [[] for _ in texts]
    values = array("d")
    # What repeats from line to line, such as a chromosome, is held once.
    last = [""] * width
    for line, row in fields(data, file.name):
        if len(row) < width:
            raise DataError(
                f"every line must have {width} or more fields",
                f"line {line} has {len(row)}",
                "write missing entries as NA, and no spaces in names",
                where=file.name,
            )
        row = [new if new != old else old for new, old in zip(row, last, strict=False)]
        for column, place in zip(columns, texts, strict=True):
            column.append(row[place])
        if number is not None:
            values.append(_number(row[number], file.name, line))
        last = row
    if not columns[0]:
        raise DataError(
            "the file must have one line for each entry",
            "it is empty",
            "check that it was saved",
            where=file.name,
        )
    return [tuple(column) for column in columns], np.array(values)


def _number(text: str, name: str, line: int) -> float:
    try:
        return float(text)
    except ValueError:
        raise DataError(
            "positions must be numbers",
            f"that of line {line} is “{text}”",
            "write 0 where it is unknown",
            where=name,
        ) from None
