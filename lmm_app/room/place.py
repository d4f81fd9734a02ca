"""Where the rooms of this machine are kept: one file, for all processes of who runs the server."""

import os
import stat
from pathlib import Path

from lmm_core import LMMError

VARIABLE = "LMM_ROOMS"
NAME = "rooms.sqlite"


def rooms_file() -> Path:
    """The file of the rooms, in a folder that nobody else can open; the folder is made.

    `LMM_ROOMS` names the folder; otherwise it is where the system keeps what a program remembers
    for its user. It must be on a disk of this machine.

    Raises:
        LMMError: the folder cannot be made, or others can look into it.
    """
    folder = Path(os.environ.get(VARIABLE) or _usual())
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = folder.stat()
    except OSError as error:
        raise LMMError(
            "rooms are kept in a folder that the server can write to",
            f"{folder} cannot be had ({error.strerror})",
            f"name another folder in the variable {VARIABLE} of the server",
        ) from None
    if os.name != "nt" and (seen.st_uid != os.geteuid() or stat.S_IMODE(seen.st_mode) & 0o077):
        raise LMMError(
            "rooms are kept in a folder that the server alone can open",
            f"others can look into {folder}",
            f"chmod 700 it, or name another folder in the variable {VARIABLE} of the server",
        )
    return folder / NAME


def _usual() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "lmm-rooms"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "lmm-rooms"
