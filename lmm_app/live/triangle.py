"""The picture of two kinships: the log-likelihood over both shares."""

from typing import Any

import numpy as np

from lmm_app.fit.text import STEP_NAME, number
from lmm_app.fit.triangle import DEPTH, Shares, Triangle
from lmm_app.live.hand import frames_hand

# How far below the top contours are; half of χ²(0.95) with two degrees of freedom, to two decimals,
# is `SURE`.
LEVELS = (0.5, 3.0, 6.0, 12.0, 24.0)
SURE = 3.0
HEIGHT = 430
SURE_WORDS = "3 below the top: about 95% for both shares, away from the edges"
LEVEL_WORDS = "0.5, 6, 12 and 24 below it"


def triangle_board(found: Triangle, names: tuple[str, str]) -> dict[str, Any]:
    """The board of a fit of two kinships, each by a short name."""
    method = "REML" if found.reml else "ML"
    return {
        "name": "shares",
        "method": method,
        "own": True,
        "hand": frames_hand(["both shares"], "both shares"),
        "height": HEIGHT,
        "show": {"slider": False},
        "later": "triangle",
        "triangle": {
            "method": method,
            "names": list(names),
            "titles": [f"h₁: {names[0]}", f"h₂: {names[1]}"],
            "rho": found.rho,
            "h": found.h2,
            "ground": np.ascontiguousarray(found.ground, dtype=np.float32).ravel(),
            "lines": found.lines,
            "ridge": found.ridge,
            "heights": found.heights,
            "levels": list(LEVELS),
            "sure": SURE,
            "sureWords": SURE_WORDS,
            "levelWords": LEVEL_WORDS,
            "depth": DEPTH,
            "top": [found.top.first, found.top.second],
            "alone": [found.alone.first, found.alone.second],
            "steps": [
                {
                    "rho": step.h2,
                    "h": h2,
                    "kind": step.procedure,
                    "words": f"Step {place}, {STEP_NAME[step.procedure]}: ρ = {step.h2:.4f}, its "
                    f"ĥ = {h2:.4f}, {_below(found.top.loglik - step.loglik)}.",
                }
                for place, (step, h2) in enumerate(found.steps, start=1)
            ],
            "alt": alt(found, names),
        },
    }


def alt(found: Triangle, names: tuple[str, str]) -> str:
    """What the picture says."""
    return (
        f"The {'restricted ' * found.reml}log-likelihood over h₁, the share of {names[0]}, and h₂, "
        f"that of {names[1]}, as contours in a triangle. Its top is at h₁ = {found.top.first:.2f} "
        f"and h₂ = {found.top.second:.2f}. On the lower edge, with {names[0]} alone, the highest "
        f"point is at {found.alone.first:.2f}, {_below(found.top.loglik - found.alone.loglik)}."
    )


def exactly(found: Triangle, at: Shares) -> str:
    """What is known of a point once it has been computed."""
    if not np.isfinite(at.loglik):
        return "exactly there the log-likelihood is minus infinity."
    first, second, rest = (number(max(one, 0.0), 4) for one in at.sigma2)
    return (
        f"{_below(found.top.loglik - at.loglik)}, computed there (log-likelihood "
        f"{number(at.loglik, 7)}; σ²₁ = {first}, σ²₂ = {second}, σ²_e = {rest})."
    )


def _below(gap: float) -> str:
    """How far below the top; what rounds to nothing is the top."""
    return "at the top" if gap < 5e-4 else f"{gap:.3f} below the top"
