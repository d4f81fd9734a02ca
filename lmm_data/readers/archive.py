"""Files as bytes, unpacked in memory within limits: nothing is written to disk."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NoReturn

from lmm_core.errors import DataError, some
from lmm_data.readers.content import HARMLESS, MEGABYTE, content_of, name_of, too_dense, too_large
from lmm_data.readers.reading import Source

_LOCAL_HEADER = 30
_CENTRAL = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the many ways of being no zip file, or a damaged one, make zipfile raise.
_BROKEN = (
    zipfile.BadZipFile,
    struct.error,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    LookupError,
    OverflowError,
)
# Zip archives of a kind, which nobody packs.
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".ods")
_CLUTTER = re.compile(r"(^|/)(__MACOSX(/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$)")


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold at most.

    Attributes:
        members: files.
        total: bytes of all files unpacked, and of the archive itself.
        ratio: bytes unpacked for each byte packed, of an archive beyond 64 MB.
        single: bytes of one file unpacked.
        nested: whether a file may be an archive itself; it is not unpacked.
    """

    members: int = 1000
    total: int = 500 * MEGABYTE
    ratio: float = 200
    single: int = 300 * MEGABYTE
    nested: bool = False


class Archive(Mapping[str, bytes]):
    """The files of a zip archive by name, each unpacked when it is asked for, and checked then.

    Attributes:
        name: what to call the archive in a message.
        sizes: bytes of each file, as the archive declares them.
        ignored: members left out: what a system puts beside the files, such as `.DS_Store`.
        folder: the single folder that held everything, taken off the names; "" if none did.
    """

    def __init__(self, name: str, packed: zipfile.ZipFile, limits: Limits) -> None:
        self.name = name
        self._packed = packed
        self._limits = limits
        members: dict[str, zipfile.ZipInfo] = {}
        ignored = []
        for info in packed.infolist():
            path = _safe_path(info, name)
            if _CLUTTER.search(path):
                ignored.append(path)
            elif path and not info.orig_filename.endswith(("/", "\\")):
                if path in members:
                    raise DataError(
                        "each file of an archive must have its own name",
                        f"“{path}” is there twice",
                        "pack it again",
                        where=name,
                    )
                members[path] = info
        self.ignored = tuple(ignored)
        _require_harmless(members, name, packed.start_dir, limits)
        folder = ""
        while members and (top := _only_folder(members)):
            folder += top
            members = {path.removeprefix(top): info for path, info in members.items()}
        self.folder = folder
        self._members = members
        self.sizes = {path: info.file_size for path, info in members.items()}

    def __getitem__(self, member: str) -> bytes:
        """The bytes of a file.

        Raises:
            DataError: no such file, damaged, larger than declared, or itself an archive.
        """
        if member not in self._members:
            raise DataError(f"{self.name} has no file “{member}”", f"it has {some(self, 12)}")
        info = self._members[member]
        where = f"{self.name}, {member}"
        try:
            with self._packed.open(info) as file:
                # By the bytes that come, not by the size that is declared.
                content = file.read(min(info.file_size, self._limits.single) + 1)
        except _BROKEN as error:
            _damaged(where, error)
        if len(content) != info.file_size:
            _damaged(where, f"{info.file_size} bytes are declared, {len(content)} are there")
        packed_again = content[:4] == b"PK\x03\x04" and not member.lower().endswith(".npz")
        if packed_again and not self._limits.nested:
            _nested(self.name, member)
        return content

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def open_archive(
    source: Source, name: str | None = None, *, limits: Limits | None = None
) -> Archive:
    """A zip archive, in memory only; its files are unpacked one by one as they are asked for.

    Args:
        source: a path, the bytes of the archive, or a file open for reading bytes.
        name: what to call the archive in messages; the file's name by default.
        limits: what it may hold; see `Limits`.

    Returns:
        A mapping from names to bytes. A single folder around everything is taken off the names.

    Raises:
        DataError: not a zip archive, damaged, empty, encrypted, beyond the limits, or holding a
            name that leads out of it, a link, a name twice, files that overlap, or an archive.
    """
    name = name or name_of(source, "the archive")
    limits = limits or Limits()
    content = content_of(source, name, limits.total)
    # Each member has one, and a list of millions would fill the memory before it is counted.
    if content.count(_CENTRAL) > limits.members:
        raise DataError(
            f"an archive may hold {limits.members} files",
            "it holds more",
            "leave out what is not needed",
            where=name,
        )
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as error:
        if name.lower().endswith(_WORKBOOKS):
            raise DataError(
                "a workbook must be whole",
                "it begins as one and cannot be opened",
                "open it in the spreadsheet program and save it again, or save the sheet as CSV",
                where=name,
            ) from None
        raise DataError(
            "the file must be a zip archive",
            str(error),
            "pack the files as .zip, or fetch it again",
            where=name,
        ) from None
    archive = Archive(name, packed, limits)
    if not archive:
        raise DataError("the archive must hold files", "it holds none", "pack it again", where=name)
    return archive


def _safe_path(info: zipfile.ZipInfo, name: str) -> str:
    """The member's path with `/` between its parts, or a DataError if it leads elsewhere."""
    path = info.orig_filename.replace("\\", "/")
    parts = path.split("/")
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in parts or "\0" in path:
        shown = path.replace("\0", "?")[:60]
        raise DataError(
            "the names in an archive must stay inside it",
            f"“{shown}” does not",
            "pack the folder again, from within",
            where=name,
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if kind == stat.S_IFLNK else "a device"
        raise DataError(
            "an archive must hold plain files",
            f"“{path[:60]}” is {what}",
            "pack the file itself",
            where=name,
        )
    return "/".join(part for part in parts if part not in ("", "."))


def _require_harmless(
    members: Mapping[str, zipfile.ZipInfo], name: str, end: int, limits: Limits
) -> None:
    for path, info in members.items():
        if info.flag_bits & 0x41:
            raise DataError(
                "an archive must not be encrypted",
                f"“{path}” is",
                "pack it without a password",
                where=name,
            )
        if info.compress_type not in _METHODS:
            raise DataError(
                "an archive must be packed in the usual way, deflated",
                f"“{path}” is not (method {info.compress_type})",
                "pack it as a plain .zip",
                where=name,
            )
        if path.lower().endswith(".zip") and not limits.nested:
            _nested(name, path)
        if info.file_size > limits.single:
            too_large(f"{name}, {path}", limits.single)
    total = sum(info.file_size for info in members.values())
    packed = sum(info.compress_size for info in members.values())
    if total > limits.total:
        too_large(name, limits.total)
    if total > max(HARMLESS, limits.ratio * packed):
        too_dense(name, limits.ratio)
    before, last = "", 0
    for path, info in sorted(members.items(), key=lambda item: item[1].header_offset):
        if info.header_offset < last:
            _damaged(name, f"“{before}” and “{path}” overlap")
        last = info.header_offset + _LOCAL_HEADER + info.compress_size
        before = path
        if info.header_offset < 0 or last > end:
            _damaged(name, f"“{path}” lies outside of it")


def _only_folder(members: Mapping[str, zipfile.ZipInfo]) -> str:
    """The folder that holds every member, with its `/`, or ""."""
    tops = {PurePosixPath(path).parts[0] for path in members if "/" in path}
    if len(tops) != 1 or not all("/" in path for path in members):
        return ""
    return f"{tops.pop()}/"


def _nested(name: str, member: str) -> NoReturn:
    raise DataError(
        "an archive must hold the files themselves",
        f"“{member}” is an archive or a spreadsheet",
        "unpack it, or save it as CSV, and pack the result",
        where=name,
    )


def _damaged(name: str, error: object) -> NoReturn:
    raise DataError("the archive is damaged", str(error), "pack or fetch it again", where=name)
