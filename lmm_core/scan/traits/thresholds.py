"""Genome-wide thresholds for every trait: by h where errors are normal, else by permutation.

The decorrelated contrasts of a trait, e = z/√(hμ + 1 - h), point in a random direction if errors
are normal, and the distribution of the largest r² depends on K, X, the markers and h alone: it is
drawn at a few h for all traits together. A trait whose contrasts have heavier tails, by their
fourth moment, than every one of the normal draws is permuted.
"""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, as_design, lock
from lmm_core.errors import LMMError
from lmm_core.genotypes import Genotypes, as_genotypes
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.many.blocks import as_traits
from lmm_core.many.fits import UNBOUNDED
from lmm_core.progress import Progress
from lmm_core.scan.thresholds import Threshold, check_alphas
from lmm_core.scan.traits.draws import FEWEST, Asked, Drawn, drawn_patterns
from lmm_core.scan.traits.result import TraitScans, tested_h2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TraitThresholds(Brief):
    """LOD scores that the largest of a null scan exceeds with probability alpha; NaN of no scan.

    Attributes:
        alpha: the probability of a false peak anywhere.
        lod: of each trait, (m,).
        lower, upper: what the number of draws leaves open, a 95% interval, (m,).
        fourth: df·Σe⁴/(Σe²)² of its decorrelated contrasts, near 3 if they are normal, (m,).
        heaviest: the largest of the normal draws of as many contrasts, (m,).
        draws: how many the threshold is from, (m,).
    """

    alpha: float
    lod: Floats
    lower: Floats
    upper: Floats
    fourth: Floats
    heaviest: Floats
    draws: Ints

    @property
    def permuted(self) -> NDArray[np.bool_]:
        """Which traits have a threshold of their own, by permutation, (m,)."""
        return np.asarray(self.fourth > self.heaviest)


def trait_thresholds(
    peaks: TraitScans,
    Y: ArrayLike,
    G: Genotypes | ArrayLike,
    X: ArrayLike | None,
    K: ArrayLike | KinshipEigen,
    *,
    alpha: float = 0.05,
    draws: int = 20_000,
    permutations: int = 1000,
    threads: int | None = None,
    progress: Progress | None = None,
    rng: np.random.Generator,
) -> TraitThresholds:
    """A threshold for the scan of each trait, at its ĥ.

    Args:
        peaks: what `scan_traits` found, which has the ĥ.
        Y, G, X, K, threads, progress: as for `scan_traits`.
        alpha: genome-wide probability of a false peak.
        draws: of normal errors, at each of five h, shared out among the patterns of missing
            values, each of which has at least 1,000.
        permutations: of each trait whose contrasts have heavier tails than all of those.
        rng: source of both.

    Raises:
        DesignError, KinshipError: as `scan_traits`.
        LMMError: an alpha that is not between 0 and 1, too few draws for it, or other traits.

    References:
        Abney 2015, Genetic Epidemiology 39:249, permutation of decorrelated residuals.
    """
    check_alphas((alpha,), min(permutations, draws, FEWEST))
    eigen = decompose(K)
    traits, design = as_traits(Y, eigen.n), as_design(X, eigen.n)
    out = no_thresholds(alpha, peaks, traits)
    for drawn in drawn_patterns(
        traits,
        as_genotypes(G, eigen.n),
        design,
        eigen,
        tested_h2(peaks),
        peaks.status == UNBOUNDED,
        Asked(draws, permutations, threads, rng),
        progress,
    ):
        places = drawn.places
        out.fourth[places], out.heaviest[places] = drawn.fourth, drawn.heaviest
        out.draws[places] = drawn.maxima.shape[1]
        cuts = np.array([_cut(alpha, row, drawn) for row in drawn.maxima])
        for into, column in zip((out.lod, out.lower, out.upper), cuts.T, strict=True):
            into[places] = np.interp(drawn.u, drawn.at, column)
        for row, maxima in drawn.own:
            place = places[row]
            out.lod[place], out.lower[place], out.upper[place] = _cut(alpha, np.sort(maxima), drawn)
            out.draws[place] = permutations
    return lock(out)


def no_thresholds(alpha: float, peaks: TraitScans, traits: Floats) -> TraitThresholds:
    """Room for one of each trait.

    Raises:
        LMMError: the peaks are of other traits.
    """
    m = traits.shape[1]
    if peaks.m != m:
        raise LMMError(
            "the peaks must be of the same traits",
            f"they are of {peaks.m}, and Y has {m}",
            "give Y as it was scanned",
        )
    lod, lower, upper, fourth, heaviest = (np.full(m, np.nan) for _ in range(5))
    return TraitThresholds(alpha, lod, lower, upper, fourth, heaviest, np.zeros(m, np.int64))


def _cut(alpha: float, maxima: NDArray[np.float32], drawn: Drawn) -> tuple[float, float, float]:
    """The LOD score that so many maxima exceed, and its interval."""
    found = Threshold((alpha,), np.asarray(maxima, dtype=np.float64), 0.0, drawn.n, drawn.df)
    lod, lower, upper = astuple(found.lod[0])
    return lod, lower, upper
