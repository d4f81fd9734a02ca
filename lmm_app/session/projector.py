"""Projector mode: one picture that fills the screen, one line of words, large type, no sidebar.

A page for a projector puts its words and its picture into a `frame`: a line, the picture, and a
row at the foot for what is pressed. Nothing else stands on it, and it does not scroll.

How high a board is: pass `projector=on()` with what moves. The browser stretches the pictures in
the board until the page just fills the height of the viewport, whatever stands beside them, and
follows when the window or the page changes. They take 60% of that height at least; if that leaves
too little for the rest, the page scrolls. A number in place of True is another least share, such
as `projector=0.5`. So what a page says around its board is what the board does not get. A figure
of Plotly's in the frame fills what is left in the same way (`lmm_app/plotted/show.py`).

The keys of a clicker press what has the key `reveal` or `next`, and `back`
(`lmm_app/live/js/clicker.js`).
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

KEY = "projector"
LEAVE = "leave_projector"

# Streamlit's own type follows the size of the root, which grows with the screen; its sidebar and
# header are not for a class.
RULES = """
<style>
html { font-size: clamp(23px, min(3.2vh, 2.2vw), 40px); }
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stExpandSidebarButton"], [data-testid="stHeader"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding: 0.4rem 1.2rem 0.3rem; max-width: none; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"],
[data-testid="stVerticalBlock"]:has(> * > .st-key-filling) { gap: 0.3rem; }
small, [data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p,
[data-testid="stMarkdownContainer"] p small { font-size: 0.9rem !important; }
[data-testid="stMarkdownContainer"] p, [data-testid="stMarkdownContainer"] li,
[data-testid="stWidgetLabel"] p, button p, label p { font-size: 0.96rem; }
[data-testid="stMarkdownContainer"] p, [data-testid="stMarkdownContainer"] li { max-width: 75ch; }
.st-key-line { padding: 0 3rem 0.4rem 0; }
.st-key-line [data-testid="stMarkdownContainer"] p { font-size: 1.08rem; line-height: 1.3;
  max-width: 95ch; }
.st-key-line h1 { font-size: 1.25rem; padding: 0; max-width: 60ch; }
.st-key-leave_projector { position: fixed; top: 0.4rem; right: 0.5rem; width: auto; z-index: 9; }
.st-key-leave_projector button { min-height: 2.2rem; padding: 0 0.5rem; border-color: transparent; }
.st-key-line [data-testid="stMarkdownContainer"],
.st-key-line [data-testid="stMarkdownContainer"] p { margin: 0; }
.st-key-foot [data-testid="stMarkdownContainer"],
.st-key-foot [data-testid="stMarkdownContainer"] p:last-child { margin-bottom: 0; }
.st-key-filling .stPlotlyChart { height: max(61vh, 100vh - 8.8rem); }
.st-key-foot { gap: 0.8rem; }
body:has(.st-key-aside) .st-key-foot { padding-right: 9rem; }
.st-key-foot button, .st-key-aside button { min-height: 2.2rem; }
[data-testid="stLayoutWrapper"]:has(> .st-key-aside) { display: contents; }
.st-key-aside { position: fixed; bottom: 0.4rem; right: 0.5rem; width: auto; z-index: 9; }
.st-key-leave_projector p { position: absolute; clip-path: inset(50%); white-space: nowrap; }
.for-readers { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
</style>
"""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where what a page shows on a projector goes.

    Attributes:
        line: one line of words above the picture.
        picture: the picture.
        foot: a row for what is pressed.
    """

    line: DeltaGenerator
    picture: DeltaGenerator
    foot: DeltaGenerator

    def head(self, words: str, *, seen: bool = False) -> None:
        """The only heading of the first order: the line itself, or for who hears the page."""
        if seen:
            self.line.title(words, anchor=False)
        else:
            self.line.html(f'<h1 class="for-readers">{escape(words)}</h1>')


def on() -> bool:
    """Whether the page is for a projector."""
    return bool(st.session_state.get(KEY, False))


def choose() -> None:
    """Take the mode from the link, and give the page its type."""
    if KEY not in st.session_state:
        st.session_state[KEY] = st.query_params.get(KEY) == "true"
    if on():
        st.html(RULES)


def frame() -> Frame:
    """The places of a page on a projector, one below the other; the first thing that it draws."""
    return Frame(
        st.container(key="line", gap=None),
        st.container(key="filling", gap=None),
        st.container(key="foot", horizontal=True, vertical_alignment="center"),
    )


def aside(label: str) -> AbstractContextManager[object]:
    """The lower corner, where what is seldom changed opens; anywhere else it stays where it is."""
    if not on():
        return st.container()
    return st.container(key="aside").popover(label, icon=":material/tune:")


def offer() -> None:
    """The switch, in the sidebar."""
    st.toggle(
        "Projector",
        key=KEY,
        help="One picture, thick lines, large type, no sidebar. A button in the corner leaves it.",
    )
    if on():
        st.query_params[KEY] = "true"
    else:
        st.query_params.pop(KEY, None)


def leave() -> None:
    """The way back, in the upper corner."""
    if on():
        st.button(
            "Leave projector mode",
            on_click=lambda: st.session_state.update({KEY: False}),
            icon=":material/close_fullscreen:",
            key=LEAVE,
            help="Leave projector mode",
        )
