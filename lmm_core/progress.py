"""How far long work is, told as it goes."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

Progress: TypeAlias = Callable[[float], None]
"""What is told the share that is done, from 0 to 1."""


def part_of(progress: Progress | None, start: float = 0.0, end: float = 1.0) -> Progress:
    """What a part of a work is told of its progress, as a share of the whole; None: nobody."""
    return lambda done: progress((1.0 - done) * start + done * end) if progress else None


def parts_of(progress: Progress | None, sizes: Sequence[int]) -> Iterator[Progress]:
    """What each of the parts of a work is told, one after the other, by how large they are."""
    total, done = max(1, sum(sizes)), 0
    for size in sizes:
        yield part_of(progress, done / total, (done + size) / total)
        done += size
