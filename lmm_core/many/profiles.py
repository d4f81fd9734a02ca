"""Profile log-likelihoods of many traits, or of one trait with many markers, on a grid and off it.

With o = h/(1-h) and x = log o, V is (1-h)(oK + I), and 1 - h leaves the profile with v̂. With
weights g = 1/(1 + oμ) over the contrasts z, and A = Σgz², B = Σgxz, C = Σgx² for a marker x,
    RSS = A - B²/C,  ℓ = -½[N(log 2π + 1 - log N) + N log RSS + D (+ log C - log Σx²)],
where N = n - p, one less with a marker, D = Σ log(1 + oμ_j) and the last two terms for REML, and
N = n, D = Σ log(1 + oλ_i) without them for ML. Every derivative in x is one of sums of powers of g.
"""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.grid import log_odds_grid
from lmm_core.limit import LOG_2PI
from lmm_core.many.shared import SharedRotation

# Spacing of the grid in log odds, and how far it reaches beyond the outermost bends.
STEP = 0.25
REACH = 7.0
# Where contrasts have no genetic variance a profile bends once more, the closer to 1 the smaller
# they are.
NULL_REACH = 12.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Grid(Brief):
    """The grid of h, and what all profiles share on it.

    Attributes:
        shared: K and X, rotated.
        reml: whether ℓ is the restricted log-likelihood.
        factor: N.
        spectrum: the eigenvalues of D.
        step: spacing of the grid in log odds.
        log_odds: x, evenly spaced, shape (g,); h = 0 and h = 1 are before and after it.
        weights: g at h = 0, x, and at h = 1 as 1/μ (ones where there is no limit); then how fast
            they fall at both ends, μ and 1/μ², shape (df, g + 4).
        rest: N(log 2π + 1 - log N) + D, shape (g + 2,); infinite at h = 1 without a limit.
    """

    shared: SharedRotation
    reml: bool
    factor: int
    spectrum: Floats
    step: float
    log_odds: Floats
    weights: Floats
    rest: Floats

    @property
    def has_limit(self) -> bool:
        """Whether ℓ has a finite limit at h = 1."""
        return bool(np.isfinite(self.rest[-1]))


def make_grid(
    shared: SharedRotation, *, reml: bool, step: float = STEP, markers: bool = False
) -> Grid:
    """The grid for traits, or for the markers beside one."""
    mu = shared.values
    spectrum = mu if reml else shared.eigen.values
    factor = shared.df - int(markers) if reml else shared.n
    values = np.concatenate([mu, shared.eigen.values])
    log_odds = log_odds_grid(values, step, REACH, REACH + NULL_REACH * bool(shared.n_null))
    o = np.exp(log_odds)
    inverse = np.ones_like(mu) if shared.n_null else 1.0 / mu
    weights = np.column_stack(
        [np.ones_like(mu), 1.0 / (1.0 + np.outer(mu, o)), inverse, mu, inverse**2]
    )
    # At h = 1 each factor of RSS and of D is taken out: they cancel if there are as many.
    limit = not shared.n_null and bool((spectrum > 0.0).all())
    rest = np.zeros(o.size + 2)
    rest[1:-1] = np.log1p(np.outer(o, spectrum)).sum(axis=1)
    rest[-1] = np.log(spectrum).sum() if limit else np.inf
    rest += constant(factor)
    return Grid(shared, reml, factor, spectrum, step, log_odds, weights, rest)


def constant(factor: int) -> float:
    """N(log 2π + 1 - log N), 0 for none."""
    return factor * (LOG_2PI + 1.0 - float(np.log(max(factor, 1))))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Profiles(Brief):
    """Profiles of m traits, or of one trait with each of m markers.

    Attributes:
        grid: what they share.
        z2: squared contrasts, shape (m, df), or (df,) of the one trait.
        xz, x2: products of each marker's contrasts with z and with themselves, shape (m, df);
            without markers B is 0 and C is 1.
    """

    grid: Grid
    z2: Floats
    xz: Floats | None = None
    x2: Floats | None = None

    @property
    def m(self) -> int:
        """How many there are."""
        return len(self.z2 if self.x2 is None else self.x2)

    def of(self, rows: Ints) -> "Profiles":
        """Those at some rows, which may come more than once."""
        if rows.size == self.m and bool((rows == np.arange(self.m)).all()):
            return self
        if self.xz is None or self.x2 is None:
            return Profiles(self.grid, self.z2[rows])
        return Profiles(self.grid, self.z2, self.xz[rows], self.x2[rows])

    def on_grid(self) -> tuple[Floats, Floats, Floats]:
        """ℓ at h = 0, on the grid and at h = 1, (m, g + 2), and dℓ/dh at 0 and at 1, (m,).

        At 1 both mean something only if the grid has a limit.
        """
        grid = self.grid
        A = self.z2 @ grid.weights
        if self.xz is None or self.x2 is None:
            B, C = np.zeros(A.shape[-1]), np.ones(A.shape[-1])
            C[-2:] = 0.0
        else:
            B, C = self.xz @ grid.weights, self.x2 @ grid.weights
        slopes = []
        for end, beyond, sign, spectrum in (
            (0, -2, 1.0, grid.spectrum),
            (-3, -1, -1.0, 1.0 / grid.spectrum if grid.has_limit else grid.spectrum),
        ):
            # In o at 0 and in (1-h)/h at 1 each weight falls as the column beyond says.
            a, b, c = A[..., end], B[..., end], C[..., end]
            da, db, dc = -A[..., beyond], -B[..., beyond], -C[..., beyond]
            change = da - 2.0 * b * db / c + b**2 * dc / c**2
            slope = grid.factor * change / (a - b**2 / c) + spectrum.sum()
            slopes.append(-0.5 * sign * (slope + dc / c if grid.reml else slope))
        height = A[..., :-2] - B[..., :-2] ** 2 / C[..., :-2]
        np.log(height, out=height)
        height *= grid.factor
        height += grid.rest
        if grid.reml and self.x2 is not None:
            height += np.log(C[:, :-2])
            height -= np.log(self.x2.sum(axis=1))[:, np.newaxis]
        height *= -0.5
        return height, slopes[0], slopes[1]

    def sums(self, w: Floats) -> tuple[Floats, Floats, Floats]:
        """A, B and C for weights w of the contrasts, (m, df), each (m,)."""
        if self.xz is None or self.x2 is None:
            return np.einsum("ij,ij->i", self.z2, w), np.zeros(self.m), np.ones(self.m)
        return (
            w @ self.z2,
            np.einsum("ij,ij->i", self.xz, w),
            np.einsum("ij,ij->i", self.x2, w),
        )

    def heights(self, x: Floats) -> Floats:
        """ℓ at the log odds x of each, (m,)."""
        grid = self.grid
        o = np.exp(x)[:, np.newaxis]
        d = 1.0 + o * grid.shared.values
        A, B, C = self.sums(1.0 / d)
        twice = constant(grid.factor) + grid.factor * np.log(A - B**2 / C)
        twice += log_product(d if grid.spectrum is grid.shared.values else 1.0 + o * grid.spectrum)
        if grid.reml and self.x2 is not None:
            twice += np.log(C / self.x2.sum(axis=1))
        loglik: Floats = -0.5 * twice
        return loglik

    def slopes(self, x: Floats) -> tuple[Floats, Floats]:
        """dℓ/dx and d²ℓ/dx² at the log odds x of each, (m,)."""
        grid = self.grid
        o = np.exp(x)[:, np.newaxis]
        g = o * grid.shared.values
        g += 1.0
        np.reciprocal(g, out=g)
        s = g if grid.spectrum is grid.shared.values else 1.0 / (1.0 + o * grid.spectrum)
        shares, squares = s.sum(axis=1), np.einsum("ij,ij->i", s, s)
        square = g * g
        powers = zip(self.sums(g), self.sums(square), self.sums(square * g), strict=True)
        # Of a sum of g the derivatives in x are these sums of its powers.
        (a, a1, a2), (b, b1, b2), (c, c1, c2) = (
            (one, two - one, one - 3.0 * two + 2.0 * three) for one, two, three in powers
        )
        t = b / c
        rss = a - b * t
        first = (a1 - 2.0 * t * b1 + t**2 * c1) / rss
        second = a2 - 2.0 * t * b2 + t**2 * c2 - 2.0 * (b1 - t * c1) ** 2 / c
        second = second / rss - first**2
        slope = grid.factor * first + grid.spectrum.size - shares
        curvature = grid.factor * second + shares - squares
        if grid.reml:
            slope += c1 / c
            curvature += c2 / c - (c1 / c) ** 2
        return -0.5 * slope, -0.5 * curvature


def log_product(factors: Floats) -> Floats:
    """Σ log of each row, shape (m,), with one logarithm for eight factors if none is huge."""
    width = factors.shape[1] - factors.shape[1] % 8
    if not width or not factors.max(initial=0.0) < 1e30:
        total: Floats = np.log(factors).sum(axis=1)
        return total
    product = factors[:, :width]
    for _ in range(3):
        half = product.shape[1] // 2
        product = product[:, :half] * product[:, half:]
    total = np.log(product).sum(axis=1)
    total += np.log(factors[:, width:]).sum(axis=1)
    return total
