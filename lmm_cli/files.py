"""The files that were named, as bytes, with those that belong to them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lmm_cli.command import UsageError
from lmm_core.errors import DataError, some
from lmm_data.readers.content import MAX_BYTES

if TYPE_CHECKING:
    from lmm_data.readers.sorting import Sorted


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """Files by the names they are called by: their own, or their paths where two are alike.

    Attributes:
        content: the bytes of each.
        path: where each was found.
        found: which of them are read together, and by what.
    """

    content: Mapping[str, bytes]
    path: Mapping[str, Path]
    found: "Sorted"

    def name_of(self, path: Path) -> str:
        """What a file that was opened is called."""
        return next(name for name, found in self.path.items() if found == path)


def open_files(paths: Iterable[Path]) -> Opened:
    """The files, and beside them those without which they cannot be read, as .bim and .fam.

    Raises:
        UsageError: a path that cannot be opened.
    """
    from lmm_data.readers.sorting import sort_files

    wanted = list(dict.fromkeys(paths))
    whole = {path: holder for path in wanted if (holder := _holder(path)) is not None}
    shared = Counter(path.name for path in {*wanted, *whole.values()} - {*whole})
    path_of = {_called(path, whole.get(path), shared): path for path in wanted}
    read = {path: read_file(path) for path in {whole.get(path, path) for path in wanted}}
    content: dict[str, bytes] = {}
    for name, path in path_of.items():
        if path in read:
            content[name] = read[path]
        else:
            inside = path.relative_to(whole[path]).as_posix()
            content[name] = _part(name, path, inside, read[whole[path]])
    content = _with_sheets(content)
    found = sort_files(content)
    known = len(content)
    for group in found.groups:
        first = path_of.get(group.files[0])
        if first is None or first in whole:  # from an archive
            continue
        for missing in group.missing:
            beside = first.with_name(Path(missing).name)
            for partner in (beside, beside.with_name(f"{beside.name}.gz")):
                if partner.is_file():
                    name = missing + partner.name.removeprefix(beside.name)
                    path_of[name], content[name] = partner, read_file(partner)
                    break
    return Opened(content, path_of, found if len(content) == known else sort_files(content))


def _holder(path: Path) -> Path | None:
    """The file in which something is that is named as if the file were a folder."""
    if path.exists():
        return None
    return next((parent for parent in path.parents if parent.is_file()), None)


def _called(path: Path, holder: Path | None, shared: Mapping[str, int]) -> str:
    if holder is not None:
        return f"{_called(holder, None, shared)}/{path.relative_to(holder).as_posix()}"
    return str(path) if shared[path.name] > 1 else path.name


def _part(name: str, path: Path, inside: str, content: bytes) -> bytes:
    """A sheet of a workbook, a file of a zip archive, or an object of R, that was named.

    Raises:
        UsageError: it is not there.
        DataError: what holds it cannot be opened.
    """
    from lmm_data.readers.archive import open_archive
    from lmm_data.readers.containers import ObjectOf
    from lmm_data.readers.r.parsing import is_r
    from lmm_data.readers.spreadsheet.workbook import program_of, sheets_of

    holder = name[: -len(inside) - 1]
    if is_r(content):
        return ObjectOf(content, inside)
    if program_of(content) is not None:
        sheets = sheets_of(holder, content)
        if name in sheets:
            return sheets[name].by_name()
        there, what = [sheet.removeprefix(f"{holder}/") for sheet in sheets], "sheet"
    elif content[:2] == b"PK":
        archive = open_archive(content, holder)
        if inside in archive:
            return archive[inside]
        there, what = list(archive), "file"
    else:
        raise UsageError(
            "the file cannot be opened", f"{holder} is no folder", "check the path", where=str(path)
        )
    raise UsageError(f"{holder} has no {what} “{inside}”", remedy=f"choose from {some(there, 12)}")


def _with_sheets(content: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files, each workbook opened once: its sheets in its place, unless it cannot be opened."""
    made: dict[str, bytes] = {}
    for name, data in content.items():
        # No import for those who have none.
        if data[:4] not in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
            made[name] = data
            continue
        from lmm_data.readers.spreadsheet.workbook import program_of, sheets_of

        sheets: Mapping[str, bytes] = {}
        with suppress(DataError):
            # Why it cannot be is for the readers to say.
            sheets = sheets_of(name, data) if program_of(data) is not None else {}
        made |= sheets or {name: data}
    return made


def read_file(path: Path) -> bytes:
    """What is in a file, as far as any may be read.

    Raises:
        UsageError: it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            # What is too large is for the readers to say.
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if path.is_dir():
            reason = "it is a folder"
        remedy = "name the files in it" if path.is_dir() else "check the path"
        raise UsageError("the file cannot be opened", reason, remedy, where=str(path)) from None
