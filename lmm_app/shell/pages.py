"""The pages by their address, and the run of the one that is open."""

from importlib.resources import files

import streamlit as st

from lmm_app.data import page as data
from lmm_app.explore import page as explore
from lmm_app.lecturer import page as lecturer
from lmm_app.scan import page as scan
from lmm_app.session import state
from lmm_app.shell import returning, shell
from lmm_app.sure import page as sure
from lmm_app.tour import page as tour
from lmm_app.traits import page as traits

ICON = files("lmm_app.shell") / "icon.svg"


def open_page() -> None:
    """Draw the page that the browser asks for."""
    returning.spare_those_who_return()
    st.set_page_config(
        page_title="Linear mixed models, watched", page_icon=str(ICON), layout="wide"
    )
    pages = {
        "explore": st.Page(
            explore.render, title="Explore", icon=":material/search:", url_path="explore"
        ),
        "tour": st.Page(tour.render, title="Tour", icon=":material/map:", url_path="tour"),
        "sure": st.Page(
            sure.render, title="How sure?", icon=":material/query_stats:", url_path="sure"
        ),
        "traits": st.Page(
            traits.render, title="All traits", icon=":material/stacks:", url_path="traits"
        ),
        "scan": st.Page(
            scan.render, title="QTL scan", icon=":material/ssid_chart:", url_path="scan"
        ),
        "data": st.Page(data.render, title="Data", icon=":material/table_view:", url_path="data"),
        "lecturer": st.Page(
            lecturer.render,
            title="For lecturers",
            icon=":material/school:",
            url_path="lecturer",
            # It tells what a link that hides the true h is not to tell.
            visibility="hidden" if state.hidden() else "visible",
        ),
    }
    shell.run(st.navigation(list(pages.values())), pages)
