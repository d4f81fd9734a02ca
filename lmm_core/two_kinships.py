"""Two kinships by one: a profile over how they are mixed, with the fit of one kinship inside.

    y = Xβ + e,  var(e) = σ²₁K₁ + σ²₂K₂ + σ²_e I = v[hK(ρ) + (1-h)I],  K(ρ) = ρK₁ + (1-ρ)K₂,
with σ²₁ = vhρ and σ²₂ = vh(1-ρ). For each ρ this is the model of one kinship, which is
decomposed, rotated and fitted; Brent's method then climbs the profile over ρ as it does that over
h. Each step costs a decomposition: it is a closer look, not a program for many components.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lmm_core.arrays import Floats, unmasked
from lmm_core.brent import TraceStep, maximize_brent
from lmm_core.errors import KinshipError, LMMError
from lmm_core.fit import DIP_TOLERANCE, FLAT_TOLERANCE, LMMFit, fit_lmm
from lmm_core.grid import hills
from lmm_core.kinship import decompose
from lmm_core.progress import Progress, part_of
from lmm_core.records import decompose_records

# Mixtures that are looked at before Brent's method, 0 and 1 among them.
LOOKS = 11


@dataclass(frozen=True, slots=True, eq=False)
class TwoKinshipFit:
    """The model of two kinships, fitted.

    Attributes:
        rho: ρ̂, the first kinship's part of K(ρ), on the scales of both as given; NaN if no ρ is
            better than another, as where ĥ = 0.
        fit: the fit of one kinship at ρ̂; its h2 is both kinships' share together.
        mixtures, logliks: every ρ that was fitted, ascending, and the maximum over h there.
        trace: the search by Brent's method that found ρ̂, each evaluation in order (its `h2` is
            ρ); empty if ρ̂ is at an end.
    """

    rho: float
    fit: LMMFit
    mixtures: Floats
    logliks: Floats
    trace: tuple[TraceStep, ...]

    @property
    def loglik(self) -> float:
        """The maximum of the log-likelihood, restricted if the fit is, all constants."""
        return self.fit.loglik

    @property
    def sigma2(self) -> tuple[float, float, float]:
        """σ²₁, σ²₂ and σ²_e, in units of y squared; the first two NaN without a ρ̂ unless 0."""
        genetic = self.fit.sigma2_g
        parts = (0.0, 0.0) if genetic == 0.0 else (genetic * self.rho, genetic * (1.0 - self.rho))
        return *parts, self.fit.sigma2_e


def fit_two_kinships(
    y: ArrayLike,
    X: ArrayLike | None,
    K1: ArrayLike,
    K2: ArrayLike,
    *,
    of: ArrayLike | None = None,
    reml: bool = True,
    xtol: float = 1e-6,
    progress: Progress | None = None,
    each: Callable[[float, LMMFit], None] | None = None,
) -> TwoKinshipFit:
    """Fit σ²₁K₁ + σ²₂K₂ + σ²_e I.

    Args:
        y, X: as of `fit_lmm`; a row for each record if `of` is given.
        K1, K2: two kinships of the same k individuals in the same order, shape (k, k) each. The
            identity of individuals with several records is their permanent environment.
        of: the place of each record's individual, as of `decompose_records`; None if each
            individual has one.
        reml: by restricted maximum likelihood.
        xtol: tolerance of ρ̂.
        progress: called with the share of the work that is done.
        each: called with every ρ that is fitted and its fit of one kinship, as they come.

    Raises:
        KinshipError: kinships of different shapes, or of no variance.
        LMMError: as of `fit_lmm`; a likelihood that is unbounded at some ρ.

    References:
        The search over ratios of variances outside, as in Lippert et al. 2011, Nature Methods
        8:833, for one ratio; Wilson et al. 2010, J Anim Ecol 79:13, for the permanent environment.

    >>> row, column = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2, 0, 1, 2, 0, 1, 2]
    >>> K1, K2 = (np.equal.outer(of, of) + 0.0 for of in (row, column))
    >>> y = [1.0, 5.1, 3.2, 2.0, 6.2, 3.9, 1.4, 5.4, 3.0]
    >>> found = fit_two_kinships(y, None, K1, K2)
    >>> round(found.rho, 4), [round(variance, 4) for variance in found.sigma2]
    (0.0537, [0.2383, 4.2006, 0.0283])
    """
    first, second = (np.asarray(unmasked(K), dtype=np.float64) for K in (K1, K2))
    if first.shape != second.shape:
        raise KinshipError(
            "both kinships must be of the same individuals",
            f"their shapes are {first.shape} and {second.shape}",
            "take those in both, in one order",
        )
    known: dict[float, float] = {}

    def fit_at(rho: float) -> LMMFit:
        K = rho * first + (1.0 - rho) * second
        fit = fit_lmm(y, X, decompose(K) if of is None else decompose_records(K, of), reml=reml)
        if fit.status == "unbounded":
            raise LMMError(f"the likelihood is unbounded at a mixture of {rho:.2f}", fit.message)
        known[rho] = fit.loglik
        if each is not None:
            each(rho, fit)
        return fit

    tell = part_of(progress)
    places = np.linspace(0.0, 1.0, LOOKS)
    for done, rho in enumerate(places):
        tell(0.7 * done / LOOKS)
        fit_at(float(rho))
    heights = np.array([known[float(rho)] for rho in places])
    scale = max(1.0, float(np.abs(heights).max()))
    best = float(places[heights.argmax()])
    trace: tuple[TraceStep, ...] = ()
    if np.ptp(heights) <= FLAT_TOLERANCE * scale:
        best = float("nan")
    else:
        for left, peak, right in hills(heights, DIP_TOLERANCE * scale):
            low, high = places[max(peak - 1, left)], places[min(peak + 1, right)]
            found = maximize_brent(
                lambda rho: fit_at(rho).loglik, float(low), float(high), xtol=xtol
            )
            if found.fun > known[best]:
                best, trace = found.x, found.trace
    fit = fit_at(0.5 if np.isnan(best) else best)
    tell(1.0)
    mixtures = np.array(sorted(known))
    logliks = np.array([known[rho] for rho in mixtures.tolist()])
    rho = float("nan") if fit.h2 == 0.0 else best
    return TwoKinshipFit(rho=rho, fit=fit, mixtures=mixtures, logliks=logliks, trace=trace)
