"""Entries of a file corrected on the page: a grid of them, and a list of what was changed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from lmm_app.fit.text import literal
from lmm_app.session import uploads
from lmm_data.preparation.choices import Choices
from lmm_data.preparation.correcting import correction_of
from lmm_data.readers.corrections import Correction, with_correction
from lmm_data.readers.naming import Sheet
from lmm_data.readers.opening import Outcome

# So much of a table is sent to the browser.
ROWS, COLUMNS = 200, 30
_LINE = "line"
_TURN = "corrections_turn"


def can_be(outcome: Outcome) -> bool:
    """Whether it is known where in its file each entry of a table stands."""
    return outcome.sheet is not None and bool(outcome.sheet.lines)


def grid(outcome: Outcome) -> None:
    """The entries as they are written, to be typed over."""
    sheet = outcome.sheet
    if sheet is None:
        return
    rows, columns = len(sheet.lines), len(sheet.columns)
    name = outcome.name
    with st.container(horizontal=True):
        first = _from("From row", rows, ROWS, f"correct_row_{name}")
        left = _from("From column", columns, COLUMNS, f"correct_column_{name}")
    shown = range(left, min(left + COLUMNS, columns))
    labels = _labels(sheet, shown)
    data: dict[str, list[Any]] = {_LINE: list(sheet.lines[first : first + ROWS])}
    data |= {
        label: list(sheet.columns[j][first : first + ROWS])
        for j, label in zip(shown, labels, strict=True)
    }
    # Another key after each change: the grid then begins with what is in the files now.
    key = f"correct_{name}_{first}_{left}_{st.session_state.get(_TURN, 0)}"
    st.data_editor(
        data,
        key=key,
        hide_index=True,
        num_rows="fixed",
        disabled=[_LINE],
        column_config={
            _LINE: st.column_config.NumberColumn(width=60),
            # Heads of a grid are no Markdown.
            **{label: st.column_config.TextColumn(label) for label in labels},
        },
        on_change=_take,
        args=(key, outcome, first, left, tuple(labels)),
    )
    st.markdown(
        ":small[Type over an entry. Your file stays as it is: what you change is listed, goes into "
        "the diagnosis and into what you take away, and can be taken back one by one.]"
    )


def made(outcome: Outcome, corrections: Sequence[Correction]) -> None:
    """What was corrected in a file, each with the way back."""
    here = [one for one in corrections if one.file in outcome.group.files]
    if not here:
        return
    st.markdown("**Corrected by hand**")
    for one in here:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"Line {one.line}, {literal(one.where)}: was “{literal(one.was)}”, is "
                f"“**{literal(one.now)}**”",
                width="content",
            )
            st.button(
                "Take back",
                key=f"uncorrect_{one.file}_{one.line}_{one.column}",
                on_click=_take_back,
                args=(one,),
                type="tertiary",
                icon=":material/undo:",
            )


def _from(label: str, count: int, most: int, key: str) -> int:
    """The first of the rows or columns that are shown, from 0, where there are too many."""
    if count <= most:
        return 0
    return int(st.number_input(label, 1, count, 1, most, key=key, width=150)) - 1


def _labels(sheet: Sheet, shown: Sequence[int]) -> list[str]:
    """A name for each column, unlike all others."""
    labels: list[str] = []
    for j in shown:
        label = sheet.label(j)
        while label in labels or label == _LINE:
            label += " "
        labels.append(label)
    return labels


def _take(key: str, outcome: Outcome, first: int, left: int, labels: tuple[str, ...]) -> None:
    """Keep what was typed into the grid."""
    edited = st.session_state.get(key, {}).get("edited_rows", {})
    choices = uploads.choices()
    made = choices.corrections
    for row, cells in edited.items():
        for label, now in cells.items():
            place = first + int(row), left + labels.index(label)
            made = with_correction(made, correction_of(outcome, *place, str(now or "")))
    _decide(choices, made)


def _take_back(one: Correction) -> None:
    choices = uploads.choices()
    _decide(choices, tuple(other for other in choices.corrections if other != one))


def _decide(choices: Choices, corrections: tuple[Correction, ...]) -> None:
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    uploads.decide(replace(choices, corrections=corrections))
