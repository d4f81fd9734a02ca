"""The columns of a table that may name its rows, beside what other files call individuals."""

import re
from collections.abc import Collection, Iterator

from lmm_data.readers.naming import Candidate, Column, Sheet, column_words, counts_rows
from lmm_data.readers.text.dialect import ID_NAMES, may_name, plain_name
from lmm_data.readers.text.id_columns import WEAK_NAMES, names_each, ways_of_pair

# Of columns further to the right only the first entries are looked up: tables of expression
# have tens of thousands.
_WIDE, _FIRST = 64, 24

_TWO_WORDS = re.compile(r"\S+\s+\S+")
# What is called ids wherever it stands.
_STRONG = ID_NAMES - WEAK_NAMES
# What programs call a column that numbers the rows.
ROW_NUMBERS = frozenset(
    ["", *"unnamed0 x x1 rownames index rn row 1 obs no nr lfdnr observation rowid".split()]
).union("rownumber sno slno srno serialno idx".split())


def candidates_of(sheet: Sheet, known: Collection[str]) -> tuple[Candidate, ...]:
    """The ways in which a table may name its rows: what is called ids, or is among those known.

    Args:
        sheet: the table as it stands in its file.
        known: the individuals of the other files.

    Returns:
        Those to the left first; FID and IID together in place of the IID alone.
    """
    pair = _pair_of(sheet)
    found: list[Candidate] = []
    if pair and "" not in sheet.columns[pair[1]]:
        fids, iids = (sheet.columns[index] for index in pair)
        found += ways_of_pair(fids, iids, sheet.label(pair[1]), pair, bool(sheet.names))
    plain = [plain_name(label) for label in sheet.names] or [""] * len(sheet.columns)
    # The first column, or the one behind numbers of the rows.
    leading = int(plain[0] in ROW_NUMBERS and counts_rows(sheet.columns[0]))
    for index, column in enumerate(sheet.columns):
        if pair and index == pair[1]:
            continue
        called = bool(sheet.names) and _is_called_ids(plain, index, column, index == leading)
        if not called:
            part = column[:_FIRST] if index >= _WIDE else column
            if known and set(part).isdisjoint(known):
                continue
        if "" in column or (not known and not called):
            continue
        words = column_words(sheet.names, index)
        ids = tuple(column)
        single = Candidate(sheet.label(index), words, ids, (index,), called, counts_rows(ids))
        found += [single, *split_in_two(single)]
    return tuple(found)


def split_in_two(candidate: Candidate) -> Iterator[Candidate]:
    """Ids of two words, as FaST-LMM's 'FID IID', as FID_IID and by the second word alone."""
    if not all(map(_TWO_WORDS.fullmatch, candidate.ids)):
        return
    pairs = [label.split() for label in candidate.ids]
    joined = tuple(f"{fid}_{iid}" for fid, iid in pairs)
    words = f"FID_IID, from {candidate.words},"
    yield _like(candidate, words, joined)
    last = tuple(iid for _, iid in pairs)
    if len(set(last)) == len(set(joined)):
        yield _like(candidate, f"the second word of {candidate.words}", last)


def left_over(sheet: Sheet, chosen: Candidate | None) -> tuple[int, ...]:
    """Indices of columns that name or count the rows beside those that were chosen.

    None of them is a trait or a covariate: a column on the far left that only counts the rows, a
    family, and what is called ids, differs in every row, and holds words or whole numbers.
    """
    used = set(chosen.used) if chosen else set()
    plain = [plain_name(label) for label in sheet.names]
    found: list[int] = []
    for index, column in enumerate(sheet.columns):
        if index in used:
            continue
        label = plain[index] if plain else ""
        unnamed = label in ROW_NUMBERS if plain else sheet.alone is not None
        # Row names are written again and again, and of some of the rows they have gaps.
        leading = index == len(found)
        numbers = counts_rows(column) or (unnamed and chosen is not None and names_each(column))
        if leading and numbers and (unnamed or (index == 0 and chosen is not None)):
            found.append(index)
        elif label == "fid":
            found.append(index)
        elif label in _STRONG and chosen is not None and names_each(column):
            found.append(index)
    rest = len(sheet.columns) - len(used) - len(found)
    return tuple(found) if rest else ()


def _is_called_ids(plain: list[str], index: int, column: Column, is_first: bool) -> bool:
    label = plain[index]
    if label in ROW_NUMBERS and counts_rows(column):
        return False
    if label == "" and index == 0:
        # R's row names, if they are names.
        return not all(map(str.isdecimal, column)) and len(set(column)) == len(column)
    if label == "fid":
        return "iid" not in plain and len(set(column)) == len(column)
    return label in (ID_NAMES if is_first else _STRONG)


def _pair_of(sheet: Sheet) -> tuple[int, int] | None:
    """The indices of FID and IID, told by the header, or by where they stand without one."""
    if sheet.names:
        plain = [plain_name(label) for label in sheet.names]
        if "fid" not in plain:
            return None
        family = plain.index("fid")
        for name in ("iid", "id"):
            if name in plain:
                return family, plain.index(name)
        return None
    if len(sheet.columns) < 3 or not sheet.spaced:
        return None
    may = all(may_name(entry) for column in sheet.columns[:2] for entry in column)
    return (0, 1) if may else None


def _like(candidate: Candidate, words: str, ids: tuple[str, ...]) -> Candidate:
    return Candidate(candidate.name, words, ids, candidate.used, candidate.by_name)
