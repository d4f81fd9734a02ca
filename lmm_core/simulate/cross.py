"""Crosses between two inbred strains: the breeding, and genes dropped down the pedigree."""

import operator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.errors import LMMError
from lmm_core.simulate.pedigree import Pedigree, relationship

Counts: TypeAlias = NDArray[np.int8]

# Sex-averaged lengths of chromosomes 1 to 19 in cM, 1,380 in all: Cox et al. 2009, Genetics
# 182:1335, Table 1.
MOUSE_AUTOSOMES_CM: tuple[float, ...] = (
    *(96.55, 101.82, 78.83, 84.13, 86.97, 76.69, 87.05, 73.96, 71.46, 75.29),
    *(80.85, 61.00, 64.85, 61.37, 56.40, 54.73, 58.56, 56.67, 53.24),
)

# One generation's random numbers are drawn at once, 8 bytes each: 400 MB at most.
MAX_GENOTYPES = 50_000_000
MAX_INDIVIDUALS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cross(Brief):
    """The last generation of a cross, genotyped, with the pedigree that leads to it.

    Attributes:
        ids: names of the n genotyped individuals.
        genotypes: number of alleles from strain B, 0 to 2, shape (n, m).
        markers: names of the m markers.
        chromosome: chromosome number, shape (m,).
        position_cm: position on that chromosome in cM, shape (m,).
        pedigree: everyone from the two founders down, founders first; its last n individuals
            are those genotyped, in the order of `ids`.
    """

    ids: tuple[str, ...]
    genotypes: Counts
    markers: tuple[str, ...]
    chromosome: Ints
    position_cm: Floats
    pedigree: Pedigree

    @property
    def n(self) -> int:
        """Number of genotyped individuals."""
        return len(self.ids)

    @property
    def m(self) -> int:
        """Number of markers."""
        return len(self.markers)

    def relationship(self) -> Floats:
        """Relationships of the genotyped individuals expected from the pedigree, shape (n, n).

        The founders are taken as inbred and unrelated, so the scale is twice the chance that
        two alleles come from the same strain: 1.5 and 1 in an F2, on and off the diagonal.
        """
        return relationship(self.pedigree, inbred_founders=True)[-self.n :, -self.n :].copy()


def advanced_intercross(
    n: int,
    generations: int = 10,
    pairs: int = 50,
    spacing_cm: float = 5.0,
    *,
    rng: np.random.Generator,
) -> Cross:
    """An advanced intercross line of two inbred strains; with 2 generations, an intercross F2.

    Args:
        rng: the source of all randomness.
        n: number of individuals in the last generation.
        generations: k of the last generation F_k, at least 2.
        pairs: number of breeding pairs in each generation from F1 to F_(k-1).
        spacing_cm: distance between neighbouring markers, which stand at 0, 1, 2, ... times
            this on each of the 19 mouse autosomes.

    Returns:
        The n individuals of F_k with their genotypes and their pedigree.

    Raises:
        LMMError: a count is not a whole number or is too small, the spacing is not positive,
            or the cross is beyond `MAX_INDIVIDUALS` or `MAX_GENOTYPES`.

    Each breeding pair leaves one son and one daughter to breed. Sons and daughters are paired
    at random among all pairings that mate no brother with his sister. Two cases are beyond
    that: F1, where all are sibs but also all alike, and a single pair, where nobody else is
    left. The n last individuals are spread evenly over the pairs, sibs side by side; if n is
    below the number of pairs, the first n pairs have one each.

    Crossovers follow Haldane's model: no interference, and the same map in both sexes.
    Mutation, selection and the sex chromosomes are left out.

    References:
        Darvasi & Soller 1995, Genetics 141:1199, the advanced intercross line.
        Haldane 1919, Journal of Genetics 8:299, the map function.

    >>> cross = advanced_intercross(
    ...     n=4, generations=2, spacing_cm=50.0, rng=np.random.default_rng(1)
    ... )
    >>> cross.genotypes.shape, cross.ids
    ((4, 39), ('F2-1', 'F2-2', 'F2-3', 'F2-4'))
    """
    as_generator(rng)
    n = as_count(n, "n", "the number of individuals")
    pairs = as_count(pairs, "pairs", "the number of breeding pairs")
    generations = as_count(generations, "generations", "k of the last generation F_k", least=2)
    everyone = 2 + 2 * pairs * (generations - 1) + n
    if everyone > MAX_INDIVIDUALS:
        raise LMMError(
            f"a cross may have at most {MAX_INDIVIDUALS:,} individuals over all generations",
            f"this one has {everyone:,}",
            "ask for fewer individuals, pairs or generations",
        )
    markers, chromosome, position_cm = _marker_map(spacing_cm, max(n, 2 * pairs))
    pedigree = _breed(rng, n, generations, pairs)
    genotypes = _drop_genes(rng, pedigree, _recombination(chromosome, position_cm))
    return Cross(
        ids=pedigree.ids[-n:],
        genotypes=read_only(genotypes),
        markers=markers,
        chromosome=read_only(chromosome),
        position_cm=read_only(position_cm),
        pedigree=pedigree,
    )


def haldane(distance_cm: ArrayLike) -> Floats:
    """Recombination fraction at a map distance in cM: r = (1 - exp(-2d/100))/2.

    References:
        Haldane 1919, Journal of Genetics 8:299.
    """
    return -0.5 * np.expm1(np.asarray(distance_cm) / -50.0)


def as_generator(rng: np.random.Generator) -> np.random.Generator:
    """`rng` itself, or an LMMError that says how to make one."""
    if not isinstance(rng, np.random.Generator):
        raise LMMError(
            "rng must be a numpy.random.Generator",
            f"found {type(rng).__name__}",
            "pass numpy.random.default_rng(seed)",
        )
    return rng


def as_count(value: int, name: str, meaning: str, *, least: int = 1) -> int:
    """`value` as a whole number no smaller than `least`, or an LMMError."""
    try:
        count = operator.index(value)
    except TypeError:
        raise LMMError(
            f"{name}, {meaning}, must be a whole number", f"found {value}", "round it first"
        ) from None
    if count < least:
        raise LMMError(
            f"{name}, {meaning}, must be at least {least}",
            f"found {count}",
            f"ask for {least} or more",
        )
    return count


def as_real(value: float, name: str) -> float:
    """`value` as a float, or an LMMError."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise LMMError(f"{name} must be a number", f"found “{value}”", "pass one number") from None


def require_genotypes(n: float, m: float) -> None:
    """An LMMError if n individuals by m markers are more than memory should be asked for."""
    if n * m > MAX_GENOTYPES:
        raise LMMError(
            f"a simulation may have at most {MAX_GENOTYPES:,} genotypes",
            f"{n:,.0f} individuals times {m:,.0f} markers are {n * m:,.0f}",
            "take fewer individuals, or markers further apart",
        )


def _marker_map(spacing_cm: float, n: int) -> tuple[tuple[str, ...], Ints, Floats]:
    spacing_cm = as_real(spacing_cm, "spacing_cm")
    if not (np.isfinite(spacing_cm) and spacing_cm > 0):
        raise LMMError(
            "spacing_cm must be a positive distance in cM",
            f"found {spacing_cm}",
            "5 is a usual spacing",
        )
    # A chromosome whose length is a multiple of the spacing keeps its last marker although
    # the quotient may be rounded down.
    with np.errstate(over="ignore"):  # of a minute spacing, to be refused for its markers
        intervals = np.floor(np.array(MOUSE_AUTOSOMES_CM) / spacing_cm + 1e-9)
    require_genotypes(n, float(intervals.sum()) + intervals.size)
    sizes = intervals.astype(np.int64) + 1
    chromosome = np.repeat(np.arange(1, sizes.size + 1), sizes)
    rank = np.concatenate([np.arange(size) for size in sizes])
    names = tuple(f"D{c}M{k + 1}" for c, k in zip(chromosome, rank, strict=True))
    return names, chromosome, rank * spacing_cm


def _recombination(chromosome: Ints, position_cm: Floats) -> Floats:
    """Chance that a gamete changes strand on reaching each marker, shape (m,).

    At the first marker of a chromosome it is 1/2: chromosomes assort independently.
    """
    r = np.full(position_cm.shape, 0.5)
    same = np.diff(chromosome) == 0
    r[1:][same] = haldane(np.diff(position_cm))[same]
    return r


def _breed(rng: np.random.Generator, n: int, generations: int, pairs: int) -> Pedigree:
    """Founders A and B, then F1 to F_(k-1) with `pairs` sons and as many daughters, then F_k.

    Within a generation the sons come first; son j and daughter j are sibs.
    """
    ids = ["A", "B"]
    generation = [np.zeros(2, dtype=np.int64)]
    sire = [np.full(2, -1)]
    dam = [np.full(2, -1)]
    fathers, mothers = np.zeros(pairs, dtype=np.int64), np.ones(pairs, dtype=np.int64)
    for k in range(1, generations + 1):
        if k > 1:
            fathers = len(ids) - 2 * pairs + np.arange(pairs)
            mothers = len(ids) - pairs + _pairing(rng, pairs)
        if k < generations:
            family = np.tile(np.arange(pairs), 2)
        else:
            family = np.sort(np.arange(n) % pairs)
        sire.append(fathers[family])
        dam.append(mothers[family])
        generation.append(np.full(family.size, k))
        ids += [f"F{k}-{i + 1}" for i in range(family.size)]
    return Pedigree(
        ids=tuple(ids),
        sire=np.concatenate(sire),
        dam=np.concatenate(dam),
        generation=np.concatenate(generation),
    )


def _pairing(rng: np.random.Generator, pairs: int) -> Ints:
    """The sister-number of each brother's mate: a permutation that leaves nothing in place."""
    mates = rng.permutation(pairs)
    # About one permutation in e qualifies, whatever the number of pairs; of one there is none.
    while pairs > 1 and (mates == np.arange(pairs)).any():
        mates = rng.permutation(pairs)
    return mates


def _drop_genes(rng: np.random.Generator, pedigree: Pedigree, r: Floats) -> Counts:
    """B alleles of the last generation, shape (n, m), one generation after the other.

    Every parent belongs to the generation before, so two generations are held at a time.
    """
    m = r.size
    haplotypes = np.zeros((2, 2, m), dtype=np.int8)
    haplotypes[1] = 1
    starts = np.flatnonzero(np.diff(pedigree.generation, prepend=-1))
    for before, (start, stop) in zip(starts[:-1], pairwise([*starts[1:], pedigree.n]), strict=True):
        offspring = np.empty((stop - start, 2, m), dtype=np.int8)
        for side, parent in enumerate((pedigree.sire, pedigree.dam)):
            parents = haplotypes[parent[start:stop] - before]
            offspring[:, side] = _gametes(rng, parents, r)
        haplotypes = offspring
    return haplotypes[:, 0] + haplotypes[:, 1]


def _gametes(rng: np.random.Generator, parents: Counts, r: Floats) -> Counts:
    """One gamete of each parent, shape (n, m), from their two haplotypes each, (n, 2, m)."""
    switches = rng.random((parents.shape[0], r.size)) < r
    strand = np.logical_xor.accumulate(switches, axis=1)
    return np.where(strand, parents[:, 1], parents[:, 0])
