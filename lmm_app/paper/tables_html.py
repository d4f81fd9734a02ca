"""Sentences of the app as HTML."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from lmm_app.fit import table as fit_table
from lmm_app.glossary.entries import Entry

# An escaped mark, the marks of bold type and of code, or any other character.
_PIECE = re.compile(r"\\([\\`*_{}\[\]<>#|$~])|(\*\*|`|.)", re.DOTALL)
# A line of a list that counts.
_COUNTED = re.compile(r"\d+\. ")


def inline(words: str) -> str:
    """The little Markdown of a sentence as HTML: bold type, code, and names as they are."""
    pieces = []
    open_marks = {"**": False, "`": False}
    names = {"**": "strong", "`": "code"}
    for literal, other in _PIECE.findall(words):
        if other in names:
            pieces.append(f"</{names[other]}>" if open_marks[other] else f"<{names[other]}>")
            open_marks[other] = not open_marks[other]
        else:
            pieces.append(escape(literal or other))
    return "".join(pieces) + "</code>" * open_marks["`"] + "</strong>" * open_marks["**"]


def prose(markdown: str) -> str:
    """Paragraphs, and lists that count, of such sentences."""
    blocks = []
    for block in markdown.split("\n\n"):
        lines = block.split("\n")
        if all(_COUNTED.match(line) for line in lines):
            listed = "".join(
                f"<li>{inline(_COUNTED.sub('', line, count=1))}</li>" for line in lines
            )
            blocks.append(f"<ol>{listed}</ol>")
        else:
            blocks.append(paragraph(block))
    return "\n".join(blocks)


def paragraph(words: str, kind: str = "") -> str:
    """A paragraph of such a sentence."""
    return f"<p{fit_table.attribute('class', kind)}>{inline(words)}</p>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table of plain text; the first cell of a row names it."""
    top, *body = ([*map(escape, cells)] for cells in (head, *rows))
    return fit_table.table(top, body, kind="wide", caption=escape(caption))


def definitions(entries: Iterable[Entry], *, addressed: bool = False) -> str:
    """Words of the glossary with their meanings, each with an address of its own if wanted."""
    listed = "\n".join(
        f'<div id="{entry.code}">' * addressed
        + "<div>" * (not addressed)
        + f"<dt>{escape(entry.word)}</dt><dd>{escape(entry.meaning)}</dd></div>"
        for entry in entries
    )
    return f"<dl>{listed}</dl>"
