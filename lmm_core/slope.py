"""6. The slope of the log-likelihood over h, in closed form.

It is 0 at a maximum inside [0, 1], and tells one at an end from one beside it: values alone, as
any search has them, give h to half the digits.
"""

import numpy as np

from lmm_core import limit
from lmm_core.errors import LMMError
from lmm_core.likelihood import WeightedSums, as_h2_grid
from lmm_core.rotation import RotatedData


def score(rotated: RotatedData, h2: float, *, reml: bool = True) -> float:
    """dℓ/dh in closed form, log-likelihood units per unit of h.

    At h = 1 with a singular K, the limit from below where ℓ has a finite one, else an error.

    Raises:
        LMMError: h2 is outside [0, 1], or X fits y without error, or ℓ has no limit there.
    """
    return slope_and_curvature(rotated, h2, reml=reml)[0]


def slope_and_curvature(
    rotated: RotatedData, h2: float, *, reml: bool = True
) -> tuple[float, float]:
    """dℓ/dh and d²ℓ/dh² of the profile log-likelihood, in closed form.

    With δ = λ - 1, e the residuals, A = X'WX, g = X'W²δe:
        RSS' = -Σw²δe²,  RSS'' = 2Σw³δ²e² - 2g'A⁻¹g,
        (log det A)' = -tr A⁻¹B,  (log det A)'' = 2tr A⁻¹C - tr (A⁻¹B)²,
    with B = X'W²δX and C = X'W³δ²X. The curvature at the limit h = 1 of a singular K is NaN.

    Raises:
        LMMError: as `score`.

    References:
        Differentiation of the log-likelihood above; compare Zhou & Stephens 2012, suppl. 3.1.
    """
    h = as_h2_grid(h2)
    if rotated.exact:
        raise LMMError("the log-likelihood has no slope", "X fits y without error")
    if rotated.stable.n_null and h[0] == 1.0:
        return limit.slope_at_one(rotated, reml=reml), np.nan
    at = WeightedSums(rotated, h)
    w, residual = at.w[0], at.residual[0]
    wd = w * (rotated.values - 1.0)
    df = rotated.n - rotated.rank if reml else rotated.n
    g = rotated.stable.basis.T @ (w * wd * residual)
    first = -float(np.sum(w * wd * residual**2)) / at.rss[0]
    second = (
        2.0
        * float(np.sum(w * wd**2 * residual**2) - g @ np.linalg.solve(at.gram[0], g))
        / at.rss[0]
    )
    slope = float(wd.sum()) + df * first
    curvature = -float((wd**2).sum()) + df * (second - first**2)
    if rotated.n_blank:
        slope -= rotated.n_blank / (1.0 - h[0])
        curvature -= rotated.n_blank / (1.0 - h[0]) ** 2
    if reml:
        p = rotated.rank
        squares = rotated.stable.products[:, : p * p]
        B, C = (np.stack([w * wd, w * wd**2]) @ squares).reshape(2, p, p)
        AB = np.linalg.solve(at.gram[0], B)
        slope -= float(np.trace(AB))
        curvature += 2.0 * float(np.trace(np.linalg.solve(at.gram[0], C)))
        curvature -= float(np.sum(AB * AB.T))
    return float(-0.5 * slope), float(-0.5 * curvature)
