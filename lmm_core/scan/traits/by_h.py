"""Traits in blocks of nearly the same h, in which 1/C of every marker is interpolated.

With weights g = 1/(hμ + 1 - h), and A = Σgz², B = Σgxz, C = Σgx² over the contrasts that X leaves,
r² = B²/(AC) does not depend on a factor of g. The numerators of all pairs are one product, and C
depends on h alone. In u = log[(h + (1-h)/μ_max)/(1 - h + hμ_min)] each C has its zeros and poles
at Im u = ±π, whatever K and the marker: between Chebyshev's nodes of a block 2w wide the error of
1/C falls by 2π/w from node to node, which is 20 for w = 0.3.
"""

from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Brief, Floats, Ints

MOST_TRAITS = 256
WIDTH = 0.6
# So many times the smallest μ the largest is at most where all are nearly the same.
ALIKE = 1.1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Block(Brief):
    """Some traits, by their place among those of the work at hand.

    Attributes:
        rows: the traits, (t,).
        nodes: g at the nodes, in rows, shape (q, df).
        to_traits: from values at the nodes to those at each trait's h, shape (t, q).
    """

    rows: Ints
    nodes: Floats
    to_traits: Floats


def weights_at(h2: Floats, mu: Floats) -> Floats:
    """g over its largest value, 1 where μ is smallest, (m, df).

    Args:
        h2: of each trait, (m,), 1 only if no μ is 0.
        mu: μ, ascending, (df,).
    """
    h = h2[:, np.newaxis]
    made: Floats = (h * mu[0] + (1.0 - h)) / (h * mu + (1.0 - h))
    return made


def blocks_of(h2: Floats, mu: Floats, count: int) -> list[Block]:
    """The traits sorted by h and cut into blocks.

    Args:
        h2: of each trait, (m,).
        mu: μ, ascending, (df,).
        count: how many nodes a block has.
    """
    made = []
    for end in (0.0, 1.0):
        at = np.flatnonzero(h2 == end)
        g = weights_at(np.array([end]), mu) if at.size else np.ones((1, mu.size))
        for start in range(0, at.size, MOST_TRAITS):
            rows = at[start : start + MOST_TRAITS]
            made.append(Block(rows, g, np.ones((rows.size, 1))))
    inside = np.flatnonzero((h2 > 0.0) & (h2 < 1.0))
    if not inside.size:
        return made
    u, width = coordinate(h2, mu)
    order = inside[np.argsort(u[inside], kind="stable")]
    start = 0
    while start < order.size:
        wide = int(np.searchsorted(u[order], u[order[start]] + width, side="right"))
        rows = order[start : min(wide, start + MOST_TRAITS)]
        made.append(_block(rows, h2[rows], u[rows], mu, count))
        start += rows.size
    return made


def coordinate(h2: Floats, mu: Floats) -> tuple[Floats, float]:
    """Where each h lies on the axis of the interpolation, and how wide a block may be there.

    Where all μ are nearly the same, u is nearly constant, and hμ/(hμ + 1 - h) takes its place: in
    it poles are far away.
    """
    low, high = mu[0], mu[-1]
    if high < ALIKE * low:
        return h2 * high / (h2 * high + (1.0 - h2)), 1.0
    with np.errstate(divide="ignore"):
        return np.log((h2 + (1.0 - h2) / high) / (1.0 - h2 + h2 * low)), WIDTH


def _at(u: Floats, mu: Floats) -> Floats:
    """`weights_at` at places on the axis, (q, df), as sums without cancellation."""
    low, high = mu[0], mu[-1]
    share = mu / high
    if high < ALIKE * low:
        t = u[:, np.newaxis]
        near: Floats = (1.0 - t + t * share[0]) / (1.0 - t + t * share)
        return near
    g: Floats = (1.0 - share[0]) / (1.0 - share + np.exp(u)[:, np.newaxis] * (mu - low))
    return g


def _block(rows: Ints, h2: Floats, u: Floats, mu: Floats, count: int) -> Block:
    distinct, which = np.unique(h2, return_inverse=True)
    if distinct.size <= count:
        return Block(rows, weights_at(distinct, mu), np.eye(distinct.size)[which])
    angle = (np.arange(count) + 0.5) * np.pi / count
    middle, half = 0.5 * (u[0] + u[-1]), 0.5 * (u[-1] - u[0])
    nodes = middle + half * np.cos(angle)
    # Lagrange's interpolation in its barycentric form (Berrut & Trefethen 2004, SIAM Rev 46:501).
    away = u[:, np.newaxis] - nodes
    hit = away == 0.0
    part = (-1.0) ** np.arange(count) * np.sin(angle) / np.where(hit, 1.0, away)
    part = np.where(hit.any(axis=1)[:, np.newaxis], hit, part)
    return Block(rows, _at(nodes, mu), part / part.sum(axis=1, keepdims=True))
