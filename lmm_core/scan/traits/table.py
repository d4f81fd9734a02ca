"""`scan_traits`: a table of traits, missing values included, at every marker."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Floats, as_design, lock, put
from lmm_core.errors import LMMError
from lmm_core.genotypes import Genotypes, as_genotypes
from lmm_core.kinship import KinshipEigen
from lmm_core.many.blocks import as_traits
from lmm_core.many.patterns import missing_patterns
from lmm_core.many.shared import SharedRotation, Undecomposed, share
from lmm_core.many.threads import spread
from lmm_core.progress import Progress
from lmm_core.records import kinship_of, written_out
from lmm_core.scan.traits.panels import KEPT_ELEMENTS, kept_panels
from lmm_core.scan.traits.result import Pairs, TraitScans, empty, joined
from lmm_core.scan.traits.unit import Scanned, Unit, scan_unit

Precision: TypeAlias = Literal["single", "double"]
PRECISIONS: dict[str, type[np.floating]] = {"single": np.float32, "double": np.float64}
Landed: TypeAlias = Callable[[Scanned], None]

# Traits of a unit, if they have no more numbers than these, nor more r² if all are wanted: fewer,
# so that all cores have some, where the markers' contrasts are kept and not made for each unit.
UNIT_TRAITS, UNIT_ELEMENTS, FEWER, R2_ELEMENTS = 4096, 2**24, 2**20, 2**22


def scan_traits(
    Y: ArrayLike,
    G: Genotypes | ArrayLike,
    X: ArrayLike | None,
    K: ArrayLike | KinshipEigen,
    *,
    above: ArrayLike = np.inf,
    precision: Precision = "single",
    threads: int | None = None,
    n_jobs: int | None = 1,
    all_r2: bool = False,
    wanted: ArrayLike | None = None,
    progress: Progress | None = None,
    landed: Landed | None = None,
) -> tuple[TraitScans, Pairs]:
    """Scan each column of Y as `scan_markers` does with h held, at the trait's own REML ĥ.

    In the contrasts that X leaves, the numerators of all pairs are one matrix product, and the
    weighted squares of a marker depend on h alone: traits of nearly the same h share them, by an
    interpolation that is exact to rounding (`by_h`).

    Args:
        Y: traits in columns, shape (n, m), in any units; NaN where missing: those individuals
            leave y, G, X and K together. A vector of shape (n,) is one trait.
        G: genotypes, shape (n, M), as for `scan_markers`; a missing one is the marker's mean
            among the individuals that have the trait.
        X: covariates with the intercept as a column of ones, shape (n, c), finite; None for the
            intercept alone.
        K: kinship, shape (n, n), or its decomposition.
        above: LOD scores above which pairs are returned, one for all or one for each trait, (m,).
        precision: of the products. Peaks and pairs are computed anew in double precision, so that
            they are the same by either.
        threads: of this process; None takes one for each core.
        n_jobs: processes, by joblib, as for `fit_traits`; with 1 the threads do the work.
        all_r2: hand r² of all pairs to `landed`, in single precision, (traits, M): within 1e-5 of
            r, NaN where a marker cannot be tested.
        wanted: which traits are scanned, (m,); all of them if None. What comes of them does not
            depend on the others that are wanted.
        progress: called with the share of the traits that is done; what it raises stops the work.
        landed: called with what came of some traits, in the order of the patterns of missing
            values, so that it can be kept.

    Returns:
        The peak of each of the m traits, and the pairs above the threshold.

    Raises:
        DesignError, KinshipError: an input is not what it must be.
        LMMError: weights, an unknown precision, or `above` or `wanted` not one for each trait.

    References:
        Yu et al. 2023, BulkLMM, doi:10.1101/2023.12.20.572698, many traits as one product, with h
        on a grid, where here each trait has its own; Kang et al. 2010, Nature Genetics 42:348 (h
        held).

    >>> rng = np.random.default_rng(1)
    >>> G, Y = rng.integers(0, 3, (20, 50)), rng.standard_normal((20, 4))
    >>> peaks, _ = scan_traits(Y, G, None, np.eye(20))
    >>> peaks.kind.tolist(), peaks.place.size
    (['tested', 'tested', 'tested', 'tested'], 4)
    """
    if precision not in PRECISIONS:
        raise LMMError(
            f"there is no precision “{precision}”", remedy=f"choose from {', '.join(PRECISIONS)}"
        )
    kinship = written_out(K, "a scan") if isinstance(K, KinshipEigen) else Undecomposed(K)
    traits, genotypes = as_traits(Y, kinship.n), as_genotypes(G, kinship.n)
    X, chosen = as_design(X, kinship.n), _wanted(wanted, traits.shape[1])
    # Decomposed here, where products have all threads.
    whole = X.any() and (chosen & ~np.isnan(traits).any(axis=0)).any()
    job = _Job(
        traits,
        X,
        kinship,
        share(kinship, X, lean=True) if whole else None,
        genotypes,
        _thresholds(above, traits.shape[1]),
        PRECISIONS[precision],
        chosen,
        most=R2_ELEMENTS // max(1, genotypes.shape[1]) if all_r2 else UNIT_TRAITS,
        sent=n_jobs != 1,
    )
    out, pairs = empty(traits.shape[1]), list[Pairs]()
    work = partial(scan_unit, all_r2=all_r2)
    for done in spread(work, job.units(), n_jobs=n_jobs, threads=threads, progress=progress):
        put(out, done.places, done.peaks)
        pairs.append(done.pairs)
        if landed:
            landed(done)
    return lock(out), lock(joined(pairs))


@dataclass(frozen=True, slots=True)
class _Job:
    Y: Floats
    X: Floats
    kinship: KinshipEigen | Undecomposed
    whole: SharedRotation | None
    genotypes: Genotypes
    above: Floats
    dtype: type[np.floating]
    wanted: NDArray[np.bool_]
    most: int
    sent: bool

    def _kinship(self) -> Floats:
        """K as a matrix, (n, n)."""
        if isinstance(self.kinship, KinshipEigen):
            return kinship_of(self.kinship)
        return self.kinship.K

    def units(self) -> Iterator[Unit]:
        """The commonest pattern first; what several units share is prepared here, once."""
        n_all, total = self.Y.shape[0], max(1, int(self.wanted.sum()))
        full: Floats | None = None
        for pattern in missing_patterns(self.Y):
            n = int(pattern.keep.sum())
            most = FEWER if n * self.genotypes.shape[1] <= KEPT_ELEMENTS else UNIT_ELEMENTS
            size = max(1, min(UNIT_TRAITS, self.most, most // max(n, 1)))
            starts = [
                start
                for start in range(0, pattern.places.size, size)
                if self.wanted[pattern.places[start : start + size]].any()
            ]
            if not starts:
                continue
            rows, keep = self.X[pattern.keep], None if n == n_all else pattern.keep
            shared = grid = panels = part = None
            if keep is not None and n:
                full = self._kinship() if full is None else full
                part = full[np.ix_(keep, keep)]
            if n and rows.any() and (keep is None or len(starts) > 1):
                shared = share(Undecomposed(part), rows) if part is not None else self.whole
                assert shared is not None
                grid, part = shared.grid(reml=True), None
                if not self.sent and shared.df > 1:
                    panels = kept_panels(shared, self.genotypes, keep, self.dtype)
            for start in starts:
                places = pattern.places[start : start + size]
                chosen = self.Y[:, places] if keep is None else self.Y[np.ix_(keep, places)]
                yield Unit(
                    self.wanted[places].sum() / total,
                    places,
                    chosen,
                    rows,
                    self.above[places],
                    self.dtype,
                    keep,
                    self.genotypes,
                    part,
                    shared,
                    grid,
                    panels,
                )


def _wanted(wanted: ArrayLike | None, m: int) -> NDArray[np.bool_]:
    made = np.ones(m, dtype=bool) if wanted is None else np.asarray(wanted, dtype=bool)
    if made.shape != (m,):
        raise LMMError(
            f"it must be said of each of the {m} traits whether it is wanted",
            f"the shape is {made.shape}",
            "give one truth value for each column of Y",
        )
    return made


def _thresholds(above: ArrayLike, m: int) -> Floats:
    values = np.asarray(above, dtype=np.float64)
    found = ""
    if values.shape not in ((), (m,)):
        found = f"the shape is {values.shape}"
    elif not (values >= 0.0).all():
        found = "some are negative or missing"
    if found:
        raise LMMError(
            f"a threshold is a LOD score of at least 0, one for all traits or for each of the {m}",
            found,
            "trait_thresholds makes one for each",
        )
    return np.broadcast_to(values, (m,))
