"""Sentences of the app as HTML."""

import re
from collections.abc import Iterable, Sequence
from html import escape

# An escaped mark, the marks of bold type, or any other character.
_PIECE = re.compile(r"\\([\\`*_{}\[\]<>#|$~])|(\*\*|.)", re.DOTALL)


def inline(words: str) -> str:
    """The little Markdown that a sentence holds, as HTML: bold type, and names as they are."""
    pieces, bold = [], False
    for literal, other in _PIECE.findall(words):
        if other == "**":
            bold = not bold
            pieces.append("<strong>" if bold else "</strong>")
        else:
            pieces.append(escape(literal or other))
    return "".join(pieces) + "</strong>" * bold


def paragraph(words: str, kind: str = "") -> str:
    """A paragraph of such a sentence."""
    return f"<p{_class(kind)}>{inline(words)}</p>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table of plain text; the first cell of a row names it."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>\n"
        for first, *cells in rows
    )
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
    )


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
