"""The three courses on the page of lessons: what to open, in which order, and what to hand in."""

from collections.abc import Callable

import streamlit as st

from lmm_app.glossary.marks import marked
from lmm_app.lessons.alone import ALONE
from lmm_app.lessons.courses import COURSES, Course, Stop
from lmm_app.lessons.presets import PRESETS
from lmm_app.lessons.tour import TOUR
from lmm_app.session import state

STEPS = {step.name: (place, step) for place, step in enumerate(TOUR, start=1)}


def render(show: Callable[[str], None]) -> None:
    """A drawer for each course; `show` brings a lesson of this page alone."""
    for name, course in COURSES.items():
        with st.expander(f"**{course.title}**", icon=":material/route:"), st.container(key=name):
            _course(name, course, show)


def title_of(stop: Stop) -> str:
    """What a stop is called, of those that are no page."""
    if stop.kind == "tour":
        place, step = STEPS[stop.name]
        return f"Tour {place} · {step.title}"
    return (PRESETS if stop.kind == "card" else ALONE)[stop.name].title


def _course(name: str, course: Course, show: Callable[[str], None]) -> None:
    st.markdown(marked(course.lead), unsafe_allow_html=True)
    for place, meeting in enumerate(course.meetings, start=1):
        st.markdown(f"**{place} · {meeting.title}**")
        with st.container(horizontal=True, gap="small"):
            for stop in meeting.stops:
                _way(stop, f"{name}_{place}_{stop.name}", show)
        if meeting.question:
            st.markdown(marked(f"*To hand in:* {meeting.question}"), unsafe_allow_html=True)


def _way(stop: Stop, key: str, show: Callable[[str], None]) -> None:
    """The way to a stop; what is open stays open."""
    if stop.kind == "page":
        st.page_link(state.page(stop.name), query_params=state.in_link(), width="content")
    elif stop.kind == "tour":
        words = state.in_link() | {"step": stop.name}
        st.page_link(state.page("tour"), label=title_of(stop), query_params=words, width="content")
    else:
        # A link to the page that is open would not be read again.
        st.button(
            title_of(stop),
            key=key,
            on_click=show,
            args=(stop.name,),
            type="tertiary",
            icon=":material/lightbulb:",
        )
