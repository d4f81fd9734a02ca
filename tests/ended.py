"""Whether a process that somebody else started comes to its end."""

import time
from pathlib import Path


def ends(pid):
    """Whether it is gone within ten seconds, or only waits to be counted."""
    for _ in range(500):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False
