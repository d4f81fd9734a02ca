"""The boards of the tour's steps: one picture each, before and after the guess."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from lmm_app.fit.verdict import h_words
from lmm_app.fit.view import View, covariance_picture, picture_order
from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess
from lmm_app.lessons.tour import climb, dice, following, share
from lmm_app.lessons.tour.rotation import BEGIN
from lmm_app.lessons.tour.twelve import twelve
from lmm_app.live.effect import effect_board, effect_words
from lmm_app.live.hand import h_hand
from lmm_app.live.packing import Shared
from lmm_app.live.pictures import SIDE_HEIGHT, fit_part, profile_board
from lmm_app.live.search import own_search
from lmm_app.live.sides import color_limit, covariance_part, matrix_part, points_part
from lmm_app.live.tour_charts import family_charts, pair_charts, throws_chart
from lmm_core.arrays import Floats, Ints
from lmm_core.grid import profile_grid

# Pairs of sibs that are drawn, and their seed.
SIB_PAIRS, SEED = 300, 4
# The hidden curve begins away from the answer.
FOG = 0.2
# Of both pictures of the climb, one over the other.
CLIMB_HEIGHT = 240
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
    """

    scene: Scene
    order: Ints
    cells: Floats
    revealed: bool
    guess: Guess
    true_h2: float | None


def tour_board(picture: str, stage: Stage) -> dict[str, Any]:
    """The board of a step by the name of its picture."""
    return PICTURES[picture](stage)


def start_of(picture: str, stage: Stage, begin: float) -> float:
    """Where h is put when a board is opened.

    Args:
        picture: the name of the picture.
        stage: what it is made from.
        begin: where the fit's own h is.
    """
    if picture == "share":
        return share.ASKED if stage.revealed else share.SHOWN
    if picture == "rotation":
        return BEGIN
    if picture in ("weights", "flat"):
        return begin if stage.revealed else 0.0
    if picture == "climb":
        return stage.guess if isinstance(stage.guess, float) else (begin if stage.revealed else FOG)
    return begin


def _board(stage: Stage, name: str, **parts: Any) -> dict[str, Any]:
    return {
        "name": name,
        "method": stage.scene.method,
        "hand": _hand(stage.scene),
        "height": SIDE_HEIGHT,
        **parts,
    }


def _hand(scene: Scene) -> dict[str, Any]:
    """h in the hand of who looks; the server need not hear of it."""
    return {**h_hand(scene.fit), "commits": False}


def _relatives(stage: Stage) -> dict[str, Any]:
    charts = pair_charts(stage.scene, revealed=stage.revealed)
    name = "pair" if len(charts) > 1 else "one"
    return _board(stage, name, show={"slider": False}, charts=charts)


def _share(stage: Stage) -> dict[str, Any]:
    return {
        **_of_the_twelve("cells"),
        "show": {"slider": stage.revealed},
        "matrices": [{**_twelve_part(), "title": "V/v = hK + (1 − h)I", "note": ""}],
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


def _twelve_part() -> dict[str, Any]:
    view = twelve()
    order = picture_order(view.problem.K)
    return covariance_part(view, order, covariance_picture(view.problem.K, order))


def _rotation(stage: Stage) -> dict[str, Any]:
    draws = np.random.default_rng(SEED).standard_normal((2, SIB_PAIRS)).astype(np.float32)
    board = {
        **_of_the_twelve("sibs"),
        "show": {"slider": True},
        "sibs": {
            "revealed": stage.revealed,
            "pairs": Shared({"sum": draws[0], "difference": draws[1]}),
        },
    }
    if not stage.revealed:
        return board
    small, view = twelve(), stage.scene.view
    order = picture_order(small.problem.K)
    cells = covariance_picture(small.problem.K, order)
    return {
        **board,
        "matrices": [
            {
                **_rotated_part(small, order, cells),
                "title": "The twelve after their rotation",
                "note": "Three family sums with 1 + 1.5h, nine differences with 1 − 0.5h, zero "
                "elsewhere.",
            },
            {
                **_rotated_part(view, stage.order, stage.cells),
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
    rotated = view.reml.rotated
    column = int(rotated.kept[min(1, rotated.kept.size - 1)])
    # Right of the middle of the picture, which is drawn over the root of the eigenvalues.
    cut = float(np.sqrt(max(float(rotated.values.max()), 0.0)) / 2.0) ** 2
    return {
        "cut": cut,
        "weighed": weighed,
        "parts": parts,
        "loglik": loglik,
        "directions": points_part(view, column)["directions"],
    }


def _weights(stage: Stage) -> dict[str, Any]:
    view = stage.scene.view
    return _board(
        stage,
        "band",
        show={"slider": True},
        fit=fit_part(view),
        band=band_part(view, weighed=stage.revealed),
        **({"formulas": ["weights", "coefficients"]} if stage.revealed else {}),
    )


def _climb(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    guess = stage.guess if stage.revealed and isinstance(stage.guess, float) else None
    board = profile_board(
        scene.view,
        scene.method,
        own_search(scene.fit),
        stage.true_h2,
        formulas=("loglik",) if stage.revealed else (),
        **{
            **BARE,
            "slider": True,
            "fog": not stage.revealed,
            "tries": True,
            "estimate": stage.revealed,
            "interval": stage.revealed,
            "truth": stage.revealed,
            "curves": [scene.method],
            "guess": guess,
            "guess_words": f"your h = {guess:.2f}" if guess is not None else "",
        },
    )
    return {
        **board,
        "name": "climb",
        "height": CLIMB_HEIGHT,
        # A guess has two decimals.
        "hand": h_hand(scene.fit, decimals=2),
        "band": band_part(
            scene.view, weighed=False, parts="both" if stage.revealed else "now", loglik=True
        ),
        "counted": True,
    }


def _methods(stage: Stage) -> dict[str, Any]:
    throw = np.array([dice.FACES], dtype=np.float64)
    own, truth = float(dice.from_own(throw)[0]), float(dice.from_true(throw)[0])
    mean = float(throw.mean())
    said = (
        f"Three dice show 5, 6 and 6. Squared distances from their own average, {mean:.2f}: "
        f"{own:.2f} in all. From the true average, 3.5: {truth:.2f}."
    )
    picture = {
        "faces": list(dice.FACES),
        "own": mean,
        "truth": dice.TRUE_MEAN,
        "ownWords": f"their average, {mean:.2f}",
        "truthWords": "true average, 3.5",
        "alt": said,
    }
    charts = [throws_chart()] if stage.revealed else []
    return _board(
        stage,
        "pair" if charts else "dice",
        show={"slider": False},
        dice=picture,
        charts=charts,
    )


def _brent(stage: Stage) -> dict[str, Any]:
    scene, shown = stage.scene, stage.revealed
    board = profile_board(
        scene.view,
        scene.method,
        own_search(scene.fit),
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
    more: dict[str, Any] = {"sweep": profile_grid(scene.view.reml.rotated)}
    if not shown and scene.fit.trace:
        first = scene.fit.trace[0]
        more["first"] = [first.lower, first.upper]
    return {**board, **more, "hand": _hand(scene)}


def _recap(stage: Stage) -> dict[str, Any]:
    once = stage.revealed
    boxes = [
        {
            "needs": "K",
            "words": "decompose: K = UDU′",
            "gives": "once" if once else "",
            "chosen": once,
        },
        {"needs": "y, X", "words": "rotate: U′y, U′X", "gives": "", "chosen": False},
        {
            "needs": "h",
            "words": "weighted least squares",
            "gives": "b, v",
            "chosen": False,
        },
        {"needs": "", "words": "log-likelihood ℓ(h)", "gives": "", "chosen": False},
        {
            "needs": "the curve",
            "words": "Brent’s method",
            "gives": "ĥ",
            "chosen": False,
        },
    ]
    alt = (
        "A flow chart: K is decomposed; y and X are rotated; each h gives a weighted regression "
        "and a log-likelihood; Brent’s method finds the highest."
    )
    if once:
        alt += " The decomposition is marked: it is done once."
    return _board(stage, "flow", show={"slider": False}, flow={"boxes": boxes, "alt": alt})


def _sure(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    board = profile_board(
        scene.view,
        scene.method,
        own_search(scene.fit),
        stage.true_h2,
        formulas=(),
        **{
            **BARE,
            "slider": True,
            "estimate": True,
            "truth": stage.revealed,
            "curves": [scene.method],
            "cut": climb.CUT if scene.told else None,
            "cutWords": "1.92 below the top",
        },
    )
    bars = _bars(scene) if stage.revealed else []
    return {**board, "hand": _hand(scene), **({"bars": bars} if bars else {})}


def _bars(scene: Scene) -> list[dict[str, Any]]:
    if not scene.told:
        return []
    low, high = scene.interval
    bars = [_bar(low, high, "profile")]
    exact = scene.exact()
    if exact is not None:
        bars.append(_bar(exact.lower, exact.upper, "exact"))
    return bars


def _bar(low: float, high: float, kind: str) -> dict[str, Any]:
    words = f"{kind}: {h_words(low)} to {h_words(high)}"
    return {"lo": low, "hi": high, "words": words, "look": kind}


def _flat(stage: Stage) -> dict[str, Any]:
    view = stage.scene.view
    return _board(
        stage,
        "band",
        show={"slider": True},
        fit=fit_part(view),
        band=band_part(view, weighed=False, loglik=True),
    )


def _next(stage: Stage) -> dict[str, Any]:
    scene = stage.scene
    column, families = following.column_of(scene), following.in_families(scene)
    if families is not None and column is not None:
        name = scene.view.problem.columns[column]
        charts = family_charts(families, scene.trait, name, revealed=stage.revealed)
        return _board(stage, "pair", show={"slider": False}, charts=charts)
    if column is not None and scene.told:
        name = scene.view.problem.columns[column]
        words = effect_words(
            scene.view, scene.method, f"effect of {name} on {scene.trait}", "no effect", ""
        )
        board = effect_board(scene.view, scene.method, column, {**words, "yes": ""}, "")
        return {**board, "hand": _hand(scene)}
    board = profile_board(
        scene.view,
        scene.method,
        own_search(scene.fit),
        stage.true_h2,
        formulas=(),
        **{**BARE, "slider": True, "estimate": True, "interval": True, "curves": [scene.method]},
    )
    return {**board, "hand": _hand(scene)}


PICTURES: Mapping[str, Callable[[Stage], dict[str, Any]]] = MappingProxyType(
    {
        "relatives": _relatives,
        "share": _share,
        "rotation": _rotation,
        "weights": _weights,
        "climb": _climb,
        "methods": _methods,
        "brent": _brent,
        "recap": _recap,
        "sure": _sure,
        "flat": _flat,
        "next": _next,
    }
)
