"""What the decomposition of a large kinship will take, before anything is allocated for it."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from lmm_core.many.threads import one_blas_thread
from lmm_data.checks.cost import duration, memory
from lmm_data.large import UndoneError
from lmm_data.large.child import blas_threads

# The decomposition that is timed, by one thread: a twentieth of a second.
TRIAL = 700
# So many times as fast are t threads as t to this power: half of the work waits for memory.
TOGETHER = 0.8
# Matrices of n² numbers at the most: what is reduced, the vectors, and the workspace of divide
# and conquer. The kinship itself is there already.
MATRICES = 3
# What the process that does it takes besides: Python, NumPy and SciPy.
BESIDE = 65e6
# Where Linux tells what memory there is, which control groups this process is in, and theirs.
MACHINE, MEMBER = Path("/proc/meminfo"), Path("/proc/self/cgroup")
GROUPS = Path("/sys/fs/cgroup")
# The variable that says how much memory may be taken, in GB, where what is found is wrong.
MEMORY_VARIABLE = "LMM_MEMORY_GB"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a decomposition will take.

    Attributes:
        n: individuals.
        seconds: on this machine, to a factor of about one and a half while it is quiet.
        bytes: memory beside the kinship itself, at its highest.
        free: bytes that may be taken now; None where nobody tells.
    """

    n: int
    seconds: float
    bytes: float
    free: float | None

    @property
    def words(self) -> str:
        """The estimate as a clause."""
        left = "" if self.free is None else f", of {memory(self.free)} that are free"
        return f"about {duration(self.seconds)} and {memory(self.bytes)} of memory{left}"

    def require_room(self) -> None:
        """An UndoneError if it will not fit into memory."""
        if self.free is not None and self.bytes > self.free:
            raise UndoneError(
                f"the decomposition of the kinship, {self.n:,} × {self.n:,}, needs "
                f"{memory(self.bytes)} of memory",
                f"{memory(self.free)} are free",
                "close other programs, leave out individuals, or take a machine with more memory; "
                f"if more may be taken than that, {MEMORY_VARIABLE} says how many GB",
            )


def estimate_decomposition(n: int) -> Estimate:
    """What the decomposition of n individuals takes: time as n³, memory as n².

    The time is that of one of 700 on this machine, measured when first asked for.
    """
    seconds = _trial_seconds() * (n / TRIAL) ** 3 / max(1, blas_threads()) ** TOGETHER
    return Estimate(n, seconds, 8.0 * MATRICES * float(n) ** 2 + BESIDE, free_memory())


def free_memory() -> float | None:
    """Bytes that this process may still take, None where nobody tells.

    The least of what the machine has left, of what its control groups leave (containers and batch
    systems set these), and of this process's own limit; or what the variable says.
    """
    with suppress(KeyError, ValueError):
        return 1e9 * float(os.environ[MEMORY_VARIABLE])
    return min([*_of_the_machine(), *_of_groups(), *_of_the_process()], default=None)


@cache
def _trial_seconds() -> float:
    """Time of the decomposition of a 700 × 700 matrix here by one thread, the better of two."""
    K = np.random.default_rng(0).standard_normal((TRIAL, TRIAL))
    times = []
    with one_blas_thread():
        for _ in range(2):
            start = time.perf_counter()
            np.linalg.eigh(K)
            times.append(time.perf_counter() - start)
    return min(times)


def _of_the_machine() -> Iterator[float]:
    with suppress(OSError):
        lines = MACHINE.read_text("ascii").splitlines()
        sizes = {
            name: float(rest.split()[0]) for name, _, rest in (x.partition(":") for x in lines)
        }
        yield 1024.0 * (sizes["MemAvailable"] + sizes["SwapFree"])
        return
    with suppress(ImportError):
        system: Any = import_module("psutil")
        yield float(system.virtual_memory().available + system.swap_memory().free)


def _of_groups() -> Iterator[float]:
    """What the control groups that this process is in leave, versions 2 and 1."""
    with suppress(OSError):
        for line in MEMBER.read_text("utf-8").splitlines():
            _, kinds, name = line.split(":", 2)
            if kinds not in ("", "memory"):
                continue
            here = GROUPS / kinds / name.lstrip("/")
            for place in (here, *here.parents):
                yield from _left_in(place)
                if place == GROUPS:
                    break


def _left_in(group: Path) -> Iterator[float]:
    for most, used in (
        ("memory.max", "memory.current"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes"),
    ):
        # Without a limit the word is “max”, and what files are cached in is given back.
        with suppress(OSError, ValueError):
            limit, taken = (float((group / file).read_text("ascii")) for file in (most, used))
            words = (group / "memory.stat").read_text("ascii").split()
            cached = dict(zip(words[::2], words[1::2], strict=True)).get("inactive_file", "0")
            yield limit - taken + float(cached)


def _of_the_process() -> Iterator[float]:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        # What is asked of another process, which has the same limit for itself.
        yield float(limit)
