"""All pairs of individuals: what their residuals have in common, against their kinship; pure."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmm_app.fit.view import View
from lmm_core import wls
from lmm_core.arrays import Floats

BINS = 14


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs sorted by kinship, averaged in classes.

    Attributes:
        kinship, product: mean kinship and mean product of residuals, over the residual
            variance, of each class.
        error: standard error of the mean product, taking pairs for independent.
        count: pairs in each class.
        slope, slope_error: of the least squares line through all pairs, and its standard error.
        intercept: of that line.
    """

    kinship: Floats
    product: Floats
    error: Floats
    count: Floats
    slope: float
    slope_error: float
    intercept: float


@lru_cache(maxsize=8)
def residual_pairs(view: View) -> Pairs:
    """The residuals of ordinary regression, in pairs."""
    fit = view.reml
    residual = fit.eigen.vectors @ wls(fit.rotated, 0.0).residuals
    scale = float(residual @ residual) / max(fit.n - fit.p, 1)
    first, second = np.triu_indices(fit.n, 1)
    kinship = view.problem.K[first, second]
    product = residual[first] * residual[second] / (scale or 1.0)
    order = np.argsort(kinship, kind="stable")
    # The closest relatives are few, and are what it is about: classes get smaller towards them.
    edges = np.unique(np.round(order.size * (1.0 - np.geomspace(1.0, 0.004, BINS))).astype(int))
    groups = np.split(order, edges[1:])
    groups = [group for group in groups if group.size]
    slope, intercept, error = _line(kinship, product)
    return Pairs(
        kinship=np.array([kinship[group].mean() for group in groups]),
        product=np.array([product[group].mean() for group in groups]),
        error=np.array([product[group].std() / np.sqrt(group.size) for group in groups]),
        count=np.array([float(group.size) for group in groups]),
        slope=slope,
        slope_error=error,
        intercept=intercept,
    )


def kinship_trend(view: View) -> tuple[float, float]:
    """The slope of the products of residuals on kinship, and its standard error."""
    pairs = residual_pairs(view)
    return pairs.slope, pairs.slope_error


def _line(x: Floats, y: Floats) -> tuple[float, float, float]:
    centred = x - x.mean()
    spread = float(centred @ centred)
    if spread <= 1e-20 * x.size:
        return 0.0, float(y.mean()), 0.0
    slope = float(centred @ y / spread)
    rest = y - y.mean() - slope * centred
    error = float(np.sqrt(rest @ rest / max(x.size - 2, 1) / spread))
    return slope, float(y.mean() - slope * x.mean()), error
