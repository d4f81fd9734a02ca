"""Rows that are records: those of covariates beside them, and those that are only copies."""

from collections import defaultdict

import numpy as np

from lmm_core.errors import DataError, in_digits
from lmm_data.readers.numeric import as_number
from lmm_data.readers.reading import TextTable
from lmm_data.tables import Table

# Of fewer individuals two records may have one result by chance.
_FEWEST = 3


def copied_refusals(traits: Table) -> dict[str, DataError]:
    """By the name of a trait that is the same in all rows of each individual, why it is not fitted.

    A file that was joined twice has such rows, and one in which what was measured once is written
    again beside each visit or sample. Taken for records they have no residual: h would be 1.
    """
    if not traits.repeats:
        return {}
    labels, which = np.unique(np.array(traits.ids), return_inverse=True)
    found: dict[str, DataError] = {}
    for column, values in zip(traits.columns, traits.values.T, strict=True):
        there = ~np.isnan(values)
        who, known = which[there], values[there]
        times = np.bincount(who, minlength=len(labels))
        low, high = np.full(len(labels), np.inf), np.full(len(labels), -np.inf)
        np.minimum.at(low, who, known)
        np.maximum.at(high, who, known)
        several = np.flatnonzero(times > 1)
        # A count or a score is often the same twice.
        scores = 2 * np.unique(low[several]).size <= several.size
        if several.size < _FEWEST or scores or (low < high)[several].any():
            continue
        one = several[0]
        found[column] = DataError(
            "several rows of an individual must be records, each measured anew",
            f"“{column}” is the same in all rows of each of {several.size:,} individuals, such as "
            f"{in_digits(float(low[one]), 12)} in {times[one]:,} of “{labels[one]}”",
            "keep one row of each individual, or choose another trait",
            where=traits.name,
        )
    return found


def on_records(covariates: TextTable, phenotypes: TextTable) -> list[str]:
    """A sentence on how records meet, if both tables have a row for each and are two files.

    Records of one individual have the same id, so that only their order tells which is which.
    Where a column that both tables have shows another order, that would be a wrong join.

    Raises:
        DataError: the records of an individual stand in another order in one of the files.
    """
    if covariates.name == phenotypes.name or not phenotypes.repeats:
        return []
    if covariates.ids != phenotypes.ids:
        return []
    for column in (c for c in covariates.columns if c in phenotypes.columns):
        _require_order(covariates, phenotypes, column)
    return [
        f"The rows of {covariates.name} are joined with those of {phenotypes.name} record by "
        "record: their ids are the same, in the same order."
    ]


def _require_order(covariates: TextTable, phenotypes: TextTable, column: str) -> None:
    """A DataError if a column numbers the records of an individual in another order."""
    ours = [_plain(entry) for entry in covariates.column(column)]
    theirs = [_plain(entry) for entry in phenotypes.column(column)]
    rows: dict[str, list[int]] = defaultdict(list)
    for row, label in enumerate(phenotypes.ids or ()):
        rows[label].append(row)
    for label, of_one in rows.items():
        one, other = ([entries[row] for row in of_one] for entries in (ours, theirs))
        if one == other or sorted(map(str, one)) != sorted(map(str, other)):
            continue
        row = next(row for row in of_one if ours[row] != theirs[row])
        raise DataError(
            "records must stand in the same order in both files, for they are joined row by row",
            f"row {row + 1} (“{label}”) has the {column} {phenotypes.column(column)[row]} in "
            f"{phenotypes.name}, and {covariates.column(column)[row]} in {covariates.name}",
            f"sort both files by id and {column}, or put all columns into one",
            where=covariates.name,
        )


def _plain(entry: str) -> float | str:
    """The number, or the text where there is none: 1 and 1.0 are one record."""
    number = as_number(entry)
    return number if number == number else entry
