"""A picture of a diagnosis as SVG, for paper: the same marks as on the screen."""

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from math import floor, log10

import numpy as np

from lmm_app.live import theme
from lmm_app.paper.picture import Axis, Marks, Picture, names_of, png

WIDTH, HEIGHT, SQUARE = 560, 330, 400
# Of a picture of rows of tiles: a row, and all else.
ROW, AROUND = 40, 70
_CHARACTER = 7.4


def picture_svg(picture: Picture) -> str:
    """The drawing, with its words as the alternative text."""
    longest = max((len(words) for _, words in _ticks(picture.y)), default=0)
    left = 18 + _CHARACTER * min(longest, 22) + (22 if picture.y.title else 0)
    height, right = HEIGHT, WIDTH - 12.0
    if picture.square:
        height, right = SQUARE, left + SQUARE - 40.0
    elif picture.cells is not None:
        height = min(HEIGHT, AROUND + ROW * picture.cells.shape[0])
    box = _Box(picture, left, right, 22.0, height - (46 if picture.x.title else 18))
    parts = [*_axes(picture, box), *_tiles(picture, box), *_columns(picture, box)]
    for line in picture.lines:
        parts += _line(line.at, line.words, line.level, box)
    for marks in picture.marks:
        parts += _marks(marks, box)
    parts += _names(picture, box)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(picture.words)}" font-size="13">{"".join(parts)}</svg>'
    )


class _Box:
    """Where on the paper the axes lie."""

    def __init__(
        self, picture: Picture, left: float, right: float, top: float, bottom: float
    ) -> None:
        self.left, self.right, self.top, self.bottom = left, right, top, bottom
        self._x, self._y = picture.x, picture.y
        self._down = picture.cells is not None

    def x(self, value: float) -> float:
        share = (value - self._x.low) / (self._x.high - self._x.low)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        share = (value - self._y.low) / (self._y.high - self._y.low)
        share = share if self._down else 1.0 - share
        return self.top + share * (self.bottom - self.top)


def _axes(picture: Picture, box: _Box) -> Iterator[str]:
    yield (
        f'<rect class="frame" x="{box.left:.1f}" y="{box.top:.1f}" '
        f'width="{box.right - box.left:.1f}" height="{box.bottom - box.top:.1f}"/>'
    )
    for place, words in _ticks(picture.x):
        x = f"{box.x(place):.1f}"
        yield f'<text x="{x}" y="{box.bottom + 17:.1f}" text-anchor="middle">{_short(words)}</text>'
    for place, words in _ticks(picture.y):
        below = f"{box.y(place) + 4.5:.1f}"
        yield f'<text x="{box.left - 6:.1f}" y="{below}" text-anchor="end">{_short(words)}</text>'
    if picture.x.title:
        x = f"{0.5 * (box.left + box.right):.1f}"
        yield (
            f'<text x="{x}" y="{box.bottom + 38:.1f}" text-anchor="middle">'
            f"{_short(picture.x.title, 60)}</text>"
        )
    if picture.y.title:
        middle = 0.5 * (box.top + box.bottom)
        yield (
            f'<text transform="translate(13 {middle:.1f}) rotate(-90)" text-anchor="middle">'
            f"{_short(picture.y.title, 40)}</text>"
        )


def _tiles(picture: Picture, box: _Box) -> Iterator[str]:
    if picture.cells is None:
        return
    data = b64encode(png(picture.cells)).decode()
    yield (
        f'<image href="data:image/png;base64,{data}" x="{box.left:.1f}" y="{box.top:.1f}" '
        f'width="{box.right - box.left:.1f}" height="{box.bottom - box.top:.1f}" '
        'preserveAspectRatio="none"/>'
    )


def _columns(picture: Picture, box: _Box) -> Iterator[str]:
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
        for low, high, top in zip(bars.edges[:-1], bars.edges[1:], bars.heights, strict=True):
            if top > 0:
                x, y = box.x(float(low)), box.y(float(top))
                width = box.x(float(high)) - x
                yield (
                    f'<rect {look} x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" '
                    f'height="{box.y(0.0) - y:.1f}"/>'
                )


def _line(at: float, words: str, level: bool, box: _Box) -> Iterator[str]:
    color = f'stroke="{theme.ESTIMATE}" stroke-width="2" stroke-dasharray="2 4"'
    if level:
        y = f"{box.y(at):.1f}"
        yield f'<line {color} x1="{box.left:.1f}" x2="{box.right:.1f}" y1="{y}" y2="{y}"/>'
        return
    x = f"{box.x(at):.1f}"
    yield f'<line {color} x1="{x}" x2="{x}" y1="{box.top:.1f}" y2="{box.bottom:.1f}"/>'
    yield f'<text x="{x}" y="{box.top - 6:.1f}" text-anchor="middle">{escape(words)}</text>'


def _marks(marks: Marks, box: _Box) -> Iterator[str]:
    for x, y in zip(marks.x, marks.y, strict=True):
        px, py = box.x(float(x)), box.y(float(y))
        if marks.suspect:
            yield (
                f'<rect x="{px - 5:.1f}" y="{py - 5:.1f}" width="10" height="10" fill="none" '
                f'stroke="{theme.VERMILLION}" stroke-width="2"/>'
            )
        else:
            yield f'<circle cx="{px:.1f}" cy="{py:.1f}" r="2.6" fill="{theme.NEUTRAL}"/>'


def _names(picture: Picture, box: _Box) -> Iterator[str]:
    down = 4.5 if picture.cells is not None else -9.0
    for name in names_of(picture):
        anchor, shift = ("start", 9) if name.right else ("end", -9)
        yield (
            f'<text class="named" x="{box.x(name.x) + shift:.1f}" y="{box.y(name.y) + down:.1f}" '
            f'text-anchor="{anchor}">{_short(name.label, 30)}</text>'
        )


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


def _short(words: str, most: int = 22) -> str:
    return escape(words if len(words) <= most else f"{words[: most - 1]}…")
