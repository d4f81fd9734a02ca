"""What the server keeps for everyone, up to a number of bytes: the longest unused goes first.

Streamlit's own cache counts entries. A class in which each has data of its own needs sixty of
them, a megabyte each; sixty of 2,000 individuals would be four gigabytes. What has gone from the
shelf, but is still held by a session, is found again and not computed a second time.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from functools import update_wrapper
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakSet, WeakValueDictionary

import numpy as np

from lmm_app.session.once import Once

T = TypeVar("T")

MB = 1 << 20
# What is kept beside arrays and texts: the objects themselves.
OBJECT = 64


@dataclass(slots=True, eq=False)
class _Entry:
    """The place of one result: who comes second waits for who computes it."""

    lock: Lock = field(default_factory=Lock)
    done: bool = False
    result: Any = None
    # Bytes, once they are known for good.
    size: int | None = None


class Shelf(Generic[T]):
    """The results of a function by its arguments, but for those whose names begin with `_`."""

    def __init__(self, compute: Callable[..., T], most: int) -> None:
        self._compute, self.most = compute, most
        names = compute.__code__.co_varnames[: compute.__code__.co_argcount]
        self._keys = [place for place, name in enumerate(names) if not name.startswith("_")]
        self._entries: OrderedDict[tuple[Any, ...], _Entry] = OrderedDict()
        self._held: WeakValueDictionary[tuple[Any, ...], Any] = WeakValueDictionary()
        self._lock = Lock()
        update_wrapper(self, compute)
        self.name = f"{compute.__module__}.{compute.__qualname__}"

    def __call__(self, *arguments: Any) -> T:
        """The result, computed by one of those who ask for it at once."""
        key = tuple(arguments[place] for place in self._keys)
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
        with entry.lock:
            new = not entry.done
            if new:
                entry.result = self._held.get(key)
                if entry.result is None:
                    entry.result = self._compute(*arguments)
                    # Of a tuple, say, nobody can tell whether a session holds it.
                    with suppress(TypeError):
                        self._held[key] = entry.result
                entry.done = True
            result: T = entry.result
        if new:
            self._make_room(entry)
            if isinstance(result, Once):
                result.when_there(lambda: self._make_room(entry))
        return result

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes of all results that are kept, each as it was measured when it came."""
        # Nothing is measured here: who only asks must not make others wait.
        with self._lock:
            return sum(entry.size or 0 for entry in self._entries.values())

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._entries.clear()
            self._held.clear()

    def _make_room(self, newest: _Entry) -> None:
        with self._lock:
            size = sum(self._size_of(entry) for entry in self._entries.values())
            for key, entry in list(self._entries.items()):
                if size <= self.most:
                    return
                # What is just computed is wanted, however large, and so is what still is.
                if entry is not newest and entry.done:
                    size -= self._size_of(entry)
                    del self._entries[key]

    def _size_of(self, entry: _Entry) -> int:
        if entry.size is not None:
            return entry.size
        size = size_of(entry.result)
        # A place whose result is still to come grows by it.
        if entry.done and not (isinstance(entry.result, Once) and entry.result.empty):
            entry.size = size
        return size


_shelves: WeakSet[Shelf[Any]] = WeakSet()
_registering = Lock()


def shelf(megabytes: float) -> Callable[[Callable[..., T]], Shelf[T]]:
    """Keep the results of a function, up to so many megabytes of them."""

    def keep(compute: Callable[..., T]) -> Shelf[T]:
        made = Shelf(compute, int(megabytes * MB))
        with _registering:
            _shelves.add(made)
        return made

    return keep


def shelves() -> list[Shelf[Any]]:
    """All shelves that there are, by name."""
    with _registering:
        return sorted(_shelves, key=lambda one: one.name)


def size_of(value: object) -> int:
    """Bytes of the arrays, the texts and the bytes in a value, each once."""
    return _size_of(value, set())


def _size_of(value: object, seen: set[int]) -> int:
    if value is None or isinstance(value, (bool, int, float, type)) or id(value) in seen:
        return 0
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        # A part of an array keeps the whole of it.
        base = value.base
        return _size_of(base, seen) if isinstance(base, np.ndarray) else value.nbytes
    if isinstance(value, (bytes, bytearray, str)):
        return len(value)
    if isinstance(value, Once):
        return _size_of(value.result, seen)
    parts: Iterable[object] = ()
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, (tuple, list, set, frozenset)):
        parts = value
    elif is_dataclass(value):
        parts = [getattr(value, one.name, None) for one in fields(value)]
    return OBJECT + sum(_size_of(part, seen) for part in parts)
