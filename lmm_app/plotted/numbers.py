"""The numbers of a figure, as the table under it shows them; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmm_app.live.hand import frames_hand
from lmm_core.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A table by its columns; the first says what each row is of.

    Attributes:
        title: what the figure shows, in a few words, from which its files are named.
        head: of the columns.
        columns: words, or numbers with NaN where there is none; each of as many as rows.
        note: what is to be said of the table and not of the figure.
    """

    title: str
    head: tuple[str, ...]
    columns: tuple[Sequence[str] | Floats, ...]
    note: str = ""

    @classmethod
    def of(cls, title: str, columns: Sequence[tuple[str, Any]], note: str = "") -> "Numbers":
        """From heads with their columns, of any type."""
        heads, values = zip(*columns, strict=True)
        return cls(title, tuple(heads), tuple(_column(np.asarray(one)) for one in values), note)


def taken_board(numbers: Numbers, alt: str, *, titled: bool) -> dict[str, Any]:
    """The board without a picture of its own, beside a figure with these numbers.

    Args:
        numbers: of the figure.
        alt: the text in its place.
        titled: whether the axis of x has a title, beside which there is room.
    """
    return {
        "name": "plot",
        "method": "REML",
        "hand": frames_hand([""], ""),
        "height": 0,
        "show": {"slider": False},
        "plot": {
            "title": numbers.title,
            "alt": alt,
            "note": numbers.note,
            "head": numbers.head,
            "columns": numbers.columns,
            "titled": titled,
        },
    }


def _column(values: NDArray[Any]) -> Sequence[str] | Floats:
    if values.dtype.kind in "biuf":
        return values.astype(np.float64)
    return [str(value) for value in values]
