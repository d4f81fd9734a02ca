"""Genotype probabilities between and at the markers of a cross, and the kinship they give."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.errors import LMMError, in_digits
from lmm_core.simulate.cross import haldane
from lmm_data.readers.rqtl2.crosstypes import (
    AUTOSOMES,
    X_CHROMOSOMES,
    X_NEEDS_DIRECTION,
    X_NEEDS_SEX,
    Chain,
    similarity_classes,
)

# R/qtl2's: a pseudomarker this close to a marker, in cM, is left out; and two markers at one
# place must not contradict each other beyond what a genotyping error explains.
SAME_PLACE_CM = 0.01
LEAST_RECOMBINATION = 1e-12
MAX_CENTIMORGANS = 10_000.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GenotypeProbabilities(Brief):
    """How likely each genotype is, given all markers of the chromosome.

    Attributes:
        position_cm: the k positions, markers and pseudomarkers, ascending, shape (k,).
        markers: which of them are the markers, in the order they were given, shape (m,).
        states: the s genotypes.
        values: read-only, shape (k, n, s); the last axis sums to 1.
        classes: share of each of a alleles in each genotype, shape (s, a); in a backcross the
            genotypes themselves, shape (s, s).
    """

    position_cm: Floats
    markers: Ints
    states: tuple[str, ...]
    values: Floats
    classes: Floats

    @property
    def allele_probabilities(self) -> Floats:
        """Chance that an allele, drawn from the individual, is each founder's, (k, n, a)."""
        # As one product of two matrices, which is much faster than one for each position.
        flat: Floats = self.values.reshape(-1, len(self.states)) @ self.classes
        return flat.reshape(*self.values.shape[:2], -1)


def genotype_probabilities(
    codes: ArrayLike,
    position_cm: ArrayLike,
    cross_type: str,
    *,
    is_x: bool = False,
    female: ArrayLike | None = None,
    reverse: ArrayLike | None = None,
    step_cm: float = 0.0,
    error_prob: float = 1e-4,
) -> GenotypeProbabilities:
    """Genotype probabilities of one chromosome, by a hidden Markov model along it.

    Args:
        codes: what was seen, shape (n, m): 0 missing, 1 AA, 2 AB (B in lines), 3 BB, 4 not BB,
            5 not AA, as R/qtl2 codes it; a code that cannot be is taken for missing.
        position_cm: of the markers, ascending, shape (m,).
        cross_type: f2, bc, dh, haploid, riself or risib.
        is_x: whether this is the X chromosome.
        female: of each individual, shape (n,); needed for the X of f2 and bc.
        reverse: whether the direction of the cross was (BxA)x(BxA) and not (AxB)x(AxB), or for
            risib BxA and not AxB, mother first, shape (n,); needed for their X.
        step_cm: distance of a grid of pseudomarkers from the first marker on; 0 for none.
        error_prob: chance that a marker is seen wrongly.

    Returns:
        The same as R/qtl2's `calc_genoprob` with Haldane's map function, and with
        `insert_pseudomarkers(map, step)` if a step is given.

    Raises:
        LMMError: shapes that disagree, positions that are not ascending or span more than
            10,000 cM, an unknown cross, sex or direction that is needed and not given, an error
            probability outside (0, 0.5], a negative step.

    References:
        Broman & Sen 2009, A Guide to QTL Mapping with R/qtl, appendix D.

    >>> made = genotype_probabilities([[1, 0, 1]], [0.0, 10.0, 20.0], "f2")
    >>> made.values[1, 0].round(3)
    array([0.98 , 0.019, 0.   ])
    """
    seen = np.asarray(codes)
    position = np.asarray(position_cm, dtype=np.float64)
    if cross_type not in AUTOSOMES:
        raise LMMError(
            f"genotypes of the cross “{cross_type}” cannot be inferred",
            remedy=f"choose from {', '.join(AUTOSOMES)}",
        )
    check_codes(seen, position, step_cm, error_prob)
    chains = _chains(cross_type, is_x, female, reverse, seen.shape[0])
    states = tuple(dict.fromkeys(state for _, chain in chains for state in chain.states))
    everywhere, markers = with_pseudomarkers(position, step_cm)
    r = np.maximum(haldane(np.diff(everywhere)), LEAST_RECOMBINATION)
    values = np.zeros((everywhere.size, seen.shape[0], len(states)))
    for rows, chain in chains:
        at = np.zeros((everywhere.size, rows.size), dtype=np.int64)
        at[markers] = seen[rows].T
        place = np.array([states.index(state) for state in chain.states])
        emission = chain.emission(error_prob)
        tables = np.broadcast_to(emission, (len(at), *emission.shape))
        made = posterior(np.array(chain.start), chain.steps(r), tables, at)
        values[:, rows[:, np.newaxis], place] = made
    return GenotypeProbabilities(
        position_cm=read_only(everywhere),
        markers=read_only(markers),
        states=states,
        values=read_only(values),
        classes=read_only(similarity_classes(cross_type, states)),
    )


def probability_kinship(chromosomes: Iterable[GenotypeProbabilities]) -> Floats:
    """Kinship from genotype probabilities: how likely two alleles, one of each, are the same.

    Args:
        chromosomes: at least one; a generator keeps one at a time in memory.

    Returns:
        K, shape (n, n): the mean over all positions of Σ_a p_ia p_ja, with p the probabilities
        of the alleles. It is R/qtl2's `calc_kinship`: a coefficient of kinship, half of a
        relationship, and R/qtl2 doubles it before it fits.

    Raises:
        LMMError: no chromosomes.
    """
    total, positions = None, 0
    for chromosome in chromosomes:
        shares = chromosome.allele_probabilities
        for a in range(shares.shape[2]):
            share = np.ascontiguousarray(shares[:, :, a].T)
            total = share @ share.T if total is None else total + share @ share.T
        positions += shares.shape[0]
    if total is None:
        raise LMMError("kinship needs at least one chromosome with markers", "there is none")
    return total / positions


def posterior(
    start: Floats, steps: Floats, tables: Floats, seen: Ints, orders: Ints | None = None
) -> Floats:
    """P(genotype at each position | all that is seen), shape (k, n, s), by forward-backward.

    Both passes are scaled to sum to 1 at each position: only the shape of each matters.

    Args:
        start: chance of each genotype at any one place, shape (s,).
        steps: of a genotype (last axis) given the one before, shape (k - 1, s, s).
        tables: chance to see each code given each genotype, at each position, shape (k, 6, c).
        seen: the codes, shape (k, n).
        orders: which of the c genotypes of the tables are an individual's s, shape (n, s).
    """

    def sees(i: int) -> Floats:
        chance: Floats = tables[i][seen[i]]
        return chance if orders is None else np.take_along_axis(chance, orders, axis=1)

    first = start * sees(0)
    values = np.empty((len(steps) + 1, *first.shape))
    values[0] = first / first.sum(axis=1, keepdims=True)
    for i, step in enumerate(steps, 1):
        values[i] = (values[i - 1] @ step) * sees(i)
        values[i] /= values[i].sum(axis=1, keepdims=True)
    after = np.ones(first.shape)
    for i in range(len(steps) - 1, -1, -1):
        after = (after * sees(i + 1)) @ steps[i].T
        after /= after.sum(axis=1, keepdims=True)
        values[i] *= after
        values[i] /= values[i].sum(axis=1, keepdims=True)
    return values


def with_pseudomarkers(position: Floats, step: float) -> tuple[Floats, Ints]:
    """All positions in order, and the places of the markers among them."""
    grid = np.empty(0)
    if step > 0:
        grid = position[0] + step * np.arange(np.floor(np.ptp(position) / step) + 1)
        right = np.searchsorted(position, grid).clip(1, max(position.size - 1, 1))
        nearest = np.minimum(
            np.abs(grid - position[right - 1]),
            np.abs(grid - position[np.minimum(right, position.size - 1)]),
        )
        grid = grid[nearest >= SAME_PLACE_CM]
    everywhere = np.concatenate([position, grid])
    order = np.argsort(everywhere, kind="stable")
    return everywhere[order], np.flatnonzero(order < position.size)


def _chains(
    cross_type: str, is_x: bool, female: ArrayLike | None, reverse: ArrayLike | None, n: int
) -> list[tuple[Ints, Chain]]:
    """The chains that are needed, each with the individuals it is for."""
    if not is_x or cross_type not in X_CHROMOSOMES:
        return [(np.arange(n), AUTOSOMES[cross_type])]
    sexes = _flags(female, n, cross_type in X_NEEDS_SEX, "female", cross_type)
    directions = _flags(reverse, n, cross_type in X_NEEDS_DIRECTION, "reverse", cross_type)
    chains = []
    # All of them, so that the states are the same whoever is in the sample.
    for (sex, direction), chain in X_CHROMOSOMES[cross_type].items():
        rows = np.flatnonzero((sexes == sex) & (directions == direction))
        chains.append((rows, chain))
    return chains


def _flags(
    values: ArrayLike | None, n: int, needed: bool, name: str, cross_type: str
) -> NDArray[np.bool_]:
    if values is None and needed:
        raise LMMError(
            f"the X chromosome of the cross {cross_type} needs {name} for each individual",
            "there is none",
            "pass it, or leave the X chromosome out",
        )
    flags = np.zeros(n, dtype=bool) if values is None else np.asarray(values, dtype=bool)
    if flags.shape != (n,):
        raise LMMError(
            f"{name} must have one value for each of the {n} individuals",
            f"its shape is {flags.shape}",
        )
    return flags


def check_codes(seen: NDArray[Any], position: Floats, step_cm: float, error_prob: float) -> None:
    """An error for codes and positions that probabilities cannot be made of."""
    if seen.ndim != 2 or 0 in seen.shape or position.shape != seen.shape[1:]:
        raise LMMError(
            "codes must be individuals by markers, with a position for each marker",
            f"their shape is {seen.shape}, that of the positions {position.shape}",
        )
    if seen.dtype.kind not in "iu" or seen.min() < 0 or seen.max() > 5:
        raise LMMError("codes must be whole numbers from 0 to 5", "0 is missing")
    gaps = np.diff(position)
    if not np.isfinite(position).all() or (gaps < 0).any():
        raise LMMError(
            "positions must be finite and ascending", remedy="sort the markers by position"
        )
    if np.ptp(position) > MAX_CENTIMORGANS:
        raise LMMError(
            "positions must be in centimorgans",
            f"the chromosome spans {in_digits(np.ptp(position), 6)}, and "
            f"{MAX_CENTIMORGANS:,.0f} at most are taken",
        )
    if not 0.0 < error_prob <= 0.5:
        raise LMMError("error_prob must be above 0 and at most 0.5", f"found {error_prob}")
    if not (step_cm == 0.0 or SAME_PLACE_CM < step_cm < np.inf):
        raise LMMError(
            f"step_cm must be 0, for no pseudomarkers, or more than {SAME_PLACE_CM}",
            f"found {step_cm}",
        )
