"""Genome-wide thresholds for every trait: by h where errors are normal, else by permutation.

The decorrelated contrasts of a trait, e = z/√(hμ + 1 - h), point in a random direction if errors
are normal, and the distribution of the largest r² depends on K, X, the markers and h alone: it is
drawn at a few h for all traits together. A trait whose contrasts have heavier tails, by their
fourth moment, than every one of the normal draws is permuted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints, as_design, lock
from lmm_core.errors import LMMError
from lmm_core.genotypes import Genotypes, as_genotypes
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.many.blocks import as_traits
from lmm_core.many.fits import UNBOUNDED
from lmm_core.many.patterns import missing_patterns
from lmm_core.many.shared import SharedRotation, share
from lmm_core.many.threads import cores, in_threads, one_blas_thread
from lmm_core.progress import Progress, part_of, parts_of
from lmm_core.records import kinship_of, written_out
from lmm_core.scan.thresholds import Threshold, check_alphas
from lmm_core.scan.traits.by_h import coordinate, weights_at
from lmm_core.scan.traits.kernel import PRODUCT_ELEMENTS
from lmm_core.scan.traits.panels import Panel, kept_panels, panels_of
from lmm_core.scan.traits.result import TraitScans
from lmm_core.scan.traits.unit import contrasts_of

# At so many h, and so many draws at a time; of the draws a pattern of missing values has its
# share, but no fewer than these.
NODES, CHUNK, FEWEST = 5, 1024, 1000


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
    alphas = check_alphas((alpha,), min(permutations, draws, FEWEST))
    eigen = written_out(decompose(K), "a threshold")
    traits, design = as_traits(Y, eigen.n), as_design(X, eigen.n)
    genotypes = as_genotypes(G, eigen.n)
    m = traits.shape[1]
    if peaks.m != m:
        raise LMMError(
            "the peaks must be of the same traits",
            f"they are of {peaks.m}, and Y has {m}",
            "give Y as it was scanned",
        )
    lod, lower, upper, fourth, heaviest = (np.full(m, np.nan) for _ in range(5))
    out = TraitThresholds(alpha, lod, lower, upper, fourth, heaviest, np.zeros(m, dtype=np.int64))
    parts = [
        (one.keep, one.places[(peaks.place[one.places] >= 0)]) for one in missing_patterns(traits)
    ]
    full = kinship_of(eigen) if len(parts) > 1 else None
    tells = parts_of(progress, [places.size for _, places in parts])
    with one_blas_thread() as single:
        count = (threads or cores()) if single else 1
        for (keep, places), tell in zip(parts, tells, strict=True):
            if not places.size:
                continue
            if keep.all():
                shared = share(eigen, design)
            else:
                assert full is not None
                shared = share(decompose(full[np.ix_(keep, keep)]), design[keep])
            model = _Model(
                shared, genotypes, keep, kept_panels(shared, genotypes, keep, np.float32)
            )
            status, values = peaks.status[places] == UNBOUNDED, traits[np.ix_(keep, places)]
            z = contrasts_of(shared, values, status)[0]
            e = z * np.sqrt(weights_at(peaks.h2[places], shared.values))
            fourth[places] = _fourth(e)
            size = max(FEWEST, round(draws * places.size / m))
            drawn = _drawn(model, peaks.h2[places], size, rng, count, part_of(tell, 0.0, 0.5))
            heaviest[places], out.draws[places] = drawn.heaviest, size
            found = drawn.threshold(peaks.h2[places], alphas)
            lod[places], lower[places], upper[places] = found
            heavy = np.flatnonzero(fourth[places] > drawn.heaviest)
            own = [
                _Draw(1.0 / heavy.size, model, peaks.h2[places[[k]]], seed, permutations, e[k])
                for k, seed in zip(heavy, rng.spawn(heavy.size), strict=True)
            ]
            for k, (maxima, _) in zip(
                heavy, in_threads(_maxima, own, count, part_of(tell, 0.5, 1.0)), strict=True
            ):
                one = Threshold(alphas, np.sort(maxima[0]), 0.0, shared.n, shared.df - 1)
                place = places[k]
                lod[place], lower[place], upper[place] = astuple(one.lod[0])
                out.draws[place] = permutations
    return lock(out)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Model(Brief):
    """Markers, and who has the traits."""

    shared: SharedRotation
    genotypes: Genotypes
    keep: NDArray[np.bool_]
    kept: Sequence[Panel] | None

    def panels(self) -> Iterable[Panel]:
        if self.kept is not None:
            return self.kept
        return panels_of(self.shared, self.genotypes, self.keep, np.float32)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Draw(Brief):
    """Directions of e to be drawn, normal ones or permutations of one, and at which h."""

    weight: float
    model: _Model
    h2: Floats
    rng: np.random.Generator
    count: int
    e: Floats | None = None


def _maxima(draw: _Draw, tell: Progress) -> tuple[NDArray[np.float32], Floats]:
    """The largest r² of each direction at each h, (h, count), and the fourth moments, (count,)."""
    mu = draw.model.shared.values
    if draw.e is None:
        e = draw.rng.standard_normal((draw.count, mu.size))
    else:
        e = draw.rng.permuted(np.broadcast_to(draw.e, (draw.count, mu.size)), axis=1)
    root = np.sqrt(weights_at(draw.h2, mu))
    unit = e / np.sqrt(np.einsum("ij,ij->i", e, e))[:, np.newaxis]
    scores = [np.asarray(unit * row, dtype=np.float32) for row in root]
    largest = np.full((draw.h2.size, draw.count), -np.inf, dtype=np.float32)
    width = max(64, PRODUCT_ELEMENTS // draw.count)
    for panel in draw.model.panels():
        inverse = np.asarray(1.0 / (root**2 @ (panel.x * panel.x).T), dtype=np.float32)
        for start in range(0, panel.places.size, width):
            part = slice(start, start + width)
            for k, score in enumerate(scores):
                r2 = score @ panel.quick[part].T
                np.square(r2, out=r2)
                r2 *= inverse[k, part]
                np.maximum(largest[k], r2.max(axis=1), out=largest[k])
        tell(0.0)
    return largest, _fourth(e)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Drawn(Brief):
    """The largest r² of normal errors at a few h, each sorted, (h, size)."""

    model: _Model
    h2: Floats
    maxima: Floats
    heaviest: float

    def threshold(self, h2: Floats, alphas: tuple[float, ...]) -> tuple[Floats, Floats, Floats]:
        """LOD scores at any h between, and their intervals, (m,) each."""
        shared = self.model.shared
        cuts = np.array(
            [
                astuple(Threshold(alphas, row, 0.0, shared.n, shared.df - 1).lod[0])
                for row in self.maxima
            ]
        )
        u, at = coordinate(h2, shared.values)[0], coordinate(self.h2, shared.values)[0]
        return tuple(np.interp(u, at, column) for column in cuts.T)


def _drawn(
    model: _Model,
    h2: Floats,
    size: int,
    rng: np.random.Generator,
    threads: int,
    progress: Progress,
) -> _Drawn:
    """At h of traits that are evenly spread; the same directions at each, so that they compare."""
    u = coordinate(h2, model.shared.values)[0]
    order = np.argsort(u)
    wanted = np.linspace(u[order[0]], u[order[-1]], NODES)
    at = np.unique(h2[order[np.searchsorted(u[order], wanted).clip(0, order.size - 1)]])
    counts = [min(CHUNK, size - start) for start in range(0, size, CHUNK)]
    tasks = [
        _Draw(count / size, model, at, seed, count)
        for count, seed in zip(counts, rng.spawn(len(counts)), strict=True)
    ]
    found = list(in_threads(_maxima, tasks, threads, progress))
    maxima = np.sort(np.concatenate([largest for largest, _ in found], axis=1), axis=1)
    return _Drawn(model, at, maxima, max(float(fourth.max()) for _, fourth in found))


def _fourth(e: Floats) -> Floats:
    """df·Σe⁴/(Σe²)² of each row."""
    square = e * e
    total = square.sum(axis=1)
    fourth: Floats = e.shape[1] * np.einsum("ij,ij->i", square, square) / total**2
    return fourth
