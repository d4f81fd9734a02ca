"""Blocks of work one after the other, here or in other processes."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Task = TypeVar("Task")
Done = TypeVar("Done")


def each(work: Callable[[Task], Done], tasks: Iterable[Task], n_jobs: int | None) -> Iterator[Done]:
    """`work` of each task, in their order.

    Args:
        work: a function of one argument, which other processes can import.
        tasks: made one by one, as they are taken.
        n_jobs: processes, by joblib; 1 works here, None leaves it to `joblib.parallel_config`.
    """
    if n_jobs == 1:
        yield from map(work, tasks)
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=n_jobs, return_as="generator")(delayed(work)(t) for t in tasks)
