"""The estimates by both methods, side by side in a table; pure."""

from html import escape

import numpy as np

from lmm_app.fit.table import table
from lmm_app.fit.text import SAME_SCALE, number, plus_minus, sweep_size, tries
from lmm_app.fit.view import View
from lmm_core import LMMFit, se_h2
from lmm_core.scales import average_share
from lmm_core.summary import h_words

IN_A_TABLE = 3


def estimates(view: View) -> list[tuple[str, str, str]]:
    """Rows of the table of estimates: name, by ML, by REML."""
    ml, reml = view.ml, view.reml
    rows = [
        ("h", h_cell(ml), h_cell(reml)),
        ("share of the variance", _share(ml), _share(reml)),
        ("95% profile interval", interval_cell(view, "ML"), interval_cell(view, "REML")),
        ("SE of ĥ", number(se_h2(ml), 2), number(se_h2(reml), 2)),
        ("σ²<sub>g</sub> = v·h", number(ml.sigma2_g), number(reml.sigma2_g)),
        ("σ²<sub>e</sub> = v·(1 − h)", number(ml.sigma2_e), number(reml.sigma2_e)),
        ("v", number(ml.sigma2), number(reml.sigma2)),
    ]
    for j, column in enumerate(view.problem.columns):
        rows.append(
            (
                f"β {_plain(column)}",
                plus_minus(ml.beta[j], ml.se_beta[j]),
                plus_minus(reml.beta[j], reml.se_beta[j]),
            )
        )
    rows += [
        ("log-likelihood", _loglik(ml), _loglik(reml)),
        ("values tried", _tried(ml), _tried(reml)),
        ("where the top is", _place(ml), _place(reml)),
    ]
    return rows


def h_cell(fit: LMMFit) -> str:
    """The estimate of h, a dash for none."""
    return h_words(fit.h2, IN_A_TABLE) if fit.maxima else "–"


def _loglik(fit: LMMFit) -> str:
    return f"{fit.loglik:,.3f}".replace("-", "−") if np.isfinite(fit.loglik) else "–"


def _tried(fit: LMMFit) -> str:
    """By the sweep, and by Brent's method on the highest hill."""
    return f"{sweep_size(fit)} + {len(tries(fit.trace))}" if fit.trace else "–"


def _share(fit: LMMFit) -> str:
    """Of the average individual's variance, what follows kinship."""
    return number(average_share(fit.h2, fit.eigen.mean_diagonal), 3) if fit.maxima else "–"


def interval_cell(view: View, method: str) -> str:
    """The 95% profile interval of h, a dash for none."""
    interval = view.methods[method].interval
    if interval is None:
        return "–"
    return f"{h_words(interval.lower, IN_A_TABLE)}–{h_words(interval.upper, IN_A_TABLE)}"


def _place(fit: LMMFit) -> str:
    return {
        "interior": "between 0 and 1",
        "lower_boundary": "at 0",
        "upper_boundary": "at 1",
        "unbounded": "no top: rises without end",
        "flat": "no top: flat",
    }[fit.status]


def about_estimates(view: View) -> str:
    """What is to be known of the table, as far as it is true of these fits."""
    fits = (view.ml, view.reml)
    words = []
    if any(fit.maxima for fit in fits):
        words.append(
            "The interval goes from the first h within 1.92 of the top to the last."
            if any(len(fit.maxima) > 1 for fit in fits)
            else "The interval holds every h within 1.92 of the top."
        )
        unbounded = [name for name in ("ML", "REML") if view.fit(name).status == "unbounded"]
        if unbounded and all(view.fit(name).maxima for name in unbounded):
            words.append(
                f"What stands under {' and '.join(unbounded)} is about the highest hill that is "
                "finite."
            )
        if abs(view.reml.eigen.mean_diagonal - 1.0) > SAME_SCALE:
            words.append(
                "The share of the variance is the average individual’s, hκ/(hκ + 1 − h), with κ "
                "the mean of K’s diagonal."
            )
        words.append(
            "The SE of ĥ describes only how sharp the top is, and is not given at 0 or 1. Where it "
            "disagrees with the interval, trust the interval."
        )
        words.append("β ± standard error takes ĥ as known.")
        words.append("Values tried: by the sweep, then by Brent’s method on the highest hill.")
    words.append(
        "REML’s log-likelihood describes only what the covariates cannot explain, so it must not "
        "be compared with ML’s."
    )
    return " ".join(words)


def _plain(label: str) -> str:
    """A name from a file, safe inside a table of HTML and Markdown."""
    return escape(label, quote=False).replace("|", "&#124;")


# For a page that has the table, once.
TABLE_STYLE = (
    "<style>.estimates table{width:100%;font-size:0.9rem}.estimates th{text-align:left;"
    "white-space:nowrap}.estimates td,.estimates thead th+th{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}"
    ".estimates.by-ML td:nth-of-type(1),.estimates.by-REML td:nth-of-type(2),"
    ".st-key-chosen-ML .estimates td:nth-of-type(1),"
    ".st-key-chosen-REML .estimates td:nth-of-type(2){font-weight:650}</style>"
)


def estimates_table(view: View, method: str = "") -> str:
    """The estimates as an HTML table, with the column of a chosen method in bold.

    Without one it is the same for both, and a page that has it need not send it again: there the
    column is chosen by the key of the container, `chosen-` and the method.
    """
    kind = f"estimates by-{method}" if method else "estimates"
    listed = table(("estimate", "ML", "REML"), estimates(view), kind=kind, label="Estimates")
    small = "font-size:0.875rem;opacity:0.75;margin-top:0.6rem"
    return f'{listed}<p style="{small}">{about_estimates(view)}</p>'
