"""Profiles between the neighbours of a point of the grid, as polynomials that cost little to climb.

Each weight g = 1/(1 + e^x μ) is analytic in x where |Im x| < π, and so are the sums of them. On an
interval of half-width ½ their Chebyshev interpolants therefore converge as 12.6^-k (Trefethen
2013, "Approximation Theory and Approximation Practice", theorem 8.2): with 14 nodes what is left
is rounding, and one matrix product does for all steps of all searches on that interval.
"""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.certainty.profiles import Grid, Profiles, constant

NODES = 14
_ORDERS = np.arange(NODES)
_ANGLES = np.pi * (_ORDERS + 0.5) / NODES
# From values at the nodes cos(angle) to coefficients of Chebyshev polynomials.
_TO_COEFFICIENTS = np.cos(np.outer(_ANGLES, _ORDERS)) * np.where(_ORDERS, 2.0, 1.0) / NODES
# The ends themselves, where a derivative is 0/0, are less than rounding further.
_INSIDE = 1.0 - 1e-12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Arcs(Brief):
    """Hills, each on its own interval of log odds, from one step before a point to one after.

    Attributes:
        grid: that the points are of.
        middle: the points' log odds, (m,).
        at_zero: Σx² of a marker, which C is at h = 0, (m,); 1 without markers.
        coefficients: of the polynomials of A, B, C and D, and of their slopes, (m, 8, NODES).
    """

    grid: Grid
    middle: Floats
    at_zero: Floats
    coefficients: Floats

    def sums(self, x: Floats, of: Ints) -> tuple[Floats, Floats]:
        """RSS, B and C of some of them at their log odds x, and ℓ, shapes (3, k) and (k,)."""
        T = np.cos(self._angles(x, of))[:, :, np.newaxis]
        a, b, c, d = (self.coefficients[of, :4] @ T)[:, :, 0].T
        rss = a - b**2 / c
        twice = constant(self.grid.factor) + self.grid.factor * np.log(rss) + d
        if self.grid.reml:
            twice += np.log(c / self.at_zero[of])
        return np.stack([rss, b, c]), -0.5 * twice

    def slopes(self, x: Floats, of: Ints) -> tuple[Floats, Floats]:
        """dℓ/dx and d²ℓ/dx² of some of them at their log odds x, (k,) each."""
        angles, coefficients = self._angles(x, of), self.coefficients[of]
        values = (coefficients @ np.cos(angles)[:, :, np.newaxis])[:, :, 0].T
        bends = _ORDERS * np.sin(angles) / (np.sin(angles[:, 1:2]) * self.grid.step)
        seconds = (coefficients[:, 4:] @ bends[:, :, np.newaxis])[:, :, 0].T
        (a, b, c, _), (a1, b1, c1, d1), (a2, b2, c2, d2) = values[:4], values[4:], seconds
        t = b / c
        rss = a - b * t
        first = (a1 - 2.0 * t * b1 + t**2 * c1) / rss
        second = a2 - 2.0 * t * b2 + t**2 * c2 - 2.0 * (b1 - t * c1) ** 2 / c
        slope = self.grid.factor * first + d1
        curvature = self.grid.factor * (second / rss - first**2) + d2
        if self.grid.reml:
            slope += c1 / c
            curvature += c2 / c - (c1 / c) ** 2
        return -0.5 * slope, -0.5 * curvature

    def _angles(self, x: Floats, of: Ints) -> Floats:
        places = np.clip((x - self.middle[of]) / self.grid.step, -_INSIDE, _INSIDE)
        return np.arccos(places)[:, np.newaxis] * _ORDERS


def arcs_of(profiles: Profiles, rows: Ints, at: Ints, at_zero: Floats) -> Arcs:
    """The hills of some profiles, (m,), each next to a point of the grid by its place, (m,)."""
    grid = profiles.grid
    coefficients = np.zeros((rows.size, 4, 2, NODES))
    for point in np.unique(at):
        these = np.flatnonzero(at == point)
        weights, spectrum = _between(grid, int(point))
        for k, terms in enumerate((profiles.z2, profiles.xz, profiles.x2)):
            if terms is None:
                coefficients[these, k, 0, 0] = float(k == 2)
            elif terms.ndim == 1:
                coefficients[these, k] = (terms @ weights).reshape(2, NODES)
            else:
                # To take most rows apart costs more than to multiply all.
                chosen = rows[these]
                most = 2 * these.size > profiles.m
                product = (terms @ weights)[chosen] if most else terms[chosen] @ weights
                coefficients[these, k] = product.reshape(-1, 2, NODES)
        coefficients[these, 3] = spectrum
    by_slope = np.concatenate([coefficients[:, :, 0], coefficients[:, :, 1]], axis=1)
    return Arcs(grid, grid.log_odds[at], at_zero, by_slope)


def _between(grid: Grid, point: int) -> tuple[Floats, Floats]:
    """What a squared contrast of each μ adds to the coefficients of a sum and its slope; D's own.

    Shapes (df, 2·NODES) and (2, NODES); made once for each point.
    """
    if point not in grid.between:
        odds = np.exp(grid.log_odds[point] + grid.step * np.cos(_ANGLES))
        g = 1.0 / (1.0 + np.outer(grid.values, odds))
        weights = np.hstack([g @ _TO_COEFFICIENTS, (g * g - g) @ _TO_COEFFICIENTS])
        terms = np.outer(grid.spectrum, odds)
        of_d = np.stack([np.log1p(terms).sum(axis=0), (terms / (1.0 + terms)).sum(axis=0)])
        grid.between[point] = weights, of_d @ _TO_COEFFICIENTS
    return grid.between[point]
