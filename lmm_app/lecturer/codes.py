"""Result codes that a class has handed in, pasted by the lecturer: a table, and the class picture.

It is the picture of a room, for a class that no server brings together: a code says who guessed
what, and the data of each student are drawn again from the tokens.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import streamlit as st

from lmm_app.fit.text import literal, said
from lmm_app.lecturer import answers, handed_in
from lmm_app.lecturer.answers import Answer
from lmm_app.lecturer.tokens import Tokens
from lmm_app.live.component import board
from lmm_app.live.packing import pack_board
from lmm_app.room import data, words
from lmm_app.room.board import estimates_board, guesses_board
from lmm_app.room.kept import FILE, class_page
from lmm_app.room.rooms import REVEALED, Estimate, Room, Seat
from lmm_app.session.codes import Result
from lmm_app.session.downloads import download
from lmm_app.session.progress import progress_bar
from lmm_app.session.secret import secret
from lmm_core import LMMError

# An estimate is three numbers; so many may a session hold.
MOST = 3000
_FOUND = "class_found"
# A code holds ĥ to so many decimals.
DECIMALS = 3
# Of the data, the class and the student.
Key: TypeAlias = tuple[object, str, int]


def render(tokens: Tokens, known: Mapping[int, Answer], students: int) -> None:
    """Ask for the codes, and draw what they hold.

    Args:
        tokens: of the class.
        known: the answers that are fitted, by student.
        students: how many there are.
    """
    text = st.text_area(
        "Result codes, one a line",
        key="codes",
        placeholder="ABCD-EFGH-JKMN",
        help="Students find theirs in the sidebar, under “Hand in your result”. Where the key is "
        "fitted, the interval of each stands beside it.",
    )
    if not text.strip():
        return
    found = handed_in.read_codes(secret(), tokens.of(0), text, students)
    st.markdown(literal(handed_in.said(found)))
    if not found.results:
        return
    of_these = [known[one.student] for one in found.results if one.student in known]
    if of_these:
        st.markdown(answers.summary(of_these))
    st.dataframe(
        handed_in.rows(found.results, known),
        hide_index=True,
        placeholder="–",
        height=min(35 * len(found.results) + 38, 420),
        alt=f"What was handed in. {handed_in.said(found)}",
    )
    _pictures(class_of(tokens), found.results)


def class_of(tokens: Tokens) -> Room:
    """A class as a room, whose data are those of its tokens."""
    return Room("", tokens.source, tokens.of_class, REVEALED, 0.0)


def seats_of(
    room: Room, results: Sequence[Result], found: Mapping[Key, Estimate | None]
) -> list[Seat]:
    """Who handed in what, with REML's estimate where it is computed."""
    return [Seat("", one.student, one.guess, found.get(_key(room, one))) for one in results]


def others(results: Sequence[Result], seats: Sequence[Seat]) -> str:
    """How many codes hold another ĥ than the picture shows; "" if none."""
    count = sum(
        seat.estimate is not None and one.h2 != round(seat.estimate.h2, DECIMALS)
        for one, seat in zip(results, seats, strict=True)
    )
    who = "One code holds" if count == 1 else f"{count} codes hold"
    return f"{who} another ĥ, such as ML’s. The picture shows REML’s." if count else ""


def _pictures(room: Room, results: Sequence[Result]) -> None:
    """The guesses, and the estimates as soon as they are asked for."""
    st.markdown("**The class as a sampling distribution**")
    guesses = [one.guess for one in results if one.guess is not None]
    group = f"codes {room.of_class}"
    found: dict[Key, Estimate | None] = st.session_state.setdefault(_FOUND, {})
    seats = seats_of(room, results, found)
    if guesses:
        st.markdown(words.guesses_words(guesses))
        board(pack_board(guesses_board(seats), group), key="codes_guesses")
    missing = [one for one in results if _key(room, one) not in found]
    some = len(missing) < len(results)
    if missing and st.button(
        f"Show the other {len(missing)}" if some else "Show the estimates",
        key="codes_show",
        type="primary",
        icon=":material/play_arrow:",
    ):
        _estimate(room, missing, found)
    if not some:
        return
    theory = data.theory(room)
    estimates = [seat.estimate for seat in seats if seat.estimate]
    st.markdown(
        f"**{words.missed_words(estimates, theory.h2)}** "
        f"{words.estimates_words(estimates, theory)} {others(results, seats)}"
    )
    board(pack_board(estimates_board(seats, theory), group), key="codes_estimates")
    download("Keep the picture", lambda: class_page(seats, theory), FILE, "codes_keep")


def _estimate(room: Room, missing: Sequence[Result], found: dict[Key, Estimate | None]) -> None:
    """Estimate h for one student after the other; what is there stays if the reader stops it."""
    if len(found) + len(missing) > MOST:
        found.clear()
    try:
        data.check_recipe(room.recipe)
        with progress_bar("Drawing the class …") as tell:
            for done, one in enumerate(missing):
                tell(done / len(missing))
                found[_key(room, one)] = data.estimate_of(data.view_of(room, one.student))
    except LMMError as error:
        st.error(said(error), icon=":material/error:")
        st.stop()
    st.rerun()


def _key(room: Room, one: Result) -> Key:
    return room.recipe, room.of_class, one.student
