"""`lmm app`: the page, started from anywhere."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from lmm_cli.command import Answer, Command, UsageError
from lmm_cli.console import Console

NEEDED = ("streamlit", "plotly", "PIL", "lmm_app")
PORT = 8501
# How long the server may take to come up, and the first run of the page.
PATIENCE = 60.0


def server_command(options: Namespace) -> list[str]:
    """The command that starts the server.

    Raises:
        UsageError: what the page needs is not installed.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            "the page needs more than the fits do",
            f"{missing[0]} is not installed",
            "pip install 'lmm-watched[app]'",
        )
    command = [sys.executable, "-m", "streamlit", "run", str(script())]
    command += [f"--server.port={options.port}", "--server.scriptHealthCheckEnabled=true"]
    if options.no_browser:
        command += ["--server.headless=true"]
    return [*command, *options.settings]


def script() -> Path:
    """The script that the server runs, its settings in `.streamlit` beside it.

    They are packed into the package; in a checkout both lie at the top.
    """
    found = find_spec("lmm_app")
    assert found is not None
    package = Path(str(found.origin)).parent
    packed = package / "start" / "app.py"
    return packed if (packed.parent / ".streamlit").is_dir() else package.parent / "app.py"


def warm_up(port: int) -> None:
    """Have the page run once, so that the first visitor does not wait for its imports."""
    address = f"http://127.0.0.1:{port}/_stcore"
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError):
            with urllib.request.urlopen(f"{address}/health", timeout=2):
                break
        time.sleep(0.1)
    # Without it the page is as it was: slower for the first.
    with suppress(OSError):
        urllib.request.urlopen(f"{address}/script-health-check", timeout=PATIENCE).close()


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, metavar="P", help=f"where it is served; the first free from {PORT} on"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="serve it, and open no window here"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="NAME=VALUE",
        type=_setting,
        help="a setting of the server, such as server.maxUploadSize=200; may be given again",
    )


def _setting(text: str) -> str:
    name, equals, _ = text.partition("=")
    if name == "server.port":
        raise ArgumentTypeError("the port has an option of its own: --port")
    if not (equals and "." in name):
        raise ArgumentTypeError(
            f"a setting of the server is its name, = and a value: it is '{text}'; for example "
            "server.maxUploadSize=200"
        )
    return f"--{text}"


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
    # A process of its own: the server's warnings and signals are not this program's.
    server = subprocess.Popen(server_command(options))
    # Who ends this program means the server.
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    Thread(target=warm_up, args=(options.port,), daemon=True).start()
    try:
        code = server.wait()
    except KeyboardInterrupt:
        # Ctrl-C reaches the server too; it says goodbye and ends.
        code = server.wait()
    # Ended from outside, as a server is, is no fault.
    return Answer("", max(code, 0))


COMMAND = Command(
    name="app",
    summary="open the page in a browser",
    description=(
        "Start the page: the profile log-likelihood with Brent's steps, the rotation, ML beside "
        "REML, on the samples, on simulated data or on your own files. Ctrl-C ends it."
    ),
    examples=("lmm app", "lmm app --port 8600 --no-browser"),
    add_options=_add_options,
    run=_run,
)
