"""The rotated problem in one picture: the weights above, the weighted regression below."""

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lmm_app.figures import theme

# Of the height: the regression is the point, and needs the room.
SHARES = [0.38, 0.62]


def rotated_figure(weights: go.Figure, regression: go.Figure | None) -> go.Figure:
    """Both figures in one, which a browser lays out in half the time of two.

    Args:
        weights: from `weights_figure`.
        regression: from `added_variable_figure`, or None where weights are infinite.
    """
    parts = [weights] if regression is None else [weights, regression]
    figure = make_subplots(
        rows=len(parts), cols=1, vertical_spacing=0.17, row_heights=SHARES[: len(parts)]
    )
    for row, part in enumerate(parts, start=1):
        for trace in part.data:
            figure.add_trace(trace, row=row, col=1)
        for axis, update in (("xaxis", figure.update_xaxes), ("yaxis", figure.update_yaxes)):
            settings = part.layout[axis].to_plotly_json()
            update(**settings, row=row, col=1)
    theme.finish(figure, height=600 if regression else 320)
    return figure
