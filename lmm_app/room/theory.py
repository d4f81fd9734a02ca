"""The distribution of the estimate under the true h, to lay the estimates of a class over; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Floats, read_only
from lmm_core.certainty import Contrasts
from lmm_core.certainty.sampling import sample_estimates

DRAWS = 10_000
SEED = 1
# The widest bars that are at most so large a part of the standard deviation.
BARS = (20, 40, 80)
OF_THE_SD = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Theory:
    """What samples of the same design give.

    Attributes:
        h2: the true h.
        shares: of the samples in each bar of [0, 1], those at the very ends left out, (bars,).
        at_zero, at_one: shares of those exactly there.
        mean, sd: of the estimates.
    """

    h2: float
    shares: Floats
    at_zero: float
    at_one: float
    mean: float
    sd: float

    @property
    def bars(self) -> int:
        """How many bars there are."""
        return int(self.shares.size)


def draw_estimates(designs: Sequence[Contrasts], h2: float, draws: int = DRAWS) -> Floats:
    """Estimates by REML under a true h, as many of each design, shape (about draws,).

    Raises:
        LMMError: h2 outside [0, 1], or a design in which no phenotype tells h.
    """
    rng = np.random.default_rng(SEED)
    each = -(-draws // len(designs))
    return np.concatenate(
        [sample_estimates(pairs, h2, draws=each, rng=rng).estimates for pairs in designs]
    )


def theory_of(designs: Sequence[Contrasts], h2: float) -> Theory:
    """The distribution of the estimate by REML under a true h.

    Raises:
        LMMError: as `draw_estimates`.
    """
    found = draw_estimates(designs, h2)
    sd = float(found.std())
    bars = next((bars for bars in BARS if 1.0 / bars <= OF_THE_SD * sd), BARS[-1])
    inside = found[(found > 0.0) & (found < 1.0)]
    return Theory(
        h2=h2,
        shares=read_only(np.histogram(inside, bars, (0.0, 1.0))[0] / found.size),
        at_zero=float(np.mean(found == 0.0)),
        at_one=float(np.mean(found == 1.0)),
        mean=float(found.mean()),
        sd=sd,
    )
