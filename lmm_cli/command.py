"""What a command is, and what it answers."""

import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lmm_cli.console import Console
from lmm_core.errors import LMMError

PROGRAM = "lmm"
OK, REFUSED, USAGE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
TERMINATED = 128 + signal.SIGTERM

EXIT_CODES = (
    "exit codes: 0 done; 1 the data cannot be fitted; 2 the command cannot be carried out as it "
    "was given, or a file cannot be opened; 3 a mistake in this program; 130 stopped by Ctrl-C, "
    "143 by SIGTERM"
)
MODEL = (
    "The model: y = Xβ + e, var(e) = v[hK + (1 − h)I]: y the trait, X covariates with an "
    "intercept, K the kinship, v the variance, h how strongly it follows kinship."
)


class TerminatedError(KeyboardInterrupt):
    """SIGTERM, by which batch systems stop a program, has come."""


class UsageError(LMMError):
    """What was asked for cannot be done as it was asked."""


@contextmanager
def writing(rule: str, remedy: str, place: Path) -> Iterator[None]:
    """What the disk refuses within, at a file or a folder, as a UsageError."""
    try:
        yield
    except OSError as error:
        raise UsageError(rule, error.strerror or str(error), remedy, where=str(place)) from None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found.

    Attributes:
        text: all that is to be printed or written, with a line end at its end.
        code: what the program exits with.
        written: whether the file that was asked for is there already, and the text is about it.
    """

    text: str
    code: int = OK
    written: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name.

    Attributes:
        name: as it is typed.
        summary: a line for the list of commands.
        description, examples: paragraphs, and commands that can be pasted, for its own help.
        add_options: adds what it takes to a parser.
        run: does it.
    """

    name: str
    summary: str
    description: str
    examples: tuple[str, ...]
    add_options: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Console], Answer]
