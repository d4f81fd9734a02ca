"""Axes, marks and curves as SVG: nothing in them moves or can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from lmm_core.arrays import Floats

# Of the words on a picture, in pixels of its own grid.
SMALL, LETTER = 12, 13


def drawing(width: float, height: float, alt: str, parts: Sequence[str], size: int = LETTER) -> str:
    """The whole picture, with its alternative text."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" font-size="{size}" role="img" '
        f'aria-label="{escape(alt)}">{"".join(parts)}</svg>'
    )


def words(
    x: float, y: float, said: str, *, anchor: str = "middle", size: float = 0.0, more: str = ""
) -> str:
    """Text at a place, of the size of the whole picture unless it has its own."""
    own = f' font-size="{size:g}"' if size else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{own}{more}>{escape(said)}</text>'


def upwards(x: float, y: float, said: str) -> str:
    """Text that is read from below, its middle at a place."""
    return (
        f'<text transform="translate({x:.1f} {y:.1f}) rotate(-90)" '
        f'text-anchor="middle">{escape(said)}</text>'
    )


def points(x: Floats, y: Floats) -> str:
    """The path through points on the picture, but for its `M`."""
    return "L".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def box(x: float, y: float, width: float, height: float, look: str = "frame") -> str:
    """A rectangle; its look is a class of the style sheet."""
    return (
        f'<rect class="{look}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
    )


@dataclass(frozen=True, slots=True)
class Axes:
    """A frame with its two scales.

    Attributes:
        left, top, right, bottom: where it stands on the picture.
        x, y: the ends of the scales; y counts upwards.
    """

    left: float
    top: float
    right: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def middle(self) -> tuple[float, float]:
        """Of the frame."""
        return 0.5 * (self.left + self.right), 0.5 * (self.top + self.bottom)

    def across(self, value: Floats | float) -> Floats:
        low, high = self.x
        share = (np.asarray(value, dtype=float) - low) / ((high - low) or 1.0)
        return np.asarray(self.left + share * (self.right - self.left))

    def up(self, value: Floats | float) -> Floats:
        low, high = self.y
        share = (np.asarray(value, dtype=float) - low) / ((high - low) or 1.0)
        return np.asarray(self.bottom - share * (self.bottom - self.top))

    def frame(
        self,
        x: str = "",
        y: str = "",
        *,
        ticks: Sequence[float] = (),
        levels: Sequence[float] = (),
        title: str = "",
    ) -> str:
        """The frame, its ticks and its titles."""
        middle, level = self.middle
        parts = [box(self.left, self.top, self.right - self.left, self.bottom - self.top)]
        for one in ticks:
            at = float(self.across(one))
            parts.append(f'<path class="frame" d="M{at:.1f},{self.bottom:.1f}v5"/>')
            parts.append(words(at, self.bottom + 18, _plain(one), size=SMALL))
        for one in levels:
            at = float(self.up(one))
            parts.append(f'<path class="frame" d="M{self.left:.1f},{at:.1f}h-5"/>')
            parts.append(words(self.left - 8, at + 4, _plain(one), anchor="end", size=SMALL))
        if x:
            parts.append(words(middle, self.bottom + (36 if ticks else 18), x))
        if y:
            parts.append(upwards(self.left - (46 if levels else 10), level, y))
        if title:
            parts.append(words(middle, self.top - 8, title))
        return "".join(parts)

    def dots(self, x: Floats, y: Floats, look: str = "dots") -> str:
        """Many marks as one path, which takes a tenth of the bytes."""
        inside = (y >= self.y[0]) & (y <= self.y[1]) & (x >= self.x[0]) & (x <= self.x[1])
        places = zip(self.across(x[inside]), self.up(y[inside]), strict=True)
        path = "".join(f"M{a:.1f},{b:.1f}h.1" for a, b in places)
        return f'<path class="{look}" d="{path}"/>' if path else ""

    def rings(self, x: Floats, y: Floats, radii: Floats, look: str = "ring") -> str:
        """Marks of different sizes."""
        return "".join(
            f'<circle class="{look}" cx="{a:.1f}" cy="{b:.1f}" r="{r:.1f}"/>'
            for a, b, r in zip(self.across(x), self.up(y), radii, strict=True)
        )

    def curve(self, x: Floats, y: Floats, look: str = "curve") -> str:
        """A line through points; what leaves the frame is cut at its edge."""
        path = points(self.across(x), self.up(np.clip(y, *self.y)))
        return f'<path class="{look}" d="M{path}"/>'

    def band(self, x: Floats, half: Floats) -> str:
        """What lies between -half and half."""
        there = np.concatenate([x, x[::-1]])
        edge = np.concatenate([half, -half[::-1]])
        return self.curve(there, edge, "band")


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")
