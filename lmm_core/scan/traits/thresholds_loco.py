"""Thresholds for every trait with LOCO, whose h differs from chromosome to chromosome.

Of each chromosome the largest r² is drawn by itself, by h, as `trait_thresholds` does, and that of
the genome stays below r² with the product of their probabilities. Where chromosomes are not
independent this errs on the safe side (Royen 2014; see `loco_threshold`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, as_design, lock
from lmm_core.genotypes import Genotypes, Kind, as_genotypes, by_chromosome
from lmm_core.kinship import KinshipEigen
from lmm_core.many.blocks import as_traits
from lmm_core.progress import Progress, parts_of
from lmm_core.scan.loco import chromosome_kinships
from lmm_core.scan.result import LOG_10
from lmm_core.scan.thresholds import Cut, check_alphas, order_statistics
from lmm_core.scan.traits.draws import FEWEST, Asked, Drawn, drawn_patterns
from lmm_core.scan.traits.result import LocoTraitScans
from lmm_core.scan.traits.thresholds import TraitThresholds, no_thresholds

# Probabilities are computed at so many r², for so many traits at once.
POINTS, BLOCK = 512, 2048


def trait_thresholds_loco(
    peaks: LocoTraitScans,
    Y: ArrayLike,
    G: Genotypes | ArrayLike,
    X: ArrayLike | None,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kinships: Mapping[str, ArrayLike | KinshipEigen] | None = None,
    kind: Kind = "centered",
    alpha: float = 0.05,
    draws: int = 20_000,
    permutations: int = 1000,
    threads: int | None = None,
    progress: Progress | None = None,
    rng: np.random.Generator,
) -> TraitThresholds:
    """`trait_thresholds` for `scan_traits_loco`; one decomposition is held at a time.

    Args:
        peaks: what `scan_traits_loco` found, which has the ĥ of each chromosome.
        Y, G, X, chromosomes, kinships, kind: as it was given them.
        alpha, draws, permutations, threads, progress, rng: as for `trait_thresholds`, the draws
            of each chromosome. A trait is permuted on those chromosomes where its contrasts have
            heavier tails than all of the draws.

    Returns:
        The thresholds; `fourth` and `heaviest` are of the chromosome where the one is most times
        the other.

    Raises:
        DesignError, KinshipError, LMMError: as those two.
    """
    check_alphas((alpha,), min(permutations, draws, FEWEST))
    genotypes = as_genotypes(G)
    traits, design = as_traits(Y, genotypes.shape[0]), as_design(X, genotypes.shape[0])
    out = no_thresholds(alpha, peaks, traits)
    groups = by_chromosome(genotypes, chromosomes)
    each = chromosome_kinships(genotypes, chromosomes, kinships, kind)
    tells = parts_of(progress, [part.shape[1] for part in groups.values()])
    asked, patterns = Asked(draws, permutations, threads, rng), dict[int, _Genome]()
    bounded = np.zeros(traits.shape[1], dtype=bool)
    for (name, K), tell in zip(each, tells, strict=True):
        h2 = peaks.null_h2[name]
        for drawn in drawn_patterns(traits, groups[name], design, K, h2, bounded, asked, tell):
            heavier = ~(drawn.fourth / drawn.heaviest < (out.fourth / out.heaviest)[drawn.places])
            places = drawn.places[heavier]
            out.fourth[places], out.heaviest[places] = drawn.fourth[heavier], drawn.heaviest
            genome = patterns.setdefault(drawn.pattern, _Genome(drawn.n, drawn.maxima.shape[1]))
            genome.add(drawn, alpha, permutations)
    for genome in patterns.values():
        genome.solve(alpha, out)
    return lock(out)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Chromosome(Brief):
    """How often the largest r² of a chromosome's null scans is no higher than some r².

    Attributes:
        places: of the traits, ascending, (k,).
        u: where their h lie, NaN of those that are permuted here, (k,).
        at: where normal errors were drawn, (q,).
        size: how many draws there are.
        least: r² below which no genome-wide threshold lies.
        above: the largest r² that are above it, ascending, for each of `at`.
    """

    places: Ints
    u: Floats
    at: Floats
    size: int
    least: float
    above: tuple[NDArray[np.float32], ...]

    def by_h(self, places: Ints) -> NDArray[np.bool_]:
        """Which traits have an h here, and are not permuted."""
        return np.isin(places, self.places[~np.isnan(self.u)])

    def log_below(self, places: Ints, r2: Floats) -> Floats:
        """Logarithms of the probabilities, interpolated to the h of some traits, (k, points)."""
        counts = [
            self.size - row.size + np.searchsorted(row, r2, side="right") for row in self.above
        ]
        u = self.u[np.searchsorted(self.places, places)]
        weights = np.stack([np.interp(u, self.at, one) for one in np.eye(self.at.size)], axis=1)
        return weights @ _log_share(np.array(counts), self.size)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Genome(Brief):
    """The chromosomes of the traits of one pattern of missing values.

    Attributes:
        n, size: individuals, and how many normal errors are drawn on a chromosome.
        parts: of each chromosome.
        own: of each trait that is permuted on some, the largest r² there of each permutation.
    """

    n: int
    size: int
    parts: list[_Chromosome] = field(default_factory=list)
    own: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def add(self, drawn: Drawn, alpha: float, permutations: int) -> None:
        """One chromosome more."""
        # A chromosome is below a threshold at least as often as the genome is.
        share = min(_levels(count, alpha).lower for count in (self.size, permutations))
        rank = max(1, math.ceil(share * drawn.maxima.shape[1] - 1e-9))
        least = drawn.maxima[:, rank - 1].min()
        u = drawn.u.copy()
        for row, maxima in drawn.own:
            u[row] = np.nan
            place = int(drawn.places[row])
            self.own[place] = np.maximum(self.own.get(place, maxima), maxima)
        above = tuple(row[row > least] for row in drawn.maxima)
        self.parts.append(
            _Chromosome(drawn.places, u, drawn.at, drawn.maxima.shape[1], float(least), above)
        )

    def solve(self, alpha: float, out: TraitThresholds) -> None:
        """Write the thresholds of the traits into their places."""
        places = np.unique(np.concatenate([part.places for part in self.parts]))
        kinds, which = np.unique(
            [part.by_h(places) for part in self.parts], axis=1, return_inverse=True
        )
        alone = np.isin(places, list(self.own))
        for k, kind in enumerate(kinds.T):
            parts = [part for part, yes in zip(self.parts, kind, strict=True) if yes]
            together = places[(which == k) & ~alone]
            for start in range(0, together.size, BLOCK):
                self._solve(alpha, out, parts, together[start : start + BLOCK], None)
            for place in places[(which == k) & alone]:
                self._solve(alpha, out, parts, np.array([place]), self.own[place])

    def _solve(
        self,
        alpha: float,
        out: TraitThresholds,
        parts: list[_Chromosome],
        places: Ints,
        own: NDArray[np.float32] | None,
    ) -> None:
        least = max((part.least for part in parts), default=0.0)
        r2 = _points(parts, least)
        if own is not None:
            r2 = np.unique(np.append(r2, own[own > least]))
        log = sum((part.log_below(places, r2) for part in parts), np.zeros((places.size, r2.size)))
        if own is not None:
            log += _log_share(np.searchsorted(np.sort(own), r2, side="right"), own.size)
        size = self.size if own is None else own.size
        levels, out.draws[places] = _levels(size, alpha), size
        for into, level in zip((out.lod, out.lower, out.upper), astuple(levels), strict=True):
            with np.errstate(divide="ignore"):
                into[places] = -0.5 * self.n * np.log1p(-_reached(r2, log, level)) / LOG_10


def _points(parts: list[_Chromosome], least: float) -> Floats:
    """r² at which the probabilities are computed, ever denser among the draws the higher it is."""
    drawn = np.sort(np.concatenate([[least], *(row for part in parts for row in part.above)]))
    drawn = drawn[drawn >= least]
    return np.unique(drawn[-np.geomspace(1, drawn.size, POINTS).astype(np.int64)])


def _levels(size: int, alpha: float) -> Cut:
    """The shares of so many draws that a threshold and its interval are at, as of `Threshold`."""
    return order_statistics(np.arange(1, size + 1) / size, alpha)


def _log_share(count: Ints, size: int) -> Floats:
    """Its logarithm; of none, that of half a draw."""
    share: Floats = np.log(np.maximum(count, 0.5) / size)
    return share


def _reached(r2: Floats, log: Floats, level: float) -> Floats:
    """The r² at which each row comes to a probability, 1 if that is never, (k,)."""
    if not 0.0 < level <= 1.0:
        return np.full(len(log), float(level > 1.0))
    goal, rows = math.log(level), np.arange(len(log))
    high = np.argmax(log >= goal - 1e-12, axis=1)
    low = np.maximum(high - 1, 0)
    below, above = log[rows, low], log[rows, high]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(high > low, (goal - below) / (above - below), 0.0)
    found: Floats = r2[low] + np.clip(share, 0.0, 1.0) * (r2[high] - r2[low])
    return found
