"""Beyond the ends: the profile log-likelihood where h is no share of a variance any more.

v(hK + (1 - h)I) stays positive definite a little below 0 and, where K has no eigenvalue 0, a little
above 1. A top there says that relatives are less alike than strangers, or more alike than their
kinship allows; among shares of variance the best is then the end, which is an answer and no error.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Brief, Floats, read_only
from lmm_core.brent import maximize_brent
from lmm_core.certainty.error_contrasts import contrasts
from lmm_core.certainty.profiles import constant
from lmm_core.errors import LMMError, in_digits
from lmm_core.fit import FLAT_TOLERANCE
from lmm_core.rotation import RotatedData

# Points on which hills are looked for: between 0 and 1, and towards each end of the range.
POINTS = 200
# The last of them stands so near the end, as a share of the way from 0 or 1; where there is no
# end, so far.
NEAR, FAR = 1e-6, 1e3
# Where a top is known to, relative to the distance of the points beside it.
CLOSE = 1e-10


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ContinuedProfile(Brief):
    """The profile of one fit wherever V is positive definite.

    Attributes:
        values, z2: μ and z² of the contrasts, shape (df,).
        spectrum: whose hλ + 1 - h make log det: the contrasts' for REML, K's for ML.
        factor: N, which is n - p for REML and n for ML.
        n_blank: how many contrasts have μ = 0 and z = 0 besides.
        jacobian: what weights add to ℓ.
        lower, upper: V is positive definite between these two, neither included; either may be
            infinite, and `upper` is 1 where K is singular.
    """

    values: Floats
    z2: Floats
    spectrum: Floats
    factor: int
    n_blank: int
    jacobian: float
    lower: float
    upper: float

    def log_likelihood(self, h2: ArrayLike) -> Floats:
        """`log_likelihood` for any h of the range, the shape of h2.

        With RSS = Σ z²/(hμ + 1 - h) and D = Σ log(hλ + 1 - h) over the spectrum,
            ℓ = -½ [N (log 2π + 1 - log N) + N log RSS + D].

        Raises:
            LMMError: V is not positive definite there.
        """
        h = np.asarray(h2, dtype=np.float64)
        outside = ~((h > self.lower) & (h < self.upper))
        if outside.any():
            raise LMMError(
                f"V is positive definite for h between {in_digits(self.lower, 6)} and "
                f"{in_digits(self.upper, 6)} alone",
                f"h is {in_digits(float(h[outside].ravel()[0]), 6)}",
            )
        at = h.ravel()[:, np.newaxis]
        rss = (self.z2 / (at * self.values + (1.0 - at))).sum(axis=1)
        log_det = np.log(at * self.spectrum + (1.0 - at)).sum(axis=1)
        if self.n_blank:
            log_det += self.n_blank * np.log(1.0 - at[:, 0])
        twice = constant(self.factor) + self.factor * np.log(rss) + log_det
        return read_only((self.jacobian - 0.5 * twice).reshape(h.shape))

    def grid(self) -> Floats:
        """Points from end to end, the denser the nearer to one, ascending."""
        steps = np.geomspace(NEAR, 1.0, POINTS)[:-1]
        below = self.lower * (1.0 - steps) if np.isfinite(self.lower) else -FAR * steps[::-1]
        above = np.empty(0)
        if self.upper > 1.0:
            if np.isfinite(self.upper):
                above = self.upper - (self.upper - 1.0) * steps[::-1]
            else:
                above = 1.0 + FAR * steps
        inner = np.linspace(0.0, 1.0, POINTS)
        if self.upper <= 1.0:
            inner = np.append(inner[:-1], 1.0 - steps[::-1] / POINTS)
        return np.concatenate([below, inner, above])

    def top(self) -> tuple[float, float]:
        """The h of the highest hill and ℓ there.

        Without a hill h is -inf or inf, where ℓ rises to; NaN if it is the same for every h.
        Under ML ℓ rises again without bound at the very ends, where X alone can fit the direction
        in which V has no variance left: that is no hill.
        """
        h = self.grid()
        height = self.log_likelihood(h)
        if float(np.ptp(height)) <= FLAT_TOLERANCE * max(1.0, abs(float(height[0]))):
            return np.nan, float(height[0])
        hills = np.flatnonzero((height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:])) + 1
        if not hills.size:
            end = int(height[-1] > height[0])
            return (-np.inf, np.inf)[end], float(height[-end])
        best = int(hills[height[hills].argmax()])
        a, b = float(h[best - 1]), float(h[best + 1])
        found = maximize_brent(lambda x: float(self.log_likelihood(x)), a, b, xtol=CLOSE * (b - a))
        return found.x, found.fun


def continued_profile(rotated: RotatedData, *, reml: bool = True) -> ContinuedProfile:
    """The profile log-likelihood of h, continued below 0 and above 1; O(n³).

    Args:
        rotated: the rotated data.
        reml: the restricted log-likelihood or the full one.

    Raises:
        LMMError: X fits y without error.

    References:
        Nelder 1954, Biometrika 41:544, negative estimates of components of variance.
    """
    if rotated.exact:
        raise LMMError("the log-likelihood has no top", "X fits y without error")
    pairs = contrasts(rotated)
    low = 0.0 if pairs.n_blank else float(pairs.kinship_values[0])
    high = float(pairs.kinship_values[-1])
    return ContinuedProfile(
        values=pairs.values,
        z2=read_only(pairs.z**2),
        spectrum=pairs.values if reml else pairs.kinship_values,
        factor=pairs.df if reml else rotated.n,
        n_blank=pairs.n_blank,
        jacobian=rotated.log_jacobian(reml=reml),
        lower=-1.0 / (high - 1.0) if high > 1.0 else -np.inf,
        upper=1.0 / (1.0 - low) if low < 1.0 else np.inf,
    )
