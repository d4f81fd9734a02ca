"""What 10,000 samples say of the estimate, under each of a row of true h; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lmm_app.fit.view import View
from lmm_app.sure.sweep import Sweep, design
from lmm_core.arrays import Floats, read_only
from lmm_core.certainty import Contrasts, Interval
from lmm_core.progress import Progress

DRAWS = 10_000
COUNT = 51
TAIL = 0.025
# Of the ends of the tails interval, in h.
RESOLUTION = 5e-4
# How far to both sides the slope of a tail is taken, for the error of an end.
REACH = 0.02
# The seed of the samples on which `interval_h2` rests.
FIRST_SEED = 1
# Bars are at most a quarter of the standard deviation wide, but for the narrowest.
BINS = (50, 100, 200, 400)
BARS_IN_SD = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The estimates by one method, by the true h: arrays of shape (COUNT,).

    Attributes:
        shares: of the samples in each bar, those at the very ends left out, (COUNT, bins).
        at_zero, at_one: shares of those exactly there.
        mean, sd: of the estimates.
        observed: the estimate from the data, None where there is none.
        at_most, at_least: shares of the samples as low as the observed, and as high.
        interval: the true h under which neither is below 2.5%, and how well the samples know its
            ends; None without an estimate, or where it was not to be read off.
    """

    shares: Floats
    at_zero: Floats
    at_one: Floats
    mean: Floats
    sd: Floats
    observed: float | None
    at_most: Floats
    at_least: Floats
    interval: Interval | None


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """The distribution of the estimate for one kinship and its covariates.

    Attributes:
        h2: the true h, shape (COUNT,).
        edges: of the bars, shape (bins + 1,).
        sides: by method; one that has no distribution is missing.
        refused: why.
        n, copies: individuals, and how often the families of the data are there.
        draws, seed: how many samples, and what makes them.
    """

    h2: Floats
    edges: Floats
    sides: Mapping[str, Side]
    refused: Mapping[str, str]
    n: int
    copies: int
    draws: int
    seed: int


def build_distribution(
    view: View,
    pairs: Contrasts,
    copies: int,
    seed: int,
    progress: Progress,
    draws: int = DRAWS,
    read_off: bool = True,
) -> Distribution:
    """Sample the estimates under every true h, from the same chi-squares.

    Args:
        view: both fits of the data.
        pairs: their contrasts.
        copies: how often the families are there, with the same covariates.
        seed: of the samples, from 1; the first has the chi-squares of `interval_h2`.
        progress: called with the share that is done.
        draws: how many samples.
        read_off: whether to read the tails interval off these samples.
    """
    of = design(pairs, copies)
    sweep = Sweep(of, rng=np.random.default_rng(seed - 1), draws=draws)
    h2 = np.round(np.linspace(0.0, 1.0, COUNT), 2)
    progress(0.1)
    found: dict[str, list[Floats]] = {method: [] for method in sweep.methods}
    for k, true in enumerate(h2):
        for method, estimates in sweep.estimates(float(true)).items():
            found[method].append(estimates)
        progress(0.1 + 0.8 * (k + 1) / COUNT)
    samples = {method: np.stack(rows) for method, rows in found.items()}
    edges = _edges(samples)
    sides = {m: _side(view, sweep, m, h2, samples[m], edges, read_off) for m in sweep.methods}
    progress(1.0)
    return Distribution(
        h2=read_only(h2),
        edges=read_only(edges),
        sides=MappingProxyType(sides),
        refused=MappingProxyType(sweep.refused),
        n=of.n,
        copies=copies,
        draws=draws,
        seed=seed,
    )


def observed(view: View, method: str) -> float | None:
    """The estimate that the samples are compared with, None without one."""
    fit = view.fit(method)
    return fit.h2 if fit.maxima and fit.status != "unbounded" else None


def _edges(samples: Mapping[str, Floats]) -> Floats:
    """Edges of bars that show the narrower half of the distributions."""
    spread = min((float(np.median(rows.std(axis=1))) for rows in samples.values()), default=1.0)
    if spread == 0.0:
        # A method that always gives the same answer.
        return np.linspace(0.0, 1.0, BINS[0] + 1)
    bins = next((bins for bins in BINS if BARS_IN_SD / bins <= spread), BINS[-1])
    return np.linspace(0.0, 1.0, bins + 1)


def _side(
    view: View,
    sweep: Sweep,
    method: str,
    h2: Floats,
    samples: Floats,
    edges: Floats,
    read_off: bool,
) -> Side:
    at_zero, at_one = (samples == 0.0).mean(axis=1), (samples == 1.0).mean(axis=1)
    shares = np.stack(
        [np.histogram(row[(row > 0.0) & (row < 1.0)], edges)[0] / row.size for row in samples]
    )
    seen = observed(view, method)
    at_most = at_least = np.full(h2.size, np.nan)
    interval = None
    if seen is not None:
        at_most, at_least = (samples <= seen).mean(axis=1), (samples >= seen).mean(axis=1)

        def tails(true: float) -> tuple[float, float]:
            estimates = sweep.estimates(true, (method,))[method]
            return float((estimates <= seen).mean()), float((estimates >= seen).mean())

        if read_off:
            lower = _crossing(h2, at_least, lambda true: tails(true)[1])
            upper = 1.0 - _crossing(
                1.0 - h2[::-1], at_most[::-1], lambda left: tails(1.0 - left)[0]
            )
            error = max(
                _error(h2, tail, end, sweep.draws)
                for tail, end in ((at_least, lower), (at_most, upper))
            )
            interval = Interval(lower, upper, 1.0 - 2.0 * TAIL, "tails", error)
    return Side(
        shares=read_only(shares),
        at_zero=read_only(at_zero),
        at_one=read_only(at_one),
        mean=read_only(samples.mean(axis=1)),
        sd=read_only(samples.std(axis=1)),
        observed=seen,
        at_most=read_only(at_most),
        at_least=read_only(at_least),
        interval=interval,
    )


def _crossing(h2: Floats, tail: Floats, tail_at: Callable[[float], float]) -> float:
    """The lowest h at which a tail probability reaches 2.5%; 1 if none does.

    Args:
        h2: ascending, from 0 to 1.
        tail: the probability there, rising.
        tail_at: the probability at any h.
    """
    enough = np.flatnonzero(tail >= TAIL)
    if enough.size == 0:
        return 1.0
    first = int(enough[0])
    if first == 0:
        return float(h2[0])
    low, high = float(h2[first - 1]), float(h2[first])
    below, above = _log_odds(float(tail[first - 1])), _log_odds(float(tail[first]))
    # Log odds of a tail are nearly straight in h: regula falsi, kept inside its bracket.
    while high - low > RESOLUTION:
        share = float(np.clip(below / (below - above), 0.05, 0.95)) if below < above else 0.5
        middle = low + share * (high - low)
        value = _log_odds(tail_at(middle))
        if value >= 0.0:
            if middle - low < RESOLUTION or high - middle < RESOLUTION:
                return middle
            high, above = middle, value
        else:
            if high - middle < RESOLUTION:
                return high
            low, below = middle, value
    return high


def _error(h2: Floats, tail: Floats, at: float, draws: int) -> float:
    """Standard deviation of where a tail crosses 2.5%, over the samples; 0 at an end of [0, 1]."""
    if at in (0.0, 1.0):
        return 0.0
    left, right = max(at - REACH, 0.0), min(at + REACH, 1.0)
    slope = float(abs(np.diff(np.interp([left, right], h2, tail))[0])) / (right - left)
    spread = float(np.sqrt(TAIL * (1.0 - TAIL) / draws))
    return spread / max(slope, spread)


def _log_odds(tail: float) -> float:
    """Log odds of a share of samples, from those of 2.5%; finite for none and for all."""
    share = min(max(tail, 0.5 / DRAWS), 1.0 - 0.5 / DRAWS)
    return float(np.log(share / (1.0 - share)) - np.log(TAIL / (1.0 - TAIL)))
