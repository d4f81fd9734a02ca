"""The command that starts one server of the page."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from lmm_cli.command import UsageError

NEEDED = ("streamlit", "plotly", "PIL", "segno", "cryptography", "lmm_app")


def server_command(port: int, settings: Sequence[str] = (), *, headless: bool) -> list[str]:
    """The command that starts a server.

    Args:
        port: where it answers.
        settings: of the server, each as `--name=value`.
        headless: whether it leaves the browser closed.

    Raises:
        UsageError: what the page needs is not installed.
    """
    needs_the_page()
    command = [sys.executable, "-m", "streamlit", "run", str(script())]
    command += [f"--server.port={port}", "--server.scriptHealthCheckEnabled=true"]
    if headless:
        command += ["--server.headless=true"]
    return [*command, *settings]


def needs_the_page() -> None:
    """Refuse what needs the page where it is not installed."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            "the page needs more than the fits do",
            f"{missing[0]} is not installed",
            "pip install 'lmm-watched[app]'",
        )


def script() -> Path:
    """The script that the server runs, its settings in `.streamlit` beside it.

    They are packed into the package; in a checkout both lie at the top.
    """
    found = find_spec("lmm_app")
    assert found is not None
    package = Path(str(found.origin)).parent
    packed = package / "start" / "app.py"
    return packed if (packed.parent / ".streamlit").is_dir() else package.parent / "app.py"
