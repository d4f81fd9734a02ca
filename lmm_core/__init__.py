"""Fitting the linear mixed model of QTL mapping, step by step.

y = Xb + e, var(e) = v[hK + (1-h)I]: `decompose` the kinship K, `rotate` y and X, do weighted
least squares (`wls`) for any h, get its `log_likelihood`, and maximise over h with
`maximize_brent`. `fit_lmm` does all of it.
"""

from lmm_core.brent import BrentResult, TraceStep, maximize_brent
from lmm_core.dense import DenseGLS, dense_fit, dense_gls
from lmm_core.errors import DataError, DesignError, KinshipError, LMMError
from lmm_core.fit import LMMFit, Maximum, fit_lmm, fit_rotated, plain_search
from lmm_core.kinship import KinshipEigen, centered_kinship, decompose, standardized_kinship
from lmm_core.likelihood import (
    LikelihoodTerms,
    likelihood_terms,
    log_likelihood,
    profile_grid,
    score,
)
from lmm_core.rotation import RotatedData, rotate
from lmm_core.wls import AddedVariable, WLSFit, added_variable, wls

__all__ = [
    "AddedVariable",
    "BrentResult",
    "DataError",
    "DenseGLS",
    "DesignError",
    "KinshipEigen",
    "KinshipError",
    "LMMError",
    "LMMFit",
    "LikelihoodTerms",
    "Maximum",
    "RotatedData",
    "TraceStep",
    "WLSFit",
    "added_variable",
    "centered_kinship",
    "decompose",
    "dense_fit",
    "dense_gls",
    "fit_lmm",
    "fit_rotated",
    "likelihood_terms",
    "log_likelihood",
    "maximize_brent",
    "plain_search",
    "profile_grid",
    "rotate",
    "score",
    "standardized_kinship",
    "wls",
]
