"""The ways on from the tour: at its end, and where the data cannot tell h."""

import streamlit as st

from lmm_app.session import state
from lmm_app.tour.kept import MICE
from lmm_app.tour.question import Asked

# A page, and the question that it answers.
DOORS = (
    ("lessons", "Where can it go wrong? **Lessons**", ":material/cards_stack:"),
    ("data", "Do your own data behave? **Data**", ":material/table_view:"),
    (
        "scan",
        "Put a marker in the place of the covariate, and do it for the whole genome. **QTL scan**",
        ":material/ssid_chart:",
    ),
    ("sure", "How much would ĥ vary? **How sure?**", ":material/query_stats:"),
)


def of(asked: Asked, *, last: bool) -> None:
    """The doors of this step, if it has any."""
    undecided = asked.step.name == "flat"
    if not last and not undecided:
        return
    with st.container(horizontal=not last, key="doors"):
        if undecided:
            st.button("Open the mice", on_click=_open_the_mice, key="mice", icon=":material/pets:")
        for name, words, icon in DOORS:
            if name in state.page_names() and (last or name in ("lessons", "data")):
                st.page_link(state.page(name), label=words, icon=icon, query_params=state.in_link())


def _open_the_mice() -> None:
    st.session_state.update(data="sample", sample=MICE.name)
