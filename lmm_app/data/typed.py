"""A table that is pasted or typed into the page: from then on a file like others."""

import re

import streamlit as st

from lmm_app.session import uploads

TEXT, NAME = "typed_text", "typed_name"
HELP = (
    "Copy cells in a spreadsheet, with the line of their names, and paste them; or type: the names "
    "in the first line, then a line for each individual, entries between tabs, commas or "
    "semicolons. A spreadsheet gives only the digits that it shows: drop the workbook itself, and "
    "every digit is read."
)
_ROWS = 200


def render() -> None:
    """The place to paste a table, folded up until it is wanted."""
    with st.expander("Paste or type a table", icon=":material/content_paste:"):
        st.markdown(f":small[{HELP}]")
        st.text_area(
            "The table",
            key=TEXT,
            height=_ROWS,
            placeholder="id\tweight\nm1\t21.4\nm2\t19.8",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("What to call it", key=NAME, placeholder=_free_name(), width=260)
            st.button("Add the table", key="typed_add", on_click=_add, icon=":material/add:")


def _add() -> None:
    text = str(st.session_state.get(TEXT, ""))
    if not text.strip():
        return
    # As a name of a file in saved work must be.
    name = re.sub(r"[/\\\x00-\x1f\ud800-\udfff]", " ", str(st.session_state.get(NAME, ""))).strip()
    uploads.add_and_show([(name[:120] or _free_name(), text.encode(errors="replace"))])
    st.session_state[TEXT] = st.session_state[NAME] = ""


def _free_name() -> str:
    upload = uploads.current()
    taken = {file.name for file in upload.files} if upload else set()
    number = 1
    while (name := f"pasted table {number}") in taken:
        number += 1
    return name
