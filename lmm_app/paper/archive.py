"""One zip file that holds a fit: its data, its numbers, and the programs that make them again."""

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lmm_app.fit.view import View
from lmm_app.paper import tables
from lmm_app.paper.results import results
from lmm_app.paper.scripts import reproduce_python, reproduce_r, title_of
from lmm_app.sources.opened import Opened
from lmm_core import LMMError
from lmm_core.certainty import Interval
from lmm_data.dataset import Dataset
from lmm_data.methods import methods_paragraph
from lmm_data.records import records_words
from lmm_data.samples import sample_folder
from lmm_data.written import dataset_files

README = """\
{title}
{line}
{about}
{licence}{message}

Make the numbers again, in this folder:

    python reproduce.py    Python 3.10 or later, and NumPy
    Rscript reproduce.R    base R; R/lmmlite’s answer beside it, where that is installed

Both print the numbers, say how far they are from those of the page, and end with exit code 1 if
one of them is more than 0.000001 away.

What went in: {individuals}.
    pheno.csv      the trait{covariates}
    kinship.csv    K

What came out
    methods.txt    a paragraph for a paper, with what it cites
    results.json   both fits, by ML and REML, with the names of LMMFit’s fields; the profile;
                   who was left out, and why. null: no finite number
    estimates.csv  the estimates; sigma2 = sigma2_g + sigma2_e in squared units of the trait
    profile.csv    the log-likelihood over h2, natural logarithm, all constants
    trace.csv      each value of h that Brent’s method tried, and its bracket afterwards
    rotated.csv    a row for each rotated observation: its eigenvalue, its weight
                   1/(h2 lambda + 1 − h2) at each estimate, the rotated trait and covariates

Numbers have all their digits: 17, or as many as tell them apart. NA: none.
A name that starts with = + - or @ has a tab before it, so that no spreadsheet takes it for a
formula; leave the tab out when you read the file.
"""


def singles(opened: Opened, view: View, method: str) -> Mapping[str, Callable[[], str]]:
    """The files that can be had alone, by name; each is made when it is called."""
    return {
        "results.json": lambda: results(opened, view, method),
        "estimates.csv": lambda: tables.estimates(view),
        "profile.csv": lambda: tables.profile(view),
        "trace.csv": lambda: tables.trace(view),
        "rotated.csv": lambda: tables.rotated(view),
    }


def archive(opened: Opened, view: View, method: str) -> bytes:
    """The zip file; the same fit gives the same bytes.

    Raises:
        LMMError: a fit with weights, which its programs would leave out.
    """
    if view.problem.weighted_by:
        raise LMMError(
            "the programs to take away fit records that all count the same",
            f"these are weighted by “{view.problem.weighted_by}”",
            "fit_lmm(weights=) and “lmm fit --weights” fit them",
        )
    covariates = tables.covariates(view.problem)
    files = {
        "README.txt": _readme(opened, view, method),
        "reproduce.py": reproduce_python(opened, view, method),
        "reproduce.R": reproduce_r(opened, view, method),
        "pheno.csv": tables.phenotype(view.problem),
        **({"covar.csv": covariates} if covariates else {}),
        "kinship.csv": tables.kinship(view.problem),
        "methods.txt": f"{methods_of(view, method, corrected=opened.corrected)}\n",
        **{name: make() for name, make in singles(opened, view, method).items()},
        **({"COPYING": _gpl()} if _is_gpl(opened) else {}),
    }
    return zipped({name: text.encode() for name, text in files.items()})


def methods_of(
    view: View, method: str, exact: Interval | None = None, corrected: Sequence[str] = ()
) -> str:
    """The paragraph on methods, by one method; with the exact interval where it is shown.

    What was corrected by hand in the files is told too.
    """
    found = view.methods[method]
    return methods_paragraph(view.problem, found.fit, found.interval, exact, corrected)


def _licence(opened: Opened) -> str:
    where = " The text of the licence: COPYING." if _is_gpl(opened) else ""
    return f"{opened.licence}{where}\n" if opened.licence else ""


def _is_gpl(opened: Opened) -> bool:
    """Whether the licence's text goes with the data."""
    return "GPL-3.0" in opened.licence


def _gpl() -> str:
    return (sample_folder() / "GPL-3.0.txt").read_text(encoding="utf-8")


def dataset_archive(dataset: Dataset) -> bytes:
    """The zip file of a whole dataset, every trait and everybody, as files to be opened again."""
    return zipped(dataset_files(dataset))


def archive_name(opened: Opened, view: View, method: str) -> str:
    """A file name that says what was fitted, in letters that every system takes."""
    words = f"{opened.dataset.name} {view.problem.trait}"
    plain = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-")[:60].strip("-")
    return f"{plain or 'fit'}-{method}.zip"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file; the same files give the same bytes."""
    out = BytesIO()
    with ZipFile(out, "w") as zipped:
        for name, content in files.items():
            # Without a time of its own each entry is from 1980, for everyone.
            entry = ZipInfo(name)
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, content, ZIP_DEFLATED, compresslevel=3)
    return out.getvalue()


def _readme(opened: Opened, view: View, method: str) -> str:
    problem = view.problem
    title = title_of(opened, view, method)
    who = records_words(problem.n, problem.individuals)
    if problem.of is None:
        who += " in the same order in every file"
    if problem.dropped:
        who += f"; {len(problem.dropped)} left out for missing values"
    covariates = "\n    covar.csv      the columns of X after the intercept"
    return README.format(
        title=title,
        line="=" * len(title),
        about=opened.about,
        licence=_licence(opened),
        message=view.fit(method).message,
        individuals=who,
        covariates=covariates if len(problem.columns) > 1 else "",
    )
