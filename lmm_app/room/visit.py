"""Which room a session is in, from its link, and what it may do there."""

from functools import cache
from pathlib import Path

import streamlit as st

from lmm_app.room.place import rooms_file
from lmm_app.room.rooms import tidy_code
from lmm_app.room.store import Store
from lmm_app.session.noted import OF_A_ROOM

# By their names in links. The two keys are secrets of whoever has them.
CODE, SEAT, KEY = OF_A_ROOM
_KEPT = "room_visit"


def store() -> Store:
    """The rooms of this server.

    Raises:
        LMMError: there is no folder for them.
    """
    return _at(rooms_file())


@cache
def _at(path: Path) -> Store:
    return Store(path)


def is_in() -> bool:
    """Whether this session has been given the code of a room."""
    return bool(st.session_state.get(_KEPT))


def current() -> dict[str, str]:
    """Code, seat and key of this session, as far as it has them.

    The link says them; on a page that was left and is open again the session knows them still.
    """
    link = {name: st.query_params[name] for name in (CODE, SEAT, KEY) if name in st.query_params}
    kept: dict[str, str] = st.session_state.get(_KEPT, {})
    if CODE in link:
        link[CODE] = tidy_code(link[CODE])
        # Another room has other seats.
        kept = {**(kept if kept.get(CODE) == link[CODE] else {}), **link}
    keep(kept)
    return kept


def keep(kept: dict[str, str]) -> None:
    """Put them into the session and into the address."""
    st.session_state[_KEPT] = kept
    for name in (CODE, SEAT, KEY):
        if st.query_params.get(name) == kept.get(name):
            continue
        if name in kept:
            st.query_params[name] = kept[name]
        else:
            del st.query_params[name]


def leave() -> None:
    """Be in no room."""
    keep({})
