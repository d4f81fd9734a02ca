"""nginx as a process: started when the servers are warm, and started again if it ends."""

import subprocess
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from lmm_cli.serving import health
from lmm_cli.serving.nginx import Front, configuration
from lmm_cli.serving.watch import BEAT, Say, ended, start, stop


def stand_in_front(
    nginx: str, front: Front, url: str, ending: Event, say: Say, *, window: bool
) -> bool:
    """Have nginx stand in front until all is to end; whether it ever came up.

    Args:
        nginx: the program.
        front: what it is told.
        url: where the page is then to be had.
        ending: set when all is to end.
        say: takes what is to be said.
        window: whether to open the page in a browser.
    """
    command = _command(nginx, front)
    came_up = False
    while not ending.is_set():
        process = start(command)
        try:
            up = _comes_up(process, url, ending)
            if up and not came_up:
                came_up = True
                say(f"the page is at {url}, served by {counted(front.ports)}. Ctrl-C ends it.")
                if window:
                    webbrowser.open(url)
            elif not up and not came_up and not ending.is_set():
                say(f"nginx {ended(process) or 'does not answer'}.")
                return False
            while not (why := ended(process)) and not ending.wait(BEAT):
                pass
            if why:
                say(f"nginx {why}; it is started again.")
        finally:
            stop(process)
        if why:
            ending.wait(BEAT)
    return True


def _comes_up(process: "subprocess.Popen[bytes]", url: str, ending: Event) -> bool:
    return health.comes_up(
        health.address(url), lambda: ending.is_set() or process.poll() is not None
    )


def counted(ports: Sequence[int]) -> str:
    """How many processes there are, in words."""
    return "one process" if len(ports) == 1 else f"{len(ports)} processes"


def _command(nginx: str, front: Front) -> list[str]:
    told: Path = front.folder / "nginx.conf"
    told.write_text(configuration(front), encoding="utf-8")
    return [nginx, "-e", str(front.folder / "error.log"), "-p", str(front.folder), "-c", str(told)]
