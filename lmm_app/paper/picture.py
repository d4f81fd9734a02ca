"""A picture as data: what is drawn, by Plotly on the screen and as SVG on paper."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from lmm_app.live import theme
from lmm_core.arrays import Floats

# So many suspects are named on a picture, if there is room; its words name more.
NAMED = 4
# Names are kept apart by these shares of the picture, across and down.
ROOM = (0.5, 0.08)
# A matrix of few cells is enlarged to about so many pixels, for sharp edges.
PIXELS = 480


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: its title, its ends, and its ticks where they are not for the drawing to choose.

    Attributes:
        title: of the axis.
        low, high: its ends.
        ticks: (place, words), or None.
    """

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Columns side by side, from 0.

    Attributes:
        name: what they count.
        edges: shape (k + 1,).
        heights: shape (k,), on the axis.
        counts: shape (k,), what a reader is told of each.
        second: whether they stand for the second of two things.
    """

    name: str
    edges: Floats
    heights: Floats
    counts: Floats
    second: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Points.

    Attributes:
        x, y: shape (k,).
        labels: what each is, "" for those that need no name.
        suspect: whether they are what the picture is about: drawn larger, and the first named.
    """

    x: Floats
    y: Floats
    labels: tuple[str, ...]
    suspect: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A dotted line across the picture, and what it means: at an x, or at a y."""

    at: float
    words: str
    level: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture.

    Attributes:
        name: unlike that of every other picture of a dataset.
        title: a few words.
        words: what it shows, computed: its caption and its alternative text.
        x, y: the axes; with `cells` rows are counted from the top.
        cells: a matrix, shape (r, c), from -1 to 1, drawn as tiles; None for none.
        square: whether both axes are of the same individuals.
        bars, marks, lines: what else is on it.
        unit: what a cell of 1 stands for.
    """

    name: str
    title: str
    words: str
    x: Axis
    y: Axis
    cells: Floats | None = None
    square: bool = False
    bars: tuple[Bars, ...] = ()
    marks: tuple[Marks, ...] = ()
    lines: tuple[Line, ...] = ()
    unit: float = 1.0


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a suspect on a picture: where, and whether it stands right of its mark."""

    x: float
    y: float
    label: str
    right: bool


def names_of(picture: Picture) -> tuple[Name, ...]:
    """The names that stand on a picture: of suspects, as long as there is room."""
    wide, tall = picture.x.high - picture.x.low, picture.y.high - picture.y.low
    placed: list[Name] = []
    for marks in picture.marks:
        for x, y, label in zip(marks.x, marks.y, marks.labels, strict=True):
            near = [
                one
                for one in placed
                if label == one.label
                or (abs(x - one.x) < ROOM[0] * wide and abs(y - one.y) < ROOM[1] * tall)
            ]
            if marks.suspect and label and not near and len(placed) < NAMED:
                right = bool(x - picture.x.low <= 0.5 * wide)
                placed.append(Name(float(x), float(y), label, right))
    return tuple(placed)


def png(cells: Floats) -> bytes:
    """Tiles as a PNG file: blue above 0, vermillion below, grey at 0.

    Args:
        cells: shape (r, c), from -1 to 1; what is beyond is taken for an end, NaN for 0.
    """
    ends = [np.array(theme.rgb(c), dtype=float) for c in (theme.PAPER_GREY, theme.BLUE)]
    below = np.array(theme.rgb(theme.VERMILLION), dtype=float)
    strength = np.clip(np.nan_to_num(cells), -1.0, 1.0)
    end = np.where(strength[..., np.newaxis] >= 0.0, ends[1], below)
    colors = ends[0] + np.abs(strength)[..., np.newaxis] * (end - ends[0])
    tiles = np.round(colors).astype(np.uint8)
    for axis in (0, 1):
        tiles = np.repeat(tiles, max(1, PIXELS // tiles.shape[axis]), axis=axis)
    content = BytesIO()
    Image.fromarray(tiles).save(content, "png")
    return content.getvalue()
