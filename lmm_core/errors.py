"""What can be wrong with an input, said as rule, found value and remedy."""

from collections.abc import Iterable, Sequence
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

    def anew(self, remedy: str = "") -> Self:
        """The same error, perhaps with another remedy, without its traceback, to keep.

        A traceback holds all that was read.
        """
        return type(self)(self.rule, self.found, remedy or self.remedy, where=self.where)

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


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def in_digits(value: float, digits: int = 3) -> str:
    """A number for a sentence: so many significant digits, a true minus sign, powers of ten.

    >>> in_digits(-0.12345), in_digits(8124.0, 2), in_digits(1234567.0), in_digits(2e-15)
    ('−0.123', '8,100', '1.23 × 10⁶', '2 × 10⁻¹⁵')
    """
    text, _, power = f"{value:.{digits}g}".replace("inf", "∞").partition("e")
    if 0 < int(power or 0) < 6:
        text = f"{float(f'{text}e{power}'):,.0f}"
    elif power:
        ten = f"10{str(int(power)).translate(_RAISED)}"
        text = {"1": ten, "-1": f"-{ten}"}.get(text, f"{text} × {ten}")
    return text.replace("-", "−")


def signed(written: str) -> str:
    """A number as it was written, with a true minus sign; other words as they are.

    >>> signed("-9"), signed("n-a")
    ('−9', 'n-a')
    """
    return f"−{written[1:]}" if written[:1] == "-" and written[1:2].isdigit() else written


def count(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun.

    >>> count(1, "individual"), count(12, "entry", "entries")
    ('1 individual', '12 entries')
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listed(words: Sequence[str]) -> str:
    """Words in a row.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def some(labels: Iterable[str], limit: int = 3) -> str:
    """A few labels for a message, quoted, and how many more there are.

    >>> some(["a", "b", "c", "d"], 2)
    '“a”, “b” and 2 more'
    """
    items = [f"“{label}”" for label in labels]
    shown = ", ".join(items[:limit])
    rest = len(items) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown
