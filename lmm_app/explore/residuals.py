"""Does the model hold? Whitened residuals against what a normal sample would give."""

import numpy as np
import plotly.graph_objects as go

from lmm_app import figures
from lmm_app.live import theme
from lmm_core.arrays import Floats


def quantiles(whitened: Floats) -> tuple[Floats, Floats]:
    """Residuals from the least up, after what a normal sample would give in their place.

    Rotated observations without variance have no residual and are left out.
    """
    from scipy.special import ndtri

    values = np.sort(whitened[np.isfinite(whitened)])
    n = values.size
    # Blom's plotting positions.
    return ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25)), values


def quantile_figure(whitened: Floats) -> go.Figure:
    """Normal quantile plot of the whitened residuals, one for each rotated observation.

    Under the model they are nearly independent and standard normal, so the marks follow the
    line.
    """
    expected, values = quantiles(whitened)
    reach = 1.05 * float(max(np.abs(values).max(initial=1.0), np.abs(expected).max(initial=1.0)))
    figure = go.Figure(
        [
            go.Scatter(
                x=[-reach, reach],
                y=[-reach, reach],
                mode="lines",
                line={"color": theme.NEUTRAL, "width": 2, "dash": "dot"},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=expected,
                y=values,
                mode="markers",
                marker={
                    "color": theme.POINTS_FILL,
                    "size": 7,
                    "line": {"width": 1, "color": theme.POINTS},
                },
                hovertemplate="expected %{x:.2f}, found %{y:.2f}<extra></extra>",
            ),
        ]
    )
    figures.finish(figure, height=420)
    figure.update_xaxes(title="expected of a normal sample", zeroline=False)
    figure.update_yaxes(
        title="residual over its standard deviation", range=[-reach, reach], zeroline=False
    )
    return figure
