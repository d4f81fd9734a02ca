"""A search as it is shown: every try with its words, its parabola and what is left to go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lmm_app.fit.text import STEP_NAME, number, short, sweep_size, tries
from lmm_core import LMMFit, log_likelihood, maximize_brent
from lmm_core.brent import BrentResult, TraceStep
from lmm_core.certainty import Interval
from lmm_core.rotation import RotatedData
from lmm_core.summary import h_words

# Tries closer than this in h are not numbered on the curve, only in their own rows.
LABEL_GAP = 0.025
KINDS = {**STEP_NAME, "answer": "the answer"}


@dataclass(frozen=True, slots=True)
class Search:
    """A search by Brent's method: its trace and what it answers.

    Attributes:
        trace: every evaluation in order.
        answer: the h that it ends with.
        loglik: the log-likelihood there.
        polished: whether the answer was refined on the slope after the search.
        sweep: how many values were tried before it, and how many hills they showed; of a search
            that had none before it, (0, 0).
        endless: whether the curve rises without end as h nears 1, and the answer is a hill below.
    """

    trace: tuple[TraceStep, ...]
    answer: float
    loglik: float
    polished: bool
    sweep: tuple[int, int] = (0, 0)
    endless: bool = False


def own_search(fit: LMMFit) -> Search:
    """The search that found the estimate."""
    return Search(
        fit.trace,
        fit.h2,
        fit.loglik,
        polished=True,
        sweep=(sweep_size(fit), len(fit.maxima)),
        endless=fit.status == "unbounded",
    )


def search_between(
    rotated: RotatedData, lower: float, upper: float, xtol: float, *, reml: bool
) -> Search:
    """One search of an interval, with nothing before it and nothing after."""
    found: BrentResult = maximize_brent(
        lambda h: log_likelihood(rotated, h, reml=reml), lower, upper, xtol=xtol
    )
    return Search(found.trace, found.x, found.fun, polished=False)


def search_picture(search: Search, top: float, interval: Interval | None = None) -> dict[str, Any]:
    """The search for the browser; heights are relative to `top`.

    Args:
        search: what is shown.
        top: the log-likelihood that heights are drawn from.
        interval: of the estimate, which is said with the answer of the fit's own search.
    """
    steps = _steps(search, top, interval)
    distances = [s["distance"] for s in steps if s["distance"] and s["kind"] in _INSIDE]
    lowest = 10.0 ** np.floor(np.log10(min(distances, default=0.1)))
    return {
        "steps": steps,
        "kinds": KINDS,
        "alt": _rows_alt(search),
        "none": "There was nothing to search for.",
        "distance": {
            "lowest": float(lowest),
            "highest": 1.0,
            "alt": _distance_alt(distances),
        },
    }


_INSIDE = ("initial", "golden", "parabolic")


def _steps(search: Search, top: float, interval: Interval | None) -> list[dict[str, Any]]:
    trace, count = search.trace, len(search.trace) + 1
    before = sweep_words(search)
    if not trace:
        return []
    alone = _alone([*(step.h2 for step in trace), search.answer])
    three = parabola_points(trace)
    steps: list[dict[str, Any]] = [
        {
            "i": step.iteration,
            "kind": step.procedure,
            "h": step.h2,
            "y": _height(step.loglik, top),
            "lower": step.lower,
            "upper": step.upper,
            "number": alone[place] and step.procedure != "boundary",
            # A try that is the answer has no place on a logarithmic scale.
            "distance": abs(step.h2 - search.answer) or None,
            "words": before * (place == 0) + step_words(step, len(tries(trace)), search.loglik),
            "parabola": _parabola(three[place], top, step.h2),
        }
        for place, step in enumerate(trace)
    ]
    steps.append(
        {
            "i": count,
            "kind": "answer",
            "h": search.answer,
            "y": _height(search.loglik, top),
            "lower": trace[-1].lower,
            "upper": trace[-1].upper,
            "number": False,
            "distance": 0.0,
            "words": answer_words(search, interval),
            "parabola": None,
        }
    )
    return steps


def _height(loglik: float, top: float) -> float:
    """The height above `top`, which JSON cannot hold where it is infinite."""
    return float(np.clip(loglik - top, -1e9, 1e9))


def sweep_words(search: Search) -> str:
    """What came before the first try of the fit's own search, and which hill it climbs."""
    sweep, hills = search.sweep
    if not sweep:
        return ""
    if search.endless:
        found = "the rise at h = 1, which has no top, and this hill"
    elif hills == 1:
        found = "one hill"
    else:
        found = f"{hills} hills, and this search climbs the highest, from valley to valley"
    return f"A sweep of {sweep} values found {found}. "


def step_words(step: TraceStep, count: int, best: float) -> str:
    """One try in words, or the comparison with an end.

    Args:
        step: what was tried.
        count: how many values the search tried, without the ends.
        best: the log-likelihood of the answer.
    """
    if step.procedure == "boundary":
        return f"Also compared: the end h = {step.h2:.0f}, {_end_words(step, best)}."
    what = {
        "initial": "first point, a golden-section cut",
        "golden": "golden-section cut",
        "parabolic": "top of a parabola",
    }[step.procedure]
    return (
        f"Try {step.iteration} of {count}: {what}, h = {step.h2:.4f}, ℓ = {_loglik(step.loglik)}; "
        f"bracket {short(step.lower)} to {short(step.upper)}."
    )


def _end_words(step: TraceStep, best: float) -> str:
    """How high the curve is at an end, and how far below its answer."""
    if step.loglik == np.inf:
        return "where the curve rises without end"
    if step.loglik == -np.inf:
        return "ℓ = −∞"
    drop = best - step.loglik
    if drop <= 0.0:
        return f"ℓ = {_loglik(step.loglik)}, the top itself"
    below = "less than 0.01" if drop < 0.005 else _loglik(drop)
    return f"ℓ = {_loglik(step.loglik)}, {below} below the top"


def answer_words(search: Search, interval: Interval | None = None) -> str:
    """What the search ends with, in words; ĥ has its interval with it."""
    best = h_words(search.answer, 4)
    if not search.polished:
        return f"The best value tried: h = {best}."
    band = "" if interval is None else f" ({h_words(interval.lower)} to {h_words(interval.upper)})"
    if search.endless:
        how = ", refined until the slope is zero" if 0.0 < search.answer < 1.0 else ""
        return f"The top of the highest finite hill{how}: h = {best}{band}."
    if 0.0 < search.answer < 1.0:
        return f"The best value tried, refined until the slope is zero: ĥ = {best}{band}."
    return f"The curve is highest at the end itself: ĥ = {best}{band}."


def _loglik(value: float) -> str:
    return f"{value:,.2f}".replace("-", "−")


def parabola_points(
    trace: Sequence[TraceStep],
) -> list[tuple[tuple[float, float], ...] | None]:
    """The three points under the parabola of each parabolic step, None for other steps.

    They are the best point so far, the second best, and the second best before it, which the
    search keeps by Brent's rule: it is followed here from the trace alone.

    References:
        Brent 1973, chapter 5, procedure `localmin`.
    """
    found: list[tuple[tuple[float, float], ...] | None] = []
    x = w = v = (np.nan, -np.inf)
    for step in trace:
        u = (step.h2, step.loglik)
        if step.procedure == "initial":
            x = w = v = u
            found.append(None)
            continue
        found.append((x, w, v) if step.procedure == "parabolic" else None)
        if step.procedure == "boundary":
            continue
        if u[1] >= x[1]:
            v, w, x = w, x, u
        elif u[1] >= w[1] or w[0] == x[0]:
            v, w = w, u
        elif u[1] >= v[1] or v[0] in (x[0], w[0]):
            v = u
    return found


def _parabola(
    three: tuple[tuple[float, float], ...] | None, top: float, vertex: float
) -> dict[str, Any] | None:
    if three is None:
        return None
    h = np.array([point[0] for point in three])
    y = np.array([point[1] for point in three]) - top
    if not np.isfinite(y).all() or np.unique(h).size < 3:
        return None
    reach = 0.35 * max(np.ptp(h), 0.02)
    low, high = min(h.min(), vertex) - reach, max(h.max(), vertex) + reach
    return {
        "three": [[_drawn(a), _drawn(b)] for a, b in zip(h, y, strict=True)],
        "from": _drawn(max(low, 0.0)),
        "to": _drawn(min(high, 1.0)),
    }


def _drawn(value: float) -> float:
    """As many digits as a picture shows, and more."""
    return float(f"{value:.7g}")


def _alone(places: Sequence[float]) -> list[bool]:
    """Whether each place is far enough from all others for a number beside it."""
    h = np.asarray(places)
    gaps = np.abs(h[:, np.newaxis] - h[np.newaxis, :])
    np.fill_diagonal(gaps, np.inf)
    return [bool(gap >= LABEL_GAP) for gap in gaps.min(axis=1)]


def _rows_alt(search: Search) -> str:
    inside = [step for step in search.trace if step.procedure in _INSIDE]
    if not inside:
        return "No search: there is no top to search for."
    first, last = inside[0], inside[-1]
    return (
        f"The {len(inside)} values that the search tried, one below the other, each with its "
        f"bracket: from {short(first.lower)}–{short(first.upper)} to {last.lower:.4f}–"
        f"{last.upper:.4f} around h = {search.answer:.4f}."
    )


def _distance_alt(distances: Sequence[float]) -> str:
    if not distances:
        return "No search: there is no distance to show."
    return (
        "Distance of each try from the answer on a logarithmic scale, from "
        f"{number(distances[0], 2)} at first to {number(min(distances), 2)} at best."
    )
