"""Work in threads of this process, each of which multiplies matrices by itself."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from importlib import import_module
from threading import Event, Lock
from typing import Any, Protocol, TypeVar

from lmm_core.many.jobs import each
from lmm_core.progress import Progress, part_of


class Weighted(Protocol):
    """A task that knows its share of the whole."""

    @property
    def weight(self) -> float:
        """From 0 to 1."""


Task = TypeVar("Task", bound=Weighted)
Done = TypeVar("Done")

# How often the progress of the threads is told, in seconds.
PERIOD = 0.1


class StoppedError(Exception):
    """The others are to stop: nobody waits for them."""


class _Limit:
    """One BLAS thread for a product while anybody asks for it, as many as before after them."""

    def __init__(self) -> None:
        self.lock, self.users, self.held = Lock(), 0, None

    @contextmanager
    def hold(self) -> Iterator[bool]:
        try:
            control: Any = import_module("threadpoolctl")
        except ImportError:
            yield False
            return
        with self.lock:
            if not self.users:
                self.held = control.threadpool_limits(1, "blas")
            self.users += 1
        try:
            yield True
        finally:
            with self.lock:
                self.users -= 1
                if not self.users and self.held is not None:
                    self.held.restore_original_limits()


ONE = _Limit()


def one_blas_thread() -> Any:
    """A context in which each product takes one thread; it gives whether it can be had.

    Threads of BLAS inside threads of Python take twice the time. Without `threadpoolctl` nothing
    is changed.
    """
    return ONE.hold()


def in_threads(
    work: Callable[[Task, Progress], Done],
    tasks: Iterable[Task],
    threads: int,
    progress: Progress | None,
) -> Iterator[Done]:
    """`work` of each task, in their order, some of them ahead.

    Args:
        work: takes a task and what it is to tell the share that it has done of it.
        tasks: each with `weight`, its share of all of them; made one by one, as they are taken.
        threads: how many; 1 works here.
        progress: is called here, now and then; what it raises stops all.
    """
    shares: list[float] = []
    stop = Event()

    def told() -> None:
        if progress:
            progress(min(1.0, sum(shares)))

    def one(task: Task, place: int) -> Done:
        def tell(share: float) -> None:
            if stop.is_set():
                raise StoppedError
            shares[place] = share * task.weight
            if threads == 1:
                told()

        return work(task, tell)

    if threads == 1:
        for place, task in enumerate(tasks):
            shares.append(0.0)
            yield one(task, place)
            shares[place] = task.weight
            told()
        return
    pool = ThreadPoolExecutor(threads)
    ahead: deque[Future[Done]] = deque()
    try:
        for place, task in enumerate(tasks):
            shares.append(0.0)
            ahead.append(pool.submit(copy_context().run, one, task, place))
            if len(ahead) > threads:
                yield _awaited(ahead.popleft(), told)
        while ahead:
            yield _awaited(ahead.popleft(), told)
        shares[:] = [1.0]
        told()
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def spread(
    work: Callable[[Task, Progress], Done],
    tasks: Iterable[Task],
    *,
    n_jobs: int | None,
    threads: int | None,
    progress: Progress | None,
) -> Iterator[Done]:
    """`in_threads`, as many as there are cores if None; in processes unless `n_jobs` is 1."""
    if n_jobs == threads == 1:
        yield from in_threads(work, tasks, 1, progress)
        return
    if n_jobs == 1:
        with one_blas_thread() as single:
            count = (threads or cores()) if single else 1
            yield from in_threads(work, tasks, count, progress)
        return
    total = 0.0
    for weight, done in each(partial(_alone, work), tasks, n_jobs):
        yield done
        total += weight
        if progress:
            progress(min(1.0, total))


def _alone(work: Callable[[Task, Progress], Done], task: Task) -> tuple[float, Done]:
    return task.weight, work(task, part_of(None))


def _awaited(future: "Future[Done]", told: Callable[[], None]) -> Done:
    while not wait([future], PERIOD).done:
        told()
    return future.result()


def cores() -> int:
    """How many of them this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
