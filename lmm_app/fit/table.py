"""A table as HTML; pure."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import chain, repeat


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    kind: str = "",
    label: str = "",
    caption: str = "",
    style: str = "",
    columns: Sequence[str] = ("",),
    of_rows: str = "",
) -> str:
    """The table, in a box that scrolls where it is too wide.

    Args:
        head: what stands over the columns, HTML; "" for a corner with nothing in it.
        rows: the cells, HTML; the first of a row names it.
        kind: classes of the box.
        label: plain text that is said of the box; with one it can be scrolled by keys.
        caption: HTML.
        style: CSS of the table.
        columns: CSS of each column; the last is that of all further ones too.
        of_rows: CSS of the names of the rows, beside that of their column.
    """

    def line(cells: Sequence[str], first: str, others: str, more: str = "") -> str:
        looks = chain([f"{columns[0]}{more}"], columns[1:], repeat(columns[-1]))
        tags = chain([first], repeat(others))
        return "".join(
            f"<{tag}{attribute('style', look)}>{cell}</{tag[:2]}>"
            for tag, look, cell in zip(tags, looks, cells, strict=False)
        )

    column, row = 'th scope="col"', 'th scope="row"'
    top = line(head, column if head[0] else "td", column)
    body = "".join(f"<tr>{line(cells, row, 'td', of_rows)}</tr>\n" for cells in rows)
    said = f' tabindex="0" role="region"{attribute("aria-label", escape(label))}' if label else ""
    return (
        f'<div{attribute("class", kind)}{said} style="overflow-x:auto;max-width:100%">'
        f"<table{attribute('style', style)}>{f'<caption>{caption}</caption>' if caption else ''}"
        f"<thead><tr>{top}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def attribute(name: str, value: str) -> str:
    """An attribute with a space before it; nothing where it has no value."""
    return f' {name}="{value}"' if value else ""
