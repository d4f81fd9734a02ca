"""What can be wrong with an input, said as rule, found value and remedy."""

from collections.abc import Iterable
from typing import Any


class LMMError(ValueError):
    """Base of every error this package raises on purpose.

    Attributes:
        where: the file, column or argument, "" where there is but one.
        rule: what must hold.
        found: what was found in its place.
        remedy: what to do.
    """

    def __init__(self, rule: str, found: str = "", remedy: str = "", *, where: str = "") -> None:
        self.where, self.rule, self.found, self.remedy = where, rule, found, remedy
        start = ": ".join(filter(None, (where, rule, found)))
        super().__init__("; ".join(filter(None, (start, remedy))))

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross processes: the parts go along.
        return _again, (type(self), self.rule, self.found, self.remedy, self.where)


class KinshipError(LMMError):
    """The kinship matrix is not one: wrong shape, asymmetric, not finite, or indefinite."""


class DesignError(LMMError):
    """The phenotype or the covariates cannot be fitted: wrong length, missing, not numeric."""


class DataError(LMMError):
    """A file, or the way files line up, is not what it should be."""


def some(labels: Iterable[str], limit: int = 3) -> str:
    """A few labels for a message, quoted, and how many more there are.

    >>> some(["a", "b", "c", "d"], 2)
    "'a', 'b' and 2 more"
    """
    items = [f"'{label}'" for label in labels]
    shown = ", ".join(items[:limit])
    rest = len(items) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown


def _again(kind: type[LMMError], rule: str, found: str, remedy: str, where: str) -> LMMError:
    return kind(rule, found, remedy, where=where)
