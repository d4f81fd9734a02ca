"""The estimates of a fit, as a table and as a record."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lmm_cli.console import Console
from lmm_cli.layout import aligned, number, wrapped

if TYPE_CHECKING:
    from lmm_cli.data import Model
    from lmm_core.certainty.intervals import Interval
    from lmm_core.fit import LMMFit
    from lmm_data.dataset import Problem

FIELDS = (
    "h2",
    "sigma2",
    "sigma2_g",
    "sigma2_e",
    "beta",
    "se_beta",
    "loglik",
    "n",
    "p",
    "status",
    "message",
    "reml",
)


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """A fit, what was fitted, and an interval for h if there is an estimate."""

    problem: "Problem"
    fit: "LMMFit"
    interval: "Interval | None"
    level: float


def estimates_text(found: Estimates, model: "Model", console: Console) -> str:
    """What was fitted, the table of estimates, and the status in a sentence."""
    problem, fit, width = found.problem, found.fit, console.width
    likelihood = "restricted log-likelihood" if fit.reml else "log-likelihood"
    title = f"{problem.trait} of {problem.n:,} individuals, by {'REML' if fit.reml else 'ML'}"
    rows = [("", "estimate", "std. error", f"{100 * found.level:g}% interval")]
    h_interval = found.interval
    rows.append(
        (
            "h, genetic share",
            number(fit.h2),
            "",
            f"{number(h_interval.lower)} to {number(h_interval.upper)}" if h_interval else "",
        )
    )
    rows += [
        ("sigma2, variance v", number(fit.sigma2), "", ""),
        ("sigma2_g, v·h", number(fit.sigma2_g), "", ""),
        ("sigma2_e, v·(1 − h)", number(fit.sigma2_e), "", ""),
        *(
            (f"b, {name}", number(estimate), number(se), interval)
            for name, estimate, se, interval in _coefficients(found)
        ),
        (likelihood, f"{fit.loglik:.3f}".replace("-", "−").replace("nan", "–"), "", ""),
    ]
    return "\n\n".join(
        [
            "\n".join(
                [console.paint(wrapped(title, width), "bold"), *_asides(found, model, width)],
            ),
            aligned(rows, width, numbers=(1, 2)),
            wrapped(fit.message, width),
        ]
    )


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
        "data": {
            "trait": problem.trait,
            "columns": problem.columns,
            "ids": problem.ids,
            "dropped": [{"id": label, "reason": why} for label, why in problem.dropped],
        },
    }


def _asides(found: Estimates, model: "Model", width: int) -> list[str]:
    """Who was left out, and which other traits and covariates there are."""
    from lmm_core.errors import some

    words = []
    dropped = found.problem.dropped
    if dropped:
        labels = some([label for label, _ in dropped])
        words.append(f"left out, for missing values: {len(dropped):,}, {labels}")
    if model.others:
        words.append(f"other traits, for --trait: {some(model.others, 6)}")
    if model.unused:
        words.append(f"covariates not in the model, for --use: {some(model.unused, 6)}")
    return [wrapped(line, width, "  ") for line in words]


def _coefficients(found: Estimates) -> list[tuple[str, float, float, str]]:
    """Name, estimate, standard error and interval of each coefficient."""
    from lmm_core.certainty.inference import coefficient_tests

    fit, names = found.fit, found.problem.columns
    if not fit.maxima:
        # Without an h there is no standard error.
        return [(name, float(b), float("nan"), "") for name, b in zip(names, fit.beta, strict=True)]
    from scipy.special import stdtrit

    tests = coefficient_tests(fit)
    reach = float(stdtrit(tests.df, 0.5 + found.level / 2.0)) * tests.se
    return [
        (
            name,
            float(b),
            float(se),
            f"{number(b - half)} to {number(b + half)}" if b == b else "a combination of others",
        )
        for name, b, se, half in zip(names, tests.beta, tests.se, reach, strict=True)
    ]
