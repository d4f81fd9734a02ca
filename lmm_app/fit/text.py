"""Words for results: sentences, tables and alternative texts, computed from the fit alone."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from lmm_app.fit.view import Comparison, View
from lmm_core import LMMFit, se_h2
from lmm_core.brent import TraceStep
from lmm_core.scales import average_share
from lmm_data.records import records_words

STEP_NAME: Mapping[str, str] = MappingProxyType(
    {
        "initial": "first point",
        "golden": "golden section",
        "parabolic": "parabola",
        "boundary": "end of [0, 1]",
    }
)


ABOUT_ESTIMATES = (
    "95%: where the profile is within 1.92 of its maximum. Share of the variance: the average "
    "individual's, hκ/(hκ + 1 − h) with κ the mean of K's diagonal. SE of h: approximate, by "
    "observed information, and none is given at an end of [0, 1]. β ± standard error, given h. "
    "REML's log-likelihood describes only the part of the data that the covariates cannot explain, "
    "so it must not be compared with ML's."
)


def number(value: float, digits: int = 4) -> str:
    """A number for reading: significant digits, a true minus sign, and a dash for none."""
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    size = abs(value)
    if 1e-3 <= size < 1e6:
        decimals = max(0, digits - 1 - int(np.floor(np.log10(size))))
        text = f"{value:,.{decimals}f}"
    else:
        text = f"{value:.{digits - 1}e}"
    return text.replace("-", "−")


def plus_minus(value: float, error: float) -> str:
    """An estimate and its standard error, to two significant digits of the error."""
    if not (np.isfinite(value) and np.isfinite(error) and error > 0):
        return number(value)
    decimals = 1 - int(np.floor(np.log10(error)))
    if not 0 <= decimals <= 6:
        return f"{number(value)} ± {number(error, 2)}"
    return f"{value:,.{decimals}f} ± {error:,.{decimals}f}".replace("-", "−")


def share(h2: float) -> str:
    """A share of the variance: two decimals, more if it needs them."""
    two = round(float(h2), 2)
    return f"{two:.2f}" if abs(two - h2) < 1e-9 else f"{h2:.4f}"


def seconds(value: float) -> str:
    """A duration in the unit that suits it."""
    if np.isnan(value):
        return "–"
    if value < 1e-3:
        return f"{value * 1e6:.0f} µs"
    if value < 1.0:
        return f"{value * 1e3:.1f} ms"
    return f"{value:.1f} s"


def facts(view: View) -> str:
    """Who was fitted: individuals, covariates, who was left out."""
    problem, fit = view.problem, view.reml
    words = [records_words(problem.n, problem.individuals), ", ".join(problem.columns)]
    if problem.dropped:
        names = ", ".join(label for label, _ in problem.dropped[:3])
        more = " …" if len(problem.dropped) > 3 else ""
        words.append(f"{len(problem.dropped)} left out for missing values ({names}{more})")
    if fit.rotated.aliased.size:
        aliased = ", ".join(problem.columns[j] for j in fit.rotated.aliased)
        words.append(f"without a coefficient, being a combination of other columns: {aliased}")
    return literal(" · ".join(words))


def estimates(view: View) -> list[tuple[str, str, str]]:
    """Rows of the table of estimates: name, by ML, by REML."""
    ml, reml = view.ml, view.reml
    rows = [
        ("h", number(ml.h2), number(reml.h2)),
        ("95% of h", _interval(view, "ML"), _interval(view, "REML")),
        ("share of the variance", _share(ml), _share(reml)),
        ("SE of h", number(se_h2(ml), 2), number(se_h2(reml), 2)),
        ("σ²<sub>g</sub> = v·h", number(ml.sigma2_g), number(reml.sigma2_g)),
        ("σ²<sub>e</sub> = v·(1−h)", number(ml.sigma2_e), number(reml.sigma2_e)),
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
        ("log-likelihood", number(ml.loglik, 7), number(reml.loglik, 7)),
        ("evaluations", f"{ml.n_eval}", f"{reml.n_eval}"),
        ("maximum", _place(ml), _place(reml)),
    ]
    return rows


def _share(fit: LMMFit) -> str:
    """Of the average individual's variance, what follows kinship."""
    return number(average_share(fit.h2, fit.eigen.mean_diagonal), 3) if fit.maxima else "–"


def _interval(view: View, method: str) -> str:
    interval = view.methods[method].interval
    return "–" if interval is None else f"{interval.lower:.3f}–{interval.upper:.3f}"


def _place(fit: LMMFit) -> str:
    return {
        "interior": "inside",
        "lower_boundary": "at 0",
        "upper_boundary": "at 1",
        "unbounded": "unbounded",
        "flat": "none: flat",
    }[fit.status]


def literal(words: str) -> str:
    """Words that hold names from a file, for Markdown to show unchanged."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", " ".join(words.split()))


def _plain(label: str) -> str:
    """A name from a file, safe inside a table of HTML and Markdown."""
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "&#124;")):
        label = label.replace(mark, entity)
    return label


# For a page that has the table, once.
TABLE_STYLE = (
    "<style>.estimates table{width:100%;font-size:0.9rem}.estimates th{text-align:left;"
    "white-space:nowrap}.estimates td,.estimates thead th+th{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}.estimates td.chosen{font-weight:650}</style>"
)


def estimates_table(view: View, method: str) -> str:
    """The estimates as an HTML table, the chosen method's column in bold."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("ML", "REML"))
    body = ""
    for name, ml, reml in estimates(view):
        cells = "".join(
            f'<td class="chosen">{value}</td>' if column == method else f"<td>{value}</td>"
            for value, column in ((ml, "ML"), (reml, "REML"))
        )
        body += f'<tr><th scope="row">{name}</th>{cells}</tr>'
    return (
        '<div class="estimates" tabindex="0" role="region" aria-label="Estimates" '
        'style="overflow-x:auto"><table><thead><tr>'
        f'<th scope="col">estimate</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f'<p style="font-size:0.875rem;opacity:0.75;margin-top:0.6rem">{ABOUT_ESTIMATES}</p>'
    )


def trace_rows(steps: tuple[TraceStep, ...]) -> list[dict[str, object]]:
    """The search as rows of a table."""
    return [
        {
            "evaluation": step.iteration,
            "step": STEP_NAME[step.procedure],
            "h": step.h2,
            "log-likelihood": step.loglik,
            "bracket from": step.lower,
            "to": step.upper,
            "best h so far": step.best_h2,
        }
        for step in steps
    ]


def search_sentence(fit: LMMFit) -> str:
    """What Brent's method did in a fit."""
    if fit.status == "flat":
        return "No h is better than another, so there was nothing to search for."
    if not fit.trace:
        return "There is no finite maximum to search for."
    return steps_sentence(fit.trace)


def steps_sentence(trace: tuple[TraceStep, ...]) -> str:
    """What Brent's method did in a search, and what came after it."""
    inside = [step for step in trace if step.procedure != "boundary"]
    golden = sum(step.procedure in ("initial", "golden") for step in inside)
    last = inside[-1]
    after = (
        "Then both ends were looked at."
        if len(inside) < len(trace)
        else f"It ended at h = {last.best_h2:.4f}."
    )
    return (
        f"Brent's method looked at {len(inside)} values of h, {golden} by golden section and "
        f"{len(inside) - golden} at the top of a parabola through three earlier points. Its "
        f"bracket shrank from [{_short(inside[0].lower)}, {_short(inside[0].upper)}] to a width "
        f"of {number(last.upper - last.lower, 2)}. {after}"
    )


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def comparison_sentence(comparison: Comparison) -> str:
    """Whether both least squares gave the same β̂, and at what cost."""
    weighted = seconds(comparison.weighted_seconds)
    if comparison.dense is None:
        return (
            "V(h) is singular here, so general least squares has no answer; the weighted fit "
            f"({weighted}) is its limit."
        )
    ratio = comparison.dense_seconds / comparison.weighted_seconds
    return (
        f"β̂ by general least squares with the full V: {seconds(comparison.dense_seconds)}. "
        f"By weighted least squares after the rotation: {weighted}, {ratio:,.0f} times faster. "
        f"They differ by {number(comparison.difference, 1)}, relative to β̂ or its standard error."
    )


def profile_alt(view: View, method: str, trace: tuple[TraceStep, ...] = ()) -> str:
    """Alternative text of the profile picture, with the fit's own search or another one on it."""
    fit = view.fit(method)
    if not fit.maxima:
        return f"Profile log-likelihood of h by ML and REML. {fit.message}"
    drops = []
    for end, step in zip(("0", "1"), fit.trace[-2:], strict=True):
        if np.isfinite(step.loglik) and step.h2 != fit.h2:
            drops.append(f"{number(fit.loglik - step.loglik, 3)} below it at h = {end}")
    search = steps_sentence(trace) if trace else search_sentence(fit)
    what = "is highest" if fit.status != "unbounded" else "has its best finite maximum"
    return (
        f"Profile log-likelihood of h by ML and REML. The {method} curve {what} at h = "
        f"{fit.h2:.3f}{', ' + ' and '.join(drops) if drops else ''}. {search}"
    )
