"""How far below its top the profile may lie at the true h: by simulation instead of by χ²₁."""

from functools import cache

import numpy as np

from lmm_core.certainty.crossing import Curve, Side
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.sampling import DrawnSums, highest, search_grid

# Profiles that differ by less than this share of a log unit are the same.
ROUNDING = 1e-9
# From an end of [0, 1] to the estimate, so many places tell where it is first inside.
LOOKS = 8


class RatioTest:
    """P(T ≥ observed T) under any true h₀, with T(h₀) = 2[max ℓ(h) - ℓ(h₀)] of each sample.

    Under h₀ the sum of squares at h₀ itself is Σχ²₁, so that the sums of the same draws give
    all profiles. At h₀ = 0 this is the test of h = 0 (`rlrt`).

    Args:
        pairs: the contrasts; their z is not used.
        statistic: the observed T at any h₀.
        reml: whose profile it is.
        rng, draws: the samples.
    """

    def __init__(
        self,
        pairs: Contrasts,
        statistic: Curve,
        *,
        reml: bool,
        rng: np.random.Generator,
        draws: int,
    ) -> None:
        self._pairs, self._statistic = pairs, statistic
        self._grid = search_grid(pairs, reml=reml)
        self._sums = DrawnSums(pairs, self._grid.weights, rng, draws)
        self.draws = draws

    def sides(self, level: float) -> tuple[Side, Side]:
        """What excludes a true h, below the estimate and above it."""
        side = Side(cache(self.p_value), lambda h2: 1.0 - level, self.draws, looks=LOOKS)
        return side, side

    def p_value(self, h2: float) -> float:
        """(1 + draws whose T is as large)/(1 + draws), 1 where the observed T is 0."""
        statistic = self._statistic(h2)
        if statistic <= ROUNDING:
            return 1.0
        if h2 == 1.0 and self._pairs.n_null:
            return 1.0 / (1.0 + self.draws)  # Every profile rises without bound towards 1.
        log_det = self._log_det(h2)
        exceeding = 0
        for sums, chi2 in self._sums.under(h2):
            rise = highest(self._grid, sums)[1]
            # ℓ(h₀) - ℓ(0): with Σχ² at h₀, where each variance is 1, and all weights 1 at 0.
            change = 0.5 * self._grid.factor * np.log(sums[:, 0] / chi2[:, 0]) - log_det
            exceeding += int(np.count_nonzero(2.0 * (rise - change) >= statistic))
        return (1.0 + exceeding) / (1.0 + self.draws)

    def _log_det(self, h2: float) -> float:
        """½ log det of the variances under h₀, in units of v."""
        grid = self._grid
        spectrum = h2 * grid.spectrum + (1.0 - h2)
        if grid.factor > grid.spectrum.size:
            spectrum = np.append(spectrum, np.full(grid.factor - grid.spectrum.size, 1.0 - h2))
        return 0.5 * float(np.log(spectrum).sum())
