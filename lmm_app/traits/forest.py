"""Estimates of many traits with their intervals: one to a row, or all in one narrow row."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lmm_app import figures
from lmm_app.live import theme
from lmm_app.traits.words import estimate
from lmm_core import TraitFits
from lmm_core.arrays import Floats, Ints

ROW = 22
OVERVIEW = 330
# On a projector so many rows can be read.
READABLE = 12
# Of more traits, that many at even distances are drawn.
MOST = 2000
LONGEST = 16
# What a mark means: its symbol, its words in the key.
MARKS = {
    "interior": ("circle", "ĥ between 0 and 1"),
    "lower_boundary": ("triangle-left", "ĥ at 0"),
    "upper_boundary": ("triangle-right", "ĥ at 1"),
    "unbounded": ("x", "highest finite hill, rises without end"),
}
TRUE = "true h"


def forest_figure(
    names: Sequence[str], fits: TraitFits, places: Ints, true_h2: Sequence[float] | None = None
) -> go.Figure:
    """One trait to a row, from the top: its estimate, its interval, its other hill.

    Args:
        names: of all traits.
        fits: of all traits.
        places: those that are drawn, in their order.
        true_h2: of all traits, where they are known.
    """
    rows = np.arange(places.size, dtype=np.float64)
    figure = go.Figure()
    _add(figure, names, fits, places, rows, true_h2, across=True, sizes=(2.5, 9, 11))
    shown = [_short(names[place]) for place in places]
    left = 24 + 8 * max((len(name) for name in shown), default=6)
    figures.finish(figure, height=130 + ROW * max(places.size, 3), left=left, top=66)
    _key(figure)
    figure.update_xaxes(title="h", range=[-0.03, 1.03], zeroline=False, side="bottom")
    figure.update_yaxes(
        tickvals=rows,
        ticktext=[figures.literal(name) for name in shown],
        range=[places.size - 0.4, -0.6],
        zeroline=False,
        showgrid=True,
    )
    return figure


def overview_figure(
    names: Sequence[str],
    fits: TraitFits,
    places: Ints,
    true_h2: Sequence[float] | None = None,
    window: tuple[int, int] | None = None,
) -> go.Figure:
    """All traits side by side, narrow; the window of those drawn one to a row is shaded."""
    ranks = np.arange(1, places.size + 1, dtype=np.float64)
    drawn = np.unique(np.linspace(0, places.size - 1, min(places.size, MOST)).astype(int))
    places, at = places[drawn], ranks[drawn]
    figure = go.Figure()
    if window is not None:
        figure.add_vrect(
            x0=window[0] + 0.5,
            x1=window[1] + 0.5,
            fillcolor=theme.NEUTRAL,
            opacity=0.25,
            line_width=0,
            layer="below",
        )
    sizes = (1.5, 6, 7) if drawn.size <= 400 else (1, 4, 5)
    _add(figure, names, fits, places, at, true_h2, across=False, sizes=sizes)
    figures.finish(figure, height=OVERVIEW, top=66)
    _key(figure)
    figure.update_xaxes(
        title="traits, in this order", range=[0.0, ranks.size + 1.0], zeroline=False, showgrid=False
    )
    figure.update_yaxes(title="h", range=[-0.05, 1.05], zeroline=False)
    return figure


def _add(
    figure: go.Figure,
    names: Sequence[str],
    fits: TraitFits,
    places: Ints,
    at: Floats,
    true_h2: Sequence[float] | None,
    *,
    across: bool,
    sizes: tuple[float, int, int],
) -> None:
    """Intervals, estimates, the other hills where there is room, and what is true if it is known.

    Args:
        figure: what they are added to.
        names, fits, true_h2: of all traits.
        places: those that are drawn, and `at`, where each of them is.
        across: whether h goes from left to right.
        sizes: of an interval, an estimate, and a true h.
    """
    color = theme.METHOD_COLOR["REML" if fits.reml else "ML"]
    width, size, hollow = sizes
    low, high, h2 = fits.lower[places], fits.upper[places], fits.h2[places]
    has = np.flatnonzero(~np.isnan(low))
    ends = np.column_stack([low[has], high[has], np.full(has.size, np.nan)]).ravel()
    rows = np.repeat(at[has], 3)
    figure.add_trace(
        go.Scatter(
            x=ends if across else rows,
            y=rows if across else ends,
            mode="lines",
            name="95% profile interval",
            line={"color": color, "width": width},
            opacity=0.55,
            hoverinfo="skip",
        )
    )

    def points(words: str, h: Floats, those: Ints, look: dict[str, object]) -> go.Scatter:
        return go.Scatter(
            x=h[those] if across else at[those],
            y=at[those] if across else h[those],
            mode="markers",
            name=words,
            marker=look,
            # What is chosen is told on the page; nothing fades here.
            selected={"marker": {"opacity": 1.0}},
            unselected={"marker": {"opacity": 1.0}},
            text=[figures.literal(names[place]) for place in places[those]],
            hovertemplate=f"%{{text}}: {words} %{{{'x' if across else 'y'}:.3f}}<extra></extra>",
        )

    for kind, (symbol, words) in MARKS.items():
        those = np.flatnonzero((fits.status[places] == kind) & ~np.isnan(h2))
        if not those.size:
            continue
        odd = kind != "interior"
        look = {"symbol": symbol, "size": size + 3 * odd, "color": theme.ESTIMATE if odd else color}
        trace = points(words, h2, those, look)
        trace.hovertemplate = "%{customdata[0]}<br>Click it for more.<extra></extra>"
        trace.customdata = [
            (f"{figures.literal(names[place])}: ĥ = {estimate(fits, place)}", place)
            for place in places[those].tolist()
        ]
        figure.add_trace(trace)
    hills = fits.next_h2[places]
    others = np.flatnonzero(~np.isnan(hills))
    if across and others.size:
        look = {"symbol": "diamond-open", "size": 9, "color": theme.GUESS, "line": {"width": 2}}
        figure.add_trace(points("next hill", hills, others, look))
    if true_h2 is not None:
        look = {"symbol": "circle-open", "size": hollow, "color": theme.NEUTRAL}
        look["line"] = {"width": 1.5}
        truth, every = np.asarray(true_h2)[places], np.arange(places.size)
        figure.add_trace(points(TRUE, truth, every, look))


def _key(figure: go.Figure) -> None:
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.0,
            "x": 0.0,
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
