"""Genotypes by blocks, from memory or from disk, and by chromosome."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, as_counts
from lmm_core.errors import DesignError

# Numbers of a block of genotypes: its arrays then stay in the cache.
BLOCK_ELEMENTS = 2**18
# Allele counts that vary by less than this do not: it is rounding.
SPREAD_TOLERANCE = 1e-10


class Genotypes(Protocol):
    """Genotypes that need not be held all at once; an array will do as well."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Individuals, markers."""

    def __getitem__(self, key: tuple[slice, slice], /) -> NDArray[np.generic]:
        """A block of them, NaN where missing."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MarkerSubset(Brief):
    """Some markers of other genotypes, in their order, handed out by blocks as those are.

    Attributes:
        genotypes: of all markers.
        places: of these among them, ascending, (m,).
    """

    genotypes: Genotypes
    places: Ints

    @property
    def shape(self) -> tuple[int, ...]:
        """Individuals, markers."""
        return self.genotypes.shape[0], self.places.size

    def __getitem__(self, key: tuple[slice, slice], /) -> NDArray[np.generic]:
        """A block: neighbours are read together."""
        wanted = self.places[key[1]]
        breaks = np.flatnonzero(np.diff(wanted) != 1) + 1
        runs = [run for run in np.split(wanted, breaks) if run.size]
        parts = [self.genotypes[key[0], int(run[0]) : int(run[-1]) + 1] for run in runs]
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return np.asarray(self.genotypes[key[0], 0:0])
        # Of masked arrays NumPy's own concatenate forgets the masks.
        if any(map(np.ma.isMaskedArray, parts)):
            return np.concatenate([as_counts(part) for part in parts], axis=1)
        return np.concatenate(parts, axis=1)


def as_genotypes(G: Genotypes | ArrayLike, n: int | None = None) -> Genotypes:
    """Something with a shape and blocks, individuals by markers.

    Args:
        G: genotypes.
        n: how many individuals there must be, if that is known.
    """
    genotypes: Genotypes = G if hasattr(G, "shape") else np.asarray(G)  # type: ignore[assignment]
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
) -> Mapping[str, MarkerSubset]:
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
        str(names[k]): MarkerSubset(genotypes, np.flatnonzero(inverse == k))
        for k in np.argsort(first)
    }
