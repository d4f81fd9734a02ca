"""One visual language: what a colour and a mark mean, wherever they appear.

Data colours are chosen to stand out by at least 3:1 on the light and on the dark page, so that
a figure is the same object in both; text, axes and grid take their colour from the page.
"""

from collections.abc import Mapping
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
POINTS = GREEN
ESTIMATE = PURPLE
NEUTRAL = "#8a939d"

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


def finish(figure: go.Figure, *, height: int, top: int = 16, legend: bool = False) -> go.Figure:
    """The frame that all figures share: size, margins, type and legend above the picture."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": top, "b": 8},
        font={"size": FONT_SIZE},
        hoverlabel={"font": {"size": FONT_SIZE}},
        showlegend=legend,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.0,
            "xanchor": "left",
            "yanchor": "bottom",
            "font": {"size": FONT_SIZE},
            "itemclick": False,
            "itemdoubleclick": False,
        },
        dragmode=False,
    )
    figure.update_xaxes(automargin=True, title_standoff=6, fixedrange=True)
    figure.update_yaxes(automargin=True, title_standoff=6, fixedrange=True)
    return figure
