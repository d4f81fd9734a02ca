"""Columns that say who belongs together, such as a mother, a cage or a year of birth.

Such a column makes a second kinship: 1 for two of the same group, 0 for others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from lmm_core.arrays import Floats
from lmm_data.readers.reading import TextTable

NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})
# Fewer groups have no variance to speak of, as two sexes have not.
FEWEST = 3
# At least this share of the individuals must have somebody else in their group.
TOGETHER = 0.25
# Tables of more columns are of measurements.
MOST_COLUMNS = 200


def groups_of(
    tables: Iterable[TextTable | None], spread: Mapping[str, tuple[str, ...]] = NOTHING
) -> dict[str, dict[str, str]]:
    """The group of each individual by its id, for every column of words or whole numbers.

    An individual whose entry is missing is in no group. A table with several rows of one
    individual says nothing of groups of individuals, and has none.

    Args:
        tables: as they are fitted.
        spread: columns of 0 and 1 that stand for one of categories, by its name.

    >>> table = TextTable("t", ("a", "b", "c", "d"), ("cage",), (("x", "x", "y", "NA"),))
    >>> groups_of([table])
    {'cage': {'a': 'x', 'b': 'x', 'c': 'y'}}
    """
    found: dict[str, dict[str, str]] = {}
    for table in tables:
        if table is None or table.ids is None or table.repeats:
            continue
        if len(table.columns) > MOST_COLUMNS:
            continue
        made = {name: parts for name, parts in spread.items() if {*parts} <= {*table.columns}}
        for name, parts in made.items():
            rows = zip(*(table.column(part) for part in parts), strict=True)
            labels = zip(table.ids, rows, strict=True)
            found[name] = {
                one: " ".join(row) for one, row in labels if table.missing.isdisjoint(row)
            }
        spent = {part for parts in made.values() for part in parts}
        for column in (one for one in table.columns if one not in spent):
            numbers = table.parsed(column)
            if numbers is not None and np.any(numbers[~np.isnan(numbers)] % 1.0):
                continue
            # 7 and 7.0 are one group.
            entries = table.column(column) if numbers is None else [*map(_whole, numbers.tolist())]
            pairs = zip(table.ids, entries, strict=True)
            found[column] = {
                one: entry for one, entry in pairs if entry and entry not in table.missing
            }
    return found


def _whole(number: float) -> str:
    return "" if np.isnan(number) else str(int(number))


def labels_for(ids: Sequence[str], group: Mapping[str, str]) -> tuple[str, ...] | None:
    """The labels of some individuals, "" for who is in no group; None if they are no groups.

    >>> labels_for(("a", "b", "c"), {"a": "x", "b": "x", "c": "y"}) is None
    True
    """
    labels = tuple(group.get(one, "") for one in ids)
    counts = Counter(label for label in labels if label)
    together = sum(size for size in counts.values() if size > 1)
    if len(counts) < FEWEST or together < TOGETHER * len(ids) or len(counts) >= len(ids):
        return None
    return labels


def same_group(labels: Sequence[str]) -> Floats:
    """1 for two of the same group and for each with itself, 0 for others, shape (n, n).

    >>> same_group(("x", "", "x", "")).tolist()[0]
    [1.0, 0.0, 1.0, 0.0]
    """
    # Who is in no group is alone in one.
    own = [label or f"\0{place}" for place, label in enumerate(labels)]
    _, codes = np.unique(own, return_inverse=True)
    return np.equal.outer(codes, codes).astype(np.float64)
