"""What the process that decomposes does: reads a matrix, tells how far it is, writes the answer.

It is run as a program, by `child`. It loads nothing but NumPy and SciPy, so that it starts in a
fraction of a second and its memory is what the decomposition takes.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, BinaryIO

import numpy as np

# How often it tells how far it is, in seconds: so soon it ends, too, when nobody listens.
PERIOD = 0.2
# Rows that are sent at a time.
ROWS = 64
# Linux ends this process before another when memory runs out, and not the server that waits.
FIRST_TO_GO = "500"


def serve(asked: Any, answer: BinaryIO) -> None:
    """One decomposition: n in a line, the matrix; then lines of JSON, the values, the vectors."""
    line = asked.readline()
    if not line:
        # Who asked was stopped before it could.
        return
    n = int(line)
    matrix = np.empty((n, n), order="F")
    into: Any = matrix.T
    if asked.readinto(memoryview(into).cast("B")) != matrix.nbytes:
        return
    from lmm_data.large.stages import in_stages

    done, ended, lock = [0.0], Event(), Lock()

    def tell(share: float) -> None:
        done[0] = share

    def say(**words: Any) -> None:
        with lock:
            answer.write(json.dumps(words).encode() + b"\n")
            answer.flush()

    def beat() -> None:
        while not ended.wait(PERIOD):
            try:
                say(share=done[0])
            except OSError:
                # Who asked is gone.
                os._exit(1)

    beating = Thread(target=beat, daemon=True)
    beating.start()
    try:
        values, vectors = in_stages(matrix, tell)
    except (np.linalg.LinAlgError, MemoryError) as error:
        ended.set()
        beating.join()
        say(error=type(error).__name__)
        return
    ended.set()
    beating.join()
    del matrix
    say(done=True)
    answer.write(values.data)
    for start in range(0, n, ROWS):
        answer.write(np.ascontiguousarray(vectors[start : start + ROWS]).data)
    answer.flush()


if __name__ == "__main__":
    # Ctrl-C reaches all processes of a terminal: who asked for the work ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as place:
            place.write(FIRST_TO_GO)
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)
    # Whatever is left in the buffers is for nobody.
    os._exit(0)
