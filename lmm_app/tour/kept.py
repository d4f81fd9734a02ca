"""What the tour shows as the server keeps it: made once, for all who look at it."""

import csv
from functools import cache

import numpy as np

from lmm_app.lessons.scene import Scene, Simulated
from lmm_app.live import tour_boards
from lmm_app.live.packing import Board
from lmm_app.live.tour_stage import Stage
from lmm_app.session import keep, simulated
from lmm_app.session.state import Shown
from lmm_app.sources.opened import Sample
from lmm_core.arrays import Ints
from lmm_data.samples import sample_folder

MICE = Sample("mouse_hs300")


def scene_of(shown: Shown) -> Scene:
    """What the steps are about: the data that are open."""
    source, ids = shown.source, shown.view.problem.ids
    mice = isinstance(source, Sample) and source.name.startswith("mouse")
    sibships = _sibships() if source == MICE else {}
    known = bool(sibships) and all(label in sibships for label in ids)
    numbers: Ints | None = np.array([sibships[label] for label in ids]) if known else None
    return Scene(
        shown.view,
        shown.method,
        unit="mouse" if mice else "individual",
        units="mice" if mice else "individuals",
        sibships=numbers,
        simulated=Simulated(
            p=simulated.p_of_no_variance,
            exact=simulated.exact_interval,
        ),
    )


def tour_board(name: str, stage: Stage) -> Board:
    """A step of the tour, before or after the guess."""
    scene = stage.scene
    known = scene.sibships is not None
    settings = repr((name, stage.revealed, stage.guess, stage.true_h2, known, scene.units))
    return keep.board_of(
        scene.view, scene.method, f"tour{settings}", lambda: tour_boards.tour_board(name, stage)
    )


def stage_of(scene: Scene, *, revealed: bool, guess: object, true_h2: float | None) -> Stage:
    """What the pictures of a step are made from."""
    order, cells = keep.ordered(scene.view.problem)
    put = guess if isinstance(guess, str | float) else None
    return Stage(scene, order, cells, revealed, put, true_h2)


@cache
def _sibships() -> dict[str, int]:
    """The family of each mouse of the sample by its id."""
    text = (sample_folder() / MICE.name / "families.csv").read_text(encoding="utf-8")
    return {row["id"]: int(row["sibship"]) for row in csv.DictReader(text.splitlines())}
