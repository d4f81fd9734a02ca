"""Fitting the linear mixed model of QTL mapping, in the order of Karl Broman's post of 2015.

y = Xβ + e, var(e) = sK + tI = v[hK + (1-h)I]. Read the files in this order:

1. `kinship.py`        take the eigen decomposition of the kinship K     `decompose`
2. `rotation.py`       rotate y and X                                    `rotate`
3. `least_squares.py`  for each h, weighted least squares                `wls`
4. `likelihood.py`     get its log-likelihood, restricted or not         `log_likelihood`
5. `grid.py`           where to look: every hill of the profile
6. `slope.py`          its slope, by which a maximum is told
7. `brent.py`          maximise over h by Brent's method                 `maximize_brent`
8. `fit.py`            "That's it!"                                      `fit_lmm`

`pedigree.py` makes K of a pedigree, `records.py` is for individuals with several records,
`coordinates.py` and `limit.py` keep the digits near h = 1, `verdict.py` and `summary.py` say what
was found, `dense.py` is the same model without any rotation, which all of this is checked against,
`scales.py` and `conventions.py` put the numbers on other scales and in other programs' terms.

How sure of a fit: `lmm_core.certainty`. Many traits: `lmm_core.many`. Every marker of a genome:
`lmm_core.scan`. Data with a known h: `lmm_core.simulate`. From files to y, X and K: `lmm_data`.
"""

from lmm_core.brent import maximize_brent
from lmm_core.certainty import (
    blup,
    coefficient_tests,
    interval_h2,
    likelihood_ratio_test,
    residuals,
    rlrt,
    se_h2,
)
from lmm_core.dense import dense_fit
from lmm_core.errors import DataError, DesignError, KinshipError, LMMError
from lmm_core.fit import LMMFit, fit_lmm, fit_rotated
from lmm_core.kinship import KinshipEigen, centered_kinship, decompose, standardized_kinship
from lmm_core.least_squares import wls
from lmm_core.likelihood import log_likelihood
from lmm_core.many import TraitFits, fit_traits
from lmm_core.records import decompose_records
from lmm_core.rotation import RotatedData, rotate
from lmm_core.scan import MarkerScan, scan_markers

__all__ = [
    "DataError",
    "DesignError",
    "KinshipEigen",
    "KinshipError",
    "LMMError",
    "LMMFit",
    "MarkerScan",
    "RotatedData",
    "TraitFits",
    "blup",
    "centered_kinship",
    "coefficient_tests",
    "decompose",
    "decompose_records",
    "dense_fit",
    "fit_lmm",
    "fit_rotated",
    "fit_traits",
    "interval_h2",
    "likelihood_ratio_test",
    "log_likelihood",
    "maximize_brent",
    "residuals",
    "rlrt",
    "rotate",
    "scan_markers",
    "se_h2",
    "standardized_kinship",
    "wls",
]


def __getattr__(name: str) -> str:
    # Asked for seldom, and reading it takes longer than a small fit.
    if name == "__version__":
        from lmm_core.version import own_version

        return own_version()
    raise AttributeError(f"module “lmm_core” has no attribute “{name}”")
