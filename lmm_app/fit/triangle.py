"""Two kinships: the log-likelihood over both shares, its top, and how it was found; pure.

The shares h₁ = hρ and h₂ = h(1 − ρ) lie in a triangle, h₁ + h₂ ≤ 1. Along a line of one ρ the
profile is that of one kinship, which costs one decomposition and is exact; between the lines it is
interpolated.
"""

from dataclasses import dataclass

import numpy as np

from lmm_core import (
    KinshipEigen,
    LMMError,
    LMMFit,
    decompose,
    decompose_records,
    fit_rotated,
    log_likelihood,
    rotate,
)
from lmm_core.arrays import Floats
from lmm_core.brent import TraceStep
from lmm_core.likelihood import likelihood_terms
from lmm_core.progress import Progress, part_of
from lmm_core.two_kinships import fit_two_kinships
from lmm_data.dataset import Problem

# Values of h along a line, and lines that are drawn from those that were computed.
POINTS, LINES = 61, 61
# Lines beside those that the search looks at: near an end, where one kinship alone is singular, the
# ground is steep.
NEAR_ENDS = (0.01, 0.04, 0.96, 0.99)
# How far below the top the ground is drawn; what is lower is as low as that.
DEPTH = 60.0
# Of a top at an edge of the triangle.
AT_EDGE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """A point of the triangle.

    Attributes:
        first, second: h₁ and h₂, on the scales of both kinships as given.
        loglik: the log-likelihood there, restricted if the fit is, all constants.
        sigma2: σ²₁, σ²₂ and σ²_e there, in units of y squared.
    """

    first: float
    second: float
    loglik: float
    sigma2: tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Triangle:
    """The ground, its top, and the way to it.

    Attributes:
        reml: by which method.
        n: records that were fitted.
        lines: every ρ that was computed, ascending, shape (m,).
        ridge: ĥ on each line, shape (m,).
        heights: the maximum on each line, shape (m,).
        rho, h2: of the ground, shapes (LINES,) and (POINTS,), evenly from 0 to 1.
        ground: the log-likelihood below its top, at least -DEPTH, shape (LINES, POINTS).
        top: the estimate.
        alone: the estimate without the second kinship.
        steps: Brent's search over ρ, each with ĥ there; empty where the best ρ is an end.
    """

    reml: bool
    n: int
    lines: Floats
    ridge: Floats
    heights: Floats
    rho: Floats
    h2: Floats
    ground: Floats
    top: Shares
    alone: Shares
    steps: tuple[tuple[TraceStep, float], ...]

    @property
    def status(self) -> str:
        """`interior`, `first`, `second`, `none` or `full`: which shares the best fit has.

        `first` and `second` for one of them alone, `none` for no kinship, `full` for no residual.
        """
        first, second = self.top.first > AT_EDGE, self.top.second > AT_EDGE
        if self.top.first + self.top.second >= 1.0 - AT_EDGE:
            return "full"
        if first and second:
            return "interior"
        return "first" if first else "second" if second else "none"


def build_triangle(
    problem: Problem, second: Floats, *, reml: bool, progress: Progress | None = None
) -> Triangle:
    """Fit the model of two kinships, and keep what it sees on the way.

    Raises:
        LMMError: as of `fit_two_kinships`; no share is better than another; nothing to explain.
    """
    h2 = np.linspace(0.0, 1.0, POINTS)
    seen: dict[float, tuple[Floats, float, Shares]] = {}

    def keep(rho: float, fit: LMMFit) -> None:
        if fit.rotated.exact:
            raise LMMError(
                "the covariates must leave something of the trait",
                "they explain every record",
                "take one out of the model, or choose another trait",
            )
        profile = log_likelihood(fit.rotated, h2, reml=reml)
        seen[rho] = profile, fit.h2, _shares(rho, fit.h2, fit.loglik, fit.sigma2)

    found = fit_two_kinships(
        problem.y,
        problem.X,
        problem.relationship,
        second,
        of=problem.of,
        reml=reml,
        progress=part_of(progress, 0.0, 0.85),
        each=keep,
    )
    if np.isnan(found.rho) and found.fit.h2 != 0.0:
        raise LMMError(
            "the data must tell one kinship from the other",
            "every mixture of both fits equally well",
            "leave one of them out, or choose another trait",
        )
    for near in NEAR_ENDS:
        eigen = _mixed(problem, second, near)
        keep(near, fit_rotated(rotate(eigen, problem.y, problem.X), reml=reml))
    lines = np.array(sorted(seen))
    profiles = np.array([seen[rho][0] for rho in lines.tolist()])
    best = max((one for _, _, one in seen.values()), key=lambda one: one.loglik)
    below = np.clip(np.nan_to_num(profiles - best.loglik, nan=-DEPTH), -DEPTH, 0.0)
    # Lines as close as the last steps of the search would only bring rounding into slopes.
    apart = np.concatenate([[True], np.diff(lines) > 1e-4])
    apart[-1] = True
    rho = np.linspace(0.0, 1.0, LINES)
    # It takes longer to import than most pages need to be drawn, and only this one asks for it.
    from scipy.interpolate import Akima1DInterpolator

    curves = Akima1DInterpolator(_even(lines[apart]), below[apart], axis=0, method="makima")
    ground = np.clip(curves(_even(rho)), -DEPTH, 0.0)
    return Triangle(
        reml=reml,
        n=problem.n,
        lines=lines,
        ridge=np.array([seen[one][1] for one in lines.tolist()]),
        heights=np.array([seen[one][2].loglik for one in lines.tolist()]),
        rho=rho,
        h2=h2,
        ground=ground,
        top=best,
        alone=seen[1.0][2],
        steps=tuple((step, seen[step.h2][1]) for step in found.trace if step.h2 in seen),
    )


def exact_at(
    problem: Problem, second: Floats, first_share: float, second_share: float, *, reml: bool
) -> Shares:
    """The log-likelihood at a point of the triangle, by a decomposition of its own."""
    h2 = min(first_share + second_share, 1.0)
    rho = first_share / h2 if h2 > 0.0 else 1.0
    rotated = rotate(_mixed(problem, second, rho), problem.y, problem.X)
    rss = float(likelihood_terms(rotated, np.array([h2]), reml=reml).rss[0])
    df = rotated.n - rotated.rank if reml else rotated.n
    return _shares(rho, h2, log_likelihood(rotated, h2, reml=reml), rss / df)


def _mixed(problem: Problem, second: Floats, rho: float) -> KinshipEigen:
    K = rho * problem.relationship + (1.0 - rho) * second
    return decompose(K) if problem.of is None else decompose_records(K, problem.of)


def _even(rho: Floats) -> Floats:
    """ρ so that both ends, where the ground is steep, are drawn out."""
    stretched: Floats = np.arcsin(np.sqrt(rho))
    return stretched


def _shares(rho: float, h2: float, loglik: float, sigma2: float) -> Shares:
    # Without an ĥ on a flat line, no share is as good as any.
    h = 0.0 if np.isnan(h2) else h2
    first, second = h * rho, h * (1.0 - rho)
    return Shares(first, second, loglik, (sigma2 * first, sigma2 * second, sigma2 * (1.0 - h)))
