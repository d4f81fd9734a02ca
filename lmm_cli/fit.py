"""The command fit: one trait, its estimates with their intervals, and what to beware of."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from lmm_cli.command import OK, PROGRAM, REFUSED, Answer, Command, UsageError, writing
from lmm_cli.console import Console
from lmm_cli.data import Model, choose_model, load
from lmm_cli.estimates import Estimates, estimates_record, estimates_text
from lmm_cli.options import add_data_options
from lmm_cli.report import (
    checked,
    files_text,
    finding_text,
    first_error,
    repair_text,
    verdict_text,
)
from lmm_core.errors import LMMError

if TYPE_CHECKING:
    from lmm_cli.files import Opened
    from lmm_core.certainty.intervals import Interval
    from lmm_data.checks import Report
    from lmm_data.preparation.preparing import Prepared

# Notes that bear on how many digits of the table are to be believed.
OF_THE_DIGITS = ("phenotype_rounded",)


def add_options(parser: ArgumentParser) -> None:
    """What the command takes."""
    add_data_options(parser)
    parser.add_argument(
        "--all-traits",
        action="store_true",
        help="fit every trait; --out results.csv, or .json, takes all of them, and what is done "
        "is kept beside it: stopped, the same command goes on",
    )
    parser.add_argument(
        "--weights",
        metavar="COLUMN",
        help="w of residual variances v(1 − h)/w: how many records a mean is of; 1/COLUMN where "
        "the column holds known error variances; they are taken as they are, and twice the weights "
        "make another h",
    )
    parser.add_argument(
        "--predict",
        type=Path,
        metavar="FILE.csv",
        help="write the genetic value of everyone in the kinship or the pedigree there, those "
        "without a record too, with its standard error and its reliability",
    )
    parser.add_argument(
        "--exact",
        action="store_true",
        help="add the exact interval of h, which is simulated and can be trusted in small samples "
        "and next to 0 and 1 too; that of the table is the profile interval",
    )
    parser.add_argument(
        "--methods",
        action="store_true",
        help="add a paragraph on methods for a paper, with the numbers of this fit and what it "
        "cites; with --json it is the entry methods",
    )


def run(options: Namespace, console: Console) -> Answer:
    """Read, check what is quick to check, fit, and say what came out."""
    if options.all_traits:
        if options.methods:
            raise UsageError(
                "the paragraph on methods is about one trait",
                "--methods was given with --all-traits",
                "give --trait instead, or leave out --methods",
            )
        if options.exact:
            raise UsageError(
                "the exact interval is simulated for one trait",
                "--exact was given with --all-traits",
                "give --trait instead, or leave out --exact",
            )
        for option in ("weights", "predict"):
            if getattr(options, option) is not None:
                raise UsageError(
                    "many traits are fitted without weights, and nobody is predicted",
                    f"--{option} was given with --all-traits",
                    f"give --trait instead, or leave out --{option}",
                )
        from lmm_cli.all_traits import run as run_all

        return run_all(options, console)
    opened, prepared = load(options, console)
    model = report = estimates = None
    refusal = prepared.problem
    try:
        if prepared.dataset is not None:
            model = choose_model(prepared.dataset, options)
            traits, use = [model.trait], model.covariates
            report = checked(prepared, traits=traits, use=use, reml=not options.ml, quick=True)
            refusal = first_error(report)
        if model is not None and not refusal:
            estimates = _estimate(prepared, model, options, console)
            if estimates is not None and report is not None:
                report = _with_rounding(report, estimates, prepared)
    except UsageError:
        raise
    except LMMError as error:
        refusal = str(error)
    predicted = ""
    if estimates is not None and options.predict is not None:
        predicted, refusal = _predict(prepared, estimates, options.predict)
    if options.json:
        text = _document(opened, prepared, report, estimates, refusal, options)
    else:
        text = _text(prepared, model, report, estimates, refusal, console)
        if estimates is not None and options.predict is not None:
            said = predicted or f"No predictions: {refusal}."
            text += f"\n{console.wrapped(said)}\n"
        if options.methods and estimates is not None:
            text += f"\nMethods\n{_methods(estimates)}\n"
    return Answer(text, REFUSED if refusal else OK)


def _predict(prepared: "Prepared", found: Estimates, file: Path) -> tuple[str, str]:
    """Write everyone's genetic value; a sentence on that, and why there are none."""
    from lmm_data.predictions import HEADER, predict_everyone, prediction_rows
    from lmm_data.written import csv_text

    try:
        ids, values = predict_everyone(prepared, found.problem, found.fit)
    except LMMError as error:
        return "", str(error)
    text = csv_text(HEADER, prediction_rows(ids, values, found.problem))
    with writing("the predictions cannot be written", "choose another file", file):
        file.write_text(text, encoding="utf-8")
    alone = len(ids) - found.problem.individuals
    who = f"{len(ids):,} individuals, {alone:,} of them without a record"
    return f"{file}: the genetic values of {who}.", ""


def _estimate(
    prepared: "Prepared", model: Model, options: Namespace, console: Console
) -> Estimates:
    from lmm_core.certainty.intervals import interval_h2
    from lmm_core.fit import fit_lmm

    assert prepared.dataset is not None
    tell = console.stage("fitting")
    problem = prepared.dataset.problem(model.trait, model.covariates, weights=model.weights)
    fit = fit_lmm(problem.y, problem.X, problem.decomposed(), reml=not options.ml)
    tell(0.9)
    interval = interval_h2(fit, level=options.level) if fit.maxima else None
    tell(1.0)
    exact: Interval | str | None = None
    if options.exact:
        try:
            exact = interval_h2(
                fit, level=options.level, method="exact", progress=console.stage("simulating")
            )
        except LMMError as error:
            exact = str(error)
    return Estimates(problem, fit, interval, options.level, exact)


def _methods(found: Estimates) -> str:
    """Unwrapped, for it is to be copied."""
    from lmm_data.methods import methods_paragraph

    exact = None if isinstance(found.exact, str) else found.exact
    return methods_paragraph(found.problem, found.fit, found.interval, exact)


def _with_rounding(report: "Report", estimates: Estimates, prepared: "Prepared") -> "Report":
    """The report, and what the decomposition set to zero."""
    from lmm_data.checks.kinship_checks import clipped

    note = estimates.fit.eigen.note
    where = prepared.kinship.name if prepared.kinship else "kinship"
    return report.with_finding(clipped(note, where)) if note else report


def _text(
    prepared: "Prepared",
    model: Model | None,
    report: "Report | None",
    estimates: Estimates | None,
    refusal: str,
    console: Console,
) -> str:
    parts = []
    if estimates is None:
        parts.append(console.wrapped(f"No fit: {refusal}."))
    if report is not None:
        parts.append(verdict_text(report, console))
    parts.append(files_text(prepared, console))
    if estimates is not None and model is not None:
        parts.append(estimates_text(estimates, model, console))
    findings = () if report is None else report.findings
    parts += [
        finding_text(finding, console, brief=True)
        for finding in findings
        if finding.severity != "note" or finding.code in OF_THE_DIGITS
    ]
    if estimates is None:
        from lmm_data.preparation.repairs import repairs_for

        parts += [repair_text(repair, prepared, console) for repair in repairs_for(prepared)]
    parts.append(
        console.wrapped(
            f"“{PROGRAM} check” with the same files looks at labels, outliers and power too."
        )
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def _document(
    opened: "Opened",
    prepared: "Prepared",
    report: "Report | None",
    estimates: Estimates | None,
    refusal: str,
    options: Namespace,
) -> str:
    from lmm_cli.documents import answer_json

    made = {"fit": None, "interval": None, "data": None}
    if options.exact:
        made["exact_interval"] = None
    return answer_json(
        opened,
        prepared,
        {
            **(estimates_record(estimates) if estimates else made),
            "error": refusal or None,
            "report": report.as_dict() if report else None,
            **({"methods": _methods(estimates) if estimates else None} if options.methods else {}),
        },
    )


COMMAND = Command(
    name="fit",
    summary="estimate h, the variances and the effects of covariates",
    description=(
        "Fits the linear mixed model to one trait. Individuals are joined by id; one that lacks "
        "the trait or a covariate is left out. Printed are the estimates with their intervals, "
        "what kind of maximum was found, and warnings about the data."
    ),
    examples=(
        f"{PROGRAM} fit sample_data/tiny12/pheno.csv sample_data/tiny12/kinship.csv",
        f"{PROGRAM} fit --pheno sample_data/mouse_hs300/pheno.csv --kinship "
        "sample_data/mouse_hs300/kinship.csv --covar sample_data/mouse_hs300/covar.csv "
        "--trait MCH --json",
        f"{PROGRAM} fit --all-traits sample_data/mouse_hs300/pheno.csv "
        "sample_data/mouse_hs300/kinship.csv --out results.csv",
    ),
    add_options=add_options,
    run=run,
)
