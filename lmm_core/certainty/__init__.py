"""How sure of the fit: what is left of the data once X is out, and what follows from it.

With X projected out, the restricted model is n - p independent contrasts (`error_contrasts`), whose
squares make the profile of any phenotype, thousands at once (`profiles`). From them come the
distribution of ĥ (`sampling`), intervals of h (`intervals`) and the test of h = 0
(`variance_test`); beside them stand tests of b (`inference`), predictions (`prediction`) and what
REML adds to ML (`adjustment`), and the profile where h is no share any more (`continued`).
"""

from lmm_core.certainty.adjustment import REMLAdjustment, reml_adjustment
from lmm_core.certainty.continued import ContinuedProfile, continued_profile
from lmm_core.certainty.error_contrasts import Contrasts, contrasts
from lmm_core.certainty.inference import (
    ChiSquareTest,
    CoefficientTests,
    coefficient_tests,
    expected_se_h2,
    likelihood_ratio_test,
    se_h2,
    wald_test,
)
from lmm_core.certainty.intervals import Interval, interval_h2
from lmm_core.certainty.prediction import BLUP, Residuals, blup, residuals
from lmm_core.certainty.sampling import EstimateSample, sample_estimates
from lmm_core.certainty.variance_test import RestrictedLikelihoodRatioTest, rlrt

__all__ = [
    "BLUP",
    "ChiSquareTest",
    "CoefficientTests",
    "ContinuedProfile",
    "Contrasts",
    "EstimateSample",
    "Interval",
    "REMLAdjustment",
    "Residuals",
    "RestrictedLikelihoodRatioTest",
    "blup",
    "coefficient_tests",
    "continued_profile",
    "contrasts",
    "expected_se_h2",
    "interval_h2",
    "likelihood_ratio_test",
    "reml_adjustment",
    "residuals",
    "rlrt",
    "sample_estimates",
    "se_h2",
    "wald_test",
]
