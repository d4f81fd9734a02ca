"""Words for a terminal: wrapped, and free of what would steer it."""

import textwrap

from lmm_core.summary import plain


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
