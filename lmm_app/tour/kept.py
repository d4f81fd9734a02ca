"""The boards of the tour, each packed once for all who look at it."""

from collections.abc import Callable
from typing import Any

from lmm_app.lessons.steps import Scene
from lmm_app.live import tour_boards
from lmm_app.live.packing import Board
from lmm_app.live.tour_boards import Stage
from lmm_app.session import keep


def tour_board(name: str, stage: Stage, progress: Callable[[float], None]) -> Board:
    """A step of the tour, before or after the guess, with progress."""
    scene = stage.scene
    if name == "methods" and stage.revealed:
        # Its frames take a moment, and only here is there a bar that shows it.
        keep.against(scene.view, progress)
    settings = repr((name, stage.revealed, stage.guess, stage.true_h2))
    return keep.board_of(
        scene.view, scene.method, f"tour{settings}", lambda: tour_boards.tour_board(name, stage)
    )


def stage_of(scene: Scene, **settings: Any) -> Stage:
    """What the pictures of a step are made from."""
    order, cells = keep.ordered(scene.view.problem)
    return Stage(
        scene,
        order,
        cells,
        against=lambda: keep.against(scene.view, lambda share: None),
        **settings,
    )
