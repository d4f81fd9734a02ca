"""A class in three clicks: the lesson, its room, the projector, with the plan beside them."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.fit.text import said
from lmm_app.glossary.marks import marked
from lmm_app.lecturer.plan import FOR_THE_CLASS, plan_table
from lmm_app.lecturer.true_h import ON_ITS_CARD, true_h
from lmm_app.lessons.presets import PRESETS
from lmm_app.room import visit
from lmm_app.room.lecturer import address_of, open_room
from lmm_app.session import linked, links, state
from lmm_app.session.links import Drawn, Linked
from lmm_app.sources.opened import Lesson, Sample, Simulation
from lmm_core import LMMError

SIDEBAR, SIMULATION = "sidebar", "simulation"
# The same families for everyone, as the plan says; with so many, ĥ is seldom at an end.
FAMILIES = Simulation("families", 300, family_size=6)
# Those whose data have one true h, which the model has made, and which they can tell.
LESSONS = (
    "full_sibs",
    "intercross",
    "strong_h",
    "inbred_strains",
    "boundary_zero",
    "small_sample",
    "unrelated",
    "structure",
    "many_covariates",
    "centred_kinship",
    "half_scale",
)
ABOUT = (
    "The class itself becomes the sampling distribution: everyone gets data of their own with one "
    "true h, guesses it, estimates it and hands both in with a click. On the projector the guesses "
    "become a histogram; then every ĥ falls into place over what theory expects, with the "
    "intervals below."
)
NOT_YET = "Opens when there is a room."


def render(base: str, in_sidebar: Linked | None) -> None:
    """Draw both columns.

    Args:
        base: of the addresses of the app.
        in_sidebar: the data that are open, None for files.
    """
    st.markdown(marked(ABOUT), unsafe_allow_html=True)
    left, right = st.columns([2, 3], gap="large")
    with left:
        room = _three_clicks(base, in_sidebar)
    with right:
        st.markdown(
            "**The plan for 50 minutes.** What to say stands in quotation marks. Each screen opens "
            "for a projector."
        )
        st.html(plan_table(base, room))
        st.caption(FOR_THE_CLASS)


def _three_clicks(base: str, in_sidebar: Linked | None) -> str:
    """The three clicks; the address of the room on a projector, "" as long as there is none."""
    st.markdown("**1 · What the class estimates**")
    source = _source(in_sidebar)
    st.markdown("**2 · The room**")
    # What is said of the room stands where the button is, whichever was there first.
    place = st.container()
    kept = _own_room(place)
    with place:
        label = "Open another room" if kept else "Open a room"
        if st.button(
            label,
            key="open_room",
            type="secondary" if kept else "primary",
            icon=":material/groups:",
        ):
            try:
                kept = open_room(source)
            except LMMError as error:
                st.error(said(error), icon=":material/error:")
            else:
                visit.keep(kept)
                st.rerun()
    st.markdown("**3 · The projector**")
    address = address_of(base, kept[visit.CODE], kept[visit.KEY], large=True) if kept else ""
    st.link_button(
        "Open the projector",
        address or "about:blank",
        type="primary",
        icon=":material/present_to_all:",
        disabled=not kept,
        help=None if kept else NOT_YET,
    )
    if kept:
        st.page_link(
            state.page("room"),
            label="The room on this screen",
            icon=":material/groups:",
            query_params=kept,
        )
    return address


def _own_room(place: DeltaGenerator) -> dict[str, str]:
    """The room that this session leads, as the words of its address; {} if there is none."""
    kept = visit.current()
    if visit.KEY not in kept:
        return {}
    try:
        visit.store().check_key(kept[visit.CODE], kept[visit.KEY])
    except LMMError as error:
        visit.leave()
        place.info(said(error), icon=":material/info:")
        return {}
    place.success(f"Room **{kept[visit.CODE]}** is open.", icon=":material/check_circle:")
    return {name: kept[name] for name in (visit.CODE, visit.KEY)}


def _source(in_sidebar: Linked | None) -> Drawn:
    """What the data of the class are drawn from, with the h that is chosen for them."""
    sources: dict[str, Drawn] = {SIMULATION: FAMILIES}
    sources |= {name: Lesson(name) for name in LESSONS}
    titles = {SIMULATION: "Simulated families, with an h of your own"}
    titles |= {name: PRESETS[name].title for name in LESSONS}
    if not (in_sidebar is None or isinstance(in_sidebar, Sample)):
        sources[SIDEBAR] = in_sidebar
        titles[SIDEBAR] = f"As in the sidebar: {links.name_of(in_sidebar)}"
    chosen = linked.radio(
        "What the class estimates",
        titles,
        "room_of",
        label_visibility="collapsed",
        persist_state="session",
    )
    source = sources[chosen]
    if isinstance(source, Simulation):
        return replace(source, h2=true_h(source, "room_true_h"))
    st.caption(ON_ITS_CARD)
    return source
