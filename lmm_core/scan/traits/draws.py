"""The largest r² of null scans: of normal errors at a few h, and of permutations of one trait."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.genotypes import Genotypes
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.many.patterns import missing_patterns
from lmm_core.many.shared import SharedRotation, share
from lmm_core.many.threads import cores, in_threads, one_blas_thread
from lmm_core.progress import Progress, part_of, parts_of
from lmm_core.records import kinship_of, written_out
from lmm_core.scan.traits.by_h import coordinate, weights_at
from lmm_core.scan.traits.kernel import PRODUCT_ELEMENTS
from lmm_core.scan.traits.panels import Panel, kept_panels, panels_of
from lmm_core.scan.traits.unit import contrasts_of

# At so many h, and so many draws at a time; of the draws a pattern of missing values has its
# share, but no fewer than these.
NODES, CHUNK, FEWEST = 5, 1024, 1000


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Asked(Brief):
    """How much is drawn: of normal errors for all traits, and of permutations of each."""

    draws: int
    permutations: int
    threads: int | None
    rng: np.random.Generator


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Drawn(Brief):
    """Null scans of the traits that lack the same individuals.

    Attributes:
        pattern: which of the patterns of missing values.
        places: of those traits that are scanned, (k,).
        u: where their h lie on the axis of `coordinate`, (k,).
        at: where normal errors were drawn, ascending, (q,).
        maxima: the largest r² of each draw there, ascending, (q, size).
        fourth: of the traits' decorrelated contrasts, (k,).
        heaviest: the largest fourth moment of the draws.
        own: of each trait whose fourth moment is larger its row and the largest r² of its
            permutations; made as they are taken, all of them before the next pattern.
        n, df: individuals, and the denominator's degrees of freedom.
    """

    pattern: int
    places: Ints
    u: Floats
    at: Floats
    maxima: NDArray[np.float32]
    fourth: Floats
    heaviest: float
    own: Iterable[tuple[int, NDArray[np.float32]]]
    n: int
    df: int


def drawn_patterns(
    Y: Floats,
    genotypes: Genotypes,
    X: Floats,
    K: ArrayLike | KinshipEigen,
    h2: Floats,
    unbounded: NDArray[np.bool_],
    asked: Asked,
    progress: Progress | None,
) -> Iterator[Drawn]:
    """Null scans of each pattern of missing values.

    Args:
        Y, genotypes, X, K: as of `scan_traits`, checked.
        h2: of each trait, NaN if it is not scanned, (m,).
        unbounded: as of `contrasts_of`, (m,).
        asked: how much is drawn.
        progress: called with the share that is done.
    """
    eigen = written_out(decompose(K), "a threshold")
    parts = [(one.keep, one.places[~np.isnan(h2[one.places])]) for one in missing_patterns(Y)]
    full = kinship_of(eigen) if len(parts) > 1 else None
    tells = parts_of(progress, [places.size for _, places in parts])
    with one_blas_thread() as single:
        count = (asked.threads or cores()) if single else 1
        for which, ((keep, places), tell) in enumerate(zip(parts, tells, strict=True)):
            if not places.size:
                continue
            if keep.all():
                shared = share(eigen, X)
            else:
                assert full is not None
                shared = share(decompose(full[np.ix_(keep, keep)]), X[keep])
            model = _Model(
                shared, genotypes, keep, kept_panels(shared, genotypes, keep, np.float32)
            )
            h = h2[places]
            z = contrasts_of(shared, Y[np.ix_(keep, places)], unbounded[places])[0]
            e = z * np.sqrt(weights_at(h, shared.values))
            fourth = _fourth(e)
            size = max(FEWEST, round(asked.draws * places.size / Y.shape[1]))
            at, maxima, heaviest = _normal(
                model, h, size, asked.rng, count, part_of(tell, 0.0, 0.5)
            )
            heavy = np.flatnonzero(fourth > heaviest)
            own = [
                _Draw(1.0 / heavy.size, model, h[[k]], seed, asked.permutations, e[k])
                for k, seed in zip(heavy, asked.rng.spawn(heavy.size), strict=True)
            ]
            found = in_threads(_maxima, own, count, part_of(tell, 0.5, 1.0))
            yield Drawn(
                which,
                places,
                coordinate(h, shared.values)[0],
                coordinate(at, shared.values)[0],
                maxima,
                fourth,
                heaviest,
                zip(heavy.tolist(), (largest[0] for largest, _ in found), strict=True),
                shared.n,
                shared.df - 1,
            )


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


def _normal(
    model: _Model,
    h2: Floats,
    size: int,
    rng: np.random.Generator,
    threads: int,
    progress: Progress,
) -> tuple[Floats, NDArray[np.float32], float]:
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
    return at, maxima, max(float(fourth.max()) for _, fourth in found)


def _fourth(e: Floats) -> Floats:
    """df·Σe⁴/(Σe²)² of each row."""
    square = e * e
    total = square.sum(axis=1)
    fourth: Floats = e.shape[1] * np.einsum("ij,ij->i", square, square) / total**2
    return fourth
