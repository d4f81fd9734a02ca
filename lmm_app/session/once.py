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
        self._then: Callable[[], None] | None = None

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
        self._tell()
        return result

    def when_there(self, then: Callable[[], None]) -> None:
        """Have something done when there is a result, at once if there is one; the last holds."""
        self._then = then
        if not self.empty:
            self._tell()

    def _tell(self) -> None:
        # Let go of, or the two would hold each other until Python looks for such pairs.
        then, self._then = self._then, None
        if then is not None:
            then()
