"""The boards of a fit as the browser gets them: each packed once for all who look at it."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from lmm_app import cache
from lmm_app.against import as_fitted
from lmm_app.lessons.steps import Scene
from lmm_app.live import charts, pictures, tour_boards
from lmm_app.live.packing import pack_picture
from lmm_app.live.search import Search
from lmm_app.live.tour_boards import Stage
from lmm_app.looks import directions
from lmm_app.view import View


def profile_board(
    shown: View, method: str, search: Search, true_h2: float | None, *more: tuple[str, Any]
) -> bytes:
    """The profile and the search on it; nothing in it moves."""
    return kept(
        shown,
        method,
        f"profile{(search, true_h2, more)!r}",
        lambda: pictures.profile_board(shown, method, search, true_h2, **dict(more)),
    )


def sides_board(shown: View, method: str, column: int, *, hand: bool = False) -> bytes:
    """The two least squares, at every h; with a slider of its own if it is alone."""

    def draw() -> dict[str, Any]:
        picture = pictures.sides_board(shown, method, column, *cache.ordered(shown.problem))
        return {**picture, "show": {"slider": hand}}

    return kept(shown, method, f"sides{column}{hand}", draw)


def tour_board(name: str, stage: Stage, progress: Callable[[float], None]) -> bytes:
    """A step of the tour, before or after the guess, with progress."""
    scene = stage.scene
    if name == "methods" and stage.revealed:
        # Its frames take a moment, and only here is there a bar that shows it.
        cache.against(scene.view, progress)
    settings = repr((name, stage.revealed, stage.guess, stage.true_h2))
    return kept(
        scene.view, scene.method, f"tour{settings}", lambda: tour_boards.tour_board(name, stage)
    )


def stage_of(scene: Scene, **settings: Any) -> Stage:
    """What the pictures of a step are made from."""
    order, cells = cache.ordered(scene.view.problem)
    return Stage(
        scene,
        order,
        cells,
        against=lambda: cache.against(scene.view, lambda share: None),
        **settings,
    )


def against_board(shown: View, progress: Callable[[float], None]) -> bytes:
    """ML against REML with more and more covariates, with progress; where REML tells of h."""
    found = cache.against(shown, progress)
    return kept(shown, "", "against, more", lambda: charts.against_board(found))


def as_fitted_board(shown: View) -> bytes:
    """ML against REML with the covariates that there are; where REML tells of h."""
    return kept(shown, "", "against, as fitted", lambda: charts.against_board(as_fitted(shown)))


def directions_board(shown: View, method: str) -> bytes:
    """The eigenvectors, one at a time."""
    return kept(
        shown,
        method,
        "directions",
        lambda: directions.directions_board(shown, method, *cache.ordered(shown.problem)),
    )


def kept(shown: View, method: str, settings: str, draw: Callable[[], dict[str, Any]]) -> bytes:
    """A board, drawn once; it has a name, and one for all boards that share its h.

    Args:
        shown: the fits.
        method: whose h it has, "" where both have a part in it.
        settings: all else that it depends on, in words.
        draw: makes its picture.
    """
    identity = cache.identity(shown.problem)

    def pack() -> bytes:
        picture = draw()
        # A board whose frames are not values of h moves on its own.
        shared = f"{identity}{method}{settings if picture.get('own') else ''}"
        names = {"id": _name(f"{identity}{method}{settings}"), "group": _name(shared)}
        return pack_picture({**names, **picture})

    return cache.board(f"{identity}{method}{settings}").get(pack)


def _name(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:20]
