"""ℓ and its derivatives, for many traits, each at its own h."""

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.many.profiles import Grid, constant


def slopes(grid: Grid, mu: Floats, z2: Floats, x: Floats) -> tuple[Floats, Floats]:
    """dℓ/dx and d²ℓ/dx² at the log odds x, each (m,)."""
    o = np.exp(x)[:, np.newaxis]
    g = o * mu
    g += 1.0
    np.reciprocal(g, out=g)
    zg = z2 * g
    first = zg.sum(axis=1)
    second = np.einsum("ij,ij->i", zg, g)
    zg *= g
    third = np.einsum("ij,ij->i", zg, g)
    slope = (second - first) / first
    bend = (first - 3.0 * second + 2.0 * third) / first - slope**2
    if grid.spectrum is not mu:
        g = 1.0 / (1.0 + o * grid.spectrum)
    shares, squares = g.sum(axis=1), np.einsum("ij,ij->i", g, g)
    return (
        -0.5 * (grid.factor * slope + grid.spectrum.size - shares),
        -0.5 * (grid.factor * bend + shares - squares),
    )


def values(grid: Grid, mu: Floats, z2: Floats, x: Floats) -> tuple[Floats, Floats]:
    """ℓ and S at the log odds x, each (m,)."""
    o = np.exp(x)[:, np.newaxis]
    g = o * mu
    g += 1.0
    sums = np.einsum("ij,ij->i", z2, np.reciprocal(g)) if grid.spectrum is mu else None
    if sums is None:
        sums = np.einsum("ij,ij->i", z2, 1.0 / g)
        g = 1.0 + o * grid.spectrum
    log_det = log_product(g)
    return -0.5 * (constant(grid.factor) + grid.factor * np.log(sums) + log_det), sums


def log_product(factors: Floats) -> Floats:
    """Σ log of each row, shape (m,), with one logarithm for eight factors if none is huge."""
    width = factors.shape[1] - factors.shape[1] % 8
    if not width or not factors.max(initial=0.0) < 1e30:
        total: Floats = np.log(factors).sum(axis=1)
        return total
    product = factors[:, :width]
    for _ in range(3):
        half = product.shape[1] // 2
        product = product[:, :half] * product[:, half:]
    total = np.log(product).sum(axis=1)
    total += np.log(factors[:, width:]).sum(axis=1)
    return total
