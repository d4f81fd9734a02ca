"""Genome-wide thresholds by permutation of decorrelated residuals.

Relatives are not exchangeable, so phenotypes must not be permuted. At the true h the contrasts
over their standard deviations, e = z/√(hμ + 1 - h), are independent and alike: they may be. A
marker's statistic depends on r², the squared cosine between e and the marker decorrelated in the
same way: F = (df)r²/(1 - r²), and the length of e is the same in every permutation. So the
statistics of all permutations at a block of markers are one matrix product.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, as_design, as_phenotype, read_only
from lmm_core.errors import LMMError, in_digits
from lmm_core.genotypes import (
    Genotypes,
    Kind,
    as_genotypes,
    block_places,
    by_chromosome,
    read_block,
)
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.many.shared import SharedRotation, share
from lmm_core.progress import Progress, parts_of
from lmm_core.records import written_out
from lmm_core.scan.genome import contrast_weights, null_model
from lmm_core.scan.loco import chromosome_kinships
from lmm_core.scan.markers import TESTED, as_markers
from lmm_core.scan.result import LOG_10
from lmm_core.scan.tails import log_f_tail

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Cut:
    """A threshold and what the number of permutations leaves open: a 95% interval.

    Attributes:
        value: a null scan's largest statistic exceeds it with probability at most the alpha.
        lower, upper: order statistics between which the true quantile lies; `upper` is infinite
            with too few permutations.
    """

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Threshold(Brief):
    """Genome-wide thresholds, each on three scales.

    Attributes:
        alphas: probabilities of a false peak anywhere, such as 0.05.
        maxima: the largest r² of each permutation, ascending, shape (permutations,).
        h2: the h it was made at; with LOCO one for each chromosome.
        n: individuals.
        df: the denominator's degrees of freedom of F.
    """

    alphas: tuple[float, ...]
    maxima: Floats
    h2: float | Mapping[str, float]
    n: int
    df: int

    @property
    def r2(self) -> tuple[Cut, ...]:
        """For r², one for each alpha."""
        return tuple(order_statistics(self.maxima, alpha) for alpha in self.alphas)

    @property
    def f(self) -> tuple[Cut, ...]:
        """For the Wald statistic F, one for each alpha."""
        return self._on(lambda r2: _f_of(r2, self.df))

    @property
    def neg_log10_p(self) -> tuple[Cut, ...]:
        """For -log₁₀ of a marker's own Wald p-value, one for each alpha."""
        return self._on(lambda r2: -float(log_f_tail(_f_of(r2, self.df), self.df)) / LOG_10)

    @property
    def lod(self) -> tuple[Cut, ...]:
        """For the LOD score with h held, one for each alpha."""
        return self._on(lambda r2: -0.5 * self.n * math.log1p(-r2) / LOG_10)

    def genome_wide_p(self, f: ArrayLike) -> Floats:
        """How likely a null scan has an F as large anywhere: (1 + #maxima ≥ it)/(1 + #maxima).

        Args:
            f: Wald statistics of any shape; NaN stays NaN.
        """
        F = np.asarray(f, dtype=np.float64)
        # Largest first, and a hair below: an F that is one of the maxima must not miss it.
        below = np.searchsorted(self.maxima, F / (F + self.df) * (1.0 - 1e-12), side="left")
        above = np.where(np.isnan(F), np.nan, self.maxima.size - below)
        return (1.0 + above) / (1.0 + self.maxima.size)

    def _on(self, scale: Callable[[float], float]) -> tuple[Cut, ...]:
        def convert(r2: float) -> float:
            return scale(r2) if r2 < 1.0 else math.inf

        return tuple(
            Cut(convert(cut.value), convert(cut.lower), convert(cut.upper)) for cut in self.r2
        )


def permutation_threshold(
    G: Genotypes | ArrayLike,
    y: ArrayLike,
    X: ArrayLike | None,
    K: ArrayLike | KinshipEigen,
    *,
    h2: Literal["null"] | float = "null",
    permutations: int = 1000,
    alphas: Collection[float] = (0.05,),
    progress: Progress | None = None,
    rng: np.random.Generator,
) -> Threshold:
    """Thresholds that the largest of all statistics of a null scan exceeds with given chances.

    Args:
        G, y, X, K: as for `scan_markers`.
        rng: source of the permutations.
        h2: "null" is the REML ĥ of the model without a marker; 0.0 permutes as for unrelated
            individuals.
        permutations: how many; at least 1/alpha - 1.
        alphas: genome-wide probabilities of a false peak.
        progress: called with the share of the markers that is done.

    Raises:
        DesignError, KinshipError: as `scan_markers`.
        LMMError: too few permutations for an alpha, or an alpha that is not between 0 and 1; no
            marker that can be tested.

    References:
        Abney 2015, Genetic Epidemiology 39:249, permutation of decorrelated residuals; Churchill
        & Doerge 1994, Genetics 138:963.
    """
    eigen = written_out(decompose(K), "a threshold")
    genotypes = as_genotypes(G, eigen.n)
    alphas = check_alphas(alphas, permutations)
    shared = share(eigen, X)
    maxima, held = permuted_maxima(genotypes, shared, y, h2, permutations, rng, progress)
    return _threshold(alphas, maxima, held, shared)


def loco_threshold(
    G: Genotypes | ArrayLike,
    y: ArrayLike,
    X: ArrayLike | None,
    chromosomes: Sequence[str] | NDArray[np.str_],
    *,
    kinships: Mapping[str, ArrayLike | KinshipEigen] | None = None,
    kind: Kind = "centered",
    h2: Literal["null"] | float = "null",
    permutations: int = 1000,
    alphas: Collection[float] = (0.05,),
    progress: Progress | None = None,
    rng: np.random.Generator,
) -> Threshold:
    """`permutation_threshold` for `scan_loco`: each chromosome by its own kinship and ĥ.

    Arguments are those of both. Contrasts that one kinship decorrelates are not those of
    another, so no one permutation fits all chromosomes: each gets permutations of its own, and
    the k-th maximum of the genome is the largest of the k-th maxima of the chromosomes. That
    treats chromosomes as independent. Where they are not, it errs on the safe side: jointly
    normal statistics all stay between ±t at least as often as if chromosomes were independent
    (Royen 2014, Far East J Theor Stat 48:139, the Gaussian correlation inequality).
    """
    genotypes = as_genotypes(G)
    n = genotypes.shape[0]
    alphas = check_alphas(alphas, permutations)
    values, design = as_phenotype(y, n), as_design(X, n)
    groups = by_chromosome(genotypes, chromosomes)
    maxima = np.full(permutations, -1.0)
    held: dict[str, float] = {}
    each = chromosome_kinships(genotypes, chromosomes, kinships, kind)
    tells = parts_of(progress, [part.shape[1] for part in groups.values()])
    for (name, K), tell in zip(each, tells, strict=True):
        shared = share(decompose(K), design)
        own, held[name] = permuted_maxima(groups[name], shared, values, h2, permutations, rng, tell)
        maxima = np.maximum(maxima, own)
    return _threshold(alphas, maxima, held, shared)


def check_alphas(alphas: Collection[float], permutations: int) -> tuple[float, ...]:
    """The alphas, each of which so many permutations are enough for."""
    for alpha in alphas:
        if not 0.0 < alpha < 1.0:
            raise LMMError("alpha must lie between 0 and 1", f"{alpha} does not", "0.05 is usual")
        if _rank(permutations, alpha) > permutations:
            raise LMMError(
                f"an alpha of {in_digits(alpha, 6)} needs at least "
                f"{math.ceil(1.0 / alpha - 1e-9) - 1} permutations",
                f"there are {permutations}",
                "ask for more",
            )
    return tuple(alphas)


def _threshold(
    alphas: tuple[float, ...],
    maxima: Floats,
    h2: float | Mapping[str, float],
    shared: SharedRotation,
) -> Threshold:
    if maxima[0] < 0.0:
        raise LMMError(
            "a threshold needs markers that can be tested", "none can", "see the kinds of a scan"
        )
    return Threshold(alphas, read_only(np.sort(maxima)), h2, shared.n, shared.df - 1)


def permuted_maxima(
    genotypes: Genotypes,
    shared: SharedRotation,
    y: ArrayLike,
    h2: Literal["null"] | float,
    permutations: int,
    rng: np.random.Generator,
    progress: Progress | None,
) -> tuple[Floats, float]:
    """The largest r² of each permutation, (permutations,), -1 without a marker; and the h."""
    if isinstance(h2, str) and h2 != "null":
        raise LMMError(
            "a threshold is made at one h",
            f"“{h2}” is none",
            "take “null”, whose threshold for −log₁₀ p serves the scan that refits h as well",
        )
    null = null_model(shared, y, h2)
    root = np.sqrt(contrast_weights(shared, null.h2))
    e = null.z * root
    e /= np.linalg.norm(e)
    permuted = rng.permuted(np.broadcast_to(e, (permutations, e.size)), axis=1).T
    largest = np.full(permutations, -1.0)
    m = genotypes.shape[1]
    for places in block_places(genotypes):
        markers = as_markers(shared, read_block(genotypes, places))
        x = markers.contrasts[markers.kind == TESTED] * root
        x /= np.sqrt(np.vecdot(x, x))[:, np.newaxis]
        r = x @ permuted
        np.square(r, out=r)
        np.maximum(largest, r.max(axis=0, initial=-1.0), out=largest)
        if progress:
            progress(places.stop / m)
    return largest, null.h2


def _rank(permutations: int, alpha: float) -> int:
    """The order statistic that a further draw exceeds with probability at most the alpha."""
    return math.ceil((permutations + 1) * (1.0 - alpha) - 1e-9)


def order_statistics(maxima: Floats, alpha: float) -> Cut:
    """The one that a further draw exceeds with probability alpha, and its interval.

    The number of maxima below the true quantile is binomial.
    """
    from scipy.special import bdtr

    size = maxima.size
    at_most = bdtr(np.arange(size + 1), size, 1.0 - alpha)
    low = int(np.searchsorted(at_most, 0.5 - 0.5 * CONFIDENCE, side="right"))
    high = int(np.searchsorted(at_most, 0.5 + 0.5 * CONFIDENCE)) + 1
    return Cut(
        value=float(maxima[_rank(size, alpha) - 1]),
        lower=float(maxima[low - 1]) if low else 0.0,
        upper=float(maxima[high - 1]) if high <= size else math.inf,
    )


def _f_of(r2: float, df: int) -> float:
    return df * r2 / (1.0 - r2)
