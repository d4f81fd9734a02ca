"""The frame that all charts of plotly share."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

# The size of type in a figure, which is that of the boards in the browser; and on a projector.
FONT_SIZE = 13
PROJECTED = 21
# Ticks have no marks, and titles lie so far from their labels, as in the boards.
STANDOFF = 8

CONFIG: Mapping[str, Any] = MappingProxyType(
    {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset", "responsive": True}
)


def literal(label: str) -> str:
    """A name from a file as plotly shows it unchanged: its texts may hold tags."""
    return escape(label, quote=False)


def frame(*, height: int, left: int = 62, bottom: int = 54, top: int = 16) -> dict[str, Any]:
    """The layout that all figures share: size, margins and type.

    Margins are given, not found by plotly, which would lay every figure out several times.
    """
    return {
        "height": height,
        "margin": {"l": left, "r": 14, "t": top, "b": bottom},
        "font": {"size": FONT_SIZE},
        "hoverlabel": {"font": {"size": FONT_SIZE}},
        "showlegend": False,
        "dragmode": False,
        "xaxis": axis(),
        "yaxis": axis(),
    }


def axis() -> dict[str, Any]:
    """An axis as all figures have it, of which a title has the type and the place."""
    return {
        "automargin": False,
        "fixedrange": True,
        "ticks": "",
        "showline": False,
        "tickfont": {"size": FONT_SIZE},
        "title": {"font": {"size": FONT_SIZE}, "standoff": STANDOFF},
    }


def finish(figure: go.Figure, **size: int) -> go.Figure:
    """A figure in the frame of that size; at once, as plotly is slow at each of its updates."""
    return figure.update_layout(frame(**size))


def projected(figure: go.Figure) -> go.Figure:
    """The same figure for a projector: larger type and marks, and as high as its place."""
    grown = PROJECTED / FONT_SIZE
    margin = figure.layout.margin
    axis = {"tickfont": {"size": PROJECTED}, "title": {"font": {"size": PROJECTED}}}
    figure.update_layout(
        font={"size": PROJECTED},
        legend={"font": {"size": PROJECTED}},
        hoverlabel={"font": {"size": PROJECTED}},
        height=None,
        autosize=True,
        margin={side: round(grown * margin[side]) for side in ("l", "t", "b")},
    )
    figure.update_annotations(font={"size": PROJECTED})
    for trace in figure.data:
        if trace.type != "scatter":
            continue
        if trace.marker.size is not None:
            trace.marker.size = grown * trace.marker.size
        if trace.line.width is not None:
            trace.line.width = grown * trace.line.width
    return figure.update_xaxes(**axis).update_yaxes(**axis)
