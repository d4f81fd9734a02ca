"""The pages by their address, and the run of the one that is open."""

from collections.abc import Callable
from importlib.resources import files

import streamlit as st

from lmm_app.room import visit
from lmm_app.session import state
from lmm_app.shell import frame
from lmm_app.shell.away import let_go_when_memory_is_short
from lmm_app.shell.receiving import receive_in_memory
from lmm_app.shell.returning import spare_those_who_return
from lmm_app.shell.telling import tell_what_is_kept

ICON = files("lmm_app.shell") / "icon.svg"


# Each page is imported when it is first opened: the first visitor waits for one, not for all.
def _explore() -> None:
    from lmm_app.explore.page import render

    render()


def _tour() -> None:
    from lmm_app.tour.page import render

    render()


def _lessons() -> None:
    from lmm_app.cards.page import render

    render()


def _sure() -> None:
    from lmm_app.sure.page import render

    render()


def _two() -> None:
    from lmm_app.compare.page import render

    render()


def _traits() -> None:
    from lmm_app.traits.page import render

    render()


def _scan() -> None:
    from lmm_app.scan.page import render

    render()


def _data() -> None:
    from lmm_app.data.page import render

    render()


def _lecturer() -> None:
    from lmm_app.lecturer.page import render

    render()


def _room() -> None:
    from lmm_app.room.page import render

    render()


FIRST = "explore"
# Address, what draws it, title, icon.
PAGES: tuple[tuple[str, Callable[[], None], str, str], ...] = (
    ("explore", _explore, "Explore", ":material/search:"),
    ("tour", _tour, "Tour", ":material/map:"),
    ("lessons", _lessons, "Lessons", ":material/lightbulb:"),
    ("sure", _sure, "How sure?", ":material/query_stats:"),
    ("two", _two, "Two fits", ":material/compare:"),
    ("traits", _traits, "All traits", ":material/stacks:"),
    ("scan", _scan, "QTL scan", ":material/ssid_chart:"),
    ("data", _data, "Data", ":material/table_view:"),
    ("lecturer", _lecturer, "For lecturers", ":material/school:"),
    ("room", _room, "Room", ":material/groups:"),
)


def open_page() -> None:
    """Draw the page that the browser asks for."""
    spare_those_who_return()
    let_go_when_memory_is_short()
    receive_in_memory()
    tell_what_is_kept()
    st.set_page_config(
        page_title="Linear mixed models, watched", page_icon=str(ICON), layout="wide"
    )
    # These pages tell what a link that hides the true h is not to tell.
    kept_back = {"lecturer", "lessons"} if state.hidden() else set()
    # Who is in no room comes to one by the address that the class is shown.
    kept_back |= set() if visit.is_in() else {"room"}
    pages = {
        address: st.Page(
            draw,
            title=title,
            icon=icon,
            # The first page is served at "/", and has its own address from `also`.
            url_path="" if address == FIRST else address,
            default=address == FIRST,
            visibility="hidden" if address in kept_back else "visible",
        )
        for address, draw, title, icon in PAGES
    }
    also = st.Page(_explore, title="Explore", url_path=FIRST, visibility="hidden")
    frame.run(st.navigation([*pages.values(), also]), pages)
