"""Decompositions of large kinships: what they will take, how far they are, and how they end."""

import signal
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

import numpy as np

from lmm_cli.command import TerminatedError
from lmm_cli.console import Console
from lmm_cli.keeping import say
from lmm_core.errors import count
from lmm_core.progress import Progress, Solver, solved_by
from lmm_data.large import least_large

if TYPE_CHECKING:
    from lmm_core.arrays import Floats
    from lmm_data.large.estimate import Estimate


@contextmanager
def watched(options: Namespace, console: Console) -> Iterator[None]:
    """Say what large decompositions take; Ctrl-C and SIGTERM end them at once, with a sentence."""
    # Not every command decomposes.
    if "cache" not in options:
        yield
        return
    watch = _Watch(console)
    with _signals(), solved_by(_later(watch, options.cache)):
        try:
            yield
        except KeyboardInterrupt:
            watch.stopped()
            raise


class _Watch:
    """What is said of the decompositions that are made."""

    def __init__(self, console: Console) -> None:
        self.console, self.share, self.start, self.n, self.told = console, 1.0, 0.0, 0, False

    def begins(self, estimate: "Estimate") -> Progress | None:
        """What is to be called with the share that is done; None in threads, each of which has one.

        Those of chromosomes are many at a time: only of the first is it said what it takes.
        """
        n, alone = estimate.n, current_thread() is main_thread()
        if alone or not self.told:
            what = "the kinship" if alone else "a kinship for each chromosome"
            self.note(
                f"decomposing {what}, {n:,} × {n:,}: {estimate.words}{', each' * (not alone)}"
            )
        if not alone:
            self.told = True
            return None
        self.share, self.start, self.n = 0.0, time.monotonic(), n
        tell = self.console.stage("decomposing", left=True)

        def told(share: float) -> None:
            self.share = share
            tell(share)

        return told

    def note(self, words: str) -> None:
        say(self.console, words)

    def stopped(self) -> None:
        """Say how far the one was that Ctrl-C or SIGTERM has ended."""
        if self.share < 1.0:
            took = count(round(time.monotonic() - self.start), "second")
            self.note(
                f"the decomposition of the kinship, {self.n:,} × {self.n:,}, was stopped after "
                f"{took}, at {self.share:.0%}: nothing of it is kept"
            )


def _later(watch: _Watch, cache: str | None) -> Solver:
    """A solver that is loaded when a large kinship comes, which most commands have none of."""

    def solve(matrix: "Floats") -> "tuple[Floats, Floats]":
        if len(matrix) < least_large():
            values, vectors = np.linalg.eigh(matrix)
            return values, vectors
        from lmm_data.large.solving import Solver as Large
        from lmm_data.large.store import open_store

        return Large(watch.begins, watch.note, open_store(cache))(matrix)

    return solve


@contextmanager
def _signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the processes that decompose, whichever thread waits for them."""
    if current_thread() is not main_thread():
        yield
        return

    def stop(number: int, _: object) -> None:
        from lmm_data.large.child import end_all

        end_all()
        raise TerminatedError if number == signal.SIGTERM else KeyboardInterrupt

    before = {}
    for one in (signal.SIGTERM, signal.SIGINT):
        # What is ignored, as under nohup or in a shell's background, stays ignored.
        if signal.getsignal(one) is not signal.SIG_IGN:
            before[one] = signal.signal(one, stop)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
