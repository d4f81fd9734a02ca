"""The command check: what is wrong or odd about a dataset, and what to do about it."""

from argparse import ArgumentParser, Namespace
from contextlib import nullcontext
from typing import TYPE_CHECKING

from lmm_cli.command import OK, PROGRAM, REFUSED, Answer, Command, UsageError
from lmm_cli.console import Console
from lmm_cli.data import Model, choose_model, load
from lmm_cli.options import add_data_options, arguments_of
from lmm_cli.page import DETAILS, EVERYTHING, PAGE, page_text
from lmm_cli.report import checked, verdict_text
from lmm_core.errors import LMMError

if TYPE_CHECKING:
    from lmm_cli.files import Opened
    from lmm_data.checks import Report
    from lmm_data.preparation.preparing import Prepared
    from lmm_data.preparation.repairs import Repair

NO_LIMIT = float("inf")
# Threads within the products of so few individuals gain a tenth of a second. Where other programs
# run beside, they wait for each other for many.
SMALL = 2000


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
        text = _document(opened, prepared, report, repairs, problem, options.all)
    else:
        text = _text(prepared, report, repairs, problem, console, options.all)
    return Answer(text, OK if usable else REFUSED)


def _report(
    prepared: "Prepared", model: Model | None, options: Namespace, console: Console
) -> "Report | None":
    """All that is found, None if there is nothing to look at yet."""
    from lmm_core.many.threads import one_blas_thread
    from lmm_data.preparation.design import default_model

    use = None if prepared.dataset is None else default_model(prepared.dataset)
    small = prepared.kinship is not None and len(prepared.kinship.values) <= SMALL
    with one_blas_thread() if small else nullcontext():
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
    everything: bool,
) -> str:
    verdict = f"Verdict: {console.paint('not usable', 'red')}"
    if report is not None and (not problem or report.verdict == "not usable"):
        verdict = verdict_text(report, console)
    head = [verdict]
    if problem:
        head.append(console.wrapped(f"{problem}."))
    if everything:
        found = () if report is None else report.each
        return page_text(prepared, head, found, repairs, console, EVERYTHING)
    found = () if report is None else report.findings
    texts = (page_text(prepared, head, found, repairs, console, detail) for detail in DETAILS)
    shortened = ""
    for shortened in texts:
        if shortened.count("\n") <= PAGE - 2:
            break
    if report is not None and len(report.each) > len(found) and "--all" not in shortened:
        shortened += "\nEach column by itself: --all\n"
    return shortened


def _document(
    opened: "Opened",
    prepared: "Prepared",
    report: "Report | None",
    repairs: "tuple[Repair, ...]",
    problem: str,
    everything: bool,
) -> str:
    from dataclasses import asdict

    from lmm_cli.documents import answer_json

    return answer_json(
        opened,
        prepared,
        {
            "report": report.as_dict(everything) if report else None,
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


def _add_options(parser: ArgumentParser) -> None:
    add_data_options(parser)
    parser.add_argument(
        "--all",
        action="store_true",
        help="every finding about every column in full, not what fits on a page",
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
    add_options=_add_options,
    run=run,
)
