"""What REML adds to ML, in terms of what is not known of β."""

from dataclasses import dataclass

import numpy as np

from lmm_core import limit
from lmm_core.arrays import Brief, Floats, read_only
from lmm_core.errors import LMMError
from lmm_core.likelihood import WeightedSums, as_h2_grid, blocks_below_one
from lmm_core.rotation import RotatedData


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class REMLAdjustment(Brief):
    """What parts the two log-likelihoods: ℓ_REML = ℓ_ML + uncertainty + constant.

    At any h and v the likelihood, as a function of β, is a normal curve around β̂. ML takes its
    height, as if β̂ were β. REML takes its volume, all that β may be: the height times
    √det(2π·Cov β̂). So REML adds what is not known about β, and an h under which the same
    covariates leave b less certain is not held against it. In logarithms,
        uncertainty = ½ log det Cov(β̂) = ½[p log v̂ - log det X'WX],  v̂ = RSS/(n-p),
        constant = ½[p log 2π + log det X'X] + ½[p + n log((n-p)/n)].
    The first bracket of the constant frees the sum from the units of X; the second is there
    because each log-likelihood is taken at its own v̂.

    Attributes:
        h2: values of h, on the scale of K as given, shape (m,).
        uncertainty: the part that depends on h, shape (m,); β in units of y per unit of X. At
            h = 1 with a singular K the exact limit, which may be infinite.
        constant: the part that does not.
    """

    h2: Floats
    uncertainty: Floats
    constant: float

    @property
    def total(self) -> Floats:
        """ℓ_REML - ℓ_ML, shape (m,)."""
        return self.uncertainty + self.constant


def reml_adjustment(rotated: RotatedData, h2: float | Floats) -> REMLAdjustment:
    """The difference of the restricted and the full log-likelihood, and what it is made of.

    Args:
        rotated: the rotated data.
        h2: h in [0, 1], a float or an array of shape (m,), on the scale of K as given.

    Raises:
        LMMError: an h outside [0, 1], or X fits y without error.

    References:
        Harville 1974, Biometrika 61:383, REML as the likelihood with β integrated out.
    """
    h = as_h2_grid(h2)
    if rotated.exact:
        raise LMMError("REML and ML cannot be compared", "X fits y without error, at every h")
    n, p = rotated.n, rotated.rank
    log_det = np.empty(h.shape)
    for block in blocks_below_one(rotated, h):
        at = WeightedSums(rotated, h[block])
        log_det[block] = p * np.log(at.rss / (n - p)) - at.log_det_gram
    if rotated.stable.n_null and (h == 1.0).any():
        log_det[h == 1.0] = limit.log_det_covariance_at_one(rotated)
    constant = p * (limit.LOG_2PI + 1.0) + rotated.log_det_xtx + n * np.log1p(-p / n)
    return REMLAdjustment(
        h2=read_only(h),
        uncertainty=read_only(0.5 * (log_det - rotated.stable.log_det_xtx)),
        constant=float(0.5 * constant),
    )
