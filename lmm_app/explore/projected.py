"""Explore on a projector: one picture at a time, as large as the screen."""

import streamlit as st

from lmm_app.explore import bench, kept
from lmm_app.fit import verdict
from lmm_app.live.component import board
from lmm_app.live.packing import Board
from lmm_app.session import linked, projector, state
from lmm_app.session.state import Shown

PICTURES = {
    "story": "The question",
    "profile": "The profile",
    "sides": "Before and after",
}
# What a class has no use for beside the curve and the steps.
PROFILE = {"legend": False, "rows": False, "distance": False}


@st.fragment
def render(shown: Shown) -> None:
    """The picture that is asked for; all of them share one h."""
    place = projector.frame()
    if shown.view.problem.weighted_by:
        # The others are about fits in which every record counts the same.
        _profile(shown, place)
        state.leave_explore()
        return
    with place.foot:
        picture = linked.segmented(
            "Picture", PICTURES, "story", "picture", label_visibility="collapsed"
        )
    DRAWN[picture](shown, place)
    state.leave_explore()


def _story(shown: Shown, place: projector.Frame) -> None:
    view, method = shown.view, shown.method
    story = kept.story(view, method, bench.asked_about(view), shown.source)
    place.head(story.heading, seen=True)
    _board(kept.story_board(view, method, story), "story", shown, place)


def _profile(shown: Shown, place: projector.Frame) -> None:
    view, method = shown.view, shown.method
    place.head("The profile log-likelihood, and Brent’s search on it")
    place.line.markdown(verdict.verdict(view, method))
    with projector.aside("Search"):
        search = bench.choose_search(view, method)
    picture = kept.profile_board(view, method, search, shown.opened.true_h2, formulas=(), **PROFILE)
    _board(picture, "profile", shown, place)


def _sides(shown: Shown, place: projector.Frame) -> None:
    view, method = shown.view, shown.method
    place.head("The same fit twice: before and after the rotation", seen=True)
    column = bench.choose_column(place.foot, view)
    _board(kept.sides_board(view, method, column, hand=True), "sides", shown, place)


def _board(picture: Board, key: str, shown: Shown, place: projector.Frame) -> None:
    at = bench.current(shown.view, shown.method)
    with place.picture:
        board(picture, key=key, at=at, moved=bench.moved_by(key), projector=True)


DRAWN = {"story": _story, "profile": _profile, "sides": _sides}
