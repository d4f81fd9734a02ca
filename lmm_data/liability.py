"""What h is where the trait has two values only, in a sentence."""

import numpy as np

from lmm_core.certainty import Interval
from lmm_core.errors import in_digits
from lmm_core.fit import LMMFit
from lmm_core.scales import average_share, liability_share
from lmm_core.summary import h_words
from lmm_data.dataset import Problem


def liability_words(problem: Problem, fit: LMMFit, interval: Interval | None) -> str:
    """What the share is on the liability scale; "" for a trait of more values than two.

    As if the cases were as frequent in the population as among those who are fitted.
    """
    low, high = np.min(problem.y), np.max(problem.y)
    if not fit.maxima or interval is None or not ((problem.y == low) | (problem.y == high)).all():
        return ""
    cases = float(np.mean(problem.y == high))
    kappa = fit.eigen.mean_diagonal
    ends = (interval.lower, interval.upper)
    at, *around = (liability_share(average_share(h, kappa), cases) for h in (fit.h2, *ends))
    words = (
        "This trait has two values only, and h is of those numbers. Behind a threshold on a normal "
        f"liability the share would be about {_share(at)} ({_share(around[0])} to "
        f"{_share(around[1])}), if {in_digits(100.0 * cases)}% of the population have "
        f"{in_digits(float(high))}, as here. Where they were sought out it is another number."
    )
    if at > 1.0:
        words += " Above 1 no liability fits: relatives are more alike than a threshold lets them."
    return words


def _share(share: float) -> str:
    return h_words(share) if share <= 1.0 else "more than 1"
