"""What can be wrong with an input, said as rule, found value and remedy."""

from collections.abc import Iterable
from typing import Self


class LMMError(ValueError):
    """Base of every error this package raises on purpose.

    Its text is `where: rule: found; remedy`, of the parts that there are; a remedy that follows
    the rule at once does so after a colon. A part is read from its attribute, never from the text.

    Attributes:
        where: the place: a file, a file and its column, a row; "" if there is none to name.
        rule: what must hold, or what does not.
        found: what was found instead, with its value.
        remedy: what to do about it.

    >>> error = LMMError("kinship must be square", "it is 3 x 2", "take other columns", where="K")
    >>> str(error), error.remedy
    ('K: kinship must be square: it is 3 x 2; take other columns', 'take other columns')
    """

    def __init__(self, rule: str, found: str = "", remedy: str = "", *, where: str = "") -> None:
        # With these as `args`, and `where` in `__dict__`, pickle and copy make it anew.
        super().__init__(rule, found, remedy)
        self.where, self.rule, self.found, self.remedy = where, rule, found, remedy

    @property
    def statement(self) -> str:
        """The rule and what was found, without the place and the remedy."""
        return f"{self.rule}: {self.found}" if self.found else self.rule

    def anew(self) -> Self:
        """The same error without its traceback, to keep: a traceback holds all that was read."""
        return type(self)(self.rule, self.found, self.remedy, where=self.where)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"{';' if self.found else ':'} {self.remedy}" if self.remedy else ""
        return f"{place}{self.statement}{remedy}"


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
