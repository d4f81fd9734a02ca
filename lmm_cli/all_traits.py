"""Every trait of a file at once: the work, gone on with where it was stopped, and its table."""

from argparse import Namespace
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Literal

import numpy as np

from lmm_cli.command import REFUSED, Answer, UsageError
from lmm_cli.console import Console
from lmm_cli.data import load, with_rounding
from lmm_cli.keeping import say_patterns, stopping, write_whole
from lmm_cli.traits_report import refusal_json, traits_csv, traits_json, traits_text
from lmm_cli.traits_work import Work, choose_work, inputs_of
from lmm_core.arrays import Ints, arrays_of, lock, put
from lmm_core.errors import LMMError

if TYPE_CHECKING:
    from lmm_cli.journal import Journal
    from lmm_core.many import TraitFits


def run(options: Namespace, console: Console) -> Answer:
    """Fit every trait; what is done is kept beside the answer's file until all of it is."""
    file: Path | None = options.answer_file
    form = _form(options, file)
    if options.trait is not None:
        raise UsageError(
            "--all-traits fits every trait, and --trait one of them",
            "both are given",
            "leave one out",
        )
    opened, prepared = load(options, console)
    prepared = with_rounding(prepared)
    try:
        work = choose_work(prepared.require_dataset(), options)
    except UsageError:
        raise
    except LMMError as error:
        if form == "JSON" and file is None:
            return Answer(refusal_json(opened, prepared, str(error)), REFUSED)
        raise
    from lmm_cli.journal import open_journal

    command = "fit --all-traits"
    with (
        open_journal(file, inputs_of(work, options), command) if file else nullcontext() as journal
    ):
        fits = _fit(work, options, console, journal)
        text = traits_json(opened, prepared, work, fits, options) if form == "JSON" else ""
        if file:
            write_whole(file, text or traits_csv(work, fits))
        elif text:
            return Answer(text)
    text = traits_text(prepared, work, fits, options, console, file)
    return Answer(text, written=file is not None)


def _form(options: Namespace, file: Path | None) -> Literal["CSV", "JSON", "text"]:
    suffix = "" if file is None else file.suffix.lower()
    if file is not None and suffix not in (".csv", ".json"):
        raise UsageError(
            "the estimates of all traits are written as CSV or as JSON",
            f"the name ends in “{file.suffix}”",
            "let it end in .csv or .json",
            where=str(file),
        )
    if options.json and suffix == ".csv":
        raise UsageError(
            "--json asks for JSON", "the name ends in .csv", "leave out one", where=str(file)
        )
    if options.json or suffix == ".json":
        return "JSON"
    return "text" if file is None else "CSV"


def _fit(
    work: Work, options: Namespace, console: Console, journal: "Journal | None"
) -> "TraitFits":
    from lmm_core.many.blocks import fit_traits
    from lmm_core.many.fits import empty

    m = len(work.traits)
    fits = empty(m, work.X.shape[1], reml=not options.ml)
    left = np.ones(m, dtype=bool)
    for places, part in journal.done if journal else ():
        put(fits, places, SimpleNamespace(**part))
        left[places] = False
    rest = np.flatnonzero(left)

    def landed(places: Ints, part: "TraitFits") -> None:
        put(fits, rest[places], part)
        if journal:
            journal.append(rest[places], arrays_of(part))

    say_patterns(console, work.Y[:, rest])
    tell = console.stage("fitting")
    with stopping(console, journal, m, "traits") if journal else nullcontext():
        if rest.size:
            fit_traits(
                work.Y[:, rest] if rest.size < m else work.Y,
                work.X,
                work.K,
                reml=not options.ml,
                level=options.level,
                progress=lambda share: tell(1.0 - (1.0 - share) * rest.size / m),
                landed=landed,
            )
    return lock(fits)
