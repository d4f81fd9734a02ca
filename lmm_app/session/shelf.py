"""What the server keeps for everyone: a result that many want is computed by one of them.

Streamlit's own cache counts entries. A class in which each has data of its own needs sixty of
them, a megabyte each; sixty of 2,000 individuals would be four gigabytes. So a shelf may hold up
to a number of bytes, and the longest unused goes first. What has gone from the shelf, but is
still held by a session, is found again and not computed a second time. And who computes may tell
the page how far it is, which a function that Streamlit caches may not.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from functools import wraps
from math import inf
from threading import Lock
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet, WeakValueDictionary

import numpy as np

from lmm_data.readers.file_contents import Contents
from lmm_data.readers.number_column import NumberColumn

P = ParamSpec("P")
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
    size: int = 0


class Shelf:
    """Results by their keys, up to so many megabytes or entries of them.

    A key is a text, a fingerprint of all bytes or settings in full: arrays are never hashed.
    """

    def __init__(self, name: str, *, megabytes: float = inf, entries: float = inf) -> None:
        self.name, self.most, self.most_entries = name, megabytes * MB, entries
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._held: WeakValueDictionary[Hashable, Any] = WeakValueDictionary()
        self._lock = Lock()
        with _registering:
            _shelves.add(self)

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result, computed if no call before this one has succeeded."""
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
        with entry.lock:
            new = not entry.done
            if new:
                entry.result = self._held.get(key)
                if entry.result is None:
                    entry.result = compute()
                    # Of a tuple, say, nobody can tell whether a session holds it.
                    with suppress(TypeError):
                        self._held[key] = entry.result
                entry.size, entry.done = size_of(entry.result), True
            result: T = entry.result
        if new:
            self._make_room(entry)
        return result

    def known(self, key: Hashable) -> Any:
        """The result, None if nobody has asked for it yet."""
        with self._lock:
            entry = self._entries.get(key)
        return entry.result if entry else None

    def keeps(self, key: Callable[..., object]) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """Keep the results of a function by what `key` makes of its arguments."""

        def keep(compute: Callable[P, T]) -> Callable[P, T]:
            @wraps(compute)
            def kept(*args: P.args, **named: P.kwargs) -> T:
                return self.get(
                    (compute.__qualname__, key(*args, **named)), lambda: compute(*args, **named)
                )

            return kept

        return keep

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes of all results that are kept, each as it was measured when it came."""
        # Nothing is measured here: who only asks must not make others wait.
        with self._lock:
            return sum(entry.size for entry in self._entries.values())

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._entries.clear()
            self._held.clear()

    def _make_room(self, newest: _Entry) -> None:
        with self._lock:
            size = sum(entry.size for entry in self._entries.values())
            for key, entry in list(self._entries.items()):
                if size <= self.most and len(self._entries) <= self.most_entries:
                    return
                # What is just computed is wanted, however large, and so is what still is.
                if entry is not newest and not entry.lock.locked():
                    size -= entry.size
                    del self._entries[key]


_shelves: WeakSet[Shelf] = WeakSet()
_registering = Lock()


def shelves() -> list[Shelf]:
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
    if isinstance(value, NumberColumn):
        return OBJECT + value.nbytes
    parts: Iterable[object] = ()
    if isinstance(value, Contents):
        # To ask it for its values would make their text.
        parts = value.held
    elif isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, (tuple, list, set, frozenset)):
        parts = value
    elif is_dataclass(value):
        parts = [getattr(value, one.name, None) for one in fields(value)]
    return OBJECT + sum(_size_of(part, seen) for part in parts)
