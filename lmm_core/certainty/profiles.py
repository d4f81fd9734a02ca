"""Profile log-likelihoods of many traits, or of one trait with many markers, on a grid.

With o = h/(1-h) and x = log o, V is (1-h)(oK + I), and 1 - h leaves the profile with v̂. With
weights g = 1/(1 + oμ) over the contrasts z, and A = Σgz², B = Σgxz, C = Σgx² for a marker x,
    RSS = A - B²/C,  ℓ = -½[N(log 2π + 1 - log N) + N log RSS + D (+ log C - log Σx²)],
where N = n - p, one less with a marker, D = Σ log(1 + oμ_j) and the last two terms for REML, and
N = n, D = Σ log(1 + oλ_i) without them for ML. Every derivative in x is one of sums of powers of g.
"""

from dataclasses import dataclass, field

import numpy as np

from lmm_core.arrays import Brief, Floats
from lmm_core.grid import from_log_odds
from lmm_core.limit import LOG_2PI

# Variances above this share of the largest have nine digits.
SMALL = 1e-6
# Up to these odds times μ_max the noise in the smaller ones is below 1e-9.
TRUSTED = 4e5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Grid(Brief):
    """A grid of h, and what all profiles of one K and X share on it.

    Attributes:
        values: μ, ascending, exactly 0 where a contrast has no genetic variance, shape (df,); of
            records, those of the contrasts that have coordinates.
        reml: whether ℓ is the restricted log-likelihood.
        factor: N.
        spectrum: the eigenvalues of D.
        log_odds: x, evenly spaced, shape (g,); h = 0 and h = 1 are before and after it.
        weights: of `grid_weights`, shape (df, g + 4).
        rest: N(log 2π + 1 - log N) + D, shape (g + 2,); infinite at h = 1 without a limit.
        between: what `arcs` keeps for points of the grid.
    """

    values: Floats
    reml: bool
    factor: int
    spectrum: Floats
    log_odds: Floats
    weights: Floats
    rest: Floats
    between: dict[int, tuple[Floats, Floats]] = field(default_factory=dict)

    @property
    def h2(self) -> Floats:
        """h of the grid, 0 and 1 included, shape (g + 2,)."""
        return np.concatenate([[0.0], from_log_odds(self.log_odds), [1.0]])

    @property
    def step(self) -> float:
        """Spacing in log odds."""
        return float(np.ptp(self.log_odds)) / (self.log_odds.size - 1)

    @property
    def has_limit(self) -> bool:
        """Whether ℓ has a finite limit at h = 1."""
        return bool(np.isfinite(self.rest[-1]))

    @property
    def trusted(self) -> float:
        """The log odds of h up to which small variances are known well enough.

        Eigenvalues have an error of some ε·μ_max: far below 1e-6·μ_max they are noise, which
        tells near h = 1 alone.
        """
        positive = self.values[self.values > 0.0]
        if not positive.size or positive[0] > SMALL * positive[-1]:
            return float(np.inf)
        return float(np.log(TRUSTED / positive[-1]))

    def heights(self, log_rss: Floats) -> Floats:
        """ℓ without a marker, from the logarithms of RSS on the grid, (m, g + 2)."""
        height: Floats = self.factor * log_rss
        height += self.rest
        height *= -0.5
        return height

    def end_slopes(
        self, A: Floats, B: Floats | None = None, C: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """dℓ/dh at 0, and at 1, where it means something if there is a limit, (m,) each.

        Args:
            A, B, C: the sums with all columns of the weights, (m, g + 4); B and C of markers.
        """
        if B is None or C is None:
            B, C = without_marker(A)
        slopes = []
        for end, beyond, sign, spectrum in (
            (0, -2, 1.0, self.spectrum),
            (-3, -1, -1.0, 1.0 / self.spectrum if self.has_limit else self.spectrum),
        ):
            # In o at 0 and in (1-h)/h at 1 each weight falls as the column beyond says.
            a, b, c = A[..., end], B[..., end], C[..., end]
            da, db, dc = -A[..., beyond], -B[..., beyond], -C[..., beyond]
            change = da - 2.0 * b * db / c + b**2 * dc / c**2
            slope = self.factor * change / (a - b**2 / c) + spectrum.sum()
            slopes.append(-0.5 * sign * (slope + dc / c if self.reml else slope))
        return slopes[0], slopes[1]


def make_grid(
    values: Floats, kinship_values: Floats, log_odds: Floats, *, reml: bool, factor: int
) -> Grid:
    """The grid at these log odds, for contrasts of variances μ under a kinship of eigenvalues λ."""
    spectrum = values if reml else kinship_values
    # At h = 1 each factor of RSS and of D is taken out: they cancel if there are as many.
    limit = bool((values > 0.0).all() and (spectrum > 0.0).all())
    rest = np.zeros(log_odds.size + 2)
    rest[1:-1] = np.log1p(np.outer(np.exp(log_odds), spectrum)).sum(axis=1)
    rest[-1] = np.log(spectrum).sum() if limit else np.inf
    rest += constant(factor)
    weights = grid_weights(values, log_odds)
    return Grid(values, reml, factor, spectrum, log_odds, weights, rest)


def grid_weights(values: Floats, log_odds: Floats) -> Floats:
    """What a squared contrast of each variance μ adds to A on the grid, shape (df, g + 4).

    Columns are g at h = 0, at x, and at h = 1 as 1/μ (ones where there is no limit); then how fast
    they fall at both ends, μ and 1/μ².
    """
    inverse = 1.0 / values if values.all() else np.ones_like(values)
    inner = 1.0 / (1.0 + np.outer(values, np.exp(log_odds)))
    return np.column_stack([np.ones_like(values), inner, inverse, values, inverse**2])


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

    def on_grid(self) -> tuple[Floats, Floats, Floats, tuple[Floats, Floats, Floats]]:
        """ℓ at h = 0, on the grid and at h = 1, (m, g + 2); `end_slopes`, (m,) each; RSS, B, C."""
        grid, A = self.grid, self.z2 @ self.grid.weights
        if self.xz is None or self.x2 is None:
            B, C = without_marker(A)
            rss = A[:, :-2]
        else:
            B, C = self.xz @ grid.weights, self.x2 @ grid.weights
            rss = A[:-2] - B[:, :-2] ** 2 / C[:, :-2]
        height = grid.heights(np.log(rss))
        if grid.reml and self.x2 is not None:
            # At h = 0 all weights are 1, and C is Σx².
            height -= 0.5 * np.log(C[:, :-2] / C[:, :1])
        return height, *grid.end_slopes(A, B, C), (rss, B, C)


def without_marker(A: Floats) -> tuple[Floats, Floats]:
    """B and C beside the sums A with all columns of the weights, for traits, shape of A each."""
    C = np.ones(A.shape[-1])
    C[-2:] = 0.0
    return np.broadcast_to(0.0, A.shape), np.broadcast_to(C, A.shape)
