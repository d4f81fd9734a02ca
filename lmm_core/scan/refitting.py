"""h estimated anew with each of many markers in the model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.many.ascent import climb
from lmm_core.many.profiles import peaks
from lmm_core.scan.sums import MarkerGrid, grid_profiles, log_likelihoods, powers, slopes

# Spacing of the grid in log odds: fine enough to part hills, and for Newton's method to start.
STEP = 0.5
# Of the terms of a slope at an end: below it, the sign is rounding.
LEVEL = 1e-11
# Two hills parted by less than this, relative to ℓ, may be one: looked at singly.
SHALLOW = 1e-8
# Profiles that vary by less than this, relative to ℓ, may be flat: looked at singly.
NEARLY_FLAT = 1e-7


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Refit(Brief):
    """ĥ of m markers.

    Attributes:
        h2: NaN where `alone`, (m,).
        loglik: all constants, for the phenotype that the contrasts are of, (m,).
        B, C, rss: Σgxz, Σgx² and A - B²/C at ĥ, each over the same factor, (m,).
        n_maxima: local maxima of the profile, (m,).
        alone: rounding would decide: to be fitted by itself, (m,).
    """

    h2: Floats
    loglik: Floats
    B: Floats
    C: Floats
    rss: Floats
    n_maxima: Ints
    alone: NDArray[np.bool_]


def refit(grid: MarkerGrid, xz: Floats, x2: Floats, length2: Floats) -> Refit:
    """Scan the grid, climb every hill, and compare with both ends.

    Where ℓ is unbounded, the slope that leads to infinity is no hill, and ĥ is the best finite
    maximum; all is NaN of a marker without one.

    Args:
        grid: of the phenotype.
        xz, x2: products of each marker's contrasts with z and with themselves, (m, df).
        length2: Σx², (m,), not zero.
    """
    found = grid_profiles(grid, xz, x2, length2)
    height = found.height
    last = height.shape[1] - 1
    if grid.unbounded:
        height[:, last] = np.inf
    marker, place = peaks(height)
    alone = _odd(grid, height, found.at_zero, found.at_one, marker, place)
    if grid.unbounded:
        finite = place < last
        marker, place = marker[finite], place[finite]
        # A hill between two points of the grid, before the slope to infinity.
        alone |= np.bincount(marker, minlength=alone.size) == 0
    inner = (place > 0) & (place < last) & ~alone[marker]
    rows, at = marker[inner], place[inner]

    x = np.where(place == 0, -np.inf, np.inf)
    around = np.stack([height[rows, at + k] for k in (-1, 0, 1)], axis=1)
    whole = rows.size == xz.shape[0] and bool((np.diff(rows) == 1).all())
    some_xz, some_x2 = (xz, x2) if whole else (xz[rows], x2[rows])

    def slopes_of(some: Ints, x: Floats) -> tuple[Floats, Floats]:
        part = slice(None) if some.size == rows.size else some
        return slopes(grid, powers(grid, some_xz[part], some_x2[part], x))

    x[inner] = climb(slopes_of, around, grid.log_odds[at - 1], STEP)
    sums = powers(grid, some_xz, some_x2, x[inner])
    top = height[marker, place]
    top[inner] = log_likelihoods(grid, x[inner], sums, length2[rows])
    B, C, rss = np.full((3, marker.size), np.nan)
    B[inner], C[inner] = sums.B[0], sums.C[0]
    rss[inner] = sums.A[0] - sums.B[0] ** 2 / sums.C[0]
    for end, column in ((0, 0), (last, -3)):
        ends = place == end
        weights = grid.weights[:, column]
        B[ends], C[ends] = xz[marker[ends]] @ weights, x2[marker[ends]] @ weights
        rss[ends] = grid.total[column] - B[ends] ** 2 / C[ends]

    order = np.lexsort((-top, marker))
    order = order[~alone[marker[order]]]
    first = np.ones(order.size, dtype=bool)
    first[1:] = marker[order][1:] != marker[order][:-1]
    best = order[first]
    out = np.full((5, xz.shape[0]), np.nan)
    h = 1.0 / (1.0 + np.exp(-x))
    out[:, marker[best]] = h[best], top[best], B[best], C[best], rss[best]
    return Refit(
        h2=out[0],
        loglik=out[1],
        B=out[2],
        C=out[3],
        rss=out[4],
        n_maxima=np.bincount(marker, minlength=xz.shape[0]),
        alone=alone,
    )


def _odd(
    grid: MarkerGrid, height: Floats, at_zero: Floats, at_one: Floats, marker: Ints, place: Ints
) -> NDArray[np.bool_]:
    """Markers whose profile has a top within the first or the last cell, or is nearly flat."""
    last = height.shape[1] - 1
    steep = LEVEL * grid.factor * (1.0 + grid.spectrum.max())
    odd = (place == 0) & (at_zero > -steep)[marker] | (place == 1) & (at_zero <= 0.0)[marker]
    if grid.finite:
        steep = LEVEL * float(np.sum(1.0 / grid.spectrum))
        odd |= (place == last) & (at_one < steep)[marker]
        odd |= (place == last - 1) & (at_one >= 0.0)[marker]
    elif not grid.unbounded:
        odd |= place >= last - 1
    odd |= place > np.searchsorted(grid.log_odds, grid.shared.trusted)
    if grid.unbounded:
        odd &= place < last
    alone = np.zeros(height.shape[0], dtype=bool)
    alone[marker[odd]] = True
    flat = np.ptp(height[:, :-1], axis=1)
    alone |= flat <= NEARLY_FLAT * np.maximum(1.0, np.abs(height[:, 0]))
    for i in np.flatnonzero(marker[1:] == marker[:-1]) + 1:
        profile = height[marker[i], place[i - 1] : place[i] + 1]
        dip = min(profile[0], profile[-1]) - profile.min()
        if dip <= SHALLOW * max(1.0, abs(float(profile.min()))):
            alone[marker[i]] = True
    return alone
