"""What this machine has: nginx, free ports, and a folder that nobody else sees."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lmm_cli.command import UsageError

LOOPBACK = "127.0.0.1"
# Debian keeps nginx where only root looks.
BESIDES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")


def find_nginx() -> str:
    """The program nginx.

    Raises:
        UsageError: it is not installed, or cannot do this here.
    """
    if os.name == "nt":
        raise UsageError(
            "several processes need nginx on Linux or macOS",
            "this is Windows",
            "leave --processes away, or use the container of docs/hosting.md",
        )
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *BESIDES])
    found = shutil.which("nginx", path=path)
    if found is None:
        raise UsageError(
            "several processes need nginx in front of them",
            "it is not installed",
            "apt-get install nginx-light, or brew install nginx, or leave --processes away",
        )
    return found


def listening(address: str, port: int) -> list[str]:
    """Where nginx is to listen, as it writes it; at all addresses of this machine if none is named.

    Raises:
        UsageError: another program has the port.
    """
    if address:
        host = f"[{address}]" if ":" in address else address
        _must_be_free(socket.AF_INET6 if ":" in address else socket.AF_INET, address, port)
        return [f"{host}:{port}"]
    _must_be_free(socket.AF_INET, "", port)
    if not _has_ipv6():
        return [str(port)]
    _must_be_free(socket.AF_INET6, "::", port)
    return [str(port), f"[::]:{port}"]


def free_ports(count: int) -> list[int]:
    """Ports of this machine's own address that no program has."""
    with ExitStack() as held:
        ports = []
        for _ in range(count):
            probe = held.enter_context(socket.socket())
            probe.bind((LOOPBACK, 0))
            ports.append(int(probe.getsockname()[1]))
        return ports


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that only who runs the program can open, and that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="lmm-serving-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def user_of_nginx() -> str:
    """Whose rights nginx takes: root's if root starts it, to see the private folder; else ""."""
    return "root" if os.geteuid() == 0 else ""


def _must_be_free(family: socket.AddressFamily, address: str, port: int) -> None:
    with socket.socket(family) as probe:
        # As nginx will: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            probe.bind((address, port))
        except (OSError, OverflowError) as error:
            raise UsageError(
                "the page needs a port that it may have",
                f"port {port} cannot be had: {error}",
                "name another by --port",
            ) from None


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
