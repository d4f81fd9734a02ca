"""“How many families?”: a lesson that plans, on a page of its own."""

import streamlit as st

from lmm_app.cards import kept
from lmm_app.cards.about_open import AboutOpen
from lmm_app.lessons.how_many import HOW_MANY, RECORDS, SIZE, SUPPOSED, in_brief, rows
from lmm_app.lessons.scene import Scene
from lmm_app.live.component import board
from lmm_app.live.how_many import start_of

_RECORDS = "how_many_records"


def _picture(scene: Scene, seen: bool, projector: float | bool) -> None:
    records = _records() if seen and not projector else RECORDS[0]
    with st.spinner("Planning …"):
        picture = kept.how_many_picture(scene.view, records, revealed=seen)
    board(picture, "how_many", start_of(SUPPOSED), projector=projector)


def _records() -> int:
    chosen = st.segmented_control(
        "Records of each individual", RECORDS, key=_RECORDS, default=RECORDS[0], required=True
    )
    return int(chosen)


def _below(scene: Scene) -> None:
    with st.expander(f"Families of {SIZE} in numbers", icon=":material/table:"):
        records = int(st.session_state.get(_RECORDS) or RECORDS[0])
        st.caption(f"At h = {SUPPOSED}; records of each individual: {records}.")
        st.dataframe(rows(records), hide_index=True)


render = AboutOpen(HOW_MANY, in_brief, _picture, _below, method="REML").render
