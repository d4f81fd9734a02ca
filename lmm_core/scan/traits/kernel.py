"""r² of some traits with all markers, and the peak of each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints, arrays_of
from lmm_core.scan.traits.by_h import Block, blocks_of, weights_at
from lmm_core.scan.traits.panels import Panel, Real
from lmm_core.scan.traits.result import TIE

Landed: TypeAlias = Callable[[Ints, Panel, Real], None]

# Numbers of a product: they then stay in the cache.
PRODUCT_ELEMENTS = 2**18
# Of pairs that are computed one by one.
EXACT_ELEMENTS = 2**18
# How many nodes a block has, by the digits that its products have.
NODES = {np.float32: 6, np.float64: 10}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Traits(Brief):
    """Traits without missing values, in the contrasts that X leaves.

    Attributes:
        z: the contrasts, shape (m, df).
        h2: at which each is tested, (m,).
        mu: variances of the contrasts over v at h = 1, ascending, (df,).
        least: the r² above which a pair is wanted, (m,); infinite for the peaks alone.
    """

    z: Floats
    h2: Floats
    mu: Floats
    least: Floats


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Found(Brief):
    """Pairs of a trait and a marker, each computed by itself in double precision.

    Attributes:
        row: of the trait, (k,).
        place: of the marker, (k,).
        r2: B²/(AC), (k,).
        beta: B/C, (k,).
        se: √(A(1 - r²)/C), which is √df times the standard error, (k,).
    """

    row: Ints
    place: Ints
    r2: Floats
    beta: Floats
    se: Floats

    def at(self, which: "Ints | NDArray[np.bool_]") -> "Found":
        """Some of them."""
        return Found(**{name: values[which] for name, values in arrays_of(self).items()})


def scan_rows(
    traits: Traits,
    panels: Iterable[Panel],
    dtype: type[np.floating],
    tell: Callable[[int], None],
    landed: Landed | None = None,
) -> tuple[Found, Found]:
    """The peak of each trait that has one, and the pairs that are wanted besides.

    Products are of the precision that is asked for; what may be a peak or is wanted is then
    computed anew in double precision, so that the answer does not depend on it.

    Args:
        traits: of one pattern of missing values.
        panels: the markers.
        dtype: precision of the products.
        tell: is told after each block how many pairs it had.
        landed: is handed the rows of a block, a panel, and r² of its markers for each, (t, k).
    """
    mu = traits.mu
    blocks = blocks_of(traits.h2, mu, NODES[dtype])
    # By its length in these weights each trait becomes one whose product with x is √(r²C).
    g = weights_at(traits.h2, mu)
    scores = traits.z * g
    length = np.sqrt(np.einsum("ij,ij->i", scores, traits.z))
    scores /= length[:, np.newaxis]
    exact = _Exact(g, scores, length)
    quick = np.asarray(scores, dtype=dtype)
    nodes = np.concatenate([block.nodes for block in blocks])
    best = nothing()
    wanted = [nothing()]
    for panel in panels:
        if not panel.places.size:
            tell(traits.h2.size * panel.kind.size)
            continue
        inverse = np.asarray(1.0 / (nodes @ (panel.x * panel.x).T), dtype=dtype)
        candidates = []
        first = 0
        for block in blocks:
            last = first + len(block.nodes)
            to_traits = np.asarray(block.to_traits, dtype=dtype)
            least = traits.least[block.rows]
            row, kind = _candidates(
                quick[block.rows], to_traits, inverse[first:last], panel, least, landed, block
            )
            candidates.append(exact(panel, block.rows[row], kind))
            first = last
            tell(block.rows.size * panel.kind.size)
        whole = _joined(candidates)
        wanted.append(_each_marker(whole.at(whole.r2 > traits.least[whole.row]), panel))
        best = _peaks(_joined([best, whole]))
    return best, _joined(wanted)


def _candidates(
    scores: Real,
    to_traits: Real,
    inverse: Real,
    panel: Panel,
    least: Floats,
    landed: Landed | None,
    block: Block,
) -> tuple[Ints, Ints]:
    """Rows of a block and of a panel whose r² may be the highest of its row, or is wanted."""
    t, k = scores.shape[0], panel.quick.shape[0]
    # So much rounding may there be in sums of df products: some thirty times what there is.
    slack = 4.0 * float(np.finfo(scores.dtype).eps) * np.sqrt(scores.shape[1]) + 1e-11
    bar = least * (1.0 - slack) - slack
    highest = np.full(t, -np.inf)
    width = max(64, PRODUCT_ELEMENTS // t)
    kept = np.empty((t, k), dtype=scores.dtype) if landed else None
    rows: list[Ints] = []
    kinds: list[Ints] = []
    values: list[Real] = []
    for start in range(0, k, width):
        r2 = scores @ panel.quick[start : start + width].T
        np.square(r2, out=r2)
        r2 *= to_traits @ inverse[:, start : start + width]
        if kept is not None:
            kept[:, start : start + width] = r2
        top = r2.max(axis=1)
        np.maximum(highest, top, out=highest)
        enough = np.minimum(highest - slack * np.sqrt(np.maximum(highest, 0.0)) - slack, bar)
        some = np.flatnonzero(top >= enough)
        row, kind = np.nonzero(r2[some] >= enough[some, np.newaxis].astype(scores.dtype))
        rows.append(some[row])
        kinds.append(kind + start)
        values.append(r2[some[row], kind])
    if landed and kept is not None:
        landed(block.rows, panel, kept)
    row, kind = np.concatenate(rows), np.concatenate(kinds)
    good = np.concatenate(values) >= enough[row]
    return row[good], kind[good]


class _Exact:
    """A pair at a time, from its sums in double precision."""

    def __init__(self, g: Floats, scores: Floats, length: Floats) -> None:
        self.g, self.scores, self.length = g, scores, length

    def __call__(self, panel: Panel, row: Ints, kind: Ints) -> Found:
        r2, beta, se = (np.empty(row.size) for _ in range(3))
        step = max(1, EXACT_ELEMENTS // max(1, self.g.shape[1]))
        for start in range(0, row.size, step):
            part = slice(start, start + step)
            x, i = panel.x[kind[part]], row[part]
            B = np.einsum("ij,ij->i", x, self.scores[i])
            C = np.einsum("ij,ij,ij->i", x, x, self.g[i])
            r2[part] = B**2 / C
            beta[part] = B * self.length[i] / C
            left = np.maximum(1.0 - r2[part], 0.0)
            se[part] = self.length[i] * np.sqrt(left / C)
        return Found(row, panel.places[kind], r2, beta, se)


def _peaks(found: Found) -> Found:
    """The highest of each row, the first place of those that tie."""
    found = found.at(np.lexsort((found.place, found.row)))
    starts = np.flatnonzero(np.diff(found.row, prepend=-1))
    top = np.maximum.reduceat(found.r2, starts)
    counts = np.diff(np.append(starts, found.row.size))
    high = np.flatnonzero(found.r2 >= np.repeat(top, counts) * (1.0 - TIE))
    return found.at(high[np.diff(found.row[high], prepend=-1) > 0])


def _each_marker(found: Found, panel: Panel) -> Found:
    """The same of every marker that is like the one that was computed."""
    alike = np.argsort(panel.kind, kind="stable")
    kind = np.searchsorted(panel.places, found.place)
    first = np.searchsorted(panel.kind, kind, side="left", sorter=alike)
    count = np.searchsorted(panel.kind, kind, side="right", sorter=alike) - first
    which = np.repeat(np.arange(kind.size), count)
    within = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count)
    return replace(found.at(which), place=panel.start + alike[first[which] + within])


def nothing() -> Found:
    """No pair."""
    none = np.zeros(0, dtype=np.int64)
    return Found(none, none, *[np.zeros(0)] * 3)


def _joined(parts: list[Found]) -> Found:
    columns = [arrays_of(part) for part in (nothing(), *parts)]
    return Found(**{name: np.concatenate([one[name] for one in columns]) for name in columns[0]})
