"""The rotated problem: each eigen-direction's weight against its eigenvalue."""

import numpy as np
import plotly.graph_objects as go

from lmm_app.figures import theme
from lmm_core.arrays import Floats

# A spread of eigenvalues beyond this is drawn on a logarithmic axis.
WIDE = 30.0
# Points on the curve of the weight against λ.
CURVE = 120


def weights_figure(values: Floats, weights: Floats, h2: float) -> go.Figure:
    """w = 1/(hλ + 1 - h) against λ, and a tick under the curve for every eigen-direction.

    Directions with infinite weight (λ = 0 at h = 1), and on a logarithmic axis those with
    λ = 0, cannot be drawn and are counted in the title of the axis.
    """
    positive = values[values > 0]
    wide = positive.size > 0 and (
        float(positive.max()) > WIDE * float(np.median(positive))
        or float(positive.max()) > WIDE**2 * float(positive.min())
    )
    shown = np.isfinite(weights) & ((values > 0) | (not wide))
    hidden = int((~shown).sum())
    x, w = values[shown], weights[shown]
    top = 1.08 * max(float(w.max()) if w.size else 1.0, 1.2)
    ends = (float(x.min()), float(x.max())) if x.size else (1.0, 1.0)
    curve = np.geomspace(*ends, CURVE) if wide else np.linspace(*ends, CURVE)
    # One path for all the ticks: hundreds of marks of their own would slow the page down.
    ticks = np.repeat(x, 3)
    heights = np.tile([0.0, 0.05 * top, np.nan], x.size)
    figure = go.Figure(
        [
            go.Scatter(
                x=ends,
                y=[1.0, 1.0],
                mode="lines",
                line={"color": theme.NEUTRAL, "width": 1.5, "dash": "dot"},
                hoverinfo="skip",
            ),
            go.Scatter(
                x=curve if x.size else [],
                y=1.0 / (h2 * curve + 1.0 - h2) if x.size else [],
                mode="lines" if ends[1] > ends[0] else "markers",
                line={"color": theme.POINTS, "width": 3},
                hovertemplate="λ = %{x:.4g}<br>weight %{y:.4g}<extra></extra>",
            ),
            go.Scatter(
                x=ticks,
                y=heights,
                mode="lines",
                connectgaps=False,
                line={"color": theme.POINTS, "width": 1},
                hoverinfo="skip",
            ),
        ]
    )
    theme.finish(figure, height=380)
    title = "eigenvalue λ of the kinship" + (f" ({hidden} at 0 not drawn)" if hidden else "")
    figure.update_xaxes(title=title, type="log" if wide else "linear", zeroline=False)
    if wide:
        figure.update_xaxes(exponentformat="power", dtick=1)
    figure.update_yaxes(title="weight 1/d", range=[0.0, top], zeroline=False)
    return figure
