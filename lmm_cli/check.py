"""The command check: what is wrong or odd about a dataset, and what to do about it."""

from argparse import Namespace
from typing import TYPE_CHECKING

from lmm_cli.command import OK, PROGRAM, REFUSED, Answer, Command, UsageError
from lmm_cli.console import Console
from lmm_cli.data import Model, choose_model, load
from lmm_cli.options import add_data_options, arguments_of
from lmm_cli.report import checked, files_text, finding_text, repair_text, verdict_text
from lmm_core.errors import LMMError
from lmm_core.summary import aligned

if TYPE_CHECKING:
    from lmm_cli.files import Opened
    from lmm_data.checks import Report
    from lmm_data.preparation.preparing import Prepared
    from lmm_data.preparation.repairs import Repair

NO_LIMIT = float("inf")


def run(options: Namespace, console: Console) -> Answer:
    """Read, check everything, and say what was found."""
    from lmm_data.preparation.repairs import repairs_for

    opened, prepared = load(options, console)
    problem = prepared.problem
    model: Model | None = None
    if prepared.dataset is not None:
        try:
            model = choose_model(prepared.dataset, options)
        except UsageError:
            raise
        except LMMError as error:
            problem = str(error)
    report = _report(prepared, model, options, console)
    repairs = repairs_for(prepared, report)
    usable = not problem and report is not None and report.verdict != "not usable"
    if options.json:
        text = _document(opened, prepared, report, repairs, problem)
    else:
        text = _text(prepared, report, repairs, problem, console)
    return Answer(text, OK if usable else REFUSED)


def _report(
    prepared: "Prepared", model: Model | None, options: Namespace, console: Console
) -> "Report | None":
    """All that is found, None if there is nothing to look at yet."""
    from lmm_data.preparation.design import default_model

    use = None if prepared.dataset is None else default_model(prepared.dataset)
    return checked(
        prepared,
        console,
        traits=None if options.trait is None else [options.trait],
        use=use if model is None else model.covariates,
        reml=not options.ml,
        # This is the command line that larger data are sent to.
        max_seconds=NO_LIMIT,
        max_bytes=NO_LIMIT,
    )


def _text(
    prepared: "Prepared",
    report: "Report | None",
    repairs: "tuple[Repair, ...]",
    problem: str,
    console: Console,
) -> str:
    width = console.width
    verdict = f"Verdict: {console.paint('not usable', 'red')}"
    if report is not None and (not problem or report.verdict == "not usable"):
        verdict = verdict_text(report, console)
    parts = [verdict]
    if problem:
        parts.append(console.wrapped(f"{problem}."))
    parts.append(files_text(prepared, console))
    if prepared.join is not None:
        rows = [
            (row.where, f"{row.count:,}", ", ".join(row.examples)) for row in prepared.join.rows
        ]
        parts.append(f"Individuals by id\n{aligned(rows, width, numbers=(1,))}")
    findings = () if report is None else report.findings
    parts += [finding_text(finding, console, brief=False) for finding in findings]
    parts += [repair_text(repair, prepared, console) for repair in repairs]
    return "\n\n".join(filter(None, parts)) + "\n"


def _document(
    opened: "Opened",
    prepared: "Prepared",
    report: "Report | None",
    repairs: "tuple[Repair, ...]",
    problem: str,
) -> str:
    from dataclasses import asdict

    from lmm_cli.documents import answer_json

    return answer_json(
        opened,
        prepared,
        {
            "report": report.as_dict() if report else None,
            "error": problem or None,
            "join": asdict(prepared.join) if prepared.join else None,
            "repairs": [
                {
                    "code": repair.code,
                    "label": repair.label,
                    "meaning": repair.meaning,
                    "options": arguments_of(prepared.choices, repair.choices),
                }
                for repair in repairs
            ],
        },
    )


COMMAND = Command(
    name="check",
    summary="find what is wrong or odd about a dataset, before it is fitted",
    description=(
        "Looks at a dataset as a careful colleague would: individuals that do not match, values "
        "that stand for missing, kinships on another scale, clones, outliers, exchanged labels, "
        "and whether the data can tell h at all. Each finding has its remedy."
    ),
    examples=(
        f"{PROGRAM} check sample_data/tiny12/pheno.csv sample_data/tiny12/kinship.csv "
        "sample_data/tiny12/covar.csv",
        f"{PROGRAM} check sample_data/mouse_hs300/pheno.csv sample_data/mouse_hs300/kinship.csv "
        "--trait CD8",
    ),
    add_options=add_data_options,
    run=run,
)
