"""Ids that may be none, or others than somebody wrote: kept as they are and said, or refused."""

from collections.abc import Iterable, Iterator

from lmm_core.errors import DataError, listed, some
from lmm_data.readers.naming import Candidate, Sheet
from lmm_data.readers.numeric import KEPT_DIGITS, MISSING_CODES, is_cut
from lmm_data.readers.opening import Outcome

# So many rows are named.
_ROWS = 6


def unknown_ids(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A sentence for each file in which an id is “NA”, “nan”, “None” or another such code.

    An individual may be called so, as a sample of Namibia may be NA: its row is kept. But where it
    is not known who it is, rows of two files that have nothing to do with each other would be
    joined by it, and two rows of one file be records of one individual.

    Args:
        outcomes: files with the ids that were chosen.
    """
    for outcome in outcomes:
        ids, sheet = outcome.ids, outcome.sheet
        if MISSING_CODES.isdisjoint(ids):
            continue
        rows = [k for k, label in enumerate(ids) if label in MISSING_CODES]
        codes = some(dict.fromkeys(ids[k] for k in rows))
        what, numbers, remedy = "individual", [k + 1 for k in rows], "leave it out"
        if sheet is not None and len(sheet.lines) == len(ids):
            what, numbers = "line", [sheet.lines[k] for k in rows]
            remedy = "delete the line" + "s" * (len(rows) > 1)
        shown = [f"{number:,}" for number in numbers[:_ROWS]]
        if len(numbers) > _ROWS:
            shown = [*shown, f"{len(numbers) - _ROWS:,} more"]
        again = len(rows) > len({ids[k] for k in rows})
        yield (
            f"{outcome.name}, {what}{'s' * (len(rows) > 1)} {listed(shown)}: the id is {codes}, as "
            f"a missing value is written, and is taken for the name of an individual"
            f"{', one with several rows' * again}; if it is not known who that is, {remedy}."
        )


def cut_ids(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A sentence for each file in which all ids of 16 digits or more seem to be cut to 15."""
    for outcome in outcomes:
        long = dict.fromkeys(x for x in outcome.ids if len(x) > KEPT_DIGITS and x.isdecimal())
        if len(long) > 1 and all(map(is_cut, long)):
            yield (
                f"{outcome.name}: the ids {some(long)} have more than {KEPT_DIGITS} digits and end "
                f"in zeros from the next one on, as a spreadsheet leaves them, which keeps "
                f"{KEPT_DIGITS}: who differs from another only there has the same id now; look up "
                "the ids where they come from, and keep them as text."
            )


def require_one_of_a_name(sheet: Sheet, best: Candidate | None, name: str) -> None:
    """A DataError if two columns are called as the ids are, and name others: two tables in one."""
    if best is None or not best.by_name:
        return
    for j, column in enumerate(sheet.columns):
        if j in best.used or sheet.label(j) != best.name or tuple(column) == best.ids:
            continue
        if best.members.isdisjoint(column):
            # A trait of that name.
            continue
        row = next(k for k, (a, b) in enumerate(zip(best.ids, column, strict=True)) if a != b)
        raise DataError(
            "a table must have one column of ids",
            f"columns {best.used[0] + 1} and {j + 1} are both called “{best.name}”, and row "
            f"{row + 1} is “{best.ids[row]}” in one and “{column[row]}” in the other",
            "put tables that stand side by side into a file each, or give one column another name",
            where=name,
        )
