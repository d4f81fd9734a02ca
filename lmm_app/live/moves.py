"""The picture of “What moves h?”: the variances as they add up, and the same as shares."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lmm_app.lessons.moves.cases import GENETIC, RESIDUAL, Case, sentence
from lmm_app.lessons.moves.frames import Frame, Moves
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_core.arrays import Floats

HEIGHT = 330
# The axis of two bars.
BARS = {**plot.axis("", 0.5, 2.5, of="model", ticks=[]), "lo": 0.5, "hi": 2.5}


def moves_board(case: Case, moves: Moves, *, revealed: bool) -> dict[str, Any]:
    """The bars of the model as it was and, once it may be seen, of the one in the hand."""
    every = case.frames(moves)
    frames = every if revealed else every[:1]
    said = [sentence(case, frame) for frame in frames]
    most = max(frame.total for frame in every)
    return {
        "name": "pair",
        "method": "REML",
        "hand": frames_hand([one.words for one in frames], case.hand),
        "said": said,
        "own": True,
        "height": HEIGHT,
        "show": {"slider": revealed},
        "charts": [
            _chart(case, frames, said, ("The variances", f"variance, {case.unit}", most), 1.0),
            _chart(case, frames, said, ("The same, of 100%", "% of the variance", 100.0), 100.0),
        ],
    }


def start_of(case: Case, moves: Moves, *, revealed: bool) -> float:
    """The frame in which the picture opens."""
    return float(case.place(moves)) if revealed else 0.0


def _chart(
    case: Case, frames: Sequence[Frame], said: list[str], axis: tuple[str, str, float], of: float
) -> dict[str, Any]:
    """One of the two charts: bars from 0, the whole behind and what goes with kinship in front.

    Args:
        case, frames, said: what is drawn, and its words.
        axis: the title, the axis of y and its upper end.
        of: 1 for variances, 100 for shares of their sum.
    """
    title, y, most = axis
    shares = of > 1.0
    parts = [
        ("plain", RESIDUAL, _heights(frames, shares, 3), _heights(frames, shares, 3, 2)),
        ("ML", case.second, _heights(frames, shares, 2), _heights(frames, shares, 2, 1)),
        ("REML", GENETIC, _heights(frames, shares, 1), _heights(frames, shares, 1)),
    ]
    series = [
        {
            "kind": "bars",
            "look": look,
            "name": words,
            "x": np.array([1.0, 2.0]),
            "y": np.ascontiguousarray(tops, dtype=np.float32).ravel(),
            "exact": {"y": np.ascontiguousarray(sizes, dtype=np.float32).ravel()},
            "moving": True,
        }
        for look, words, tops, sizes in parts
        if words
    ]
    return {
        "title": title,
        "note": "The blue share is h." if shares else "",
        "height": HEIGHT,
        "grid": "y",
        "legend": [
            plot.key("point", look, words, shape="boundary")
            for look, words, _, _ in reversed(parts)
            if words
        ],
        "x": {**BARS, "names": ["before", "now"]},
        "y": {**plot.axis(y, 0.0, most), "lo": 0.0},
        "series": series,
        "alts": [f"{title}. At first {said[0]} Now {words}" for words in said],
    }


def _heights(frames: Sequence[Frame], shares: bool, upto: int, since: int = 0) -> Floats:
    """By frame, of the model as it was and of the frame, what parts add up to, shape (frames, 2).

    A picture that is not to tell the answer has one frame, and nothing in the place of the other.
    """

    def height(frame: Frame) -> float:
        parts = (frame.genetic, frame.second, frame.residual)[since:upto]
        return sum(parts) / frame.total * 100.0 if shares else sum(parts)

    first = height(frames[0])
    after = [height(frame) for frame in frames] if len(frames) > 1 else [0.0]
    return np.array([[first, one] for one in after])
