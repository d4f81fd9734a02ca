"""What markers add to a kinship, by products of whole numbers in single precision.

A centred count is z = w + e: a whole number w from -2 to 2, of which sums of products are exact in
single precision at half the cost of double, and the marker's own e, at most a half. What the e add
is worked out in double, and so is what a missing entry, whose z is 0, takes away again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Floats, Ints
from lmm_core.genotypes import Subset, block_places, centred, read_block
from lmm_core.many.threads import spread
from lmm_core.progress import Progress

# Numbers of a block: products of as many, at most 4 each, add up to less than 2²⁴.
ELEMENTS = 2**21
# Of more individuals the matrices of several blocks take too much memory at a time.
MOST_IN_THREADS = 4000
# Above this share of missing entries, taking them away again costs more than is saved.
MISSING = 0.02


class _Block(NamedTuple):
    """Some markers, and their share of all."""

    places: slice
    weight: float


class _Added(NamedTuple):
    """What a block adds: `product` + `sums` to each row and column + `square` - away - away'."""

    product: NDArray[np.float32] | Floats
    sums: Floats | float = 0.0
    square: float = 0.0
    away: Floats | None = None


def whole_products(part: Subset) -> tuple[Floats, NDArray[np.bool_]]:
    """Σ zz' of centred counts, shape (n, n), and which markers vary, (m,).

    What `lmm_core.genotypes.products` has, but for the rounding of double precision; the same to
    the last digit with any number of threads.

    Args:
        part: counts in int8, 0 to 2 and -127 where missing, shape (n, m).
    """
    n, m = part.shape
    total, varies = np.zeros((n, n)), np.zeros(m, dtype=bool)
    sums, square, away = np.zeros(n), 0.0, np.zeros((0, n))

    def add(block: _Block, _: Progress) -> _Added:
        counts = np.ascontiguousarray(part[:, block.places].T)
        absent = np.flatnonzero(counts < 0)
        if absent.size > MISSING * counts.size:
            Z = centred(read_block(part, block.places))[0]
            # The range of a count that varies is 1 at least.
            varies[block.places] = np.ptp(Z, axis=0) > 0.5
            return _Added(Z @ Z.T)
        W, e = _split(counts, absent)
        varying = e != 0.0
        # Of one that does not vary nothing is left.
        varying[~varying] = W[~varying].any(axis=1)
        varies[block.places] = varying
        return _added(W, e, absent)

    places = block_places(part, ELEMENTS)
    blocks = (_Block(place, (place.stop - place.start) / m) for place in places)
    threads = None if n <= MOST_IN_THREADS else 1
    for added in spread(add, blocks, n_jobs=1, threads=threads, progress=None):
        total += added.product
        sums += added.sums
        square += added.square
        if added.away is not None:
            away = away + added.away if len(away) else added.away
    # Each sum is symmetric to the last digit, and so is what it is added to.
    if len(away):
        total -= away + away.T
    total += np.add.outer(sums, sums) + square
    return total, varies


def _split(counts: NDArray[np.int8], absent: Ints) -> tuple[NDArray[np.float32], Floats]:
    """w of each count, (m, n), 0 where missing, and e of each marker, (m,)."""
    m, n = counts.shape
    W = counts.astype(np.float32)
    W.reshape(-1)[absent] = 0.0
    there = n - np.bincount(absent // n, minlength=m)
    mean = W.sum(axis=1) / np.maximum(there, 1)
    near = np.rint(mean)
    W -= near[:, np.newaxis].astype(np.float32)
    W.reshape(-1)[absent] = 0.0
    return W, near - mean


def _added(W: NDArray[np.float32], e: Floats, absent: Ints) -> _Added:
    """Σ (w + e)(w + e)' over the markers that the two of a pair have."""
    product, own, square = W.T @ W, W.astype(np.float64), float(e @ e)
    if not absent.size:
        return _Added(product, e @ own, square)
    # Not loaded where nothing is missing.
    from scipy.sparse import csc_array

    m, n = W.shape
    marker, who = np.divmod(absent, n)
    # Where both of a pair lack a marker it is taken away twice: each time e² too much, by half.
    own.reshape(-1)[absent] = -0.5 * e[marker]
    starts = np.concatenate([[0], np.cumsum(np.bincount(marker, minlength=m))])
    lacked = csc_array((e[marker], who, starts), shape=(n, m)).tocsr()
    away: Floats = np.asarray(lacked @ own)
    sums = e @ own - 0.5 * np.bincount(who, e[marker] ** 2, minlength=n)
    return _Added(product, sums, square, away)
