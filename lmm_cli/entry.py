"""From the arguments to an exit code; whatever goes wrong ends in a sentence."""

import os
import sys
from argparse import REMAINDER, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Sequence
from pathlib import Path
from shlex import quote
from textwrap import fill
from typing import TextIO

from lmm_cli.app import COMMAND as APP
from lmm_cli.check import COMMAND as CHECK
from lmm_cli.command import (
    EXIT_CODES,
    FAULT,
    INTERRUPTED,
    MODEL,
    PROGRAM,
    REFUSED,
    TERMINATED,
    USAGE,
    Answer,
    Command,
    TerminatedError,
    UsageError,
    writing,
)
from lmm_cli.console import open_console
from lmm_cli.decomposing import watched
from lmm_cli.fit import COMMAND as FIT
from lmm_cli.scan import COMMAND as SCAN
from lmm_cli.signs import NAME as SIGNS
from lmm_cli.simulate import COMMAND as SIMULATE
from lmm_cli.site import COMMAND as SITE
from lmm_core.errors import LMMError
from lmm_core.version import own_version
from lmm_data.samples import FOLDER_NAME, sample_folder

COMMANDS: tuple[Command, ...] = (FIT, SCAN, CHECK, SIMULATE, APP, SITE)

_HELP_WIDTH = 90


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        argv: what follows the program's name; `sys.argv[1:]` by default.

    Returns:
        The exit code: 0 done, 1 the data cannot be fitted, 2 usage, 130 stopped by Ctrl-C,
        143 by SIGTERM.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows another one for it.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=SIGNS)
    try:
        return _run(sys.argv[1:] if argv is None else list(argv))
    except SystemExit as exit_:  # argparse, after help or an error in the arguments
        return _flushed(int(exit_.code or 0))
    except BrokenPipeError:
        return _flushed(0)
    except KeyboardInterrupt as stop:
        code = TERMINATED if isinstance(stop, TerminatedError) else INTERRUPTED
        return _failed("stopped", code, start="\n" * sys.stderr.isatty())
    except UsageError as error:
        return _failed(f"error: {error}", USAGE)
    except LMMError as error:
        return _failed(f"error: {error}", REFUSED)
    except MemoryError:
        return _failed(
            "error: there is not enough memory for data of this size; leave out individuals or "
            "take a larger machine",
            REFUSED,
        )
    except Exception as error:
        return _failed(_fault(error), FAULT)


def _run(arguments: list[str]) -> int:
    command, rest = _choose(arguments)
    parser = _parser(command)
    # Files may stand before and after the options.
    options = parser.parse_intermixed_args(rest)
    # Not every command writes its answer to a file.
    file: Path | None = getattr(options, "answer_file", None)
    if file is not None and (file.is_dir() or not file.parent.is_dir()):
        what = "it is a folder" if file.is_dir() else f"there is no folder {file.parent}"
        raise UsageError(
            "the answer cannot be written", what, "choose another file", where=str(file)
        )
    console = open_console(
        sys.stderr, sys.stdout, progress=options.progress, to_file=file is not None
    )
    try:
        with watched(options, console):
            answer = command.run(options, console)
    finally:
        console.clear()
    return _deliver(answer, file)


def _deliver(answer: Answer, file: Path | None) -> int:
    if file is None or answer.written:
        sys.stdout.write(answer.text)
        return _flushed(answer.code)
    with writing("the answer cannot be written", "choose another file", file):
        file.write_text(answer.text, encoding="utf-8")
    return answer.code


def _choose(arguments: list[str]) -> tuple[Command, list[str]]:
    listed = "\n".join(f"  {command.name:<10}{command.summary}" for command in COMMANDS)
    parser = ArgumentParser(
        PROGRAM,
        description=f"{fill(MODEL, _HELP_WIDTH)}\n\ncommands:\n{listed}",
        epilog=(
            f"for example:\n{_listed(command.examples[0] for command in COMMANDS)}\n\n"
            f"{fill(EXIT_CODES, _HELP_WIDTH)}\n\n"
            f"“{PROGRAM} COMMAND --help” says what a command takes."
        ),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {own_version()}")
    parser.add_argument(
        "command", choices=[command.name for command in COMMANDS], metavar="COMMAND"
    )
    parser.add_argument("rest", nargs=REMAINDER, metavar="...")
    chosen = parser.parse_args(arguments)
    return next(c for c in COMMANDS if c.name == chosen.command), chosen.rest


def _parser(command: Command) -> ArgumentParser:
    parser = ArgumentParser(
        f"{PROGRAM} {command.name}",
        description=f"{fill(command.description, _HELP_WIDTH)}\n\n{fill(MODEL, _HELP_WIDTH)}",
        epilog=f"for example:\n{_listed(command.examples)}\n\n{fill(EXIT_CODES, _HELP_WIDTH)}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    command.add_options(parser)
    parser.add_argument(
        "--progress", action="store_true", help="say how far it is, even if nobody is watching"
    )
    return parser


def _listed(examples: Iterable[str]) -> str:
    """The examples as they can be pasted here: with the samples where they are."""
    folder = Path(FOLDER_NAME)
    if not folder.is_dir():
        # A folder may have blanks in its name.
        folder = Path(quote(str(sample_folder())))
    return "\n".join(
        f"  {example.replace(f'{FOLDER_NAME}/', f'{folder}/')}" for example in examples
    )


def _failed(message: str, code: int, start: str = "") -> int:
    try:
        sys.stderr.write(f"{start}lmm: {message}\n")
    except OSError:
        pass
    return _flushed(code)


def _fault(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        where = f", {Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"
    return (
        "error: a mistake in this program, not in your data: "
        f"{type(error).__name__}: {error}{where}; please report it with the command"
    )


def _flushed(code: int) -> int:
    """The code, once everything is written that somebody still reads."""
    stream: TextIO
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            # What is left is for nobody: Python would complain about it when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code
