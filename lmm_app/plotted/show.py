"""A figure of Plotly on the page: its words for a screen reader, and the ways to take it."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from lmm_app import figures
from lmm_app.live.component import board
from lmm_app.live.packing import pack_board
from lmm_app.plotted.numbers import Numbers, taken_board
from lmm_app.session import projector


def show(
    figure: go.Figure,
    key: str,
    alt: str,
    numbers: Numbers,
    picked: Callable[[], None] | None = None,
) -> None:
    """Show a figure, and at its foot the control that gives it as PNG, SVG, table and CSV.

    Args:
        figure: what is shown.
        key: of the chart, whose selection is in the state under it.
        alt: the text in its place.
        numbers: what is drawn, for the table.
        picked: called when a mark was clicked, if marks can be.
    """
    if projector.on():
        figures.projected(figure)
    # A container of its own, in which the control finds this chart and no other.
    with st.container(gap=None):
        st.plotly_chart(
            figure,
            key=key,
            config=dict(figures.CONFIG),
            alt=alt,
            on_select=picked or "ignore",
            selection_mode="points",
            height="stretch" if projector.on() else "content",
        )
        # A projector shows; what is taken, is taken at a desk.
        if not projector.on():
            titled = bool(figure.layout.xaxis.title.text)
            board(pack_board(taken_board(numbers, alt, titled=titled)), f"take-{key}")
