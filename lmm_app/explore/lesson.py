"""What the open lesson asks, and its answer a click away."""

import streamlit as st

from lmm_app.lessons.presets import PRESETS
from lmm_app.sources.sources import Opened


def ask(opened: Opened) -> None:
    """The question of the lesson on the screen, if there is one that may be told."""
    preset = PRESETS.get(opened.lesson)
    if preset is None:
        return
    with st.container(key="lesson", gap="small"):
        st.markdown(f"**The lesson asks.** {preset.prompt}")
        with st.expander("Reveal the claim", icon=":material/lightbulb:"):
            st.markdown(opened.claim)
