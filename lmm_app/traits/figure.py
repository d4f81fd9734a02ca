"""Traits by markers, a dot for each pair that tells; and one trait along the genome."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lmm_app import figures
from lmm_app.fit.text import number
from lmm_app.genome.study import RANK, along_genome
from lmm_app.live import theme
from lmm_app.traits.forest import LONGEST
from lmm_app.traits.scans import TraitMap
from lmm_core.arrays import Floats, Ints

ROW, LEAST, TALLEST, PROFILE = 20, 220, 620, 260
# Of more traits than these, the axis has no names; on a projector, of more than the second.
NAMED, NAMED_LARGE = 28, 12
# A chromosome narrower than this share of the genome has no label of its own.
NARROW = 0.022


def map_figure(
    found: TraitMap, places: Ints, picked: int | None = None, *, large: bool = False
) -> go.Figure:
    """Markers from left to right, traits from top to bottom.

    Args:
        found: all traits.
        places: the traits that are drawn, in their order.
        picked: the trait that is looked at, which has a line.
        large: for a projector, where fewer names have room.
    """
    rank = np.full(len(found.names), -1)
    rank[places] = np.arange(places.size)
    x, spans = along_genome(found.study)
    figure = go.Figure()
    _chromosomes(figure, found, spans)
    pairs = found.pairs
    shown = np.flatnonzero(rank[pairs.trait] >= 0)
    of = pairs.trait[shown], pairs.marker[shown], pairs.lod[shown]
    figure.add_trace(_dots(found, x, rank, *of, ring=False))
    high = np.intersect1d(found.high, places)
    peaks = found.peaks
    figure.add_trace(_dots(found, x, rank, high, peaks.place[high], peaks.lod[high], ring=True))
    if picked is not None and rank[picked] >= 0:
        figure.add_hline(
            y=int(rank[picked]), line={"color": theme.NEUTRAL, "width": 1}, layer="below"
        )
    named = places.size <= (NAMED_LARGE if large else NAMED)
    height = int(np.clip(ROW * places.size + 110, LEAST, TALLEST))
    longest = max((len(_short(found.names[place])) for place in places), default=0)
    left = int(np.clip(20 + 7.5 * longest, 62, 140)) if named else 62
    figures.finish(figure, height=height, left=left, top=40)
    # Room for the dots of the first and of the last.
    room = max(0.6, 0.02 * places.size)
    figure.update_yaxes(range=[places.size - 1.0 + room, -room], zeroline=False, showgrid=named)
    if named:
        texts = [figures.literal(_short(found.names[place])) for place in places]
        figure.update_yaxes(tickvals=list(range(places.size)), ticktext=texts)
    else:
        figure.update_yaxes(title="traits, in this order", showticklabels=False)
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0.0},
    )
    figure.update_layout(legend_itemclick=False, legend_itemdoubleclick=False)
    return figure


def profile_figure(found: TraitMap, trait: int, lod: Floats) -> go.Figure:
    """One trait along the genome, with its threshold and what the draws leave open of it."""
    x, spans = along_genome(found.study)
    figure = go.Figure()
    _chromosomes(figure, found, spans)
    # A line ends with its chromosome.
    parts = [found.study.chromosome == span["name"] for span in spans]
    xs = np.concatenate([np.append(x[on], np.nan) for on in parts])
    ys = np.concatenate([np.append(lod[on], np.nan) for on in parts])
    figure.add_trace(
        go.Scatter(
            x=xs,
            y=ys,
            mode="lines+markers",
            line={"color": theme.METHOD_COLOR["REML"], "width": 1.5},
            marker={"size": 3},
            text=[
                ""
                if j < 0
                else f"{figures.literal(found.study.markers[j])}, {found.study.where(j)}"
                for on in parts
                for j in (*np.flatnonzero(on).tolist(), -1)
            ],
            hovertemplate="%{text}: LOD %{y:.2f}<extra></extra>",
        )
    )
    thresholds = found.thresholds
    if np.isfinite(thresholds.lod[trait]):
        low, high = thresholds.lower[trait], thresholds.upper[trait]
        figure.add_hrect(y0=low, y1=high, fillcolor=theme.GUESS, opacity=0.25, line_width=0)
        figure.add_hline(y=thresholds.lod[trait], line={"color": theme.GUESS, "dash": "dash"})
    figures.finish(figure, height=PROFILE)
    top = 1.07 * max(float(np.nanmax(lod)), float(np.nan_to_num(thresholds.upper[trait], posinf=0)))
    figure.update_yaxes(title="LOD score", range=[0.0, top], zeroline=False)
    return figure


def _dots(
    found: TraitMap, x: Floats, rank: Ints, trait: Ints, marker: Ints, lod: Floats, *, ring: bool
) -> go.Scatter:
    sizes = np.clip(3.0 + 1.1 * np.nan_to_num(lod), 5.0, 16.0)
    look: dict[str, Any] = {
        "size": sizes + 5.0 if ring else sizes,
        "symbol": "circle-open" if ring else "circle",
        "color": theme.ESTIMATE if ring else theme.METHOD_COLOR["REML"],
        "line": {"width": 2 if ring else 0},
        "opacity": 1.0 if ring else 0.55,
    }
    study, names = found.study, found.names
    words = [
        f"{figures.literal(names[i])} at {figures.literal(study.markers[j])}, {study.where(j)}: "
        f"LOD {value:.2f}"
        for i, j, value in zip(trait.tolist(), marker.tolist(), lod.tolist(), strict=True)
    ]
    return go.Scatter(
        x=x[marker],
        y=rank[trait],
        mode="markers",
        name="peak above its threshold"
        if ring
        else f"LOD above {number(found.cut, 3)}, larger is higher",
        marker=look,
        selected={"marker": {"opacity": 1.0 if ring else 0.55}},
        unselected={"marker": {"opacity": 1.0 if ring else 0.55}},
        customdata=list(zip(words, trait.tolist(), strict=True)),
        hovertemplate="%{customdata[0]}<br>Click it for more.<extra></extra>",
    )


def _chromosomes(figure: go.Figure, found: TraitMap, spans: list[dict[str, Any]]) -> None:
    """Every other one is shaded, and those that are wide enough have a name."""
    for k, span in enumerate(spans):
        if k % 2:
            shade = {"fillcolor": theme.NEUTRAL, "opacity": 0.12, "line_width": 0}
            figure.add_vrect(x0=span["lo"], x1=span["hi"], layer="below", **shade)
    wide = [span for span in spans if span["hi"] - span["lo"] >= NARROW or len(spans) == 1]
    unit = found.study.unit
    figure.update_xaxes(
        title=f"chromosome, {'order of the markers' if unit == RANK else f'position in {unit}'}",
        tickvals=[0.5 * (span["lo"] + span["hi"]) for span in wide],
        ticktext=[figures.literal(span["name"]) for span in wide],
        range=[-0.01, 1.01],
        showgrid=False,
        zeroline=False,
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
