"""A button that gives a file."""

from collections.abc import Callable
from typing import Any

import streamlit as st

KINDS = {
    "zip": "application/zip",
    "csv": "text/csv",
    "json": "application/json",
    "html": "text/html",
}


def download(
    label: str,
    file: str | Callable[[], str | bytes],
    name: str,
    key: str,
    icon: str = "download",
    **look: Any,
) -> None:
    """The button; nothing else on the page happens when it is pressed.

    Args:
        label: on it.
        file: what it gives, or what makes that when it is asked for.
        name: of the file, whose ending says what it is.
        key: of the button.
        icon: its name.
        look: what else Streamlit's button takes.
    """
    st.download_button(
        label,
        file,
        name,
        KINDS[name.rpartition(".")[2]],
        key=key,
        on_click="ignore",
        icon=f":material/{icon}:",
        **look,
    )
