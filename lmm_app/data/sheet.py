"""The diagnosis as one HTML file: to print, to keep, to send with the data. It needs no network."""

import re
from collections.abc import Sequence
from html import escape

from lmm_app.data.gallery import Illustrated
from lmm_app.data.words import SEVERITIES, join_table
from lmm_app.paper.document import document, print_style
from lmm_app.paper.picture import Picture
from lmm_app.paper.picture_svg import picture_svg
from lmm_app.paper.tables_html import table
from lmm_core.version import versions
from lmm_data.checks import Finding
from lmm_data.checks.finding import SEVERITIES as ORDER
from lmm_data.joining import JoinReport

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# What a handout has no need of.
OWN = """
svg { display: block; width: 100%; max-width: 35rem; height: auto; }
svg text { fill: var(--st-text-color); font-family: var(--st-font); }
svg .frame { fill: none; stroke: var(--rule); }
svg .named { paint-order: stroke; stroke: var(--st-background-color); stroke-width: 3px; }
figcaption { color: var(--quiet); font-size: 0.9rem; max-width: 46rem; }
.finding { break-inside: avoid; border-left: 4px solid var(--rule); padding-left: 0.9rem;
  margin: 1.2rem 0; }
.finding.error { border-left-color: #D55E00; } .finding.warning { border-left-color: #b97c00; }
.finding h3 { margin: 0; } .where { font-weight: 400; color: var(--quiet); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
  gap: 0 1.6rem; }
.wide td, .wide thead th:nth-child(n + 3) { white-space: normal; text-align: left; }
"""


def sheet(
    name: str,
    verdict: str,
    illustrated: Illustrated,
    *,
    about: str = "",
    files: Sequence[tuple[str, str, str]] = (),
    notes: Sequence[str] = (),
    join: JoinReport | None = None,
    fingerprint: str = "",
) -> str:
    """The file; the same data and software give the same text.

    Args:
        name: of the dataset.
        verdict: in a sentence.
        illustrated: findings and pictures.
        about: what else there is to say of the data.
        files: of each its name, its size, and what it was taken for.
        notes: what was done with the files, in sentences.
        join: who is in which file.
        fingerprint: SHA-256 of the data, "" where there is no dataset.
    """
    parts = [
        f"<header><h1>Ready to fit? {escape(name)}</h1>\n"
        f'<p class="verdict">{escape(verdict)}</p>\n<p>{escape(about)}</p></header>'
    ]
    if files:
        rows = table(("file", "size", "what it was taken for"), files, "Files")
        done = "".join(f"<li>{escape(note)}</li>" for note in notes)
        parts.append(
            f"<section><h2>The files</h2>\n{rows}{f'<ul>{done}</ul>' * bool(done)}</section>"
        )
    if join is not None:
        parts.append(f"<section><h2>Who is in which file</h2>\n{join_table(join)}</section>")
    for severity in ORDER:
        found = [pair for pair in illustrated.findings if pair[0].severity == severity]
        if found:
            findings = "\n".join(_finding(*pair) for pair in found)
            parts.append(f"<section><h2>{SEVERITIES[severity]}</h2>\n{findings}</section>")
    if illustrated.others:
        parts.append(
            f"<section><h2>Pictures of the data</h2>\n{_pictures(illustrated.others)}</section>"
        )
    made = escape(", ".join(f"{what} {number}" for what, number in versions().items()))
    data = f" SHA-256 of the data: <code>{escape(fingerprint)}</code>." if fingerprint else ""
    parts.append(f'<section><h2>How it was made</h2>\n<p class="note">{made}.{data}</p></section>')
    body = "\n".join(parts)
    return document(
        f"Ready to fit? {name}",
        f"<main>\n{body}\n</main>",
        f"{print_style()}{OWN}",
        POLICY,
    )


def sheet_name(name: str) -> str:
    """A file name, in letters that every system takes."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "data"
    return f"diagnosis-{plain[:60]}.html"


def _finding(finding: Finding, pictures: Sequence[Picture]) -> str:
    who = ""
    if len(finding.ids) > 4:
        who = f'\n<p class="note">All of them: {escape(", ".join(finding.ids))}</p>'
    if len(finding.columns) > 4:
        columns = escape(", ".join(finding.columns))
        who += f'\n<p class="note">All columns, the worst first: {columns}</p>'
    return (
        f'<article class="finding {finding.severity}"><h3>{escape(finding.title)} '
        f'<span class="where">{escape(finding.where)}</span></h3>\n'
        f"<p>{escape(finding.found)} {escape(finding.meaning)}</p>\n"
        f"<p><strong>What to do:</strong> {escape(finding.remedy)}</p>{who}"
        f"{_pictures(pictures)}</article>"
    )


def _pictures(pictures: Sequence[Picture]) -> str:
    if not pictures:
        return ""
    figures = "\n".join(
        f"<figure><h3>{escape(picture.title)}</h3>{picture_svg(picture)}"
        f"<figcaption>{escape(picture.words)}</figcaption></figure>"
        for picture in pictures
    )
    return f'<div class="pictures">{figures}</div>'
