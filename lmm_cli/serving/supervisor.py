"""Several servers of the page behind nginx: started together, watched, and ended together."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

from lmm_cli.console import Console
from lmm_cli.serving import health
from lmm_cli.serving.front import stand_in_front
from lmm_cli.serving.nginx import Front
from lmm_cli.serving.places import (
    LOOPBACK,
    find_nginx,
    free_ports,
    listening,
    private_folder,
    user_of_nginx,
)
from lmm_cli.serving.server import server_command
from lmm_cli.serving.settings import Settings, settings_of
from lmm_cli.serving.watch import BEAT, Kept, Say

FAILED = 1
# By these a program is told to end; the last when its terminal is closed.
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if os.name != "nt" else (signal.SIGINT,)


def serve(processes: int, port: int, given: Sequence[str], *, quiet: bool, console: Console) -> int:
    """Serve the page by several processes until that is to end; the code to exit with.

    Args:
        processes: how many.
        port: where nginx answers.
        given: settings for every server, each as `--name=value`.
        quiet: whether no browser is opened here.
        console: where what happens is said.

    Raises:
        UsageError: nginx is not here, the port is not free, or a setting is not the server's.
    """
    nginx = find_nginx()
    settings = settings_of(server_command(port, given, headless=quiet))
    listen = listening(settings.address, port)
    ports = free_ports(processes)
    ending, say = Event(), _voice(console)
    servers = _servers(ports, given, settings, ending, say)
    with private_folder() as folder, _told_by_signals(ending), _kept(servers, ending):
        front = Front(folder, listen, ports, settings, user_of_nginx())
        while not (ending.is_set() or all(server.ready.is_set() for server in servers)):
            ending.wait(BEAT)
        url = f"http://{listen[0] if settings.address else f'localhost:{port}'}{settings.base}"
        stood = stand_in_front(nginx, front, url, ending, say, window=not settings.headless)
    if not stood:
        return FAILED
    return next((server.code for server in servers if server.code is not None), 0)


def _servers(
    ports: Sequence[int], given: Sequence[str], settings: Settings, ending: Event, say: Say
) -> list[Kept]:
    # Side by side, many small decompositions are quicker with one thread each.
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    return [
        Kept(
            name=f"process {number}",
            # Of two settings of one name the last holds: it answers to nginx alone.
            command=[
                *server_command(port, given, headless=True),
                "--server.headless=true",
                f"--server.address={LOOPBACK}",
            ],
            environment=environment,
            where=health.address(f"http://{LOOPBACK}:{port}{settings.base}"),
            say=say,
            ending=ending,
        )
        for number, port in enumerate(ports, 1)
    ]


def _voice(console: Console) -> Say:
    """What writes a line, of one server at a time."""
    lock = Lock()

    def say(words: str) -> None:
        # Who closed the terminal hears nothing; that must not keep the rest from ending.
        with lock, suppress(OSError):
            console.errors.write(f"lmm: {words}\n")
            console.errors.flush()

    return say


@contextmanager
def _told_by_signals(ending: Event) -> Iterator[None]:
    """Within it, to be told to end sets `ending`."""
    before = {one: signal.signal(one, lambda *_: ending.set()) for one in ENDINGS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _kept(servers: Sequence[Kept], ending: Event) -> Iterator[None]:
    """Within it the servers are kept alive; afterwards all of them have ended."""
    threads = [Thread(target=server.keep, name=server.name) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join()
