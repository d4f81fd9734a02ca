"""What is found about a dataset, as pure data: a number, what it means, and what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Literal, TypeAlias

from lmm_core.errors import DataError, in_digits, some

Severity: TypeAlias = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

# So many individuals are named in a sentence; `ids` names them all.
NAMED = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, odd or good to know.

    Attributes:
        code: a name that stays the same, such as "kinship_clones".
        severity: `error` forbids a fit, `warning` asks for care, `note` is good to know.
        where: the file, and the column where there is one.
        title: a few words.
        found: the number found, in words and with its unit; at most two sentences, as the next.
        meaning: what it does to the fit.
        remedy: what to do.
        ids: the individuals concerned, if any.
        value: the number itself; None where there is none, or none that is finite.
        column: the column that `where` names, or the worst of `columns`; "" if it is about none.
        transform: the change of the trait that is the remedy, a code of
            `preparation.reshaping.TRANSFORMS`; "" if it is another.
        columns: of a finding that several columns share, all of them, the worst first.
        weight: how bad it is beside the same in another column; by default the size of `value`.
    """

    code: str
    severity: Severity
    where: str
    title: str
    found: str
    meaning: str
    remedy: str
    ids: tuple[str, ...] = ()
    value: float | None = None
    column: str = ""
    transform: str = ""
    columns: tuple[str, ...] = ()
    weight: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", tuple(str(label) for label in self.ids))
        object.__setattr__(self, "columns", tuple(self.columns))
        if self.value is not None:
            value = float(self.value)
            object.__setattr__(self, "value", value if isfinite(value) else None)
        if self.weight is None and self.value is not None:
            object.__setattr__(self, "weight", abs(self.value))

    def refusal(self) -> DataError:
        """The finding as an error, for who cannot go on with it."""
        return DataError(
            clause(self.title), clause(self.found), clause(self.remedy), where=self.where
        )

    def as_dict(self) -> dict[str, object]:
        """The fields by name, ready for JSON."""
        return {**asdict(self), "ids": list(self.ids), "columns": list(self.columns)}


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then warnings, then notes; of each what is about all before single columns.

    Otherwise they stay in the order they come.
    """
    return tuple(
        sorted(
            findings,
            key=lambda finding: (SEVERITIES.index(finding.severity), bool(finding.column)),
        )
    )


def any_error(findings: Iterable[Finding]) -> bool:
    """Whether one of them forbids a fit."""
    return any(finding.severity == "error" for finding in findings)


def named(labels: Sequence[str]) -> str:
    """The first few labels, quoted, and how many more there are."""
    return some(labels, NAMED)


def first_of(labels: Sequence[str], verb: str) -> str:
    """Whom a number is about: the only one, or the first of several.

    >>> first_of(["a"], "has"), first_of(["a", "b"], "has")
    ('“a” has', '“a”, “b”: the first has')
    """
    return f"{named(labels)} {verb}" if len(labels) == 1 else f"{named(labels)}: the first {verb}"


def column_of(table: str, column: str) -> str:
    """Where a column is.

    >>> column_of("pheno.csv", "weight")
    'pheno.csv, weight'
    """
    return f"{table}, {column}"


def in_column(findings: Iterable[Finding], column: str) -> tuple[Finding, ...]:
    """The findings, each with the column that its `where` names."""
    return tuple(replace(finding, column=column) for finding in findings)


def beyond(code: str, severity: Severity, where: str, size: float) -> Finding:
    """That the largest value of a column is too large, or too small, to be squared."""
    return Finding(
        code,
        severity,
        where,
        "Numbers that cannot be squared",
        f"The largest value is {in_digits(size)} in size.",
        "A fit is made of sums of squares, and those of such numbers cannot be held.",
        "Use another unit; a single such value is a slip of the pen.",
        value=size,
    )


def sentence(words: str) -> str:
    """Words of an error as a sentence of a finding.

    >>> sentence("it is empty")
    'It is empty.'
    """
    return f"{words[:1].upper()}{words[1:]}."


def clause(words: str) -> str:
    """A sentence of a finding as words of an error.

    >>> clause("It is empty."), clause("KING says so."), clause("K has 2.")
    ('it is empty', 'KING says so', 'K has 2')
    """
    words = words.rstrip(".")
    symbol = words[:1].isupper() and not words[1:2].isalpha() and not words.startswith("A ")
    return words if symbol or words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"


def labels_or_rows(ids: Sequence[str] | None, n: int) -> tuple[str, ...]:
    """The ids, or the numbers of the rows where there are none.

    >>> labels_or_rows(None, 2)
    ('row 1', 'row 2')
    """
    return tuple(ids) if ids is not None else tuple(f"row {i + 1}" for i in range(n))
