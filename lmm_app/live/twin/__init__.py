"""What the browser needs to do the weighted regression of any h itself: n × (p + 2) numbers.

`twin.js` beside this does it for the boards, which move between the numbers that Python found.
"""

from importlib.resources import files
from typing import Any

import numpy as np

from lmm_core import RotatedData, log_likelihood

# Its modules: the fit, what it predicts, what its model draws, and K of a small table.
TWIN = ("twin", "predict", "draw", "relate")


def twin_source(name: str = "twin") -> str:
    """A module of the twin, of JavaScript without dependencies."""
    return (files(__package__) / f"{name}.js").read_text(encoding="utf-8")


def twin_problem(rotated: RotatedData) -> dict[str, Any]:
    """The rotated problem as `twin.js` takes it; arrays are of float64, row by row.

    Where K is singular, h = 1 is a limit, and its log-likelihoods are sent as numbers.
    """
    stable = rotated.stable
    at_one = {
        name: _limit(log_likelihood(rotated, 1.0, reml=name == "REML")) if rotated.n_null else None
        for name in ("ML", "REML")
    }
    return {
        "n": rotated.n,
        "p": rotated.rank,
        # Directions within an individual of several records, in which y and X are 0.
        "nBlank": rotated.n_blank,
        "values": rotated.values,
        "residual": stable.residual,
        "basis": np.ascontiguousarray(stable.basis).reshape(-1),
        "offset": stable.offset,
        "toBeta": np.ascontiguousarray(stable.to_beta).reshape(-1),
        "nNull": stable.n_null,
        "nullRank": stable.null_rank,
        "nullExplained": stable.null_explained,
        "exact": stable.exact,
        "atOne": at_one,
        # Of weights of records: what ℓ of y has more than that of √w·y.
        "jacobian": {
            "ML": rotated.log_jacobian(reml=False),
            "REML": rotated.log_jacobian(reml=True),
        },
    }


def _limit(value: float) -> float | str:
    """A number as JavaScript's `Number` reads it, which JSON cannot hold where it is infinite."""
    return value if np.isfinite(value) else f"{'-' if value < 0 else ''}Infinity"
