"""The frame that all charts of plotly share."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

FONT_SIZE = 14

CONFIG: Mapping[str, Any] = MappingProxyType(
    {"displayModeBar": False, "scrollZoom": False, "doubleClick": "reset", "responsive": True}
)


def literal(label: str) -> str:
    """A name from a file as plotly shows it unchanged: its texts may hold tags."""
    return escape(label, quote=False)


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
