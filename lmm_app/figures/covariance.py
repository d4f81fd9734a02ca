"""The correlated problem: V(h) = hK + (1-h)I as a picture."""

import numpy as np
import plotly.graph_objects as go

from lmm_app.figures import theme
from lmm_core.arrays import Floats

# Beyond this many cells a side, ids on hover and gaps between cells would only be noise.
FEW = 40


def color_limit(picture: Floats) -> float:
    """Where the colours stop: the size that 1 in 200 off-diagonal entries of K exceeds."""
    off = np.abs(picture[~np.eye(picture.shape[0], dtype=bool)])
    limit = float(np.quantile(off, 0.995)) if off.size else 0.0
    return limit if limit > 0 else 1.0


def covariance_figure(picture: Floats, h2: float, ids: tuple[str, ...] | None = None) -> go.Figure:
    """V(h) relative to v, individuals ordered so that relatives stand together.

    Args:
        picture: K in that order, averaged in tiles if it is large, shape (m, m).
        h2: the h to show it at.
        ids: the individuals in that order, if each has a row of its own.
    """
    m = picture.shape[0]
    V = h2 * picture
    if ids is not None:
        V = V + (1.0 - h2) * np.eye(m)
    limit = color_limit(picture)
    few = ids is not None and m <= FEW
    names = list(ids) if few and ids else None
    figure = go.Figure(
        go.Heatmap(
            z=np.round(V, 4).astype(np.float32),
            x=names,
            y=names,
            zmin=-limit,
            zmax=limit,
            # Blue for more alike than average, vermillion for less; grey, not white, at zero,
            # so that the middle is a colour on a light page and on a dark one.
            colorscale=[[0.0, "#D55E00"], [0.5, "#eef0f2"], [1.0, "#0072B2"]],
            colorbar={
                "orientation": "h",
                "thickness": 12,
                "len": 1.0,
                "y": -0.02,
                "yanchor": "top",
                "title": {"text": "V/v", "side": "bottom"},
                "nticks": 5,
            },
            xgap=1 if few else 0,
            ygap=1 if few else 0,
            hovertemplate=(
                "%{y} and %{x}: %{z:.3f}<extra></extra>"
                if few
                else "row %{y}, column %{x}: %{z:.3f}<extra></extra>"
            ),
        )
    )
    theme.finish(figure, height=380)
    figure.update_xaxes(visible=few, constrain="domain", showgrid=False, tickangle=-90)
    figure.update_yaxes(
        visible=few, scaleanchor="x", autorange="reversed", constrain="domain", showgrid=False
    )
    return figure
