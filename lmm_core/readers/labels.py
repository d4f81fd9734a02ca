"""Which columns of a table name its rows: by their name, or by what they look like."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from lmm_core.errors import DataError
from lmm_core.readers.dialect import ID_NAMES, count_of, is_number, plain_name
from lmm_core.readers.reading import MISSING_CODES
from lmm_core.tables import some

Column: TypeAlias = tuple[str, ...]

# Names of what many individuals may share: ids only in the first column.
_WEAK = frozenset(["line", "strain", "taxa", "accession", "genotype", "name", "rownames", "eartag"])


@dataclass(frozen=True, slots=True)
class Ids:
    """Which columns name the rows, and in what words to say so."""

    ids: tuple[str, ...] | None
    used: tuple[int, ...]
    words: str
    notes: tuple[str, ...] = ()


def find_ids(
    names: list[str], columns: list[Column], lines: list[int], name: str, asked: int | str | None
) -> Ids:
    plain = [plain_name(label) for label in names]
    if isinstance(asked, str):
        if asked not in names:
            raise DataError(f"{name} has no column '{asked}': choose from {some(names, 12)}")
        return _single(names.index(asked), names, columns, lines, name)
    if asked is not None and asked not in range(min(3, len(columns))):
        raise DataError(
            f"{name}: ids must be in 0, 1 or 2 columns beside others: {asked} of {len(columns)} "
            "columns cannot be"
        )
    first = columns[0]
    if asked == 0:
        return Ids(None, (), "no ids")
    if asked == 1:
        return _single(0, names, columns, lines, name)
    if asked == 2 or (plain[:1] == ["fid"] and plain[1:2] in (["iid"], ["id"])):
        return pair(columns, lines, name)
    known = [j for j, label in enumerate(plain) if label in (ID_NAMES - _WEAK if j else ID_NAMES)]
    known = [0] * (plain[:1] == [""]) + known
    for place in known:
        if _all_different(columns[place]):
            return _single(place, names, columns, lines, name)
    if 0 in known:
        return _single(0, names, columns, lines, name)
    if not names and _like_pairs(columns):
        return pair(columns, lines, name, " are taken for FID and IID")
    if len(columns) > 1 and _all_different(first) and all(map(_names_rows, first)):
        found = _single(0, names, columns, lines, name)
        what = "whole numbers" if any(map(is_number, first)) else "no numbers"
        label = f", '{names[0]}'," if names else ""
        note = (
            f"the first column{label} is taken for ids: its entries are {what}, and none is there "
            "twice; if they are values, say that there are no ids"
        )
        return replace(found, notes=(note,))
    return Ids(None, (), "no ids", ("no column is taken for ids: say whose rows they are",))


def _single(
    place: int, names: list[str], columns: list[Column], lines: list[int], name: str
) -> Ids:
    ids = columns[place]
    require_ids(ids, lines, name)
    where = "the first column" if place == 0 else f"column {place + 1}"
    label = f", '{names[place]}'" if names and names[place] else ""
    return Ids(ids, (place,), f"ids in {where}{label}")


def pair(columns: list[Column], lines: list[int], name: str, taken: str = "") -> Ids:
    family, ids = columns[:2]
    _require_filled(ids, lines, name)
    notes = [f"the first two columns{taken}"] if taken else []
    if not _all_different(ids):
        notes.append("the same IID is there more than once: the ids are FID_IID")
        ids = tuple(f"{fid}_{iid}" for fid, iid in zip(family, ids, strict=True))
    require_ids(ids, lines, name)
    return Ids(ids, (0, 1), "family and individual ids in the first two columns", tuple(notes))


def _like_pairs(columns: list[Column]) -> bool:
    """Whether two columns without names look like FID and IID."""
    if len(columns) < 3:
        return False
    family, ids = columns[:2]
    pairs = set(zip(family, ids, strict=True))
    if len(pairs) < len(ids) or not all(map(_names_rows, [*family, *ids])):
        return False
    if family == ids or any(map(is_number, family)):
        return family == ids
    words = _all_different(ids) and not any(map(is_number, ids))
    return words or not _all_different(family)


def _names_rows(entry: str) -> bool:
    """Whether an entry can be an id: a word or a whole number, not a measurement."""
    return entry.isdecimal() or (entry not in MISSING_CODES and not is_number(entry))


def _all_different(ids: Column) -> bool:
    return len(set(ids)) == len(ids) and "" not in ids


def require_ids(ids: Column, lines: list[int], name: str) -> None:
    _require_filled(ids, lines, name)
    seen: dict[str, int] = {}
    for label, line in zip(ids, lines, strict=True):
        if seen.setdefault(label, line) != line:
            more = len(ids) - len(set(ids)) - 1
            others = f" ({count_of(more, 'more such line')})" if more else ""
            raise DataError(
                f"{name}: each row must have its own id: '{label}' is in line {seen[label]} and in "
                f"line {line}{others}; keep one of them, or their mean"
            )


def _require_filled(ids: Column, lines: list[int], name: str) -> None:
    if "" in ids:
        raise DataError(
            f"{name}: each row must have its id: line {lines[ids.index('')]} has none; fill it in "
            "or delete the line"
        )
