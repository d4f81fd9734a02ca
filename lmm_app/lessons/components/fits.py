"""A model with 0 to 20 principal components as covariates: fits, and the λ of scans beside them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_core import KinshipEigen, LMMError, LMMFit, fit_rotated, rotate, wls
from lmm_core.arrays import Floats
from lmm_core.genotypes import as_genotypes, block_places, read_block
from lmm_core.likelihood import log_likelihood
from lmm_core.progress import Progress, part_of
from lmm_core.scan import genomic_control
from lmm_core.scan.tails import log_f_tail

# Components at most, and rotated observations in the picture.
MOST, SHOWN = 20, 30
# Values of h of a profile.
GRID = np.linspace(0.0, 1.0, 101)
# Of the sum, where REML has no estimate.
MIDDLE = 0.5
# A part of the sum below this is rounding.
NOTHING = 1e-10
# What the covariates leave of a marker below this share of its sum of squares is rounding.
LEFT = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """Individuals with a trait, and their genotypes where they are known.

    Attributes:
        key: names the content in full.
        y, X: phenotype (n,) and covariates with the intercept (n, c).
        eigen: the decomposition of K.
        counts: genotypes (n, m), or None.
    """

    key: str
    y: Floats
    X: Floats
    eigen: KinshipEigen
    counts: NDArray[Any] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The model with so many components, by REML.

    Attributes:
        count: components.
        h2: the estimate, None where there is none.
        height: the profile log-likelihood over `GRID`, from its own top, (101,).
        parts: of the rotated observations with the largest λ, w·r²/v̂ at ĥ, or at a half where
            there is none, (shown,).
        beside, alone: λ of a scan with them beside K at this ĥ, and without K; None without
            genotypes.
    """

    count: int
    h2: float | None
    height: Floats
    parts: Floats
    beside: float | None = None
    alone: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """All frames of a study, and the largest eigenvalues of its K, in order (shown,)."""

    typed: Typed
    frames: tuple[Frame, ...]
    values: Floats

    @property
    def n(self) -> int:
        return self.typed.eigen.n

    @property
    def has_scans(self) -> bool:
        return self.frames[0].beside is not None


def components_of(typed: Typed, progress: Progress | None = None) -> Components:
    """Fit with each number of components, and scan where there are genotypes.

    Raises:
        LMMError: nothing of the trait is left to explain, or too few individuals.
    """
    bare = rotate(typed.eigen, typed.y, typed.X)
    if bare.exact:
        raise LMMError(
            "components are put beside covariates that leave something of the trait",
            "these fit it without error",
            "choose another trait or fewer covariates",
        )
    count = min(MOST, bare.n - bare.rank - 2, len(typed.eigen.values) - 1)
    if count < 1:
        raise LMMError(
            "a component needs a residual degree of freedom, and REML one more",
            f"{bare.n} individuals and {bare.rank} coefficients leave {bare.n - bare.rank}",
            "use more individuals or fewer covariates",
        )
    fits = [fit_rotated(rotate(typed.eigen, typed.y, X)) for X in designs(typed, count)]
    shown = min(SHOWN, len(typed.eigen.values))
    found = [_frame(k, fit, shown) for k, fit in enumerate(fits)]
    if typed.counts is not None:
        lambdas = _inflations(typed, fits, progress)
        found = [
            Frame(one.count, one.h2, one.height, one.parts, beside, alone)
            for one, (beside, alone) in zip(found, lambdas, strict=True)
        ]
    return Components(typed, tuple(found), typed.eigen.values[::-1][:shown])


def designs(typed: Typed, count: int) -> list[Floats]:
    """X with 0, 1, … `count` components: what one weighs 1 of after the rotation, by itself."""
    rotated = rotate(typed.eigen, typed.y, typed.X)
    rows = np.eye(len(rotated.values))[:, ::-1][:, :count]
    w = 1.0 if typed.eigen.weights is None else np.sqrt(typed.eigen.weights)[:, np.newaxis]
    columns = rotated.directions.back(rows) / w
    return [np.column_stack([typed.X, columns[:, :k]]) for k in range(count + 1)]


def _frame(count: int, fit: LMMFit, shown: int) -> Frame:
    known = bool(fit.maxima) and fit.status != "unbounded"
    at = wls(fit.rotated, fit.h2 if known else MIDDLE)
    free = fit.rotated.n - fit.rotated.rank
    spread = fit.sigma2_g + fit.sigma2_e if known else at.rss / free
    # Where h is 1, some weights may be infinite: those of the smallest λ.
    weights, residuals = (part[::-1][:shown] for part in (at.weights, at.residuals))
    with np.errstate(invalid="ignore"):
        parts = np.where(residuals == 0.0, 0.0, weights * residuals**2 / spread)
    height = log_likelihood(fit.rotated, GRID)
    top = float(height[np.isfinite(height)].max(initial=-np.inf))
    if known:
        top = max(top, float(fit.loglik))
    parts = np.where(parts < NOTHING, 0.0, parts)
    return Frame(count, fit.h2 if known else None, height - top, parts)


def _inflations(
    typed: Typed, fits: list[LMMFit], progress: Progress | None
) -> list[tuple[float, float]]:
    """λ beside K and without it, for each fit: of one rotation of the genotypes.

    A component that is a covariate is a rotated observation less, so a scan beside k of them is
    one with weights of 0 there.
    """
    assert typed.counts is not None
    tell = part_of(progress)
    genotypes = as_genotypes(typed.counts)
    U, values = typed.eigen.vectors, typed.eigen.values
    m = genotypes.shape[1]
    held = [(k, fit.h2 if fit.maxima else 0.0) for k, fit in enumerate(fits)]
    without = [(k, 0.0) for k in range(len(fits))]
    W = np.array([_weights(values, k, h2) for k, h2 in (*held, *without)]).T
    df = np.array([fit.rotated.n - fit.rotated.rank - 1 for fit in fits] * 2)
    y, X = U.T @ typed.y, U.T @ typed.X
    F = np.full((m, W.shape[1]), np.nan)
    for places in block_places(genotypes):
        block = read_block(genotypes, places)
        mean = np.nanmean(block, axis=0)
        F[places] = _f_of(U.T @ np.where(np.isnan(block), mean, block), y, X, W, df)
        tell(places.stop / m)
    found = [genomic_control(log_f_tail(F[:, j], float(df[j]))) for j in range(W.shape[1])]
    half = len(fits)
    return list(zip(found[:half], found[half:], strict=True))


def _weights(values: Floats, count: int, h2: float) -> Floats:
    """1/(hλ + 1 − h), and 0 for the components, (n,); NaN where h cannot be held."""
    d = h2 * values + 1.0 - h2
    w: Floats = np.divide(1.0, d, out=np.full(d.shape, np.nan), where=d > 0.0)
    w[len(w) - count :] = 0.0
    return w


def _f_of(Z: Floats, y: Floats, X: Floats, W: Floats, df: Floats) -> Floats:
    """F of each rotated marker (n, b) by each set of weights (n, s), shape (b, s)."""
    zz, zy = (Z**2).T @ W, Z.T @ (y[:, np.newaxis] * W)
    zx = np.stack([Z.T @ (x[:, np.newaxis] * W) for x in X.T], axis=-1)
    xx = np.einsum("ni,ns,nj->sij", X, W, X)
    held = np.isfinite(xx).all(axis=(1, 2))
    inverse = np.full(xx.shape, np.nan)
    inverse[held] = np.linalg.pinv(xx[held], hermitian=True)
    xy = np.einsum("ni,ns,n->si", X, W, y)
    beta = np.einsum("sij,sj->si", inverse, xy)
    left = zz - np.einsum("bsi,sij,bsj->bs", zx, inverse, zx)
    product = zy - np.einsum("bsi,si->bs", zx, beta)
    rss0 = W.T @ y**2 - np.einsum("si,si->s", xy, beta)
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = product**2 / left
        return np.where(left > LEFT * zz, df * explained / (rss0 - explained), np.nan)
