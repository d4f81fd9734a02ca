"""What was done of a long piece of work, on disk, so that it can be gone on with.

The first line says what the work is done on; each further line holds arrays over some items, such
as traits, and their places, after a checksum by which one that is not whole is told.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from lmm_cli.command import UsageError, writing
from lmm_core.arrays import Ints

# Arrays by name, whose first axis is over the items.
Part: TypeAlias = Mapping[str, NDArray[Any]]


@dataclass(slots=True, eq=False)
class Journal:
    """A file that only grows, open and locked.

    Attributes:
        path: where it is.
        done: what was found in it when it was opened: places of items, and their arrays.
        kept: how many items are in it.
    """

    path: Path
    done: tuple[tuple[Ints, Part], ...]
    kept: int
    _file: BinaryIO = field(repr=False)

    def append(self, places: Ints, part: Part) -> None:
        """Keep the arrays of some items; they are on the disk when this returns."""
        record = {"places": places.tolist()}
        record |= {name: values.tolist() for name, values in part.items()}
        text = json.dumps(record).encode()
        _put(self._file, b"%08x %s\n" % (crc32(text), text), self.path)
        self.kept += places.size


@contextmanager
def open_journal(file: Path, inputs: Mapping[str, str], work: str) -> Iterator[Journal]:
    """The journal beside a file, a new one if there is none; it is left only if work is left.

    Args:
        file: where the answer will be when all is done.
        inputs: what the work is done on: words for each part, and its fingerprint.
        work: the command that does it, such as `fit --all-traits`.

    Raises:
        UsageError: what is there is something else, is of work on something else, or is being
            written by another process; or the disk refuses.
    """
    path = file.with_name(f"{file.name}.part")
    with _keeping(path):
        opened = path.open("a+b")
    start = json.dumps({f"lmm_core {work}": None}).encode().removesuffix(b"null}")
    with opened:
        _lock(opened, path)
        opened.seek(0)
        lines = opened.read().splitlines(keepends=True)
        done = []
        size = 0
        if lines and lines[0].endswith(b"\n"):
            _require_same(path, lines[0], start, inputs)
            size = len(lines[0])
            for line in lines[1:]:
                found = _read(line)
                if found is None:
                    break
                done.append(found)
                size += len(line)
        elif lines and not start.startswith(lines[0][: len(start)]):
            raise _foreign(path)
        # What is not whole was being written when the work was stopped.
        opened.truncate(size)
        if not size:
            _put(opened, start + json.dumps(dict(inputs)).encode() + b"}\n", path)
        journal = Journal(path, tuple(done), sum(places.size for places, _ in done), opened)
        try:
            yield journal
            journal.kept = 0
        finally:
            if not journal.kept:
                path.unlink(missing_ok=True)


def _read(line: bytes) -> tuple[Ints, Part] | None:
    """Places and arrays of a line, None if it is not whole."""
    checksum, _, text = line.partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % crc32(text[:-1]):
        return None
    record = json.loads(text)
    places = np.array(record.pop("places"), dtype=np.int64)
    return places, {name: np.array(values) for name, values in record.items()}


def _require_same(path: Path, line: bytes, start: bytes, inputs: Mapping[str, str]) -> None:
    if not line.startswith(start):
        raise _foreign(path)
    try:
        (before,) = json.loads(line).values()
        others = [part for part, value in inputs.items() if before.get(part) != value]
    except (ValueError, AttributeError):
        raise _foreign(path) from None
    if others:
        raise UsageError(
            "the work that was begun there was on other input",
            f"{', '.join(others)} changed",
            "give the same files and options to go on with it, delete that file to begin "
            "anew, or name another file with --out",
            where=str(path),
        )


def _foreign(path: Path) -> UsageError:
    return UsageError(
        "what was done must be kept there",
        "it is another kind of file",
        "move it away, or name another file with --out",
        where=str(path),
    )


def _lock(file: BinaryIO, path: Path) -> None:
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # not on Windows
        return
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except OSError:
        raise UsageError(
            "one process at a time may write a file",
            "another process is at work on the same file",
            "wait until it is done, or name another file with --out",
            where=str(path),
        ) from None


def _put(file: BinaryIO, content: bytes, path: Path) -> None:
    with _keeping(path):
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _keeping(path: Path) -> AbstractContextManager[None]:
    return writing("what was done cannot be kept", "name a file elsewhere with --out", path)
