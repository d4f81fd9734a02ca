"""The pages by their address, and the run of the one that is open."""

from collections.abc import Mapping
from functools import partial
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


FIRST = "explore"
# By their addresses: titles and icons.
PAGES: Mapping[str, tuple[str, str]] = {
    "explore": ("Explore", ":material/search:"),
    "tour": ("Tour", ":material/map:"),
    "lessons": ("Lessons", ":material/lightbulb:"),
    "sure": ("How sure?", ":material/query_stats:"),
    "two": ("Two fits", ":material/compare:"),
    "traits": ("All traits", ":material/stacks:"),
    "scan": ("QTL scan", ":material/ssid_chart:"),
    "data": ("Data", ":material/table_view:"),
    "published": ("Published answers", ":material/menu_book:"),
    "lecturer": ("For lecturers", ":material/school:"),
    "room": ("Room", ":material/groups:"),
}


def _draw(address: str) -> None:
    """Draw a page, which is imported when it is first opened: the first visitor waits for one."""
    match address:
        case "explore":
            from lmm_app.explore.page import render
        case "tour":
            from lmm_app.tour.page import render
        case "lessons":
            from lmm_app.cards.page import render
        case "sure":
            from lmm_app.sure.page import render
        case "two":
            from lmm_app.compare.page import render
        case "traits":
            from lmm_app.traits.page import render
        case "scan":
            from lmm_app.scan.page import render
        case "data":
            from lmm_app.data.page import render
        case "published":
            from lmm_app.published.page import render
        case "lecturer":
            from lmm_app.lecturer.page import render
        case "room":
            from lmm_app.room.page import render
    render()


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
            partial(_draw, address),
            title=title,
            icon=icon,
            # The first page is served at "/", and has its own address from `also`.
            url_path="" if address == FIRST else address,
            default=address == FIRST,
            visibility="hidden" if address in kept_back else "visible",
        )
        for address, (title, icon) in PAGES.items()
    }
    also = st.Page(partial(_draw, FIRST), title="Explore", url_path=FIRST, visibility="hidden")
    frame.run(st.navigation([*pages.values(), also]), pages)
