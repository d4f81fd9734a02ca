"""Those who have left: the server keeps them for when they come back, while there is room."""

import gc
import time
from contextlib import suppress
from functools import cache, wraps
from pathlib import Path

# MB of this process above which each who leaves takes two with them who have been away longest.
ROOM = 700
LET_GO = 2
# Seconds between two collections of what they held, each of which makes everyone wait for a moment.
PAUSE = 30.0


@cache
def let_go_when_memory_is_short() -> None:
    """Have those who have been away longest forgotten when the process has grown large.

    Streamlit keeps 128 sessions of those who have lost their socket, for as long as its settings
    say, whatever they hold: a class whose files have 20 MB each would leave gigabytes behind. Who
    comes back after all finds what the link says, and not the files.
    """
    # It is not Streamlit's promise that this is there; without it memory is what it was.
    with suppress(ImportError):
        from streamlit.runtime.memory_session_storage import MemorySessionStorage
        from streamlit.runtime.session_manager import SessionInfo

        plain, last = MemorySessionStorage.save, [-PAUSE]

        @wraps(plain)
        def save(self: MemorySessionStorage, session_info: SessionInfo) -> None:
            plain(self, session_info)
            if held() > ROOM:
                others = [one for one in self.list() if one is not session_info]
                for longest in others[:LET_GO]:
                    self.delete(longest.session.id)
                    longest.session.shutdown()
                # What a session held refers to itself, and Python would look for it late.
                if time.monotonic() - last[0] >= PAUSE:
                    last[0] = time.monotonic()
                    gc.collect()

        # There is no other door to what Streamlit does when somebody leaves.
        MemorySessionStorage.save = save  # type: ignore[method-assign]


def held() -> float:
    """MB that this process holds in memory; 0 where Linux does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))
