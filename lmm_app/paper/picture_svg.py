"""A picture of a diagnosis as SVG, for paper: the same marks as on the screen."""

from base64 import b64encode
from collections.abc import Iterator
from math import floor, log10

import numpy as np

from lmm_app.live import theme
from lmm_app.paper.picture import Axis, Marks, Picture, names_of, png
from lmm_app.paper.svg import Axes, drawing, upwards, words

WIDTH, HEIGHT, SQUARE = 560, 330, 400
# Of a picture of rows of tiles: a row, and all else.
ROW, AROUND = 40, 70
_CHARACTER = 7.4


def picture_svg(picture: Picture) -> str:
    """The drawing, with its words as the alternative text."""
    longest = max((len(said) for _, said in _ticks(picture.y)), default=0)
    left = 18 + _CHARACTER * min(longest, 22) + (22 if picture.y.title else 0)
    height, right = HEIGHT, WIDTH - 12.0
    if picture.square:
        height, right = SQUARE, left + SQUARE - 40.0
    elif picture.cells is not None:
        height = min(HEIGHT, AROUND + ROW * picture.cells.shape[0])
    # Rows of tiles are counted from the top.
    low, high = picture.y.low, picture.y.high
    axes = Axes(
        left,
        22.0,
        right,
        height - (46 if picture.x.title else 18),
        (picture.x.low, picture.x.high),
        (low, high) if picture.cells is None else (high, low),
    )
    parts = [*_axes(picture, axes), *_tiles(picture, axes), *_columns(picture, axes)]
    for line in picture.lines:
        parts += _line(line.at, line.words, line.level, axes)
    for marks in picture.marks:
        parts += _marks(marks, axes)
    return drawing(WIDTH, round(height), picture.words, [*parts, *_names(picture, axes)])


def _axes(picture: Picture, axes: Axes) -> Iterator[str]:
    yield axes.frame()
    for place, said in _ticks(picture.x):
        yield words(float(axes.across(place)), axes.bottom + 17, _short(said))
    for place, said in _ticks(picture.y):
        yield words(axes.left - 6, float(axes.up(place)) + 4.5, _short(said), anchor="end")
    middle, level = axes.middle
    if picture.x.title:
        yield words(middle, axes.bottom + 38, _short(picture.x.title, 60))
    if picture.y.title:
        yield upwards(13, level, _short(picture.y.title, 40))


def _tiles(picture: Picture, axes: Axes) -> Iterator[str]:
    if picture.cells is None:
        return
    data = b64encode(png(picture.cells)).decode()
    yield (
        f'<image href="data:image/png;base64,{data}" x="{axes.left:.1f}" y="{axes.top:.1f}" '
        f'width="{axes.right - axes.left:.1f}" height="{axes.bottom - axes.top:.1f}" '
        'preserveAspectRatio="none"/>'
    )


def _columns(picture: Picture, axes: Axes) -> Iterator[str]:
    for bars in picture.bars:
        color = theme.VERMILLION if bars.second else theme.NEUTRAL
        look = f'fill="{color}" fill-opacity="0.8"'
        if bars.second:
            yield (
                '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
                'patternTransform="rotate(45)">'
                f'<path d="M1 0V5" stroke="{color}" stroke-width="2"/></pattern>'
            )
            look = f'fill="url(#hatch)" stroke="{color}" stroke-width="0.6"'
        left, right = axes.across(bars.edges[:-1]), axes.across(bars.edges[1:])
        foot = float(axes.up(0.0))
        for x, end, top in zip(left, right, axes.up(bars.heights), strict=True):
            if top < foot:
                yield (
                    f'<rect {look} x="{x:.1f}" y="{top:.1f}" width="{max(end - x, 0.5):.1f}" '
                    f'height="{foot - top:.1f}"/>'
                )


def _line(at: float, said: str, level: bool, axes: Axes) -> Iterator[str]:
    color = f'stroke="{theme.ESTIMATE}" stroke-width="2" stroke-dasharray="2 4"'
    if level:
        y = f"{axes.up(at):.1f}"
        yield f'<line {color} x1="{axes.left:.1f}" x2="{axes.right:.1f}" y1="{y}" y2="{y}"/>'
        return
    x = float(axes.across(at))
    yield (f'<line {color} x1="{x:.1f}" x2="{x:.1f}" y1="{axes.top:.1f}" y2="{axes.bottom:.1f}"/>')
    yield words(x, axes.top - 6, said)


def _marks(marks: Marks, axes: Axes) -> Iterator[str]:
    for x, y in zip(axes.across(marks.x), axes.up(marks.y), strict=True):
        if marks.suspect:
            yield (
                f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="none" '
                f'stroke="{theme.VERMILLION}" stroke-width="2"/>'
            )
        else:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{theme.NEUTRAL}"/>'


def _names(picture: Picture, axes: Axes) -> Iterator[str]:
    down = 4.5 if picture.cells is not None else -9.0
    for name in names_of(picture):
        anchor, shift = ("start", 9) if name.right else ("end", -9)
        x, y = float(axes.across(name.x)) + shift, float(axes.up(name.y)) + down
        yield words(x, y, _short(name.label, 30), anchor=anchor, more=' class="named"')


def _ticks(axis: Axis) -> tuple[tuple[float, str], ...]:
    """The axis's own ticks, or some four to seven round numbers."""
    if axis.ticks is not None:
        return axis.ticks
    span = axis.high - axis.low
    rough = span / 5.0
    power = 10.0 ** floor(log10(rough))
    step = next(power * f for f in (1.0, 2.0, 5.0, 10.0) if power * f >= rough * 0.999)
    places = np.arange(np.ceil(axis.low / step), np.floor(axis.high / step) + 1) * step
    return tuple((float(place), f"{place:.6g}".replace("-", "−")) for place in places)


def _short(said: str, most: int = 22) -> str:
    return said if len(said) <= most else f"{said[: most - 1]}…"
