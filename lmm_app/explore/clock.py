"""The times of a fit: the best of all that were measured, by whoever looked at it."""

from collections.abc import Callable
from threading import Lock

from lmm_app.fit.times import Times


class Clock:
    """The best times so far; a busy moment is put right by the next quiet one."""

    def __init__(self, measure: Callable[[], Times]) -> None:
        self._measure, self._lock = measure, Lock()
        self._best: Times | None = None

    def best(self, more: Times) -> Times:
        """The best times, with those of one more run; at first, several runs are measured."""
        with self._lock:
            first = self._measure() if self._best is None else self._best
            self._best = first.better(more)
            return self._best
