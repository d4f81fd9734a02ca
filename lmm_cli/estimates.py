"""The estimates of a fit, as a table and as a record."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lmm_cli.console import Console
from lmm_core.errors import in_digits
from lmm_core.summary import FIELDS, aligned, estimate_rows, h_words
from lmm_data.records import records_words

if TYPE_CHECKING:
    from lmm_cli.data import Model
    from lmm_core.certainty.intervals import Interval
    from lmm_core.fit import LMMFit
    from lmm_data.dataset import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """A fit, what was fitted, and an interval for h if there is an estimate.

    Attributes:
        problem: what was fitted.
        fit: its fit.
        interval: the profile interval of h, None without an estimate.
        level: its coverage.
        exact: the exact interval of h, or why there is none; None where nobody asked for it.
    """

    problem: "Problem"
    fit: "LMMFit"
    interval: "Interval | None"
    level: float
    exact: "Interval | str | None" = None


def estimates_text(found: Estimates, model: "Model", console: Console) -> str:
    """What was fitted, the table of estimates, and the status in a sentence."""
    from lmm_data.liability import liability_words

    problem, fit = found.problem, found.fit
    who = records_words(problem.n, problem.individuals)
    title = f"{problem.trait} of {who}, by {'REML' if fit.reml else 'ML'}"
    interval = (found.interval.lower, found.interval.upper) if found.interval else None
    rows = estimate_rows(fit, problem.columns, level=found.level, h_interval=interval)
    head = [console.paint(console.wrapped(title), "bold"), *_asides(found, model, console)]
    table = aligned(rows, console.width, numbers=(1, 2))
    said = [fit.message, _exact(found), liability_words(problem, fit, found.interval)]
    return "\n\n".join(["\n".join(head), table, *map(console.wrapped, filter(None, said))])


def estimates_record(found: Estimates) -> dict[str, object]:
    """The fit by the names of `LMMFit`, its interval, and what was fitted, for JSON."""
    fit, problem = found.fit, found.problem
    return {
        "fit": {
            **{name: getattr(fit, name) for name in FIELDS},
            "maxima": [asdict(maximum) for maximum in fit.maxima],
            "trace": [asdict(step) for step in fit.trace],
        },
        "interval": asdict(found.interval) if found.interval else None,
        **_exact_record(found),
        "data": {
            "trait": problem.trait,
            "columns": problem.columns,
            "weights": problem.weighted_by or None,
            "ids": problem.ids,
            "individuals": problem.individuals,
            "dropped": [{"id": label, "reason": why} for label, why in problem.dropped],
        },
    }


def _exact(found: Estimates) -> str:
    """The exact interval in a sentence, or why there is none; nothing where nobody asked."""
    exact = found.exact
    if exact is None:
        return ""
    if isinstance(exact, str):
        return f"No exact interval: {exact}."
    error = f", ± {in_digits(exact.error, 1)}" if exact.error else ""
    return (
        f"Exact {in_digits(100 * exact.level, 6)}% interval of h: {h_words(exact.lower)} to "
        f"{h_words(exact.upper)} (simulated{error})."
    )


def _exact_record(found: Estimates) -> dict[str, object]:
    exact = found.exact
    if exact is None:
        return {}
    return {"exact_interval": None if isinstance(exact, str) else asdict(exact)}


def _asides(found: Estimates, model: "Model", console: Console) -> list[str]:
    """Who was left out, and which other traits and covariates there are."""
    from lmm_core.errors import some

    words = []
    if found.problem.weighted_by:
        words.append(
            f"weighted by {found.problem.weighted_by}: the residual variance of weight w is "
            "v·(1 − h)/w"
        )
    dropped = found.problem.dropped
    if dropped:
        labels = some([label for label, _ in dropped])
        words.append(f"left out, for missing values: {len(dropped):,}, {labels}")
    if model.others:
        words.append(f"other traits, for --trait: {some(model.others, 6)}")
    if model.unused:
        words.append(f"covariates not in the model, for --use: {some(model.unused, 6)}")
    return [console.wrapped(line, "  ") for line in words]
