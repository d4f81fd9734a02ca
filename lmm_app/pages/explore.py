"""Explore: the profile and its search, the two least squares side by side, the estimates."""

import streamlit as st

from lmm_app import bench, closer, state, text
from lmm_app.state import Shown

INTRODUCTION = (
    "y = Xb + e with var(e) = v·[hK + (1−h)I]: relatives' errors move together, and h says how "
    "much. Below, the likelihood of every h, and the search for the best one."
)


def render() -> None:
    """Draw the page."""
    shown = state.shown()
    st.title("Watch a linear mixed model being fitted")
    st.markdown(INTRODUCTION)
    _verdict(shown)
    bench.render(shown.opened, shown.view, shown.method)
    st.subheader("3 · ML beside REML")
    st.html(text.estimates_table(shown.view, shown.method))
    closer.render(shown.view, shown.method)


def _verdict(shown: Shown) -> None:
    opened, view = shown.opened, shown.view
    with st.container(border=True):
        about = f"**{text.literal(opened.dataset.name)}** · {text.facts(view)}"
        st.markdown(
            f"{text.verdict(view, shown.method)}\n\n"
            f":small[:gray[{about}. {text.literal(opened.about)}]]"
        )
