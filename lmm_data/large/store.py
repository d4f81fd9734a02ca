"""Large decompositions on disk, found again by what they are of.

A file is named by a fingerprint of every bit of the matrix and of the form of the file, so that
another file with the same kinship finds it, and a kinship in which one entry has changed does not.
It begins with the checksum of the rest; one that is not whole, or was changed, is deleted and made
anew. It comes into its place all at once. Whoever has it has the kinship, so nobody else may read
it.
"""

import hashlib
import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lmm_core.arrays import Floats, fingerprint

FORM = "eigen decomposition, 1"
"""In the name of each file: another form has other names, and never reads this one's files."""

OFF = "off"
FOLDER_VARIABLE, SIZE_VARIABLE = "LMM_CACHE", "LMM_CACHE_GB"
# All files together, in GB, unless the variable says otherwise; n = 10,000 takes 0.8.
SIZE = 5.0
SUFFIX, UNFINISHED = ".eigen", ".unfinished"
# An unfinished file that nobody has written to for so long, in seconds, was left by a process
# that has ended.
LEFT = 3600.0
_DIGEST = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of decompositions.

    Attributes:
        folder: where they are; it is made when the first comes.
        most: bytes of all of them; the longest unused goes first.
    """

    folder: Path
    most: float

    def find(self, key: str, n: int) -> tuple[Floats, Floats] | None:
        """Eigenvalues (n,) and vectors (n, n), None if they are not there, or no longer whole."""
        path = self._path(key)
        try:
            with path.open("rb", buffering=0) as file:
                whole = os.fstat(file.fileno()).st_size == _DIGEST + 8 * n * (n + 1)
                digest = file.read(_DIGEST)
                values, vectors = np.fromfile(file, count=n), np.fromfile(file, count=n * n)
        except OSError:
            return None
        if not whole or digest != _digest(values, vectors):
            with suppress(OSError):
                path.unlink()
            return None
        with suppress(OSError):
            # The time of a file is when it was wanted last.
            os.utime(path)
        return values, vectors.reshape(n, n)

    def keep(self, key: str, values: Floats, vectors: Floats) -> None:
        """Put a decomposition there, and make room.

        Raises:
            OSError: the disk refuses, or would have less than a tenth left.
        """
        size = float(_DIGEST + values.nbytes + vectors.nbytes)
        if size > self.most:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._make_room(size)
        disk = shutil.disk_usage(self.folder)
        if disk.free - size < 0.1 * disk.total:
            raise OSError(f"the disk would be full: {disk.free / 1e9:.1f} GB are free")
        # Made so that only its owner can open it.
        handle, name = tempfile.mkstemp(UNFINISHED, dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_digest(values, vectors))
                for part in (values, vectors):
                    file.write(np.ascontiguousarray(part).data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path(key))
        finally:
            Path(name).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}{SUFFIX}"

    def _make_room(self, size: float) -> None:
        found = []
        for path in self.folder.iterdir():
            # Another process may be deleting it.
            with suppress(OSError):
                there = path.stat()
                if path.suffix == SUFFIX:
                    found.append((there.st_mtime, there.st_size, path))
                elif path.suffix == UNFINISHED and time.time() - there.st_mtime > LEFT:
                    path.unlink()
        total = size + sum(one for _, one, _ in found)
        for _, one, path in sorted(found):
            if total <= self.most:
                return
            with suppress(OSError):
                path.unlink()
            total -= one


def key_of(matrix: Floats) -> str:
    """What a decomposition is found by: every bit of its matrix, and the form of the file."""
    return fingerprint([FORM], matrix)


def open_store(asked: str | None = None) -> Store | None:
    """The store that is asked for, None for none.

    Args:
        asked: a folder, or “off”; None for what the variable LMM_CACHE says, and if that says
            nothing either, the user's folder of caches.
    """
    said = asked or os.environ.get(FOLDER_VARIABLE)
    if said == OFF:
        return None
    most = SIZE
    with suppress(KeyError, ValueError):
        most = float(os.environ[SIZE_VARIABLE])
    return Store(Path(said).expanduser() if said else _usual_folder(), 1e9 * most)


def _usual_folder() -> Path:
    """Where the system keeps what can be made anew."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local") / "lmm/Cache"
    usual = home / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return Path(os.environ.get("XDG_CACHE_HOME") or usual) / "lmm"


def _digest(values: Floats, vectors: Floats) -> bytes:
    digest = hashlib.sha256(values.tobytes())
    digest.update(np.ascontiguousarray(vectors).data)
    return digest.digest()
