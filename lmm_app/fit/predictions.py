"""The table of predictions: one line for everyone, and what scale it is on; pure."""

import re
from collections.abc import Sequence

import numpy as np

from lmm_app.fit.text import literal, number
from lmm_core import LMMFit, wls
from lmm_core.certainty import BLUP
from lmm_core.summary import h_words
from lmm_data.predictions import HEADER
from lmm_data.written import csv_text

Rows = Sequence[tuple[str, int, float, float, float, float]]
FORMULA = (
    "û = hKV⁻¹(y − Xβ̂), with V = hK + (1 − h)I (Henderson 1975; Robinson 1991). After the "
    "rotation it is a factor for each eigenvector: hλ/(hλ + 1 − h) of what lies along it is kept. "
    "Means of families have a large λ, and differences within families a small one: so more is "
    "kept of the former. Who has no record is predicted by the same formula, with the rows of K "
    "that connect them to those who have one."
)
NAMES = ("individual", "records", "record", "prediction û", "standard error", "reliability")


def scale_words(fit: LMMFit, trait: str, h2: float, sigma2: float) -> str:
    """What the numbers of the table are in, in Markdown."""
    kappa = number(fit.eigen.mean_diagonal, 3)
    times = "" if fit.eigen.weights is None else " times that of D"
    return (
        f"At h = {h_words(h2)}. û is what is inherited, as a distance from what the covariates "
        f"explain, in the units of {literal(trait)}; its variance is v·h·K, on the K that was "
        f"fitted (mean diagonal {kappa}{times}), with v = {number(sigma2)}. The standard error is "
        "that of û, counting the uncertainty of β̂ but not that of h. Reliability is 1 − (standard "
        "error)²/(v·h·Kᵢᵢ), the squared correlation that a prediction is expected to have with "
        "what is inherited."
    )


def predictions_csv(rows: Rows, said: str) -> str:
    """The table as comma-separated text, under a line on its scale that begins with #."""
    return f"# {plain(said)}\n{csv_text(HEADER, rows)}"


def table_of(rows: Rows) -> list[dict[str, object]]:
    """The table to read; a number that there is not is an empty cell."""
    return [
        {
            name: None if isinstance(value, float) and np.isnan(value) else value
            for name, value in zip(NAMES, row, strict=True)
        }
        for row in rows
    ]


def variance_at(fit: LMMFit, h2: float) -> float:
    """v̂ at an h, by the method of the fit."""
    return wls(fit.rotated, h2).rss / (fit.n - fit.p if fit.reml else fit.n)


def spread_words(found: BLUP, rows: Rows) -> str:
    """How reliable they are, with a record and without, in Markdown."""
    known = np.array([records > 0 for _, records, *_ in rows])
    parts = []
    for which, words in ((known, "of those with a record"), (~known, "of those without")):
        some = found.reliability[which]
        some = some[np.isfinite(some)]
        if some.size:
            parts.append(f"{number(float(some.mean()), 2)} {words}")
    return f"Mean reliability: {', '.join(parts)}." if parts else ""


def plain(words: str) -> str:
    """One line of ASCII but for letters: what a program may read as a comment."""
    return re.sub(r"\\(.)", r"\1", words.replace("\n", " "))
