"""Words and tables for a terminal: wrapped, aligned, and free of what would steer it."""

import textwrap
from collections.abc import Sequence

_SPACE = 2


def plain(text: str) -> str:
    """The text without control characters, which a file's name or header may hold."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)


def wrapped(text: str, width: int, indent: str = "", first: str | None = None) -> str:
    """A paragraph of lines no longer than `width`, without a line end.

    Args:
        text: of any length.
        width: of a line, the indent included.
        indent: of each line.
        first: what stands before the first line instead; as it is, and not counted if longer.
    """
    return textwrap.fill(
        plain(text),
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def aligned(rows: Sequence[Sequence[str]], width: int, numbers: Sequence[int] = ()) -> str:
    """Rows as columns that stand below each other, without a line end.

    Args:
        rows: of the same number of cells.
        width: of a line; the last column is cut, and then the first.
        numbers: places of the columns that are put to the right.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for place in (-1, 0):
        over = sum(widths) + _SPACE * (len(widths) - 1) - width
        if over > 0:
            widths[place] = max(widths[place] - over, min(widths[place], 12))
    lines = []
    for row in cells:
        line = [
            _cut(cell, size).rjust(size) if place in numbers else _cut(cell, size).ljust(size)
            for place, (cell, size) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((" " * _SPACE).join(line).rstrip())
    return "\n".join(lines)


def number(value: float) -> str:
    """A number with four digits, with a true minus sign, or a dash for none.

    >>> number(0.123456), number(-1234.5678), number(float("nan"))
    ('0.1235', '−1235', '–')
    """
    if value != value:
        return "–"
    return f"{value:.4g}".replace("-", "−")


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else f"{text[: size - 1]}…"
