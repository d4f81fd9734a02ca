"""Long work: what is said when it goes on and when it is stopped, and its answer all at once."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lmm_cli.command import writing
from lmm_cli.console import Console
from lmm_core.arrays import Floats

if TYPE_CHECKING:
    from lmm_cli.journal import Journal


@contextmanager
def stopping(console: Console, journal: "Journal", total: int, what: str) -> Iterator[None]:
    """Say what is there already, and what is kept if Ctrl-C or a batch system's SIGTERM stops it.

    Args:
        total: how many there are in all of `what`, such as traits.
    """
    if journal.kept:
        say(
            console,
            f"{journal.kept:,} of {total:,} {what} are in {journal.path} already: going on with "
            "the others",
        )
    try:
        yield
    except KeyboardInterrupt:
        if journal.kept:
            say(
                console,
                f"{journal.kept:,} of {total:,} {what} are kept in {journal.path}: the same "
                "command goes on with the others",
            )
        raise


def say(console: Console, words: str) -> None:
    console.clear()
    console.errors.write(f"lmm: {words}\n")
    console.errors.flush()


def say_patterns(console: Console, Y: Floats) -> None:
    """What many patterns of missing values among traits, (n, m), cost."""
    from lmm_core.many.patterns import MANY_PATTERNS, missing_patterns

    patterns = len(missing_patterns(Y))
    if patterns > MANY_PATTERNS:
        say(
            console,
            f"note: the traits have {patterns} patterns of missing values, each of which takes a "
            "decomposition of its own: impute the values of a few individuals, or leave those "
            "individuals out, to share them",
        )


def write_whole(file: Path, text: str) -> None:
    """All of it at once: the file is never there in part."""
    new = file.with_name(f"{file.name}.new")
    remedy = "make room for it, and the same command writes it from what is done"
    with writing("the answer cannot be written", remedy, file):
        with new.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
