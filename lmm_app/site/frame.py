"""What every page of the folder has: its way to the others, its style and its script."""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from lmm_app.glossary.entries import chosen
from lmm_app.live import bundle
from lmm_app.paper.blocks import Placed, block, blocks
from lmm_app.paper.document import document, print_style

FOLDER = files(__package__)
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
        boards: what is drawn at each place with its name as `data-packed`.
        here: which entry of the menu it belongs to.
    """
    menu = "".join(
        f'<a href="{name}"{_current(name == here)}>{escape(words)}</a>'
        for name, words in MENU.items()
    )
    packed = block('id="script"', _packed_script())
    run = f"{packed}\n<script>{_loader()}</script>"
    return document(
        f"{title} · Linear mixed models, watched",
        f"""\
<nav aria-label="Pages">{menu}</nav>
<main class="site">
{body}
<noscript><p class="note">{WITHOUT_SCRIPT}</p></noscript>
</main>
<footer><p class="note">{NOTE}</p></footer>
{blocks(boards)}
{run}""",
        f"{bundle.style()}\n{print_style()}\n{_text('site.css')}",
        _policy(),
    )


def board(name: str, label: str) -> str:
    """The place of a board."""
    place = f'<div class="board" data-packed="{name}"></div>'
    return f'<figure aria-label="{escape(label)}">{place}</figure>'


def answers(name: str, found: Mapping[str, Any]) -> str:
    """What a question knows of its answers, as text in which no mark of HTML can stand."""
    text = json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="answers-{name}">{text}</script>'


def words_here(codes: Iterable[str]) -> str:
    """The words that a page uses, to be opened."""
    listed = "".join(
        f"<div><dt>{escape(entry.word)}</dt><dd>{escape(entry.meaning)}</dd></div>"
        for entry in sorted(chosen(tuple(codes)), key=lambda entry: entry.word.lower())
    )
    if not listed:
        return ""
    return (
        f"<details><summary>Words on this page</summary><dl>{listed}</dl>"
        '<p><a href="words.html">All words</a></p></details>'
    )


def _current(is_here: bool) -> str:
    return ' aria-current="page"' if is_here else ""


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def _loader() -> str:
    """What unpacks the script of the page and runs it: the policy names both by what they hold."""
    return _text("load.js")


@cache
def script() -> str:
    """The script of a page: the boards, and what draws and asks here."""
    return f"{bundle.spare(bundle.script())}\n{_text('site.js')}"


@cache
def _packed_script() -> bytes:
    return zlib.compress(script().encode(), 9)


@cache
def _policy() -> str:
    """Nothing is fetched, and no script runs but the two of the page."""
    own = " ".join(f"'sha256-{_hash(text)}'" for text in (_loader(), script()))
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {own}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
