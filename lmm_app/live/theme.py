"""One visual language: what a colour and a mark mean, wherever they appear.

Data colours are chosen to stand out by at least 3:1 on the light and on the dark page, so that
a figure is the same object in both; text, axes and grid take their colour from the page.
"""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

# Okabe and Ito 2008, "Color universal design".
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
ORANGE = "#E69F00"
PURPLE = "#CC79A7"

METHOD_COLOR: Mapping[str, str] = MappingProxyType({"REML": "#2484c6", "ML": VERMILLION})
METHOD_DASH: Mapping[str, str] = MappingProxyType({"REML": "solid", "ML": "dash"})
# Marks that overlap are filled thinly, so that their number shows; the outline carries the
# contrast, which a translucent fill on its own would lose.
POINTS = GREEN
POINTS_FILL = "rgba(0, 158, 115, 0.35)"
ESTIMATE = PURPLE
# Orange, as dark as it must be to show on white.
GUESS = "#b97c00"
NEUTRAL = "#8a939d"
PAPER_GREY = "#eef0f2"

STEP_SYMBOL: Mapping[str, str] = MappingProxyType(
    {
        "initial": "star-diamond",
        "golden": "diamond",
        "parabolic": "circle",
        "boundary": "square",
    }
)
STEP_NAME: Mapping[str, str] = MappingProxyType(
    {
        "initial": "first point",
        "golden": "golden section",
        "parabolic": "parabola",
        "boundary": "end of [0, 1]",
    }
)

FONT_SIZE = 14
CONFIG: Mapping[str, Any] = MappingProxyType(
    {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset", "responsive": True}
)


def literal(label: str) -> str:
    """A name from a file as plotly shows it unchanged: its texts may hold tags."""
    return escape(label, quote=False)


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255 of a colour such as #0072B2."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def finish(
    figure: go.Figure, *, height: int, left: int = 62, bottom: int = 54, top: int = 16
) -> go.Figure:
    """The frame that all figures share: size, margins and type.

    Margins are given, not found by plotly, which would lay every figure out several times.
    """
    axis = {"automargin": False, "title_standoff": 8, "fixedrange": True}
    figure.update_layout(
        height=height,
        margin={"l": left, "r": 14, "t": top, "b": bottom},
        font={"size": FONT_SIZE},
        hoverlabel={"font": {"size": FONT_SIZE}},
        showlegend=False,
        dragmode=False,
    )
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
