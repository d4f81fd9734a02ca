"""The distribution of the estimate of h under any true h: chi-squares and a matrix product.

Under a true h₀ the squared contrasts are v(h₀μ_j + 1 - h₀)χ²₁, so a sample of estimates needs no
data: the sums of squares of all draws on a grid of h are one matrix product, and each draw's
estimate is where its own profile is highest, both ends included.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Floats, Ints, read_only
from lmm_core.contrasts import Contrasts
from lmm_core.errors import LMMError
from lmm_core.wls import check_h2

# Elements of the largest array of draws by contrasts that is held at a time: 64 MB.
BLOCK_ELEMENTS = 2**23


@dataclass(frozen=True, slots=True, eq=False)
class EstimateSample:
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
    rng: np.random.Generator,
    draws: int = 10_000,
    reml: bool = True,
) -> EstimateSample:
    """Estimates of h in `draws` samples with the same K and X, and true h `h2`.

    Inside (0, 1) an estimate is the top of the parabola, in log odds, through the highest grid
    point and its neighbours, good to about a thousandth of a standard error.

    Raises:
        LMMError: h2 outside [0, 1], or ML with a profile that is unbounded at h = 1.
    """
    check_h2(h2)
    grid = SearchGrid(pairs, reml=reml)
    found = [grid.estimates(grid.profiles(z2)) for z2 in _draw(pairs, h2, rng, draws)]
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


class SearchGrid:
    """Profiles of many draws at once on a grid of h, dense near both ends.

    Attributes:
        h2: the grid, 0 and, where the profile has a limit there, 1 included, shape (m,).
    """

    def __init__(
        self, pairs: Contrasts, *, reml: bool, points: int = 96, extra: Floats | None = None
    ) -> None:
        positive = pairs.values[pairs.values > 0]
        singular_k = bool(pairs.kinship_values[0] == 0.0)
        null_contrasts = bool(pairs.values[0] == 0.0)
        if not reml and singular_k and not null_contrasts:
            raise LMMError(
                "the ML estimate has no distribution here: K is singular and X explains every "
                "phenotype in its null space, so the likelihood is unbounded as h tends to 1; "
                "use REML"
            )
        spread = np.linspace(-np.log(positive[-1]) - 4.5, -np.log(positive[0]) + 4.5, points)
        inner = 1.0 / (1.0 + np.exp(-spread))
        ends = [0.0] if null_contrasts else [0.0, 1.0]
        grid = np.concatenate([ends, inner[(inner > 0) & (inner < 1)]])
        self.h2: Floats = np.unique(grid if extra is None else np.concatenate([grid, extra]))
        d = np.outer(pairs.values, self.h2) + (1.0 - self.h2)
        self._weights = 1.0 / d
        if reml:
            self._log_det, self._df = np.log(d).sum(axis=0), pairs.df
        else:
            d = np.outer(pairs.kinship_values, self.h2) + (1.0 - self.h2)
            self._log_det, self._df = np.log(d).sum(axis=0), len(pairs.kinship_values)

    def profiles(self, z2: Floats) -> Floats:
        """Log-likelihoods less a constant, shape (draws, m), of squared contrasts (draws, df)."""
        profiles: Floats = np.log(z2 @ self._weights)
        profiles *= -0.5 * self._df
        profiles -= 0.5 * self._log_det
        return profiles

    def scaled_profiles(self, chi2: Floats, scale: Floats) -> Floats:
        """`profiles(chi2 * scale)` without forming the product, scale of shape (df,)."""
        profiles: Floats = np.log(chi2 @ (scale[:, np.newaxis] * self._weights))
        profiles *= -0.5 * self._df
        profiles -= 0.5 * self._log_det
        return profiles

    def estimates(self, profiles: Floats) -> Floats:
        """Where each profile is highest, shape (draws,)."""
        best, _, shift = self._tops(profiles)
        h = self.h2[best]
        inner = (h > 0.0) & (h < 1.0)
        moved = np.log(h[inner] / (1.0 - h[inner])) + shift[inner]
        h[inner] = 1.0 / (1.0 + np.exp(-moved))
        return h

    def maxima(self, profiles: Floats) -> Floats:
        """How high each profile is at its highest, shape (draws,)."""
        return self._tops(profiles)[1]

    def _tops(self, profiles: Floats) -> tuple[Ints, Floats, Floats]:
        """Best grid point; height and shift in log odds of the parabola's top around it."""
        rows = np.arange(profiles.shape[0])
        best = profiles.argmax(axis=1)
        height = profiles[rows, best]
        shift = np.zeros(best.shape)
        # Between an end and its neighbour log odds are infinite: those stay as they are.
        first, last = (1 if self.h2[0] == 0 else 0), self.h2.size - (2 if self.h2[-1] == 1 else 1)
        inner = np.flatnonzero((best > first) & (best < last))
        at = best[inner]
        odds = np.full(self.h2.shape, np.nan)
        open_ends = (self.h2 > 0) & (self.h2 < 1)
        odds[open_ends] = np.log(self.h2[open_ends] / (1.0 - self.h2[open_ends]))
        left, right = odds[at] - odds[at - 1], odds[at + 1] - odds[at]
        fall_left = height[inner] - profiles[inner, at - 1]
        fall_right = height[inner] - profiles[inner, at + 1]
        bend = fall_left / left + fall_right / right
        slope = (fall_left / left * right - fall_right / right * left) / (left + right)
        curved = bend > 0
        move = np.where(curved, slope * (left + right) / (2.0 * np.where(curved, bend, 1.0)), 0.0)
        shift[inner] = np.clip(move, -left, right)
        height[inner] += 0.5 * slope * shift[inner]
        return best, height, shift


def _draw(pairs: Contrasts, h2: float, rng: np.random.Generator, draws: int) -> Iterator[Floats]:
    """Squared contrasts under h2 and v = 1, a block of draws at a time."""
    scale = h2 * pairs.values + (1.0 - h2)
    for chi2 in chi_squares(pairs.df, rng, draws):
        chi2 *= scale
        yield chi2


def chi_squares(df: int, rng: np.random.Generator, draws: int) -> Iterator[Floats]:
    """Independent χ²₁ variables, `draws` rows of `df`, a block of rows at a time."""
    if draws < 1:
        raise LMMError(f"draws must be at least 1: it is {draws}")
    size = max(1, BLOCK_ELEMENTS // df)
    for start in range(0, draws, size):
        chi2: Floats = rng.standard_normal((min(size, draws - start), df))
        np.square(chi2, out=chi2)
        yield chi2
