"""What the boards of the tour are made from, and what they have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lmm_app.lessons.scene import Scene
from lmm_app.lessons.steps import Guess
from lmm_app.live.hand import h_hand
from lmm_app.live.pictures import EVERYTHING, SIDE_HEIGHT
from lmm_core.arrays import Floats, Ints

# The profile alone.
BARE: Mapping[str, Any] = MappingProxyType({name: False for name in EVERYTHING if name != "curves"})


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


def board(stage: Stage, name: str, **parts: Any) -> dict[str, Any]:
    """A board with h in the hand of who looks; the server need not hear of it."""
    return {
        "name": name,
        "method": stage.scene.method,
        "hand": h_hand(stage.scene.fit, commits=False),
        "height": SIDE_HEIGHT,
        **parts,
    }
