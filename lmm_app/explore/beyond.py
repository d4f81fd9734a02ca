"""The profile beyond 0 and 1, drawn: in grey, where h is no share of the variance any more."""

import numpy as np
import plotly.graph_objects as go

from lmm_app import figures
from lmm_app.live import theme
from lmm_core.arrays import Floats
from lmm_core.certainty import ContinuedProfile, Interval
from lmm_core.fit import LMMFit

POINTS = 240
# How far beyond an end the picture goes, at most; further only if the top is there.
FARTHEST = 1.0
# What lies further below the top than this tells nothing more.
DEEP = 6.0
GREY = "#7a828c"


def curve(
    profile: ContinuedProfile, fit: LMMFit, interval: Interval | None, top: float
) -> tuple[Floats, Floats]:
    """h from end to end, ascending, and ℓ less that of ĥ, shape (m,) each.

    A fit at an end is drawn from beyond it to a little past its interval, where all happens.
    """
    low, high = max(profile.lower, -FARTHEST), min(profile.upper, 1.0 + FARTHEST)
    if np.isfinite(top):
        # Past the top, half as far again.
        low = max(profile.lower, min(low, 1.5 * top))
        high = min(profile.upper, max(high, 1.5 * top - 0.5))
    first, last = 0.0, 1.0
    if interval is not None and fit.status == "lower_boundary":
        last = high = min(1.0, max(1.3 * interval.upper, -2.0 * low))
    if interval is not None and fit.status == "upper_boundary":
        first = low = max(0.0, 1.0 - max(1.3 * (1.0 - interval.lower), 2.0 * (high - 1.0)))
    # Close to where V stops being positive definite the curve falls or rises steeply.
    near = np.geomspace(1e-4, 1.0, POINTS)[:-1]
    parts = [np.linspace(first, last, POINTS)]
    if low < 0.0:
        parts.insert(0, low * (1.0 - near))
    if high > 1.0:
        parts.append(high - (high - 1.0) * near[::-1])
    elif parts[-1][-1] >= profile.upper:
        parts[-1][-1] = profile.upper - 1e-6
    h = np.concatenate(parts)
    return h, profile.log_likelihood(h) - fit.loglik


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
