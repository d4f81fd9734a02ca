"""Profile log-likelihoods of many traits on one grid of h: a matrix product, and their peaks.

With o = h/(1-h) and x = log o, V is (1-h)(oK + I), and 1 - h leaves the profile with v̂:
    ℓ = -½[N(log 2π + 1 - log N) + N log S + D],  S = Σ z_j²/(1 + oμ_j),
N = n - p and D = Σ log(1 + oμ_j) for REML, N = n and D = Σ log(1 + oλ_i) for ML. With
g = 1/(1 + oμ), every derivative in x is a sum of powers of g.
"""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
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
    """The grid of h, and what the profile of any trait needs on it.

    Attributes:
        log_odds: x, evenly spaced, shape (g,); h = 0 and h = 1 are before and after it.
        weights: 1/(1 + oμ) at h = 0, x and, without null contrasts, o/(1 + oμ) → 1/μ at
            h = 1, shape (df, g + 2).
        rest: N(log 2π + 1 - log N) + D, shape (g + 2,); at h = 1 the limit that goes with the
            weights there, infinite where there is none.
        factor: N.
        spectrum: the eigenvalues of D.
        reml: whether ℓ is the restricted log-likelihood.
    """

    log_odds: Floats
    weights: Floats
    rest: Floats
    factor: int
    spectrum: Floats
    reml: bool


def make_grid(shared: SharedRotation, *, reml: bool) -> Grid:
    """The grid and the weights on it."""
    mu, lam = shared.values, shared.eigen.values
    log_odds = log_odds_grid(shared, STEP)
    o = np.exp(log_odds)
    spectrum, factor = (mu, shared.df) if reml else (lam, shared.n)
    weights = np.empty((mu.size, o.size + 2))
    weights[:, 0] = 1.0
    np.divide(1.0, 1.0 + np.outer(mu, o), out=weights[:, 1:-1])
    weights[:, -1] = 1.0
    if not shared.n_null:
        weights[:, -1] = 1.0 / mu
    rest = np.empty(o.size + 2)
    rest[0] = 0.0
    rest[1:-1] = np.log1p(np.outer(o, spectrum)).sum(axis=1)
    # At h = 1 each factor of S and of D is taken out: they cancel if there are as many.
    ends = not shared.n_null and bool((spectrum > 0.0).all())
    rest[-1] = np.log(spectrum).sum() if ends else np.inf
    rest += constant(factor)
    return Grid(log_odds, weights, rest, factor, spectrum, reml)


def log_odds_grid(shared: SharedRotation, step: float) -> Floats:
    """Log odds of h between which no hill can hide, as `profile_grid` has for one trait."""
    positive = np.concatenate([shared.values, shared.eigen.values])
    positive = positive[positive > 0.0]
    low, high = -REACH, REACH
    if positive.size:
        low, high = low - np.log(positive.max()), high - np.log(positive.min())
    if shared.n_null:
        high += NULL_REACH
    grid: Floats = np.arange(low, high + step, step)
    return grid


def constant(factor: int) -> float:
    """N(log 2π + 1 - log N), 0 for none."""
    return factor * (LOG_2PI + 1.0 - float(np.log(max(factor, 1))))


def heights(grid: Grid, z2: Floats) -> Floats:
    """ℓ of each trait on the grid, shape (m, g + 2), from squared contrasts (m, df)."""
    height: Floats = z2 @ grid.weights
    np.log(height, out=height)
    height *= -0.5 * grid.factor
    height -= 0.5 * grid.rest
    return height


def end_slopes(grid: Grid, mu: Floats, z2: Floats) -> tuple[Floats, Floats]:
    """dℓ/dh at 0, and at 1 where ℓ is finite there (else NaN), shape (m,) each."""
    total = z2.sum(axis=1)
    at_zero = 0.5 * (grid.factor * (z2 @ mu) / total - grid.spectrum.sum())
    if not np.isfinite(grid.rest[-1]):
        return at_zero, np.full(total.shape, np.nan)
    inverse = 1.0 / mu
    down = grid.factor * (z2 @ inverse**2) / (z2 @ inverse) - np.sum(1.0 / grid.spectrum)
    # In y = (1-h)/h the derivative is -dℓ/dh there.
    return at_zero, -0.5 * down


def peaks(height: Floats) -> tuple[Ints, Ints]:
    """Trait and place of every point that is higher than the one before and not than the next."""
    up = height[:, 1:] > height[:, :-1]
    top = np.ones(height.shape, dtype=bool)
    top[:, 1:] = up
    top[:, :-1] &= ~up
    trait, place = np.nonzero(top)
    return trait, place
