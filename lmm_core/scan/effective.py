"""How many tests a scan is worth, and whether its p-values are those of null markers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.errors import DesignError
from lmm_core.genotypes import (
    Genotypes,
    Subset,
    as_genotypes,
    by_chromosome,
    products,
    read_block,
    standardised,
)

# Of an eigenvalue, for each marker: what rounding may do to it.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EffectiveTests(Brief):
    """Effective number of independent tests, chromosome by chromosome.

    Attributes:
        chromosomes: labels, in the order in which they first come.
        markers: markers that vary on each, (c,).
        effective: effective number of tests on each, (c,).
    """

    chromosomes: tuple[str, ...]
    markers: Ints
    effective: Floats

    @property
    def m(self) -> int:
        """Markers that vary."""
        return int(self.markers.sum())

    @property
    def total(self) -> float:
        """Effective number of tests of the genome."""
        return float(self.effective.sum())

    def bonferroni(self, alpha: float = 0.05) -> float:
        """-log₁₀ p that a marker must reach if all m tests count: p = alpha/m."""
        return float(np.log10(self.m / alpha))

    def neg_log10_p(self, alpha: float = 0.05) -> float:
        """-log₁₀ p that a marker must reach if the effective number counts.

        Šidák's p = 1 - (1 - alpha)^(1/total).
        """
        return float(-np.log10(-np.expm1(np.log1p(-alpha) / self.total)))


def effective_tests(
    G: Genotypes | ArrayLike, chromosomes: Sequence[str] | NDArray[np.str_]
) -> EffectiveTests:
    """Effective number of independent tests by the eigenvalues of the markers' correlations.

    Each eigenvalue counts 1 if it is at least 1, and its fractional part besides; chromosomes
    are taken one by one and added. Where a chromosome has more markers than there are
    individuals, the eigenvalues are those of the individuals' Gram matrix.

    Args:
        G: genotypes, shape (n, m), as for `scan_markers`; missing ones are the marker's mean.
        chromosomes: label of each marker, length m.

    Raises:
        DesignError: not one label for each marker, or no marker varies.

    References:
        Li & Ji 2005, Heredity 95:221, eq. 5.
    """
    genotypes = as_genotypes(G)
    groups = by_chromosome(genotypes, chromosomes)
    counted = [_of_chromosome(part) for part in groups.values()]
    markers = np.array([count for count, _ in counted], dtype=np.int64)
    if not markers.any():
        raise DesignError(
            "an effective number of tests needs markers that vary",
            f"none of the {genotypes.shape[1]} does",
            "check how the genotypes are coded",
        )
    return EffectiveTests(
        tuple(groups), read_only(markers), read_only(np.array([e for _, e in counted]))
    )


def genomic_control(log_p: ArrayLike) -> float:
    """λ_GC: the median χ²₁ of the p-values over its expected value; NaN without any.

    Args:
        log_p: natural logarithms of p-values, NaN where there is none.

    References:
        Devlin & Roeder 1999, Biometrics 55:997.

    >>> round(genomic_control(np.log([0.2, 0.5, 0.9])), 12)
    1.0
    """
    from scipy.special import ndtri_exp

    values = np.asarray(log_p, dtype=np.float64)
    values = values[~np.isnan(values)]
    if not values.size:
        return float("nan")
    # χ² falls as p rises, so the median of one is that of the other.
    root = ndtri_exp(np.array([np.median(values), np.log(0.5)]) - np.log(2.0))
    return float((root[0] / root[1]) ** 2)


def _of_chromosome(part: Subset) -> tuple[int, float]:
    """Markers that vary, and their effective number."""
    n, m = part.shape
    if m > n:
        gram, _, varies = products(part, "standardized")
        gram /= n
        count = int(varies.sum())
    else:
        Z = standardised(read_block(part, slice(m)))
        gram, count = Z.T @ Z, Z.shape[1]
    if not count:
        return 0, 0.0
    values = np.linalg.eigvalsh(gram)
    # Twins make whole numbers, where the count jumps: rounding must not decide.
    values = np.maximum(values, 0.0) + ROUNDING * count
    whole_part = np.floor(values)
    fraction = np.maximum(values - whole_part - ROUNDING * count, 0.0)
    return count, float(np.sum((values >= 1.0) + fraction))
