"""The boards of the tour from relatives to weights: steps 1 to 4."""

from typing import Any

import numpy as np

from lmm_app.fit.view import View, covariance_picture, picture_order
from lmm_app.lessons.tour.rotation import sib_pairs
from lmm_app.lessons.tour.twelve import twelve
from lmm_app.live.packing import Shared
from lmm_app.live.pictures import SIDE_HEIGHT, fit_part
from lmm_app.live.sides import color_limit, covariance_part, matrix_part
from lmm_app.live.sums import sums_part
from lmm_app.live.tour_charts import pair_charts
from lmm_app.live.tour_stage import Stage, board
from lmm_core.arrays import Floats, Ints


def relatives(stage: Stage) -> dict[str, Any]:
    charts = pair_charts(stage.scene, revealed=stage.revealed)
    name = "pair" if len(charts) > 1 else "one"
    return board(stage, name, show={"slider": False}, charts=charts)


def share(stage: Stage) -> dict[str, Any]:
    return {
        **_of_the_twelve("cells"),
        "show": {"slider": stage.revealed},
        "matrices": [{**covariance_part(*_twelve()), "title": "V/v = hK + (1 − h)I", "note": ""}],
        "caption": "cells",
    }


def _of_the_twelve(name: str) -> dict[str, Any]:
    """A board that has an h of its own, on no estimate."""
    hand = {
        "kind": "h",
        "label": "h, the share of the variance that follows kinship",
        "commits": False,
        "decimals": 2,
        "estimate": None,
        "resting": None,
    }
    return {"name": name, "method": "REML", "hand": hand, "own": True, "height": SIDE_HEIGHT}


def _twelve() -> tuple[View, Ints, Floats]:
    """The twelve, their order, and K in it."""
    view = twelve()
    order = picture_order(view.problem.K)
    return view, order, covariance_picture(view.problem.K, order)


def rotation(stage: Stage) -> dict[str, Any]:
    total, difference = sib_pairs().astype(np.float32)
    picture = {
        **_of_the_twelve("sibs"),
        "show": {"slider": True},
        "sibs": {
            "revealed": stage.revealed,
            "pairs": Shared({"sum": total, "difference": difference}),
        },
    }
    if not stage.revealed:
        return picture
    return {
        **picture,
        "matrices": [
            {
                **_rotated_part(*_twelve()),
                "title": "The twelve after their rotation",
                "note": "Three family sums with 1 + 1.5h, nine differences with 1 − 0.5h, zero "
                "elsewhere.",
            },
            {
                **_rotated_part(stage.scene.view, stage.order, stage.cells),
                "title": f"Your {stage.scene.n:,} {stage.scene.units} after theirs",
                "note": "On the diagonal stands hλ + 1 − h, the largest λ first; elsewhere zero "
                "for every h.",
            },
        ],
    }


def _rotated_part(view: View, order: Ints, cells: Floats) -> dict[str, Any]:
    """U'VU in the colours of V."""
    before = covariance_part(view, order, cells)
    m = cells.shape[0]
    largest_first = view.reml.rotated.values[::-1]
    # As many cells as the other picture has, each the first direction of its tile.
    picked = largest_first[np.linspace(0, largest_first.size - 1, m).round().astype(int)]
    return {
        **before,
        "kind": "rotated",
        "matrix": matrix_part(np.diag(picked)),
        "binned": False,
        "limit": color_limit(cells),
        "ids": [f"sum {k + 1}" for k in range(m)] if before["ids"] else None,
    }


def band_part(
    view: View, *, weighed: bool, parts: str = "", loglik: bool = False
) -> dict[str, Any]:
    """The band of a fit.

    Args:
        view: both fits.
        weighed: whether the area of a mark is its weight.
        parts: whether a mark tells its part of the log-likelihood: "" for no, "now", or "both" for
            that at the estimate too.
        loglik: whether the log-likelihood is told under the picture.
    """
    # Right of the middle of the picture, which is drawn over the root of the eigenvalues.
    cut = float(np.sqrt(max(float(view.reml.rotated.values.max()), 0.0)) / 2.0) ** 2
    return {
        "cut": cut,
        "weighed": weighed,
        "parts": parts,
        "loglik": loglik,
        "directions": sums_part(view.reml.eigen.vectors, view.problem.ids),
    }


def band_board(stage: Stage, *, weighed: bool, loglik: bool, **more: Any) -> dict[str, Any]:
    """The band alone, with h in the hand; see `band_part`."""
    view = stage.scene.view
    band = band_part(view, weighed=weighed, loglik=loglik)
    return board(stage, "band", show={"slider": True}, fit=fit_part(view), band=band, **more)


def weights(stage: Stage) -> dict[str, Any]:
    more = {"formulas": ["weights", "coefficients"]} if stage.revealed else {}
    return band_board(stage, weighed=stage.revealed, loglik=False, **more)
