"""Categories of a column: which there are, and what each individual has."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmm_core.errors import DataError, listed, some
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import TextTable

# What such columns are called, in words that their names are made of.
_CATEGORIES = frozenset(
    "family fam sire dam mother father batch plate cage pen block site farm herd flock lab room "
    "litter sex gender season group grp treatment diet strain tank plot rep replicate run chip "
    "array lane center centre clinic cohort population breed technician observer operator "
    "location loc env environment house barn".split()
)
# What is measured of them: litter_size, dam_age.
_MEASURES = frozenset(
    "size weight height bmi parity temp temperature area length density count mean score dose age "
    "days ratio".split()
)


@dataclass(frozen=True, slots=True)
class Levels:
    """The categories of a column.

    Attributes:
        names: in order, as numbers if all are numbers and as text otherwise; what the others are
            compared to comes first.
        places: of the n entries among `names`, -1 where missing.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]

    @property
    def against(self) -> str:
        """What is compared to what.

        >>> Levels(("F", "M"), (0, 1, 0)).against
        'M against F'
        """
        first, *others = self.names
        shown = [*others[:5], f"{len(others) - 5} more"] if len(others) > 6 else others
        return f"{listed(shown)} against {first}"


def levels_of(table: TextTable, column: str) -> Levels:
    """The categories of a column; 1 and 1.0 are one, among numbers.

    Raises:
        DataError: no such column, or fewer than two levels.

    >>> levels_of(TextTable("c.csv", None, ("age",), (("10", "9", "NA", "9.0"),)), "age")
    Levels(names=('9', '10'), places=(1, 0, -1, 0))
    """
    entries = table.column(column)
    distinct = sorted({entry for entry in entries if entry not in table.missing})
    numbers = [as_number(entry) for entry in distinct]
    name_of = dict(zip(distinct, distinct, strict=True))
    if np.isfinite(numbers).all():
        # The shortest way to write a number names it.
        shortest: dict[float, str] = {}
        for number, entry in sorted(
            zip(numbers, distinct, strict=True), key=lambda pair: (len(pair[1]), pair[1])
        ):
            name_of[entry] = shortest.setdefault(number, entry)
        distinct = [shortest[number] for number in sorted(shortest)]
    if len(distinct) < 2:
        raise DataError(
            "categories need two levels or more",
            f"column “{column}” has {some(distinct) or 'none'}",
            "leave the column out",
            where=table.name,
        )
    place_of = {entry: distinct.index(name) for entry, name in name_of.items()}
    return Levels(tuple(distinct), tuple(place_of.get(entry, -1) for entry in entries))


def level_columns(column: str, names: Sequence[str]) -> tuple[str, ...]:
    """What the columns of 0 and 1 are called.

    >>> level_columns("sex", ("F", "M"))
    ('sex=M',)
    """
    return tuple(f"{column}={name}" for name in names[1:])


def is_called_category(column: str) -> bool:
    """Whether a column is called as categories are, though it may hold numbers.

    >>> [is_called_category(name) for name in ("batch", "Plate no.", "litter_size", "percentage")]
    [True, True, False, False]
    """
    words = re.findall("[a-z]+", column.casefold())
    return not _CATEGORIES.isdisjoint(words) and _MEASURES.isdisjoint(words)
