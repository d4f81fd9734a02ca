"""The terminal: how wide it is, whether it takes colours, and how far the work is."""

import os
import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TextIO, TypeAlias

from lmm_core.summary import plain

Colour: TypeAlias = Literal["red", "yellow", "green", "bold"]

WIDEST, NARROWEST = 100, 60
_CODES = {"red": "31", "yellow": "33", "green": "32", "bold": "1"}


@dataclass(slots=True)
class Console:
    """Where a command says how far it is, and what its answer may look like.

    Attributes:
        errors: the stream of messages.
        width: characters of a line.
        coloured: whether the answer goes to a terminal that shows colours.
        progress: whether to say how far the work is.
    """

    errors: TextIO
    width: int = WIDEST
    coloured: bool = False
    progress: bool = False
    _shown: str = field(default="", init=False)

    def paint(self, text: str, colour: Colour) -> str:
        """The text in a colour, or as it is."""
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.coloured else text

    def wrapped(self, text: str, indent: str = "", first: str | None = None) -> str:
        """A paragraph in lines of its width, free of what would steer it, without a line end.

        Args:
            text: of any length.
            indent: of each line.
            first: what stands before the first line instead; as it is, and not counted if longer.
        """
        return textwrap.fill(
            plain(text),
            self.width,
            initial_indent=indent if first is None else first,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )

    def stage(self, words: str, *, left: bool = False) -> Callable[[float], None]:
        """What is to be called with the share of a stage that is done, from 0 to 1.

        Args:
            words: what is done.
            left: whether to say on a terminal how long the rest will take at this pace.
        """
        live = self.errors.isatty()
        step = 1 if live else 10
        pace = None
        if live and left:
            from lmm_data.large.pace import Pace

            pace = Pace()

        def tell(share: float) -> None:
            percent = int(100 * min(max(share, 0.0), 1.0)) // step * step
            line = f"{words} {percent}%"
            if pace and (rest := pace.left(share)):
                line += f", {rest}"
            if self.progress and line != self._shown:
                self._shown = line
                self.errors.write(f"\r{line}\x1b[K" if live else f"{line}\n")
                self.errors.flush()

        tell(0.0)
        return tell

    def clear(self) -> None:
        """Take the last word on progress away."""
        if self._shown and self.errors.isatty():
            self.errors.write("\r\x1b[K")
            self.errors.flush()
        self._shown = ""


def open_console(errors: TextIO, answer: TextIO, *, progress: bool, to_file: bool) -> Console:
    """The console for messages on one stream and an answer on another, or in a file."""
    columns = shutil.get_terminal_size((WIDEST, 24)).columns
    plain = to_file or not answer.isatty() or "NO_COLOR" in os.environ
    return Console(
        errors,
        width=min(max(columns, NARROWEST), WIDEST),
        coloured=not plain and os.environ.get("TERM") != "dumb",
        progress=progress or errors.isatty(),
    )
