"""The app: `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from lmm_app import shell, state
from lmm_app.pages import explore, lecturer, tour

st.set_page_config(
    page_title="Linear mixed models, watched",
    page_icon=str(Path(__file__).parent / "lmm_app" / "icon.svg"),
    layout="wide",
)
shell.run(
    st.navigation(
        [
            st.Page(explore.render, title="Explore", icon=":material/search:", url_path="explore"),
            st.Page(tour.render, title="Tour", icon=":material/map:", url_path="tour"),
            st.Page(
                lecturer.render,
                title="For lecturers",
                icon=":material/school:",
                url_path="lecturer",
                # It tells what a link that hides the true h is not to tell.
                visibility="hidden" if state.hidden() else "visible",
            ),
        ]
    )
)
