"""PLINK's code for cases and controls, in which 0 is neither."""

from collections.abc import Sequence

from lmm_core.errors import some

_MISSING = frozenset({"-9", "NA", "nan", "NONE"})


def knows_controls(entries: Sequence[str]) -> bool:
    """Whether a phenotype of PLINK is 1 for controls and 2 for cases, and 0 where it is missing.

    >>> knows_controls(["1", "2", "0", "-9"]), knows_controls(["1", "0"])
    (True, False)
    """
    return set(entries) - _MISSING == {"0", "1", "2"}


def without_zeros(entries: Sequence[str]) -> tuple[str, ...]:
    """The entries with NA in the place of each 0."""
    return tuple("NA" if entry == "0" else entry for entry in entries)


def on_controls(columns: Sequence[str]) -> tuple[str, ...]:
    """A note on the columns of which this is so; none if there is no such column."""
    if not columns:
        return ()
    return (f"0 is missing in {some(columns)}, where 1 is a control and 2 a case",)
