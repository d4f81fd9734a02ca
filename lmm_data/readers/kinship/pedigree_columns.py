"""Which columns of a table are an individual and its parents, by their names or what they hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.pedigree import find_loop
from lmm_data.readers.numeric import MISSING_CODES
from lmm_data.readers.text.dialect import ID_NAMES, may_name, plain_name
from lmm_data.readers.text.id_columns import WEAK_NAMES

UNKNOWN = MISSING_CODES | {"0", "00", "*", "?", "unknown", "Unknown", "UNKNOWN", "unk", "UNK"}
"""What stands for a parent who is not known."""

SEXES = frozenset({"sex", "gender"})
_SIRES = frozenset(
    "sire father dad pat fa papa maleparent paternal pollenparent pollinator "
    "vater père pere padre pai vader".split()
)
_DAMS = frozenset(
    "dam mother mum mom mat mo mama mam femaleparent maternal seedparent "
    "mutter mère mere madre mãe mae moeder".split()
)
# Parents of either sex.
_EITHER = (("parent1", "parent2"), ("p1", "p2"), ("parenta", "parentb"))
_FAMILIES = frozenset({"fid", "famid", "family", "familyid", "fam", "ped", "pedid"})
_BESIDE = frozenset(
    "generation gen byear birthyear yearofbirth yob dob birthdate dateofbirth born cohort "
    "f inbreeding coi".split()
)
# Of a list of which only the beginning is seen, so many of the parents are in it.
_SEEN = 0.25


@dataclass(frozen=True, slots=True)
class PedigreeColumns:
    """Indices of columns.

    Attributes:
        individual, sire, dam: always there.
        family: of the individual and of its parents.
        sex: of the individual.
        sexed: whether one parent is the sire and the other the dam.
    """

    individual: int
    sire: int
    dam: int
    family: int | None = None
    sex: int | None = None
    sexed: bool = True

    @property
    def used(self) -> frozenset[int]:
        """All that are there."""
        every = (self.individual, self.sire, self.dam, self.family, self.sex)
        return frozenset(index for index in every if index is not None)


def columns_by_name(header: Sequence[str]) -> PedigreeColumns | None:
    """The columns by their names, None if two parents and an individual are not among them.

    >>> columns_by_name(["animal", "dam", "sire"])
    PedigreeColumns(individual=0, sire=2, dam=1, family=None, sex=None, sexed=True)
    """
    names = [_plain(label) for label in header]
    sire, dam, sexed = _first(names, _SIRES), _first(names, _DAMS), True
    for one, other in _EITHER:
        if sire is None and dam is None and one in names and other in names:
            sire, dam, sexed = names.index(one), names.index(other), False
    if sire is None or dam is None:
        return None
    family, sex = _first(names, _FAMILIES), _first(names, SEXES)
    own = [plain_name(label) for label in header]
    called = [j for j, label in enumerate(own) if label in ID_NAMES - WEAK_NAMES]
    called += [j for j, label in enumerate(own) if label in WEAK_NAMES]
    taken = {sire, dam, family, sex}
    rest = [j for j, label in enumerate(own) if j not in taken and label not in _BESIDE]
    # A column of some other name, such as calf, stands before the parents.
    individual = next(iter(called), rest[0] if rest and rest[0] < min(sire, dam) else None)
    if individual is None:
        return None
    return PedigreeColumns(individual, sire, dam, family, sex, sexed)


def belongs_to_pedigree(label: str) -> bool:
    """Whether a column is called as a parent is, or as what stands beside parents.

    >>> belongs_to_pedigree("Sire ID"), belongs_to_pedigree("byear"), belongs_to_pedigree("bwt")
    (True, True, False)
    """
    return _plain(label) in _SIRES | _DAMS | _BESIDE or any(plain_name(label) in e for e in _EITHER)


def is_pedigree(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table with this header has an individual, its parents and no trait.

    Args:
        header: names of the columns.
        rows: the first entries below, in which an individual whose column is not called ids has
            another id in each.
    """
    found = columns_by_name(header)
    if found is None:
        return False
    names = [plain_name(label) for label in header]
    rest = [label for j, label in enumerate(names) if j not in found.used]
    if any(label not in _BESIDE | ID_NAMES | {""} for label in rest):
        return False
    if names[found.individual] in ID_NAMES:
        return True
    ids = [row[found.individual] for row in rows if len(row) > found.individual]
    return len(ids) > 1 and len(set(ids)) == len(ids) and all(map(may_name, ids))


def is_bare_pedigree(rows: Sequence[Sequence[str]], whole: bool) -> bool:
    """Whether rows without a header are an individual, its sire and its dam.

    Args:
        rows: the entries of the first lines.
        whole: whether there are no more.

    Each must have three entries, the first an id that no other row has; the others are ids too,
    the same never a sire and a dam, and some row has neither. No individual is its own ancestor.
    """
    if len(rows) < 3 or any(len(row) != 3 for row in rows):
        return False
    ids = {row[0]: i for i, row in enumerate(rows)}
    if len(ids) < len(rows) or any(label in UNKNOWN or not may_name(label) for label in ids):
        return False
    sires, dams = ({row[j] for row in rows} - UNKNOWN for j in (1, 2))
    parents = sires | dams
    if not sires or not dams or sires & dams or not all(map(may_name, parents)):
        return False
    if whole and not any(row[1] in UNKNOWN and row[2] in UNKNOWN for row in rows):
        return False
    if len(parents & ids.keys()) < (1.0 if whole else _SEEN) * len(parents):
        return False
    sire, dam = (np.array([ids.get(row[j], -1) for row in rows]) for j in (1, 2))
    return not find_loop(sire, dam).size


def columns_by_place(width: int) -> PedigreeColumns | None:
    """The columns of a file without names: PLINK's six, or an individual and its parents."""
    if width >= 5:
        return PedigreeColumns(1, 2, 3, family=0, sex=4)
    return PedigreeColumns(0, 1, 2) if width >= 3 else None


def _first(names: Sequence[str], wanted: Collection[str]) -> int | None:
    return next((j for j, label in enumerate(names) if label in wanted), None)


def _plain(label: str) -> str:
    """A name without case, signs and the word id at its end or its beginning."""
    plain = plain_name(label)
    short = plain.removesuffix("id").removeprefix("id")
    return short if short in _SIRES | _DAMS else plain
