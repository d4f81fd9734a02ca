"""Which of several columns names the individuals of another file, and what could as well."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lmm_core.arrays import Brief
from lmm_data.joining import SPELLINGS
from lmm_data.readers.naming import Candidate, Sheet

# A column that is not called ids and shares less than this of its entries is none.
_SHARE = 0.5
# Numbers that repeat and are not called ids must be those of so many of the individuals.
_MOST = 2 / 3
# Of so many of both that meet, none do by chance.
_NEARLY = 0.9
# So many columns are respelled where none shares an id.
_COLUMNS = 32


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Choice(Brief):
    """The candidate that is taken, and one that would do as well and name others.

    Attributes:
        best: None if the table has no ids.
        rival: None if the choice is beyond doubt.
        offered: one that shares ids and may do so by chance, where there is no best.
    """

    best: Candidate | None
    rival: Candidate | None = None
    offered: Candidate | None = None


def best_of(
    candidates: Sequence[Candidate],
    known: frozenset[str],
    *,
    counted: bool = False,
    same_order: bool = False,
) -> Choice:
    """The candidate by which the most individuals are among those known.

    Args:
        candidates: of one table.
        known: the individuals of another file.
        counted: whether these are numbers that may only count rows.
        same_order: whether rows without ids are joined by their order: then numbers are ids
            only in a column that is called so.

    Returns:
        Numbers that only count the rows give way to any other candidate that does as well. Where
        two do as well, the one that is called ids is chosen; where both or neither are, or where
        numbers that are not called ids do better than what is, the other is the rival. So is a
        column of ids, or the first, of which half are known where the best has no such place.
    """
    able = [c for c in candidates if _may_be(c, known, counted)]
    others = [c for c in able if not c.counts_rows]
    able = [
        c
        for c in able
        if not c.counts_rows
        or c.by_name
        or not any(_met(o, known) >= _met(c, known) for o in others)
    ]
    called = [c for c in candidates if c.by_name]
    able = [c for c in able if c.unique or c.by_name or c.in_words or not called]
    if same_order:
        able = [c for c in able if c.by_name or c.named_by or c.in_words]
    if not able:
        met = [c for c in candidates if _met(c, known) and not c.counts_rows]
        return Choice(None, offered=max(met, key=lambda c: _rank(c, known), default=None))
    best = max(able, key=lambda c: _rank(c, known))
    if best.named_by:
        return Choice(best)
    most = _met(best, known)
    rivals = [
        c for c in able if c.ids != best.ids and _met(c, known) == most and c.unique == best.unique
    ]
    if best.by_name and not best.counts_rows:
        rivals = [c for c in rivals if c.by_name and not c.counts_rows]
    elif not best.by_name and not best.in_words:
        # By chance a column of numbers holds the ids of others, if these are small numbers.
        rivals += [c for c in called if c.ids != best.ids]
    elif not best.by_name:
        # All mothers may be in a kinship that lacks some of their young: words that are shared
        # are no chance, so a column of ids, or the first, may be meant as well.
        rivals = [c for c in rivals if c.in_words]
        rivals += [c for c in able if _may_be_meant(c, best, known)]
    return Choice(best, rivals[0] if rivals else None)


def none_meets(sheet: Sheet, candidates: Sequence[Candidate], choice: Choice) -> Choice:
    """The ids of a table of which no column shares any: those that it seems to have alone."""
    alone = sheet.alone
    if alone is None:
        return choice
    called = next((c for c in candidates if c.ids == alone.ids), None)
    if alone.counts_rows and not (called is not None and called.by_name):
        return choice
    return Choice(called or alone, offered=choice.offered)


def doubted(sheet: Sheet, choice: Choice, known: frozenset[str]) -> Choice:
    """The choice with the words in the first column as its rival, where chance may have made it.

    Whole numbers that are measured, such as days, may be numbers of individuals by chance, if those
    are small and many, and the names in the first column be written otherwise in the other file.
    """
    best, alone = choice.best, sheet.alone
    if best is None or choice.rival is not None or alone is None or alone.ids == best.ids:
        return choice
    if best.by_name or best.in_words or not alone.in_words or not alone.unique:
        return choice
    if _met(best, known) >= _NEARLY * max(len(best.members), len(known)):
        return choice
    return replace(choice, rival=alone)


def would_join(sheet: Sheet, known: frozenset[str]) -> tuple[str, str, int] | None:
    """The column that would join most individuals if ids were respelled, by which rule, and how
    many; None if none would join half of its rows."""
    best: tuple[str, str, int] | None = None
    for index in range(min(len(sheet.columns), _COLUMNS)):
        column = frozenset(sheet.columns[index])
        if "" in column or len(column) < 2:
            continue
        plain = len(column & known)
        for code, (_, spelling) in SPELLINGS.items():
            met = len({spelling(a) for a in column} & {spelling(b) for b in known})
            if met > plain and met >= _SHARE * len(column) and (best is None or met > best[2]):
                best = (sheet.label(index), code, met)
    return best


def _may_be_meant(candidate: Candidate, best: Candidate, known: frozenset[str]) -> bool:
    """Whether words name other individuals than the best do, and half of them are known."""
    if candidate.ids == best.ids or not candidate.in_words:
        return False
    first = min(candidate.used, default=1) == 0
    met = _met(candidate, known)
    return (candidate.by_name or first) and met >= _SHARE * len(candidate.members)


def _may_be(candidate: Candidate, known: frozenset[str], counted: bool) -> bool:
    met = _met(candidate, known)
    if not met or is_shifted(candidate.members, known) or is_shifted(known, candidate.members):
        return False
    if candidate.counts_rows or counted:
        # 0 to n - 1 beside 1 to n would shift everybody by one.
        if ("0" in candidate.members) != ("0" in known):
            return False
        if counted:
            return candidate.members <= known and (candidate.by_name or not candidate.counts_rows)
        return candidate.members == known
    if candidate.in_fractions and not candidate.by_name:
        return candidate.members <= known
    if candidate.by_name or met >= _SHARE * min(len(candidate.members), len(known)):
        sure = candidate.unique or candidate.by_name or candidate.in_words
        # Numbers of cages are ids of others by chance, and fewer than there are individuals.
        return sure or met >= _MOST * max(len(candidate.members), len(known))
    return False


def is_shifted(zero: frozenset[str], one: frozenset[str]) -> bool:
    """Whether individuals are numbered from 0 in one file and from 1 in the other."""
    if "0" not in zero or "0" in one or str(len(zero)) not in one:
        return False
    return all(str(number) in zero for number in range(len(zero)))


def _met(candidate: Candidate, known: frozenset[str]) -> int:
    return len(candidate.members & known)


def _rank(candidate: Candidate, known: frozenset[str]) -> tuple[int, bool, bool, bool, int]:
    return (
        _met(candidate, known),
        candidate.unique,
        bool(candidate.named_by),
        candidate.by_name,
        len(candidate.used),
    )
