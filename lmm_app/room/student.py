"""What a student does in a room: guess h, estimate it from data of one's own, hand both in."""

from contextlib import suppress
from typing import Any

import streamlit as st

from lmm_app.fit.view import View
from lmm_app.glossary.marks import marked
from lmm_app.live.component import board
from lmm_app.live.hand import exact_h, resting
from lmm_app.live.packing import Board
from lmm_app.live.pictures import profile_board
from lmm_app.live.search import own_search
from lmm_app.room import data, visit, words
from lmm_app.room.board import STEP
from lmm_app.room.rooms import GUESSING, REVEALED, Estimate, Room, Seat
from lmm_app.session import keep, state
from lmm_core import LMMError

# What is not needed to see where the curve is highest.
SHOWN: dict[str, Any] = {
    "legend": False,
    "looks": False,
    "rows": False,
    "distance": False,
    "curves": [data.METHOD],
}
WAITING = "Now watch the projector."


def render(kept: dict[str, str]) -> None:
    """Draw the page of a seat, which is taken at the first visit.

    Raises:
        LMMError: there is no such room or seat, or none is free.
    """
    store, code = visit.store(), kept[visit.CODE]
    room = store.room(code)
    if visit.SEAT not in kept:
        kept = {**kept, visit.SEAT: store.join(code).key}
        visit.keep(kept)
    seat = store.seat(code, kept[visit.SEAT])
    st.title(f"Room {code}")
    st.caption(f"You are student {seat.number}. {words.PRIVATE}")
    if room.status == GUESSING and seat.guess is None:
        _ask(room, seat)
        return
    if seat.guess is None:
        st.markdown("The guesses are on the projector already, so yours is not asked for.")
    else:
        st.markdown(f"Your guess is in: h = **{seat.guess:.2f}**.")
    st.header("2 · Estimate", anchor=False)
    with st.spinner("Making your data …"):
        view = data.view_of(room, seat.number)
    _workbench(room, seat, view)


def _ask(room: Room, seat: Seat) -> None:
    """Ask for a guess; afterwards there is more room for the curve."""
    st.markdown(marked(words.ABOUT), unsafe_allow_html=True)
    st.header("1 · Guess", anchor=False)
    st.slider(
        "What is the true h? 0 is nothing inherited, 1 is everything.",
        0.0,
        1.0,
        0.5,
        STEP,
        key="room_guess",
    )
    st.button(
        "Hand in my guess",
        key="room_hand_guess",
        type="primary",
        on_click=_hand_in_guess,
        args=(room.code, seat.key),
    )
    # While the student thinks, so that nobody waits when all hand in at once.
    data.view_of(room, seat.number)


def _hand_in_guess(code: str, key: str) -> None:
    # Of a room that is gone meanwhile the page says so itself.
    with suppress(LMMError):
        # What the slider is at now, and not when the button was drawn.
        visit.store().guess(code, key, float(st.session_state["room_guess"]))


def _workbench(room: Room, seat: Seat, view: View) -> None:
    """The curve of the student's own data, what it says, and the way to hand that in."""
    n = view.problem.n
    st.markdown(
        marked(
            f"These are your {n:,} individuals. Drag h to where the curve is highest: that is ĥ. "
            "The values of h whose curve is less than 1.92 below it are the 95% interval."
        ),
        unsafe_allow_html=True,
    )
    method, fit = data.METHOD, view.fit(data.METHOD)
    first = seat.guess if seat.guess is not None else resting(fit)
    h2 = exact_h(fit, float(st.session_state.setdefault("room_h", first)))
    board(_profile(view), key="room_profile", at=h2, moved=_moved)
    found = data.estimate_of(view)
    if found is None:
        st.info(
            f"With your data {method} cannot tell h, so there is nothing to hand in. {WAITING}",
            icon=":material/info:",
        )
        return
    st.markdown(words.own_words(found))
    st.caption(f"[The same data in Explore]({data.explore_link(room, seat.number)}), to see more.")
    if seat.estimate is None:
        st.button(
            "Hand in my estimate",
            key="room_hand_estimate",
            type="primary",
            on_click=_hand_in_estimate,
            args=(room.code, seat.key, found),
        )
        return
    if room.status == REVEALED:
        true = data.true_h2(room)
        box = st.success if seat.estimate.holds(true) else st.warning
        box(words.verdict_words(seat.estimate, true), icon=":material/groups:")
        return
    st.success(f"Your estimate is in. {WAITING}", icon=":material/check_circle:")
    st.button("Has the true h been shown?", key="room_look", icon=":material/refresh:")


def _hand_in_estimate(code: str, key: str, found: Estimate) -> None:
    with suppress(LMMError):
        visit.store().hand_in(code, key, found)


def _profile(view: View) -> Board:
    return keep.board_of(
        view,
        data.METHOD,
        "in a room",
        lambda: profile_board(
            view, data.METHOD, own_search(view.fit(data.METHOD)), formulas=(), **SHOWN
        ),
    )


def _moved() -> None:
    """The h was let go in the browser."""
    state.h_from(st.session_state["room_profile"], "room_h")
