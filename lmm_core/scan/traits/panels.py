"""Markers as the scans of many traits take them: those that can be tested, each kind once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.genotypes import Genotypes, block_places, read_block
from lmm_core.many.shared import SharedRotation
from lmm_core.scan.markers import TESTED, as_markers

Real: TypeAlias = NDArray[np.float32] | Floats

# Numbers of a panel, and of all of them together if they are kept.
PANEL_ELEMENTS = 2**21
KEPT_ELEMENTS = 2**24


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Panel(Brief):
    """Some markers, without those that cannot be tested and those that another is equal to.

    Attributes:
        x: what the covariates leave of each, in contrasts, shape (k, df).
        quick: the same in the precision of the products, shape (k, df).
        places: the first of each kind among all markers, ascending, (k,).
        start: the first of the markers, among all.
        kind: for each of the markers its row of `x`, -1 if it cannot be tested, (m,).
    """

    x: Floats
    quick: Real
    places: Ints
    start: int
    kind: Ints


def panels_of(
    shared: SharedRotation,
    genotypes: Genotypes,
    keep: NDArray[np.bool_] | None,
    dtype: type[np.floating],
) -> Iterator[Panel]:
    """All markers, one panel after the other.

    Args:
        shared: K and X of those who are kept.
        genotypes: of all individuals.
        keep: who is kept, (n,); all of them if None.
        dtype: precision of the products.
    """
    for places in block_places(genotypes, PANEL_ELEMENTS):
        block = read_block(genotypes, places)
        if keep is not None:
            block = block[keep]
        first, kind = _distinct(block)
        markers = as_markers(shared, block[:, first])
        good = markers.kind == TESTED
        row = np.where(good, np.cumsum(good) - 1, -1)
        x = markers.contrasts[good]
        quick = np.asarray(x, dtype=dtype)
        yield Panel(x, quick, places.start + first[good], places.start, row[kind])


def kept_panels(
    shared: SharedRotation,
    genotypes: Genotypes,
    keep: NDArray[np.bool_] | None,
    dtype: type[np.floating],
) -> Sequence[Panel] | None:
    """All of them, to be used again; None if that takes too much memory."""
    kept: list[Panel] = []
    for panel in panels_of(shared, genotypes, keep, dtype):
        kept.append(panel)
        if sum(one.x.size for one in kept) > KEPT_ELEMENTS:
            return None
    return kept


def _distinct(block: Floats) -> tuple[Ints, Ints]:
    """The first of each kind of column, and for each column which of these it is equal to."""
    known: dict[bytes, int] = {}
    first: list[int] = []
    kind = np.empty(block.shape[1], dtype=np.int64)
    for place, column in enumerate(np.ascontiguousarray(block.T)):
        kind[place] = known.setdefault(column.tobytes(), len(first))
        if kind[place] == len(first):
            first.append(place)
    return np.array(first, dtype=np.int64), kind
