"""What a kinship can tell, before any phenotype: the expected standard error of ĥ."""

import numpy as np
import plotly.graph_objects as go

from lmm_app import figures
from lmm_app.live import theme
from lmm_core.arrays import Floats


def expected_error_figure(h2: Floats, se: Floats, estimate: float | None) -> go.Figure:
    """The expected standard error of ĥ by REML against the true h, and where ĥ is now.

    Args:
        h2, se: true values of h and the standard error at each, shape (m,).
        estimate: the estimate of the fit on the screen, if it has one.
    """
    shown = np.isfinite(se)
    # An error of 0.5 says nothing at all about a share: more is only worse nothing.
    figure = go.Figure(
        go.Scatter(
            x=h2[shown],
            y=np.minimum(se[shown], 1.0),
            mode="lines",
            line={"color": theme.METHOD_COLOR["REML"], "width": 3},
            hovertemplate="h = %{x:.2f}<br>standard error %{y:.3f}<extra></extra>",
        )
    )
    if estimate is not None:
        figure.add_vline(x=estimate, line={"color": theme.ESTIMATE, "width": 2, "dash": "dot"})
    figures.finish(figure, height=420)
    figure.update_xaxes(title="true h", range=[-0.02, 1.02], zeroline=False)
    top = float(np.minimum(se[shown], 1.0).max(initial=0.1))
    figure.update_yaxes(title="expected standard error of ĥ", range=[0.0, 1.08 * top])
    return figure
