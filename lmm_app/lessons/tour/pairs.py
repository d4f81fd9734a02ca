"""Pairs of individuals, distant ones and the closest: the residuals of one against the other's."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmm_app.fit.view import View
from lmm_core import wls
from lmm_core.arrays import Floats, Ints

# With fewer different kinships than this the closest pairs are those of the highest.
CLASSES = 15
# Of others, a share of all pairs, and no fewer than this.
CLOSEST, AT_LEAST = 0.02, 50
# Pairs drawn in a picture at most; what is said is of all of them.
DRAWN = 1200
# Kinships this close, relative to the largest, are one.
SAME = 1e-6
SIBS, ALIKE = 0.5, 1.0
NEAR = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Some pairs.

    Attributes:
        count: how many they are.
        r: the mean product of their residuals over the residual variance.
        x, y: the residuals of one and of the other, of those that are drawn.
        kinship: the lowest and the highest.
    """

    count: int
    r: float
    x: Floats
    y: Floats
    kinship: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The residuals of ordinary regression, in pairs.

    Attributes:
        distant: as many pairs as of the closest, with the lowest kinship in size; None where all
            pairs have one kinship.
        close: the closest pairs; all of them where all have one kinship.
        slope: of the least squares line of the product over the residual variance on kinship,
            through all pairs; 0 where all have one kinship.
    """

    distant: Cloud | None
    close: Cloud
    slope: float

    @property
    def name(self) -> str:
        """What the closest pairs are, where K says so."""
        low, high = self.close.kinship
        if abs(low - SIBS) < NEAR and abs(high - SIBS) < NEAR:
            return "full sibs"
        if abs(low - ALIKE) < NEAR and abs(high - ALIKE) < NEAR:
            return "pairs with the same genes, such as twins"
        many = self.close.count
        return "the closest pair" if many == 1 else f"the {many:,} closest pairs"


@lru_cache(maxsize=8)
def residual_pairs(view: View) -> Pairs:
    """The pairs of a dataset; the same ones whenever it is asked."""
    fit, K = view.reml, view.problem.K
    residual = fit.eigen.vectors @ wls(fit.rotated, 0.0).residuals
    variance = float(residual @ residual) / max(fit.n - fit.p, 1) or 1.0
    first, second = np.triu_indices(fit.n, 1)
    kinship = K[first, second]
    product = residual[first] * residual[second] / variance
    rng = np.random.default_rng(0)

    def cloud(places: Ints) -> Cloud:
        some = places if places.size <= DRAWN else rng.choice(places, DRAWN, replace=False)
        # Which of the two is across is arbitrary.
        swap = rng.random(some.size) < 0.5
        a, b = residual[first[some]], residual[second[some]]
        return Cloud(
            int(places.size),
            float(product[places].mean()),
            np.where(swap, b, a),
            np.where(swap, a, b),
            (float(kinship[places].min()), float(kinship[places].max())),
        )

    size = float(np.abs(kinship).max()) or 1.0
    if np.ptp(kinship) <= SAME * size:
        return Pairs(None, cloud(np.arange(kinship.size)), 0.0)
    close = closest_of(kinship, size)
    rest = rng.permutation(np.flatnonzero(~close))
    nearest_to_none = rest[np.argsort(np.abs(kinship[rest]), kind="stable")]
    centred = kinship - kinship.mean()
    return Pairs(
        cloud(nearest_to_none[: int(close.sum())]),
        cloud(np.flatnonzero(close)),
        float(centred @ product / (centred @ centred)),
    )


def closest_of(kinship: Floats, size: float) -> np.ndarray:
    """Which pairs are the closest; cut between different kinships only.

    Args:
        kinship: of each pair.
        size: of the largest, which says what is rounding.
    """
    ordered = np.sort(kinship)[::-1]
    steps = np.flatnonzero(-np.diff(ordered) > SAME * size)
    if steps.size + 1 < CLASSES:
        least = ordered[0]
    else:
        wanted = min(max(AT_LEAST, int(CLOSEST * kinship.size)), kinship.size - 1)
        least = ordered[wanted - 1]
    close: np.ndarray = kinship >= least - SAME * size
    return close
