"""A server of a checkout of the project on loopback, for what is measured and for the tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
START_SECONDS = 60
# `lmm app` gives its own processes ten seconds to end.
STOP_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """A running server: its address, and what Linux says of its process and those it started."""

    url: str
    pid: int

    @property
    def pids(self) -> list[int]:
        """Its process, and all that it has started."""
        found = [self.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                # A thread may end while the others are asked.
                with suppress(FileNotFoundError, ProcessLookupError):
                    found += [int(child) for child in task.read_text().split()]
        return found

    @property
    def pages(self) -> list[int]:
        """The processes that run the page."""
        return [pid for pid in self.pids if b"streamlit" in _read(pid, "cmdline").split(b"\0")]

    @property
    def memory(self) -> float:
        """MB that those which run the page hold in memory."""
        return sum(_status(pid, "VmRSS") for pid in self.pages) / 1024

    @property
    def most_memory(self) -> list[float]:
        """MB that each which runs the page held in memory when it held most."""
        return [_status(pid, "VmHWM") / 1024 for pid in self.pages]

    @property
    def threads(self) -> int:
        """Threads of those which run the page."""
        return sum(_status(pid, "Threads") for pid in self.pages)

    @property
    def processor(self) -> float:
        """Seconds of the processor that all have had."""
        # The second field is the name in brackets, and may hold spaces.
        fields = [_read(pid, "stat").rpartition(b")")[2].split() for pid in self.pids]
        return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def _read(pid: int, what: str) -> bytes:
    return Path(f"/proc/{pid}/{what}").read_bytes()


def _status(pid: int, name: str) -> int:
    for line in _read(pid, "status").decode().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise KeyError(name)


@contextmanager
def running(
    script: Path,
    folder: Path = ROOT,
    *,
    program: Sequence[str] = ("-m", "streamlit"),
    options: Sequence[str] = (),
    threads: int | None = None,
    processes: int | None = None,
    log: int | IO[str] = subprocess.DEVNULL,
) -> Iterator[Server]:
    """Serve a script on a free port, and stop it at the end.

    Args:
        script: what is served.
        folder: where the server is started, whose configuration holds.
        program: what Python runs with the arguments of `streamlit`.
        options: more of these.
        threads: of linear algebra; all cores' if None.
        processes: that serve it behind nginx, by the folder's own `lmm app`; None for the server
            alone.
        log: where to write what it says.
    """
    command = [sys.executable, *program, "run", str(script), *options]
    environment = dict(os.environ)
    if processes is not None:
        command = [sys.executable, "-m", "lmm_cli", "app", "--processes", str(processes)]
        environment["PYTHONPATH"] = str(folder)
    if threads is not None:
        environment["OPENBLAS_NUM_THREADS"] = str(threads)
    with serving(command, folder, environment, log) as server:
        yield server


@contextmanager
def serving(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    log: int | IO[str] = subprocess.DEVNULL,
) -> Iterator[Server]:
    """Start a server on a free port of loopback, and stop it at the end.

    Args:
        command: `streamlit run` or `lmm app`, to which where it answers is added.
        folder: where it is started.
        environment: with which variables.
        log: where to write what it says.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = ["server.address=127.0.0.1", "server.headless=true"]
    if "app" in command:
        where = ["--port", str(port), *(word for one in settings for word in ("--set", one))]
    else:
        where = [f"--server.port={port}", *(f"--{one}" for one in settings)]
    process = subprocess.Popen(
        [*command, *where], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    server = Server(f"http://127.0.0.1:{port}", process.pid)
    try:
        _wait_until_up(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_up(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with exit code {process.returncode}")
        try:
            urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"the server did not start in {START_SECONDS} s")
