"""Is any variance genetic? The restricted likelihood ratio test of h = 0, with its own null."""

from dataclasses import dataclass

import numpy as np

from lmm_core.certainty.error_contrasts import contrasts
from lmm_core.certainty.sampling import chi_squares, highest, search_grid
from lmm_core.errors import LMMError
from lmm_core.fit import LMMFit
from lmm_core.likelihood import log_likelihood
from lmm_core.progress import Progress

FIRST_DRAWS = 10_000
MAX_DRAWS = 1_000_000
# Draws are added until the p-value is known to this share of itself.
RELATIVE_ERROR = 0.1
# Differences of log-likelihoods below this are rounding, and count as 0.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class RestrictedLikelihoodRatioTest:
    """The restricted likelihood ratio test of h = 0.

    Attributes:
        statistic: 2[max ℓ(h) - ℓ(0)] of the restricted log-likelihood, never negative.
        p_value: by simulation from the exact finite-sample null distribution,
            (1 + exceedances)/(1 + draws), so never 0: at 1/(1 + draws) it is a bound.
        p_value_error: its Monte Carlo standard error.
        p_value_chi2_mixture: from ½χ²₀ + ½χ²₁, which people use and which assumes many
            independent groups; usually too large.
        null_at_zero: share of the null distribution that sits at 0 exactly; the mixture says ½.
        draws: how many samples were drawn.
    """

    statistic: float
    p_value: float
    p_value_error: float
    p_value_chi2_mixture: float
    null_at_zero: float
    draws: int


def rlrt(
    fit: LMMFit,
    *,
    draws: int | None = None,
    progress: Progress | None = None,
    rng: np.random.Generator | None = None,
) -> RestrictedLikelihoodRatioTest:
    """Test h = 0 against h > 0.

    Args:
        fit: a REML fit with an estimate.
        rng: randomness; `numpy.random.default_rng(0)` by default.
        draws: size of the sample from the null; by default 10,000, and as many more as it
            takes to know the p-value to a tenth of itself, up to a million.
        progress: called with the share of the work that is done; starts over when draws are
            added.

    Raises:
        LMMError: an ML fit, a fit without an estimate, or one that is unbounded.

    References:
        Crainiceanu & Ruppert 2004, J R Stat Soc B 66:165, eq. 9; Scheipl, Greven & Küchenhoff
        2008, Comput Stat Data Anal 52:3283.
    """
    if not fit.reml:
        raise LMMError(
            "the restricted likelihood ratio test needs a REML fit",
            "this one is by ML",
            "fit with reml=True",
        )
    if not fit.maxima:
        raise LMMError("there is no estimate to test", fit.message)
    if fit.status == "unbounded":
        raise LMMError("a likelihood ratio needs a finite maximum", fit.message)
    from scipy.special import chdtrc

    rng = np.random.default_rng(0) if rng is None else rng
    statistic = 2.0 * (fit.loglik - log_likelihood(fit.rotated, 0.0, reml=True))
    if statistic < ROUNDING * max(1.0, abs(fit.loglik)):
        statistic = 0.0
    pairs = contrasts(fit.rotated)
    grid = search_grid(pairs, reml=True)
    exceeding = zeros = done = 0
    wanted = FIRST_DRAWS if draws is None else draws
    while done < wanted:
        for chi2 in chi_squares(pairs, rng, wanted - done):
            null = 2.0 * highest(grid, chi2 @ grid.weights)[1]
            exceeding += int(np.count_nonzero(null >= statistic))
            zeros += int(np.count_nonzero(null <= 0.0))
            done += len(chi2)
            if progress:
                progress(done / wanted)
        if draws is None and statistic > 0.0 and exceeding < 1.0 / RELATIVE_ERROR**2:
            wanted = min(10 * done, MAX_DRAWS)
    p_value = (1 + exceeding) / (1 + done) if statistic > 0.0 else 1.0
    return RestrictedLikelihoodRatioTest(
        statistic=statistic,
        p_value=p_value,
        p_value_error=float(np.sqrt(p_value * (1.0 - p_value) / done)),
        p_value_chi2_mixture=0.5 * float(chdtrc(1, statistic)) if statistic > 0.0 else 1.0,
        null_at_zero=zeros / done,
        draws=done,
    )
