"""A picture of a diagnosis as a Plotly figure."""

from base64 import b64encode
from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

from lmm_app import figures
from lmm_app.live import theme
from lmm_app.paper.picture import Axis, Bars, Line, Marks, Picture, names_of, png

HEIGHT, SQUARE = 320, 400
# Of a picture of rows of tiles: a row, and all else.
ROW, AROUND = 40, 90
# Of more suspects than these each is drawn smaller.
MANY = 20
INK = "#1d2733"


def picture_figure(picture: Picture) -> go.Figure:
    """The figure of a picture; its title and its words are for the page to show."""
    traces = [_columns(bars) for bars in picture.bars]
    traces += [_points(marks, picture) for marks in picture.marks]
    if picture.cells is not None and not picture.marks:
        # Axes without a trace are not drawn.
        traces.append(go.Scatter(x=[picture.x.low], y=[picture.y.low], mode="none"))
    left, ticks = _room(picture)
    frame = figures.frame(
        height=_height(picture),
        left=left,
        bottom=54 if picture.x.title or ticks else 14,
        top=30 if picture.lines else 16,
    )
    # All of the layout at once: Plotly is slow at each update of a figure that there is.
    return go.Figure(
        traces,
        {
            **frame,
            "barmode": "overlay",
            "bargap": 0,
            "xaxis": _axis(picture.x) | _across(picture),
            "yaxis": _axis(picture.y) | _upwards(picture),
            "images": _tiles(picture),
            "shapes": [_line(line) for line in picture.lines],
            "annotations": [*_words_of_lines(picture), *_names(picture)],
        },
    )


def _columns(bars: Bars) -> go.Bar:
    color = theme.VERMILLION if bars.second else theme.NEUTRAL
    edges = np.asarray(bars.edges)
    return go.Bar(
        x=0.5 * (edges[1:] + edges[:-1]),
        y=bars.heights,
        width=np.diff(edges),
        customdata=np.column_stack([bars.counts, edges[:-1], edges[1:]]),
        marker={
            "color": color,
            "opacity": 0.85,
            "line": {"width": 0},
            # Never colour alone: the second of two is hatched.
            **({"pattern": {"shape": "/", "fillmode": "replace"}} if bars.second else {}),
        },
        hovertemplate=f"%{{customdata[1]:.4g}} to %{{customdata[2]:.4g}}<br>"
        f"{figures.literal(bars.name)}: %{{customdata[0]:,}}<extra></extra>",
    )


def _points(marks: Marks, picture: Picture) -> go.Scatter:
    matrix = picture.cells is not None
    labels = [figures.literal(label) for label in marks.labels]
    look = (
        {
            "color": theme.VERMILLION,
            "symbol": "square-open" if matrix else "diamond",
            "size": 12 if matrix else 10 if len(marks.labels) <= MANY else 6,
            "line": {"width": 2, "color": theme.VERMILLION},
        }
        if marks.suspect
        else {"color": theme.NEUTRAL, "size": 6, "opacity": 0.75}
    )
    return go.Scatter(
        x=marks.x,
        y=marks.y,
        mode="markers",
        marker=look,
        text=labels,
        hovertemplate="%{text}<extra></extra>" if matrix else "%{text} %{y:.4g}<extra></extra>",
    )


def _tiles(picture: Picture) -> list[dict[str, object]]:
    """The matrix as an image under the marks."""
    if picture.cells is None:
        return []
    return [
        {
            "source": f"data:image/png;base64,{b64encode(png(picture.cells)).decode()}",
            "xref": "x",
            "yref": "y",
            "x": picture.x.low,
            "y": picture.y.low,
            "sizex": picture.x.high - picture.x.low,
            "sizey": picture.y.high - picture.y.low,
            "sizing": "stretch",
            "layer": "below",
        }
    ]


def _names(picture: Picture) -> Iterator[dict[str, object]]:
    """Names of what the picture is about, each on the side where there is room."""
    on_tiles = picture.cells is not None
    for name in names_of(picture):
        yield {
            "x": name.x,
            "y": name.y,
            "text": figures.literal(_short(name.label)),
            "showarrow": False,
            "xanchor": "left" if name.right else "right",
            "xshift": 11 if name.right else -11,
            "yshift": 0 if on_tiles else 13,
            "font": {"size": figures.FONT_SIZE - 1, **({"color": INK} if on_tiles else {})},
            # On tiles of any colour, and in either theme.
            "bgcolor": "rgba(255, 255, 255, 0.85)" if on_tiles else None,
        }


def _short(label: str) -> str:
    return label if len(label) <= 28 else f"{label[:27]}…"


def _line(line: Line) -> dict[str, object]:
    """A line across the whole picture."""
    along, across = ("x", "y") if line.level else ("y", "x")
    return {
        "type": "line",
        f"{along}ref": f"{along} domain",
        f"{along}0": 0,
        f"{along}1": 1,
        f"{across}ref": across,
        f"{across}0": line.at,
        f"{across}1": line.at,
        "line": {"color": theme.ESTIMATE, "width": 2, "dash": "dot"},
    }


def _words_of_lines(picture: Picture) -> Iterator[dict[str, object]]:
    """What a line stands for, over it."""
    for line in picture.lines:
        if line.level:
            continue
        share = (line.at - picture.x.low) / (picture.x.high - picture.x.low)
        yield {
            "x": line.at,
            "y": 1.0,
            "yref": "paper",
            "text": figures.literal(line.words),
            "showarrow": False,
            "yanchor": "bottom",
            "xanchor": "left" if share < 0.2 else "right" if share > 0.8 else "center",
            "font": {"size": figures.FONT_SIZE - 1},
        }


def _across(picture: Picture) -> dict[str, object]:
    """What the axis along the foot of a matrix, and of a square, has besides."""
    return ({"showgrid": False} if picture.cells is not None else {}) | (
        {"constrain": "domain"} if picture.square else {}
    )


def _upwards(picture: Picture) -> dict[str, object]:
    """The same of the other axis: the rows of a matrix go down."""
    turned = {"range": [picture.y.high, picture.y.low]} if picture.cells is not None else {}
    return _across(picture) | turned | ({"scaleanchor": "x"} if picture.square else {})


def _axis(axis: Axis) -> dict[str, object]:
    settings = figures.axis() | {
        # Beside names as long as these a title has its own place.
        "title": figures.literal(axis.title),
        "range": [axis.low, axis.high],
        "zeroline": False,
    }
    if axis.ticks is not None:
        settings["tickvals"] = [place for place, _ in axis.ticks]
        settings["ticktext"] = [figures.literal(_short(words)) for _, words in axis.ticks]
    return settings


def _height(picture: Picture) -> int:
    if picture.square:
        return SQUARE
    if picture.cells is not None:
        return min(SQUARE, AROUND + ROW * len(picture.cells))
    return HEIGHT


def _room(picture: Picture) -> tuple[int, bool]:
    """Width of the left margin, and whether there is anything to read below."""
    words = picture.y.ticks or ()
    longest = max((min(len(word), 28) for _, word in words), default=6)
    left = 22 + 7 * longest + (18 if picture.y.title else 0)
    if picture.y.ticks == () and not picture.y.title:
        left = 14
    return min(left, 190), picture.x.ticks != ()
