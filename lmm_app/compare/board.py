"""Both profiles on the same axes, each from its own top, and the intervals below them; pure."""

from typing import Any

import numpy as np

from lmm_app.compare.pair import Pair, Side, finds
from lmm_app.compare.rules.statement import height
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand
from lmm_app.live.pictures import top_of
from lmm_core import log_likelihood
from lmm_core.arrays import Floats
from lmm_core.summary import h_words

HEIGHT = 400
FRAMES = 101
# Within this of the top lies the 95% interval.
REACH = 1.92
# How deep the picture goes at least, and at most, and how far above the tops.
SHALLOWEST, DEEPEST = 3.0, 12.0
ROOF = 0.06
# Where the bars are, and the end of the picture, as shares of its depth.
BARS = (1.1, 1.22)
END = 1.31
# Of the distance between marks on the axis.
STEPS = (0.5, 1.0, 2.0, 5.0)
MARKS = 7


def two_board(pair: Pair, *, revealed: bool = True) -> dict[str, Any]:
    """The picture, with h in the hand; A alone before B is revealed."""
    sides = pair.sides if revealed else (pair.a,)
    h2 = np.linspace(0.0, 1.0, FRAMES)
    frames = {side.name: _heights(side, h2) for side in sides}
    return {
        "name": "two",
        "own": True,
        "method": pair.a.method,
        "hand": frames_hand(
            [f"h = {h:.2f}" for h in h2], "h, a place to read off both curves", commits=True
        ),
        "said": [_said(sides, frames, float(h), k) for k, h in enumerate(h2)],
        "height": HEIGHT,
        "show": {"slider": True},
        "charts": [_chart(sides, frames, h2)],
    }


def first_frame(pair: Pair) -> int:
    """The frame nearest to A’s estimate; the middle without one."""
    h2 = pair.a.fit.h2 if pair.a.fit.maxima else 0.5
    return round(h2 * (FRAMES - 1))


def alt(sides: tuple[Side, ...]) -> str:
    """Alternative text of the picture."""
    each = ". ".join(f"{one.name}, {one.label}: {finds(one.view, one.method)}" for one in sides)
    many = "The profile log-likelihood of h"
    if len(sides) > 1:
        many = "Two profile log-likelihoods of h, each from its own top"
    return f"{many}. {each}."


def _heights(side: Side, h2: Floats) -> Floats:
    """The log-likelihood less its top, at some h; 0 where the covariates fit without error."""
    rotated = side.fit.rotated
    if rotated.exact:
        return np.zeros(h2.shape)
    found: Floats = log_likelihood(rotated, h2, reml=side.method == "REML")
    return found - top_of(side.view, side.method)


def _chart(sides: tuple[Side, ...], frames: dict[str, Floats], h2: Floats) -> dict[str, Any]:
    depth = _depth(frames)
    roof = ROOF * depth
    lines, marks, bars, legend, names = [], [], [], [], []
    methods = len({side.method for side in sides}) > 1
    for side in sides:
        (look, shape), called = _look(side, methods=methods), f"{side.name}, {side.label}"
        grid = np.union1d(h2, side.view.profile(side.method).h2)
        exact = _heights(side, grid)
        # Beyond the picture a curve goes on, but not to infinity, where no line can be drawn.
        drawn = np.clip(exact, -2.0 * END * depth, 4.0 * depth)
        lines.append(
            plot.line(
                look,
                called,
                grid.astype(np.float32),
                drawn.astype(np.float32),
                exact={"y": exact.astype(np.float32)},
            )
        )
        marks.append(
            plot.points(
                look,
                "",
                h2,
                np.clip(frames[side.name], -depth, roof),
                shape=shape,
                count=1,
                moving=True,
            )
        )
        legend.append(plot.key("line", look, called))
        at = -BARS[side.name == "B"] * depth
        names.append({"at": at, "words": side.name})
        bars += _bar(side, at, look, shape)
    reach = plot.line("reach", "", np.array([0.0, 1.0]), np.full(2, -REACH))
    stem = plot.line(
        "here", "", np.repeat(h2, 2), np.tile([-END * depth, roof], FRAMES), count=2, moving=True
    )
    return {
        "note": "Bars: ĥ and its 95% interval, where the curve is within 1.92 of its top.",
        "height": HEIGHT,
        "legend": [*legend, plot.key("line", "reach", "1.92 below the top")],
        "x": plot.axis("h", 0.0, 1.0, 0.02),
        "y": {
            "title": "log-likelihood, each from its top",
            "lo": -END * depth,
            "hi": roof,
            "log": False,
            "ticks": _ticks(depth),
            "names": names,
        },
        "series": [stem, reach, *lines, *bars, *marks],
        "alt": alt(sides),
    }


def _bar(side: Side, at: float, look: str, shape: str | None) -> list[dict[str, Any]]:
    """The interval as a bar and ĥ as a mark on it; nothing where there is no estimate."""
    interval = side.found.interval
    if interval is None or not side.fit.maxima:
        return []
    what = "ĥ" if side.estimated else "highest finite hill"
    ends = np.array([interval.lower, interval.upper])
    return [
        plot.line(
            f"{look} bar-line",
            f"{side.name}, 95% interval",
            ends,
            np.full(2, at),
            exact={"y": np.full(2, np.nan)},
        ),
        plot.points(
            look,
            f"{side.name}, {what}",
            np.array([side.fit.h2]),
            np.array([at]),
            shape=shape,
            exact={"y": np.array([np.nan])},
            words=[f"{side.name}: {finds(side.view, side.method)}"],
        ),
    ]


def _look(side: Side, *, methods: bool) -> tuple[str, str | None]:
    """The line and the mark of a side; those of ML and of REML where these are compared."""
    look = side.method if methods else f"fit-{side.name.lower()}"
    return look, "golden" if look in ("ML", "fit-b") else None


def _depth(frames: dict[str, Floats]) -> float:
    """How far below the tops the picture goes: as the deeper curve does, but not too far."""
    lowest = [float(one[np.isfinite(one)].min()) for one in frames.values()]
    return float(np.clip(-min(lowest), SHALLOWEST, DEEPEST))


def _ticks(depth: float) -> list[float]:
    step = next(one for one in STEPS if depth / one <= MARKS)
    return [0.0 - step * k for k in range(int(depth / step) + 1)]


def _said(sides: tuple[Side, ...], frames: dict[str, Floats], h2: float, k: int) -> str:
    """How high each curve is at an h."""
    parts = [f"{side.name} {_where(side, float(frames[side.name][k]))}" for side in sides]
    return f"At h = {h_words(h2)}: {', '.join(parts)}."


def _where(side: Side, value: float) -> str:
    if side.fit.status == "flat":
        return "is as high as everywhere"
    if value == np.inf:
        return "rises without end"
    if value == -np.inf:
        return "falls without end"
    top = (
        "top"
        if side.fit.status != "unbounded"
        else ("highest finite hill" if side.fit.maxima else "highest value drawn")
    )
    if abs(value) < 5e-3:
        return f"is at its {top}"
    return f"is {height(abs(value), 2)} {'below' if value < 0.0 else 'above'} its {top}"
