"""What was found about the data, as text and as JSON."""

import shlex
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lmm_cli.console import Colour, Console
from lmm_cli.options import arguments_of
from lmm_core.errors import count
from lmm_core.summary import aligned

if TYPE_CHECKING:
    from lmm_cli.files import Opened
    from lmm_data.checks import Finding, Report
    from lmm_data.preparation.preparing import Prepared
    from lmm_data.preparation.repairs import Repair

_COLOURS: dict[str, Colour] = {
    "error": "red",
    "warning": "yellow",
    "note": "bold",
    "not usable": "red",
    "usable with care": "yellow",
    "fit for use": "green",
}
_INDENT = " " * 4
# So many notes are printed below a file.
_NOTES = 10


def checked(prepared: "Prepared", console: Console | None = None, **how: Any) -> "Report | None":
    """All that `check_dataset` finds; None if there is nothing to look at yet."""
    from lmm_data.checks import check_dataset

    if prepared.phenotypes is None or prepared.kinship is None:
        return None
    files = prepared.phenotypes, prepared.kinship, prepared.covariates
    progress = console.stage("checking") if console else None
    return check_dataset(
        *files,
        genotypes=prepared.genotypes,
        dataset=prepared.dataset,
        progress=progress,
        **how,
    )


def verdict_text(report: "Report", console: Console) -> str:
    """The verdict, and how much was found, in a line."""
    counts = Counter(finding.severity for finding in report.findings)
    words = [
        f"{counts[kind]} {kind}{'s' * (counts[kind] != 1)}"
        for kind in ("error", "warning", "note")
        if counts[kind]
    ]
    verdict = console.paint(report.verdict, _COLOURS[report.verdict])
    return f"Verdict: {verdict} ({', '.join(words) or 'nothing was found'})"


def finding_line(finding: "Finding", console: Console) -> str:
    """A finding in a line: where and what."""
    severity = console.paint(finding.severity, _COLOURS[finding.severity])
    return console.wrapped(f"{finding.where}: {finding.title}", _INDENT, f"{severity}  ")


def finding_text(finding: "Finding", console: Console, *, brief: bool) -> str:
    """A finding in a paragraph: what, where, the number, what it does unless brief, the remedy."""
    severity = console.paint(finding.severity, _COLOURS[finding.severity])
    head = f"{finding.where}: {finding.title}"
    body = finding.found if brief else f"{finding.found} {finding.meaning}"
    return "\n".join(
        [
            console.wrapped(head, _INDENT, f"{severity}  "),
            console.wrapped(body, _INDENT),
            console.wrapped(finding.remedy, f"{_INDENT}  ", f"{_INDENT}→ "),
        ]
    )


def first_error(report: "Report | None") -> str:
    """What forbids a fit, in a sentence without its point; "" if nothing does."""
    findings = report.findings if report else ()
    errors = (finding for finding in findings if finding.severity == "error")
    return next((str(finding.refusal()) for finding in errors), "")


def repair_text(repair: "Repair", prepared: "Prepared", console: Console) -> str:
    """What might be done, with the option that does it where there is one."""
    option = shlex.join(arguments_of(prepared.choices, repair.choices))
    head = f"{repair.label}: {option}" if option else repair.label
    return "\n".join(
        [
            console.wrapped(head, _INDENT, console.paint("repair", "green") + "  "),
            console.wrapped(repair.meaning, _INDENT),
        ]
    )


def files_text(prepared: "Prepared", console: Console, most: int = _NOTES) -> str:
    """What each file is for and what it was taken for, or why it cannot be read.

    Args:
        prepared: the files.
        console: where it is printed.
        most: notes of each file that are printed.
    """
    rows = [
        (
            outcome.group.name,
            "cannot be read" if outcome.error else prepared.roles.get(outcome.group.name, ""),
            outcome.format,
        )
        for outcome in prepared.outcomes
    ]
    lines = []
    heads = aligned(rows, console.width).split("\n") if rows else []
    for head, outcome in zip(heads, prepared.outcomes, strict=True):
        lines.append(head)
        notes = _brief(outcome.reading.notes, most) if outcome.reading else []
        lines += [console.wrapped(note, _INDENT) for note in notes]
        if outcome.error:
            error = console.paint("error", "red") + "  "
            lines.append(console.wrapped(outcome.error, _INDENT, error))
    # Of all files together.
    lines += [console.wrapped(note) for note in prepared.notes[:most]]
    return "\n".join(lines)


def _brief(notes: Sequence[str], most: int) -> list[str]:
    """The notes on a file, each once and with its full stop; of very many the first.

    They begin as they are: some with the name of a file, which keeps its letters.
    """
    once = list(dict.fromkeys(notes))
    shown = [f"{note.rstrip('.')}." for note in once[:most]]
    more = len(once) - len(shown)
    return [*shown, f"And {count(more, 'more note')}: --json has them all."] if more else shown


def files_record(prepared: "Prepared", opened: "Opened") -> list[dict[str, object]]:
    """The files for JSON: where they are, what each is for, and what was found out."""
    return [
        {
            "name": outcome.group.name,
            # What was in an archive has no path of its own.
            "files": outcome.group.files,
            "paths": [
                str(opened.path[name]) for name in outcome.group.files if name in opened.path
            ],
            "role": prepared.roles.get(outcome.group.name),
            "format": outcome.format,
            "why": outcome.why,
            "notes": outcome.reading.notes if outcome.reading else (),
            "error": outcome.error or None,
        }
        for outcome in prepared.outcomes
    ]
