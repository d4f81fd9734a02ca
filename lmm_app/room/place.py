"""Where the rooms of this machine are kept: one file, for all processes of who runs the server."""

import os
import stat
from pathlib import Path

from lmm_app.session.secret import folder
from lmm_core import LMMError

VARIABLE = "LMM_ROOMS"
NAME = "rooms.sqlite"


def rooms_file() -> Path:
    """The file of the rooms, in a folder that nobody else can open; the folder is made.

    `LMM_ROOMS` names the folder; otherwise it is beside the secret of the server. It must be on a
    disk of this machine.

    Raises:
        LMMError: the folder cannot be made, or others can look into it.
    """
    place = Path(os.environ.get(VARIABLE) or folder() / "rooms")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = place.stat()
    except OSError as error:
        raise LMMError(
            "rooms are kept in a folder that the server can write to",
            f"{place} cannot be had ({error.strerror})",
            f"name another folder in the variable {VARIABLE} of the server",
        ) from None
    if os.name != "nt" and (seen.st_uid != os.geteuid() or stat.S_IMODE(seen.st_mode) & 0o077):
        raise LMMError(
            "rooms are kept in a folder that the server alone can open",
            f"others can look into {place}",
            f"chmod 700 it, or name another folder in the variable {VARIABLE} of the server",
        )
    return place / NAME
