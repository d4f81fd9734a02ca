"""A server of a checkout of the project, as `streamlit run app.py` starts it, on loopback."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server: its address, and what Linux says of its process."""

    url: str
    pid: int

    @property
    def memory(self) -> float:
        """MB that it holds in memory."""
        return self._status("VmRSS") / 1024

    @property
    def most_memory(self) -> float:
        """MB that it held in memory when it held most."""
        return self._status("VmHWM") / 1024

    @property
    def threads(self) -> int:
        return self._status("Threads")

    @property
    def processor(self) -> float:
        """Seconds of the processor that it has had."""
        # The second field is the name in brackets, and may hold spaces.
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _status(self, name: str) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
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
    log: int | IO[str] = subprocess.DEVNULL,
) -> Iterator[Server]:
    """Serve a script on a free port, and stop it at the end.

    Args:
        script: what is served.
        folder: where the server is started, whose configuration holds.
        program: what Python runs with the arguments of `streamlit`.
        options: more of these.
        threads: of linear algebra; all cores' if None.
        log: where to write what it says.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, *program, "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", *options]
    environment = dict(os.environ)
    if threads is not None:
        environment["OPENBLAS_NUM_THREADS"] = str(threads)
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    server = Server(f"http://127.0.0.1:{port}", process.pid)
    try:
        _wait_until_up(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
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
