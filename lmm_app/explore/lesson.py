"""What the open lesson asks, and its answer a click away."""

import streamlit as st

from lmm_app.glossary.marks import marked
from lmm_app.lessons.presets import PRESETS
from lmm_app.sources.opened import Opened


def ask(opened: Opened) -> None:
    """The question of the lesson on the screen, if there is one that may be told."""
    preset = PRESETS.get(opened.lesson)
    if preset is None:
        return
    with st.container(key="lesson", gap="small"):
        asked = marked(f"**The lesson asks.** {preset.prompt}")
        st.markdown(asked, unsafe_allow_html=True)
        with st.expander("Reveal the claim", icon=":material/lightbulb:"):
            st.markdown(marked(opened.claim), unsafe_allow_html=True)
