"""The parametric bootstrap: samples from the model with a known truth, refitted by ML and REML.

In the coordinates of the second rotation a sample costs one normal number for each individual.
With Q an orthonormal basis of X and contrasts T'y of variances v(hμ_j + 1 - h), independent,
    Q'e = hB(T'e/(hμ + 1 - h)) + r,  B = Q'KT,
where r is independent of T'e with variance v[hQ'KQ + (1 - h)I - h²B diag(1/(hμ + 1 - h))B'].
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, as_design, as_numeric, lock, put, read_only
from lmm_core.coordinates import split
from lmm_core.errors import DesignError, LMMError
from lmm_core.kinship import KinshipEigen, decompose
from lmm_core.least_squares import check_h2, check_level
from lmm_core.many.fits import TraitFits, empty, fit_coordinates
from lmm_core.many.shared import SharedRotation, share
from lmm_core.progress import Progress
from lmm_core.records import written_out

# Numbers of a block of samples: its arrays then stay in the cache.
BLOCK_ELEMENTS = 2**18
# A mean is that of the covariates of the fits if no more than this share is left, for each row.
EXPLAINED = 1e-12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BootstrapSample(Brief):
    """Fits of the same samples by both methods, complete as those of `fit_traits`.

    Attributes:
        h2, sigma2: the true h and v.
        mean: the true mean of each individual, Xβ, shape (n,).
        ml, reml: the fits of the m samples; `ml.h2`, `reml.beta` and so on.
    """

    h2: float
    sigma2: float
    mean: Floats
    ml: TraitFits
    reml: TraitFits


def bootstrap(
    X: ArrayLike | None,
    K: ArrayLike | KinshipEigen,
    h2: float,
    *,
    sigma2: float = 1.0,
    beta: ArrayLike | None = None,
    fit_X: ArrayLike | None = None,
    draws: int = 1000,
    level: float | None = None,
    progress: Progress | None = None,
    rng: np.random.Generator,
) -> BootstrapSample:
    """Draw y = Xβ + e, var(e) = v[hK + (1-h)I], and fit each sample by ML and by REML.

    Args:
        X: covariates of the truth, shape (n, c); None for the intercept alone.
        K: kinship, shape (n, n), or its decomposition.
        h2: true h.
        sigma2: true v, in any unit squared.
        beta: true β, shape (c,); None for zeros. NaN, which a fit gives a column that is a
            combination of others, counts as zero.
        fit_X: covariates of the fits, shape (n, c'), if they are not those of the truth: some
            left out, or new ones.
        rng: generator; the same seed gives samples that move continuously with h2.
        draws: how many samples.
        level: coverage of profile intervals of h; None for no intervals.
        progress: called with the share of the samples that is done.

    Raises:
        LMMError: h2 outside [0, 1], sigma2 not above 0, no draws, or a level outside (0, 1).
        DesignError: X, beta or fit_X of a wrong shape, or not finite.
        KinshipError: K is not what it must be; see `decompose`.

    References:
        Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 6.5.

    >>> K = np.kron(np.eye(40), np.full((5, 5), 0.5)) + 0.5 * np.eye(200)
    >>> sample = bootstrap(None, K, 0.5, rng=np.random.default_rng(1))
    >>> bool(sample.ml.h2.mean() < sample.reml.h2.mean() < 0.52)
    True
    """
    eigen = written_out(decompose(K), "resampling")
    truth = as_design(X, eigen.n)
    b = np.zeros(truth.shape[1]) if beta is None else as_numeric(beta, "beta")
    if b.shape != (truth.shape[1],) or np.isinf(b).any():
        raise DesignError(
            f"beta must have one finite value for each of the {truth.shape[1]} columns of X",
            f"its shape is {b.shape}",
            "give them in the order of the columns",
        )
    shared = share(eigen, truth if fit_X is None else as_design(fit_X, eigen.n))
    return bootstrap_shared(
        shared,
        h2,
        sigma2=sigma2,
        mean=truth @ np.nan_to_num(b),
        rng=rng,
        draws=draws,
        level=level,
        progress=progress,
    )


def bootstrap_shared(
    shared: SharedRotation,
    h2: float,
    *,
    sigma2: float = 1.0,
    mean: Floats | None = None,
    draws: int = 1000,
    level: float | None = None,
    progress: Progress | None = None,
    rng: np.random.Generator,
) -> BootstrapSample:
    """`bootstrap` where `share` has rotated K and the covariates of the fits already.

    Args:
        mean: true mean of each individual, shape (n,); None for zero. Others as in `bootstrap`.
    """
    check_h2(h2)
    check_level(level)
    for name, value in (("sigma2", sigma2), ("draws", draws)):
        if not 0.0 < value < np.inf:
            raise LMMError(
                f"{name} must lie above 0, and finite", f"it is {value}", "choose another"
            )
    mean = np.zeros(shared.n) if mean is None else mean
    grids = shared.grid(reml=False), shared.grid(reml=True)
    fits = tuple(empty(draws, shared.X.shape[1], reml=grid.reml) for grid in grids)
    done = 0
    for q, z in _samples(shared, h2, sigma2, mean, rng, draws):
        places = slice(done, done + len(z))
        for whole, part in zip(
            fits, fit_coordinates(shared, grids, q, z, level=level), strict=True
        ):
            put(whole, places, part)
        done += len(z)
        if progress:
            progress(done / draws)
    ml, reml = map(lock, fits)
    return BootstrapSample(h2, sigma2, read_only(np.array(mean)), ml, reml)


def _samples(
    shared: SharedRotation,
    h2: float,
    sigma2: float,
    mean: Floats,
    rng: np.random.Generator,
    draws: int,
) -> Iterator[tuple[Floats, Floats]]:
    """Coordinates of the samples on the basis of X and on the contrasts, block by block."""
    on_basis, rest = (part[:, 0] for part in split(shared.Q, mean[:, np.newaxis]))
    # A mean that was computed from covariates is known to as many roundings as there are of them.
    explained = np.linalg.norm(rest) <= EXPLAINED * shared.n * np.linalg.norm(mean)
    left = np.zeros_like(rest) if explained else rest
    on_contrasts = shared.to_contrasts.T @ left
    root = np.sqrt(h2 * shared.values + (1.0 - h2))
    # Contrasts without any variance tell nothing of the rest.
    reach = np.zeros_like(shared.reach)
    np.divide(h2 * shared.reach, root, out=reach, where=root > 0.0)
    remainder = h2 * shared.spread + (1.0 - h2) * np.eye(shared.p) - reach @ reach.T
    values, vectors = np.linalg.eigh(0.5 * (remainder + remainder.T))
    remainder_root = vectors * np.sqrt(np.maximum(values, 0.0))
    sd = np.sqrt(sigma2)
    size = max(64, BLOCK_ELEMENTS // shared.n)
    for start in range(0, draws, size):
        normal = rng.standard_normal((min(size, draws - start), shared.n))
        e, r = normal[:, : shared.df], normal[:, shared.df :]
        q = on_basis + sd * (e @ reach.T + r @ remainder_root.T)
        yield q, on_contrasts + sd * root * e
