"""`fit_traits`: a table of traits, missing values included, block by block."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, Ints, as_columns, as_design, lock, put, unmasked
from lmm_core.certainty.profiles import Grid
from lmm_core.errors import DesignError
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.least_squares import check_level
from lmm_core.many.fits import TraitFits, empty, fit_block
from lmm_core.many.jobs import each
from lmm_core.many.patterns import Pattern, missing_patterns
from lmm_core.many.shared import SharedRotation, Undecomposed, share
from lmm_core.progress import Progress
from lmm_core.records import decompose_records, kinship_of

Landed: TypeAlias = Callable[[Ints, TraitFits], None]

# Numbers of a block: its arrays then stay in the cache.
BLOCK_ELEMENTS = 2**18
# What goes to another process holds as many traits as the rotation of K that goes with them is
# worth, up to this many numbers.
SENT_ELEMENTS = 2**24


def fit_traits(
    Y: ArrayLike,
    X: ArrayLike | None,
    K: ArrayLike | KinshipEigen,
    *,
    reml: bool = True,
    level: float | None = None,
    n_jobs: int | None = 1,
    progress: Progress | None = None,
    landed: Landed | None = None,
) -> TraitFits:
    """Fit the linear mixed model to each column of Y, with the answers of `fit_lmm`.

    Traits that lack the same individuals share the decomposition of K, and on a grid of h the
    sums of squares of all of them are one matrix product; from there Newton's method finds the
    top of every hill of every profile, both ends are compared, and β̂ follows.

    Args:
        Y: traits in columns, shape (n, m), in any units; NaN where missing: those individuals
            leave y, X and K together. A vector of shape (n,) is one trait.
        X: covariates with the intercept as a column of ones, shape (n, c), finite; None for the
            intercept alone.
        K: kinship, shape (n, n), or its decomposition, also that of records.
        reml: restricted maximum likelihood (default) or maximum likelihood.
        level: coverage of profile intervals of h, such as 0.95; None for no intervals.
        n_jobs: processes, by joblib; 1 works here, None leaves it to `joblib.parallel_config`,
            by which "dask" or "ray" takes the blocks to a cluster.
        progress: called with the share of the traits that is done.
        landed: called with the places of some traits and their fits as they are done, so that
            they can be kept.

    Returns:
        Arrays over the m traits, and how many patterns of missing values these have: with many,
        most of the time goes into the decomposition that each takes.

    Raises:
        DesignError: Y or X has another length than K, or an infinite value, or a column of X
            is missing.
        KinshipError: K is not what it must be; see `decompose`.
        LMMError: a level that is not between 0 and 1.

    References:
        Lippert et al. 2011, Nature Methods 8:833, one decomposition for all; Patterson &
        Thompson 1971, Biometrika 58:545, error contrasts.

    >>> K = [[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1]]
    >>> fits = fit_traits([[1.0, 1.0], [1.2, 3.1], [3.1, 1.1], [2.9, 3.0]], None, K)
    >>> fits.status.tolist(), fits.h2.tolist()
    (['upper_boundary', 'lower_boundary'], [1.0, 0.0])
    """
    check_level(level)
    eigen = decompose(K)
    traits = as_traits(Y, eigen.n)
    design = as_design(X, eigen.n)
    patterns = missing_patterns(traits)
    fits = empty(traits.shape[1], design.shape[1], reml=reml)
    done = 0
    work = _tasks(traits, design, K, eigen, patterns, reml=reml, level=level, sent=n_jobs != 1)
    for places, part in each(_fit, work, n_jobs):
        put(fits, places, part)
        done += places.size
        if landed:
            landed(places, part)
        if progress:
            progress(done / traits.shape[1])
    return replace(lock(fits), n_patterns=len(patterns))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Task(Brief):
    """Some traits without missing values; K's submatrix, or all that follows from it.

    Of records, K is of the individuals, and `of` says whose each record is.

    All of it is one argument: Dask keeps a large array that is an argument by itself on a single
    worker, and loses it with the worker.
    """

    places: Ints
    Y: Floats
    X: Floats
    shared: SharedRotation | None
    K: Floats | None
    of: Ints | None
    grid: Grid | None
    reml: bool
    level: float | None


def _fit(task: _Task) -> tuple[Ints, TraitFits]:
    n, m = task.Y.shape
    if not n or not task.X.any():
        # Nobody has a value, or nobody with one has a covariate.
        left = empty(m, task.X.shape[1], reml=task.reml)
        left.n[:] = n
        return task.places, left
    shared, grid = task.shared, task.grid
    if shared is None:
        shared = share(_kinship(task.K, task.of), task.X)
    if grid is None:
        grid = shared.grid(reml=task.reml)
    size = _block_size(n)
    fits = empty(m, task.X.shape[1], reml=task.reml)
    for start in range(0, m, size):
        block = slice(start, start + size)
        put(fits, block, fit_block(shared, [grid], task.Y[:, block], level=task.level)[0])
    return task.places, fits


def _block_size(n: int) -> int:
    return max(64, BLOCK_ELEMENTS // max(n, 1))


def _tasks(
    Y: Floats,
    X: Floats,
    K: ArrayLike | KinshipEigen,
    eigen: KinshipEigen,
    patterns: tuple[Pattern, ...],
    *,
    reml: bool,
    level: float | None,
    sent: bool,
) -> Iterator[_Task]:
    """The commonest pattern first; those that many traits share are prepared here, once."""
    full: Floats | None = None
    for pattern in patterns:
        keep, n = pattern.keep, int(pattern.keep.sum())
        size = _block_size(n)
        if sent:
            size = max(size, min(2 * n, SENT_ELEMENTS // max(n, 1)))
        rows = X[keep]
        shared = grid = part = of = None
        if n == Y.shape[0]:
            shared = share(eigen, X)
            grid = shared.grid(reml=reml)
        elif n and rows.any():
            if full is None:
                if isinstance(K, KinshipEigen):
                    full = kinship_of(eigen)
                else:
                    full = np.asarray(unmasked(K), dtype=np.float64)
            if eigen.of is None:
                part = full[np.ix_(keep, keep)]
            else:
                part, of = full, eigen.of[keep]
            if pattern.places.size > size:
                shared = share(_kinship(part, of), rows)
                grid, part = shared.grid(reml=reml), None
        for start in range(0, pattern.places.size, size):
            places = pattern.places[start : start + size]
            chosen = Y[:, places] if n == Y.shape[0] else Y[np.ix_(keep, places)]
            yield _Task(places, chosen, rows, shared, part, of, grid, reml, level)


def _kinship(K: Floats | None, of: Ints | None) -> KinshipEigen | Undecomposed:
    assert K is not None
    return Undecomposed(K) if of is None else decompose_records(K, of)


def as_traits(Y: ArrayLike, n: int) -> Floats:
    traits = as_columns(Y, "Y", n, "the traits Y")
    # A sum is finite or NaN unless there is an infinity; looking at each takes more memory.
    if np.isinf(np.nansum(np.abs(traits), axis=0)).any():
        rows, columns = np.nonzero(np.isinf(traits))
        if rows.size:
            raise DesignError(
                "Y must not be infinite",
                f"{rows.size} value(s) are, the first at Y[{rows[0]}, {columns[0]}]",
                "write NaN for what is missing",
            )
    return traits
