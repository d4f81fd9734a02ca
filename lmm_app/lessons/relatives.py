"""The closest relatives of the data at hand in pairs, and how alike values of theirs are; pure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmm_app.fit.view import View
from lmm_app.lessons.tour.pairs import DRAWN, SAME, closest_of
from lmm_core.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Relatives:
    """The closest pairs of individuals.

    Attributes:
        first, second: who they are, of those that are drawn.
        many: how many pairs are as close, drawn or not.
    """

    first: Ints
    second: Ints
    many: int


@lru_cache(maxsize=8)
def relatives(view: View) -> Relatives | None:
    """The closest pairs, the same ones whenever it is asked; None where all have one kinship."""
    K = view.problem.K
    first, second = np.triu_indices(len(K), 1)
    kinship = K[first, second]
    size = float(np.abs(kinship).max(initial=0.0)) or 1.0
    if np.ptp(kinship) <= SAME * size:
        return None
    close = np.flatnonzero(closest_of(kinship, size))
    rng = np.random.default_rng(0)
    some = close if close.size <= DRAWN else np.sort(rng.choice(close, DRAWN, replace=False))
    # Which of the two is across is arbitrary.
    swap = rng.random(some.size) < 0.5
    a, b = first[some], second[some]
    return Relatives(np.where(swap, b, a), np.where(swap, a, b), int(close.size))


@lru_cache(maxsize=8)
def explained(view: View) -> Floats:
    """An orthonormal basis of the covariates, shape (n, p)."""
    Q: Floats = np.linalg.qr(view.problem.X[:, view.reml.rotated.kept])[0]
    return Q


def left_of(view: View, values: Floats) -> Floats:
    """What ordinary regression on the covariates leaves of columns, shape (n, m)."""
    Q = explained(view)
    left: Floats = values - Q @ (Q.T @ values)
    return left


def likeness(view: View, left: Floats) -> tuple[Floats, Floats]:
    """r of the closest pairs, and the standard deviation of all, of each column of residuals.

    Args:
        view: of which relatives are looked at.
        left: what `left_of` leaves, shape (n, m).

    Returns:
        The mean product over the pairs, divided by the variance, shape (m,), NaN where there are
        no pairs; and the root of the variance, with n − p degrees of freedom, shape (m,).
    """
    close = relatives(view)
    variance = np.sum(left**2, axis=0) / max(len(left) - view.reml.rotated.rank, 1)
    if close is None:
        return np.full(left.shape[1], np.nan), np.sqrt(variance)
    products = np.mean(left[close.first] * left[close.second], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return products / variance, np.sqrt(variance)
