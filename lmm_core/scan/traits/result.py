"""What scans of many traits found: the peak of each, and the pairs above a threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints, arrays_of
from lmm_core.many.fits import FLAT
from lmm_core.scan.result import LOG_10
from lmm_core.scan.tails import log_f_tail

# r² that differ by less, relatively, tie, and the first marker is the peak.
TIE = 1e-12
TESTED = "tested"
NO_VALUES, NO_FREEDOM, EXPLAINED = "no values", "too few values", "explained"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TraitScans(Brief):
    """The highest peak of each of m traits; NaN, and place -1, where none was tested.

    Attributes:
        h2: the h it was tested at: the REML ĥ without a marker, and 0 where every h fits equally
            well, (m,).
        status: of that estimate, as of `TraitFits`, (m,).
        n, p: individuals with a value, and independent columns of X among them, (m,).
        kind: "tested", or "no values", "too few values" for a marker beside X, or "explained" by
            X without error, (m,).
        n_tested: markers that could be tested among its individuals, (m,).
        place: of the marker at the peak, the first of those that tie, (m,).
        r2: the squared correlation between trait and marker at that h, beside X, (m,).
        lod: (n/2)·log₁₀ RSS₀/RSS₁, (m,).
        f: the Wald statistic, F with 1 and n - p - 1 degrees of freedom, (m,).
        log_p: natural logarithm of its p-value, (m,).
        beta, se_beta: effect of one allele and its standard error, in units of the trait, (m,).
    """

    h2: Floats
    status: NDArray[np.str_]
    n: Ints
    p: Ints
    kind: NDArray[np.str_]
    n_tested: Ints
    place: Ints
    r2: Floats
    lod: Floats
    f: Floats
    log_p: Floats
    beta: Floats
    se_beta: Floats

    @property
    def m(self) -> int:
        """Number of traits."""
        return len(self.h2)

    @property
    def neg_log10_p(self) -> Floats:
        """-log₁₀ of the p-values of the peaks, each a marker's own, (m,)."""
        return -self.log_p / LOG_10


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LocoTraitScans(TraitScans):
    """`TraitScans`, each peak beside the kinship without its chromosome.

    Attributes:
        null_h2: for each chromosome the h at which each trait was tested there, NaN where none
            was, (m,).
    """

    null_h2: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pairs(Brief):
    """Traits and markers whose LOD score is above a threshold, by trait and then by marker.

    Attributes:
        trait, marker: their places, (k,).
        lod, f, log_p, beta, se_beta: as of `TraitScans`, (k,).
    """

    trait: Ints
    marker: Ints
    lod: Floats
    f: Floats
    log_p: Floats
    beta: Floats
    se_beta: Floats


def empty(m: int) -> TraitScans:
    """Room for the peaks of m traits."""
    h2, r2, lod, f, log_p, beta, se_beta = (np.full(m, np.nan) for _ in range(7))
    n, p, n_tested = (np.zeros(m, dtype=np.int64) for _ in range(3))
    status, kind = np.full(m, FLAT, dtype="<U14"), np.full(m, NO_VALUES, dtype="<U14")
    place = np.full(m, -1, dtype=np.int64)
    return TraitScans(h2, status, n, p, kind, n_tested, place, r2, lod, f, log_p, beta, se_beta)


def tested_h2(peaks: TraitScans) -> Floats:
    """The h at which each trait was tested, NaN where none was, (m,)."""
    return np.where(peaks.place >= 0, peaks.h2, np.nan)


def statistics(r2: Floats, n: int, df: int) -> tuple[Floats, Floats, Floats]:
    """The LOD score, F and the natural logarithm of its p-value, all functions of r²."""
    with np.errstate(divide="ignore"):
        left = np.maximum(1.0 - r2, 0.0)
        F = df * r2 / left
        return -0.5 * n * np.log(left) / LOG_10, F, log_f_tail(F, df)


def joined(parts: Sequence[Pairs]) -> Pairs:
    """All of them, by trait and then by marker."""
    nobody = np.zeros(0, dtype=np.int64)
    none = Pairs(nobody, nobody, *[np.zeros(0)] * 5)
    columns = {
        one.name: np.concatenate([getattr(part, one.name) for part in (none, *parts)])
        for one in fields(Pairs)
    }
    order = np.lexsort((columns["marker"], columns["trait"]))
    return Pairs(**{name: values[order] for name, values in columns.items()})


def better(before: TraitScans, places: Ints, found: TraitScans) -> TraitScans:
    """Of some traits the higher of two peaks, the earlier of those that tie.

    Args:
        before: of all traits.
        places: of those of `found` among them.
        found: by other markers.
    """
    old = {name: values[places] for name, values in arrays_of(before).items()}
    # What could not be tested before has no place, and NaN is not lower than anything.
    keep = (old["place"] >= 0) & ~(found.lod > old["lod"] * (1.0 + TIE))
    new = {name: np.where(keep, old[name], values) for name, values in arrays_of(found).items()}
    return TraitScans(**{**new, "n_tested": old["n_tested"] + found.n_tested})
