"""Estimates of h with ever more covariates, from the same samples: one factor an h serves all.

With X̃'WX̃ = LL' and c = L⁻¹X̃'Wỹ, the first r columns of X leave the residual sum of squares
Σwỹ² - Σ_{i≤r} c_i², and their log det is 2Σ_{i≤r} log L_ii. So the profiles under every r, for
every sample and by both methods, come out of one Cholesky factor for each h of a grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, read_only
from lmm_core.certainty.sampling import Quartic, search_log_odds
from lmm_core.coordinates import NULL_TOLERANCE
from lmm_core.errors import LMMError
from lmm_core.fit import FLAT_TOLERANCE
from lmm_core.grid import from_log_odds
from lmm_core.least_squares import check_h2
from lmm_core.progress import Progress

# Spacing of the grid in log odds of h.
STEP = 0.4
# Elements of the largest arrays that are held at a time: 16 MB.
BLOCK_ELEMENTS = 2**21


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NestedSample(Brief):
    """Estimates in the same samples with the first columns of X, for several numbers of them.

    Attributes:
        h2: the true h; the true v is 1.
        ranks: how many columns, shape (f,).
        ml_h2, reml_h2: ĥ, shape (f, draws).
        ml_sigma2, reml_sigma2: v̂, shape (f, draws).

    A row is NaN where there is no estimate in any sample: under ML where the likelihood is
    unbounded for every phenotype, and where no h is better than another.
    """

    h2: float
    ranks: tuple[int, ...]
    ml_h2: Floats
    reml_h2: Floats
    ml_sigma2: Floats
    reml_sigma2: Floats


def sample_nested(
    values: Floats,
    X: Floats,
    ranks: Sequence[int],
    h2: float,
    *,
    rng: np.random.Generator,
    draws: int = 1000,
    progress: Progress | None = None,
) -> NestedSample:
    """Estimates of h and v by ML and by REML in `draws` samples, for each number of columns.

    What `sample_estimates` finds for one X at the cost of a decomposition, this finds for many
    nested X without one. ĥ is the top of the quartic through five points of a grid in log odds,
    within 1e-3 of the exact one; the grid ends 1% of the way from 0 to where the profile first
    bends, and likewise from 1, and an estimate beyond, which is within 6e-3 of the end, is
    called 0 or 1 (in h, for K with mean eigenvalue 1).

    Args:
        values: eigenvalues λ of K, ascending, exactly 0 in its null space, shape (n,).
        X: rotated covariates U'X, independent columns, shape (n, p).
        ranks: increasing numbers of columns, from 1 to p, below n.
        h2: the true h.
        rng: generator of the samples.
        draws: how many.
        progress: called with the share of the work that is done.

    Raises:
        LMMError: h2 outside [0, 1], ranks that are not such, or a K without eigenvalues above 0.
    """
    check_h2(h2)
    n, p = X.shape
    r = np.array(ranks, dtype=np.int64)
    if r.size == 0 or r[0] < 1 or r[-1] > min(p, n - 1) or (np.diff(r) <= 0).any():
        raise LMMError(
            f"ranks must increase from 1 to at most {min(p, n - 1)}", f"they are {tuple(ranks)}"
        )
    if not values.any():
        raise LMMError(
            "the estimate of h has no distribution here", "this kinship is zero throughout"
        )
    log_odds = search_log_odds(values, STEP, None if values.all() else float(values.mean()))
    h = from_log_odds(log_odds)
    d = np.outer(h, values) + (1.0 - h)[:, np.newaxis]
    Q, _ = np.linalg.qr(X)
    Q = Q[:, : r[-1]]
    e = np.sqrt(h2 * values + (1.0 - h2))[:, np.newaxis] * rng.standard_normal((n, draws))
    rss = np.empty((h.size, r.size, draws))
    log_det = np.empty((h.size, r.size))
    size = max(1, BLOCK_ELEMENTS // (Q.shape[1] * max(n, draws)))
    for start in range(0, h.size, size):
        block = slice(start, start + size)
        WQ = Q.T / d[block, np.newaxis]
        L = np.linalg.cholesky(WQ @ Q)
        # One product for many h: (L⁻¹Q'W)e costs a third of L⁻¹(Q'We).
        c = np.linalg.solve(L, WQ).reshape(-1, n) @ e
        np.square(c, out=c)
        parts = np.add.reduceat(c.reshape(len(WQ), -1, draws), [0, *r[:-1]], axis=1)
        rss[block] = ((1.0 / d[block]) @ e**2)[:, np.newaxis] - np.cumsum(parts, axis=1)
        log_diagonal = np.log(np.diagonal(L, axis1=1, axis2=2))
        log_det[block] = 2.0 * np.cumsum(log_diagonal, axis=1)[:, r - 1]
        if progress:
            progress(min(1.0, (start + size) / h.size))

    log_rss = np.log(rss)
    log_det_d = np.log(d).sum(axis=1)[:, np.newaxis]
    null = Q[: int(np.count_nonzero(values == 0.0))]
    found = np.full((4, r.size, draws), np.nan)
    for j, rank in enumerate(r):
        df = n - int(rank)
        height = -0.5 * (df * log_rss[:, j] + log_det_d + log_det[:, j : j + 1])
        found[2:, j] = _tops(log_odds, height, log_rss[:, j] - np.log(df))
        reached = np.linalg.matrix_rank(null[:, :rank], tol=NULL_TOLERANCE) if len(null) else 0
        if len(null) == 0 or reached < len(null):
            height = -0.5 * (n * log_rss[:, j] + log_det_d)
            found[:2, j] = _tops(log_odds, height, log_rss[:, j] - np.log(n))
    return NestedSample(
        h2=h2,
        ranks=tuple(int(rank) for rank in r),
        ml_h2=read_only(found[0]),
        ml_sigma2=read_only(found[1]),
        reml_h2=read_only(found[2]),
        reml_sigma2=read_only(found[3]),
    )


def _tops(log_odds: Floats, height: Floats, log_sigma2: Floats) -> Floats:
    """ĥ and v̂ of each column of heights (m, draws), shape (2, draws); NaN if all are flat."""
    last = log_odds.size - 1
    if float(np.ptp(height, axis=0).max()) <= FLAT_TOLERANCE * float(np.abs(height).max()):
        return np.full((2, height.shape[1]), np.nan)
    best = height.argmax(axis=0)
    middle = np.clip(best, 2, last - 2)
    columns = np.arange(best.size)
    of_height, of_sigma2 = (
        Quartic([values[middle + k, columns] for k in range(-2, 3)])
        for values in (height, log_sigma2)
    )
    from_middle = (best - middle).astype(np.float64)
    x = of_height.top(from_middle, rounds=3)
    x = np.where((best == 0) | (best == last), from_middle, x)
    h = from_log_odds(log_odds[middle] + x * STEP)
    h[best == 0], h[best == last] = 0.0, 1.0
    return np.stack([h, np.exp(log_sigma2[middle, columns] + of_sigma2.rise(x))])
