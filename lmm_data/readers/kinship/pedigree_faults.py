"""What a pedigree must not hold: each fault with the rows and the ids that it concerns."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.arrays import Ints
from lmm_core.errors import DataError, count, some
from lmm_core.pedigree import find_loop
from lmm_data.joining import SPELLINGS
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import SUSPECTED_CODES

# Differences in spelling by which a parent would become a founder in silence.
_SPELLINGS = ("case", "zeros", "decimals", "powers", "spaces")
_SUSPECTED = frozenset({-1.0, *map(float, SUSPECTED_CODES)})
_MALE, _FEMALE = frozenset({"m", "male"}), frozenset({"f", "female"})
# So many individuals of a loop are named.
_CHAIN = 12


@dataclass(frozen=True, slots=True, eq=False)
class Parents:
    """Ids as they stand in a file, "" where unknown, an entry for each row.

    Attributes:
        name: of the file.
        ids, sire, dam: of each row.
        rows: the row of each in the file, from 1.
    """

    name: str
    ids: tuple[str, ...]
    sire: tuple[str, ...]
    dam: tuple[str, ...]
    rows: tuple[int, ...]

    def taking(self, keep: Sequence[int]) -> "Parents":
        """The rows of these indices."""
        ids, sire, dam = (tuple(column[i] for i in keep) for column in self.columns)
        return Parents(self.name, ids, sire, dam, tuple(self.rows[i] for i in keep))

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The three columns of ids."""
        return self.ids, self.sire, self.dam

    @property
    def without_line(self) -> tuple[str, ...]:
        """The parents that have no row of their own, each as often as it is one."""
        lines = set(self.ids)
        return tuple(p for p in (*self.sire, *self.dam) if p and p not in lines)

    def at(self, i: int) -> str:
        """A row in words: by its number and its id."""
        return f"row {self.rows[i]:,} (“{self.ids[i]}”)"


def once_each(parents: Parents) -> tuple[Parents, str]:
    """Each individual once, and a note on those that were there again with the same parents.

    Raises:
        DataError: an id that is empty or stands for nobody, or has different parents.
    """
    if "" in parents.ids:
        raise DataError(
            "each individual of a pedigree must have an id",
            f"row {parents.rows[parents.ids.index('')]:,} has none, or a code of what is unknown",
            "fill it in or delete the row",
            where=parents.name,
        )
    first: dict[str, int] = {}
    differ: list[tuple[int, int]] = []
    again: list[tuple[int, int]] = []
    for i, label in enumerate(parents.ids):
        k = first.setdefault(label, i)
        if k != i:
            same = (parents.sire[i], parents.dam[i]) == (parents.sire[k], parents.dam[k])
            (again if same else differ).append((k, i))
    if differ:
        k, i = differ[0]
        raise DataError(
            "each individual must have one sire and one dam",
            f"“{parents.ids[i]}” has {_pair(parents, k)} in row {parents.rows[k]:,} and "
            f"{_pair(parents, i)} in row {parents.rows[i]:,}{_more(len(differ))}",
            "keep the row that is right",
            where=parents.name,
        )
    if not again:
        return parents, ""
    labels = dict.fromkeys(parents.ids[i] for _, i in again)
    note = f"there more than once with the same parents, and taken once: {some(labels, 6)}"
    return parents.taking(list(first.values())), note


def require_sound(parents: Parents, *, sexed: bool) -> None:
    """A DataError on the first fault.

    Args:
        parents: each individual once.
        sexed: whether nobody can be a sire and a dam.
    """
    if not any(parents.sire) and not any(parents.dam):
        raise DataError(
            "a pedigree must say who descends from whom",
            f"nobody of {len(parents.ids):,} has a known parent",
            "look at the columns of sire and dam, or give another file",
            where=parents.name,
        )
    _require_no_code(parents)
    _require_spelled(parents)
    for column, role in ((parents.sire, "sire"), (parents.dam, "dam")):
        own = [i for i, label in enumerate(column) if label == parents.ids[i]]
        if own:
            raise DataError(
                "nobody can be their own parent",
                f"{parents.at(own[0])} is its own {role}{_more(len(own))}",
                "correct the parent, or write NA if it is not known",
                where=parents.name,
            )
    if sexed:
        _require_one_role(parents)
    _require_no_loop(parents)


def require_sexes(parents: Parents, sexes: Sequence[str]) -> None:
    """A DataError if the sex of a parent, in the file, is not that of its role.

    Args:
        parents: each individual once.
        sexes: entries of each row, "" where unknown; m, f, male and female in any case mean
            what they say, and other codes what most of the parents that have them are.
    """
    own = dict(zip(parents.ids, (entry.casefold() for entry in sexes), strict=True))
    roles = {"sire": set(parents.sire) - {""}, "dam": set(parents.dam) - {""}}
    meant: dict[str, str] = {}
    for code in set(own.values()) - {""}:
        times = {role: sum(own.get(p) == code for p in who) for role, who in roles.items()}
        meant[code] = "sire" if times["sire"] >= times["dam"] else "dam"
        if code in _MALE or code in _FEMALE:
            meant[code] = "sire" if code in _MALE else "dam"
    against = [
        (i, role)
        for i, label in enumerate(parents.ids)
        for role, who in roles.items()
        if label in who and meant.get(own[label], role) != role
    ]
    if against:
        i, role = against[0]
        child = (parents.sire if role == "sire" else parents.dam).index(parents.ids[i])
        raise DataError(
            "a sire must be male and a dam female",
            f"{parents.at(i)} has the sex “{sexes[i]}” and is the {role} of {parents.at(child)}"
            f"{_more(len(against))}",
            "correct the sex or the parent",
            where=parents.name,
        )


def _require_no_code(parents: Parents) -> None:
    """A DataError if a parent without a line is a number that stands for missing elsewhere."""
    times = Counter(parents.without_line)
    codes = [p for p in times if as_number(p) in _SUSPECTED and (p[0] == "-" or times[p] > 1)]
    if codes:
        raise DataError(
            "a code for unknown parents must not be taken for an individual",
            f"“{codes[0]}” stands {count(times[codes[0]], 'time')} as a parent and has no line of "
            "its own",
            f"if it means unknown, say so: --missing {codes[0]}; otherwise give it a line",
            where=parents.name,
        )


def _require_spelled(parents: Parents) -> None:
    """A DataError if a parent without a line of its own nearly is one that has a line."""
    without = dict.fromkeys(parents.without_line)
    if not without:
        return
    for code in _SPELLINGS:
        words, spelling = SPELLINGS[code]
        changed = {spelling(label): label for label in parents.ids}
        near = [p for p in without if spelling(p) in changed]
        if near:
            i = next(
                i for i in range(len(parents.ids)) if near[0] in (parents.sire[i], parents.dam[i])
            )
            raise DataError(
                "parents must be spelled as in their own lines",
                f"the parent “{near[0]}” of {parents.at(i)} has no line, and would be "
                f"“{changed[spelling(near[0])]}” if {words}{_more(len(near))}",
                "write both alike, or give it a line of its own, with its parents or NA",
                where=parents.name,
            )


def _require_one_role(parents: Parents) -> None:
    both = (set(parents.sire) & set(parents.dam)) - {""}
    if both:
        s, d = min((parents.sire.index(label), parents.dam.index(label)) for label in both)
        label = parents.sire[s]
        raise DataError(
            "nobody can be a sire and a dam",
            f"“{label}” is the sire of {parents.at(s)} and the dam of {parents.at(d)}"
            f"{_more(len(both))}",
            "correct it; where one individual can be both, as plants can, call the columns "
            "parent1 and parent2",
            where=parents.name,
        )


def _require_no_loop(parents: Parents) -> None:
    index = {label: i for i, label in enumerate(parents.ids)}
    loop = find_loop(positions(parents.sire, index), positions(parents.dam, index))
    if not loop.size:
        return
    chain = [f"“{parents.ids[i]}” (row {parents.rows[i]:,})" for i in loop]
    if len(chain) > _CHAIN:
        chain = [*chain[: _CHAIN - 1], f"{len(chain) - _CHAIN} more", chain[-1]]
    raise DataError(
        "nobody can be their own ancestor",
        f"{chain[0]} descends from {', that from '.join(chain[1:])}",
        "correct the parents of one of them",
        where=parents.name,
    )


def positions(labels: Iterable[str], index: Mapping[str, int]) -> Ints:
    """The index of each id, -1 where it has none."""
    return np.array([index.get(label, -1) for label in labels], dtype=np.int64)


def _pair(parents: Parents, i: int) -> str:
    sire, dam = (f"“{p}”" if p else "none" for p in (parents.sire[i], parents.dam[i]))
    return f"sire {sire} and dam {dam}"


def _more(number: int) -> str:
    return f" (and {number - 1:,} more)" if number > 1 else ""
