"""Words of a diagnosis: the verdict in a sentence, findings, files, and who is in which file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lmm_app.fit.table import table
from lmm_app.fit.text import literal
from lmm_core import LMMError
from lmm_data.checks import Finding, Report, Severity, Verdict
from lmm_data.dataset import Dataset
from lmm_data.joining import SPELLINGS, JoinReport
from lmm_data.preparation.roles import Role
from lmm_data.readers.opening import Outcome
from lmm_data.records import records_words

VERDICTS: dict[Verdict, str] = {
    "fit for use": "Ready to fit",
    "usable with care": "Usable with care",
    "not usable": "Not usable yet",
}
SEVERITIES: dict[Severity, str] = {
    "error": "Must be corrected before a fit",
    "warning": "Check before you trust the fit",
    "note": "Good to know",
}
ROLES: dict[Role, str] = {
    "phenotypes": "Phenotypes",
    "kinship": "Kinship",
    "covariates": "Covariates",
    "genotypes": "Genotypes",
    "ignored": "Leave out",
}
# So many titles stand in the headline.
TITLES = 3
# So many columns are offered for the ids.
_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict, and what it rests on; both may hold names from files.

    Attributes:
        verdict: in a few words.
        because: what it rests on, in words that may follow a colon; "" if there is nothing to say.
    """

    verdict: str
    because: str

    @property
    def sentence(self) -> str:
        """Both in one sentence."""
        return f"{self.verdict}: {self.because}" if self.because else f"{self.verdict}."

    @property
    def reason(self) -> str:
        """What it rests on as a sentence of its own."""
        return _begun(self.because, up=True)


def headline(
    verdict: Verdict,
    report: Report | None,
    dataset: Dataset | None,
    problem: LMMError | None,
    *,
    offered: bool = False,
) -> Headline:
    """The verdict, and what it rests on.

    Args:
        verdict: of the report, or `not usable` where there is no dataset.
        report: what was found, None if it did not come to that.
        dataset: what would be fitted.
        problem: why there is no dataset.
        offered: whether the ways on are there to be clicked; the command's need not be named.

    >>> headline("not usable", None, None, LMMError("it is empty", where="K.csv")).sentence
    'Not usable yet: K.csv: it is empty.'
    """
    start, findings = VERDICTS[verdict], report.findings if report else ()
    if verdict == "not usable":
        errors = [finding for finding in findings if finding.severity == "error"]
        because = f"{errors[0].title}. {errors[0].found}" if errors else ""
        if problem is not None:
            because = cause_first(problem, offered=offered)
        return Headline(start, _begun(because))
    who = ""
    if dataset is not None:
        who = f"{records_words(dataset.n, len(dataset.individuals))}, {_counted(dataset)}"
    if verdict == "fit for use":
        # Nothing is wrong with such data; but whoever fits them must know.
        vague = any(finding.code == "power_low" for finding in findings)
        end = "hardly any h can be ruled out with so few, or so little related, individuals"
        nothing = "nothing that was looked at speaks against a fit"
        return Headline(start, f"{who}; {f'{nothing}, but {end}' if vague else nothing}.")
    titles = list(dict.fromkeys(_begun(f.title) for f in findings if f.severity == "warning"))
    more = f"; and {len(titles) - TITLES} more" if len(titles) > TITLES else ""
    things = "one thing" if len(titles) == 1 else f"{len(titles)} things"
    first = "; ".join(titles[:TITLES])
    return Headline(start, f"{who}, and {things} to check first: {first}{more}.")


# A sentence that begins so says of what it speaks by its place alone.
_POINTS_BACK = re.compile(r"(it|its|they|their|there|these|nothing)\b")

# One that says what is not there, and not what: that stands in the rule.
_LEANS = re.compile(r"\b(none|this one|they do not)\b")


def cause_first(error: LMMError, *, offered: bool = False) -> str:
    """An error in sentences: what was found, where, what must hold, and what to do.

    What was found stands behind the rule where it is no sentence without it.

    Args:
        error: of any kind.
        offered: whether the remedies are there to be clicked; the error’s own need not be named.

    >>> twice = ("each row must have its own id", "“a” occurs twice, in lines 2 and 4", "keep one")
    >>> cause_first(LMMError(*twice, where="K.csv"))
    '“a” occurs twice, in lines 2 and 4 (K.csv). Each row must have its own id. Keep one.'
    >>> cause_first(LMMError("the file must be text", "it is a picture", where="K.csv"))
    'K.csv: it is a picture. The file must be text.'
    >>> cause_first(LMMError("each row must have its id", "line 8 has none", where="K.csv"))
    'Each row must have its id: line 8 has none (K.csv).'
    """
    cause, rest = (error.found, [error.rule]) if error.found else (error.rule, [])
    if _LEANS.search(error.found):
        cause, rest = error.statement, []
    if error.where and _POINTS_BACK.match(cause):
        cause = f"{error.where}: {cause}"
    elif error.where and error.where not in cause:
        cause = f"{cause} ({error.where})"
    rest.append("choose below" if offered else error.remedy)
    return " ".join(f"{_begun(part, up=True)}." for part in [cause, *rest] if part)


def finding_words(finding: Finding) -> str:
    """A finding as Markdown: where, what was found, what it means, what to do."""
    return (
        f"**{literal(finding.title)}** · :gray[{literal(finding.where)}]\n\n"
        f"{literal(finding.found)} {literal(finding.meaning)}\n\n"
        f"**What to do:** {literal(finding.remedy)}"
    )


def everyone(finding: Finding, most: int = 200) -> str:
    """All individuals that a finding names, as Markdown; "" if its sentence names them all."""
    return _listed(finding.ids, most)


def all_columns(finding: Finding, most: int = 200) -> str:
    """All columns that share a finding, as Markdown; "" if its sentence names them all."""
    return _listed(finding.columns, most)


def _listed(labels: Sequence[str], most: int) -> str:
    if len(labels) <= 4:
        return ""
    more = f" and {len(labels) - most:,} more" if len(labels) > most else ""
    return literal(", ".join(labels[:most])) + more


def file_words(outcome: Outcome) -> str:
    """What a file was taken for and why, as Markdown."""
    if outcome.refusal is not None:
        return f"**Cannot be read.** {literal(cause_first(outcome.refusal))}"
    why = f", because {literal(outcome.why)}" if outcome.why else ""
    return f"Recognised as {literal(_begun(outcome.format))}{why}."


def size_words(size: int) -> str:
    """A number of bytes.

    >>> size_words(873), size_words(2_400), size_words(31_000_000)
    ('873 bytes', '2 kB', '31 MB')
    """
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1e3:.0f} kB" if size < 1e6 else f"{size / 1e6:.3g} MB"


def shape_words(outcome: Outcome) -> str:
    """How many rows and columns were read."""
    reading = outcome.reading
    if reading is None:
        return ""
    parts = []
    if reading.kinship is not None:
        parts.append(f"{reading.kinship.n:,} × {reading.kinship.n:,}")
    if reading.pedigree is not None:
        parts.append(f"a pedigree of {reading.pedigree.n:,} individuals")
    if reading.genotypes is not None:
        parts.append(f"genotypes of {len(reading.genotypes.ids):,} individuals")
    for one in (reading.table, reading.covariates):
        if one is not None:
            columns = f"{len(one.columns):,} column{'s' * (len(one.columns) != 1)}"
            parts.append(f"{one.n:,} rows, {columns}")
    return "; ".join(parts)


def join_table(join: JoinReport) -> str:
    """Who is in which files, as an HTML table."""
    left, apart = "text-align:left", ";padding-right:1.5rem"
    return table(
        ("individuals in", "how many", "such as"),
        [
            (escape(row.where), f"{row.count:,}", escape(", ".join(row.examples)) + more)
            for row in join.rows
            for more in [" …" if row.count > len(row.examples) else ""]
        ],
        style="font-size:0.9rem;font-variant-numeric:tabular-nums",
        columns=(f"{left}{apart}", f"text-align:right{apart}", left),
        of_rows=";font-weight:500",
    )


def near_misses(join: JoinReport, most: int = 6) -> str:
    """Ids that match but for their spelling, as Markdown; "" if there are none."""
    if not join.near_misses:
        return ""
    lines = "".join(
        f"- {literal(f'‘{miss.id}’ in {miss.file}')} and "
        f"{literal(f'‘{miss.other}’ in {miss.other_file}')}: the same if "
        f"{literal(SPELLINGS[miss.rule][0])}\n"
        for miss in join.near_misses[:most]
    )
    more = len(join.near_misses) - most
    return f"**Nearly the same**\n\n{lines}" + (f"- and {more:,} more\n" if more > 0 else "")


def _counted(dataset: Dataset) -> str:
    traits, covariates = len(dataset.traits.columns), len(dataset.covariates.columns)
    words = f"{traits:,} trait{'s' * (traits != 1)}"
    if covariates:
        words += f", {covariates:,} covariate{'s' * (covariates != 1)}"
    return words


def _begun(words: str, *, up: bool = False) -> str:
    """Words that do not begin a sentence, or do."""
    first, rest = words[:1], words[1:]
    # A name of a file stays what it is, and an abbreviation keeps its capital.
    if "." in words.split(" ")[0].rstrip(".:"):
        return words
    if up:
        return first.upper() + rest
    return words if rest[:1].isupper() else first.lower() + rest


def id_columns(outcome: Outcome) -> list[str]:
    """The columns of a table that may be chosen to name its rows, the first of very many."""
    sheet = outcome.reading.sheet if outcome.reading else None
    if sheet is None:
        return []
    filled = [j for j in range(min(len(sheet.columns), _COLUMNS)) if "" not in sheet.columns[j]]
    return list(dict.fromkeys(sheet.label(j) for j in filled))
