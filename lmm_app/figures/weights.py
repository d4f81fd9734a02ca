"""The rotated problem: each eigen-direction's weight against its eigenvalue."""

import numpy as np
import plotly.graph_objects as go

from lmm_app.figures import theme
from lmm_core.arrays import Floats

# A spread of eigenvalues beyond this is drawn on a logarithmic axis.
WIDE = 30.0


def weights_figure(values: Floats, weights: Floats, h2: float) -> go.Figure:
    """w = 1/(hλ + 1 - h) at every eigenvalue λ; a direction of little variance counts more.

    Directions with infinite weight (λ = 0 at h = 1), and on a logarithmic axis those with
    λ = 0, cannot be drawn and are counted in the title of the axis.
    """
    positive = values[values > 0]
    wide = positive.size > 0 and float(positive.max()) > WIDE * float(np.median(positive))
    wide = wide or (positive.size > 0 and float(positive.max()) > 1e3 * float(positive.min()))
    shown = np.isfinite(weights) & ((values > 0) | (not wide))
    hidden = int((~shown).sum())
    title = "eigenvalue λ of the kinship" + (f" ({hidden} at 0 not drawn)" if hidden else "")
    figure = go.Figure(
        go.Scatter(
            x=values[shown],
            y=weights[shown],
            mode="markers",
            marker={"color": theme.POINTS, "size": 8, "opacity": 0.55},
            hovertemplate="λ = %{x:.4g}<br>weight %{y:.4g}<extra></extra>",
        )
    )
    figure.add_hline(y=1.0, line={"color": theme.NEUTRAL, "width": 1.5, "dash": "dot"})
    theme.finish(figure, height=380)
    figure.update_xaxes(title=title, type="log" if wide else "linear", zeroline=False)
    if wide:
        figure.update_xaxes(exponentformat="power", dtick=1)
    top = float(weights[shown].max()) if shown.any() else 1.0
    figure.update_yaxes(title="weight 1/d", range=[0.0, 1.08 * max(top, 1.2)])
    return figure
