"""`lmm app`: the page, started from anywhere."""

import signal
import socket
import subprocess
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from contextlib import suppress
from threading import Thread

from lmm_cli.command import Answer, Command, UsageError
from lmm_cli.console import Console
from lmm_cli.serving import health
from lmm_cli.serving.places import LOOPBACK
from lmm_cli.serving.server import server_command
from lmm_cli.serving.supervisor import serve

PORT = 8501
# More than this, and it is a slip of the hand.
MOST_PROCESSES = 64


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, metavar="P", help=f"where it is served; the first free from {PORT} on"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="serve it, and open no window here"
    )
    parser.add_argument(
        "--processes",
        type=_processes,
        metavar="N",
        help=(
            "serve it by N processes behind nginx, which must be installed: one core each; "
            "a process that dies or hangs is started again"
        ),
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="NAME=VALUE",
        type=_setting,
        help=(
            "a setting of the server, of each if there are several, such as "
            "server.maxUploadSize=200; may be given again"
        ),
    )


def _setting(text: str) -> str:
    name, equals, _ = text.partition("=")
    if name == "server.port":
        raise ArgumentTypeError("the port has an option of its own: --port")
    if not (equals and "." in name):
        raise ArgumentTypeError(
            f"a setting of the server is its name, = and a value: it is “{text}”; for example "
            "server.maxUploadSize=200"
        )
    return f"--{text}"


def _processes(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= MOST_PROCESSES:
        raise ArgumentTypeError(f"a number from 1 to {MOST_PROCESSES}: it is “{text}”")
    return number


def _free_port() -> int:
    for port in range(PORT, PORT + 100):
        with socket.socket() as probe:
            # As the server will: a port that was closed a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("", port))
                return port
    raise UsageError(
        "the page needs a free port",
        f"none from {PORT} to {PORT + 99} is",
        "name one by --port",
    )


def _run(options: Namespace, console: Console) -> Answer:
    if options.port is None:
        options.port = _free_port()
    if options.processes is not None:
        code = serve(
            options.processes,
            options.port,
            options.settings,
            quiet=options.no_browser,
            console=console,
        )
        return Answer("", code)
    # A process of its own: the server's warnings and signals are not this program's.
    command = server_command(options.port, options.settings, headless=options.no_browser)
    server = subprocess.Popen(command)
    # Who ends this program means the server.
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    Thread(target=_warm_up, args=(options.port,), daemon=True).start()
    try:
        code = server.wait()
    except KeyboardInterrupt:
        # Ctrl-C reaches the server too; it says goodbye and ends.
        code = server.wait()
    # Ended from outside, as a server is, is no fault.
    return Answer("", max(code, 0))


def _warm_up(port: int) -> None:
    where = health.address(f"http://{LOOPBACK}:{port}")
    if health.comes_up(where):
        health.warm_up(where)


COMMAND = Command(
    name="app",
    summary="open the page in a browser",
    description=(
        "Start the page: the profile log-likelihood with Brent’s steps, the rotation, ML beside "
        "REML, on the samples, on simulated data or on your own files. Ctrl-C ends it."
    ),
    examples=(
        "lmm app",
        "lmm app --port 8600 --no-browser",
        "lmm app --no-browser --processes 2",
    ),
    add_options=_add_options,
    run=_run,
)
