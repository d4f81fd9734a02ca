"""The correlated problem: V(h) = hK + (1-h)I as a picture."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from lmm_app.figures import theme
from lmm_core.arrays import Floats

# Up to this many individuals every number fits into its cell.
FEW = 16
# The picture is enlarged to at least this many pixels, so that the browser does not blur it.
PIXELS = 700


def color_limit(picture: Floats) -> float:
    """Where the colours stop: the size that 1 in 200 off-diagonal entries of K exceeds."""
    off = np.abs(picture[~np.eye(picture.shape[0], dtype=bool)])
    limit = float(np.quantile(off, 0.995)) if off.size else 0.0
    return limit if limit > 0 else 1.0


def covariance_image(picture: Floats, h2: float, *, binned: bool) -> NDArray[np.uint8]:
    """V(h)/v as pixels, relatives side by side, shape (k, k, 3), red, green and blue.

    Blue is for individuals more alike than unrelated ones and vermillion for less, both fading
    to grey at zero; the colours stop at `color_limit`, which does not depend on h.

    Args:
        picture: K in the order of the picture, averaged in tiles if it is large, shape (m, m).
        h2: the h to show it at.
        binned: whether a cell is a tile of several individuals.
    """
    V = _covariance(picture, h2, binned=binned)
    strength = np.clip(V / color_limit(picture), -1.0, 1.0)[:, :, np.newaxis]
    middle = np.array(theme.rgb(theme.PAPER_GREY))
    end = np.where(strength > 0, theme.rgb(theme.BLUE), theme.rgb(theme.VERMILLION))
    pixels = np.round(middle + np.abs(strength) * (end - middle)).astype(np.uint8)
    zoom = -(-PIXELS // picture.shape[0])
    return pixels.repeat(zoom, axis=0).repeat(zoom, axis=1)


def covariance_figure(picture: Floats, h2: float, ids: tuple[str, ...]) -> go.Figure:
    """V(h)/v of a few individuals with every number in its cell."""
    V = _covariance(picture, h2, binned=False)
    limit = color_limit(picture)
    names = [theme.literal(label) for label in ids]
    figure = go.Figure(
        go.Heatmap(
            z=V,
            x=names,
            y=names,
            zmin=-limit,
            zmax=limit,
            colorscale=[[0.0, theme.VERMILLION], [0.5, theme.PAPER_GREY], [1.0, theme.BLUE]],
            showscale=False,
            xgap=1,
            ygap=1,
            texttemplate="%{z:.2f}",
            textfont={"size": 10},
            hovertemplate="%{y} and %{x}: %{z:.4f}<extra></extra>",
        )
    )
    theme.finish(figure, height=380, left=40, bottom=40)
    # Ids such as 7 and 101 are names, not places.
    figure.update_xaxes(type="category")
    figure.update_yaxes(type="category")
    figure.update_xaxes(showgrid=False, tickangle=-90, tickfont={"size": 11}, title=None)
    figure.update_yaxes(showgrid=False, autorange="reversed", tickfont={"size": 11}, title=None)
    return figure


def _covariance(picture: Floats, h2: float, *, binned: bool) -> Floats:
    # In a tile of many individuals the diagonal of I is a vanishing share.
    identity = 0.0 if binned else np.eye(picture.shape[0])
    V: Floats = h2 * picture + (1.0 - h2) * identity
    return V
