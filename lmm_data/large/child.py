"""A decomposition in a process of its own, which can be ended at any moment.

LAPACK heeds no signal before it returns, and that may be minutes. A process can be ended, and if
memory runs out it is this one that goes, and not a server with others' work.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from lmm_core.arrays import Floats
from lmm_core.progress import Progress, part_of
from lmm_data.large import UndoneError

# With more individuals, the numbers of the workspace are beyond what SciPy's LAPACK counts to.
MOST = 46_000
# Columns that are sent at a time.
COLUMNS = 64
_WORKER = Path(__file__).with_name("worker.py")
_THREADS = ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM", "BLIS")
_running: set["subprocess.Popen[bytes]"] = set()


class NoProcessError(Exception):
    """Here no other process can be started."""


def decompose_apart(matrix: Floats, progress: Progress | None = None) -> tuple[Floats, Floats]:
    """`numpy.linalg.eigh`, bit for bit, in another process.

    Args:
        matrix: symmetric, shape (n, n).
        progress: called with the share that is done a few times a second; what it raises ends the
            other process at once.

    Raises:
        NoProcessError: none can be started, or n is above `MOST`.
        UndoneError: it was ended from outside, as when memory runs out.
        numpy.linalg.LinAlgError: as `eigh`.
    """
    if len(matrix) > MOST:
        raise NoProcessError
    process = _start()
    _running.add(process)
    try:
        return _ask(process, matrix, part_of(progress))
    except BrokenPipeError:
        raise _ended(process, len(matrix)) from None
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                cast(BinaryIO, pipe).close()
        process.wait()
        _running.discard(process)


def end_all() -> None:
    """End every such process of this one, whichever thread waits for it."""
    for process in list(_running):
        process.kill()


def blas_threads() -> int:
    """How many threads a product takes here; 0 if that is unknown."""
    try:
        control: Any = import_module("threadpoolctl")
    except ImportError:
        return 0
    found = [one["num_threads"] for one in control.threadpool_info() if one["user_api"] == "blas"]
    return min(found, default=0)


def _start() -> "subprocess.Popen[bytes]":
    # It finds the packages where this process has found them.
    places = [str(_WORKER.parents[2]), *filter(None, sys.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    if threads := blas_threads():
        environment |= {f"{name}_NUM_THREADS": str(threads) for name in _THREADS}
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(
            [sys.executable, str(_WORKER)], stdin=pipe, stdout=pipe, env=environment
        )
    except (OSError, ValueError) as error:
        raise NoProcessError from error


def _ask(
    process: "subprocess.Popen[bytes]", matrix: Floats, tell: Progress
) -> tuple[Floats, Floats]:
    n = len(matrix)
    there, back = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
    there.write(b"%d\n" % n)
    for start in range(0, n, COLUMNS):
        # Column by column, which is LAPACK's order.
        there.write(np.ascontiguousarray(matrix[:, start : start + COLUMNS].T).data)
    there.flush()
    while True:
        line = back.readline()
        if not line.endswith(b"\n"):
            raise _ended(process, n)
        message = json.loads(line)
        if message.get("error") == "MemoryError":
            raise MemoryError
        if message.get("error"):
            raise np.linalg.LinAlgError("Eigenvalues did not converge")
        if message.get("done"):
            break
        tell(message["share"])
    values, vectors = np.empty(n), np.empty((n, n))
    parts: tuple[Any, ...] = (values, vectors)
    for part in parts:
        if cast(Any, back).readinto(memoryview(part).cast("B")) != part.nbytes:
            raise _ended(process, n)
    return values, vectors


def _ended(process: "subprocess.Popen[bytes]", n: int) -> UndoneError:
    code = process.wait()
    by = f"signal {-code}" if code < 0 else f"its exit code is {code}"
    with suppress(ValueError):
        by = signal.Signals(-code).name if code < 0 else by
    return UndoneError(
        f"the process that decomposes the kinship, {n:,} × {n:,}, must come to its end",
        f"it was ended from outside ({by})",
        "if nobody did that, memory ran out: close other programs, leave out individuals, or "
        "take a machine with more memory",
    )
