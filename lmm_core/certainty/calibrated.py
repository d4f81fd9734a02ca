"""How far below its top the profile may lie at the true h: by simulation instead of by χ²₁."""

from functools import cache

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.certainty.crossing import Curve, Side
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.sampling import chi_squares, highest, search_grid

# Profiles that differ by less than this share of a log unit are the same.
ROUNDING = 1e-9
# From an end of [0, 1] to the estimate, so many places tell where it is first inside.
LOOKS = 8


class CalibratedProfile:
    """P(T ≥ observed T) under any true h₀, with T(h₀) = 2[max ℓ(h) - ℓ(h₀)] of each sample.

    Under h₀ the sum of squares at h₀ itself is Σχ²₁, so that one matrix product of the same
    draws gives all profiles. At h₀ = 0 this is the test of h = 0 (`rlrt`).

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
        self._chi2 = list(chi_squares(pairs, rng, draws))
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
        exceeding = sum(
            int(np.count_nonzero(self._drops(chi2, h2) >= statistic)) for chi2 in self._chi2
        )
        return (1.0 + exceeding) / (1.0 + self.draws)

    def _drops(self, chi2: Floats, h2: float) -> Floats:
        """T of each draw."""
        grid = self._grid
        variances = h2 * self._pairs.values + (1.0 - h2)
        sums = chi2 @ (variances[:, np.newaxis] * grid.weights)
        rise = highest(grid, sums)[1]
        # ℓ(h₀) - ℓ(0): with Σχ² at h₀, where each variance is 1, and all weights 1 at 0.
        spectrum = h2 * grid.spectrum + (1.0 - h2)
        if grid.factor > grid.spectrum.size:
            spectrum = np.append(spectrum, np.full(grid.factor - grid.spectrum.size, 1.0 - h2))
        change = np.log(sums[:, 0]) - np.log(chi2.sum(axis=1))
        change *= 0.5 * grid.factor
        change -= 0.5 * float(np.log(spectrum).sum())
        drops: Floats = 2.0 * (rise - change)
        return drops
