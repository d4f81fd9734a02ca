"""The sentences of the README and the documentation: of paragraphs, lists, tables, captions.

Code in fences is left out: what it prints is no claim of ours, and it runs in tests of its own.
A table of figures is one claim, so that a table that was measured is looked at as a whole.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from tests.claims.numbers import numbers
from tests.places import ROOT

PAGES = ("README.md", "CONTRIBUTING.md", "docs/**/*.md")
ABBREVIATIONS = r"(?<!e\.g\.)(?<!i\.e\.)(?<!et al\.)(?<!suppl\.)(?<!eqs\.)(?<!eq\.)(?<!Fig\.)"
END = re.compile(rf"(?<=[.!?])[*_”)]*{ABBREVIATIONS}\s+(?=[^\sa-z])|(?<=:)\s+(?=\d\. )")
LINK = re.compile(r"\]\([^)\s]*(?:\s\"[^\"]*\")?\)(?:\{[^}]*\})?")
RULE = re.compile(r"[|\s:-]+")
MARK = re.compile(r"^(?:(?:[-*+]|\d+\.|#+|>|!!!|\?\?\?)\s+)+")


def pages() -> list[Path]:
    return sorted(path for pattern in PAGES for path in ROOT.glob(pattern))


def sentences(text: str) -> list[str]:
    """A text cut into its sentences, with single spaces."""
    return [one.strip() for one in END.split(" ".join(text.split())) if one.strip()]


def claims(text: str) -> list[str]:
    """Every sentence, row or table with a number on a page in Markdown."""
    found: list[str] = []
    for block in blocks(text):
        if block[0].startswith(("<!--", ":::")):
            continue
        if block[0].startswith("|"):
            found += table(block)
        else:
            found += sentences(plain(MARK.sub("", " ".join(block))))
    return list(dict.fromkeys(one for one in found if numbers(one)))


def plain(text: str) -> str:
    """Without where links lead."""
    return LINK.sub("]", text)


def blocks(text: str) -> Iterator[list[str]]:
    """The lines of each paragraph, list item, heading and table; no code."""
    block: list[str] = []
    fenced = False
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith(("```", "~~~")):
            fenced = not fenced
            line = ""
        row = line.startswith("|")
        if block and block[0].startswith("#"):
            yield block
            block = []
        if block and (fenced or not line or MARK.match(line) or row != block[0].startswith("|")):
            yield block
            block = []
        if line and not fenced:
            block.append(line)
    if block:
        yield block


def table(rows: list[str]) -> list[str]:
    """A row for each claim in words; one claim for all of a table in which figures prevail."""
    rows = [" ".join(plain(row).split()) for row in rows if not RULE.fullmatch(row)]
    cells = [cell.strip(" *") for row in rows[1:] for cell in row.strip("|").split("|")]
    figures = sum(bool(re.match(r"[-−+<]?\d", cell)) for cell in cells)
    if figures < 0.4 * len(cells):
        return rows
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:12]
    return [f"{rows[0]} and {len(rows) - 1} rows of figures, sha256 {digest}"]
