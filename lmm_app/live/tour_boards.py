"""The boards of the tour's steps: one picture each, before and after the guess."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from lmm_app.fit.against import Against
from lmm_app.lessons.likelihood_steps import reml_letter
from lmm_app.lessons.pairs import residual_pairs
from lmm_app.lessons.steps import Guess, Scene
from lmm_app.live.charts import against_board, axis, pairs_chart
from lmm_app.live.hand import h_hand
from lmm_app.live.pictures import SIDE_HEIGHT, fit_part, profile_board
from lmm_app.live.search import own_search
from lmm_app.live.sides import color_limit, covariance_part, matrix_part, points_part
from lmm_core.arrays import Floats, Ints

# Two curves are compared over so many log-likelihood units below their maxima.
NEAR = 3.0

BARE = {
    "legend": False,
    "slider": False,
    "interval": False,
    "estimate": False,
    "truth": False,
    "looks": False,
    "rows": False,
    "distance": False,
}


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What a picture is made from.

    Attributes:
        scene: the fits.
        order, cells: the order of individuals, and K in it, averaged in tiles if it is large.
        revealed: whether the guess has been made.
        guess: what was guessed.
        true_h2: the h that the data were simulated with, where it may be shown.
        against: computes the frames with more covariates.
    """

    scene: Scene
    order: Ints
    cells: Floats
    revealed: bool
    guess: Guess
    true_h2: float | None
    against: Callable[[], Against]


def tour_board(picture: str, stage: Stage) -> dict[str, Any]:
    """The board of a step by the name of its picture."""
    return PICTURES[picture](stage)


def _board(stage: Stage, name: str, **parts: Any) -> dict[str, Any]:
    return {
        "name": name,
        "method": stage.scene.method,
        "hand": h_hand(stage.scene.view.fit(stage.scene.method)),
        "height": SIDE_HEIGHT,
        **parts,
    }


def _relatives(stage: Stage) -> dict[str, Any]:
    pairs = residual_pairs(stage.scene.view)
    chart = pairs_chart(pairs, stage.scene.trait, revealed=stage.revealed)
    return _board(stage, "one", show={"slider": False}, charts=[chart])


def _share(stage: Stage) -> dict[str, Any]:
    part = covariance_part(stage.scene.view, stage.order, stage.cells)
    return _board(
        stage,
        "one",
        show={"slider": stage.revealed},
        formulas=["covariance"],
        matrices=[{**part, "title": "V(h)/v"}],
    )


def _rotation(stage: Stage) -> dict[str, Any]:
    view = stage.scene.view
    before = covariance_part(view, stage.order, stage.cells)
    largest_first = view.reml.rotated.values[::-1]
    m = stage.cells.shape[0]
    # As many cells as the other picture has, each the first direction of its tile.
    picked = largest_first[np.linspace(0, largest_first.size - 1, m).round().astype(int)]
    diagonal = np.diag(picked)
    after = {
        **before,
        "title": "After the rotation: U′VU",
        "note": "The same colours. Off the diagonal it is zero for every h.",
        "kind": "rotated",
        "matrix": matrix_part(diagonal),
        "binned": False,
        "limit": color_limit(stage.cells),
        "ids": [f"direction {k + 1}" for k in range(m)] if before["ids"] else None,
    }
    return _board(
        stage,
        "pair",
        show={"slider": stage.revealed},
        matrices=[{**before, "title": "Before: V(h)/v"}, after],
    )


def _weights(stage: Stage) -> dict[str, Any]:
    view = stage.scene.view
    kept = view.reml.rotated.kept
    return _board(
        stage,
        "pair",
        show={"slider": stage.revealed},
        fit=fit_part(view),
        formulas=["weights", "coefficients"],
        points=points_part(view, int(kept[min(1, kept.size - 1)])),
    )


def _climb(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    guess = stage.guess if stage.revealed and isinstance(stage.guess, float) else None
    board = profile_board(
        scene.view,
        scene.method,
        own_search(scene.view.fit(scene.method)),
        stage.true_h2,
        formulas=("loglik",),
        **{
            **BARE,
            "slider": True,
            "fog": not stage.revealed,
            "estimate": stage.revealed,
            "interval": stage.revealed,
            "truth": stage.revealed,
            "curves": [scene.method],
            "guess": guess,
            "guess_words": f"your h = {guess:.2f}" if guess is not None else "",
        },
    )
    # A guess has two decimals.
    return {**board, "hand": h_hand(scene.view.fit(scene.method), decimals=2)}


def _methods(stage: Stage) -> dict[str, Any]:
    if not stage.revealed:
        return _two_letters(stage)
    against = stage.against()
    if not against.frames:
        return _two_letters(stage)
    return against_board(against)


def _two_letters(stage: Stage) -> dict[str, Any]:
    """Both curves without their names."""
    scene = stage.scene
    view = scene.view
    fit = fit_part(view).content
    reml = reml_letter(scene)
    names = {reml: "REML", "AB".replace(reml, ""): "ML"}
    series = [
        {
            "kind": "line",
            "look": look,
            "x": fit["curves"]["h"],
            "y": fit["curves"][names[letter]],
            "words": letter,
        }
        for letter, look in (("A", "guess"), ("B", "estimate"))
    ]
    tops = {letter: view.fit(name).h2 for letter, name in names.items() if view.fit(name).maxima}
    peaks = "; ".join(f"{letter} is highest at h = {h:.3f}" for letter, h in sorted(tops.items()))
    low, high = _near_the_top(series, fit["floor"])
    chart = {
        "title": "",
        "note": f"A: orange. B: purple. {peaks}.",
        "height": SIDE_HEIGHT,
        "x": axis("h", low, high, 0.02),
        "y": {
            "lo": max(fit["floor"], -NEAR),
            "hi": 0.12 * NEAR,
            "log": False,
            "title": "log-likelihood, from its maximum",
        },
        "series": series,
        "lines": [
            {
                "at": h,
                "look": series["AB".index(letter)]["look"],
                "words": letter,
                # The tops may be close together: the letters stand on their outer sides.
                "side": "end" if h <= min(tops.values()) else "start",
            }
            for letter, h in tops.items()
        ],
        "alt": f"Two profile log-likelihoods, A and B. {peaks}.",
    }
    return _board(stage, "one", show={"slider": False}, charts=[chart])


def _near_the_top(series: list[dict[str, Any]], floor: float) -> tuple[float, float]:
    """Where either curve is so high that the two can be told apart."""
    h = series[0]["x"]
    near = np.any([one["y"] >= max(floor, -NEAR) for one in series], axis=0)
    return float(h[near].min()), float(h[near].max())


def _brent(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    shown = stage.revealed
    return profile_board(
        scene.view,
        scene.method,
        own_search(scene.view.fit(scene.method)),
        formulas=(),
        **{
            **BARE,
            "legend": shown,
            "looks": shown,
            "rows": shown,
            "distance": shown,
            "curves": [scene.method],
            "begin": True,
        },
    )


def _sure(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    return profile_board(
        scene.view,
        scene.method,
        own_search(scene.view.fit(scene.method)),
        stage.true_h2,
        **{
            **BARE,
            "legend": True,
            "slider": True,
            "estimate": True,
            "interval": stage.revealed,
            "truth": stage.revealed,
            "curves": ["ML", "REML"],
        },
    )


PICTURES: Mapping[str, Callable[[Stage], dict[str, Any]]] = MappingProxyType(
    {
        "relatives": _relatives,
        "share": _share,
        "rotation": _rotation,
        "weights": _weights,
        "climb": _climb,
        "methods": _methods,
        "brent": _brent,
        "sure": _sure,
    }
)
