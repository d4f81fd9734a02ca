"""The picture of “Which panel holds your data?”: twenty small panels, looked at in two ways; pure.

Before the answer nothing in it says which panel is which: all are made alike, and named by number.
"""

from typing import Any

import numpy as np

from lmm_app.fit.text import number
from lmm_app.lessons.lineup import lineup_of
from lmm_app.lessons.panels import NAMES, Panel, quantiles
from lmm_app.lessons.scene import Scene
from lmm_app.live.hand import frames_hand
from lmm_app.live.packing import Shared
from lmm_core.arrays import Floats, Ints

HEIGHT = 440
# Sorted values that are drawn at each end, and of those in between about as many as both.
ENDS = 60
PANEL = "lineup"


def lineup_board(scene: Scene, *, revealed: bool) -> dict[str, Any]:
    """The board; `revealed` says which panel holds the data."""
    shown = lineup_of(scene)
    some = _drawn(scene.n)
    bell = np.stack([np.sort(panel.individuals)[some] for panel in shown.panels])
    along = np.stack([panel.rotated for panel in shown.panels])
    return {
        "name": "one",
        "method": scene.method,
        "later": PANEL,
        "own": True,
        "hand": frames_hand(["panels"], "panels"),
        "height": HEIGHT,
        "show": {},
        PANEL: {
            "count": len(shown.panels),
            # The same before the answer and after it.
            "seen": Shared(
                {
                    "views": [
                        _view(
                            "Bell curve",
                            "across: where a bell curve has its sorted values",
                            "up: the sorted values, in units of their standard deviation",
                            quantiles(scene.n)[some],
                            bell,
                        )
                        | {"line": True},
                        _view(
                            "Along λ",
                            "across: √λ",
                            "up: rotated residuals, in units of what h expects",
                            np.sqrt(np.maximum(shown.values, 0.0)),
                            along,
                        )
                        | {"line": False},
                    ],
                    "numbers": [_said(panel) for panel in shown.panels],
                }
            ),
            "right": shown.place if revealed else None,
            "start": len(f"{scene.turn}."),
        },
    }


def _view(title: str, across: str, up: str, x: Floats, y: Floats) -> dict[str, Any]:
    reach = 1.06 * float(np.abs(y).max()) or 1.0
    low, high = float(x.min()), float(x.max())
    room = 0.06 * (high - low) or 0.5
    return {
        "title": title,
        "across": across,
        "up": up,
        "x": x.astype(np.float32),
        "y": np.ascontiguousarray(y, dtype=np.float32).reshape(-1),
        "lo": low - room,
        "hi": high + room,
        "reach": reach,
    }


def _drawn(n: int) -> Ints:
    """Which of n sorted values are drawn: all at the ends, where it counts, and some between."""
    between = np.linspace(ENDS, n - ENDS - 1, 2 * ENDS).round().astype(np.int64)
    if n <= 4 * ENDS:
        return np.arange(n)
    return np.concatenate([np.arange(ENDS), np.unique(between), np.arange(n - ENDS, n)])


def _said(panel: Panel) -> str:
    """A panel in numbers, for who cannot see it: the same ones of each."""
    return ", ".join(f"{words} {number(panel.numbers[name], 2)}" for name, words in NAMES.items())
