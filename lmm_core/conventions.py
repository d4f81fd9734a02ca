"""The same fit as other programs print it: their log-likelihoods, and GEMMA's pve."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmm_core.certainty.inference import se_h2
from lmm_core.errors import LMMError
from lmm_core.fit import LMMFit
from lmm_core.likelihood import log_likelihood

SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "full": "all constants, as here; GEMMA, FaST-LMM and glimix-core print the same",
        "lmmlite": "without the constants of n (R/lmmlite)",
        "qtl2": "log10, the ML value at the h found, under REML too (R/qtl2’s log10lik)",
        "pylmm": "under REML with n in the place of n − p in one constant",
        "lme4": "under REML without log det X′X; SAS, MixedModels.jl and statsmodels alike",
        "asreml": "under REML without log det X′X and log 2π; GCTA and R/heritability alike",
    }
)


@dataclass(frozen=True, slots=True)
class PVE:
    """GEMMA's proportion of variance explained by relatedness, and its standard error.

    Attributes:
        pve: sλ/(sλ + 1), λ = σ²_g/σ²_e, s the mean eigenvalue of the kinship.
        se: by the delta method from the observed information; NaN at an end of [0, 1].
    """

    pve: float
    se: float


def log_likelihood_as(fit: LMMFit, system: str) -> float:
    """The log-likelihood of a fit as another program would print it.

    Args:
        fit: a fit with a finite log-likelihood.
        system: a key of `SYSTEMS`.

    Raises:
        LMMError: an unknown system.
    """
    n, df = fit.n, fit.n - fit.p
    if system == "full":
        return fit.loglik
    if system == "lmmlite":
        m = df if fit.reml else n
        # It leaves out the constants of n and n - p that come with the profiled variance.
        return float(fit.loglik + 0.5 * (n * np.log(2.0 * np.pi) + m - n * np.log(m)))
    if system == "qtl2":
        # With weights it is that of √w·y.
        ml = log_likelihood(fit.rotated, fit.h2, reml=False) - fit.rotated.log_jacobian(reml=False)
        return float((ml + 0.5 * (n * np.log(2.0 * np.pi) + n - n * np.log(n))) / np.log(10.0))
    if system == "pylmm":
        return float(fit.loglik + (0.5 * (n * np.log(n / df) - fit.p) if fit.reml else 0.0))
    without = fit.loglik - (0.5 * fit.rotated.log_det_xtx if fit.reml else 0.0)
    if system == "lme4":
        return without
    if system == "asreml":
        return float(without + (0.5 * df * np.log(2.0 * np.pi) if fit.reml else 0.0))
    raise LMMError(f"there is no convention “{system}”", remedy=f"choose from {', '.join(SYSTEMS)}")


def gemma_pve(fit: LMMFit, mean_eigenvalue: float | None = None) -> PVE:
    """The estimate as GEMMA reports it.

    Args:
        fit: a fit with an estimate below 1.
        mean_eigenvalue: s. GEMMA takes that of the kinship centred on the analysed
            individuals; by default that of the kinship as it was fitted, so centre it first.

    Raises:
        LMMError: no estimate.

    References:
        Zhou & Stephens 2012, Nature Genetics 44:821, and GEMMA's manual, section 4.6.
    """
    if not fit.maxima:
        raise LMMError("there is no estimate to convert", fit.message)
    s = fit.eigen.mean_diagonal if mean_eigenvalue is None else mean_eigenvalue
    h2 = fit.h2
    below = s * h2 + 1.0 - h2
    # d pve / dh of sh/(sh + 1 - h).
    return PVE(pve=s * h2 / below, se=s / below**2 * se_h2(fit))
