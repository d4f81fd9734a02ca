"""Genotypes pair by pair, at the markers that both have, and individual by individual."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import MISSING_COUNT, Brief, Floats, Ints
from lmm_core.genotypes import block_places, is_autosome
from lmm_core.many.threads import spread
from lmm_core.progress import Progress
from lmm_data.tables import GenotypeTable

Counts = NDArray[np.int8]
Singles = NDArray[np.float32]

# Products of so many numbers, of pairs times markers, take about a second; at least so many
# markers, evenly along the genome, are compared.
PRODUCTS, FEWEST_COMPARED = 6e9, 600
# Rows that are compared with all others at a time.
BLOCK = 256
# Rarer alleles tell two individuals apart too seldom.
RARE = 0.05
# Genotypes that are counted at a time: their numbers stay in the cache.
COUNTED = 2**19
# A dosage this near to a whole number is a genotype.
CALLED = 0.2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tally(Brief):
    """What there is of genotypes, by individual and by marker.

    Attributes:
        called: markers with a genotype, of each individual, shape (n,).
        autosomal: the same among autosomes alone.
        het: heterozygous among them.
        by_marker: individuals with a genotype, of each marker, shape (m,).
        frequency: of the counted allele, by marker; NaN without a genotype.
    """

    called: Ints
    autosomal: Ints
    het: Ints
    by_marker: Ints
    frequency: Floats


def tally(genotypes: GenotypeTable) -> Tally:
    """Counts of all genotypes, block by block."""
    n, m = genotypes.shape
    autosome = np.array([is_autosome(label) for label in genotypes.chromosome], dtype=bool)
    called, autosomal, het = (np.zeros(n, dtype=np.int64) for _ in range(3))
    by_marker, total = np.zeros(m, dtype=np.int64), np.zeros(m)
    # Sums in single precision take half the time of those of bytes: no count reaches 2²⁴.
    for places in block_places(genotypes, COUNTED):
        G, inside = whole(genotypes[:, places]), autosome[places]
        there, ones = G >= 0, G == 1
        single = there.astype(np.float32)
        by_marker[places] = single.sum(axis=0)
        total[places] = np.maximum(G, 0).astype(np.float32).sum(axis=0)
        called += single.sum(axis=1).astype(np.int64)
        if not inside.all():
            there, ones = there[:, inside], ones[:, inside]
        autosomal += row_counts(there)
        het += row_counts(ones)
    with np.errstate(invalid="ignore"):
        frequency = np.where(by_marker > 0, total / (2.0 * np.maximum(by_marker, 1)), np.nan)
    return Tally(called, autosomal, het, by_marker, frequency)


def row_counts(told: NDArray[np.bool_]) -> Ints:
    """How many are true in each row, fewer than 2²⁴, as `tally` counts them."""
    counts: Ints = told.astype(np.float32).sum(axis=1).astype(np.int64)
    return counts


def whole(block: NDArray[np.generic]) -> Counts:
    """Genotypes as 0, 1, 2 and -127; a dosage between two of them is no genotype."""
    if block.dtype == np.int8:
        return np.asarray(block, dtype=np.int8)
    dosage = np.asarray(block, dtype=np.float32)
    nearest = np.rint(dosage)
    told = np.abs(dosage - nearest) <= CALLED
    return np.where(told, nearest, MISSING_COUNT).astype(np.int8)


def comparable(genotypes: GenotypeTable, found: Tally) -> Counts:
    """Genotypes of autosomal markers of common alleles, evenly thinned if many, shape (n, k)."""
    f = np.nan_to_num(np.minimum(found.frequency, 1.0 - found.frequency))
    autosome = np.array([is_autosome(label) for label in genotypes.chromosome], dtype=bool)
    places = np.flatnonzero(autosome & (f >= RARE) & (2 * found.by_marker >= found.by_marker.max()))
    most = max(FEWEST_COMPARED, int(PRODUCTS / genotypes.n**2))
    if places.size > most:
        places = places[np.linspace(0, places.size - 1, most).round().astype(np.int64)]
    return whole(genotypes.counts[:, places])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PairBlock(Brief):
    """Some rows against all individuals from the first of them on, shape (rows, others).

    Attributes:
        first: index of the first row, and of the first column.
        both: markers that both have.
        differ: those of them at which the two differ.
        opposite: those at which they are homozygous for different alleles.
    """

    first: int
    both: Singles
    differ: Singles
    opposite: Singles


class _Rows(NamedTuple):
    """Rows that are compared at a time: the first, and their share of all."""

    first: int
    weight: float


def pair_blocks(G: Counts) -> Iterator[PairBlock]:
    """All pairs, each once: below the diagonal of a block, and on it, `both` is 0.

    Of homozygotes as -1 and 1, a product of two individuals is the markers at which they are
    alike less those at which they are opposite, and of their sizes it is the sum of the two.
    """
    n = G.shape[0]
    het = (G == 1).astype(np.float32)
    hom = ((G == 0) | (G == 2)).astype(np.float32)
    sign = hom * (G - 1).astype(np.float32)

    def compared(block: _Rows, _: Progress) -> PairBlock:
        rows, others = slice(block.first, block.first + BLOCK), slice(block.first, n)
        homs = hom[rows] @ hom[others].T
        alike = sign[rows] @ sign[others].T
        both = (hom[rows] + het[rows]) @ (hom[others] + het[others]).T
        opposite = 0.5 * (homs - alike)
        differ = both - 0.5 * (homs + alike) - het[rows] @ het[others].T
        both[np.tril_indices_from(both)] = 0.0
        return PairBlock(block.first, both, differ, opposite)

    # Where other programs run beside, threads within a product wait for each other.
    blocks = (_Rows(first, min(BLOCK, n - first) / n) for first in range(0, n, BLOCK))
    yield from spread(compared, blocks, n_jobs=1, threads=None, progress=None)
