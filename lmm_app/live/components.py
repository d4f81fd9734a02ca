"""The picture of “Principal components”: the sum, the profile, and the inflation of a scan."""

from typing import Any

import numpy as np

from lmm_app.lessons.components.fits import GRID, Components
from lmm_app.lessons.components.words import count_words, frame_sentence
from lmm_app.live import plot
from lmm_app.live.hand import frames_hand

HEIGHT = 190
# Of a profile, from its top.
DEPTH = 6.0
BESIDE, ALONE = "beside K", "without K"


def components_board(found: Components, *, revealed: bool, wide: bool = False) -> dict[str, Any]:
    """Without any component, and once it may be seen with each number of them.

    Args:
        found: the fits.
        revealed: whether the answer may be seen.
        wide: two charts side by side, without that of the scan.
    """
    frames = found.frames if revealed else found.frames[:1]
    said = [frame_sentence(found, frame) for frame in frames]
    charts = [_sum(found, said), _profile(found, said)]
    if found.has_scans and revealed and not wide:
        charts.append(_scan(found, said))
    return {
        "name": "pair" if wide else "one",
        "method": "REML",
        "own": True,
        "hand": frames_hand(
            [count_words(frame.count) for frame in frames], "components as covariates"
        ),
        "said": said,
        "height": HEIGHT,
        "show": {"slider": revealed},
        "charts": charts,
    }


def start_of(*, revealed: bool) -> float:
    """The frame in which the picture opens: with the component that was asked about."""
    return 1.0 if revealed else 0.0


def _sum(found: Components, said: list[str]) -> dict[str, Any]:
    parts = np.array([frame.parts for frame in found.frames])
    shown = parts.shape[1]
    return {
        "title": "What each rotated observation adds to the sum",
        "note": f"Residual² × weight, over v̂: the {shown} with the largest λ.",
        "height": HEIGHT,
        "grid": "y",
        "x": {
            **plot.axis("rotated observation, by λ", 0.5, shown + 0.5, 0.0),
            "lo": 0.5,
            "hi": shown + 0.5,
        },
        "y": {**plot.axis("in the sum", 0.0, max(float(parts.max()), 1.0)), "lo": 0.0},
        "series": [
            {
                "kind": "bars",
                "look": "loading",
                "name": "in the sum",
                "x": np.arange(1, shown + 1, dtype=np.float32),
                "y": np.ascontiguousarray(parts[: len(said)], dtype=np.float32).ravel(),
                "moving": True,
            }
        ],
        "alts": [
            f"What the {shown} rotated observations with the largest λ add to the sum: nothing in "
            f"{int((row == 0.0).sum())} of them, {row.max():.2f} at most. {words}"
            for row, words in zip(parts, said, strict=False)
        ],
    }


def _profile(found: Components, said: list[str]) -> dict[str, Any]:
    frames = found.frames[: len(said)]
    heights = np.array([frame.height for frame in frames])
    tops = np.array([np.nan if frame.h2 is None else frame.h2 for frame in frames])
    series = [
        plot.line("lane-newton", "without any", GRID, heights[0]),
        plot.line(
            "lane-brent",
            "with components",
            GRID,
            np.ascontiguousarray(heights, dtype=np.float32).ravel(),
            moving=True,
        ),
        plot.points("estimate", "ĥ", tops, np.zeros(len(frames)), count=1, moving=True),
    ]
    return {
        "title": "Which h fits best beside them?",
        "note": "",
        "height": HEIGHT,
        "legend": [
            plot.key("line", "lane-newton", "without any"),
            plot.key("line", "lane-brent", "with components"),
        ][: len(said)],
        "x": plot.axis("h", 0.0, 1.0, 0.02),
        "y": plot.axis("log-likelihood", -DEPTH, 0.0, 0.06),
        "series": series if len(said) > 1 else [series[0], series[2]],
        "alts": [f"The restricted log-likelihood of h, from its top. {words}" for words in said],
    }


def _scan(found: Components, said: list[str]) -> dict[str, Any]:
    count = np.arange(float(len(found.frames)))
    inflation = np.array(
        [[np.nan if x is None else x for x in (one.beside, one.alone)] for one in found.frames]
    )
    known = inflation[np.isfinite(inflation)]
    low, high = min(0.5, float(known.min())), max(1.5, float(known.max()))
    here = plot.line(
        "here", "", np.repeat(count, 2), np.tile([low, high], count.size), count=2, moving=True
    )
    series = [here, plot.line("plain thin", "as chance", count[[0, -1]], np.ones(2))]
    for look, name, column, shape in (
        ("lane-brent", BESIDE, 0, "round"),
        ("lane-newton", ALONE, 1, "golden"),
    ):
        y = np.ascontiguousarray(inflation[:, column])
        series.append(plot.line(look, name, count, y))
        series.append(plot.points("plain", "", count, y, count=1, moving=True, shape=shape))
    return {
        "title": "Inflation of a scan",
        "note": "The median test over that of chance, near 1 by chance alone.",
        "height": HEIGHT,
        "legend": [
            plot.key("line", "lane-newton", ALONE),
            plot.key("line", "lane-brent", BESIDE),
        ],
        "x": plot.axis(
            "components as covariates",
            0.0,
            count[-1],
            0.02,
            ticks=count[:: 5 if count[-1] > 10 else 1].tolist(),
        ),
        "y": {**plot.axis("inflation", low, high), "log": True, "lo": low, "hi": high},
        "series": series,
        "alts": said,
    }
