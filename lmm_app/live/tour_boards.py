"""The boards of the tour's steps: one picture each, before and after the guess."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from lmm_app.lessons.tour import share
from lmm_app.lessons.tour.rotation import BEGIN
from lmm_app.live import tour_rotation, tour_search
from lmm_app.live.tour_stage import Stage

# The hidden curve begins away from the answer.
FOG = 0.2


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


PICTURES: Mapping[str, Callable[[Stage], dict[str, Any]]] = MappingProxyType(
    {
        "relatives": tour_rotation.relatives,
        "share": tour_rotation.share,
        "rotation": tour_rotation.rotation,
        "weights": tour_rotation.weights,
        "climb": tour_search.climb,
        "methods": tour_search.methods,
        "brent": tour_search.brent,
        "recap": tour_search.recap,
        "sure": tour_search.sure,
        "flat": tour_search.flat,
        "next": tour_search.after,
    }
)
