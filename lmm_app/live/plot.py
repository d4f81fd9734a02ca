"""What a chart for the browser is made of: axes, lines, points and the key to them."""

from typing import Any, TypeAlias

Series: TypeAlias = dict[str, Any]


def axis(title: str, low: float, high: float, margin: float = 0.06, **more: Any) -> Series:
    """A linear axis with some room at both ends."""
    room = margin * (high - low) or 0.5
    return {"title": title, "lo": low - room, "hi": high + room, "log": False, **more}


def line(look: str, name: str, x: Any, y: Any, **more: Any) -> Series:
    """A line through points, in a look of the style sheet; its name is told on pointing."""
    return {"kind": "line", "look": look, "name": name, "x": x, "y": y, **more}


def points(look: str, name: str, x: Any, y: Any, **more: Any) -> Series:
    """Marks that can be pointed at, each by itself."""
    return {"kind": "points", "look": look, "name": name, "x": x, "y": y, **more}


def dots(look: str, name: str, x: Any, y: Any, **more: Any) -> Series:
    """Many small marks."""
    return {"kind": "dots", "look": look, "name": name, "x": x, "y": y, **more}


def key(kind: str, look: str, words: str, **more: Any) -> Series:
    """What a `line` or a `point` of a look stands for."""
    return {"kind": kind, "look": look, "words": words, **more}
