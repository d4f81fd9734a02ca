"""Genotypes by blocks, from memory or from disk, by chromosome, and what they add to a kinship."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, as_counts
from lmm_core.errors import DesignError
from lmm_core.progress import Progress

Kind: TypeAlias = Literal["centered", "standardized"]
KINDS: tuple[Kind, ...] = ("centered", "standardized")

# Numbers of a block of genotypes: enough for a product, and its arrays stay in the cache.
BLOCK_ELEMENTS = 2**20
# And of one for a product: wide enough that adding it up costs little.
PRODUCT_ELEMENTS = 2**21
# Allele counts that vary by less than this do not: it is rounding.
SPREAD_TOLERANCE = 1e-10
# A reader may have one place in its file: threads take turns.
READING = Lock()
NOT_AUTOSOMES = frozenset({"x", "y", "xy", "m", "mt", "w", "z"})


class Genotypes(Protocol):
    """Genotypes that need not be held all at once; an array will do as well."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Individuals, markers."""

    def __getitem__(self, key: tuple[slice, slice], /) -> NDArray[np.generic]:
        """A block of them, NaN where missing, or -127 in int8."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Subset(Brief):
    """Some markers of other genotypes, or of some individuals, by blocks as those are.

    Attributes:
        genotypes: of all.
        places: of the markers among them, ascending, (m,).
        rows: of the individuals, in any order, (n,); all of them if None.
    """

    genotypes: Genotypes
    places: Ints
    rows: Ints | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Individuals, markers."""
        n = self.genotypes.shape[0] if self.rows is None else self.rows.size
        return n, self.places.size

    def __getitem__(self, key: tuple[slice, slice], /) -> NDArray[np.generic]:
        """A block: neighbours are read together."""
        wanted = self.places[key[1]]
        breaks = np.flatnonzero(np.diff(wanted) != 1) + 1
        # Of no markers there is one run too, of none.
        runs = [
            slice(int(run[0]), int(run[-1]) + 1) if run.size else slice(0)
            for run in np.split(wanted, breaks)
        ]
        parts = [self._of(key[0], run) for run in runs]
        if len(parts) == 1:
            return parts[0]
        # Of masked arrays NumPy's own concatenate forgets the masks.
        if any(map(np.ma.isMaskedArray, parts)):
            return np.concatenate([as_counts(part) for part in parts], axis=1)
        return np.concatenate(parts, axis=1)

    def _of(self, who: slice, places: slice) -> NDArray[np.generic]:
        if self.rows is None:
            return self.genotypes[who, places]
        return self.genotypes[:, places][self.rows[who]]


def as_blocks(G: Genotypes | ArrayLike) -> Genotypes:
    """What hands out blocks as it is, anything else as an array."""
    # A data frame has a shape, but its columns have names.
    by_place = hasattr(G, "shape") and not hasattr(G, "iloc")
    blocks: Genotypes = G if by_place else np.asarray(G)  # type: ignore[assignment]
    return blocks


def as_genotypes(G: Genotypes | ArrayLike, n: int | None = None) -> Genotypes:
    """Something with a shape and blocks, individuals by markers.

    Args:
        G: genotypes.
        n: how many individuals there must be, if that is known.
    """
    genotypes = as_blocks(G)
    if len(genotypes.shape) != 2 or (n is not None and genotypes.shape[0] != n):
        who = "individual" if n is None else f"of the {n} individuals of the kinship"
        raise DesignError(
            f"G must have one row for each {who}",
            f"its shape is {tuple(genotypes.shape)}",
            "individuals are rows, markers columns",
        )
    return genotypes


def block_places(genotypes: Genotypes, elements: int = BLOCK_ELEMENTS) -> Iterator[slice]:
    """Slices of the markers, one for each block of about so many numbers."""
    n, m = genotypes.shape
    size = max(64, elements // max(n, 1))
    return (slice(start, min(start + size, m)) for start in range(0, m, size))


def read_block(genotypes: Genotypes, places: slice) -> Floats:
    """Some markers of all individuals as float64, NaN where missing (`as_counts`), (n, m)."""
    with READING:
        block = as_counts(genotypes[:, places])
    # A sum is finite only if every entry is, and costs a tenth of looking at each.
    if not np.isfinite(block.sum()) and (infinite := np.isinf(block)).any():
        row, column = np.argwhere(infinite)[0]
        raise DesignError(
            "genotypes must not be infinite",
            f"G[{row}, {places.start + column}] is",
            "write NaN for what is missing",
        )
    return block


class Products(NamedTuple):
    """What markers add to a kinship: Σ zz', shape (n, n), and which have genotypes, and vary."""

    total: Floats
    there: NDArray[np.bool_]
    varies: NDArray[np.bool_]


def products(
    genotypes: Genotypes,
    kind: Kind = "centered",
    frequency: Floats | None = None,
    progress: Progress | None = None,
) -> Products:
    """ZZ' of all markers, block by block.

    Args:
        genotypes: shape (n, m); a missing one is its marker's mean.
        kind: z = x - mean(x), or that divided by its standard deviation (divisor n), where those
            that do not vary add nothing.
        frequency: f of each marker, (m,), which makes z = (x - 2f)/√(2f(1-f)) of either kind.
        progress: called with the share of the markers that is done.
    """
    n, m = genotypes.shape
    total = np.zeros((n, n))
    there, varies = np.zeros(m, dtype=bool), np.zeros(m, dtype=bool)
    for places in block_places(genotypes, PRODUCT_ELEMENTS):
        block = read_block(genotypes, places)
        Z, there[places] = centred(block)
        spread = np.sqrt(np.mean(Z**2, axis=0))
        varies[places] = varying = spread > SPREAD_TOLERANCE
        if frequency is not None:
            f = frequency[places]
            Z = np.where(np.isnan(block), 0.0, block - 2.0 * f) / np.sqrt(2.0 * f * (1.0 - f))
        elif kind == "standardized":
            Z = Z[:, varying] / spread[varying]
        total += Z @ Z.T
        if progress:
            progress(places.stop / m)
    return Products(total, there, varies)


def centred(block: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Markers less their means, 0 where missing, (n, m), and which have any genotype, (m,)."""
    missing = np.isnan(block)
    there = block.shape[0] - missing.sum(axis=0)
    Z = np.where(missing, 0.0, block)
    Z -= Z.sum(axis=0) / np.maximum(there, 1)
    Z[missing] = 0.0
    return Z, there > 0


def standardised(block: Floats) -> Floats:
    """Markers of mean 0 and length 1, 0 where missing; those that do not vary are left out."""
    Z, _ = centred(block)
    length = np.sqrt(np.einsum("ij,ij->j", Z, Z))
    varies = length > SPREAD_TOLERANCE * np.sqrt(block.shape[0])
    kept: Floats = Z[:, varies] / length[varies]
    return kept


def by_chromosome(
    genotypes: Genotypes, chromosomes: Sequence[str] | NDArray[np.str_]
) -> Mapping[str, Subset]:
    """The markers of each chromosome, in the order in which the chromosomes first come."""
    labels = np.asarray(chromosomes, dtype=np.str_)
    if labels.shape != (genotypes.shape[1],):
        raise DesignError(
            f"each of the {genotypes.shape[1]} markers needs a chromosome",
            f"{labels.size} chromosomes are given",
            "give one label for each column of G",
        )
    names, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return {
        str(names[k]): Subset(genotypes, np.flatnonzero(inverse == k)) for k in np.argsort(first)
    }


@lru_cache(maxsize=1024)
def is_autosome(label: str) -> bool:
    """Whether a chromosome is none of X, Y, XY, M, MT, W, Z, where a count means something else.

    >>> is_autosome("7"), is_autosome("chrX")
    (True, False)
    """
    return label.lower().removeprefix("chr") not in NOT_AUTOSOMES


def minor_allele_frequency(genotypes: ArrayLike) -> Floats:
    """The frequency of the rarer allele of each marker, from 0 to 0.5, or 0 without data, (m,).

    Args:
        genotypes: allele counts from 0 to 2, shape (n, m); NaN where missing.

    GEMMA's default is to leave out markers below 0.01 among the individuals it analyses.
    """
    counts = as_counts(genotypes)
    present = np.maximum((~np.isnan(counts)).sum(axis=0), 1)
    frequency: Floats = np.nansum(counts, axis=0) / (2.0 * present)
    return np.minimum(frequency, 1.0 - frequency)
