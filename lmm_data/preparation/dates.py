"""Days written as one number, as 20230131 is: no measure, for the months are not a hundred days."""

import datetime
import re

from lmm_core.errors import DataError
from lmm_data.readers.number_column import NumberColumn
from lmm_data.readers.reading import TextTable

_DAY = re.compile(r"(?:19|20)\d{6}(?:\.0*)?")
_EARLIEST = 19_000_000
# So many different days are no chance: of numbers of eight digits one in a hundred is a day.
_FEWEST = 3


def days_in_digits(table: TextTable, column: str) -> tuple[int, str] | None:
    """The first row (from 0) and entry of a column of which each entry is a day; None of others.

    >>> days = TextTable("c", ("a", "b", "c"), ("dob",), (("20230131", "20230201", "20240229"),))
    >>> days_in_digits(days, "dob")
    (0, '20230131')
    """
    entries = table.column(column)
    # Of thousands of columns no text is made to find that the numbers are too small.
    if isinstance(entries, NumberColumn) and not (entries.values > _EARLIEST).any():
        return None
    first: tuple[int, str] | None = None
    different = set()
    for row, entry in enumerate(entries):
        if entry in table.missing:
            continue
        if not _DAY.fullmatch(entry):
            return None
        first = first or (row, entry)
        different.add(entry[:8])
    if len(different) < _FEWEST:
        return None
    try:
        for day in different:
            datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return None
    return first


def date_refusal(
    table: TextTable, column: str, at: tuple[int, str], what: str, way_on: str
) -> DataError:
    """Why days are no numbers of a model.

    Args:
        at: a row, from 0, and its entry.
        what: "trait" or "covariate".
        way_on: what to do if the column is not wanted.
    """
    row, entry = at
    return DataError(
        f"a {what} must hold numbers",
        f"column “{column}” holds dates, such as “{entry[:40]}” in row {row + 1}",
        f"count the days from one day on, in a column of its own, or {way_on}",
        where=table.name,
    )
