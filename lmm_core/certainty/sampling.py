"""The distribution of the estimate of h under any true h: chi-squares and a matrix product.

Under a true h₀ the squared contrasts are v(h₀μ_j + 1 - h₀)χ²₁, so a sample of estimates needs no
data: the sums of squares of all draws on a grid of h are one matrix product, and each draw's
estimate is where its own profile is highest, both ends included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.profiles import Grid, make_grid
from lmm_core.errors import LMMError
from lmm_core.grid import from_log_odds, log_odds_grid
from lmm_core.least_squares import check_h2

# Elements of the largest array of draws by contrasts that is held at a time: 16 MB.
BLOCK_ELEMENTS = 2**21
# Draws that are looked at together, so that their sums stay in the cache of a core.
CACHE_ROWS = 1000
# Spacing of the grid in log odds of h.
STEP = 0.25
# How far the grid reaches beyond the places where the profile bends, in log odds.
REACH = 4.5
# Contrasts without genetic variance let a profile bend ever closer to h = 1. The grid ends
# where 1 - h is e⁻¹⁶ = 1e-7, on the scale of K with mean μ = 1.
NULL_REACH = 16.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EstimateSample(Brief):
    """A sample from the distribution of ĥ.

    Attributes:
        h2: the true h.
        reml: which estimator.
        estimates: the sampled ĥ, shape (draws,).
        at_zero, at_one: shares of the draws whose estimate is exactly 0 and exactly 1.
        mean, sd: of the estimates.
    """

    h2: float
    reml: bool
    estimates: Floats
    at_zero: float
    at_one: float
    mean: float
    sd: float


def sample_estimates(
    pairs: Contrasts,
    h2: float,
    *,
    draws: int = 10_000,
    reml: bool = True,
    rng: np.random.Generator,
) -> EstimateSample:
    """Estimates of h in `draws` samples with the same K and X, and true h `h2`.

    Whether an estimate is 0 or 1 is told by the slope there; inside, it is the top of the
    quartic through five points of a grid in log odds, within 2e-4 of the exact one (in h, for K
    with mean μ = 1), unless two hills are equally high to 0.01 log units. With contrasts that
    have no genetic variance, all estimates are 1 if h is 1: the likelihood is unbounded there.

    Raises:
        LMMError: h2 outside [0, 1]; a K and X under which no phenotype tells anything about h;
            or ML with a profile that is unbounded at h = 1 for every phenotype.
    """
    check_h2(h2)
    grid = search_grid(pairs, reml=reml)
    if h2 == 1.0 and pairs.n_null:
        estimates = np.ones(draws)
    else:
        weights = (h2 * pairs.values + (1.0 - h2))[:, np.newaxis] * grid.weights
        found = [highest(grid, z2 @ weights)[0] for z2 in chi_squares(pairs, rng, draws)]
        estimates = np.concatenate(found)
    return EstimateSample(
        h2=h2,
        reml=reml,
        estimates=read_only(estimates),
        at_zero=float(np.mean(estimates == 0.0)),
        at_one=float(np.mean(estimates == 1.0)),
        mean=float(estimates.mean()),
        sd=float(estimates.std()),
    )


def search_grid(
    pairs: Contrasts, *, reml: bool, step: float = STEP, at: float | None = None
) -> Grid:
    """A grid of h, dense near both ends, for the profiles of many draws at once.

    Args:
        pairs: the contrasts; their z is not used.
        reml: by which method profiles are compared.
        step: spacing in log odds.
        at: an h that is put into the grid too.
    """
    check_informative(pairs, reml)
    values = pairs.values if reml else np.append(pairs.values, pairs.kinship_values)
    log_odds = search_log_odds(values, step, pairs.mean if pairs.n_null else None)
    if at is not None and 0.0 < at < 1.0:
        log_odds = np.union1d(log_odds, np.log(at) - np.log1p(-at))
    factor = pairs.df if reml else len(pairs.kinship_values) + pairs.n_blank
    return make_grid(pairs.values, pairs.kinship_values, log_odds, reml=reml, factor=factor)


def highest(grid: Grid, sums: Floats, log_sums: Floats | None = None) -> tuple[Floats, Floats]:
    """Where the profile of each draw is highest, and how far it rises there from h = 0, (draws,).

    Args:
        grid: an evenly spaced one.
        sums: squared contrasts times its weights, shape (draws, g + 4).
        log_sums: the logarithms of all but the last two columns, if they are known.
    """
    height = grid.heights(np.log(sums[:, :-2]) if log_sums is None else log_sums)
    at_zero, at_one = grid.end_slopes(sums)
    last = grid.log_odds.size + int(grid.has_limit)
    at, height = grid.h2[: last + 1], height[:, : last + 1]
    best: Ints = height.argmax(axis=1)
    h, top = at[best], height[np.arange(best.size), best]
    # The points inside are evenly spaced in log odds; five of them make a quartic.
    rows = np.flatnonzero((best >= 3) & (best <= last - 3))
    quartic = Quartic([height[rows, best[rows] + k] for k in range(-2, 3)])
    shift = quartic.top(np.zeros(rows.size), rounds=4)
    odds = h[rows] / (1.0 - h[rows]) * np.exp(grid.step * shift)
    h[rows], top[rows] = odds / (1.0 + odds), top[rows] + np.maximum(quartic.rise(shift), 0.0)
    # Next to an end log odds are no measure: a parabola in h.
    rows = np.flatnonzero(((best > 0) & (best < 3)) | ((best > last - 3) & (best < last)))
    around = [(at[best[rows] + k], height[rows, best[rows] + k]) for k in (-1, 0, 1)]
    shift, rise = _parabola(*around)
    h[rows], top[rows] = h[rows] + shift, top[rows] + rise
    # At an end, the maximum is inside if the slope leads there.
    inside = [(0, 1, at_zero, at_zero > 0.0)]
    if grid.has_limit:
        inside.append((last, last - 1, at_one, at_one < 0.0))
    for end, beside, slope, leads in inside:
        rows = np.flatnonzero((best == end) & leads)
        gap = at[beside] - at[end]
        bend = (slope[rows] * gap - (height[rows, beside] - top[rows])) / gap**2
        shift = 0.5 * slope[rows] / bend
        h[rows] += shift
        top[rows] += 0.5 * slope[rows] * shift
    return h, top - height[:, 0]


def _parabola(
    before: tuple[Floats, Floats], point: tuple[Floats, Floats], after: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Shift in h to the top of the parabola through three points, h and height, and the rise."""
    left, right = point[0] - before[0], after[0] - point[0]
    down_left, down_right = (point[1] - before[1]) / left, (point[1] - after[1]) / right
    bend = np.maximum((down_left + down_right) / (left + right), 1e-300)
    slope = (down_left * right - down_right * left) / (left + right)
    shift = np.clip(0.5 * slope / bend, -left, right)
    return shift, 0.5 * slope * shift


class Quartic:
    """The quartics through five points, evenly spaced, one for each draw.

    Args:
        points: heights at -2, -1, 0, 1 and 2, each of shape (draws,).
    """

    def __init__(self, points: Sequence[Floats]) -> None:
        a, b, c, d, e = points
        # Derivatives at the middle, Abramowitz & Stegun 25.3.
        self._derivatives = (
            (a - 8.0 * b + 8.0 * d - e) / 12.0,
            (-a + 16.0 * b - 30.0 * c + 16.0 * d - e) / 12.0,
            (-a + 2.0 * b - 2.0 * d + e) / 2.0,
            a - 4.0 * b + 6.0 * c - 4.0 * d + e,
        )

    def top(self, start: Floats, rounds: int) -> Floats:
        """Where they are highest, by Newton's method, no further than 1 from the start."""
        first, second, third, fourth = self._derivatives
        x = start
        for _ in range(rounds):
            slope = first + x * (second + x * (third / 2.0 + x * fourth / 6.0))
            bend = second + x * (third + x * fourth / 2.0)
            step = np.where(bend < 0.0, slope / np.minimum(bend, -1e-300), 0.0)
            x = np.clip(x - step, start - 1.0, start + 1.0)
        return x

    def rise(self, x: Floats) -> Floats:
        """How much higher they are at x than in the middle."""
        first, second, third, fourth = self._derivatives
        return x * (first + x * (second / 2.0 + x * (third / 6.0 + x * fourth / 24.0)))


def search_log_odds(values: Floats, step: float, null_mean: float | None) -> Floats:
    """Log odds of h from before the first bend of any draw's profile to after the last.

    Args:
        values: the variances μ and eigenvalues λ at which it bends.
        step: the spacing.
        null_mean: the mean μ, if some contrasts have no genetic variance.
    """
    after = REACH
    if null_mean is not None:
        after = max(after, NULL_REACH - np.log(null_mean) + np.log(values[values > 0.0].min()))
    log_odds = log_odds_grid(values, step, REACH, after)
    return log_odds[from_log_odds(log_odds) < 1.0]


def chi_squares(pairs: Contrasts, rng: np.random.Generator, draws: int) -> Iterator[Floats]:
    """Independent χ²₁ variables, `draws` rows of one for each contrast, a block of rows at a time.

    Contrasts within individuals that are only counted are in the first column, which has
    eigenvalue 0 too: a sum of squares knows no more of them.
    """
    if draws < 1:
        raise LMMError("draws must be at least 1", f"it is {draws}")
    columns = len(pairs.values)
    size = max(1, BLOCK_ELEMENTS // columns)
    for start in range(0, draws, size):
        chi2: Floats = rng.standard_normal((min(size, draws - start), columns))
        np.square(chi2, out=chi2)
        if pairs.n_blank:
            chi2[:, 0] += rng.chisquare(pairs.n_blank, len(chi2))
        yield chi2


class DrawnSums:
    """Weighted sums of squares of the same draws under any true h, in which they are linear.

    Args:
        pairs: the contrasts; their z is not used.
        weights: of the squares, shape (df, m).
        rng, draws: the samples.
    """

    def __init__(
        self, pairs: Contrasts, weights: Floats, rng: np.random.Generator, draws: int
    ) -> None:
        self.draws = draws
        genetic = pairs.values[:, np.newaxis] * weights
        self._parts: list[tuple[Floats, Floats]] = []
        for chi2 in chi_squares(pairs, rng, draws):
            both = chi2 @ weights, chi2 @ genetic
            cuts = range(CACHE_ROWS, len(chi2), CACHE_ROWS)
            self._parts += zip(*(np.split(one, cuts) for one in both), strict=True)

    def under(self, h2: float) -> Iterator[tuple[Floats, Floats]]:
        """The sums when h2 is true, and those of the χ² themselves, shape (some draws, m)."""
        for residual, genetic in self._parts:
            yield (1.0 - h2) * residual + h2 * genetic, residual


def check_informative(pairs: Contrasts, reml: bool) -> None:
    """Raise an LMMError if no phenotype tells h under this K and X, or ML never has a maximum."""
    values = pairs.values if reml else pairs.kinship_values
    spread = np.ptp(values) if pairs.df > 1 else 0.0
    if pairs.n_null == len(pairs.values) or spread <= 1e-12 * values[-1]:
        raise LMMError(
            "the estimate of h has no distribution here",
            f"this kinship gives the {pairs.df} contrasts that the covariates leave the same "
            "variance, so no phenotype tells h",
            "use more individuals, or a kinship that tells them apart",
        )
    if not reml and pairs.kinship_values[0] == 0.0 and not pairs.n_null:
        raise LMMError(
            "the ML estimate has no distribution here",
            "K is singular and X explains every phenotype in its null space, so the "
            "likelihood is unbounded as h tends to 1",
            "use REML",
        )
