"""The profile beyond 0 and 1, drawn: in grey, where h is no share of the variance any more."""

import numpy as np
import plotly.graph_objects as go

from lmm_app import figures
from lmm_app.fit.beyond import DEEP, curve
from lmm_app.live import theme
from lmm_core.certainty import ContinuedProfile, Interval
from lmm_core.fit import LMMFit

GREY = "#7a828c"


def beyond_figure(
    profile: ContinuedProfile,
    fit: LMMFit,
    interval: Interval | None,
    top: tuple[float, float],
    method: str,
) -> go.Figure:
    """The curve in the method's colour between 0 and 1 and grey beyond, ĥ, and the top without
    the bounds.

    Args:
        profile: continued.
        fit: whose profile it is.
        interval: its profile interval, if it has one.
        top: of `ContinuedProfile.top`.
        method: "ML" or "REML".
    """
    h, height = curve(profile, fit, interval, top[0])
    figure = go.Figure()
    share = (h >= 0.0) & (h <= 1.0)
    for part, look in (
        (h <= 0.0, {"color": GREY, "width": 3, "dash": "dot"}),
        (share, {"color": theme.METHOD_COLOR[method], "width": 3}),
        (h >= 1.0, {"color": GREY, "width": 3, "dash": "dot"}),
    ):
        if part.sum() > 1:
            figure.add_scatter(
                x=h[part],
                y=height[part],
                mode="lines",
                line=look,
                hovertemplate="h = %{x:.3f}<br>%{y:.2f}<extra></extra>",
            )
    for end in (0.0, 1.0):
        if h[0] <= end <= h[-1]:
            figure.add_vline(x=end, line={"color": GREY, "width": 1})
    marks = [(fit.h2, 0.0, "circle", theme.ESTIMATE, f"ĥ by {method}")]
    if np.isfinite(top[0]) and not 0.0 <= top[0] <= 1.0 and h[0] <= top[0] <= h[-1]:
        rise = top[1] - fit.loglik
        marks.append((top[0], rise, "circle-open", GREY, "the top without the bounds"))
    for x, y, symbol, color, words in marks:
        figure.add_scatter(
            x=[x],
            y=[y],
            mode="markers",
            marker={"symbol": symbol, "size": 12, "color": color, "line": {"width": 3}},
            hovertemplate=f"{words}<br>h = %{{x:.3f}}<extra></extra>",
        )
    figures.finish(figure, height=380)
    highest = max(0.0, top[1] - fit.loglik) if np.isfinite(top[0]) else 0.0
    shown = height[share]
    lowest = max(float(shown.min(initial=-1.0)), -DEEP)
    room = 0.12 * (highest - lowest)
    span = float(h[-1] - h[0])
    figure.update_xaxes(title="h", range=[h[0] - 0.02 * span, h[-1] + 0.02 * span], zeroline=False)
    figure.update_yaxes(
        title="log-likelihood, less that of ĥ", range=[lowest - room, highest + room]
    )
    return figure
