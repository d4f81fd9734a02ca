"""`lmm app`: the page, started from anywhere."""

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from importlib.util import find_spec
from pathlib import Path

from lmm_cli.command import Answer, Command, UsageError
from lmm_cli.console import Console

NEEDED = ("streamlit", "plotly", "PIL", "lmm_app")


def server_command(options: Namespace) -> list[str]:
    """The command that starts the server.

    Raises:
        UsageError: what the page needs is not installed.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"the page needs more than the fits do, and {missing[0]} is not installed: "
            "pip install 'lmm-watched[app]'"
        )
    command = [sys.executable, "-m", "streamlit", "run", str(script())]
    if options.port is not None:
        command += ["--server.port", str(options.port)]
    if options.no_browser:
        command += ["--server.headless", "true"]
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


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, metavar="P", help="where the page is served, 8501 if it is free"
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
    name, equals, value = text.partition("=")
    if not (equals and "." in name):
        raise ValueError
    return f"--{name}={value}"


def _run(options: Namespace, console: Console) -> Answer:
    # A process of its own: the server's warnings and signals are not this program's.
    server = subprocess.Popen(server_command(options))
    try:
        code = server.wait()
    except KeyboardInterrupt:
        # Ctrl-C reaches the server too; it says goodbye and ends.
        code = server.wait()
    return Answer("", code)


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
