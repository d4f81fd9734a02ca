"""PLINK 1 genotypes left on disk: blocks of markers are read as they are asked for."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats
from lmm_core.errors import DataError
from lmm_data.readers.genotypes.plink import (
    bed_size,
    fam_rows,
    read_bed,
    read_bim,
    require_bed,
    side_by_side,
)
from lmm_data.readers.genotypes.plink_tables import contents, named


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BedGenotypes(Brief):
    """Genotypes of a bed file by blocks, as a scan takes them; none are held.

    Attributes:
        path, fam: of the bed file, and of the fam file beside it.
        ids: the n individuals.
        markers, chromosome: names and chromosomes of the m markers, as text.
        position: in base pairs, NaN where unknown, shape (m,).
        allele1, allele0: the allele that is counted, and the other; bim columns 5 and 6.
    """

    path: Path
    fam: Path
    ids: tuple[str, ...]
    markers: tuple[str, ...]
    chromosome: tuple[str, ...]
    position: Floats
    allele1: tuple[str, ...]
    allele0: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Individuals, markers."""
        return len(self.ids), len(self.markers)

    def __getitem__(self, key: tuple[slice, slice], /) -> NDArray[np.generic]:
        """Counts of allele 1, -127 where missing, of a block; only its markers are read.

        Raises:
            DataError: the file has become shorter, or cannot be read any more.
        """
        n, m = self.shape
        try:
            size = self.path.stat().st_size
        except OSError as error:
            raise DataError(
                "the file cannot be read any more",
                error.strerror or str(error),
                "leave it where it is until all is done",
                where=self.path.name,
            ) from None
        if size < bed_size(n, m):
            raise DataError(
                "the file has become shorter while it was read",
                remedy="leave it as it is until all is done",
                where=self.path.name,
            )
        return read_bed(self.path, self.path.name, n, m, key)


def open_bed_genotypes(path: str | PathLike[str]) -> BedGenotypes:
    """The genotypes of `X.bed` with `X.bim` and `X.fam` beside it, all individuals.

    Args:
        path: of the bed file, not compressed: blocks are read where they lie; the others may be.

    Returns:
        Genotypes that a scan can take; individuals are named by IID, or by FID_IID where IIDs
        repeat.

    Raises:
        DataError: a file is missing, damaged or compressed, or the three do not fit.

    References:
        https://www.cog-genomics.org/plink/1.9/formats#bed
    """
    bed, bim, fam = side_by_side(path)
    if bed.suffix == ".gz":
        raise DataError(
            "genotypes that are read from the disk by blocks must not be compressed",
            "these are, by gzip",
            f"decompress them: gunzip {bed.name}",
            where=bed.name,
        )
    people, called = fam_rows(fam)
    ids, _, _ = named([(row[0], row[1]) for row in people], called)
    markers = read_bim(*contents(bim, ""))
    require_bed(bed, bed.name, len(ids), len(markers.names))
    return BedGenotypes(
        path=bed,
        fam=fam,
        ids=ids,
        markers=markers.names,
        chromosome=markers.chromosome,
        position=markers.position,
        allele1=markers.allele1,
        allele0=markers.allele0,
    )
