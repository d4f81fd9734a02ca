"""What a scan found, marker by marker."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lmm_core.arrays import Brief, Floats, Ints
from lmm_core.fit import LMMFit, fit_rotated
from lmm_core.kinship import KinshipEigen
from lmm_core.many.shared import Undecomposed
from lmm_core.rotation import RotatedData, rotate

LOG_10 = float(np.log(10.0))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MarkerTests(Brief):
    """Tests of m markers; NaN where a marker could not be tested, `kind` says why.

    Attributes:
        beta, se_beta: effect of one allele and its standard error, in units of y, (m,).
        h2: the h it was tested at: its own ĥ, or that of the null model, (m,).
        loglik: REML log-likelihood there, all constants, (m,).
        status: as of `LMMFit`, of the marker's own fit; "null" at the null model's h, (m,).
        f: the Wald statistic, F with 1 and n - p - 1 degrees of freedom, (m,).
        lrt: twice the rise of the maximised log-likelihood, χ²₁, (m,); NaN unless asked for.
        score: the score statistic, F with 1 and n - p - 1 degrees of freedom, (m,); likewise.
        lod: with h held, (n/2)·log₁₀ RSS₀/RSS₁; with h refitted, lrt/(2 log 10), (m,).
        log_p_wald, log_p_lrt, log_p_score: natural logarithms of the p-values, (m,).
        n_missing: genotypes imputed by the marker's mean, (m,).
        mean: of the genotypes that are there, twice the frequency for allele counts, (m,).
        kind: "tested", "monomorphic", "collinear" or "no genotypes", (m,).
    """

    beta: Floats
    se_beta: Floats
    h2: Floats
    loglik: Floats
    status: NDArray[np.str_]
    f: Floats
    lrt: Floats
    score: Floats
    lod: Floats
    log_p_wald: Floats
    log_p_lrt: Floats
    log_p_score: Floats
    n_missing: Ints
    mean: Floats
    kind: NDArray[np.str_]

    @property
    def m(self) -> int:
        """Number of markers."""
        return len(self.beta)

    @property
    def p_wald(self) -> Floats:
        """p-values of the Wald tests, 0 below 1e-308; `log_p_wald` is not."""
        return np.exp(self.log_p_wald)

    @property
    def neg_log10_p(self) -> Floats:
        """-log₁₀ of the Wald p-values."""
        return -self.log_p_wald / LOG_10


@dataclass(frozen=True, eq=False, repr=False)
class MarkerScan(MarkerTests):
    """`MarkerTests`, and the models without a marker, fitted when they are asked for.

    Attributes:
        data: K, decomposed or not, the phenotype, (n,), and the covariates, (n, c).
        df: n - p - 1, the denominator's degrees of freedom.
    """

    data: tuple[KinshipEigen | Undecomposed, Floats, Floats]
    df: int

    @cached_property
    def null(self) -> LMMFit:
        """The REML fit without a marker."""
        return fit_rotated(self._rotated, reml=True)

    @cached_property
    def null_ml(self) -> LMMFit:
        """The ML fit without a marker, which the LRT and the score test refer to."""
        return fit_rotated(self._rotated, reml=False)

    @cached_property
    def _rotated(self) -> RotatedData:
        K, y, X = self.data
        return rotate(K.eigen if isinstance(K, Undecomposed) else K, y, X)


def empty(m: int) -> MarkerTests:
    """Room for the tests of m markers."""
    special = {
        "status": np.full(m, "", dtype="<U14"),
        "kind": np.full(m, "", dtype="<U12"),
        "n_missing": np.zeros(m, dtype=np.int64),
    }
    return MarkerTests(
        **{one.name: special.get(one.name, np.full(m, np.nan)) for one in fields(MarkerTests)}
    )
