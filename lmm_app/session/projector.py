"""Projector mode: one picture, thick lines, large type, and no sidebar."""

import streamlit as st

KEY = "projector"

# Streamlit's own type follows the size of the root; its sidebar and header are not for a class.
RULES = """
<style>
html { font-size: 23px; }
[data-testid="stSidebar"], [data-testid="stSidebarCollapsedControl"],
[data-testid="stExpandSidebarButton"], [data-testid="stHeader"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding-top: 1rem; max-width: none; }
small, [data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p,
[data-testid="stMarkdownContainer"] p small { font-size: 20px !important; }
[data-testid="stMarkdownContainer"] p, [data-testid="stMarkdownContainer"] li,
[data-testid="stWidgetLabel"] p, button p, label p { font-size: 22px; }
</style>
"""


def on() -> bool:
    """Whether the page is for a projector."""
    return bool(st.session_state.get(KEY, False))


def choose() -> None:
    """Take the mode from the link, and give the page its type."""
    if KEY not in st.session_state:
        st.session_state[KEY] = st.query_params.get(KEY) == "true"
    if on():
        st.html(RULES)


def offer() -> None:
    """The switch, in the sidebar."""
    st.toggle(
        "Projector",
        key=KEY,
        help="One picture, thick lines, large type, no sidebar. A button at the foot leaves it.",
    )
    if on():
        st.query_params[KEY] = "true"
    else:
        st.query_params.pop(KEY, None)


def leave() -> None:
    """The way back, at the foot of the page."""
    if on():
        st.button("Leave projector mode", on_click=_off, icon=":material/close_fullscreen:")


def _off() -> None:
    st.session_state[KEY] = False
