"""Weighted least squares as a picture: the added-variable plot of one covariate."""

import numpy as np
import plotly.graph_objects as go

from lmm_app.figures import theme
from lmm_core import AddedVariable

LARGEST = 26.0
SMALLEST = 3.0


def added_variable_figure(plot: AddedVariable, covariate: str, trait: str) -> go.Figure:
    """ỹ against one rotated covariate, others projected out; area of a mark ∝ its weight."""
    size = np.sqrt(plot.weights / plot.weights.max()) * LARGEST
    few = max(1.0, (plot.x.size / 60.0) ** 0.5)
    reach = 1.06 * float(np.abs(plot.x).max())
    figure = go.Figure(
        [
            go.Scatter(
                x=plot.x,
                y=plot.y,
                mode="markers",
                marker={
                    "color": theme.POINTS_FILL,
                    "size": np.clip(size / few, SMALLEST, None),
                    "line": {"width": 1, "color": theme.POINTS},
                },
                customdata=plot.weights,
                hovertemplate=(
                    "one eigen-direction, weight %{customdata:.3g}"
                    "<br>x %{x:.3g}, y %{y:.3g}<extra></extra>"
                ),
            ),
            go.Scatter(
                x=[-reach, reach],
                y=[-reach * plot.slope, reach * plot.slope],
                mode="lines",
                line={"color": theme.ESTIMATE, "width": 3},
                hoverinfo="skip",
            ),
        ]
    )
    theme.finish(figure, height=380)
    figure.update_xaxes(title=f"{theme.literal(covariate)}, rotated", range=[-reach, reach])
    figure.update_yaxes(title=f"{theme.literal(trait)}, rotated")
    return figure
