"""Other ways to the same top: EM, Fisher scoring, average information and Newton, traced.

They search in two variances, s that goes with K and t of the errors, where Brent's method searches
in h alone. In the contrasts z of `contrasts`, whose variances are d = sμ + t, the restricted
log-likelihood and all that these methods ask for are sums:
    ℓ = -½ Σ [log 2π + log d + z²/d],
    its slopes -½ Σ a/d + ½ Σ a z²/d² with a = μ for s and a = 1 for t,
and the information of two of them, a and b: ½ Σ ab/d² as it is expected (Fisher scoring),
Σ ab z²/d³ - ½ Σ ab/d² as it is observed (Newton), ½ Σ ab z²/d³ their average.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeAlias

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.certainty.error_contrasts import Contrasts, contrasts
from lmm_core.errors import LMMError
from lmm_core.limit import LOG_2PI
from lmm_core.rotation import RotatedData

Method: TypeAlias = Literal["em", "fisher", "average", "newton"]
Ending: TypeAlias = Literal["converged", "left", "stuck", "max_steps"]
Information: TypeAlias = Callable[[Floats, Floats], Floats]

# The information by which a method divides the slopes.
INFORMATION: Mapping[Method, Information] = {
    "fisher": lambda d, z2: 0.5 / d**2,
    "average": lambda d, z2: 0.5 * z2 / d**3,
    "newton": lambda d, z2: z2 / d**3 - 0.5 / d**2,
}
METHODS: tuple[Method, ...] = ("em", *INFORMATION)


@dataclass(frozen=True, slots=True)
class RaceStep:
    """Where a method stands after a step.

    Attributes:
        iteration: 0 for the start.
        sigma2_g, sigma2_e: s and t, in units of y squared; one may be negative.
        loglik: ℓ there, natural logarithm, all constants; NaN where V is not positive definite.
    """

    iteration: int
    sigma2_g: float
    sigma2_e: float
    loglik: float

    @property
    def h2(self) -> float:
        """s/(s + t); outside [0, 1] where one of the two is negative."""
        total = self.sigma2_g + self.sigma2_e
        return self.sigma2_g / total if total else float("nan")

    @property
    def inside(self) -> bool:
        """Whether both are variances."""
        return self.sigma2_g >= 0.0 and self.sigma2_e >= 0.0


@dataclass(frozen=True, slots=True)
class Race:
    """A method's way from its start.

    Attributes:
        method: which one.
        trace: the start, and each step.
        ending: "converged"; "left" where V stopped being positive definite, after which nothing
            can be computed; "stuck" where the information could not be divided by; "max_steps".
    """

    method: Method
    trace: tuple[RaceStep, ...]
    ending: Ending


def run(
    data: RotatedData | Contrasts,
    method: Method,
    start: tuple[float, float],
    *,
    effects: int | None = None,
    tolerance: float = 1e-12,
    max_steps: int = 100,
) -> Race:
    """Search for the REML variances as other programs do, without their safeguards.

    Args:
        data: rotated, or already as their `contrasts`, which takes O(n³).
        method: "em", expectation and maximisation; "fisher", scoring by the expected information;
            "average", by the average information; "newton", by the observed.
        start: s and t, in units of y squared, of which V must be positive definite.
        effects: for EM, how many genetic effects are thought to be missing: the individuals of K,
            or all animals of a pedigree, which makes its steps shorter; None for those of K.
        tolerance: how little s and t move, relative to their sum, when it has converged.
        max_steps: most steps allowed.

    Raises:
        LMMError: an unknown method, records of the same individuals, or a start at which V is not
            positive definite.

    References:
        Dempster, Laird & Rubin 1977, J R Stat Soc B 39:1 (EM; as in Mrode & Pocrnic 2023, section
        17.7); Patterson & Thompson 1971, Biometrika 58:545 (scoring); Gilmour, Thompson & Cullis
        1995, Biometrics 51:1440 (average information).
    """
    if method not in METHODS:
        raise LMMError(f"there is no method “{method}”", remedy=f"choose from {', '.join(METHODS)}")
    pairs = data if isinstance(data, Contrasts) else contrasts(data)
    if pairs.n_blank:
        raise LMMError(
            "the race is run on one record of each individual",
            "some have several",
            "take their means with weights",
        )
    mu, z2 = pairs.values, pairs.z**2
    q = len(pairs.kinship_values) if effects is None else effects
    s, t = (float(one) for one in start)
    at = _step(0, s, t, mu, z2)
    if not isfinite(at.loglik):
        raise LMMError(
            "V must be positive definite where a search starts",
            f"with variances of {s} and {t} it is not",
            "start with two positive variances",
        )
    trace = [at]
    ending: Ending = "max_steps"
    while len(trace) <= max_steps:
        moved = _em(s, t, mu, z2, q) if method == "em" else _scored(method, s, t, mu, z2)
        if moved is None:
            ending = "stuck"
            break
        change = max(abs(moved[0] - s), abs(moved[1] - t))
        s, t = moved
        trace.append(_step(len(trace), s, t, mu, z2))
        if not isfinite(trace[-1].loglik):
            ending = "left"
            break
        if change <= tolerance * (abs(s) + abs(t)):
            ending = "converged"
            break
    return Race(method, tuple(trace), ending)


def _step(iteration: int, s: float, t: float, mu: Floats, z2: Floats) -> RaceStep:
    d = s * mu + t
    loglik = float("nan")
    if bool((d > 0.0).all()):
        loglik = -0.5 * float(np.sum(LOG_2PI + np.log(d) + z2 / d))
    return RaceStep(iteration, s, t, loglik)


def _em(s: float, t: float, mu: Floats, z2: Floats, q: int) -> tuple[float, float]:
    """What the two sums of squares are expected to be, given y, over what they are made of."""
    d = s * mu + t
    # û'K⁻û and the trace of its prediction error variance, by q; y'ê by n - p.
    new_s = s + s**2 / q * float(np.sum(mu * z2 / d**2 - mu / d))
    return new_s, t * float(np.sum(z2 / d)) / len(z2)


def _scored(
    method: Method, s: float, t: float, mu: Floats, z2: Floats
) -> tuple[float, float] | None:
    """The slopes over the information; None where that is singular."""
    d = s * mu + t
    a = np.stack([mu, np.ones_like(mu)])
    slopes = 0.5 * a @ (z2 / d**2 - 1.0 / d)
    information = (a * INFORMATION[method](d, z2)) @ a.T
    try:
        move = np.linalg.solve(information, slopes)
    except np.linalg.LinAlgError:
        return None
    return s + float(move[0]), t + float(move[1])
