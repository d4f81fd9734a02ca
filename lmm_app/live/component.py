"""The board in the browser: a component that looks values up, and no more."""

import re
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from lmm_app.figures import theme

FOLDER = Path(__file__).parent
# In the order in which one needs another.
MODULES = (
    "svg",
    "data",
    "bus",
    "covariance",
    "rotated",
    "profile",
    "search",
    "formula",
    "chart",
    "board",
)
_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
HTML = '<div class="board"></div>\n<!-- drawn by board.js -->'


def script() -> str:
    """All modules as one, for a browser that is given no files to import."""
    texts = [(FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8") for name in MODULES]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def style() -> str:
    """The style sheet, with the colours of the figures."""
    colors = {
        "reml": theme.METHOD_COLOR["REML"],
        "ml": theme.METHOD_COLOR["ML"],
        "points": theme.POINTS,
        "estimate": theme.ESTIMATE,
        "neutral": theme.NEUTRAL,
        "guess": theme.GUESS,
    }
    names = " ".join(f"--{name}: {color};" for name, color in colors.items())
    return f".board {{ {names} }}\n{(FOLDER / 'live.css').read_text(encoding='utf-8')}"


_board = st.components.v2.component("lmm_board", html=HTML, css=style(), js=script())


def board(packed: bytes, key: str, moved: Callable[[], None] | None = None) -> None:
    """Show a board; `moved` is called when h was let go, the h being in the state under `key`."""
    _board(data=packed, key=key, on_h_change=moved or (lambda: None))
