"""What the rotation costs and what it saves, in seconds on this machine; pure.

A single run on a busy machine may take a hundred times as long as on a quiet one, and no one run
can say which it was. So each time is the best of several runs, and the best known gets better.
"""

import time
from collections.abc import Callable
from dataclasses import astuple, dataclass

import numpy as np

from lmm_app.fit.view import View
from lmm_core import LMMError, rotate, wls
from lmm_core.dense import dense_gls

# At least so many runs of what is done for each h, however long one takes.
LEAST = 3
# More of them, and of the decomposition, while all together take less than this, in seconds.
WITHIN = 0.1
MOST = 7
# Up to so many individuals a decomposition takes less than a fifth of a second, and is repeated.
# The time that one took is no guide: it is long where the machine was busy.
REPEATED = 1000
# An h at which every V has an inverse.
MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Times:
    """The best times known, in seconds; NaN for what was not measured.

    Attributes:
        decomposition: of K, and of the rotation of y and X.
        weighted: of weighted least squares at one h, after the rotation.
        dense: of generalised least squares at one h, without it.
    """

    decomposition: float
    weighted: float
    dense: float

    @property
    def complete(self) -> bool:
        """Whether all three are known."""
        return bool(np.isfinite([self.decomposition, self.weighted, self.dense]).all())

    @property
    def pays_from(self) -> int | None:
        """From how many values of h on the rotation saves time; None if it never does."""
        saved = self.dense - self.weighted
        if not self.complete or saved <= 0.0:
            return None
        return int(np.floor(self.decomposition / saved)) + 1

    def better(self, other: "Times") -> "Times":
        """The shorter of each time of two measurements."""
        return Times(*np.fmin(astuple(self), astuple(other)).tolist())


def measure_times(view: View, decomposed: float = np.nan) -> Times:
    """Each the best of several runs.

    Args:
        view: what is fitted.
        decomposed: seconds that the decomposition took when it was made, if that is known. It is
            repeated only where there are few individuals.
    """
    problem, rotated = view.problem, view.reml.rotated
    X = problem.X[:, rotated.kept]
    turn = best_of(lambda: rotate(rotated.eigen, problem.y, problem.X))
    if problem.n <= REPEATED or np.isnan(decomposed):
        decomposed = float(np.fmin(decomposed, best_of(problem.decomposed)))
    try:
        # Of records, K may be too large to be written out.
        K = problem.K
        dense = best_of(lambda: dense_gls(problem.y, X, K, MIDDLE, reml=rotated.n > rotated.rank))
    except LMMError:
        dense = np.nan
    return Times(decomposed + turn, best_of(lambda: wls(rotated, MIDDLE)), dense)


def best_of(run: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """The best time of at least three runs, in seconds.

    The first may have modules to import and threads to start, which the others have not.
    """
    best, total, done = np.inf, 0.0, 0
    with np.errstate(divide="ignore"):
        while done < LEAST or (total < WITHIN and done < MOST):
            start = clock()
            run()
            took = clock() - start
            best, total = min(best, took), total + took
            done += 1
    return best
