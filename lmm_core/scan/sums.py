"""Weighted sums of a phenotype and of many markers in contrast space, and the profiles they make.

In the contrasts that the covariates leave, a marker is one regressor x beside z. With weights
g = 1/(1 + oμ), o = h/(1-h), and A = Σgz², B = Σgxz, C = Σgx²,
    RSS = A - B²/C,  ℓ = -½[N(log 2π + 1 - log N) + N log RSS + D (+ log C - log Σx²)],
with N = n - p - 1, D = Σ log(1 + oμ_j) and the last two terms for REML, and N = n,
D = Σ log(1 + oλ_i) without them for ML: the powers of 1 - h cancel.
"""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats
from lmm_core.many.profiles import constant, log_odds_grid
from lmm_core.many.refine import log_product
from lmm_core.many.shared import SharedRotation


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MarkerGrid(Brief):
    """A grid of h for the profiles of one phenotype with each of many markers.

    Attributes:
        shared: K and X, rotated.
        z: contrasts of the phenotype, shape (df,).
        reml: whether ℓ is the restricted log-likelihood.
        factor: N.
        spectrum: the eigenvalues of D.
        log_odds: x = log o, evenly spaced, shape (g,); 0 and 1 are before and after it.
        weights: columns for h = 0, x, h = 1 (1/μ; ones where there is no limit), then for the
            slopes at both ends, μ and 1/μ², shape (df, g + 4).
        rest: N(log 2π + 1 - log N) + D, shape (g + 2,).
        total: A in each of the columns, shape (g + 4,).
        finite: whether ℓ has a finite limit at h = 1.
        unbounded: whether ℓ rises without bound there whatever the phenotype, as ML does where
            the covariates hold all that has no genetic variance: the intercept under a centred
            kinship.
    """

    shared: SharedRotation
    z: Floats
    reml: bool
    factor: int
    spectrum: Floats
    log_odds: Floats
    weights: Floats
    rest: Floats
    total: Floats
    finite: bool
    unbounded: bool


def marker_grid(shared: SharedRotation, z: Floats, *, reml: bool, step: float) -> MarkerGrid:
    """The grid for one phenotype."""
    mu = shared.values
    log_odds = log_odds_grid(shared, step)
    o = np.exp(log_odds)
    spectrum, factor = (mu, shared.df - 1) if reml else (shared.eigen.values, shared.n)
    finite = not shared.n_null and bool((spectrum > 0.0).all())
    inverse = np.ones_like(mu) if shared.n_null else 1.0 / mu
    weights = np.column_stack(
        [np.ones_like(mu), 1.0 / (1.0 + np.outer(mu, o)), inverse, mu, inverse**2]
    )
    rest = np.zeros(o.size + 2)
    rest[1:-1] = np.log1p(np.outer(o, spectrum)).sum(axis=1)
    rest[-1] = np.log(spectrum).sum() if finite else np.inf
    return MarkerGrid(
        shared=shared,
        z=z,
        reml=reml,
        factor=factor,
        spectrum=spectrum,
        log_odds=log_odds,
        weights=weights,
        rest=rest + constant(factor),
        total=z**2 @ weights,
        finite=finite,
        unbounded=not reml and not shared.n_null and not finite,
    )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GridProfiles(Brief):
    """Profiles of m markers on the grid: ℓ, (m, g + 2), and dℓ/dh at both ends, (m,)."""

    height: Floats
    at_zero: Floats
    at_one: Floats


def grid_profiles(grid: MarkerGrid, xz: Floats, x2: Floats, length2: Floats) -> GridProfiles:
    """From the products of each marker with z and with itself, (m, df), and Σx², (m,)."""
    B, C, A = xz @ grid.weights, x2 @ grid.weights, grid.total
    rss = A[:-2] - B[:, :-2] ** 2 / C[:, :-2]
    height = np.log(rss)
    height *= grid.factor
    height += grid.rest
    if grid.reml:
        height += np.log(C[:, :-2])
        height -= np.log(length2)[:, np.newaxis]
    height *= -0.5
    slopes = []
    for end, beyond, sign, spectrum in (
        (0, -2, 1.0, grid.spectrum),
        (-3, -1, -1.0, 1.0 / grid.spectrum if grid.finite else grid.spectrum),
    ):
        # In o at 0 and in (1-h)/h at 1 each weight falls as the column beyond says.
        a, b, c = A[end], B[:, end], C[:, end]
        da, db, dc = -A[beyond], -B[:, beyond], -C[:, beyond]
        change = da - 2.0 * b * db / c + b**2 * dc / c**2
        slope = grid.factor * change / (a - b**2 / c) + spectrum.sum()
        slopes.append(-0.5 * sign * (slope + dc / c if grid.reml else slope))
    return GridProfiles(height, slopes[0], slopes[1])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Powers(Brief):
    """Σ q g, Σ q g², Σ q g³ for q = z², xz and x², each (m,), and of the spectrum of D."""

    A: tuple[Floats, ...]
    B: tuple[Floats, ...]
    C: tuple[Floats, ...]
    D: tuple[Floats, Floats]


def powers(grid: MarkerGrid, xz: Floats, x2: Floats, x: Floats) -> Powers:
    """All that two derivatives need, at the log odds x of each marker."""
    o = np.exp(x)[:, np.newaxis]
    g = o * grid.shared.values
    g += 1.0
    np.reciprocal(g, out=g)
    z2 = grid.z**2
    s = g if grid.spectrum is grid.shared.values else 1.0 / (1.0 + o * grid.spectrum)
    D = s.sum(axis=1), np.einsum("ij,ij->i", s, s)
    A, B, C = [], [], []
    power = g
    for k in range(3):
        if k:
            power = power * g
        A.append(power @ z2)
        B.append(np.einsum("ij,ij->i", xz, power))
        C.append(np.einsum("ij,ij->i", x2, power))
    return Powers(tuple(A), tuple(B), tuple(C), D)


def slopes(grid: MarkerGrid, at: Powers) -> tuple[Floats, Floats]:
    """dℓ/dx and d²ℓ/dx², each (m,)."""
    (a, a1, a2), (b, b1, b2), (c, c1, c2) = (_derivatives(*sums) for sums in (at.A, at.B, at.C))
    t = b / c
    rss = a - b * t
    first = (a1 - 2.0 * t * b1 + t**2 * c1) / rss
    second = a2 - 2.0 * t * b2 + t**2 * c2 - 2.0 * (b1 - t * c1) ** 2 / c
    second = second / rss - first**2
    shares, squares = at.D
    slope = grid.factor * first + grid.spectrum.size - shares
    curvature = grid.factor * second + shares - squares
    if grid.reml:
        slope += c1 / c
        curvature += c2 / c - (c1 / c) ** 2
    return -0.5 * slope, -0.5 * curvature


def _derivatives(one: Floats, two: Floats, three: Floats) -> tuple[Floats, Floats, Floats]:
    return one, two - one, one - 3.0 * two + 2.0 * three


def log_likelihoods(grid: MarkerGrid, x: Floats, at: Powers, length2: Floats) -> Floats:
    """ℓ at the log odds x of each marker, (m,)."""
    rss = at.A[0] - at.B[0] ** 2 / at.C[0]
    twice = constant(grid.factor) + grid.factor * np.log(rss)
    twice += log_product(1.0 + np.exp(x)[:, np.newaxis] * grid.spectrum)
    if grid.reml:
        twice += np.log(at.C[0] / length2)
    loglik: Floats = -0.5 * twice
    return loglik
