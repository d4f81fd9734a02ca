"""Widgets whose value stands in the URL, unless it is the usual one.

For options with labels, of which Streamlit would put the label there, and for values that the
program sets: see `state.from_link`. The others Streamlit binds to the URL itself, and what it
cannot take of a link is said here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from lmm_app.session import refused, state
from lmm_app.sources.opened import LAST_SEED

Number = TypeVar("Number", int, float)
Name = TypeVar("Name", bound=str)
# So many options are laid out side by side; of more, a list is easier to read.
FEW = 6


def segmented(label: str, options: Mapping[Name, str], usual: Name, key: str, **look: Any) -> Name:
    """One of `options`, which have their labels beside them, laid out side by side."""
    return _chosen(
        st.segmented_control, label, options, usual, key, default=usual, required=True, **look
    )


def radio(label: str, options: Mapping[Name, str], key: str, **look: Any) -> Name:
    """One of `options`, the first to begin with, one below the other."""
    return _chosen(st.radio, label, options, next(iter(options)), key, **look)


def selectbox(label: str, options: Mapping[Name, str], key: str, **look: Any) -> Name:
    """One of `options`, the first to begin with, in a list that opens."""
    return _chosen(st.selectbox, label, options, next(iter(options)), key, **look)


def one_of(label: str, names: Sequence[str], key: str, *, in_link: bool) -> str:
    """One of these names, the first to begin with: a few side by side, more in a list.

    Streamlit's own binding to the URL would lose the word, and the choice with it, on the way from
    a page that has the sidebar's controls folded away.
    """
    options, usual = {name: name for name in names}, names[0]
    if len(names) > FEW:
        return _chosen(st.selectbox, label, options, usual, key, in_link=in_link)
    look = {"default": usual, "required": True}
    return _chosen(st.pills, label, options, usual, key, in_link=in_link, **look)


def several(
    label: str,
    names: Sequence[str],
    usual: Sequence[str],
    key: str,
    *,
    in_link: bool,
    none: str,
    help: str,  # noqa: A002
) -> tuple[str, ...]:
    """Some of these names, in their order, or none of them: a few side by side, more in a list.

    Streamlit would drop the empty word of none, and the link would open with the usual ones. Those
    stand where nothing exists of what a link asks for.

    Args:
        none: what a list says where nothing is chosen.
    """
    if in_link and key in st.query_params and key not in st.session_state:
        asked = st.query_params.get_all(key)
        found = [name for name in names if name in asked]
        if found or asked == [""]:
            st.session_state[key] = found
    look: dict[str, Any] = {"default": list(usual), "key": key, "help": help}
    if len(names) > FEW:
        picked = st.multiselect(label, names, placeholder=none, **look)
    else:
        picked = st.pills(label, names, selection_mode="multi", **look)
    chosen = tuple(name for name in names if name in picked)
    if in_link:
        state.to_link(key, chosen, tuple(name for name in names if name in usual))
    return chosen


def number(label: str, last: int, usual: int, key: str, **look: Any) -> int:
    """A whole number from 1 to `last`."""
    state.from_link(key, state.whole(1, last))
    value = int(st.number_input(label, 1, last, usual, key=key, **look))
    state.to_link(key, value, usual)
    return value


def slider(
    label: str,
    ends: tuple[float, float],
    usual: Number,
    key: str,
    step: Number | None = None,
    help: str | None = None,  # noqa: A002
) -> Number:
    """A number between two ends, whole if the usual one is."""
    refused.check(key, state.within(*ends, 6))
    low, high = (type(usual)(end) for end in ends)
    return st.slider(label, low, high, usual, step, key=key, help=help, bind="query-params")


def toggle(label: str, key: str, about: str) -> bool:
    """What is off until it is asked for."""
    refused.check(key, state.one_of(("true", "false")))
    return bool(st.toggle(label, key=key, help=about, bind="query-params"))


def seed(usual: int, key: str, redraw: str | None = None, **look: Any) -> int:
    """A seed, and a button, with the key `redraw`, that goes on to the next."""
    chosen = number("Seed", LAST_SEED, usual, key, **look)

    def go_on() -> None:
        st.session_state[key] = int(st.session_state[key]) % LAST_SEED + 1

    st.button("Redraw", key=redraw, icon=":material/casino:", on_click=go_on)
    return chosen


def _chosen(
    draw: Callable[..., object],
    label: str,
    options: Mapping[Name, str],
    usual: Name,
    key: str,
    *,
    in_link: bool = True,
    **look: Any,
) -> Name:
    if in_link:
        state.from_link(key, state.one_of(options))
    if st.session_state.get(key, usual) not in options:
        del st.session_state[key]
    name = draw(label, list(options), format_func=lambda name: options[name], key=key, **look)
    chosen = next(option for option in options if option == name)
    if in_link:
        state.to_link(key, chosen, usual)
    return chosen
