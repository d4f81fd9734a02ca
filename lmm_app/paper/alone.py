"""An HTML file whose boards move and whose questions answer, without a server or a network."""

import zlib
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from lmm_app.live import bundle
from lmm_app.paper.blocks import Placed, block, blocks
from lmm_app.paper.document import document, print_style

FOLDER = files(__package__)


def alone(title: str, body: str, boards: Iterable[Placed] = (), style: str = "") -> str:
    """The file.

    Args:
        title: plain text.
        body: HTML; a board is drawn at each `place` in it, and a form that predicts is answered.
        boards: what is drawn.
        style: CSS of its own.
    """
    return running(f"{title} · Linear mixed models, watched", body, boards, style)


def running(title: str, body: str, boards: Iterable[Placed], style: str = "") -> str:
    """The same under a title of its own."""
    placed = list(boards)
    # Few boards have a panel of their own, and its script is only where they are.
    panels = tuple(sorted({str(board["later"]) for _, board, _ in placed if board.get("later")}))
    packed = block('id="script"', _packed_script(panels))
    return document(
        title,
        f"{body}\n{blocks(placed)}\n{packed}\n<script>{_loader()}</script>",
        f"{bundle.style()}\n{print_style()}\n{style}",
        policy(panels),
    )


def place(name: str, label: str) -> str:
    """The place of a board, by its name."""
    return f'<figure aria-label="{escape(label)}">{board_here(name)}</figure>'


def board_here(name: str) -> str:
    """Where the script draws a board."""
    return f'<div class="board" data-packed="{name}"></div>'


@cache
def script(panels: tuple[str, ...] = ()) -> str:
    """The script of the file: the boards, and what draws and asks there.

    Args:
        panels: those of `bundle.LATER` that its boards have.
    """
    own = (FOLDER / "alone.js").read_text(encoding="utf-8")
    return f"{bundle.spare(bundle.script(panels))}\n{own}"


@cache
def _packed_script(panels: tuple[str, ...]) -> bytes:
    return zlib.compress(script(panels).encode(), 9)


@cache
def _loader() -> str:
    """What unpacks the script and runs it: the policy names both by what they hold."""
    return (FOLDER / "load.js").read_text(encoding="utf-8")


@cache
def policy(panels: tuple[str, ...] = ()) -> str:
    """Nothing is fetched, and no script runs but the two of the file."""
    hashes = (sha256(text.encode()).digest() for text in (_loader(), script(panels)))
    own = " ".join(f"'sha256-{b64encode(one).decode()}'" for one in hashes)
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {own}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
