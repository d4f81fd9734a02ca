"""The profile log-likelihood over h, and under it the search that found its maximum."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lmm_app.figures import theme
from lmm_app.view import View
from lmm_core import LMMFit, TraceStep
from lmm_core.arrays import Floats

# How far below the maximum the picture goes, in log-likelihood units.
DEEPEST = 40.0
# Iterates closer than this in h are not numbered on the curve, only in their own rows.
LABEL_GAP = 0.025


def profile_figure(view: View, method: str, true_h2: float | None = None) -> go.Figure:
    """Both profiles, each relative to its maximum, with the Brent iterates of one.

    Above: the curves and the iterates on the chosen one. Below, on the same axis of h: one row
    an evaluation, its bracket as a bar and its point as a mark shaped by the kind of step.
    """
    fit = view.fit(method)
    steps = fit.trace
    figure = make_subplots(
        rows=2,
        cols=1,
        shared_xaxes=True,
        row_heights=[0.58, 0.42],
        vertical_spacing=0.05,
    )
    floor = _floor(view)
    for name in ("ML", "REML"):
        profile = view.profile(name)
        height = relative(profile.loglik, view.fit(name))
        figure.add_scatter(
            x=profile.h2,
            y=np.clip(height, floor - 5.0, None),
            mode="lines",
            name=f"{name} profile",
            line={
                "color": theme.METHOD_COLOR[name],
                "width": 3 if name == method else 2,
                "dash": theme.METHOD_DASH[name],
            },
            hovertemplate="h = %{x:.3f}<br>%{y:.3f} from the maximum<extra>" + name + "</extra>",
            row=1,
            col=1,
        )
    _draw_search(figure, steps, fit, floor)
    if fit.maxima:
        figure.add_vline(
            x=fit.h2, line={"color": theme.ESTIMATE, "width": 2, "dash": "dot"}, row="all", col=1
        )
        figure.add_annotation(
            x=fit.h2,
            y=1.0,
            yref="y domain",
            yanchor="bottom",
            text=f"ĥ = {fit.h2:.3f}",
            showarrow=False,
            font={"size": 15},
        )
    _draw_findings(figure, view, method)
    if true_h2 is not None:
        figure.add_vline(
            x=true_h2, line={"color": theme.NEUTRAL, "width": 2, "dash": "dash"}, row="all", col=1
        )
        figure.add_annotation(
            x=true_h2,
            y=0.0,
            yref="y domain",
            yanchor="bottom",
            xanchor="left" if true_h2 < 0.85 else "right",
            text=f" true h = {true_h2:g} ",
            showarrow=False,
        )
    theme.finish(figure, height=640, top=92)
    figure.update_layout(
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.06,
            "xanchor": "left",
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    )
    figure.update_xaxes(range=[-0.02, 1.02], zeroline=False, showgrid=True)
    figure.update_xaxes(title="h, the share of the variance that goes with kinship", row=2, col=1)
    figure.update_yaxes(
        title="log-likelihood, from its maximum",
        range=[floor, -0.12 * floor],
        zeroline=True,
        row=1,
        col=1,
    )
    count = max(len(steps), 1)
    figure.update_yaxes(
        title="evaluation",
        range=[count + 0.8, 0.2],
        tickmode="array",
        tickvals=[step.iteration for step in steps if count <= 16 or step.iteration % 2],
        tickfont={"size": 12},
        showgrid=False,
        zeroline=False,
        row=2,
        col=1,
    )
    return figure


def relative(loglik: Floats, fit: LMMFit) -> Floats:
    """The profile less its maximum, where it has one; the highest finite value stands in."""
    finite = loglik[np.isfinite(loglik)]
    top = fit.loglik if np.isfinite(fit.loglik) else (finite.max() if finite.size else 0.0)
    height: Floats = loglik - top
    return height


def _draw_findings(figure: go.Figure, view: View, method: str) -> None:
    """The interval, the other maxima, and where a single search would have stopped."""
    found, fit = view.methods[method], view.fit(method)
    if found.interval is not None:
        figure.add_vrect(
            x0=found.interval.lower,
            x1=found.interval.upper,
            fillcolor=theme.ESTIMATE,
            opacity=0.13,
            line_width=0,
            layer="below",
            row=1,
            col=1,
        )
    for maximum in fit.maxima[1:]:
        figure.add_annotation(
            x=maximum.h2,
            y=maximum.loglik - fit.loglik,
            text=f"also a maximum<br>h = {maximum.h2:.3f}",
            showarrow=True,
            ax=0,
            ay=44,
            row=1,
            col=1,
        )
    if found.trapped and found.plain is not None:
        figure.add_scatter(
            x=[found.plain.x],
            y=[found.plain.fun - fit.loglik],
            mode="markers",
            name="a single search stops here",
            marker={
                "symbol": "x",
                "size": 13,
                "color": theme.ORANGE,
                "line": {"color": "white", "width": 1.2},
            },
            hovertemplate=(
                "one search over [0, 1] ends at h = %{x:.4f},<br>%{y:.3f} from the maximum"
                "<extra></extra>"
            ),
            row=1,
            col=1,
        )


def _floor(view: View) -> float:
    lowest = 0.0
    for name in ("ML", "REML"):
        height = relative(view.profile(name).loglik, view.fit(name))
        finite = height[np.isfinite(height)]
        if finite.size:
            lowest = min(lowest, float(finite.min()))
    return -1.06 * min(max(-lowest, 1.0), DEEPEST)


def _draw_search(
    figure: go.Figure, steps: tuple[TraceStep, ...], fit: LMMFit, floor: float
) -> None:
    color = theme.METHOD_COLOR["REML" if fit.reml else "ML"]
    bars_x: list[float | None] = []
    bars_y: list[float | None] = []
    for step in steps:
        if step.procedure != "boundary":
            bars_x += [step.lower, step.upper, None]
            bars_y += [step.iteration, step.iteration, None]
    figure.add_scatter(
        x=bars_x,
        y=bars_y,
        mode="lines",
        name="bracket",
        line={"color": color, "width": 7},
        opacity=0.3,
        hoverinfo="skip",
        row=2,
        col=1,
    )
    labels = _labels(steps)
    for kind, symbol in theme.STEP_SYMBOL.items():
        chosen = [step for step in steps if step.procedure == kind]
        if not chosen:
            continue
        h = [step.h2 for step in chosen]
        height = relative(np.array([step.loglik for step in chosen]), fit)
        details = [
            [step.iteration, theme.STEP_NAME[kind], step.loglik, step.lower, step.upper]
            for step in chosen
        ]
        marker = {
            "symbol": symbol,
            "size": 11 if kind != "initial" else 13,
            "color": color,
            "line": {"color": "white", "width": 1.2},
        }
        hover = (
            "evaluation %{customdata[0]}: %{customdata[1]}<br>h = %{x:.6f}"
            "<br>log-likelihood %{customdata[2]:.6f}"
            "<br>bracket %{customdata[3]:.4f} to %{customdata[4]:.4f}<extra></extra>"
        )
        figure.add_scatter(
            x=h,
            y=np.clip(height, floor, -0.1 * floor),
            mode="markers+text",
            text=[labels.get(step.iteration, "") for step in chosen],
            textposition="top center",
            textfont={"size": 13},
            name=theme.STEP_NAME[kind],
            marker=marker,
            customdata=details,
            hovertemplate=hover,
            cliponaxis=False,
            row=1,
            col=1,
        )
        figure.add_scatter(
            x=h,
            y=[step.iteration for step in chosen],
            mode="markers",
            showlegend=False,
            marker=marker,
            customdata=details,
            hovertemplate=hover,
            cliponaxis=False,
            row=2,
            col=1,
        )


def _labels(steps: tuple[TraceStep, ...]) -> dict[int, str]:
    """Numbers for the marks that stand alone on the curve; the rows below number them all."""
    if not steps:
        return {}
    ordered = sorted(steps, key=lambda step: step.h2)
    gaps = [np.inf, *np.diff([step.h2 for step in ordered]), np.inf]
    return {
        step.iteration: str(step.iteration)
        for step, left, right in zip(ordered, gaps[:-1], gaps[1:], strict=True)
        if min(left, right) >= LABEL_GAP
    }
