"""One dialect, ready to be read, and what is right."""

import gzip
from dataclasses import dataclass
from pathlib import Path

from tests.dialects.draft import Arrays, Draft, Expect

OPTIONS = {"phenotypes": "--pheno", "kinship": "--kinship", "covariates": "--covar"}
OPTIONS |= {"genotypes": "--geno"}


@dataclass(frozen=True, eq=False)
class Case:
    """Files, a command, and the fit that is meant.

    Attributes:
        number: by which it can be made again.
        writer: which program wrote the files.
        features: what is special, each once.
        expect: see `Draft`.
        files: their contents by name.
        arguments: what follows `fit`, files by their names.
        arrays: y, X and K of the fit that is meant; None if there is none.
    """

    number: int
    writer: str
    features: tuple[str, ...]
    expect: Expect
    files: dict[str, bytes]
    arguments: tuple[str, ...]
    arrays: Arrays | None

    def write(self, folder: Path) -> list[str]:
        """The files in a folder, and the arguments with their paths."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return [str(folder / a) if a in self.files else a for a in self.arguments]


def finish(draft: Draft, number: int, writer: str) -> Case:
    """The command for the files of a draft: each by its option, or all of them bare."""
    roles = dict.fromkeys(role for role, _ in draft.named)
    arguments: list[str] = []
    if draft.pick("files", {"by option": 0.5, "bare": 0.5}) == "by option":
        for role in roles:
            arguments += [OPTIONS[role], *(name for other, name in draft.named if other == role)]
    else:
        names = [name for _, name in draft.named]
        # Options that take several values would swallow what follows them.
        arguments = [names[int(k)] for k in draft.rng.permutation(len(names))]
    return Case(
        number=number,
        writer=writer,
        features=tuple(dict.fromkeys(draft.features)),
        expect=draft.expect,
        files=draft.files,
        arguments=(*arguments, *draft.arguments),
        arrays=None if draft.expect == "stop" else draft.arrays(),
    )


def compressed(draft: Draft, content: bytes, name: str) -> tuple[str, bytes]:
    """A file now and then as gzip leaves it."""
    if draft.chance(0.04, "gzip"):
        return f"{name}.gz", gzip.compress(content, mtime=0)
    return name, content
