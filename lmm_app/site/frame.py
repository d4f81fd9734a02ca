"""What every page of the folder has: its way to the others, and what it says of itself."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from importlib.resources import files
from typing import Any

from lmm_app.glossary.entries import chosen
from lmm_app.lessons.alone import ALONE
from lmm_app.paper.alone import alone
from lmm_app.paper.blocks import Placed
from lmm_app.paper.tables_html import definitions, paragraph

# The pages that every page leads to.
MENU = {
    "index.html": "First page",
    "tour-1.html": "Tour",
    "lessons.html": "Lessons",
    "words.html": "Words",
}
NOTE = (
    "These pages are files: they move, ask and answer without a server, and nothing is sent "
    "anywhere. They hide no truth: whoever reads a file finds the answers in it."
)
WITHOUT_SCRIPT = "The pictures and the questions of this page need JavaScript."


def page(title: str, body: str, boards: Iterable[Placed] = (), *, here: str = "") -> str:
    """A page of the folder.

    Args:
        title: plain text.
        body: what stands in `main`, HTML.
        boards: what is drawn at each place of a board in it.
        here: which entry of the menu it belongs to.
    """
    menu = "".join(
        f'<a href="{name}"{_current(name == here)}>{escape(words)}</a>'
        for name, words in MENU.items()
    )
    whole = f"""\
<nav aria-label="Pages">{menu}</nav>
<main class="site">
{body}
<noscript><p class="note">{WITHOUT_SCRIPT}</p></noscript>
</main>
<footer><p class="note">{NOTE}</p></footer>"""
    style = (files(__package__) / "site.css").read_text(encoding="utf-8")
    return alone(title, whole, boards, style)


def file_of(name: str, part: str = "") -> str:
    """The file of a lesson that has pages of its own, or of one of its parts."""
    return f"{name}-{part}.html" if part else f"{name}.html"


def first_file(name: str) -> str:
    """The file with which such a lesson begins."""
    return file_of(name, *ALONE[name].parts[:1])


def card(name: str) -> str:
    """What the page of all lessons says of such a lesson."""
    lesson = ALONE[name]
    return f"""\
<section class="card" id="{name}">
<h3>{escape(lesson.title)}</h3>
{paragraph(lesson.lead)}
<p><a href="{first_file(name)}">{lesson.opens}</a></p>
</section>"""


def answers(name: str, found: Mapping[str, Any]) -> str:
    """What a question knows of its answers, as text in which no mark of HTML can stand."""
    text = json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="answers-{name}">{text}</script>'


def words_here(codes: Iterable[str]) -> str:
    """The words that a page uses, to be opened."""
    found = sorted(chosen(tuple(codes)), key=lambda entry: entry.word.lower())
    if not found:
        return ""
    return (
        f"<details><summary>Words on this page</summary>{definitions(found)}"
        '<p><a href="words.html">All words</a></p></details>'
    )


def _current(is_here: bool) -> str:
    return ' aria-current="page"' if is_here else ""
