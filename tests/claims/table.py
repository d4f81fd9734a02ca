"""The register as a table in Markdown, for the documentation and for whoever looks a claim up."""

import re

from tests.claims import register
from tests.claims.controls import controls
from tests.claims.register import Register

# What Markdown and HTML would take for more than it is.
SIGNS = re.compile(r"([\\`*_\[\]<>|#!{}&~])")


def table() -> str:
    """Every claim, where it is said, what holds it, and the mistakes under which that fails."""
    book = register.read()
    rows = [row(book, text, files) for text, files in register.said().items()]
    return "\n".join(["| claim | said in | held by | fails if |", "|---|---|---|---|", *rows])


def row(book: Register, text: str, files: tuple[str, ...]) -> str:
    holders = [one.holder for one in book.conventions if one.pattern.search(text)]
    if text in book.claims:
        holders.insert(0, book.claims[text])
    tests = book.tests(text)
    mistakes = [one.says for one in controls() if one.test.partition("[")[0] in tests]
    held = [str(one) for one in holders]
    cells = (text, ", ".join(files), "; ".join(dict.fromkeys(held)), "; ".join(mistakes))
    return "| " + " | ".join(SIGNS.sub(r"\\\1", cell) for cell in cells) + " |"
