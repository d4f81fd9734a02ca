"""How far long work is, told as it goes, and who does its largest part."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

import numpy as np

from lmm_core.arrays import Floats

Progress: TypeAlias = Callable[[float], None]
"""What is told the share that is done, from 0 to 1."""
Solver: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]
_solver: ContextVar[Solver] = ContextVar("solver", default=np.linalg.eigh)


@contextmanager
def solved_by(solver: Solver) -> Iterator[None]:
    """Have every decomposition of a kinship within made by something like `numpy.linalg.eigh`."""
    token = _solver.set(solver)
    try:
        yield
    finally:
        _solver.reset(token)


def eigh(matrix: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues, ascending, and vectors of a symmetric matrix, made as `solved_by` says."""
    return _solver.get()(matrix)


def part_of(progress: Progress | None, start: float = 0.0, end: float = 1.0) -> Progress:
    """What a part of a work is told of its progress, as a share of the whole; None: nobody."""
    return lambda done: progress((1.0 - done) * start + done * end) if progress else None


def parts_of(progress: Progress | None, sizes: Sequence[int]) -> Iterator[Progress]:
    """What each of the parts of a work is told, one after the other, by how large they are."""
    total, done = max(1, sum(sizes)), 0
    for size in sizes:
        yield part_of(progress, done / total, (done + size) / total)
        done += size
