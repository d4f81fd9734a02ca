"""Words for results: sentences, tables and alternative texts, computed from the fit alone."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from lmm_app.fit.times import Times
from lmm_app.fit.view import Comparison, View
from lmm_core import LMMError, LMMFit
from lmm_core.brent import TraceStep
from lmm_core.grid import profile_grid
from lmm_core.summary import h_words
from lmm_data.records import records_words

STEP_NAME: Mapping[str, str] = MappingProxyType(
    {
        "initial": "first point",
        "golden": "golden-section cut",
        "parabolic": "top of a parabola",
        "boundary": "end of [0, 1]",
    }
)
# As many digits as two double-precision numbers can share and still differ.
MOST_DIGITS = 15
# A mean diagonal of K so near to 1 is 1 for the eye.
SAME_SCALE = 0.005


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 4) -> str:
    """A number for reading: significant digits, a true minus sign, and a dash for none.

    Very small and very large ones are written with a power of ten, as in “2 × 10⁻¹⁵”.
    """
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
        digits_of, power = f"{value:.{digits - 1}e}".split("e")
        text = f"{digits_of} × 10{f'{int(power)}'.translate(_RAISED)}"
    return text.replace("-", "−")


def from_to(low: float, high: float, digits: int = 4) -> str:
    """Where numbers begin and end, or what all of them are to so many digits."""
    ends = number(low, digits), number(high, digits)
    return "from {} to {}".format(*ends) if ends[0] != ends[1] else f"all {ends[0]}"


def plus_minus(value: float, error: float) -> str:
    """An estimate and its standard error, to two significant digits of the error."""
    if not (np.isfinite(value) and np.isfinite(error) and error > 0):
        return number(value)
    decimals = 1 - int(np.floor(np.log10(error)))
    if not 0 <= decimals <= 6:
        return f"{number(value)} ± {number(error, 2)}"
    return f"{value:,.{decimals}f} ± {error:,.{decimals}f}".replace("-", "−")


def with_ends(h2: float, low: float, high: float) -> str:
    """ĥ and the ends of its interval, as in “0.57 (0.39 to 0.73)”."""
    return f"{h_words(h2)} ({h_words(low)} to {h_words(high)})"


def share(h2: float) -> str:
    """A share of the variance: two decimals, more if it needs them."""
    two = round(float(h2), 2)
    return f"{two:.2f}" if abs(two - h2) < 1e-9 else f"{h2:.4f}"


def seconds(value: float) -> str:
    """A duration in the unit that suits it, to two digits."""
    if not np.isfinite(value):
        return "–"
    for unit, size in (("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)):
        # What rounds to a thousand is said in the next unit.
        if value < 999.5 * size or unit == "s":
            rounded = float(f"{value / size:.2g}")
            return f"{number(rounded, 2)} {unit}"
    raise AssertionError("every duration has a unit")


def sweep_size(fit: LMMFit) -> int:
    """How many values of h the fit tries before it searches any hill, both ends among them."""
    return int(profile_grid(fit.rotated).size)


def tries(trace: Sequence[TraceStep]) -> list[TraceStep]:
    """The values that Brent's method itself tried, without the ends that are compared after it."""
    return [step for step in trace if step.procedure != "boundary"]


def facts(view: View) -> str:
    """Who was fitted: individuals, covariates, who was left out."""
    problem, fit = view.problem, view.reml
    named = ", ".join(problem.columns[1:])
    words = [
        records_words(problem.n, problem.individuals),
        f"covariates: {named}" if named else "no covariates",
    ]
    if problem.weighted_by:
        words.append(f"weights w: {problem.weighted_by}, residual variances v(1 − h)/w")
    said = f"{' · '.join(words)}."
    if problem.dropped:
        names = ", ".join(label for label, _ in problem.dropped[:3])
        more = f" and {len(problem.dropped) - 3:,} more" if len(problem.dropped) > 3 else ""
        said += f" {len(problem.dropped):,} left out for missing values ({names}{more})."
    if fit.rotated.aliased.size:
        aliased = ", ".join(problem.columns[j] for j in fit.rotated.aliased)
        one = fit.rotated.aliased.size == 1
        what = "it is a combination" if one else "they are combinations"
        said += f" No coefficient for {aliased}: {what} of other columns."
    return literal(said)


def literal(words: str) -> str:
    """Words that hold names from a file, for Markdown to show unchanged."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", " ".join(words.split()))


def names_option(error: LMMError) -> bool:
    """Whether the remedy of an error is an option of the command."""
    return " --" in f" {error.remedy}"


def said(error: LMMError) -> str:
    """An error as a sentence for Markdown; what begins with a file or a symbol begins with it.

    What the command takes as an option is decided on the page Data.
    """
    if names_option(error):
        error = error.anew("decide it on the page Data")
    words = literal(str(error))
    first = words.split(" ", 1)[0]
    symbol = len(first) == 1 and first != "a"
    plain = not error.where and first.isalpha() and first.islower() and not symbol
    return words[:1].upper() + words[1:] if plain else words


def trace_rows(steps: tuple[TraceStep, ...]) -> list[dict[str, object]]:
    """The search as rows of a table."""
    return [
        {
            "try": step.iteration,
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
    """What the sweep and Brent's method did in a fit."""
    if fit.status == "flat":
        return "No h fits better than another, so there was nothing to search for."
    if not fit.trace:
        return "There is no finite hill to climb."
    hills = len(fit.maxima)
    which = "it" if hills == 1 else f"each of its {hills} hills"
    return (
        f"A first sweep of {sweep_size(fit)} values found the shape of the curve, and Brent’s "
        f"method climbed {which}. {steps_sentence(fit.trace)}"
    )


def steps_sentence(trace: tuple[TraceStep, ...]) -> str:
    """What Brent's method did in one search, and what came after it."""
    inside = tries(trace)
    golden = sum(step.procedure in ("initial", "golden") for step in inside)
    first, last = inside[0], inside[-1]
    after = (
        "Then both ends were compared."
        if len(inside) < len(trace)
        else f"It ended at h = {last.best_h2:.4f}."
    )
    return (
        f"The search {'of the highest hill ' * (len(inside) < len(trace))}tried {len(inside)} "
        f"values of h: {golden} by golden-section cuts and {len(inside) - golden} at the top of a "
        f"parabola through three earlier points. Its bracket shrank from {short(first.lower)} to "
        f"{short(first.upper)} to a width of {number(last.upper - last.lower, 2)}. {after}"
    )


def short(value: float) -> str:
    """An end of a bracket, to four decimals, and 0 and 1 as they are."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def agreeing_digits(difference: float) -> int:
    """To how many digits two numbers agree that differ by so much, relative to their size."""
    if difference <= 0.0:
        return MOST_DIGITS
    return int(np.clip(np.floor(-np.log10(difference)), 0, MOST_DIGITS))


def comparison_sentence(comparison: Comparison) -> str:
    """Whether both least squares gave the same β̂."""
    if comparison.dense is None:
        return (
            "this V has no inverse, so generalised least squares has no answer. Weighted least "
            "squares gives the limit as h nears 1."
        )
    if not comparison.agree:
        return (
            "generalised and weighted least squares differ by "
            f"{number(comparison.difference, 1)}, relative to β̂ or its standard error."
        )
    return (
        "generalised and weighted least squares give the same β̂, to "
        f"{agreeing_digits(comparison.difference)} digits."
    )


def times_sentence(times: Times) -> str:
    """What the rotation costs, what each h costs with it and without, and when it pays."""
    if not times.complete:
        return ""
    start = (
        f"Decomposition and rotation: {seconds(times.decomposition)}, once. Then "
        f"{seconds(times.weighted)} for each h; without the rotation, {seconds(times.dense)}."
    )
    if times.pays_from is None:
        return f"{start} With so few individuals it saves no time."
    return f"{start} The rotation is faster from {times.pays_from:,} values of h on."


def profile_caption(view: View, method: str) -> str:
    """What is drawn of the profile, as far as it is there."""
    fit = view.fit(method)
    if view.reml.rotated.exact:
        return "There is no curve: nothing of the trait is left for any h to explain."
    words = ["Each curve is drawn from its own top: REML solid, ML dashed."]
    if fit.status == "flat":
        words.append(f"By {method} both ends are equally high: no h fits better than another.")
    if view.ml.status == "unbounded":
        words.append("ML’s curve leaves the picture at its right edge.")
    if fit.maxima:
        which = " of its highest finite hill" if fit.status == "unbounded" else ""
        words.append(f"The band is the 95% profile interval{which} by {method}.")
    if fit.trace:
        words.append("The numbered marks are the values that Brent’s method tried.")
    return " ".join(words)


def profile_alt(view: View, method: str, trace: tuple[TraceStep, ...] = ()) -> str:
    """Alternative text of the profile picture, with the fit's own search or another one on it."""
    fit = view.fit(method)
    if not fit.maxima:
        return f"Profile log-likelihood of h by ML and REML. {fit.message}"
    drops = []
    for end, step in zip(("0", "1"), fit.trace[-2:], strict=True):
        if np.isfinite(step.loglik) and step.h2 != fit.h2:
            drops.append(f"{number(fit.loglik - step.loglik, 3)} below it at h = {end}")
    search = steps_sentence(trace) if trace and trace != fit.trace else search_sentence(fit)
    what = "is highest" if fit.status != "unbounded" else "has its highest finite hill"
    return (
        f"Profile log-likelihood of h by ML and REML. The {method} curve {what} at h = "
        f"{fit.h2:.3f}{', ' + ' and '.join(drops) if drops else ''}. {search}"
    )
