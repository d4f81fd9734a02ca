"""Fitting the linear mixed model of QTL mapping, step by step.

y = Xb + e, var(e) = v[hK + (1-h)I]: `decompose` the kinship K, `rotate` y and X, do weighted
least squares (`wls`) for any h, get its `log_likelihood`, and maximise over h with
`maximize_brent`. `fit_lmm` does all of it. How sure of it: `interval_h2`, `rlrt`,
`coefficient_tests`; what it says of individuals: `blup`, `residuals`.
"""

from lmm_core.brent import BrentResult, TraceStep, maximize_brent
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
from lmm_core.certainty.intervals import Interval, find_interval, interval_h2
from lmm_core.certainty.prediction import BLUP, Residuals, blup, residuals
from lmm_core.certainty.sampling import EstimateSample, sample_estimates
from lmm_core.certainty.variance_test import RestrictedLikelihoodRatioTest, rlrt
from lmm_core.conventions import PVE, SYSTEMS, gemma_pve, log_likelihood_as
from lmm_core.dense import DenseGLS, dense_fit, dense_gls
from lmm_core.errors import DataError, DesignError, KinshipError, LMMError
from lmm_core.fit import LMMFit, Maximum, fit_lmm, fit_rotated, plain_search
from lmm_core.grid import profile_grid
from lmm_core.kinship import KinshipEigen, centered_kinship, decompose, standardized_kinship
from lmm_core.least_squares import AddedVariable, WLSFit, added_variable, wls
from lmm_core.likelihood import LikelihoodTerms, likelihood_terms, log_likelihood
from lmm_core.many import TraitFits, fit_traits
from lmm_core.many.resampling import BootstrapSample, bootstrap
from lmm_core.rotation import RotatedData, rotate
from lmm_core.scales import SCALES, h2_on_scale, kinship_scale_factor, scale_kinship
from lmm_core.scan import (
    EffectiveTests,
    LocoScan,
    MarkerScan,
    Threshold,
    effective_tests,
    genomic_control,
    loco_kinships,
    loco_threshold,
    permutation_threshold,
    scan_loco,
    scan_markers,
)
from lmm_core.slope import score

__all__ = [
    "BLUP",
    "PVE",
    "SCALES",
    "SYSTEMS",
    "AddedVariable",
    "BootstrapSample",
    "BrentResult",
    "ChiSquareTest",
    "CoefficientTests",
    "Contrasts",
    "DataError",
    "DenseGLS",
    "DesignError",
    "EffectiveTests",
    "EstimateSample",
    "Interval",
    "KinshipEigen",
    "KinshipError",
    "LMMError",
    "LMMFit",
    "LikelihoodTerms",
    "LocoScan",
    "MarkerScan",
    "Maximum",
    "Residuals",
    "RestrictedLikelihoodRatioTest",
    "RotatedData",
    "Threshold",
    "TraceStep",
    "TraitFits",
    "WLSFit",
    "added_variable",
    "blup",
    "bootstrap",
    "centered_kinship",
    "coefficient_tests",
    "contrasts",
    "decompose",
    "dense_fit",
    "dense_gls",
    "effective_tests",
    "expected_se_h2",
    "find_interval",
    "fit_lmm",
    "fit_rotated",
    "fit_traits",
    "gemma_pve",
    "genomic_control",
    "h2_on_scale",
    "interval_h2",
    "kinship_scale_factor",
    "likelihood_ratio_test",
    "likelihood_terms",
    "loco_kinships",
    "loco_threshold",
    "log_likelihood",
    "log_likelihood_as",
    "maximize_brent",
    "permutation_threshold",
    "plain_search",
    "profile_grid",
    "residuals",
    "rlrt",
    "rotate",
    "sample_estimates",
    "scale_kinship",
    "scan_loco",
    "scan_markers",
    "score",
    "se_h2",
    "standardized_kinship",
    "wald_test",
    "wls",
]


def __getattr__(name: str) -> str:
    # Asked for seldom, and reading it takes longer than a small fit.
    if name == "__version__":
        from lmm_core.version import own_version

        return own_version()
    raise AttributeError(f"module 'lmm_core' has no attribute '{name}'")
