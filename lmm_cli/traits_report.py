"""The answer for every trait at once: CSV, JSON, and a few lines for the screen."""

from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lmm_cli.command import PROGRAM
from lmm_cli.console import Console
from lmm_cli.report import files_text
from lmm_core.errors import count, in_digits
from lmm_core.summary import aligned, number
from lmm_data.records import records_words

if TYPE_CHECKING:
    from lmm_cli.files import Opened
    from lmm_cli.traits_work import Work
    from lmm_core.many import TraitFits
    from lmm_data.preparation.preparing import Prepared

SHOWN = 20


def traits_csv(work: "Work", fits: "TraitFits") -> str:
    from lmm_cli.traits_table import table_header, table_rows
    from lmm_data.written import csv_text

    return csv_text(table_header(work.columns), table_rows(work.traits, fits, work.unread))


def traits_json(
    opened: "Opened", prepared: "Prepared", work: "Work", fits: "TraitFits", options: Namespace
) -> str:
    from lmm_cli.documents import answer_json
    from lmm_cli.traits_table import table_header, table_rows

    header = table_header(work.columns)
    return answer_json(
        opened,
        prepared,
        {
            "traits": [
                dict(zip(header, row, strict=True))
                for row in table_rows(work.traits, fits, work.unread)
            ],
            "not_read": work.unread,
            "error": None,
            "reml": fits.reml,
            "level": options.level,
            "columns": work.columns,
        },
    )


def traits_text(
    prepared: "Prepared",
    work: "Work",
    fits: "TraitFits",
    options: Namespace,
    console: Console,
    file: Path | None,
) -> str:
    """How many of each status there are, and the first of them unless all are in a file."""
    method = "REML" if fits.reml else "ML"
    counts = Counter(fits.status.tolist())
    several = int((fits.n_maxima > 1).sum())
    words = ", ".join(f"{times:,} {status}" for status, times in counts.most_common())
    whose = records_words(len(work.ids), len(work.relationship))
    title = f"{count(fits.m, 'trait')} of {whose}, by {method}"
    summary = f"Covariates: {', '.join(work.columns)}. Status: {words}."
    if several:
        summary += f" With more than one hill: {several:,}."
    parts = [f"{console.paint(title, 'bold')}\n{console.wrapped(summary)}"]
    parts += _unread(work, console)
    if file is None:
        parts.insert(0, files_text(prepared, console))
        parts.append(_first(work, fits, options, console))
        if fits.m > SHOWN:
            parts.append(
                console.wrapped(
                    f"These are the first {SHOWN}: “--out results.csv” writes all {fits.m:,}."
                )
            )
    else:
        parts.append(console.wrapped(f"Written to {file}."))
    parts.append(console.wrapped(f"“{PROGRAM} check” with the same files looks at the data."))
    return "\n\n".join(filter(None, parts)) + "\n"


def refusal_json(opened: "Opened", prepared: "Prepared", refusal: str) -> str:
    """Why no trait is fitted, and what was found out about the files."""
    from lmm_cli.documents import answer_json

    return answer_json(
        opened,
        prepared,
        {
            "traits": [],
            "not_read": {},
            "error": refusal,
        },
    )


def _unread(work: "Work", console: Console) -> list[str]:
    """The traits that cannot be fitted, of very many the first, each with the reason."""
    why = list(work.unread.values())
    more = [f"{len(why) - SHOWN:,} more traits have such entries."] if len(why) > SHOWN else []
    return [
        console.wrapped(sentence, "    ", console.paint("not read", "red") + "  ")
        for sentence in [*(f"{reason}." for reason in why[:SHOWN]), *more]
    ]


def _first(work: "Work", fits: "TraitFits", options: Namespace, console: Console) -> str:
    rows = [
        ("trait", "n", "h", f"{in_digits(100 * options.level, 6)}% interval", "sigma2", "status")
    ]
    for trait, name in enumerate(work.traits[:SHOWN]):
        low, high = number(fits.lower[trait]), number(fits.upper[trait])
        rows.append(
            (
                name,
                f"{fits.n[trait]:,}",
                number(fits.h2[trait]),
                "" if np.isnan(fits.lower[trait]) else f"{low} to {high}",
                number(fits.sigma2[trait]),
                str(fits.status[trait]),
            )
        )
    return aligned(rows, console.width, numbers=(1, 2, 4))
