"""One finding for one thing: what many columns share is said once, with the worst of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lmm_core.errors import in_digits, listed
from lmm_data.checks.finding import Finding

# From so many columns on, what is the same in each is said once.
MANY = 3
# So many of them are named.
WORST = 5


def gathered(findings: Iterable[Finding], columns: Mapping[str, int]) -> tuple[Finding, ...]:
    """The findings, those of one kind about many columns of a table as one in the first's place.

    Args:
        findings: in any order.
        columns: how many columns each table has, by its name.

    Returns:
        A finding that at least three columns share has all of them in `columns`, the worst first,
        the number, the words and the remedy of the worst, and everybody whom any of them names.
    """
    kinds: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        alone = () if finding.column else (finding.where, finding.found)
        kind = (finding.code, finding.severity, _table(finding), finding.transform, *alone)
        kinds.setdefault(kind, []).append(finding)
    return tuple(
        one
        for same in kinds.values()
        for one in ([_one(same, columns)] if len(same) >= MANY else dict.fromkeys(same))
    )


def _one(same: list[Finding], columns: Mapping[str, int]) -> Finding:
    ordered = sorted(same, key=lambda finding: -(finding.weight or 0.0))
    worst = ordered[0]
    names = tuple(dict.fromkeys(finding.column for finding in ordered))
    table = _table(worst)
    of = f" of {columns[table]:,}" if columns.get(table, 0) > len(names) else ""
    return replace(
        worst,
        where=f"{table}, {len(names):,}{of} columns",
        found=f"The worst is “{worst.column}”: {worst.found}{_next(ordered)}",
        ids=tuple(dict.fromkeys(label for finding in same for label in finding.ids)),
        columns=names,
    )


def _next(ordered: list[Finding]) -> str:
    """The next four, each with its number where they differ by one, and how many more there are."""
    shown = ordered[1:WORST]
    differ = len({finding.value for finding in ordered[:WORST]} - {None}) > 1
    names = [
        f"“{finding.column}”"
        + (f" ({in_digits(finding.value)})" if differ and finding.value is not None else "")
        for finding in shown
    ]
    more = len(ordered) - 1 - len(shown)
    parts = [*names, f"{more:,} more"] if more else names
    return f" Then {'come' if len(parts) > 1 else 'comes'} {listed(parts)}."


def _table(finding: Finding) -> str:
    """The table that a finding is about, without the column."""
    return finding.where.removesuffix(f", {finding.column}") if finding.column else finding.where
