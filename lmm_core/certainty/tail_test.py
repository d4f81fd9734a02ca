"""The tails of the estimate's own distribution, on the same draws for every true h."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from lmm_core.certainty.crossing import Side
from lmm_core.certainty.error_contrasts import Contrasts
from lmm_core.certainty.sampling import DrawnSums, search_grid

DRAWS = 10_000
# Spacing in log odds of the grid that tells on which side of the observed estimate the top is:
# coarser than for an estimate, since only hills must not be missed.
TAIL_STEP = 0.5


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the estimates: below and above the observed one, exactly 0 and exactly 1."""

    below: float
    above: float
    at_zero: float
    at_one: float


class TailTest:
    """P(ĥ ≥ observed) and P(ĥ ≤ observed) under any true h₀, on the same draws for every h₀.

    Each probability counts the observed value itself, which matters at 0 and 1 only, where
    draws pile up.
    """

    def __init__(
        self,
        pairs: Contrasts,
        observed: float,
        *,
        reml: bool,
        rng: np.random.Generator,
        draws: int = DRAWS,
    ) -> None:
        if pairs.n_null and observed == 1.0:
            # 1 - h below rounding; such contrasts have no limit at 1.
            observed = float(np.nextafter(1.0, 0.0))
        self._pairs, self._observed = pairs, observed
        grid = self._grid = search_grid(pairs, reml=reml, step=TAIL_STEP, at=observed)
        with np.errstate(divide="ignore"):
            x = np.log(observed) - np.log1p(-observed)
        inner = np.searchsorted(grid.log_odds, x)
        self._place = grid.log_odds.size + 1 if observed == 1.0 else int(inner) + (observed > 0.0)
        # How g falls with o at the observed value, and how D rises.
        fall = pairs.values * grid.weights[:, self._place] ** 2
        self._rise = float(np.sum(grid.spectrum / (1.0 + np.exp(x) * grid.spectrum)))
        self._sums = DrawnSums(pairs, np.column_stack([grid.weights, fall]), rng, draws)
        self.draws = draws

    def at_least(self, h2: float) -> float:
        """P(ĥ ≥ observed) when h2 is true."""
        return 1.0 - self.shares(h2).below

    def at_most(self, h2: float) -> float:
        """P(ĥ ≤ observed) when h2 is true."""
        return 1.0 - self.shares(h2).above

    def sides(self, level: float, *, at_ends: bool) -> tuple[Side, Side]:
        """What excludes a true h from below and from above, at a coverage `level`.

        Args:
            level: the coverage, 1 - α; each tail has α/2.
            at_ends: where more than α/2 of the estimates are at an end of [0, 1], and more than
                at the other, that end is always inside, and the other tail has all of α.

        References:
            Schweiger et al. 2016, Am J Hum Genet 98:1181, for `at_ends`.
        """
        alpha = 1.0 - level
        shares = cache(self.shares)

        def tail(h2: float, end: int) -> float:
            here, other = (shares(h2).at_zero, shares(h2).at_one)[:: 1 - 2 * end]
            if not at_ends or max(here, other) <= alpha / 2.0:
                return alpha / 2.0
            return alpha if here >= other else 0.0

        return (
            Side(lambda h2: 1.0 - shares(h2).below, lambda h2: tail(h2, 0), self.draws),
            Side(lambda h2: 1.0 - shares(h2).above, lambda h2: tail(h2, 1), self.draws),
        )

    def shares(self, h2: float) -> "Shares":
        """How the estimates are spread when h2 is true."""
        if h2 == 1.0 and self._pairs.n_null:
            # The likelihood is unbounded at 1 for every phenotype.
            return Shares(below=0.0, above=1.0, at_zero=0.0, at_one=1.0)
        grid, place = self._grid, self._place
        below = above = at_zero = at_one = 0
        last = grid.log_odds.size + 1
        for sums, _ in self._sums.under(h2):
            best = grid.heights(np.log(sums[:, :-3])).argmax(axis=1)
            from_zero, to_one = grid.end_slopes(sums[:, :-1])
            at_zero += int(np.count_nonzero((best == 0) & (from_zero <= 0.0)))
            at_one += int(np.count_nonzero((best == last) & (to_one >= 0.0)))
            if self._observed == 1.0:
                slope = to_one
            else:
                slope = grid.factor * sums[:, -1] / sums[:, place] - self._rise
            # Where the highest grid point is the observed value, the top lies uphill of it.
            slope = np.where(best == place, slope, 0.0)
            below += int(np.count_nonzero((best < place) | (slope < 0.0)))
            above += int(np.count_nonzero((best > place) | (slope > 0.0)))
        # No estimate lies beyond an end, however the profile slopes there.
        below, above = below * (self._observed > 0.0), above * (self._observed < 1.0)
        return Shares(*(count / self.draws for count in (below, above, at_zero, at_one)))
