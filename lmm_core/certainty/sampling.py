"""The distribution of the estimate of h under any true h: chi-squares and a matrix product.

Under a true h₀ the squared contrasts are v(h₀μ_j + 1 - h₀)χ²₁, so a sample of estimates needs no
data: the sums of squares of all draws on a grid of h are one matrix product, and each draw's
estimate is where its own profile is highest, both ends included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints, read_only
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.errors import LMMError
from lmm_core.grid import from_log_odds, log_odds_grid
from lmm_core.least_squares import check_h2

# Elements of the largest array of draws by contrasts that is held at a time: 16 MB.
BLOCK_ELEMENTS = 2**21
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

    @property
    def bias(self) -> float:
        """Mean of the estimates less the true h."""
        return self.mean - self.h2


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
    grid = SearchGrid(pairs, reml=reml)
    if h2 == 1.0 and pairs.n_null:
        estimates = np.ones(draws)
    else:
        scale = h2 * pairs.values + (1.0 - h2)
        found = [grid.estimates(grid.profiles(c, scale)) for c in chi_squares(pairs, rng, draws)]
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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Profiles(Brief):
    """Profile log-likelihoods of many draws, less a constant, and slopes at some h.

    Attributes:
        height: on the grid, shape (draws, m).
        slope: dℓ/dh at `SearchGrid.slope_h2`, shape (draws, s).
    """

    height: Floats
    slope: Floats


class SearchGrid:
    """A grid of h, dense near both ends, for the profiles of many draws at once.

    Attributes:
        reml: whether it reaches as far as REML needs, or as ML does, which is at least as far.
        h2: the grid, 0 and, where the profile has a limit there, 1 included, shape (m,).
        slope_h2: where slopes are computed too: 0, `at` if given, and 1 if it is in the grid.
        slope_places: their places in the grid, shape (s,).
    """

    def __init__(
        self, pairs: Contrasts, *, reml: bool, step: float = STEP, at: float | None = None
    ) -> None:
        check_informative(pairs, reml)
        self.reml, self.step, self._pairs = reml, step, pairs
        values = pairs.values if reml else np.append(pairs.values, pairs.kinship_values)
        inner = from_log_odds(search_log_odds(values, step, pairs.mean if pairs.n_null else None))
        ends = [0.0] if pairs.n_null else [0.0, 1.0]
        self.slope_h2: Floats = np.unique([*ends, *([] if at is None else [at])])
        self.h2: Floats = np.unique(np.concatenate([inner[inner < 1.0], self.slope_h2]))
        self.slope_places: NDArray[np.intp] = np.searchsorted(self.h2, self.slope_h2)
        self._weights = self.weights(pairs.values)
        self._determinants = self.determinants(reml)

    def weights(self, values: Floats) -> Floats:
        """What z² of contrasts of these variances adds to the sums, shape (contrasts, m + s)."""
        d = np.outer(values, self.h2) + (1.0 - self.h2)
        change = values[:, np.newaxis] - 1.0
        # Columns for the sums of squares, then for minus their slopes.
        return np.hstack([1.0 / d, change / d[:, self.slope_places] ** 2])

    def determinants(self, reml: bool) -> tuple[int, Floats, Floats]:
        """N, Σ log(hμ + 1 - h) on the grid, over λ for ML, and its slope at `slope_h2`."""
        pairs = self._pairs
        values = pairs.values if reml else pairs.kinship_values
        d = np.outer(values, self.h2) + (1.0 - self.h2)
        log_det = np.log(d).sum(axis=0)
        slope = np.sum((values[:, np.newaxis] - 1.0) / d[:, self.slope_places], axis=0)
        if pairs.n_blank:
            log_det += pairs.n_blank * np.log1p(-self.h2)
            slope -= pairs.n_blank / (1.0 - self.slope_h2)
        return len(values) + pairs.n_blank, log_det, slope

    def profiles(self, z2: Floats, scale: Floats | None = None) -> Profiles:
        """Profiles of squared contrasts, as `chi_squares` has them, times `scale` if given.

        Args:
            z2: shape (draws, contrasts).
            scale: shape (contrasts,).
        """
        weights = self._weights if scale is None else scale[:, np.newaxis] * self._weights
        return self.profiles_of(*self.logarithms(z2 @ weights), self._determinants)

    def logarithms(self, sums: Floats) -> tuple[Floats, Floats]:
        """Those of the sums of squares, (draws, m), and minus their slopes, (draws, s)."""
        m = self.h2.size
        return np.log(sums[:, :m]), sums[:, m:] / sums[:, self.slope_places]

    def profiles_of(
        self, log_sums: Floats, fall: Floats, determinants: tuple[int, Floats, Floats]
    ) -> Profiles:
        """Profiles by the method of the `determinants`, from `logarithms`, which serve both."""
        n, log_det, slope = determinants
        return Profiles(-0.5 * (n * log_sums + log_det), 0.5 * (n * fall - slope))

    def estimates(self, profiles: Profiles) -> Floats:
        """Where each profile is highest, shape (draws,); for a grid without `at`."""
        return self._tops(profiles)[0]

    def maxima(self, profiles: Profiles) -> Floats:
        """How high each profile is at its highest, shape (draws,); for a grid without `at`."""
        return self._tops(profiles)[1]

    def _tops(self, profiles: Profiles) -> tuple[Floats, Floats]:
        height, slope = profiles.height, profiles.slope
        best: Ints = height.argmax(axis=1)
        h, top = self.h2[best], height[np.arange(best.size), best]
        last = self.h2.size - 1
        # The points inside are evenly spaced in log odds; five of them make a quartic.
        rows = np.flatnonzero((best >= 3) & (best <= last - 3))
        quartic = Quartic([height[rows, best[rows] + k] for k in range(-2, 3)])
        shift = quartic.top(np.zeros(rows.size), rounds=4)
        odds = h[rows] / (1.0 - h[rows]) * np.exp(self.step * shift)
        h[rows], top[rows] = odds / (1.0 + odds), top[rows] + np.maximum(quartic.rise(shift), 0.0)
        # Next to an end log odds are no measure: a parabola in h.
        rows = np.flatnonzero(((best > 0) & (best < 3)) | ((best > last - 3) & (best < last)))
        shift, rise = self._parabola(height, rows, best[rows])
        h[rows], top[rows] = h[rows] + shift, top[rows] + rise
        # At an end, the maximum is inside if the slope leads there.
        rows = np.flatnonzero((best == 0) & (slope[:, 0] > 0.0))
        self._from_end(h, top, rows, height[rows, 1], slope[rows, 0], 1)
        if self.h2[-1] == 1.0:
            rows = np.flatnonzero((best == last) & (slope[:, -1] < 0.0))
            self._from_end(h, top, rows, height[rows, -2], slope[rows, -1], last - 1)
        return h, top

    def _parabola(self, height: Floats, rows: Ints, at: Ints) -> tuple[Floats, Floats]:
        """Shift in h to the top of the parabola through three grid points, and the rise."""
        left, right = self.h2[at] - self.h2[at - 1], self.h2[at + 1] - self.h2[at]
        down_left = (height[rows, at] - height[rows, at - 1]) / left
        down_right = (height[rows, at] - height[rows, at + 1]) / right
        bend = np.maximum((down_left + down_right) / (left + right), 1e-300)
        slope = (down_left * right - down_right * left) / (left + right)
        shift = np.clip(0.5 * slope / bend, -left, right)
        return shift, 0.5 * slope * shift

    def _from_end(
        self, h: Floats, top: Floats, rows: Ints, beside: Floats, slope: Floats, place: int
    ) -> None:
        """Move the tops that lie between an end and its neighbour, by the slope at the end."""
        gap = self.h2[place] - h[rows]
        bend = (slope * gap - (beside - top[rows])) / gap**2
        shift = 0.5 * slope / bend
        h[rows] += shift
        top[rows] += 0.5 * slope * shift


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
    return log_odds_grid(values, step, REACH, after)


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
