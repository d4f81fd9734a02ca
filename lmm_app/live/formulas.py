"""The formulas of a fit with its numbers in them, at every h that a picture can be moved to.

A formula is a list of pieces: words that stand still, and numbers that move, each with the name of
the mark whose colour it has.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lmm_app.fit.text import number, plus_minus
from lmm_app.fit.view import View
from lmm_core import wls
from lmm_core.arrays import Floats
from lmm_core.likelihood import LikelihoodTerms, likelihood_terms

# Coefficients that are written out; a model with more has them in the table of estimates.
MOST = 3


def formulas(view: View, method: str, h2: Floats) -> list[dict[str, Any]]:
    """The lines beside the profile, from V(h) to the log-likelihood."""
    rotated = view.reml.rotated
    terms = likelihood_terms(rotated, h2, reml=method == "REML")
    return [
        covariance_line(h2),
        weights_line(rotated.values, h2),
        coefficients_line(view, method, h2, terms),
        variance_line(view, method, terms),
        loglik_line(view, method, terms),
    ]


def covariance_line(h2: Floats) -> dict[str, Any]:
    """V(h)/v = hK + (1-h)I."""
    return _line(
        "how errors move together",
        ["V/v = ", _live("h", map(share, h2)), "·K + ", _live("h", map(share, 1.0 - h2)), "·I"],
    )


def weights_line(values: Floats, h2: Floats) -> dict[str, Any]:
    """w = 1/(hλ + 1-h), and from where to where it goes."""
    with np.errstate(divide="ignore"):
        low = 1.0 / (h2 * values.max() + 1.0 - h2)
        high = 1.0 / (h2 * values.min() + 1.0 - h2)
    between = [f"{number(a, 3)} to {number(b, 3)}" for a, b in zip(low, high, strict=True)]
    return _line(
        "the weight of an eigen-direction",
        [
            "w = 1/(",
            _live("h", map(share, h2)),
            "·λ + ",
            _live("h", map(share, 1.0 - h2)),
            "): ",
            _live("w", between),
        ],
    )


def coefficients_line(
    view: View, method: str, h2: Floats, terms: LikelihoodTerms
) -> dict[str, Any]:
    """β̂ = (X̃'WX̃)⁻¹X̃'Wỹ with its standard errors."""
    rotated = view.reml.rotated
    kept = [int(j) for j in rotated.kept]
    # The intercept comes last: the covariates are what is asked about.
    shown = (kept[1:] + kept[:1])[:MOST]
    texts: dict[int, list[str]] = {j: [] for j in shown}
    for place, h in enumerate(h2):
        at = wls(rotated, float(h))
        for j in shown:
            # Where a direction without variance does not fit, v̂ is infinite; β̂ stands alone.
            with np.errstate(invalid="ignore"):
                se = float(np.sqrt(terms.sigma2[place] * at.unscaled_covariance[j, j]))
            texts[j].append(plus_minus(float(at.beta[j]), se))
    pieces: list[Any] = ["β̂ = (X̃′WX̃)⁻¹X̃′Wỹ: "]
    for place, j in enumerate(shown):
        pieces += [f"{', ' if place else ''}{view.problem.columns[j]} ", _live("beta", texts[j])]
    left_out = len(kept) - len(shown)
    if left_out:
        pieces.append(f" and {left_out} more")
    return _line("weighted least squares", pieces)


def variance_line(view: View, method: str, terms: LikelihoodTerms) -> dict[str, Any]:
    """v̂ = RSS/(n-p), or RSS/n by ML."""
    n, p = view.problem.n, view.reml.p
    by, count = ("n−p", n - p) if method == "REML" else ("n", n)
    return _line(
        "what is left over",
        [
            f"v̂ = Σwr²/({by}) = " if method == "REML" else "v̂ = Σwr²/n = ",
            _live(method, (number(rss) for rss in terms.rss)),
            f"/{count} = ",
            _live(method, (number(v) for v in terms.sigma2)),
        ],
    )


def loglik_line(view: View, method: str, terms: LikelihoodTerms) -> dict[str, Any]:
    """ℓ with every term of it as a number."""
    n, p = view.problem.n, view.reml.p
    m = n - p if method == "REML" else n
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = m * np.log(2.0 * np.pi * terms.sigma2)
        extra = terms.log_det_xtwx - terms.log_det_xtx
    pieces: list[Any] = [
        f"ℓ = −½[{m}·log 2πv̂ + Σlog d + {m}",
        " + log|X̃′WX̃| − log|X′X|" if method == "REML" else "",
        "] = −½[",
        _live(method, (number(value) for value in spread)),
        " + ",
        _live("w", (signed(value) for value in terms.log_det_d)),
        f" + {m}",
    ]
    if method == "REML":
        pieces += [" + ", _live("beta", (signed(value) for value in extra))]
    pieces += ["] = ", _live(method, (number(value, 7) for value in terms.loglik))]
    title = "the restricted log-likelihood" if method == "REML" else "the log-likelihood"
    return _line(title, [piece for piece in pieces if piece != ""])


def share(h2: float) -> str:
    """A share of the variance: two decimals, more if it needs them."""
    two = round(float(h2), 2)
    return f"{two:.2f}" if abs(two - h2) < 1e-9 else f"{h2:.4f}"


def signed(value: float) -> str:
    """A number that is added: in brackets where it is negative."""
    words = number(value)
    return f"({words})" if words.startswith("−") else words


def _live(mark: str, texts: Iterable[str]) -> dict[str, Any]:
    return {"f": mark, "of": list(texts)}


def _line(title: str, pieces: list[Any]) -> dict[str, Any]:
    return {"title": title, "pieces": pieces, "note": ""}
