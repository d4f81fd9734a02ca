"""What a server on this machine says of itself, and its first run before anybody comes."""

import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

# How long a server may take to come up, and the first run of the page.
PATIENCE = 60.0
BEAT = 0.1
# A proxy that the environment names is for the world outside.
_open = build_opener(ProxyHandler({})).open


def address(url: str) -> str:
    """Where the server of a page answers about itself."""
    return f"{url}/_stcore"


def answers(where: str, patience: float) -> bool:
    """Whether a server says within some seconds that it is well."""
    try:
        _open(f"{where}/health", timeout=patience).close()
    except (OSError, HTTPException):
        return False
    return True


def comes_up(where: str, hopeless: Callable[[], bool] = lambda: False) -> bool:
    """Wait until a server answers: whether it does, before it is hopeless or has taken too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not hopeless():
        if answers(where, 2.0):
            return True
        time.sleep(BEAT)
    return False


def warm_up(where: str) -> None:
    """Have the page run once, so that the first visitor does not wait for its imports."""
    # Without it the page is as it was: slower for the first.
    try:
        _open(f"{where}/script-health-check", timeout=PATIENCE).close()
    except (OSError, HTTPException):
        return
