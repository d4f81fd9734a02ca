"""What check prints: at most a page, with as much detail as fits on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from lmm_cli.console import Console
from lmm_cli.report import files_text, finding_line, finding_text, repair_text
from lmm_core.errors import count
from lmm_core.summary import aligned

if TYPE_CHECKING:
    from lmm_data.checks import Finding
    from lmm_data.preparation.preparing import Prepared
    from lmm_data.preparation.repairs import Repair

# Lines of a page.
PAGE = 66


class Detail(NamedTuple):
    """How much is printed: of each severity, findings in full, and then in a line each.

    Attributes:
        files: notes on each file.
        full, lines: findings that are no notes.
        notes, titles: notes.
        repairs: remedies.
    """

    files: int
    full: int
    lines: int
    notes: int
    titles: int
    repairs: int


_ANY = 10**9
EVERYTHING = Detail(_ANY, _ANY, 0, _ANY, 0, _ANY)
# From all to what fits on any page.
DETAILS = (
    Detail(10, _ANY, 0, _ANY, 0, _ANY),
    Detail(10, _ANY, 0, 0, _ANY, _ANY),
    Detail(5, 8, _ANY, 0, _ANY, 2),
    Detail(3, 6, _ANY, 0, _ANY, 1),
    Detail(3, 5, 6, 0, 6, 1),
    Detail(2, 4, 4, 0, 3, 0),
    Detail(1, 3, 3, 0, 0, 0),
)


def page_text(
    prepared: "Prepared",
    head: Sequence[str],
    findings: "Sequence[Finding]",
    repairs: "Sequence[Repair]",
    console: Console,
    detail: Detail,
) -> str:
    """The verdict, the files, who is in which, what was found and what may be done.

    Args:
        prepared: the files.
        head: paragraphs that come first.
        findings: the worst first.
        repairs: the first is the most needed.
        console: where it is printed.
        detail: how much of it.
    """
    parts = [*head, files_text(prepared, console, detail.files)]
    if prepared.join is not None:
        rows = [
            (row.where, f"{row.count:,}", ", ".join(row.examples)) for row in prepared.join.rows
        ]
        parts.append(f"Individuals by id\n{aligned(rows, console.width, numbers=(1,))}")
    notes = [finding for finding in findings if finding.severity == "note"]
    others = [finding for finding in findings if finding.severity != "note"]
    left = 0
    for some, full, lines in (
        (others, detail.full, detail.lines),
        (notes, detail.notes, detail.titles),
    ):
        parts += [finding_text(finding, console, brief=False) for finding in some[:full]]
        rest = some[full:]
        parts.append("\n".join(finding_line(finding, console) for finding in rest[:lines]))
        left += len(rest)
    parts += [repair_text(repair, prepared, console) for repair in repairs[: detail.repairs]]
    more = [count(left, "finding")] * bool(left)
    if len(repairs) > detail.repairs:
        more.append(count(len(repairs) - detail.repairs, "more repair"))
    if more:
        parts.append(console.wrapped(f"In full, with {' and '.join(more)}: --all"))
    return "\n\n".join(filter(None, parts)) + "\n"
