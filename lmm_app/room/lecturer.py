"""What a lecturer does in a room: let the class in, show the guesses, the estimates, and close."""

from contextlib import suppress
from html import escape
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lmm_app.live.component import board
from lmm_app.live.packing import pack_board
from lmm_app.room import data, visit, words
from lmm_app.room.board import estimates_board, guesses_board
from lmm_app.room.kept import FILE, class_page
from lmm_app.room.qr import qr_html
from lmm_app.room.rooms import GUESSED, GUESSING, REVEALED, Room, Seat, Tally
from lmm_app.session import links, projector, state
from lmm_app.session.downloads import download
from lmm_app.session.links import Drawn
from lmm_core import LMMError

PAGE = "room"
# In seconds: a class that hands in sees itself on the projector.
BEAT = 1.0
# Of a figure, in px: three stand beside each other on a telephone.
WIDE = 108
# The next step, by the status: what its button says, and the status it leads to.
NEXT = {
    GUESSING: ("Show the guesses", GUESSED),
    GUESSED: ("Show the estimates", REVEALED),
}
OWN = (
    "This address is yours: it opens this page again, also on another machine or after the laptop "
    "was closed. Whoever has it leads the room."
)
LOCAL = (
    "The address is of this machine alone. Open the page by a name that the class can reach, and "
    "the picture follows."
)
STYLE = """
<style>
.join { display: flex; flex-wrap: wrap; gap: 0.5rem 2.5rem; align-items: center; }
.join .qr { width: min(100%, 15rem); border-radius: 0.5rem; background: #fff; }
.join dl { margin: 0; flex: 1 1 16rem; }
.join dt { opacity: 0.8; }
.join dd { margin: 0 0 1rem; overflow-wrap: anywhere; font-weight: 600; font-size: 1.2rem; }
.join dd.code { font-size: clamp(2.4rem, 7vw, 4rem); line-height: 1.1; letter-spacing: 0.08em;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.join.large { min-height: 76vh; justify-content: center; gap: 1rem 4vw; }
.join.large .qr { width: min(70vh, 45vw); }
.join.large dd { font-size: 1.25rem; }
.join.large dd.code { font-size: min(9vw, 18vh); }
</style>
"""


def open_room(recipe: Drawn) -> dict[str, str]:
    """Open a room: its code and key, as words of its lecturer's address.

    Raises:
        LMMError: with such data there can be none, or there is no place for it.
    """
    data.check_recipe(recipe)
    room, key = visit.store().open(recipe)
    return {visit.CODE: room.code, visit.KEY: key}


def render(kept: dict[str, str]) -> None:
    """Draw the page of who leads a room.

    Raises:
        LMMError: there is no such room, or its key is another one.
    """
    code, key = kept[visit.CODE], kept[visit.KEY]
    visit.store().check_key(code, key)
    st.html(STYLE)
    _room(code, key)


@st.fragment(run_every=BEAT)
def _room(code: str, key: str) -> None:
    """The room as it is now."""
    try:
        room = visit.store().check_key(code, key)
        seats = visit.store().seats(code)
    except LMMError:
        # It was closed meanwhile, or its time is over: the whole page says so.
        st.rerun()
    tally = Tally.of(seats)
    if projector.on():
        place = projector.frame()
        place.head(f"Room {code}")
        place.line.markdown(_line(room, seats, tally))
        _buttons(room, key, place.foot, seats)
        with place.picture:
            _picture(room, seats, large=True)
        return
    st.title(f"Room {code}")
    # Whatever the status, the same places one below the other: a browser keeps what is in them.
    line = st.container(key="room_line")
    row = st.container(key="room_row", horizontal=True, vertical_alignment="center", gap="xsmall")
    picture, below = st.container(key="room_picture"), st.container(key="room_below")
    line.markdown(_line(room, seats, tally))
    _counts(tally, row)
    _buttons(room, key, row, seats)
    with picture:
        _picture(room, seats, large=False)
    with below:
        _own_address(room, key)


def _line(room: Room, seats: list[Seat], tally: Tally) -> str:
    """The sentence over the picture."""
    if room.status == GUESSING:
        return words.QUESTION
    if room.status == GUESSED:
        guesses = [seat.guess for seat in seats if seat.guess is not None]
        return f"{words.guesses_words(guesses)} {words.estimates_in(tally)}"
    found = [seat.estimate for seat in seats if seat.estimate is not None]
    theory = data.theory(room)
    return f"**{words.missed_words(found, theory.h2)}** {words.estimates_words(found, theory)}"


def _counts(tally: Tally, place: DeltaGenerator) -> None:
    """How far the class is, in figures."""
    for label, value in (
        ("In the room", tally.seats),
        ("Guesses", tally.guesses),
        ("Estimates", tally.estimates),
    ):
        place.metric(label, value, border=True, width=WIDE)


def _buttons(room: Room, key: str, foot: DeltaGenerator, seats: list[Seat]) -> None:
    """What leads on, and what ends it."""
    if room.status in NEXT:
        label, status = NEXT[room.status]
        foot.button(
            label,
            # The key by which a clicker presses it.
            key=f"room_reveal_{status}",
            type="primary",
            on_click=_advance,
            args=(room, key, status),
        )
    if projector.on():
        foot.markdown(f"Room **{room.code}** · {words.tally_words(Tally.of(seats))}")
        return
    foot.link_button(
        "Projector",
        _address(room.code, key, large=True),
        icon=":material/present_to_all:",
    )
    if room.status == REVEALED:
        with foot:
            # Made at every beat: what would be made on a click is gone with the next one.
            file = class_page(seats, data.theory(room))
            download("Keep the picture", file, FILE, "room_keep")
    with foot.popover("Close the room", icon=":material/delete:"):
        st.markdown("All that was handed in is deleted, and nobody can get it back.")
        st.button("Close it and delete all", key="room_close", on_click=_close, args=(room, key))


def _advance(room: Room, key: str, status: str) -> None:
    # Of a room that is gone meanwhile the page says so itself.
    with suppress(LMMError):
        visit.store().advance(room.code, key, status)


def _close(room: Room, key: str) -> None:
    with suppress(LMMError):
        visit.store().close(room.code, key)


def _picture(room: Room, seats: list[Seat], *, large: bool) -> None:
    """What the class is shown: how to come in, the guesses, the estimates."""
    if room.status == GUESSING:
        st.html(_join(room.code, _address(room.code), large=large))
        return
    group = f"room {room.code}"
    if room.status == GUESSED:
        board(pack_board(guesses_board(seats), group), key="class", projector=large)
        # While the class looks at its guesses, so that nobody waits for the estimates.
        data.theory(room)
        return
    with st.spinner("Drawing 10,000 samples under the true h …"):
        theory = data.theory(room)
    board(pack_board(estimates_board(seats, theory), group), key="class", projector=large)


def _join(code: str, address: str, *, large: bool) -> str:
    """How a student comes in."""
    site = address.partition("?")[0].partition("://")[2]
    picture = qr_html(address) if site else ""
    where = f"<dt>open</dt><dd>{escape(site)}</dd>" if site else ""
    return (
        f'<div class="join{" large" if large else ""}">{picture}<dl>{where}'
        f'<dt>code of the room</dt><dd class="code">{escape(code)}</dd></dl></div>'
    )


def address_of(base: str, code: str, key: str = "", *, large: bool = False) -> str:
    """The address of a room, for its students or, with the key, for who leads it.

    Args:
        base: of the addresses of the app.
        code: of the room.
        key: of the lecturer.
        large: whether it opens for a projector.
    """
    words = {visit.CODE: code} | ({visit.KEY: key} if key else {})
    words |= {projector.KEY: "true"} if large else {}
    return f"{base}{PAGE}?{urlencode(words)}"


def _address(code: str, key: str = "", *, large: bool = False) -> str:
    return address_of(links.base_of(st.context.url, PAGE), code, key, large=large)


def _own_address(room: Room, key: str) -> None:
    own = _address(room.code, key)
    if room.status == GUESSING and urlsplit(own).hostname in ("localhost", "127.0.0.1", "::1"):
        st.caption(LOCAL)
    with st.expander("The way back to this page"):
        st.code(own, language=None, wrap_lines=True)
        st.caption(OWN)
        st.page_link(state.page("lecturer"), label="For lecturers", icon=":material/school:")
