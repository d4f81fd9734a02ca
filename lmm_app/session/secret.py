"""The secret of the server, with which it seals what a link must not tell.

All processes of a server have the same one, and it outlives a restart, or the links that were
handed out would not open any more. It is what `LMM_SECRET` says, or else a file of its own.
"""

import os
import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path

from lmm_core import LMMError

VARIABLE = "LMM_SECRET"
BYTES = 32
# Shorter than this, words can be tried out.
SHORTEST = 16


@cache
def secret() -> bytes:
    """The secret, 32 bytes.

    Raises:
        LMMError: if `LMM_SECRET` is too short to be one, or there is nowhere to keep a file.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        if len(given) < SHORTEST:
            raise LMMError(
                f"{VARIABLE} holds at least {SHORTEST} characters",
                f"it holds {len(given)}",
                "set it to a long random text, the same for all processes",
            )
        return sha256(given.encode()).digest()
    path = folder() / "secret"
    try:
        _make(path)
        return path.read_bytes()
    except OSError as error:
        raise LMMError(
            "hidden data need a place where the server keeps its secret",
            f"{path} cannot be written ({error.strerror})",
            f"set the environment variable {VARIABLE} to a long random text",
        ) from error


def folder() -> Path:
    """Where the server keeps what is to outlive it."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "lmm"


def _make(path: Path) -> None:
    """Make the file if there is none; of several who do at once, one wins, whole."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}-{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
