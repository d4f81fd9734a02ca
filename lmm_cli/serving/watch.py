"""One process kept alive: started, warmed, watched, and started again when it dies or hangs."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event

from lmm_cli.serving import health

# Seconds without an answer after which a server counts as hung. A class that clicks at once keeps
# one busy for some seconds, and a large kinship does not keep it from answering.
HUNG_AFTER = 20.0
# Between two questions, and for the answer to one.
BEAT, ANSWER = 0.5, 2.0
# A server that ends before it answers is not started again at once.
PAUSE = 5.0
# From the word to end until it is ended.
FAREWELL = 10.0

Say = Callable[[str], None]


def start(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Start a process in a group of its own: Ctrl-C is for who watches it."""
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        # Where its own address is; what goes wrong is said on the other stream.
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it has started, by force if it takes too long."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(FAREWELL)
    # Those whose parent was killed are of its group still.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(slots=True)
class Kept:
    """A server that is kept alive until `ending` is set.

    Attributes:
        name: for what is said of it.
        command, environment: that start it.
        where: it answers about itself.
        say: takes what is to be said.
        ending: set when all is to end.
        ready: set when it has come up, and run the page once.
        code: what it ended with, if it never came up.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    where: str
    say: Say
    ending: Event
    ready: Event = field(default_factory=Event)
    code: int | None = None

    def keep(self) -> None:
        """Keep it alive; if it does not come up at first, everything is to end."""
        while not self.ending.is_set():
            process = start(self.command, self.environment)
            try:
                self._see_through(process)
            finally:
                stop(process)

    def _see_through(self, process: "subprocess.Popen[bytes]") -> None:
        """From the start of a process to its end."""
        up = health.comes_up(self.where, lambda: self.ending.is_set() or process.poll() is not None)
        if self.ending.is_set():
            return
        if up:
            health.warm_up(self.where)
            if self.ready.is_set():
                self.say(f"{self.name} is back.")
            self.ready.set()
            why = self._watch(process)
        else:
            why = ended(process) or f"did not answer in {health.PATIENCE:.0f} s"
        if self.ending.is_set():
            return
        if not self.ready.is_set():
            self.say(f"{self.name} {why} before it had answered.")
            self.code = process.poll() or 1
            self.ending.set()
            return
        self.say(f"{self.name} {why}; it is started again.")
        if not up:
            self.ending.wait(PAUSE)

    def _watch(self, process: "subprocess.Popen[bytes]") -> str:
        """Wait until it ends or hangs, or all is to end: why, in words."""
        heard = time.monotonic()
        while not self.ending.wait(BEAT):
            if why := ended(process):
                return why
            if health.answers(self.where, ANSWER):
                heard = time.monotonic()
            elif time.monotonic() - heard > HUNG_AFTER:
                process.kill()
                return f"has not answered for {HUNG_AFTER:.0f} s"
        return ""


def ended(process: "subprocess.Popen[bytes]") -> str:
    """How a process ended, in words; "" if it is running."""
    code = process.poll()
    if code is None:
        return ""
    return f"ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
