"""Kinships that are given for a scan by chromosome: a list of R's, or a file for each."""

import re
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lmm_cli.command import UsageError
from lmm_cli.files import open_files
from lmm_core.errors import DataError, some

if TYPE_CHECKING:
    from lmm_data.readers.opening import Outcome
    from lmm_data.readers.reading import KinshipMatrix

_CHROMOSOME = re.compile(r"(?:chr(?:omosome)?)?[-_.]?([0-9]{1,3}[A-Za-z]?|[XYZW])", re.IGNORECASE)
_REMEDY = (
    "give R’s list of them, or a file for each, named alike but for the chromosome; or leave "
    "--kinship out, and they are made of the genotypes"
)


def given_kinships(options: Namespace) -> "Mapping[str, KinshipMatrix] | None":
    """By chromosome the kinship without it, as --kinship names them; None if it names none.

    Raises:
        UsageError: files that are not one for each chromosome.
        DataError: a file that cannot be read, or has no ids.
    """
    paths = options.kinship if options.loco else None
    if not paths:
        return None
    from lmm_data.readers.opening import read_sorted

    outcomes = read_sorted(open_files(paths).found)
    for outcome in outcomes:
        if outcome.refusal is not None:
            raise outcome.refusal.anew()
    found = _listed(outcomes) or _named(outcomes)
    for chromosome, kinship in found.items():
        if kinship.ids is None:
            raise DataError(
                "a kinship for a chromosome must have ids",
                f"that without chromosome {chromosome} has none",
                "put them into its first column, or give the file of ids beside it",
                where=kinship.name,
            )
    return found


def for_markers(
    given: "Mapping[str, KinshipMatrix]", chromosomes: Iterable[str]
) -> "Mapping[str, KinshipMatrix]":
    """The kinship for each chromosome that markers lie on, by the markers' name of it.

    Raises:
        UsageError: a chromosome without one.
    """
    wanted = list(dict.fromkeys(chromosomes))
    plain = {_plain(name): kinship for name, kinship in given.items()}
    absent = [name for name in wanted if _plain(name) not in plain]
    if absent:
        raise _refused(f"there is none for {some(absent)}, and some for {some(given, 6)}")
    return {name: plain[_plain(name)] for name in wanted}


def _refused(found: str) -> UsageError:
    """Of kinships that are not one for each chromosome."""
    rule = "with --loco a kinship must be given for each chromosome, without its markers"
    return UsageError(rule, found, _REMEDY)


def _listed(outcomes: "tuple[Outcome, ...]") -> "dict[str, KinshipMatrix]":
    """A list of R's, if that is all there is."""
    if len(outcomes) != 1 or outcomes[0].reading is None:
        return {}
    return dict(outcomes[0].reading.loco)


def _named(outcomes: "tuple[Outcome, ...]") -> "dict[str, KinshipMatrix]":
    """Files that are called by their chromosomes."""
    names = [Path(outcome.name).name for outcome in outcomes]
    start = _shared(names)
    end = _shared([name[start:][::-1] for name in names])
    found: dict[str, KinshipMatrix] = {}
    for outcome, name in zip(outcomes, names, strict=True):
        kinship = outcome.reading.kinship if outcome.reading else None
        label = _CHROMOSOME.fullmatch(_token(name, start, len(name) - end))
        if kinship is None or label is None or len(outcomes) < 2:
            raise _refused(f"there is {some(names)}")
        found[label[1]] = kinship
    if len(found) < len(outcomes):
        raise _refused(f"one is called like another among {some(names)}")
    return found


def _shared(names: Sequence[str]) -> int:
    """How many signs all names begin with in common."""
    differ = (k for k, signs in enumerate(zip(*names, strict=False)) if len({*signs}) > 1)
    return next(differ, min(map(len, names)))


def _token(name: str, start: int, end: int) -> str:
    """What a name does not share with the others, with the digits beside it: the 1 of 10 and 11."""
    while start and name[start - 1].isdigit():
        start -= 1
    while end < len(name) and name[end].isdigit():
        end += 1
    return name[start:end]


def _plain(name: str) -> str:
    low = name.lower()
    return low.removeprefix("chromosome").removeprefix("chr").lstrip("0") or "0"
