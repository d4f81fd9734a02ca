"""The files that were named, as bytes, with those that belong to them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lmm_cli.command import UsageError
from lmm_data.readers.content import MAX_BYTES

if TYPE_CHECKING:
    from lmm_data.readers.sorting import Sorted


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """Files by the names they are called by: their own, or their paths where two are alike.

    Attributes:
        content: the bytes of each.
        path: where each was found.
    """

    content: Mapping[str, bytes]
    path: Mapping[str, Path]

    def name_of(self, path: Path) -> str:
        """What a file that was opened is called."""
        return next(name for name, found in self.path.items() if found == path)

    def sorted(self) -> "Sorted":
        """Which of them are read together, and by what."""
        from lmm_data.readers.sorting import sort_files

        return sort_files(self.content)


def open_files(paths: Iterable[Path]) -> Opened:
    """The files, and beside them those without which they cannot be read, as .bim and .fam.

    Raises:
        UsageError: a path that cannot be opened.
    """
    wanted = list(dict.fromkeys(paths))
    shared = Counter(path.name for path in wanted)
    path_of = {str(path) if shared[path.name] > 1 else path.name: path for path in wanted}
    content = {name: _read(path) for name, path in path_of.items()}
    given = Opened(content, path_of)
    for group in given.sorted().groups:
        first = path_of.get(group.files[0])
        if first is None:  # from an archive
            continue
        for missing in group.missing:
            beside = first.with_name(Path(missing).name)
            for partner in (beside, beside.with_name(f"{beside.name}.gz")):
                if partner.is_file():
                    name = missing + partner.name.removeprefix(beside.name)
                    path_of[name], content[name] = partner, _read(partner)
                    break
    return given


def _read(path: Path) -> bytes:
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
