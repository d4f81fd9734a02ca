"""A result that many sessions want and one of them computes."""

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """A result that one session computes while the others that want it wait."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._result: Any = None

    @property
    def result(self) -> Any:
        """What was computed, None if nothing is yet."""
        return self._result

    @property
    def empty(self) -> bool:
        """Whether nothing is computed yet."""
        return self._result is None

    def get(self, compute: Callable[[], T]) -> T:
        """The result, computed if no call before this one has succeeded."""
        with self._lock:
            if self._result is None:
                self._result = compute()
            result: T = self._result
            return result
