"""The picture of “The race”: where each method stands after every step, and its digits."""

from typing import Any

import numpy as np

from lmm_app.fit.view import View
from lmm_app.lessons.race import BRENT, DRAWN, MOST_DIGITS, NAMES, Lane, lanes
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_core.arrays import Floats
from lmm_core.summary import h_words

HEIGHT = 340
# Starts that the hand can choose.
STARTS = np.linspace(0.02, 0.98, 49)
HALF = (
    "Brent’s method sees heights alone, which tell h to about eight digits. The fit here then "
    "takes a last step on the slope."
)
# As far as a way is drawn outside [0, 1].
BELOW, ABOVE = -0.35, 1.35


def start_of(h2: float) -> float:
    """The frame of a start."""
    return float(np.abs(STARTS - h2).argmin())


def race_board(view: View, *, revealed: bool) -> dict[str, Any]:
    """Five lanes by step under every start; before the answer, only where they start."""
    ways = [lanes(view, float(start), DRAWN) for start in STARTS]
    spoken = [f"start at h = {h_words(float(start))}" for start in STARTS]
    best = view.reml.h2
    said = [_said(ways[k], float(start), revealed=revealed) for k, start in enumerate(STARTS)]
    return {
        "name": "pair",
        "method": "REML",
        "own": True,
        "hand": frames_hand(spoken, "where they start"),
        "said": said,
        "height": HEIGHT,
        "show": {"slider": True},
        "charts": [
            _chart(ways, said, best, revealed=revealed),
            _digits(ways, said, best, revealed=revealed),
        ],
    }


def _chart(
    ways: list[tuple[Lane, ...]], said: list[str], best: float, *, revealed: bool
) -> dict[str, Any]:
    steps = np.arange(DRAWN + 1, dtype=np.float64)
    ends = np.array([0.0, float(DRAWN)])
    series = [
        plot.line("bonferroni", "the ends of [0, 1]", ends, np.full(2, end)) for end in (0.0, 1.0)
    ]
    if revealed:
        series.append(plot.line("estimate true", "ĥ", ends, np.full(2, best)))
    return {
        "title": "Where each stands",
        "note": "" if revealed else "Their ways come with the answer.",
        "height": HEIGHT,
        "legend": _legend() if revealed else [],
        "x": plot.axis("step", 0.0, float(DRAWN), 0.02),
        "y": {"title": "h", "lo": BELOW, "hi": ABOVE, "log": False},
        "series": series + _lines(ways, steps, _position, revealed=revealed),
        "alts": said,
    }


def _digits(
    ways: list[tuple[Lane, ...]], said: list[str], best: float, *, revealed: bool
) -> dict[str, Any]:
    steps = np.arange(DRAWN + 1, dtype=np.float64)

    def gained(h2: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            digits = -np.log10(np.abs(h2 - best))
        drawn: Floats = np.clip(np.nan_to_num(digits, nan=0.0), 0.0, MOST_DIGITS)
        return drawn

    return {
        "title": "Digits of ĥ gained",
        "note": HALF if revealed else "",
        "height": HEIGHT,
        "legend": _legend() if revealed else [],
        "veil": None if revealed else "?",
        "x": plot.axis("step", 0.0, float(DRAWN), 0.02),
        "y": plot.axis("digits", 0.0, MOST_DIGITS, 0.04),
        "series": _lines(ways, steps, gained, revealed=True) if revealed else [],
        "alts": said,
    }


def _lines(
    ways: list[tuple[Lane, ...]], steps: Floats, of: Any, *, revealed: bool
) -> list[dict[str, Any]]:
    """One moving line a method; before the answer a point at the start alone."""
    lines = []
    for place, lane in enumerate(ways[0]):
        if not revealed and lane.method == BRENT:
            continue
        heights = [of(_held(one[place].h2))[: None if revealed else 1] for one in ways]
        y = np.ascontiguousarray(heights, dtype=np.float32).ravel()
        look = f"lane-{lane.method}"
        if revealed:
            lines.append(plot.line(look, NAMES[lane.method], steps, y, moving=True))
        elif not lines:
            lines.append(plot.points("estimate", "the start", steps[:1], y, moving=True))
    return lines


def _held(h2: Floats) -> Floats:
    """As many steps as are drawn: who has stopped stays, who has left is no longer there."""
    held = np.full(DRAWN + 1, h2[-1])
    held[: h2.size] = h2[: DRAWN + 1]
    return held


def _position(h2: Floats) -> Floats:
    return np.where(np.isnan(h2), np.nan, np.clip(h2, BELOW, ABOVE))


def _said(ways: tuple[Lane, ...], start: float, *, revealed: bool) -> str:
    """What became of each from a start."""
    if not revealed:
        return f"All four start at h = {h_words(start)}."
    told = []
    for lane in ways:
        name = NAMES[lane.method]
        if lane.arrived is not None:
            told.append(f"{name} {lane.arrived}")
        else:
            told.append(f"{name} {'never' if lane.left else f'more than {DRAWN}'}")
    return f"From h = {h_words(start)}, steps to four digits: {'; '.join(told)}."


def _legend() -> list[dict[str, Any]]:
    return [plot.key("line", f"lane-{name}", words) for name, words in NAMES.items()]
